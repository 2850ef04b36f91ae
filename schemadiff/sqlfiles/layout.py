"""How SQL is laid out in a script."""

from __future__ import annotations

from .lexis import LEXES, STANDARD

_TAB, _BLANKS = "\t", " " * 4
_QUOTES = frozenset("'\"`[$")


def without_tabs(sql: str, dialect: str = "") -> str:
    """``sql`` with four blanks for each tab, but for those in strings and names: they are somebody's data."""
    if _TAB not in sql or _QUOTES.isdisjoint(sql):
        return sql.replace(_TAB, _BLANKS)
    pattern = LEXES.get(dialect, STANDARD).pattern
    return pattern.sub(
        lambda m: m[0] if m["quoted"] is not None else m[0].replace(_TAB, _BLANKS), sql
    )
