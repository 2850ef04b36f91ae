"""The vocabulary of changes: four verbs over all nouns."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TypeAlias

from schemadiff.model import Key, Node


@dataclass(frozen=True, slots=True)
class Create:
    """A node that is to come into being."""

    new: Node

    @property
    def key(self) -> Key:
        return self.new.key


@dataclass(frozen=True, slots=True)
class Drop:
    """A node that is to go."""

    old: Node

    @property
    def key(self) -> Key:
        return self.old.key


@dataclass(frozen=True, slots=True)
class Alter:
    """A node that stays and changes; both states are carried."""

    old: Node
    new: Node

    @property
    def key(self) -> Key:
        return self.new.key

    @property
    def attributes(self) -> tuple[str, ...]:
        """The names of the attributes that differ, in the order of the node's definition."""
        return tuple(
            f.name
            for f in fields(self.new)
            if f.compare and getattr(self.old, f.name) != getattr(self.new, f.name)
        )


@dataclass(frozen=True, slots=True)
class Rename:
    """A node that keeps everything but its name."""

    old: Node
    new: Node

    @property
    def key(self) -> Key:
        return self.new.key


Change: TypeAlias = Create | Drop | Alter | Rename


def reverse(change: Change) -> Change:
    """The change that undoes ``change``."""
    match change:
        case Create(new):
            return Drop(new)
        case Drop(old):
            return Create(old)
        case Alter(old, new):
            return Alter(new, old)
        case Rename(old, new):
            return Rename(new, old)
