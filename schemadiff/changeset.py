"""Changes of a live database by SQLAlchemy objects, which stay in step: no history, no revision file.

Each function takes an Engine or a Connection as ``bind``; a transaction of the caller's is joined, without
one each call is a transaction of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from schemadiff.errors import UsageError
from schemadiff.operations import Operations
from schemadiff.operations.ops import AddConstraintOp, DropConstraintOp
from schemadiff.runtime.migration import MigrationContext

__all__ = [
    "alter_column",
    "create_column",
    "create_constraint",
    "drop_column",
    "drop_constraint",
    "rename_index",
    "rename_table",
]

Bind = Engine | Connection | Operations
"""Where the change is made; Operations are those of a migration that is running."""

CASCADES = frozenset({"postgresql", "oracle"})
"""The databases that know DROP CONSTRAINT … CASCADE."""


def create_column(
    bind: Bind,
    column: sa.Column[Any],
    table: sa.Table,
    *,
    populate_default: bool = True,
    index_name: str | None = None,
    unique_name: str | None = None,
) -> sa.Column[Any]:
    """``column``, which has been added to the database and to ``table``.

    ``populate_default`` writes its scalar Python default into the rows that are there, also where the
    column takes no NULL. ``index_name`` and ``unique_name`` put an index or a UNIQUE constraint on it.
    """
    default = column.default
    value = default.arg if isinstance(default, sa.ColumnDefault) and default.is_scalar else None
    fill = populate_default and value is not None
    copy = column._copy()
    copy.nullable = True if fill else column.nullable
    with _operations(bind) as op:
        op.add_column(table.name, copy, schema=table.schema)
        table.append_column(column)
        if fill:
            op.execute(table.update().values({column: value}))
            if not column.nullable:
                op.alter_column(
                    table.name,
                    column.name,
                    schema=table.schema,
                    existing_type=column.type,
                    nullable=False,
                )
        if index_name is not None:
            sa.Index(index_name, column)
            op.create_index(index_name, table.name, [column.name], schema=table.schema)
        if unique_name is not None:
            table.append_constraint(sa.UniqueConstraint(column, name=unique_name))
            op.create_unique_constraint(unique_name, table.name, [column.name], schema=table.schema)
    return column


def drop_column(bind: Bind, column: sa.Column[Any]) -> None:
    """Take ``column`` out of the database and out of its table, with the indexes and constraints over it."""
    table = column.table
    with _operations(bind) as op:
        for index in [one for one in table.indexes if column in list(one.columns)]:
            op.drop_index(str(index.name), table.name, schema=table.schema)
            table.indexes.discard(index)
        for constraint in _over(table, column):
            if constraint.name is not None:
                op.invoke(DropConstraintOp.from_constraint(constraint))
            table.constraints.discard(constraint)
        op.drop_column(table.name, column.name, schema=table.schema)
    _with_columns(table, [one for one in table.columns if one is not column])


def _over(table: sa.Table, column: sa.Column[Any]) -> list[sa.Constraint]:
    kinds = (sa.UniqueConstraint, sa.ForeignKeyConstraint, sa.CheckConstraint)
    return [c for c in table.constraints if isinstance(c, kinds) and column in list(c.columns)]


def alter_column(bind: Bind, column: sa.Column[Any], **changes: Any) -> None:
    """Change ``name``, ``type``, ``nullable``, ``server_default`` or ``comment`` of a column, and say so in its object.

    Raises UsageError for any other attribute.
    """
    known = {"name", "type", "nullable", "server_default", "comment"}
    strange = sorted(set(changes) - known)
    if strange:
        raise UsageError(
            f"a column has no {strange[0]} to be altered", hint=", ".join(sorted(known))
        )
    table = column.table
    said = {{"name": "new_column_name", "type": "type_"}.get(n, n): v for n, v in changes.items()}
    with _operations(bind) as op:
        op.alter_column(
            table.name,
            column.name,
            schema=table.schema,
            existing_type=column.type,
            existing_nullable=column.nullable,
            **said,
        )
    _say(column, changes)


def _say(column: sa.Column[Any], changes: dict[str, Any]) -> None:
    for name in ("nullable", "comment"):
        if name in changes:
            setattr(column, name, changes[name])
    if "type" in changes:
        column.type = sa.types.to_instance(changes["type"])
    if "server_default" in changes:
        default = changes["server_default"]
        column.server_default = sa.DefaultClause(default) if isinstance(default, str) else default
    if "name" in changes:
        columns = list(column.table.columns)
        _with_columns(column.table, [])
        column.name = column.key = changes["name"]
        _with_columns(column.table, columns)


def _with_columns(table: sa.Table, columns: list[sa.Column[Any]]) -> None:
    """Makes the collection of a table hold ``columns``, under the names they have now."""
    for column in list(table._columns):
        table._columns.remove(column)
    table._columns._populate_separate_keys((column.key, column) for column in columns)


def rename_table(bind: Bind, table: sa.Table, name: str) -> None:
    """Give a table another name, in the database and in its MetaData."""
    with _operations(bind) as op:
        op.rename_table(table.name, name, schema=table.schema)
    table.metadata._remove_table(table.name, table.schema)
    table.name = sa.quoted_name(name, None)
    table.fullname = f"{table.schema}.{name}" if table.schema else name
    table.metadata._add_table(name, table.schema, table)


def rename_index(bind: Bind, index: sa.Index, name: str) -> None:
    """Give an index another name."""
    assert index.table is not None
    with _operations(bind) as op:
        op.rename_index(index.table.name, str(index.name), name, schema=index.table.schema)
    index.name = sa.quoted_name(name, None)


def create_constraint(bind: Bind, constraint: sa.Constraint) -> None:
    """Add a constraint, which is part of its table already, to the database."""
    with _operations(bind) as op:
        op.invoke(AddConstraintOp.from_constraint(constraint))


def drop_constraint(bind: Bind, constraint: sa.Constraint, *, cascade: bool = False) -> None:
    """Take a constraint out of the database and out of its table; ``cascade`` counts where databases have it."""
    table = constraint.table
    with _operations(bind) as op:
        if cascade and op.get_context().dialect.name in CASCADES:
            op.execute(sa.schema.DropConstraint(constraint, cascade=True, isolate_from_table=False))
        else:
            op.invoke(DropConstraintOp.from_constraint(constraint))
    table.constraints.discard(constraint)


@contextmanager
def _operations(bind: Bind) -> Iterator[Operations]:
    """Operations on ``bind``, in the caller's transaction or in one of their own."""
    if isinstance(bind, Operations):
        yield bind
        return
    if isinstance(bind, Engine):
        with bind.connect() as connection, _operations(connection) as op:
            yield op
        return
    context = MigrationContext.configure(bind)
    with context.begin_transaction(), context.begin_transaction(per_migration=True):
        yield Operations(context)
