"""Python values as SQL, and for each kind of type the value that means nothing yet."""

from __future__ import annotations

import datetime
import decimal
import json
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

_EPOCH = datetime.datetime(1970, 1, 1)

_NEUTRAL: tuple[tuple[type[TypeEngine[Any]], object], ...] = (
    (sa.Interval, datetime.timedelta(0)),
    (sa.Boolean, False),
    (sa.Integer, 0),
    (sa.Float, 0.0),
    (sa.Numeric, decimal.Decimal(0)),
    (sa.JSON, {}),
    (sa.DateTime, _EPOCH),
    (sa.Date, _EPOCH.date()),
    (sa.Time, _EPOCH.time()),
    (sa.LargeBinary, b""),
    (sa.Uuid, uuid.UUID(int=0)),
    (sa.String, ""),
)


class NoLiteral(ValueError):
    """A value that cannot be written as SQL."""


def plain_type(type_: TypeEngine[Any], dialect: Dialect) -> TypeEngine[Any]:
    """The type below all decorators and variants; an Interval is one on every database."""
    chosen = type_._variant_mapping.get(dialect.name, type_)
    if isinstance(chosen, TypeDecorator) and not isinstance(chosen, sa.Interval):
        return plain_type(chosen.load_dialect_impl(dialect), dialect)
    return chosen


def neutral(type_: TypeEngine[Any]) -> object | None:
    """Zero, nothing, the epoch, an enumeration's first label; None for a type without such a value."""
    if isinstance(type_, sa.Enum):
        return type_.enums[0] if type_.enums else None
    if isinstance(type_, sa.Uuid) and not type_.as_uuid:
        return str(uuid.UUID(int=0))
    return next((value for kind, value in _NEUTRAL if isinstance(type_, kind)), None)


def literal(value: object, type_: TypeEngine[Any], dialect: Dialect) -> str:
    """A value of a type as SQL. Raises NoLiteral for one that SQLAlchemy and the type cannot write down."""
    if isinstance(type_, sa.JSON):
        return literal(json.dumps(value), sa.String(), dialect)
    try:
        bound = sa.literal(value, type_)
        return str(bound.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
    except Exception as error:  # the author's own type decides what it raises
        reason = str(error).partition("\n")[0]
        raise NoLiteral(
            f"{value!r} cannot be written as {type(type_).__name__}: {reason}"
        ) from error
