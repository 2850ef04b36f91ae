"""Names of a database as names of Python."""

from __future__ import annotations

import keyword
from collections.abc import Iterable


def identifier(text: str) -> str:
    """``text`` as a Python name, as near to it as can be."""
    kept = "".join(c if c.isascii() and (c.isalnum() or c == "_") else "_" for c in text)
    if not kept or kept[0].isdigit():
        kept = f"_{kept}"
    return f"{kept}_" if keyword.iskeyword(kept) else kept


def class_name(text: str) -> str:
    """``text`` as the name of a class: ``user_account`` becomes ``UserAccount``."""
    words = [word for word in identifier(text).split("_") if word]
    return identifier("".join(word[0].upper() + word[1:] for word in words) or "Table")


def attribute_name(text: str) -> str:
    """``text`` as the name of an attribute: Python has those with two underscores before them for itself."""
    made = identifier(text)
    return f"_{made.lstrip('_')}" if made.startswith("__") else made


class Names:
    """Names that were given so far; each is given once."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = set(taken)

    def given(self, *wanted: str) -> str:
        """The first of ``wanted`` that nothing is called yet; the last with a number behind it if there is none."""
        name = next((name for name in wanted if name not in self._taken), wanted[-1])
        number = 1
        while name in self._taken:
            number += 1
            name = f"{wanted[-1]}_{number}"
        self._taken.add(name)
        return name
