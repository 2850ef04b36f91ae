"""Types as the catalogue means them, and as SQLAlchemy says them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect

from schemadiff.dialects.base import AnyType

from .catalogue import ColumnRow

_OF_BYTES = frozenset({"varchar", "char", "varbinary", "binary"})
_OF_PAIRS = frozenset({"nvarchar", "nchar"})
"""max_length counts bytes; a character of these takes two
(https://learn.microsoft.com/en-us/sql/relational-databases/system-catalog-views/sys-columns-transact-sql)."""
_EXACT = frozenset({"decimal", "numeric"})
_OF_TIME = frozenset({"datetime2", "datetimeoffset", "time"})


def type_of(row: ColumnRow, usual_collation: str) -> str:
    """The type of a column; its collation only where it is not the database's."""
    name = f"{row.type_schema}.{row.type}" if row.of_person else row.type + _arguments(row)
    if row.collation is None or row.collation == usual_collation:
        return name
    return f"{name} COLLATE {row.collation}"


def _arguments(row: ColumnRow) -> str:
    if row.type in _OF_BYTES or row.type in _OF_PAIRS:
        length = row.length // 2 if row.type in _OF_PAIRS else row.length
        return "(max)" if row.length == -1 else f"({length})"
    if row.type in _EXACT:
        return f"({row.precision}, {row.scale})"
    if row.type in _OF_TIME:
        return f"({row.scale})"
    return f"({row.precision})" if row.type == "float" and row.precision != 53 else ""


def type_from_text(text: str, dialect: Dialect) -> AnyType:
    """The SQLAlchemy type that a text of ``type_of`` stands for; NullType where there is none."""
    declared, _, collation = text.partition(" COLLATE ")
    name, _, inside = declared.partition("(")
    known: Mapping[str, type[AnyType]] = getattr(dialect, "ischema_names", {})
    cls = known.get(name.strip().lower())
    if cls is None:
        return sa.types.NullType()
    said = [part.strip().lower() for part in inside.rstrip(")").split(",")] if inside else []
    words: dict[str, Any] = {"collation": collation} if collation else {}
    if said and name.strip().lower() in _OF_TIME:
        words["precision"] = int(said.pop())
    numbers: list[Any] = ["max" if part == "max" else int(part) for part in said]
    return cls(*numbers, **words)
