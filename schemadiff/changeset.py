"""Changes of a live database by SQLAlchemy objects, which stay in step: no history, no revision file.

Each function takes an Engine or a Connection as ``bind``; a transaction of the caller's is joined, without
one each call is a transaction of its own. Where a table, column or index is given by its name, it is read from
the database.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from schemadiff.errors import UsageError
from schemadiff.operations import Operations
from schemadiff.operations.adhoc import copy_of
from schemadiff.operations.ops import (
    AddConstraintOp,
    CreateIndexOp,
    DropConstraintOp,
    DropIndexOp,
)
from schemadiff.runtime.migration import MigrationContext

__all__ = [
    "alter_column",
    "create_column",
    "create_constraint",
    "create_index",
    "drop_column",
    "drop_constraint",
    "drop_index",
    "rename_index",
    "rename_table",
]

Bind = Engine | Connection | Operations
"""Where the change is made; Operations are those of a migration that is running."""

CHANGEABLE = frozenset(
    ("autoincrement", "comment", "default", "name", "nullable", "server_default", "type")
)
SPELT = {"name": "new_column_name", "type": "type_"}
"""The attributes of a column that ``op.alter_column`` calls differently."""

CASCADES = frozenset({"postgresql", "oracle"})
"""The databases that know DROP CONSTRAINT … CASCADE."""


def create_column(
    bind: Bind,
    column: sa.Column[Any],
    table: sa.Table | str,
    *,
    populate_default: bool = True,
    index_name: str | None = None,
    unique_name: str | None = None,
    primary_key_name: str | None = None,
) -> sa.Column[Any]:
    """``column``, which has been added to the database and to ``table``.

    ``populate_default`` writes its Python default (a value or an SQL expression) into the rows that are there,
    also where the column takes no NULL. ``index_name``, ``unique_name`` and ``primary_key_name`` put an index
    or a constraint on it.
    """
    with _operations(bind) as op:
        owner = _table(op, table)
        fill = _default_of(column) if populate_default else None
        op.add_column(owner.name, _addable(column, fill), schema=owner.schema)
        owner.append_column(column, replace_existing=True)
        if fill is not None:
            op.execute(owner.update().values({column: fill.arg}))
            if not column.nullable:
                op.alter_column(
                    owner.name,
                    column.name,
                    schema=owner.schema,
                    existing_type=column.type,
                    nullable=False,
                )
        for item in _over_new(column, index_name, unique_name, primary_key_name):
            op.invoke(item)
    return column


def _default_of(column: sa.Column[Any]) -> sa.ColumnDefault | None:
    """The Python default that can be written into all rows by one UPDATE."""
    default = column.default
    if isinstance(default, sa.ColumnDefault) and (default.is_scalar or default.is_clause_element):
        return default
    return None


def _addable(column: sa.Column[Any], fill: sa.ColumnDefault | None) -> sa.Column[Any]:
    """A copy of ``column`` that rows which are there do not stand against."""
    copy = copy_of(column)
    copy.nullable = True if fill is not None else column.nullable
    return copy


def _over_new(
    column: sa.Column[Any], index: str | None, unique: str | None, primary_key: str | None
) -> Iterator[CreateIndexOp | AddConstraintOp]:
    table = column.table
    if index is not None:
        yield CreateIndexOp.from_index(sa.Index(index, column))
    if unique is not None:
        constraint = sa.UniqueConstraint(column, name=unique)
        yield AddConstraintOp.from_constraint(constraint)
    if primary_key is not None:
        key = sa.PrimaryKeyConstraint(column, name=primary_key)
        table.append_constraint(key)
        yield AddConstraintOp.from_constraint(key)


def drop_column(
    bind: Bind, column: sa.Column[Any] | str, table: sa.Table | str | None = None
) -> None:
    """Take ``column`` out of the database and out of its table, with the indexes and constraints over it."""
    with _operations(bind) as op:
        gone = _column(op, column, table)
        owner = gone.table
        for index in [one for one in owner.indexes if gone in list(one.columns)]:
            op.drop_index(str(index.name), owner.name, schema=owner.schema)
            _forget(owner, index)
        for constraint in _over(owner, gone):
            if constraint.name is not None:
                op.invoke(DropConstraintOp.from_constraint(constraint))
            _forget(owner, constraint)
        op.drop_column(owner.name, gone.name, schema=owner.schema)
    _with_columns(owner, [one for one in owner.columns if one is not gone])


def _over(table: sa.Table, column: sa.Column[Any]) -> list[sa.Constraint]:
    kinds = (sa.UniqueConstraint, sa.ForeignKeyConstraint, sa.CheckConstraint)
    return [c for c in table.constraints if isinstance(c, kinds) and column in list(c.columns)]


def alter_column(
    bind: Bind,
    column: sa.Column[Any] | str,
    like: sa.Column[Any] | None = None,
    table: sa.Table | str | None = None,
    **changes: Any,
) -> sa.Column[Any]:
    """The column, changed in the database and in its table.

    What can change: ``name``, ``type``, ``nullable``, ``server_default``, ``comment``, ``autoincrement``, and
    ``default``, which is Python's alone; what differs in the column ``like`` changes too. Raises UsageError for
    any other attribute.
    """
    strange = sorted(set(changes) - CHANGEABLE)
    if strange:
        raise UsageError(
            f"a column has no {strange[0]} to be altered", hint=", ".join(sorted(CHANGEABLE))
        )
    with _operations(bind) as op:
        found = _column(op, column, table)
        if like is not None:
            changes = {**_differing(found, like), **changes}
        said = {SPELT.get(name, name): v for name, v in changes.items() if name != "default"}
        if said:
            op.alter_column(
                found.table.name,
                found.name,
                schema=found.table.schema,
                existing_type=found.type,
                existing_nullable=found.nullable,
                **said,
            )
    _say(found, changes)
    return found


def _differing(column: sa.Column[Any], like: sa.Column[Any]) -> dict[str, Any]:
    """What ``like`` says of itself, as changes of ``column``; a type is said again, for the database knows best."""
    names = ("name", "nullable", "comment", "server_default")
    changes = {n: getattr(like, n) for n in names if getattr(like, n) != getattr(column, n)}
    return {**changes, "type": like.type, "default": like.default}


def _say(column: sa.Column[Any], changes: dict[str, Any]) -> None:
    for name in ("nullable", "comment", "autoincrement"):
        if name in changes:
            setattr(column, name, changes[name])
    if "default" in changes:
        default = changes["default"]
        is_made = default is None or isinstance(default, sa.schema.DefaultGenerator)
        column.default = default if is_made else sa.ColumnDefault(default)
    if "type" in changes:
        column.type = sa.types.to_instance(changes["type"])
        # Which column counts was worked out from the types.
        vars(column.table.primary_key).pop("_autoincrement_column", None)
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


def rename_table(bind: Bind, table: sa.Table | str, name: str) -> sa.Table:
    """The table, under another name in the database and in its MetaData."""
    with _operations(bind) as op:
        found = _table(op, table)
        op.rename_table(found.name, name, schema=found.schema)
    found.metadata._remove_table(found.name, found.schema)
    found.name = sa.quoted_name(name, None)
    found.fullname = f"{found.schema}.{name}" if found.schema else name
    found.metadata._add_table(name, found.schema, found)
    return found


def rename_index(
    bind: Bind, index: sa.Index | str, name: str, table: sa.Table | str | None = None
) -> None:
    """Give an index another name; one that is given by its name needs its ``table``."""
    with _operations(bind) as op:
        found = _index(op, index, table) if isinstance(index, str) else index
        assert found.table is not None
        op.rename_index(found.table.name, str(found.name), name, schema=found.table.schema)
    found.name = sa.quoted_name(name, None)


def create_index(bind: Bind, index: sa.Index) -> None:
    """Add an index, which is part of its table already, to the database."""
    with _operations(bind) as op:
        op.invoke(CreateIndexOp.from_index(index))


def create_constraint(bind: Bind, constraint: sa.Constraint) -> None:
    """Add a constraint, which is part of its table already, to the database."""
    with _operations(bind) as op:
        op.invoke(AddConstraintOp.from_constraint(constraint))


def drop_index(bind: Bind, index: sa.Index) -> None:
    """Take an index out of the database and out of its table."""
    assert index.table is not None
    with _operations(bind) as op:
        op.invoke(DropIndexOp.from_index(index))
    _forget(index.table, index)


def drop_constraint(bind: Bind, constraint: sa.Constraint, *, cascade: bool = False) -> None:
    """Take a constraint out of the database and out of its table; ``cascade`` counts where databases have it."""
    table = constraint.table
    with _operations(bind) as op:
        drop = DropConstraintOp.from_constraint(constraint)
        if cascade and constraint.name and op.get_context().dialect.name in CASCADES:
            op.execute(sa.schema.DropConstraint(drop.to_constraint(), cascade=True))
        else:
            op.invoke(drop)
    _forget(table, constraint)


def _forget(table: sa.Table, gone: sa.Constraint | sa.Index) -> None:
    """Takes a constraint or index, and any other object that stands for it, out of its table."""
    # Other sets: the caller may be looping over those that are there.
    table.constraints = {one for one in table.constraints if not _is(one, gone)}
    table.indexes = {one for one in table.indexes if not _is(one, gone)}


def _is(one: sa.Constraint | sa.Index, gone: sa.Constraint | sa.Index) -> bool:
    return one is gone or (one.name is not None and one.name == gone.name)


def _table(op: Operations, table: sa.Table | str) -> sa.Table:
    """A table; one that is given by its name (``schema.name``) is read from the database."""
    if isinstance(table, sa.Table):
        return table
    schema, _, name = table.rpartition(".")
    return sa.Table(name, sa.MetaData(), schema=schema or None, autoload_with=op.get_bind())


def _column(
    op: Operations, column: sa.Column[Any] | str, table: sa.Table | str | None
) -> sa.Column[Any]:
    """A column; one that is given by its name needs its table. Raises UsageError."""
    if table is None and isinstance(column, sa.Column):
        return column
    if table is None:
        raise UsageError(f"in which table is column {column}?", hint="say table=… too")
    name = column if isinstance(column, str) else column.name
    owner = _table(op, table)
    if name not in owner.columns:
        raise UsageError(f"table {owner.fullname} has no column {name}")
    return owner.columns[name]


def _index(op: Operations, index: str, table: sa.Table | str | None) -> sa.Index:
    """The index of a name. Raises UsageError."""
    if table is None:
        raise UsageError(f"on which table is index {index}?", hint="say table=… too")
    owner = _table(op, table)
    for one in owner.indexes:
        if one.name == index:
            return one
    raise UsageError(f"table {owner.fullname} has no index {index}")


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
