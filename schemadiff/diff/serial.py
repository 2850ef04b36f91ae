"""Changes as JSON values, and back."""

from __future__ import annotations

from schemadiff.model.serial import Json, decoded, encoded

from .change import Alter, Change, Create, Drop, Rename


def encoded_change(change: Change) -> dict[str, Json]:
    """A change as a JSON object: its verb and the nodes before and after it."""
    match change:
        case Create(new):
            return {"action": "create", "new": encoded(new)}
        case Drop(old):
            return {"action": "drop", "old": encoded(old)}
        case Alter(old, new):
            return {"action": "alter", "old": encoded(old), "new": encoded(new)}
        case Rename(old, new):
            return {"action": "rename", "old": encoded(old), "new": encoded(new)}


def decoded_change(value: Json) -> Change:
    """The change that ``encoded_change`` gave. Raises ValueError for what is none."""
    match value:
        case {"action": "create", "new": new}:
            return Create(decoded(new))
        case {"action": "drop", "old": old}:
            return Drop(decoded(old))
        case {"action": "alter", "old": old, "new": new}:
            return Alter(decoded(old), decoded(new))
        case {"action": "rename", "old": old, "new": new}:
            return Rename(decoded(old), decoded(new))
    raise ValueError(f"{value!r} is no change")
