"""Types as text: character sets in one spelling, and text back to SQLAlchemy's types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.dialects import mysql
from sqlalchemy.dialects.mysql import mariadb
from sqlalchemy.engine import Dialect

from schemadiff.dialects.base import AnyType
from schemadiff.dialects.other import OtherType

from .choices import Choices, charset_of, full_collation, modern
from .facts import SHOWN_WIDTHS
from .tokens import USUAL, Lexis, Token, closing, is_word, outside, parts, string_value, tokens

NATIONAL = {"nchar": "national char", "nvarchar": "national varchar"}
"""Types that say their character set by their name (https://mariadb.com/kb/en/nchar/)."""


@dataclass(frozen=True, slots=True)
class TypeText:
    """A type cut in two: ``base``, and the character set and collation that were written behind it."""

    base: str
    charset: str = ""
    collation: str = ""
    binary: bool = False

    @property
    def says_charset(self) -> bool:
        return bool(self.charset or self.collation or self.binary)

    def resolved(self, table_collation: str, choices: Choices) -> str:
        """The collation that a column of this type gets in a table of ``table_collation``."""
        charset = self.charset or charset_of(table_collation)
        if self.collation:
            return full_collation(self.collation, charset)
        if self.binary:
            return f"{charset}_bin" if charset else ""
        return choices.of_charset(charset) if self.charset else table_collation


@lru_cache(maxsize=4096)
def split_type(text: str, lexis: Lexis = USUAL) -> TypeText:
    """A type without its character set, and the character set, wherever it was written."""
    found = tokens(text, lexis)
    if found and found[0].value in NATIONAL:
        return split_type(NATIONAL[found[0].value] + text[found[0].end :], lexis)
    result = TypeText("")
    spent: set[int] = set()
    for place, token in outside(found):
        if place in spent or token.kind != "word":
            continue
        following = found[place + 1 : place + 3]
        result, used = _said(result, place, token, following)
        spent.update(range(place, place + used))
    if not spent:
        return TypeText(text)
    kept = [token for place, token in enumerate(found) if place not in spent]
    return replace(result, base=_joined(text, kept))


def _said(
    result: TypeText, place: int, token: Token, following: Sequence[Token]
) -> tuple[TypeText, int]:
    values = [modern(token.value.lower()) for token in following]
    match token.value, values:
        case "character", ["set", charset]:
            return replace(result, charset=charset), 3
        case "charset", [charset, *_]:
            return replace(result, charset=charset), 2
        case "collate", [collation, *_]:
            return replace(result, collation=collation), 2
        case "ascii", _:
            return replace(result, charset="latin1"), 1
        case "unicode", _:
            return replace(result, charset="ucs2"), 1
        case "national", _ if place == 0:
            return replace(result, charset="utf8mb3"), 1
        case "binary", _ if place > 0:
            return replace(result, binary=True), 1
    return result, 0


def _joined(text: str, kept: Sequence[Token]) -> str:
    pieces: list[str] = []
    end = -1
    for token in kept:
        pieces.append("" if end in (-1, token.start) else " ")
        pieces.append(text[token.start : token.end])
        end = token.end
    return "".join(pieces)


def with_collation(base: str, collation: str) -> str:
    """A type and its collation in the one spelling that both sides use."""
    return f"{base} CHARACTER SET {charset_of(collation)} COLLATE {collation}"


def column_type(base: str, collation: str, table_collation: str) -> str:
    """A column's type; the collation is said only where it is not the table's."""
    if not collation or collation in (table_collation, "binary"):
        return base
    return with_collation(base, collation)


def canonical_type(text: str, table_collation: str, choices: Choices, lexis: Lexis) -> str:
    """A written type as ``column_type`` would have it in a table of ``table_collation``."""
    split = split_type(text, lexis)
    if not split.says_charset:
        return text
    collation = split.resolved(table_collation, choices)
    return (
        text if collation in ("", "binary") else column_type(split.base, collation, table_collation)
    )


def text_of_size(text: str, width: int, lexis: Lexis) -> str:
    """``TEXT(n)`` as the smallest type that holds n characters of ``width`` bytes; any other type as it is.

    https://mariadb.com/kb/en/text/
    """
    if not width:
        return text
    match [token.value for token in tokens(text, lexis)]:
        case ["text", "(", length, ")"] if length.isdecimal():
            size = int(length) * width
            return next((name for name, most in _TEXTS if size <= most), "longtext")
    return text


_TEXTS = (("tinytext", 2**8 - 1), ("text", 2**16 - 1), ("mediumtext", 2**24 - 1))


# ---- text → SQLAlchemy -----------------------------------------------------------------------


def type_from_text(text: str, dialect: Dialect, lexis: Lexis) -> AnyType:
    """The SQLAlchemy type that a COLUMN_TYPE stands for; a type nobody knows keeps its text."""
    split = split_type(text, lexis)
    found = tokens(split.base, lexis)
    if not found or found[0].kind != "word":
        return OtherType(text)
    cls = _class(found[0].value, dialect)
    if cls is None:
        return OtherType(text)
    try:
        return _made(cls, found, split, lexis)
    except (TypeError, ValueError, sa.exc.SQLAlchemyError):
        return OtherType(text)


def _class(name: str, dialect: Dialect) -> type[AnyType] | None:
    known: dict[str, type[AnyType]] = getattr(dialect, "ischema_names", {})
    beyond = _BEYOND.get(name)
    said = beyond is not None and hasattr(
        dialect.type_compiler_instance, f"visit_{beyond.__visit_name__}"
    )
    return known.get(name) or (beyond if said else None)


_BEYOND: dict[str, type[AnyType]] = {
    "inet4": mariadb.INET4,
    "inet6": mariadb.INET6,
    "bool": mysql.BOOLEAN,
}


def _made(cls: type[AnyType], found: Sequence[Token], split: TypeText, lexis: Lexis) -> AnyType:
    arguments = _arguments(found, lexis)
    keywords: dict[str, object] = {
        word: True for word in ("unsigned", "zerofill") if any(is_word(t, word) for t in found)
    }
    if split.charset:
        keywords["charset"] = split.charset
    if split.collation:
        keywords["collation"] = split.collation
    if issubclass(cls, (mysql.DATETIME, mysql.TIMESTAMP, mysql.TIME)) and arguments:
        keywords["fsp"] = arguments.pop(0)
    if issubclass(cls, mysql.SET) and "" in arguments:
        keywords["retrieve_as_bitwise"] = True
    if arguments == [_shown_width(cls, keywords)]:
        arguments = []
    return cls(*arguments, **keywords)


def _shown_width(cls: type[AnyType], keywords: Mapping[str, object]) -> int | None:
    """The width that the catalogue shows where nobody has said one; ZEROFILL fills up to it."""
    if cls not in SHOWN_WIDTHS or "zerofill" in keywords:
        return None
    return SHOWN_WIDTHS[cls]["unsigned" in keywords]


def _arguments(found: Sequence[Token], lexis: Lexis) -> list[object]:
    if len(found) < 2 or found[1].text != "(":
        return []
    inside = found[2 : closing(found, 1)]
    return [_argument(part[0], lexis) for part in parts(inside) if part]


def _argument(token: Token, lexis: Lexis) -> object:
    return string_value(token.text, lexis) if token.kind == "string" else int(token.text)


# ---- what a column holds ---------------------------------------------------------------------


def bytes_at_most(text: str, lexis: Lexis = USUAL) -> int:
    """About how many bytes of a row a column of this type takes, rather too many than too few."""
    found = tokens(text, lexis)
    numbers = [int(t.text) for t in found[2:3] if t.kind == "number" and t.text.isdecimal()]
    if found and found[0].value in (
        "varchar",
        "char",
        "national",
        "nvarchar",
        "nchar",
        "character",
    ):
        return 4 * (numbers[0] if numbers else 255) + 4
    if found and found[0].value in ("varbinary", "binary"):
        return (numbers[0] if numbers else 255) + 4
    return 40


_BYTES = ("binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob")


def is_bytes(type_: str, lexis: Lexis) -> bool:
    """Whether a column of this type holds bytes, not text."""
    words = [token.value for token in tokens(type_, lexis)]
    return bool(words) and (words[0] in _BYTES or words[-3:] == ["character", "set", "binary"])
