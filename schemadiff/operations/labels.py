"""Which named types a plan makes anew, and whether it uses the labels that it adds to an enumeration."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass

from schemadiff.dialects.base import Database
from schemadiff.diff import Alter, Change, Create
from schemadiff.model import Column, Domain, Enum, Key, Node, Sql


def types_made_anew(changes: Iterable[Change], database: Database) -> frozenset[Key]:
    """The named types for which a new one takes the place of the old, and every column moves to it."""
    known = tuple(changes)
    return frozenset(
        change.key
        for change in known
        if isinstance(change, Alter) and _is_made_anew(change, known, database)
    )


def _is_made_anew(change: Alter, changes: Iterable[Change], database: Database) -> bool:
    match change:
        case Alter(Enum() as old, Enum() as new):
            return database.remakes_type(old, new) or are_used_at_once(old, new, changes, database)
        case Alter(Domain() as old, Domain() as new):
            return database.remakes_type(old, new)
        case _:
            return False


def are_used_at_once(old: Enum, new: Enum, changes: Iterable[Change], database: Database) -> bool:
    """Whether anything that comes or changes with the new labels says one of them.

    A column that takes no NULL counts: what rows get in it may be any label. So does the default of an
    array, in which labels are not literals of their own.
    """
    added = {database.string(label) for label in new.labels if label not in old.labels}
    made = (change.new for change in changes if isinstance(change, Create | Alter))
    return any(_says(node, added) or _may_hold(node, new) for node in made if node.key != new.key)


def _may_hold(node: Node, enum: Enum) -> bool:
    if not isinstance(node, Column) or enum.key not in node.uses:
        return False
    is_array = node.type.canonical.endswith("[]")
    return not node.nullable or (is_array and node.default is not None)


def _says(node: Node, literals: set[str]) -> bool:
    return any(literal in text for text in _texts(node) for literal in literals)


def _texts(value: object) -> Iterator[str]:
    """Every piece of SQL in a node."""
    if isinstance(value, Sql):
        yield value.text
    elif isinstance(value, tuple):
        yield from (text for item in value for text in _texts(item))
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            if field.name != "source":
                yield from _texts(getattr(value, field.name))
