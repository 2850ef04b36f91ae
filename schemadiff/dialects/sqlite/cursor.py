"""A place in the tokens of a statement, the small steps from it, and what is read alike everywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from .facts import USUAL_CONFLICT
from .tokens import Token, collation_name, tokens, within_brackets

_END = Token("operator", "", 0)


_SPOT = re.compile(
    r"""
    '(?:[^']|'')*+(?:'|\Z) | "(?:[^"]|"")*+(?:"|\Z) | `(?:[^`]|``)*+(?:`|\Z) | \[[^\]]*+(?:\]|\Z)
    | --[^\n]*+ | /\*(?>(?s:.*?)(?:\*/|\Z))
    | [(),]
    """,
    re.VERBOSE,
)
"""Where a statement may be cut, and whatever else has to be passed as a whole on the way there."""


class Statement(NamedTuple):
    """A statement cut at its first pair of brackets and at the commas right inside."""

    head: str
    items: tuple[str, ...]
    tail: str


def split(sql: str) -> Statement:
    """What stands before, between the commas of, and behind the first brackets of a statement.

    Linear in the length of the text; brackets that are never closed end with it.
    """
    depth = 0
    head, start, items = sql, len(sql), list[str]()
    for spot in _SPOT.finditer(sql):
        text = spot[0]
        if text == "(":
            if not depth:
                head, start = sql[: spot.start()], spot.end()
            depth += 1
        elif text == "," and depth == 1:
            items.append(sql[start : spot.start()].strip())
            start = spot.end()
        elif text == ")" and depth:
            depth -= 1
            if not depth:
                items.append(sql[start : spot.start()].strip())
                return Statement(head, tuple(items), sql[spot.end() :].strip())
    if depth:
        items.append(sql[start:].strip())
    return Statement(head, tuple(items), "")


class Part(NamedTuple):
    """One part of a key or an index: ``column`` if it is a bare name, ``text`` in any case."""

    text: str
    column: str = ""
    collation: str = ""
    descending: bool = False

    @property
    def bare(self) -> bool:
        """Whether it is a column and nothing more."""
        return bool(self.column) and not self.collation and not self.descending


def type_name(found: Sequence[Token]) -> str:
    """A declared type in one spelling: ``NUMERIC(10, 2)``."""
    text = ""
    for token in found:
        piece = token.name.upper()
        glued = not text or text[-1] in "(+-" or piece in "(),"
        text += piece if glued else f" {piece}"
    return text


def part_of(sql: str, found: Sequence[Token]) -> Part:
    """The part of a key or an index that ``found``, tokens of ``sql``, say."""
    descending = bool(found) and found[-1].word == "DESC"
    if len(found) > 1 and found[-1].word in ("ASC", "DESC"):
        found = found[:-1]
    collation, found = _collated(found)
    text = sql[found[0].start : found[-1].end] if found else ""
    return Part(text, found[0].name if _is_column(found) else "", collation, descending)


def _collated(found: Sequence[Token]) -> tuple[str, Sequence[Token]]:
    """The collation that counts, the last one said, and what it is said of.

    Brackets around a column or a collation are none to SQLite: it indexes that column in that collation.
    """
    collation = ""
    while len(found) > 2 and found[-2].word == "COLLATE":
        collation = collation or collation_name(found[-1].name)
        found = found[:-2]
    within = within_brackets(found)
    if len(within) < len(found):
        inner, key = _collated(within)
        if inner or _is_column(key):
            return collation or inner, key
    return collation, found


def _is_column(found: Sequence[Token]) -> bool:
    return len(found) == 1 and found[0].kind in ("word", "quoted", "string")


class Cursor:
    """A place in the tokens of a statement, and the small steps from it.

    ``row`` and ``words`` are the tokens with one behind the last that is none, so that every place down to
    ``size`` has one: the steps are taken hundreds of thousands of times.
    """

    __slots__ = ("place", "row", "size", "sql", "tokens", "words")

    def __init__(self, sql: str) -> None:
        self.sql = sql
        self.tokens = tokens(sql)
        self.row = [*self.tokens, _END]
        self.words = [text.upper() if kind == "word" else text for kind, text, _ in self.row]
        self.size = len(self.tokens)
        self.place = 0

    @property
    def here(self) -> Token:
        return self.row[self.place]

    @property
    def word(self) -> str:
        """The token here in upper case if it is an unquoted word, else as it is written."""
        return self.words[self.place]

    @property
    def ended(self) -> bool:
        return self.place >= self.size

    def ahead(self, first: str, *more: str) -> bool:
        """Whether the next tokens are these words."""
        place = self.place
        if self.words[place] != first:
            return False
        return not more or tuple(self.words[place + 1 : place + 1 + len(more)]) == more

    def accept(self, first: str, *more: str) -> bool:
        """Whether the next tokens are these words; if so they are passed."""
        if self.words[self.place] != first or (more and not self.ahead(first, *more)):
            return False
        self.place += 1 + len(more)
        return True

    def next(self) -> Token:
        token = self.row[self.place]
        if self.place < self.size:
            self.place += 1
        return token

    def name(self) -> str:
        return self.next().name

    def skip_to(self, word: str) -> bool:
        """Passes everything up to and including ``word``; whether UNIQUE was passed."""
        passed: list[str] = []
        while not self.ended and word not in passed:
            passed.append(self.next().word)
        return "UNIQUE" in passed

    def slice(self, first: int, last: int) -> str:
        """The text of the tokens from ``first`` up to, not including, ``last``."""
        if last <= first:
            return ""
        return self.sql[self.tokens[first].start : self.tokens[last - 1].end]

    def rest(self) -> str:
        """The text from here to the end, which is passed."""
        first, self.place = self.place, max(self.place, len(self.tokens))
        return self.slice(first, len(self.tokens))

    def to_closing(self) -> None:
        """Passes what is left before the closing bracket of the current level."""
        self.until(frozenset())

    def until(self, stops: frozenset[str]) -> None:
        """Passes tokens up to one of ``stops`` or the closing bracket of the current level."""
        depth = 0
        for place in range(self.place, self.size):
            text = self.row[place][1]
            if depth == 0 and (text == ")" or text in stops):
                self.place = place
                return
            depth += (text == "(") - (text == ")")
        self.place = self.size

    def bracketed(self) -> str:
        """The text between brackets, which are passed; empty if there are none."""
        if not self.accept("("):
            return ""
        first = self.place
        self.to_closing()
        text = self.slice(first, self.place)
        self.next()
        return text

    def parts(self) -> Iterator[Part]:
        """The parts up to the closing bracket, which is passed too."""
        while not self.ended:
            first = self.place
            self.until(frozenset({","}))
            yield part_of(self.sql, self.tokens[first : self.place])
            if self.next().text != ",":
                return

    def names(self) -> tuple[str, ...]:
        """The names in brackets; none if no bracket comes."""
        if not self.accept("("):
            return ()
        return tuple(part.column or part.text for part in self.parts())

    def conflict(self) -> str:
        """The resolution after ON CONFLICT; empty for the usual one and for none."""
        if not self.accept("ON", "CONFLICT"):
            return ""
        resolution = self.next().word
        return "" if resolution == USUAL_CONFLICT else resolution
