"""Foreign keys with ``use_alter`` in handwritten tables: what is known of them, and what an operation changes in that.

CREATE TABLE leaves them out, for what they refer to may come later. Nothing here executes anything: ``running``
makes each key once its target is there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass, replace
from typing import Any, TypeAlias, cast

import sqlalchemy as sa

from schemadiff.dialects.base import Database
from schemadiff.dialects.terms import Look, Statement, offline

from .adhoc import Names
from .columns import DropColumnOp
from .constraints import CreateForeignKeyOp, DropConstraintOp
from .operation import MigrateOperation
from .tables import CreateTableOp, DropTableOp, RenameTableOp

Place: TypeAlias = tuple[str, str]
"""The identity of a table: its schema and its name, as the database keeps them."""


@dataclass(frozen=True, slots=True)
class LateKey:
    """A foreign key that follows its table; ``unsure`` where nobody can tell whether the table is new."""

    op: CreateForeignKeyOp
    unsure: bool = False

    @property
    def named(self) -> str:
        """What people call it."""
        columns = f"over {', '.join(self.op.local_cols)}"
        return self.op.constraint_name or columns

    def statements(self, database: Database, look: Look) -> Iterator[Statement]:
        """What makes it; its name is final."""
        made = self.op.direct(database, look, None)
        return database.unless_there(list(made), self.op.source_table) if self.unsure else made


@dataclass(frozen=True, slots=True)
class Late:
    """What is known of late keys in one context."""

    tables: frozenset[Place] = frozenset()
    """The tables that operations have made, for where no database tells."""
    waiting: tuple[LateKey, ...] = ()
    made: tuple[LateKey, ...] = ()
    """Those that stand: who makes one of them once more, as histories do, means the same key."""
    has_end: bool = False
    """Whether there is an end, such as that of a revision, at which all that still wait are made."""


def keys_of(table: sa.Table, database: Database, unsure: bool) -> tuple[LateKey, ...]:
    """The keys that are none of CREATE TABLE's business, where there is ALTER."""
    keys = [key for key in database.late_keys(table) if not database.skips(key)]
    return tuple(LateKey(CreateForeignKeyOp.from_constraint(key), unsure) for key in keys)


def place(database: Database, schema: str | None, table: str) -> Place:
    """The identity of a table."""
    return database.schema(schema), database.identifier(table)


def source(key: LateKey, database: Database) -> Place:
    """The table that has, or gets, the key."""
    return place(database, key.op.schema, key.op.source_table)


def target(key: LateKey, database: Database) -> Place:
    """The table that the key refers to."""
    return place(database, key.op.kw.get("referent_schema"), key.op.referent_table)


def meant(
    op: CreateForeignKeyOp | DropConstraintOp, key: LateKey, database: Database, names: Names
) -> bool:
    """Whether an operation is about this key: by the name, or to make one by what it says of columns."""
    if place(database, op.schema, op.table_name) != source(key, database):
        return False
    own = key.op.to_constraint()
    if isinstance(op, DropConstraintOp):
        said = op.to_named(names)
        return said.name is not None and _are_called_alike(said, own, database)
    again = op.to_constraint(names=names)
    return _are_called_alike(again, own, database) or _path(op, database) == _path(key.op, database)


def _are_called_alike(one: sa.Constraint, other: sa.Constraint, database: Database) -> bool:
    names = [database.constraint_name(item) for item in (one, other)]
    return all(names) and database.is_name(*names)


def _path(op: CreateForeignKeyOp, database: Database) -> tuple[object, ...]:
    """From where to where a key leads, without its name and its options."""
    there = place(database, op.kw.get("referent_schema"), op.referent_table)
    columns = [
        [database.identifier(name) for name in some] for some in (op.local_cols, op.remote_cols)
    ]
    return (there, *columns)


def says_the_same(op: CreateForeignKeyOp, key: LateKey, database: Database, names: Names) -> bool:
    """Whether an operation makes a key as this one is, to the letter."""
    return _said(op, database, names) == _said(key.op, database, None)


def _said(op: CreateForeignKeyOp, database: Database, names: Names) -> list[str]:
    statements = op.direct(database, offline, names)
    return [
        one if isinstance(one, str) else database.ddl_compiler.process(cast(Any, one))
        for one in statements
    ]


def after(late: Late, op: MigrateOperation, database: Database, names: Names) -> Late:
    """What is known once an operation has been carried out."""
    match op:
        case CreateTableOp():
            made = place(database, op.schema, op.table_name)
            return replace(late, tables=late.tables | {made})
        case DropTableOp():
            return _without_table(late, place(database, op.schema, op.table_name), database)
        case RenameTableOp():
            return _renamed(late, op, database)
        case CreateForeignKeyOp() | DropConstraintOp():
            return _keeping(late, lambda key: not meant(op, key, database, names))
        case DropColumnOp():
            return _keeping(late, lambda key: not _is_over(key, op, database))
    return late


def _keeping(late: Late, keeps: Callable[[LateKey], bool]) -> Late:
    return replace(
        late, waiting=tuple(filter(keeps, late.waiting)), made=tuple(filter(keeps, late.made))
    )


def _without_table(late: Late, gone: Place, database: Database) -> Late:
    left = _keeping(late, lambda key: source(key, database) != gone)
    made = tuple(key for key in left.made if target(key, database) != gone)
    return replace(left, tables=late.tables - {gone}, made=made)


def _renamed(late: Late, op: RenameTableOp, database: Database) -> Late:
    old = place(database, op.schema, op.table_name)
    new = place(database, op.schema, op.new_table_name)
    waiting, made = (
        tuple(_follows(key, old, op.new_table_name, database) for key in keys)
        for keys in (late.waiting, late.made)
    )
    tables = frozenset(new if one == old else one for one in late.tables)
    return replace(late, tables=tables, waiting=waiting, made=made)


def _follows(key: LateKey, old: Place, new: str, database: Database) -> LateKey:
    op = copy(key.op)
    if source(key, database) == old:
        op.table_name = op.source_table = new
    if target(key, database) == old:
        op.referent_table = new
    return replace(key, op=op)


def _is_over(key: LateKey, op: DropColumnOp, database: Database) -> bool:
    here = place(database, op.schema, op.table_name) == source(key, database)
    return here and any(database.is_name(name, op.column_name) for name in key.op.local_cols)
