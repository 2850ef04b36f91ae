"""Changes become operations: what belongs together is folded, the order of the plan is kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, TypeVar, cast

import sqlalchemy as sa

from schemadiff.dialects.base import AnyColumn, AnyType, Database
from schemadiff.dialects.clause import escaped
from schemadiff.diff import Alter, Change, Create, Drop, Rename
from schemadiff.model import (
    VIRTUAL,
    Check,
    Column,
    Domain,
    Enum,
    Exclusion,
    ForeignKey,
    Index,
    Key,
    Node,
    PrimaryKey,
    Schema,
    Snapshot,
    Table,
    Unique,
)
from schemadiff.model import Sequence as SequenceNode
from schemadiff.read.objects import Objects

from .adhoc import nullable
from .alter import AlterColumnOp
from .columns import AddColumnOp, DropColumnOp, RenameColumnOp
from .comments import CommentConstraintOp, CreateTableCommentOp, DropTableCommentOp
from .constraints import AddConstraintOp, DropConstraintOp, RenameConstraintOp
from .containers import ModifyTableOps
from .data import ExecuteSQLOp
from .filling import filling_for
from .folding import Folding
from .indexes import CreateIndexOp, DropIndexOp, RenameIndexOp
from .inheriting import inherited, own_parts
from .labels import are_used_at_once
from .leaning import Leaning
from .objects import (
    AlterDomainOp,
    AlterEnumOp,
    AlterSequenceOp,
    CreateDomainOp,
    CreateEnumOp,
    CreateSchemaOp,
    CreateSequenceOp,
    DropDomainOp,
    DropEnumOp,
    DropSchemaOp,
    DropSequenceOp,
)
from .operation import AlterTableOp, MigrateOperation
from .tables import AlterTableOptionsOp, CreateTableOp, DropTableOp, RenameTableOp

A = TypeVar("A", bound=AlterTableOp)


def lower(
    changes: Sequence[Change],
    old: Snapshot,
    new: Snapshot,
    database: Database,
    objects_old: Objects,
    objects_new: Objects,
    *,
    making_room: bool = True,
) -> list[MigrateOperation]:
    """The operations that carry out ``changes`` in their order.

    What a new table begins with is part of its ``create_table``; what goes with a table is part of its
    ``drop_table``; what is done to one standing table stays together as far as the order allows.
    ``making_room``: as a revision runs it, with the indexes that something has to lean on meanwhile, and each
    operation told what there is once those before it have run.
    """
    folding, leaning = Folding(changes, old, database), Leaning(changes, old, new, database)
    lowering = _Lowering(folding, leaning, database, objects_old, objects_new)
    ops: list[MigrateOperation] = []
    for position, change in enumerate(changes):
        made = lowering.operations(position, change)
        apart = making_room and not folding.is_folded(position)
        for op in lowering.with_indexes(position, made) if apart else made:
            _append(ops, op, folding.is_new(change.key.owner))
        if making_room and isinstance(change, Alter):
            lowering.altered.add(change.key)
    return ops


def _append(ops: list[MigrateOperation], op: MigrateOperation, of_new_table: bool) -> None:
    """Puts an operation of a standing table to those of the same table just before it."""
    if not isinstance(op, AlterTableOp) or isinstance(op, RenameTableOp) or of_new_table:
        ops.append(op)
        return
    last = ops[-1] if ops else None
    place = (op.table_name, op.schema)
    if isinstance(last, ModifyTableOps) and (last.table_name, last.schema) == place:
        last.ops.append(op)
    else:
        ops.append(ModifyTableOps(op.table_name, [op], schema=op.schema))


class _Lowering:
    """Change by change, with both sides' objects at hand."""

    def __init__(
        self,
        folding: Folding,
        leaning: Leaning,
        database: Database,
        old: Objects,
        new: Objects,
    ) -> None:
        self.folding = folding
        self.leaning = leaning
        self.database = database
        self.old = old
        self.new = new
        self.altered: set[Key] = set()
        """What has been changed by the time that an operation runs, named types among it."""
        self._foretells = database.foretells_key_names

    def operations(self, position: int, change: Change) -> Iterator[MigrateOperation]:
        """The operations of one change; none if another one includes it."""
        created = self.folding.created_at(position)
        if created is not None:
            yield self._create_table(created)
        if self.folding.is_folded(position):
            return
        match change:
            case Create(node):
                yield from self._create(node)
            case Drop(Check() as node) if node.name and self._type_moves(node):
                return
            case Drop(node):
                gone = self._drop(node)
                if isinstance(node, ForeignKey) and isinstance(gone, DropConstraintOp):
                    gone.mysql_drop_index = self.leaning.along(node, position)
                yield gone
            case Alter(old, new):
                yield from self._alter(old, new)
            case Rename(old, new):
                yield self._rename(old, new)

    def with_indexes(
        self, position: int, ops: Iterable[MigrateOperation]
    ) -> Iterator[MigrateOperation]:
        """The operations of one change between the indexes that it needs and those it makes useless."""
        yield from self.leaning.before(position)
        yield from ops
        yield from self.leaning.after(position)

    # ---- tables ------------------------------------------------------------------------------

    def _create_table(self, key: Key) -> MigrateOperation:
        statement = dict(cast(Table, self.new.snapshot[key]).options).get(VIRTUAL)
        if statement is not None:
            return ExecuteSQLOp(escaped(statement))
        table = self.new.table(key)
        made = CreateTableOp.from_table(table)
        nodes = self.folding.parts(key)
        columns = [self._new_column(node) for node in nodes if isinstance(node, Column)]
        constraints = [
            self._in_new_table(node)
            for node in nodes
            if not isinstance(node, Column) and not _of_type(node)
        ]
        made.columns = [*columns, *constraints]
        return made

    def _in_new_table(self, node: Node) -> sa.Constraint:
        """The constraint as its author wrote it; a foreign key by the name that it has been given since."""
        constraint = self.new.constraint(node.key)
        if not isinstance(node, ForeignKey) or constraint.name or not node.name:
            return constraint
        made = AddConstraintOp.from_constraint(constraint)
        made.constraint_name = node.name
        return made.to_constraint()

    # ---- create ------------------------------------------------------------------------------

    def _create(self, node: Node) -> Iterator[MigrateOperation]:
        match node:
            case Column():
                yield self._add_column(node)
            case Index():
                yield _in(CreateIndexOp.from_index(self.new.index(node.key)), node)
            case Check() if self._type_moves(node):
                return
            case PrimaryKey() | Unique() | Check() | Exclusion() | ForeignKey():
                constraint = AddConstraintOp.from_constraint(self.new.constraint(node.key))
                constraint.constraint_name = constraint.constraint_name or self._name(node)
                yield _in(constraint, node)
            case Schema():
                yield CreateSchemaOp(node.name)
            case Enum():
                yield CreateEnumOp(node.name, node.labels, schema=node.schema or None)
            case Domain():
                yield CreateDomainOp(self._domain(node, self.new))
            case SequenceNode():
                yield CreateSequenceOp(self.new.sequence(node.key))

    def _add_column(self, node: Column, heir: Table | None = None) -> AddColumnOp:
        """The column in its own table, or in one that is to inherit it."""
        column = self._new_column(node)
        place = replace(node, schema=heir.schema, table=heir.name) if heir else node
        op = AddColumnOp(place.table, column, schema=place.schema or None)
        op.filling = filling_for(place, column, self.new.snapshot, self.database)
        return op

    def _new_column(self, node: Column) -> AnyColumn:
        """The column as its author wrote it, unless the database has no NOT NULL for it."""
        column = self.new.column(node.key)
        if node.computed is None or not node.nullable or column.nullable:
            return column
        return nullable(column)

    def _type_moves(self, node: Check) -> bool:
        """Whether a CHECK comes or goes with the type of its column, and not by itself."""
        return _of_type(node) and self.folding.brings(node.key.owner, node.of_type)

    def _name(self, node: Node) -> str | None:
        """The name of a constraint whose author gave none: the database's own, so that it can be dropped."""
        own = str(getattr(node, "name", ""))
        return own or self.database.invented_name(node, self._taken(node)) or None

    def _taken(self, node: Node) -> frozenset[str]:
        """The names that others have where the one of ``node`` has to be its own."""
        place = self.database.place_of_names(node)
        others = [*self.old.snapshot.values(), *self.new.snapshot.values()]
        return frozenset(
            str(getattr(other, "name", ""))
            for other in others
            if not isinstance(other, Column) and self.database.place_of_names(other) == place
        )

    # ---- drop --------------------------------------------------------------------------------

    def _drop(self, node: Node) -> MigrateOperation:
        match node:
            case Table():
                return DropTableOp.from_table(self.old.table(node.key))
            case Column(schema=schema, table=table):
                column = self.old.column(node.key)
                return DropColumnOp.from_column_and_tablename(schema or None, table, column)
            case Index():
                return _in(DropIndexOp.from_index(self.old.index(node.key)), node)
            case Schema():
                return DropSchemaOp(node.name)
            case Enum():
                return DropEnumOp.from_enum(self.old.enum(node.key))
            case Domain():
                return DropDomainOp.from_domain(self._domain(node, self.old))
            case SequenceNode():
                return DropSequenceOp.from_sequence(self.old.sequence(node.key))
            case PrimaryKey() | Unique() | Check() | Exclusion() | ForeignKey():
                gone = DropConstraintOp.from_constraint(self.old.constraint(node.key))
                if node.name or not isinstance(node, ForeignKey) or self._foretells:
                    gone.constraint_name = gone.constraint_name or self._name(node)
                gone.called_only_here = not node.name
                return _in(gone, node)

    # ---- alter -------------------------------------------------------------------------------

    def _alter(self, old: Node, new: Node) -> Iterator[MigrateOperation]:
        match old, new:
            case Column(), Column():
                yield self._alter_column(old, new)
            case Table(), Table():
                yield from self._alter_table(old, new)
            case Enum(), Enum():
                yield AlterEnumOp(
                    new.name,
                    new.labels,
                    old.labels,
                    schema=new.schema or None,
                    replace=self._uses_new_labels(old, new),
                )
            case Domain(), Domain():
                yield AlterDomainOp(self._domain(new, self.new), self._domain(old, self.old))
            case SequenceNode(), SequenceNode():
                yield AlterSequenceOp(self.new.sequence(new.key), self.old.sequence(old.key))
            case Unique() | Check() | ForeignKey(), Unique() | Check() | ForeignKey() if old.name:
                yield CommentConstraintOp(
                    new.table,
                    old.name,
                    new.comment,
                    existing_comment=old.comment,
                    schema=new.schema or None,
                )
            case _:
                yield self._drop(old)
                yield from self._create(new)

    def _uses_new_labels(self, old: Enum, new: Enum) -> bool:
        only_more = set(old.labels) < set(new.labels)
        return only_more and are_used_at_once(old, new, self.folding.changes, self.database)

    def _alter_table(self, old: Table, new: Table) -> Iterator[MigrateOperation]:
        schema = new.schema or None
        if old.comment != new.comment and new.comment is None:
            yield DropTableCommentOp(new.name, schema=schema, existing_comment=old.comment)
        elif old.comment != new.comment:
            yield CreateTableCommentOp(
                new.name, new.comment, schema=schema, existing_comment=old.comment
            )
        if old.options != new.options and old.parents != new.parents:
            yield from self._change_parents(old, new)
        elif old.options != new.options:
            yield self._change_options(old, new)

    def _change_options(self, old: Table, new: Table) -> AlterTableOptionsOp:
        op = AlterTableOptionsOp(
            new.name,
            self.database.arguments(new),
            existing=self.database.arguments(old),
            schema=new.schema or None,
        )
        op.standing = Snapshot([old, *self.old.snapshot.parts(old.key)])
        return op

    def _change_parents(self, old: Table, new: Table) -> Iterator[MigrateOperation]:
        """What came from a parent stays behind and has to go; what a new parent has, has to be there before."""
        gone, come = inherited(old, self.old.snapshot), inherited(new, self.new.snapshot)
        alone = replace(old, options=tuple(one for one in old.options if one[0] != "inherits"))
        yield self._change_options(old, alone)
        for key, node in gone.items():
            if key not in come and key not in own_parts(new, self.new.snapshot):
                yield _in(cast(AlterTableOp, self._drop(node)), new)
        for key, node in come.items():
            if key not in gone and key not in own_parts(old, self.old.snapshot):
                if isinstance(node, Column):
                    yield self._add_column(node, new)
                else:
                    yield from (_in(cast(AlterTableOp, op), new) for op in self._create(node))
        yield self._change_options(alone, new)

    def _alter_column(self, old: Column, new: Column) -> AlterColumnOp:
        after = self.new.column(new.key)
        before = after if self._is_last_step(old, new) else self.old.column(old.key)
        changed = set(Alter(old, new).attributes)
        default = bool(changed & {"default", "computed", "identity"})
        counts = "autoincrement" in changed
        modified = after.server_default if _has_default(new) else None
        arguments: dict[str, Any] = {}
        if old.autoincrement or counts:
            arguments["existing_autoincrement"] = old.autoincrement
        return AlterColumnOp(
            new.table,
            new.name,
            schema=new.schema or None,
            existing_type=before.type if "type" in changed else self._kept_type(old, before, after),
            existing_nullable=old.nullable,
            existing_server_default=before.server_default if _has_default(old) else None,
            existing_comment=old.comment,
            modify_type=after.type if "type" in changed else None,
            modify_nullable=new.nullable if "nullable" in changed else None,
            modify_server_default=modified if default else False,
            modify_comment=new.comment if "comment" in changed else False,
            modify_autoincrement=new.autoincrement if counts else None,
            **arguments,
            **(self._column_options(old, new) if "options" in changed else {}),
        )

    def _kept_type(self, old: Column, before: AnyColumn, after: AnyColumn) -> AnyType:
        """A type that a column keeps; once the labels of its enumeration are others, the new side knows them."""
        return before.type if self.altered.isdisjoint(old.uses) else after.type

    def _is_last_step(self, old: Column, new: Column) -> bool:
        """Whether a column begins to count once it is all that it is to be."""
        begins = new.autoincrement and not old.autoincrement
        return begins and old != self.old.snapshot[old.key]

    def _column_options(self, old: Column, new: Column) -> dict[str, Any]:
        said, before = self.database.arguments(new), self.database.arguments(old)
        gone = {name: None for name in before if name not in said}
        return {"existing_options": before or dict(old.options), **gone, **said}

    # ---- rename ------------------------------------------------------------------------------

    def _rename(self, old: Node, new: Node) -> MigrateOperation:
        match old, new:
            case Table(), Table():
                return RenameTableOp(old.name, new.name, schema=old.schema or None)
            case Column(), Column():
                return RenameColumnOp(old.table, old.name, new.name, schema=old.schema or None)
            case Index(), Index():
                return RenameIndexOp(old.table, old.name, new.name, schema=old.schema or None)
            case _:
                key = new.key
                names = (str(getattr(old, "name", "")), str(getattr(new, "name", "")))
                return RenameConstraintOp(key.table, *names, schema=key.schema or None)

    def _domain(self, node: Domain, objects: Objects) -> AnyType:
        source = node.source
        if isinstance(source, sa.types.TypeEngine):
            return source
        name = self.database.qualified(node.schema, node.name)
        return self.database.type_from_text(name, objects.snapshot.having([node]))


def _in(op: A, node: Node) -> A:
    """The operation with the table's name and schema as the node has them."""
    op.table_name, op.schema = node.key.table, node.key.schema or None
    return op


def _of_type(node: Node) -> bool:
    return isinstance(node, Check) and bool(node.of_type)


def _has_default(node: Column) -> bool:
    """Whether a column says what rows get; on the way to another default it may say nothing for a while."""
    return any(part is not None for part in (node.default, node.computed, node.identity))
