"""Index columns and referential actions taken apart by PostgreSQL's grammar (sql-createindex.html)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from schemadiff.model import Element, Sql

from .facts import CONSTANT_WORDS
from .rows import action_text
from .tokens import Token, bare, closing, placed, quoted, tokens, without_brackets
from .types import collation_text


def parse_element(text: str, default_schema: str = "") -> Element:
    """The index column written as ``text``: ``lower(name) COLLATE "C" text_pattern_ops DESC``.

    What does not follow the grammar is taken as an expression: the database will say what is wrong.
    """
    items = tokens(text)
    end = _end_of_key(items)
    tail = list(items[end:])
    element = _options(tail, default_schema) if end else None
    if element is None:
        return Element(sql=Sql.of(without_brackets(text)))
    return _keyed(element, text, items[:end], default_schema)


def is_named_with_class(element: Element) -> bool:
    """Whether SQLAlchemy's ``postgresql_ops`` can say the operator class: it names columns, and nothing around them."""
    return element.opclass != "" and element == Element(element.column, opclass=element.opclass)


def element_text(element: Element, quote: Callable[[str], str] = quoted) -> str:
    """An index column as CREATE INDEX says it."""
    parts = (
        quote(element.column) if element.sql is None else f"({element.sql.text})",
        f"COLLATE {element.collation}" if element.collation else "",
        element.opclass,
        "DESC" if element.descending else "",
        f"NULLS {element.nulls.upper()}" if element.nulls else "",
    )
    return " ".join(part for part in parts if part)


def _end_of_key(items: tuple[Token, ...]) -> int:
    """How many tokens are the column, the function call or the bracketed expression."""
    if not items:
        return 0
    if items[0].text == "(":
        return closing(items, 0) + 1
    end = 1
    while end + 1 < len(items) and items[end].text == ".":
        end += 2
    if end < len(items) and items[end].text == "(":
        return closing(items, end) + 1
    return end if items[0].name is not None else 0


def _options(tail: list[Token], default_schema: str) -> Element | None:
    """What follows the key; None if something is left that the grammar does not have."""
    element = Element()
    if _word(tail, "collate"):
        names = list(_dotted(tail))
        element = replace(element, collation=collation_text(names, default_schema))
    element = replace(element, opclass=_opclass(tail))
    if _word(tail, "desc"):
        element = replace(element, descending=True)
    else:
        _word(tail, "asc")
    if _word(tail, "nulls"):
        first = _word(tail, "first")
        usual = first == element.descending
        if not first and not _word(tail, "last"):
            return None
        element = replace(element, nulls="" if usual else "first" if first else "last")
    return None if tail else element


def _word(tail: list[Token], word: str) -> bool:
    if tail and tail[0] == ("word", word):
        del tail[0]
        return True
    return False


def _dotted(tail: list[Token]) -> Iterator[str]:
    while tail and (name := tail[0].name) is not None:
        yield name
        del tail[0]
        if not tail or tail[0].text != ".":
            return
        del tail[0]


def _opclass(tail: list[Token]) -> str:
    if not tail or tail[0].name is None or tail[0].text in ("asc", "desc", "nulls"):
        return ""
    end = 1
    while end + 1 < len(tail) and tail[end].text == ".":
        end += 2
    if end < len(tail) and tail[end].text == "(":
        end = closing(tail, end) + 1
    text = "".join(item.text for item in tail[:end])
    del tail[:end]
    return text


def _keyed(element: Element, text: str, key: tuple[Token, ...], default_schema: str) -> Element:
    inner = bare(key)
    if len(inner) == 1 and inner[0].name is not None and not _is_constant(inner[0]):
        return replace(element, column=inner[0].name)
    if len(inner) > 2 and inner[0].name is not None and inner[1] == ("word", "collate"):
        # A bracketed column with a collation is still that column to the server.
        names = [item.name for item in inner[2:] if item.name is not None]
        return replace(
            element, column=inner[0].name, collation=collation_text(names, default_schema)
        )
    return replace(element, sql=Sql.of(without_brackets(_source_of(text, len(key)))))


def _is_constant(token: Token) -> bool:
    return token.kind == "word" and token.text in CONSTANT_WORDS


def _source_of(text: str, count: int) -> str:
    """The beginning of ``text`` that has its first ``count`` tokens."""
    end = [end for _, _, end in islice(placed(text), count)][-1]
    return text[:end]


@dataclass(frozen=True, slots=True)
class ExclusionParts:
    """What an EXCLUDE constraint says."""

    method: str
    elements: tuple[tuple[str, str], ...]
    """Index columns as written, each with its operator."""
    where: str = ""
    deferrable: bool = False
    deferred: bool = False


def parse_exclusion(text: str) -> ExclusionParts | None:
    """The parts of ``EXCLUDE USING gist (room WITH =, during WITH &&) WHERE (…)``; None if it is not one."""
    items = tokens(text)
    if [item.text for item in items[:2]] != ["exclude", "using"] or ("symbol", "(") not in items:
        return None
    start = items.index(Token("symbol", "("))
    end = closing(items, start)
    rest = items[end + 1 :]
    where = ""
    if rest[:1] == (("word", "where"),):
        where = without_brackets(_slice(text, end + 2, end + 2 + closing(items[end + 2 :], 0)))
    return ExclusionParts(
        method=" ".join(item.text for item in items[2:start]),
        elements=tuple(_excluded(text, start + 1, end)),
        where=where,
        deferrable=_says(rest, "deferrable") and not _says(rest, "not", "deferrable"),
        deferred=_says(rest, "initially", "deferred"),
    )


def _excluded(text: str, start: int, end: int) -> Iterator[tuple[str, str]]:
    """Columns and operators between two tokens, where commas of the first level part them."""
    items = tokens(text)
    place = first = start
    with_at = start
    while place <= end:
        if place == end or items[place].text == ",":
            yield _slice(text, first, with_at - 1), _slice(text, with_at + 1, place - 1)
            first = place + 1
        elif items[place].text == "(":
            place = closing(items, place)
        elif items[place] == ("word", "with"):
            with_at = place
        place += 1


def _slice(text: str, first: int, last: int) -> str:
    """The text from its token ``first`` to its token ``last``."""
    places = [(start, end) for _, start, end in placed(text)]
    return text[places[first][0] : places[min(last, len(places) - 1)][1]]


def _says(items: tuple[Token, ...], *words: str) -> bool:
    texts = [item.text for item in items]
    return any(tuple(texts[n : n + len(words)]) == words for n in range(len(texts)))


def parse_action(text: str) -> str:
    """A referential action in one spelling; ``""`` for the one that is taken if none is written."""
    items = tokens(text)
    words = " ".join(item.text.upper() for item in items if item.kind == "word")
    if ("symbol", "(") in items:
        start = items.index(Token("symbol", "("))
        words = " ".join(item.text.upper() for item in items[:start])
        names = [item.name for item in items[start:] if item.name is not None]
        return action_text(words, names)
    return "" if words == "NO ACTION" else words
