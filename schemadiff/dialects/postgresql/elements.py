"""Index columns and referential actions taken apart by PostgreSQL's grammar (sql-createindex.html)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from schemadiff.model import Element, Sql

from .rows import action_text
from .tokens import Token, bare, closing, tokens, without_brackets
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
    if len(inner) == 1 and inner[0].name is not None:
        return replace(element, column=inner[0].name)
    if len(inner) > 2 and inner[0].name is not None and inner[1] == ("word", "collate"):
        # A bracketed column with a collation is still that column to the server.
        names = [item.name for item in inner[2:] if item.name is not None]
        return replace(
            element, column=inner[0].name, collation=collation_text(names, default_schema)
        )
    return replace(element, sql=Sql.of(without_brackets(_source_of(text, len(key)))))


def _source_of(text: str, count: int) -> str:
    """The shortest beginning of ``text`` that has its first ``count`` tokens."""
    low, high = 1, len(text)
    wanted = tokens(text)[:count]
    while low < high:
        middle = (low + high) // 2
        if len(tokens(text[:middle])) >= count and tokens(text[:middle])[:count] == wanted:
            high = middle
        else:
            low = middle + 1
    return text[:low]


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
