"""Oracle's SQL cut into tokens; it keeps what was written, so two texts are alike when their tokens are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

_TOKEN = re.compile(
    r"""
    (?: \s++ | --[^\n]*+ | /\*(?>(?s:.*?)(?:\*/|\Z)) )*+
    (?: (?P<string> '(?:[^']|'')*+(?:'|\Z) )
    | (?P<quoted>   "[^"]*+(?:"|\Z) )
    | (?P<number>   (?:[0-9]++(?:\.[0-9]*+)?+ | \.[0-9]++)(?:[eE][+-]?[0-9]++)?+ )
    | (?P<word>     [^\W\d][\w$\#]*+ )
    | (?P<operator> \|\| | << | >> | <= | >= | != | <> | (?s:.) )
    | \Z )
    """,
    re.VERBOSE,
)
_SAME = {"!=": "<>"}


class Token(NamedTuple):
    """One token."""

    kind: str
    text: str

    @property
    def plain(self) -> str:
        """The one spelling of the token: words in upper case, names without needless quotes."""
        inner = self.text[1:-1]
        if self.kind == "quoted" and re.fullmatch(r"[A-Z][A-Z0-9_$#]*", inner):
            return inner
        return self.text.upper() if self.kind == "word" else _SAME.get(self.text, self.text)


def tokens(text: str) -> list[Token]:
    """The tokens of ``text``, blanks and comments left out."""
    return [
        Token(match.lastgroup, match[match.lastgroup])
        for match in _TOKEN.finditer(text)
        if match.lastgroup
    ]


@lru_cache(maxsize=4096)
def canonical(text: str) -> str:
    """One spelling of all the texts that differ in blanks, case, needless quotes and outer brackets."""
    return " ".join(token.plain for token in _within_brackets(tokens(text)))


def _within_brackets(found: Sequence[Token]) -> Sequence[Token]:
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
