"""Types in words that every database has."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import sqlalchemy as sa
from sqlalchemy.engine.default import DefaultDialect

from .terms import AnyType


def word(type_: AnyType) -> str:
    """A generic type less what is a matter of the database: how texts and inexact numbers are kept."""
    match type_:
        case sa.JSON():
            return "JSON"
        case sa.Enum() | sa.Interval() | sa.Uuid():
            return str(type_.compile(dialect=DefaultDialect()))
        case sa.CHAR(length=length):
            return f"CHAR({length or 1})"
        case sa.String(length=length):
            return f"VARCHAR({length})" if length else "TEXT"
        case sa.Float():
            return "FLOAT"
        case sa.LargeBinary():
            return "BLOB"
        case _:
            return str(type_.compile(dialect=DefaultDialect()))


def in_standard_words(type_: AnyType) -> Iterator[AnyType]:
    """What may say the same as a database's own type by a class of SQL's own words, the shortest first.

    SQLAlchemy names those in capitals, whatever the database: ``sa.VARCHAR`` is what ``mysql.VARCHAR`` stands on.
    """
    cls = next((c for c in type(type_).__mro__ if getattr(sa.types, c.__name__, None) is c), None)
    if cls is None or cls is type(type_) or not cls.__name__.isupper():
        return
    with suppress(TypeError):  # ARRAY cannot do without what the type says
        yield cls()
    yield type_.adapt(cls)
