"""What decides the DDL of the types and defaults that most models are made of, so that equals are compiled once."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.sql.functions import AnsiFunction, now

from schemadiff.dialects.base import AnyType


def is_plain(type_: AnyType) -> bool:
    """Whether a type is one of SQLAlchemy's whose DDL its public, simple arguments alone decide."""
    kind = type(type_)
    known = _PLAIN.get(kind)
    if known is None:
        known = _PLAIN[kind] = (
            kind.__module__.startswith("sqlalchemy.")
            and not issubclass(kind, (sa.Enum, sa.ARRAY, sa.TypeDecorator))
            and getattr(kind, "__visit_name__", "") not in ("DOMAIN", "SET")
        )
    return known and not type_._variant_mapping


_PLAIN: dict[type[object], bool] = {}


def plain_key(type_: AnyType) -> object:
    """What decides the DDL of a plain type; None for any other, or an argument that cannot be hashed."""
    if not is_plain(type_):
        return None
    said = [item for item in type_.__dict__.items() if item[0][0] != "_" and item[0] != "dispatch"]
    key = (type(type_), *said)
    try:
        hash(key)
    except TypeError:
        return None
    return key


def said_plainly(default: object) -> object:
    """What decides the DDL of a default that is a string, a text or one like CURRENT_TIMESTAMP."""
    match default:
        case str():
            return (str, default)
        case sa.TextClause() if not default._bindparams:
            return (sa.TextClause, default.text)
        case now() | AnsiFunction() if not default.clauses.clauses:
            return type(default)
        case _:
            return None
