"""What people write where a database says the same in more words."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import CompileError

from schemadiff.dialects.base import AnyColumn, AnyType, Database

LONGEST = 55
"""A longer name might be one that SQLAlchemy has cut: PostgreSQL keeps 63 bytes, MySQL 64 characters."""


def usual_type(type_: AnyType, database: Database) -> AnyType:
    """The generic type that is spelt alike in ``database``, or ``type_``, such that ``create_all`` makes it."""
    _let_be_made(type_)
    try:
        generic = _generic(type_, database)
        same = database.makes_alike(generic, type_)
    except (NotImplementedError, CompileError, sa.exc.ArgumentError, TypeError):
        return type_
    return generic if same else type_


def _let_be_made(type_: object) -> None:
    """Lets ``create_all`` make a named type, and those that it is an array of or stands on."""
    if isinstance(type_, postgresql.NamedType):
        type_.create_type = True
    for inner in (getattr(type_, name, None) for name in ("item_type", "data_type")):
        if inner is not None:
            _let_be_made(inner)


def _generic(type_: AnyType, database: Database) -> AnyType:
    if isinstance(type_, postgresql.ENUM):  # SQLAlchemy's own way forgets the name
        return sa.Enum(*type_.enums, name=type_.name, schema=type_.schema)
    return database.generic(type_)


def is_usual_index(index: sa.Index) -> bool:
    """Whether ``index=True`` on a column makes this index: it has the name that SQLAlchemy gives."""
    table, columns = index.table, list(index.columns)
    if table is None or table.schema or len(columns) != 1 or list(index.expressions) != columns:
        return False
    name = f"ix_{table.name}_{columns[0].name}"
    return index.name == name and len(name) <= LONGEST


def counts_anyway(column: AnyColumn) -> bool:
    """Whether SQLAlchemy lets a column count by itself where nothing is said of it."""
    return (
        column.primary_key
        and len(column.table.primary_key.columns) == 1
        and isinstance(column.type, sa.Integer)
        and not column.foreign_keys
        and (column.server_default is None or column.identity is not None)
    )


ANNOTATED: dict[str, type[Any]] = {
    "bool": sa.Boolean,
    "bytes": sa.LargeBinary,
    "datetime.date": sa.Date,
    "datetime.datetime": sa.DateTime,
    "datetime.time": sa.Time,
    "datetime.timedelta": sa.Interval,
    "decimal.Decimal": sa.Numeric,
    "int": sa.Integer,
    "str": sa.String,
    "uuid.UUID": sa.Uuid,
}
"""The type that a Mapped annotation stands for, if none is written beside it; for float it depends on the release."""


def goes_without_saying(type_: AnyType, annotation: str, database: Database) -> bool:
    """Whether a column of that annotation is of ``type_`` anyway."""
    usual = ANNOTATED.get(annotation)
    if usual is None or type(type_) is not usual:
        return False
    try:
        return database.type_text(type_) == database.type_text(usual())
    except CompileError:  # MySQL has no VARCHAR without a length
        return False
