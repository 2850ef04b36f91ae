"""How wide a text is on a terminal."""

from __future__ import annotations

import unicodedata


def columns(text: str) -> int:
    """The columns of a terminal that ``text`` takes: two for a wide East Asian character."""
    if text.isascii():
        return len(text)
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
