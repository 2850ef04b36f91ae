"""Operations in groups: those of one table, those of one direction, those of one revision."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import sqlalchemy as sa

from schemadiff.dialects.base import Database
from schemadiff.dialects.terms import Look, Statement, offline
from schemadiff.model import Snapshot
from schemadiff.render.call import Line, With
from schemadiff.render.construct import Construct

from .adhoc import Names
from .indexes import CreateIndexOp
from .operation import Diff, MigrateOperation, TableEdit, TableOperation, cannot_rebuild
from .tables import CreateTableOp
from .writing import BATCH, within

C = TypeVar("C")


class OpContainer(MigrateOperation):
    """Operations in their order."""

    def __init__(self, ops: Sequence[MigrateOperation] = ()) -> None:
        self.ops: list[MigrateOperation] = list(ops)

    def is_empty(self) -> bool:
        """Whether nothing is in it, and nothing in what is in it."""
        return all(isinstance(op, OpContainer) and op.is_empty() for op in self.ops)

    def as_diffs(self) -> list[Diff]:
        """What is in it as ``compare_metadata`` lists it, groups laid flat."""
        return list(self._diffs())

    def _diffs(self) -> Iterator[Diff]:
        for op in self.ops:
            if isinstance(op, OpContainer):
                yield from op._diffs()
            else:
                yield op.to_diff_tuple()

    def statements(
        self, database: Database, look: Look = offline, names: Names = None
    ) -> Iterator[Statement]:
        for op in self.ops:
            yield from op.statements(database, look, names)

    def as_call(self, construct: Construct) -> tuple[Line, ...]:
        return tuple(line for op in self.ops for line in op.as_call(construct))

    def _reversed(self) -> list[MigrateOperation]:
        return [again for op in reversed(self.ops) for again in _split(op.reverse())]


class ModifyTableOps(OpContainer):
    """What is done to one standing table."""

    def __init__(
        self, table_name: str, ops: Sequence[MigrateOperation], *, schema: str | None = None
    ) -> None:
        super().__init__(ops)
        self.table_name = table_name
        self.schema = schema

    def reverse(self) -> ModifyTableOps:
        return ModifyTableOps(self.table_name, self._reversed(), schema=self.schema)

    def statements(
        self, database: Database, look: Look = offline, names: Names = None
    ) -> Iterator[Statement]:
        own = [op for op in self.ops if isinstance(op, TableOperation)]
        if database.alters_in_place or len(own) != len(self.ops):
            return super().statements(database, look, names)
        return rebuilt(self.schema, self.table_name, own, database, look, names)

    def as_batch(self, construct: Construct) -> tuple[Line, ...]:
        """The same as one ``with op.batch_alter_table(…)``."""
        keywords = tuple(within(construct, self.schema))
        made = construct.operation("batch_alter_table", construct.name(self.table_name))
        inside = construct.within(BATCH)
        body = tuple(line for op in self.ops for line in op.as_call(inside))
        return (With(replace(made, kwargs=keywords), BATCH.rstrip("."), body),) if body else ()


class UpgradeOps(OpContainer):
    """What a revision's ``upgrade()`` does."""

    def __init__(
        self, ops: Sequence[MigrateOperation] = (), upgrade_token: str = "upgrades"
    ) -> None:
        super().__init__(ops)
        self.upgrade_token = upgrade_token

    def reverse_into(self, downgrade_ops: DowngradeOps) -> DowngradeOps:
        """``downgrade_ops``, now holding what undoes this."""
        downgrade_ops.ops[:] = self._reversed()
        return downgrade_ops

    def reverse(self) -> DowngradeOps:
        return self.reverse_into(DowngradeOps())


class DowngradeOps(OpContainer):
    """What a revision's ``downgrade()`` does."""

    def __init__(
        self, ops: Sequence[MigrateOperation] = (), downgrade_token: str = "downgrades"
    ) -> None:
        super().__init__(ops)
        self.downgrade_token = downgrade_token

    def reverse(self) -> UpgradeOps:
        return UpgradeOps(self._reversed())


class MigrationScript(MigrateOperation):
    """A whole revision; with several databases there are several of both directions."""

    def __init__(
        self,
        rev_id: str | None,
        upgrade_ops: UpgradeOps | Sequence[UpgradeOps],
        downgrade_ops: DowngradeOps | Sequence[DowngradeOps],
        *,
        message: str | None = None,
        imports: set[str] | None = None,
        head: str | Sequence[str] | None = None,
        splice: bool | None = None,
        branch_label: Any = None,
        version_path: Any = None,
        depends_on: Any = None,
    ) -> None:
        self.rev_id = rev_id
        self.message = message
        self.imports: set[str] = imports if imports is not None else set()
        self.head = head
        self.splice = splice
        self.branch_label = branch_label
        self.version_path = version_path
        self.depends_on = depends_on
        self.upgrade_ops = upgrade_ops
        self.downgrade_ops = downgrade_ops

    @property
    def upgrade_ops(self) -> UpgradeOps | None:
        """What ``upgrade()`` does. Raises ValueError when there are several databases."""
        return _the_only(self._upgrade_ops, "upgrade")

    @upgrade_ops.setter
    def upgrade_ops(self, ops: UpgradeOps | Sequence[UpgradeOps]) -> None:
        self._upgrade_ops = [ops] if isinstance(ops, UpgradeOps) else list(ops)

    @property
    def downgrade_ops(self) -> DowngradeOps | None:
        """What ``downgrade()`` does. Raises ValueError when there are several databases."""
        return _the_only(self._downgrade_ops, "downgrade")

    @downgrade_ops.setter
    def downgrade_ops(self, ops: DowngradeOps | Sequence[DowngradeOps]) -> None:
        self._downgrade_ops = [ops] if isinstance(ops, DowngradeOps) else list(ops)

    @property
    def upgrade_ops_list(self) -> list[UpgradeOps]:
        """What ``upgrade()`` does, database by database."""
        return self._upgrade_ops

    @property
    def downgrade_ops_list(self) -> list[DowngradeOps]:
        """What ``downgrade()`` does, database by database."""
        return self._downgrade_ops


def _the_only(ops: Sequence[C], which: str) -> C | None:
    if len(ops) > 1:
        raise ValueError(
            f"This MigrationScript instance has a multiple-entry list for {which}_ops; "
            f"please use the {which}_ops_list attribute"
        )
    return ops[0] if ops else None


def _split(op: MigrateOperation) -> Iterator[MigrateOperation]:
    """A table whose indexes are among its items, then its indexes by themselves."""
    indexes = _indexes(op)
    if not isinstance(op, CreateTableOp) or not indexes:
        yield op
        return
    op.columns = [item for item in op.columns if not isinstance(item, sa.Index)]
    yield op
    yield from (CreateIndexOp.from_index(index) for index in indexes)


def _indexes(op: MigrateOperation) -> list[sa.Index]:
    items = op.columns if isinstance(op, CreateTableOp) else ()
    return [item for item in items if isinstance(item, sa.Index)]


def rebuilt(
    schema: str | None,
    table_name: str,
    ops: Sequence[TableOperation],
    database: Database,
    look: Look,
    names: Names,
    always: bool = False,
) -> Iterator[Statement]:
    """One rebuild for all operations, or none where each has a statement of its own."""
    table = look(schema, table_name)
    if not always and _each_in_place(ops, database, table):
        for op in ops:
            yield from op.direct(database, look, names)
        return
    if table is None:
        raise cannot_rebuild(database, table_name, ops)
    edit = TableEdit(table)
    for op in ops:
        edit = op.edited(edit, database, names)
    yield from edit.statements(table, database, look, always)


def _each_in_place(
    ops: Sequence[TableOperation], database: Database, table: Snapshot | None
) -> bool:
    return all(not op.needs_rebuild or op.in_place(database, table) for op in ops)
