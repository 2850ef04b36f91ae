"""SQLite's SQL cut into tokens, by the rules of its own tokenizer; linear in the length of the text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from .facts import RESERVED

TokenKind = Literal["string", "quoted", "blob", "number", "word", "operator"]

# A word is said by what it has not: Python takes 12 ms to compile a range that ends with U+10FFFF.
_TOKEN = re.compile(
    r"""
    (?: [ \t\n\f\r]++ | --[^\n]*+ | /\*(?>(?s:.*?)(?:\*/|\Z)) )*+
    (?: (?P<blob>     [xX]'[0-9a-fA-F]*+' )
    | (?P<string>   '(?:[^']|'')*+(?:'|\Z) )
    | (?P<quoted>   "(?:[^"]|"")*+(?:"|\Z) | `(?:[^`]|``)*+(?:`|\Z) | \[[^\]]*+(?:\]|\Z) )
    | (?P<number>   0[xX][0-9a-fA-F]++ | (?:[0-9]++(?:\.[0-9]*+)?+ | \.[0-9]++)(?:[eE][+-]?[0-9]++)?+ )
    | (?P<word>     [^\x00-@\[-^`{-\x7f][^\x00-#%-/:-@\[-^`{-\x7f]*+ ) # letters, _, what is not ASCII; then 0-9 and $
    | (?P<operator> \|\| | << | >> | <= | >= | == | != | <> | ->> | -> | (?s:.) )
    | (?P<end>      \Z )
    )
    """,
    re.VERBOSE,
)


_KINDS = {number: name for name, number in _TOKEN.groupindex.items()}
_END = _TOKEN.groupindex["end"]


class Token(NamedTuple):
    """One token and where it starts."""

    kind: TokenKind
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def word(self) -> str:
        """The token in upper case if it is an unquoted word, else as it is written."""
        return self.text.upper() if self.kind == "word" else self.text

    @property
    def name(self) -> str:
        """The identifier or string that the token stands for, without its quotes."""
        return unquoted(self.text) if self.kind in ("quoted", "string") else self.text


@lru_cache(maxsize=2048)
def tokens(sql: str) -> tuple[Token, ...]:
    """The tokens of ``sql``, blanks and comments left out."""
    make = tuple.__new__  # what Token(...) comes to, without the call in between
    return tuple(
        [
            make(Token, (_KINDS[group], match[group], match.start(group)))
            for match in _TOKEN.finditer(sql)
            if (group := match.lastindex or _END) != _END
        ]
    )


def unquoted(text: str) -> str:
    """A quoted identifier or string without its quotes, doubled ones halved."""
    quote, inner = text[0], text[1:-1]
    return inner if quote == "[" else inner.replace(quote * 2, quote)


_LOWER = {capital: capital + 32 for capital in range(ord("A"), ord("Z") + 1)}


@lru_cache(maxsize=8192)
def folded(name: str) -> str:
    """``name`` as SQLite compares names: A to Z in lower case, other letters as they are."""
    return name.lower() if name.isascii() else name.translate(_LOWER)


def is_simple(name: str) -> bool:
    """Whether a name means itself when it is written without quotes."""
    found = tokens(name)
    return len(found) == 1 and found[0] == ("word", name, 0) and name.upper() not in RESERVED


def collation_name(name: str) -> str:
    """The name of a collation in the one spelling in which it is kept: upper case, quoted if it must be."""
    upper = name.upper()
    return upper if is_simple(upper) else quoted(upper)


def quoted(name: str) -> str:
    """``name`` as a quoted identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: str) -> str:
    """``value`` as a string literal."""
    return "'" + value.replace("'", "''") + "'"


def within_brackets(found: Sequence[Token]) -> Sequence[Token]:
    """``found`` less the brackets that enclose the whole of it."""
    while len(found) > 2 and found[0].text == "(" and _closing(found) == len(found) - 1:
        found = found[1:-1]
    return found


def _closing(found: Sequence[Token]) -> int:
    depth = 0
    for place, token in enumerate(found):
        depth += (token.text == "(") - (token.text == ")")
        if depth == 0:
            return place
    return -1
