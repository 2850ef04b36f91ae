"""PostgreSQL's SQL cut into tokens, by the lexical rules of its manual (sql-syntax-lexical.html)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from .facts import CONSTANT_WORDS

TokenKind = Literal["word", "quoted", "string", "number", "symbol"]


class Token(NamedTuple):
    """One token; a word is lower-cased, everything else is as it was written."""

    kind: TokenKind
    text: str

    @property
    def name(self) -> str | None:
        """The identifier that this token is, or None."""
        match self.kind:
            case "word":
                return self.text
            case "quoted":
                return self.text[1:-1].replace('""', '"')
            case _:
                return None


_TOKEN = re.compile(
    r"""(?P<blank>\s+|--[^\n]*)
    |(?P<comment>/\*)
    |(?P<string>[eE]'(?:[^'\\]|''|\\.)*'|(?:[bBxXnN]|[uU]&)?'(?:[^']|'')*'
        |\$(?P<tag>(?:[^\W\d]\w*)?)\$.*?\$(?P=tag)\$)
    |(?P<quoted>(?:[uU]&)?"(?:[^"]|"")*")
    |(?P<number>\d[\d_]*(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)
    |(?P<word>[^\W\d][\w$]*)
    |(?P<operator>[-+*/<>=~!@\#%^&|`?]+)
    |(?P<symbol>::|:=|.)""",
    re.VERBOSE | re.DOTALL,
)


@lru_cache(maxsize=4096)
def tokens(text: str) -> tuple[Token, ...]:
    """The tokens of ``text``, without blanks and comments."""
    return tuple(token for token, _, _ in placed(text))


def placed(text: str) -> Iterator[tuple[Token, int, int]]:
    """The tokens of ``text``, each with where it begins and ends."""
    place = 0
    while place < len(text):
        start, found = place, _TOKEN.match(text, place)
        assert found is not None  # the last alternative takes any character
        place = found.end()
        match found.lastgroup:
            case "blank":
                continue
            case "comment":
                place = _end_of_comment(text, place)
                continue
            case "word":
                token = Token("word", found.group().lower())
            case "operator":
                token = Token("symbol", _operator(found.group()))
                place = start + len(token.text)
            case "quoted" | "number" | "symbol" as kind:
                token = Token(kind, found.group())
            case _:
                token = Token("string", found.group())
        yield token, start, place


def _operator(run: str) -> str:
    """The operator that a run of operator characters begins with."""
    ends = [place for mark in ("--", "/*") if (place := run.find(mark)) > 0]
    operator = run[: min(ends, default=len(run))]
    # Without one of these an operator does not end in a sign: ``a=-1`` is ``a = -1``.
    while len(operator) > 1 and operator[-1] in "+-" and not set(operator) & set("~!@#%^&|`?"):
        operator = operator[:-1]
    return operator


def _end_of_comment(text: str, place: int) -> int:
    """Where the comment that was opened before ``place`` ends; comments nest."""
    depth = 1
    while depth and place < len(text):
        if text.startswith("/*", place):
            depth, place = depth + 1, place + 2
        elif text.startswith("*/", place):
            depth, place = depth - 1, place + 2
        else:
            place += 1
    return place


def closing(items: Sequence[Token], start: int) -> int:
    """The index of the bracket that closes the one at ``start``; the length if none does."""
    depth = 0
    for place in range(start, len(items)):
        if items[place].text in ("(", "[") and items[place].kind == "symbol":
            depth += 1
        elif items[place].text in (")", "]") and items[place].kind == "symbol":
            depth -= 1
            if depth == 0:
                return place
    return len(items)


def bare(items: tuple[Token, ...]) -> tuple[Token, ...]:
    """The tokens less the brackets that enclose all of them."""
    while len(items) > 2 and items[0] == ("symbol", "(") and closing(items, 0) == len(items) - 1:
        items = items[1:-1]
    return items


def chained(items: tuple[Token, ...]) -> tuple[Token, ...]:
    """The tokens less the brackets of AND within AND and of OR within OR: no order is said by them.

    The server keeps those that were written (or came with BETWEEN), its indented spelling leaves them out.
    """
    gone: set[int] = set()
    open_: list[int] = []
    words: list[set[str]] = [set()]
    for place, (kind, text) in enumerate(items):
        if kind == "word" and text in ("and", "or", "between"):
            words[-1].add(text)
        elif kind == "symbol" and text == "(":
            open_.append(place)
            words.append(set())
        elif kind == "symbol" and text == ")" and open_:
            first, within = open_.pop(), words.pop()
            if _is_link(items, first, place, within):
                gone |= {first, place}
    return tuple(item for place, item in enumerate(items) if place not in gone)


def _is_link(items: tuple[Token, ...], first: int, last: int, within: set[str]) -> bool:
    """Whether what stands in brackets is a chain of AND, or OR, within a chain of the same."""
    if within not in ({"and"}, {"or"}):
        return False
    before = items[first - 1].text if first else "("
    after = items[last + 1].text if last + 1 < len(items) else ")"
    return (
        not within.isdisjoint((before, after))
        and before in within | {"("}
        and after in within | {")"}
    )


def without_brackets(text: str) -> str:
    """``text`` less the brackets that enclose all of it; otherwise as it was written."""
    text = text.strip()
    while text.startswith("("):
        items = tokens(text)
        if bare(items) == items:
            break
        text = text[1:-1].strip()
    return text


def is_constant(text: str) -> bool:
    """Whether ``text`` is literals, signs, brackets and casts, and calls nothing."""
    items, place = tokens(text), 0
    while place < len(items):
        if items[place] == ("symbol", "::"):
            place = _end_of_type(items, place + 1)
        elif _is_of_a_constant(items[place]):
            place += 1
        else:
            return False
    return bool(items)


def _is_of_a_constant(token: Token) -> bool:
    match token.kind:
        case "string" | "number":
            return True
        case "symbol":
            return token.text in ("(", ")", "[", "]", ",", "-", "+")
        case _:
            return token.text in CONSTANT_WORDS or token == ("word", "array")


def _end_of_type(items: Sequence[Token], place: int) -> int:
    while place < len(items):
        if items[place] == ("symbol", "(") or items[place] == ("symbol", "["):
            place = closing(items, place) + 1
        elif items[place].name is not None or items[place].text == ".":
            place += 1
        else:
            break
    return place


def spelled(items: Iterable[Token]) -> str:
    """The tokens as text, one blank between each two."""
    return " ".join(item.text for item in items)


def named(text: str) -> frozenset[str]:
    """Every identifier that occurs in ``text``."""
    return frozenset(name for item in tokens(text) if (name := item.name) is not None)


def quoted(name: str) -> str:
    """``name`` as an identifier that means exactly itself."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """``text`` as a string constant, whatever standard_conforming_strings says."""
    return "E'" + text.replace("\\", "\\\\").replace("'", "''") + "'"
