"""A table that a range of revisions makes, and what later ones do to it while it is still empty."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import cast

import sqlalchemy as sa
from sqlalchemy.schema import SchemaItem
from sqlalchemy.sql.sqltypes import SchemaType

from schemadiff.dialects.base import AnyColumn, AnyType
from schemadiff.operations import ops as o
from schemadiff.operations.adhoc import copy_of
from schemadiff.render.construct import target

Place = tuple[str | None, str]
"""Schema and name of a table."""


@dataclass
class NewTable:
    """``create_table`` with what follows it: its indexes; ``closed`` once something else has touched it."""

    op: o.CreateTableOp
    indexes: list[o.CreateIndexOp] = field(default_factory=list)
    closed: bool = False
    _targets: frozenset[Place] | None = None

    @property
    def place(self) -> Place:
        """Where it is."""
        return self.op.schema, self.op.table_name

    def ops(self) -> list[o.MigrateOperation]:
        """What makes it."""
        return [self.op, *self.indexes]

    def targets(self) -> frozenset[Place]:
        """The other tables that it refers to."""
        if self._targets is None:
            self._targets = frozenset(referents(self.op)) - {self.place}
        return self._targets

    def leaves_types(self) -> bool:
        """Whether a type may stay behind in the database when the table goes."""
        return any(_is_named(c.type) for c in self.op.to_table().columns)

    def take(self, op: o.MigrateOperation) -> bool:
        """Make ``op`` part of the table, and say so; False where that could come to something else.

        The table has no rows yet, so nothing is lost by giving it its last form at once.
        """
        self._targets = None
        return self._take(op)

    def _take(self, op: o.MigrateOperation) -> bool:
        match op:
            case o.AddColumnOp():
                return self._add_column(op)
            case o.DropColumnOp():
                return self._drop_column(op)
            case o.AlterColumnOp():
                return self._alter_column(op)
            case o.CreateIndexOp(if_not_exists=None, kw=kw) if not _is_concurrent(kw):
                self.indexes.append(op)
                return True
            case o.DropIndexOp(if_exists=None, kw=kw) if not _is_concurrent(kw):
                return self._drop_index(op)
            case o.CreatePrimaryKeyOp():
                return not len(self.op.to_table().primary_key.columns) and self._add_constraint(op)
            case o.AddConstraintOp():
                return self._add_constraint(op)
            case o.DropConstraintOp(if_exists=None):
                return self._drop_constraint(op)
            case o.CreateTableCommentOp(comment=comment):
                self.op.comment = comment
                return True
            case o.DropTableCommentOp():
                self.op.comment = None
                return True
        return False

    # ---- columns -----------------------------------------------------------------------------

    def _add_column(self, op: o.AddColumnOp) -> bool:
        column = op.column
        special = (op.insert_before, op.insert_after, op.if_not_exists, op.inline_primary_key)
        if any(special) or op.kw or column.primary_key or self._column(column.name) is not None:
            return False
        at = sum(isinstance(item, sa.Column) for item in self.op.columns)
        self._columns_first()
        self.op.columns.insert(at, column)
        return True

    def _columns_first(self) -> None:
        self.op.columns.sort(key=lambda item: not isinstance(item, sa.Column))

    def _drop_column(self, op: o.DropColumnOp) -> bool:
        column = self._column(op.column_name)
        if column is None or op.if_exists or self._is_mentioned(column) or _is_named(column.type):
            return False
        self._replace(column)
        return True

    def _replace(self, item: SchemaItem, *others: SchemaItem) -> None:
        """Other items in the place of one; compared as objects, because columns compare as SQL."""
        self.op.columns = [
            new for old in self.op.columns for new in (others if old is item else (old,))
        ]

    def _alter_column(self, op: o.AlterColumnOp) -> bool:
        column = self._column(op.column_name)
        if column is None or _is_special(op) or column.computed or column.identity:
            return False
        if op.modify_type is not None and (_is_named(op.modify_type) or _is_named(column.type)):
            return False
        if op.modify_name is not None and self._is_mentioned(column):
            return False
        if isinstance(op.modify_server_default, sa.Computed | sa.Identity):
            return False
        self._replace(column, _altered(column, op))
        return True

    def _column(self, name: str) -> AnyColumn | None:
        columns = (item for item in self.op.columns if isinstance(item, sa.Column))
        return next((column for column in columns if column.name == name), None)

    def _is_mentioned(self, column: AnyColumn) -> bool:
        """Whether a key, constraint or index is about the column, or may be: nobody reads its text."""
        name, table = column.name, self.op.to_table()
        if any(c.computed is not None for c in table.columns if c.name != name):
            return True
        listed = [*(index.columns for index in self.indexes)]
        if any(not isinstance(part, str) or part == name for columns in listed for part in columns):
            return True
        if any(name in [str(part) for part in i.kw.values() if part] for i in self.indexes):
            return True
        return any(_may_mention(item, name) for item in table.constraints | table.indexes)

    # ---- indexes and constraints -------------------------------------------------------------

    def _drop_index(self, op: o.DropIndexOp) -> bool:
        found = [index for index in self.indexes if index.index_name == op.index_name]
        for index in found:
            self.indexes.remove(index)
        return bool(found)

    def _add_constraint(self, op: o.AddConstraintOp) -> bool:
        self._columns_first()
        self.op.columns.append(op.to_constraint())
        return True

    def _drop_constraint(self, op: o.DropConstraintOp) -> bool:
        kinds = (sa.UniqueConstraint, sa.CheckConstraint)
        found = [
            item
            for item in self.op.columns
            if isinstance(item, kinds) and item.name and item.name == op.constraint_name
        ]
        if len(found) != 1:
            return False
        self._replace(found[0])
        return True


def referents(op: o.MigrateOperation) -> Iterator[Place]:
    """The tables that the foreign keys of an operation refer to."""
    match op:
        case o.CreateForeignKeyOp():
            yield op.kw.get("referent_schema"), op.referent_table
        case o.ModifyTableOps(ops=inner):
            for each in inner:
                yield from referents(each)
        case _:
            yield from map(_referent, _keys(op))


def key_names(op: o.MigrateOperation) -> Iterator[str]:
    """The names of the foreign keys that an operation makes."""
    match op:
        case o.CreateForeignKeyOp(constraint_name=str() as name):
            yield name
        case o.ModifyTableOps(ops=inner):
            for each in inner:
                yield from key_names(each)
        case _:
            names = (key.constraint.name if key.constraint else key.name for key in _keys(op))
            yield from (name for name in names if isinstance(name, str))


def _keys(op: o.MigrateOperation) -> Iterable[sa.ForeignKey]:
    match op:
        case o.CreateTableOp():
            return op.to_table().foreign_keys
        case o.AddColumnOp():
            return op.column.foreign_keys
    return ()


def _referent(key: sa.ForeignKey) -> Place:
    *schema, table, _ = target(key)
    return (schema[0] if schema else None), table


def _may_mention(item: sa.Constraint | sa.Index, name: str) -> bool:
    if isinstance(item, sa.PrimaryKeyConstraint | sa.UniqueConstraint | sa.ForeignKeyConstraint):
        return name in item.columns
    if isinstance(item, sa.Index):
        plain = all(isinstance(part, sa.Column) for part in item.expressions)
        return not plain or name in item.columns
    return True


def _is_special(op: o.AlterColumnOp) -> bool:
    """Whether it says more than type, name, default, NULL and comment; how rows are converted is no matter."""
    said = (op.insert_before, op.insert_after, op.existing_options, op.modify_autoincrement)
    return any(one is not None for one in said) or bool(op.kw.keys() - {"postgresql_using"})


def _is_concurrent(arguments: dict[str, object]) -> bool:
    return any(value for name, value in arguments.items() if name.endswith("_concurrently"))


def _is_named(type_: AnyType) -> bool:
    """Whether a type may be an object of the database by itself, or bring a CHECK."""
    kinds = (type_, *type_._variant_mapping.values())
    return any(isinstance(one, SchemaType) and _makes_something(one) for one in kinds)


def _makes_something(type_: SchemaType) -> bool:
    return not isinstance(type_, sa.Boolean) or type_.create_constraint


def _altered(column: AnyColumn, op: o.AlterColumnOp) -> AnyColumn:
    made = copy_of(column)
    if op.modify_type is not None:
        made.type = op.modify_type
    if op.modify_nullable is not None:
        made.nullable = made._user_defined_nullable = op.modify_nullable
    if op.modify_comment is not False:
        made.comment = op.modify_comment
    if op.modify_name is not None:
        made.name = made.key = op.modify_name
    if op.modify_server_default is not False:
        default = op.modify_server_default
        is_text = isinstance(default, str | sa.sql.ClauseElement)
        made.server_default = cast(
            "sa.FetchedValue | None", _clause(default) if is_text else default
        )
    return made


def _clause(default: object) -> sa.DefaultClause:
    return sa.DefaultClause(cast("str | sa.TextClause", default))
