"""Types as the dictionary means them, and as SQLAlchemy says them.

https://docs.oracle.com/en/database/oracle/oracle-database/23/sqlrf/Data-Types.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect

from schemadiff.dialects.base import AnyType

from .catalogue import ColumnRow
from .texts import tokens

_INTEGER = "NUMBER(38, 0)"
_MEANT: dict[str, str] = {
    "INTEGER": _INTEGER,
    "INT": _INTEGER,
    "SMALLINT": _INTEGER,
    "NUMERIC": _INTEGER,
    "DECIMAL": _INTEGER,
    "DEC": _INTEGER,
    "FLOAT": "FLOAT(126)",
    "DOUBLE PRECISION": "FLOAT(126)",
    "REAL": "FLOAT(63)",
    "CHAR": "CHAR(1)",
    "TIMESTAMP": "TIMESTAMP(6)",
    "TIMESTAMP WITH TIME ZONE": "TIMESTAMP(6) WITH TIME ZONE",
    "TIMESTAMP WITH LOCAL TIME ZONE": "TIMESTAMP(6) WITH LOCAL TIME ZONE",
    "INTERVAL DAY TO SECOND": "INTERVAL DAY(2) TO SECOND(6)",
}
"""What a type without arguments is kept as."""
_SYNONYMS = {"NUMERIC": "NUMBER", "DECIMAL": "NUMBER", "DEC": "NUMBER", "VARCHAR": "VARCHAR2"}


def type_of(row: ColumnRow) -> str:
    """The type of a column."""
    match row.type:
        case "NUMBER" if row.precision is None and row.scale is None:
            return "NUMBER"
        case "NUMBER":
            return f"NUMBER({38 if row.precision is None else row.precision}, {row.scale or 0})"
        case "FLOAT":
            return f"FLOAT({row.precision})"
        case "VARCHAR2" | "CHAR" if row.char_used == "C":
            return f"{row.type}({row.char_length} CHAR)"
        case "NVARCHAR2" | "NCHAR":
            return f"{row.type}({row.char_length})"
        case "VARCHAR2" | "CHAR" | "RAW":
            return f"{row.type}({row.length})"
        case _:
            return row.type


def meant(text: str) -> str:
    """How the dictionary spells the type that ``text`` asks for."""
    words = [token.plain for token in tokens(text)]
    if "(" not in words:
        name = " ".join(words)
        return _MEANT.get(name, name)
    name = _SYNONYMS.get(words[0], words[0])
    inner = words[2 : words.index(")")]
    if name == "NUMBER" and "," not in inner:
        inner += [",", "0"]
    arguments = " ".join(inner).replace(" ,", ",").removesuffix(" BYTE")
    tail = " ".join(words[words.index(")") + 1 :]).replace(" ( ", "(").replace(" )", ")")
    return f"{name}({arguments}){' ' if tail else ''}{tail}"


def type_from_text(text: str, dialect: Dialect) -> AnyType:
    """The SQLAlchemy type that a text of ``type_of`` stands for; NullType where there is none."""
    words = [token.plain for token in tokens(text)]
    numbers: list[Any] = [int(word) for word in words if word.isdecimal()]
    if words[:1] == ["TIMESTAMP"]:
        known: Mapping[str, type[AnyType]] = getattr(dialect, "ischema_names", {})
        zones: dict[str, Any] = {"timezone": "ZONE" in words and "LOCAL" not in words}
        zones |= {"local_timezone": True} if "LOCAL" in words else {}
        return known["TIMESTAMP"](**zones) if "TIMESTAMP" in known else sa.TIMESTAMP()
    cls = getattr(dialect, "ischema_names", {}).get(words[0] if words else "")
    if cls is None or words[0] == "INTERVAL":
        return sa.types.NullType()
    if words[0] == "FLOAT":
        return cls(binary_precision=numbers[0])  # type: ignore[no-any-return]
    return cls(*numbers)  # type: ignore[no-any-return]
