"""MySQL's SQL as tokens: enough to cut a text into parts, never to guess what it means."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

TokenKind = Literal["word", "name", "string", "number", "mark"]


@dataclass(frozen=True, slots=True)
class Lexis:
    """How a session reads quotes (https://dev.mysql.com/doc/refman/8.0/en/sql-mode.html)."""

    ansi_quotes: bool = False
    """``"x"`` is a name, not a string (ANSI_QUOTES)."""
    backslash_escapes: bool = True
    r"""``\'`` inside a string is a quote (off with NO_BACKSLASH_ESCAPES)."""


USUAL = Lexis()


def lexis_of(sql_mode: str) -> Lexis:
    """How a session in an ``sql_mode`` (words joined by commas) reads quotes."""
    words = sql_mode.upper().split(",")
    return Lexis("ANSI_QUOTES" in words, "NO_BACKSLASH_ESCAPES" not in words)


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of SQL and where it stands; ``value`` is a word in lower case, a name without quotes."""

    kind: TokenKind
    text: str
    value: str
    start: int
    end: int


def _pattern(lexis: Lexis, versioned: bool) -> re.Pattern[str]:
    escape = r"|\\." if lexis.backslash_escapes else ""
    inside = r"[^'\\]" if lexis.backslash_escapes else r"[^']"
    single = rf"[xXbBnN]?'(?:{inside}++{escape}|'')*+'"
    double = rf'"(?:{inside.replace(chr(39), chr(34))}++{escape}|"")*+"'
    quoted = r"`(?:[^`]|``)*+`"
    name = rf"{quoted}|{double}" if lexis.ansi_quotes else quoted
    comment = r"|/\*M?!\d*|\*/" if versioned else ""
    string = single if lexis.ansi_quotes else rf"{single}|{double}"
    return re.compile(
        rf"(?P<skip>\s++|--[ \t][^\n]*|\#[^\n]*{comment}|/\*.*?\*/)"
        rf"|(?P<string>{string})|(?P<name>{name})"
        r"|(?P<number>(?:0x[0-9a-fA-F]+|\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+)(?![\w$]))"
        r"|(?P<word>[\w$]+)|(?P<mark><=>|->>|<=|>=|<>|!=|:=|\|\||&&|->|<<|>>|.)",
        re.DOTALL,
    )


_PATTERNS = {
    (lexis, versioned): _pattern(lexis, versioned)
    for lexis in (Lexis(a, b) for a in (False, True) for b in (False, True))
    for versioned in (False, True)
}


@lru_cache(maxsize=16384)
def tokens(text: str, lexis: Lexis = USUAL) -> tuple[Token, ...]:
    """The tokens of ``text`` without blanks and comments; a quote that is never closed is a mark.

    What stands in a comment for newer servers (``/*!80023 INVISIBLE */``) is said and no comment.
    """
    return tuple(_tokens(text, lexis))


def _tokens(text: str, lexis: Lexis) -> Iterator[Token]:
    versioned = "/*!" in text or "/*M!" in text
    for found in _PATTERNS[lexis, versioned].finditer(text):
        written = found.group()
        match found.lastgroup:
            case "skip" | None:
                continue
            case "word":
                yield Token("word", written, written.lower(), *found.span())
            case "name":
                yield Token("name", written, _unquoted(written), *found.span())
            case "string":
                yield Token("string", written, written, *found.span())
            case "number":
                yield Token("number", written, written.lower(), *found.span())
            case _:
                yield Token("mark", written, written, *found.span())


def _unquoted(text: str) -> str:
    return text[1:-1].replace(text[0] * 2, text[0])


def string_value(text: str, lexis: Lexis = USUAL) -> str:
    """What a string literal (without introducer) says."""
    inner = _unquoted(text)
    return _ESCAPE.sub(_escaped, inner) if lexis.backslash_escapes and "\\" in inner else inner


_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED = {"0": "\0", "b": "\b", "n": "\n", "r": "\r", "t": "\t", "Z": "\x1a"}


def _escaped(found: re.Match[str]) -> str:
    return _ESCAPED.get(found[1], found[1])


def is_word(token: Token, *words: str) -> bool:
    """Whether a token is one of some keywords, given in lower case."""
    return token.kind == "word" and token.value in words


def parts(found: Sequence[Token], separator: str = ",") -> list[list[Token]]:
    """Tokens cut at each ``separator`` outside brackets."""
    result: list[list[Token]] = [[]]
    depth = 0
    for token in found:
        depth += _step(token)
        if depth == 0 and token.kind == "mark" and token.text == separator:
            result.append([])
        else:
            result[-1].append(token)
    return result


def closing(found: Sequence[Token], opening: int) -> int:
    """The place of the bracket that closes the one at ``opening``; the last place if none does."""
    depth = 0
    for place in range(opening, len(found)):
        depth += _step(found[place])
        if depth == 0:
            return place
    return len(found) - 1


def outside(found: Sequence[Token]) -> Iterator[tuple[int, Token]]:
    """The tokens outside every bracket, with their places."""
    depth = 0
    for place, token in enumerate(found):
        step = _step(token)
        if depth == 0 and step == 0:
            yield place, token
        depth += step


def written(text: str, found: Sequence[Token]) -> str:
    """The stretch of ``text`` that some neighbouring tokens come from."""
    return text[found[0].start : found[-1].end] if found else ""


def bare(found: Sequence[Token]) -> Sequence[Token]:
    """Tokens without the brackets around all of them."""
    while len(found) > 2 and _step(found[0]) == 1 and closing(found, 0) == len(found) - 1:
        found = found[1:-1]
    return found


def unqualified(text: str, table: str, lexis: Lexis = USUAL) -> str:
    """An expression with the columns of its table named without it: ``t.a > 0`` as ``a > 0``."""
    found = tokens(text, lexis)
    wanted = table.lower()
    pieces: list[str] = []
    start = place = 0
    while place < len(found) - 2:
        step = _qualifier(found, place, wanted)
        if step:
            pieces.append(text[start : found[place].start])
            start = found[place + step].start
        place += step or 1
    return "".join(pieces) + text[start:]


def _qualifier(found: Sequence[Token], place: int, table: str) -> int:
    """How many tokens from ``place`` on name the table of the column that follows; 0 if none do."""
    if place and found[place - 1].text == ".":
        return 0
    names = [t.value.lower() if t.kind in ("word", "name") else t.text for t in found[place:][:4]]
    if names[:2] == [table, "."]:
        return 2
    return 4 if names[1:] == [".", table, "."] else 0


def _step(token: Token) -> int:
    if token.kind != "mark":
        return 0
    return {"(": 1, ")": -1}.get(token.text, 0)


def plain(text: str, lexis: Lexis, reserved: frozenset[str]) -> str:
    """A text less blanks, outer brackets, letter case outside strings, and quotes no name needs."""
    found = bare(tokens(text, lexis))
    if any(token.kind == "mark" and token.text in "'\"`" for token in found):
        return text  # a quote that is never closed: no SQL, so nothing is known of it
    after = [*found[1:], None]
    return " ".join(_plain(token, nxt, reserved) for token, nxt in zip(found, after))


def _plain(token: Token, following: Token | None, reserved: frozenset[str]) -> str:
    if token.kind != "name":
        return token.value
    name = token.value.lower()
    called = following is not None and following.text == "("
    if called or name in reserved or not name.isidentifier():
        return "`" + name.replace("`", "``") + "`"
    return name
