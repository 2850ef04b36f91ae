"""Types in words that every database has."""

from __future__ import annotations

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
