"""Indexes."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from typing import Any, cast

import sqlalchemy as sa

from schemadiff.dialects.base import Database
from schemadiff.dialects.terms import Look, Statement
from schemadiff.errors import CommandError
from schemadiff.model import Index, Snapshot
from schemadiff.render.call import Line, Literal
from schemadiff.render.construct import Construct, dialect_arguments

from . import adhoc, edits
from .adhoc import Names
from .operation import AlterTableOp, Diff, Irreversible, TableEdit
from .writing import at, call, dialect_keywords, given, within

IndexElement = str | sa.TextClause | sa.ColumnElement[Any]


class CreateIndexOp(AlterTableOp):
    """An index over columns, given by name, and expressions."""

    looks_first = False

    def __init__(
        self,
        index_name: str | None,
        table_name: str,
        columns: Sequence[IndexElement],
        *,
        schema: str | None = None,
        unique: bool = False,
        if_not_exists: bool | None = None,
        **kw: Any,
    ) -> None:
        super().__init__(table_name, schema=schema)
        self.index_name = index_name
        self.columns = columns
        self.unique = unique
        self.if_not_exists = if_not_exists
        self.kw = kw
        self._original: sa.Index | None = None

    @classmethod
    def from_index(cls, index: sa.Index) -> CreateIndexOp:
        """The operation that makes this index."""
        assert index.table is not None
        made = cls(
            cast("str | None", index.name),
            index.table.name,
            [_by_name(expression) for expression in index.expressions],
            schema=index.table.schema,
            unique=bool(index.unique),
            **cast(Any, dialect_arguments(index)),
        )
        made._original = index
        return made

    def to_index(self, migration_context: object = None, names: Names = None) -> sa.Index:
        """The index, on a table of which only what it mentions is known."""
        table = self._table(names or adhoc.naming_convention(migration_context))
        source = self._original.table if self._original is not None else None
        expressions = [adhoc.moved(c, source, table) for c in self.columns]
        return adhoc.made_index(self.index_name, table, expressions, self.unique, self.kw)

    def _table(self, names: Names) -> sa.Table:
        """The table of the index this was made from, since operators may depend on types; else a bare one."""
        original = self._original
        if original is not None and original.table is not None:
            columns = [adhoc.own(column) for column in original.table.columns]
            return adhoc.table(self.table_name, columns, schema=self.schema, names=names)
        named = [*(c for c in self.columns if isinstance(c, str)), *adhoc.included(self.kw)]
        return adhoc.bare(self.table_name, named, schema=self.schema, names=names)

    def reverse(self) -> DropIndexOp:
        return _undoing(copy.copy(self))

    def to_diff_tuple(self) -> Diff:
        return ("add_index", self.to_index())

    def in_place(self, database: Database, table: Snapshot | None) -> bool:
        return True

    def direct(self, database: Database, look: Look, names: Names) -> Iterator[Statement]:
        return database.create_index(self.to_index(names=names), self.if_not_exists)

    def edited(self, edit: TableEdit, database: Database, names: Names = None) -> TableEdit:
        return edits.add_parts(edit, database, [self.to_index(names=names)])

    def as_call(self, construct: Construct) -> tuple[Line, ...]:
        args = [
            construct.name(self.index_name),
            *at(construct, self.table_name),
            construct.index_items(self.columns, f"index {self.index_name}"),
        ]
        keywords = [
            *given(unique=self.unique),
            *within(construct, self.schema),
            *construct.dialect_values(self.kw),
            *given(if_not_exists=self.if_not_exists),
        ]
        return call(construct, "create_index", args, keywords)


class DropIndexOp(AlterTableOp):
    """An index goes."""

    looks_first = False

    def __init__(
        self,
        index_name: str | None,
        table_name: str | None = None,
        *,
        schema: str | None = None,
        if_exists: bool | None = None,
        _reverse: CreateIndexOp | None = None,
        **kw: Any,
    ) -> None:
        super().__init__(table_name or "", schema=schema)
        self.index_name = index_name
        self.if_exists = if_exists
        self.kw = kw
        self._reverse = _reverse

    @classmethod
    def from_index(cls, index: sa.Index) -> DropIndexOp:
        """The operation that drops this index and can make it again."""
        return _undoing(CreateIndexOp.from_index(index))

    def to_index(self, migration_context: object = None, names: Names = None) -> sa.Index:
        """The index as it was, or as far as its name tells."""
        if self._reverse is not None:
            return self._reverse.to_index(migration_context, names)
        table = adhoc.bare(self.table_name or "no_table", ["x"], schema=self.schema)
        return adhoc.made_index(self.index_name, table, [table.c.x], False, self.kw)

    def reverse(self) -> CreateIndexOp:
        if self._reverse is None:
            raise Irreversible("operation is not reversible; original index is not present")
        return self._reverse

    def to_diff_tuple(self) -> Diff:
        return ("remove_index", self.to_index())

    def in_place(self, database: Database, table: Snapshot | None) -> bool:
        return True

    def direct(self, database: Database, look: Look, names: Names) -> Iterator[Statement]:
        if not self.table_name and not database.index_names_per_schema:
            raise CommandError(
                f"dropping index {self.index_name} on {database.name} needs the name of its table",
                hint=f"op.drop_index({self.index_name!r}, table_name=…)",
            )
        return database.drop_index(self.to_index(names=names), self.if_exists, look)

    def edited(self, edit: TableEdit, database: Database, names: Names = None) -> TableEdit:
        name = database.constraint_name(self.to_index(names=names))
        return edits.drop_index(edit, database, name, bool(self.if_exists))

    def as_call(self, construct: Construct) -> tuple[Line, ...]:
        table = [("table_name", each) for each in at(construct, self.table_name) if self.table_name]
        keywords = [
            *table,
            *within(construct, self.schema),
            *dialect_keywords(construct, self.kw),
            *given(if_exists=self.if_exists),
        ]
        return call(construct, "drop_index", [construct.name(self.index_name)], keywords)


class RenameIndexOp(AlterTableOp):
    """An index keeps everything but its name."""

    def __init__(
        self, table_name: str, old_name: str, new_name: str, *, schema: str | None = None
    ) -> None:
        super().__init__(table_name, schema=schema)
        self.old_name = old_name
        self.new_name = new_name

    def reverse(self) -> RenameIndexOp:
        return RenameIndexOp(self.table_name, self.new_name, self.old_name, schema=self.schema)

    def to_diff_tuple(self) -> Diff:
        return ("rename_index", self.schema, self.table_name, self.old_name, self.new_name)

    def direct(self, database: Database, look: Look, names: Names) -> Iterator[Statement]:
        return database.rename_index(self.schema, self.table_name, self.old_name, self.new_name)

    def edited(self, edit: TableEdit, database: Database, names: Names = None) -> TableEdit:
        return edits.rename_part(edit, (Index,), self.old_name, self.new_name)

    def as_call(self, construct: Construct) -> tuple[Line, ...]:
        args = [*at(construct, self.table_name), Literal(self.old_name), Literal(self.new_name)]
        return call(construct, "rename_index", args, within(construct, self.schema))


def _by_name(expression: Any) -> IndexElement:
    if isinstance(expression, sa.Column):
        name: str = expression.name
        return name
    return cast(IndexElement, expression)


def _undoing(again: CreateIndexOp) -> DropIndexOp:
    """The operation that drops what ``again`` creates."""
    return DropIndexOp(
        again.index_name,
        again.table_name,
        schema=again.schema,
        _reverse=again,
        **{k: v for k, v in again.kw.items() if k.endswith("_concurrently")},
    )
