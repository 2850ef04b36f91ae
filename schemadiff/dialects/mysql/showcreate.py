"""SHOW CREATE TABLE, cut into the texts of its columns, checks and keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from .catalogue import IndexRow
from .tokens import USUAL, Lexis, Token, closing, is_word, outside, parts, tokens, written

_AFTER_TYPE = (
    "character",
    "charset",
    "collate",
    "not",
    "null",
    "default",
    "generated",
    "as",
    "auto_increment",
    "comment",
    "check",
    "invisible",
    "on",
    "references",
)
_AFTER_DEFAULT = ("check", "comment", "references", "column_format", "storage")
_KEY_WORDS = ("unique", "fulltext", "spatial", "key")


@dataclass(frozen=True, slots=True)
class ShownColumn:
    """A column's type without its character set, and the texts behind it."""

    name: str
    type: str
    default: str | None = None
    computed: str | None = None
    check: str | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """What SHOW CREATE TABLE says of one table."""

    columns: Mapping[str, ShownColumn]
    checks: Mapping[str, str]
    keys: Mapping[str, Sequence[IndexRow]]
    parsers: Mapping[str, str] = field(default_factory=dict)
    """The parsers of FULLTEXT keys, by the name of the key."""
    periods: frozenset[str] = frozenset()
    """The names of the pairs of columns of which the table says PERIOD FOR."""


def shown(text: str, lexis: Lexis = USUAL) -> Shown:
    """The columns, checks, keys and periods of a SHOW CREATE TABLE."""
    found = tokens(text, lexis)
    opening = next((place for place, token in enumerate(found) if token.text == "("), None)
    if opening is None:
        return Shown({}, {}, {})
    columns: dict[str, ShownColumn] = {}
    checks: dict[str, str] = {}
    keys: dict[str, Sequence[IndexRow]] = {}
    parsers: dict[str, str] = {}
    periods: set[str] = set()
    for part in filter(None, parts(found[opening + 1 : closing(found, opening)])):
        if is_word(part[0], "constraint"):
            checks.update(_check(text, part))
        elif is_word(part[0], *_KEY_WORDS):
            rows = list(_key(text, part))
            name = rows[0].name if rows else ""
            keys[name] = rows
            parsers.update((name, parser) for parser in _parser(part))
        elif is_word(part[0], "period"):
            periods.add(part[2].value)
        elif not is_word(part[0], "primary"):
            column = _column(text, part)
            columns[column.name] = column
    return Shown(columns, checks, keys, parsers, frozenset(periods))


def _column(text: str, part: Sequence[Token]) -> ShownColumn:
    ends = [place for place, token in outside(part[1:]) if is_word(token, *_AFTER_TYPE)]
    end = 1 + (ends[0] if ends else len(part) - 1)
    return ShownColumn(
        name=part[0].value,
        type=written(text, part[1:end]),
        default=_default(text, part, end),
        computed=_bracketed(text, part, end, "as"),
        check=_bracketed(text, part, end, "check"),
    )


def _place(part: Sequence[Token], start: int, *words: str) -> int | None:
    places = (place for place, token in outside(part) if place >= start and is_word(token, *words))
    return next(places, None)


def _default(text: str, part: Sequence[Token], start: int) -> str | None:
    place = _place(part, start, "default")
    if place is None:
        return None
    end = _place(part, place + 1, *_AFTER_DEFAULT)
    return written(text, part[place + 1 : end])


def _bracketed(text: str, part: Sequence[Token], start: int, word: str) -> str | None:
    """What stands in the brackets behind a word."""
    place = _place(part, start, word)
    if place is None or place + 1 >= len(part) or part[place + 1].text != "(":
        return None
    return written(text, part[place + 2 : closing(part, place + 1)])


def _check(text: str, part: Sequence[Token]) -> dict[str, str]:
    clause = _bracketed(text, part, 2, "check")
    return {} if clause is None else {part[1].value: clause}


def _key(text: str, part: Sequence[Token]) -> Iterator[IndexRow]:
    """The parts of a key, as information_schema.statistics would list them."""
    opening = next((place for place, token in enumerate(part) if token.text == "("), None)
    name = next((token.value for token in part if not is_word(token, *_KEY_WORDS)), "")
    if opening is None:
        return
    rest = part[closing(part, opening) + 1 :]
    kind = part[0].value.upper() if is_word(part[0], "fulltext", "spatial") else _using(rest)
    pieces = filter(None, parts(part[opening + 1 : closing(part, opening)]))
    for position, piece in enumerate(pieces, 1):
        yield IndexRow(
            table="",
            name=name,
            non_unique=int(not is_word(part[0], "unique")),
            position=position,
            column=piece[0].value if piece[0].kind != "mark" else None,
            direction="D" if is_word(piece[-1], "desc") else "A",
            length=_length(piece),
            type=kind,
            comment="",
            hidden="",
            expression=_expression(text, piece),
        )


def _parser(part: Sequence[Token]) -> Iterator[str]:
    for word, parser in pairwise(part):
        if is_word(word, "parser"):
            yield parser.value


def _using(rest: Sequence[Token]) -> str:
    places = [place for place, token in enumerate(rest) if is_word(token, "using")]
    following = rest[places[0] + 1 :] if places else ()
    return following[0].value.upper() if following else "BTREE"


def _length(piece: Sequence[Token]) -> int | None:
    if len(piece) > 2 and piece[1].text == "(" and piece[2].text.isdecimal():
        return int(piece[2].text)
    return None


def _expression(text: str, piece: Sequence[Token]) -> str | None:
    if piece[0].text != "(":
        return None
    return written(text, piece[1 : closing(piece, 0)])
