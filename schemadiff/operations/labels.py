"""Whether a plan uses the labels that it adds to an enumeration."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass

from schemadiff.dialects.base import Database
from schemadiff.diff import Alter, Change, Create
from schemadiff.model import Column, Enum, Node, Sql


def are_used_at_once(old: Enum, new: Enum, changes: Iterable[Change], database: Database) -> bool:
    """Whether anything that comes or changes with the new labels says one of them.

    A column that takes no NULL counts: what rows get in it may be any label.
    """
    added = {database.string(label) for label in new.labels if label not in old.labels}
    made = (change.new for change in changes if isinstance(change, Create | Alter))
    return any(_says(node, added) or _is_filled(node, new) for node in made if node.key != new.key)


def _is_filled(node: Node, enum: Enum) -> bool:
    return isinstance(node, Column) and enum.key in node.uses and not node.nullable


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
