"""How the labels of an enumeration differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Addition = tuple[str, str, str]
"""A new label, and its place: ``AFTER`` or ``BEFORE`` another one; ``""`` twice for the end."""


def additions(old: Sequence[str], new: Sequence[str]) -> list[Addition] | None:
    """What ``new`` has more than ``old``, in an order in which each finds its place; None if that is not all."""
    known = set(old)
    if [label for label in new if label in known] != list(old):
        return None
    found: list[Addition] = []
    left = len(old)
    for place, label in enumerate(new):
        if label in known:
            left -= 1
        elif not left:
            found.append((label, "", ""))
        elif place:
            found.append((label, "AFTER", new[place - 1]))
        else:
            found.append((label, "BEFORE", old[0]))
    return found


def only_renames(old: Sequence[str], new: Sequence[str], mapping: Mapping[str, str]) -> bool:
    """Whether ``mapping`` is all that is between ``old`` and ``new``, and no new name is an old one."""
    after = [mapping.get(label, label) for label in old]
    return bool(mapping) and after == list(new) and not set(mapping.values()) & set(old)
