"""Names for foreign keys that nobody has named, where a revision has to say them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import TypeAlias

from schemadiff.dialects.base import Database
from schemadiff.diff import Change, Create, Drop, diff
from schemadiff.model import Column, ForeignKey, Key, Node, Snapshot, called

from .folding import Folding

Planner: TypeAlias = Callable[[Snapshot, Snapshot], Sequence[Change]]
"""The plan that leads from one snapshot to another."""


def with_key_names(old: Snapshot, new: Snapshot, database: Database, plan: Planner) -> Snapshot:
    """``new``, where foreign keys of new tables have names if they come or go by an operation of their own.

    Whoever drops a key has to know its name, and who adds one may not take a name that the server gives to another.
    """
    while True:
        alone = {key.key for key in _alone(old, new, database, plan)}
        named = _named(old, new, alone, database) if alone else {}
        if not named:
            return new
        new = new.without(named).having(named.values())


def _alone(old: Snapshot, new: Snapshot, database: Database, plan: Planner) -> Iterator[ForeignKey]:
    """The keys without a name that are not part of ``create_table``, or do not go with their table."""
    if not _may_be_alone(old, new):
        return
    for before, after in ((old, new), (new, old)):
        changes = plan(before, after)
        folding = Folding(changes, before, database)
        for position, change in enumerate(changes):
            match change:
                case Create(ForeignKey() as key) | Drop(ForeignKey() as key) if (
                    not key.name and key.key in new and not folding.is_folded(position)
                ):
                    yield key


def _may_be_alone(old: Snapshot, new: Snapshot) -> bool:
    """Whether planning is worth while: keys without a name in a circle of new tables, or to a table that changes."""
    made = [key for key in new.each(ForeignKey) if key.key.owner not in old]
    nameless = [key for key in made if not key.name]
    if not nameless:
        return False
    if _has_circle(made):
        return True
    changed = {change.key.owner for change in diff(old, new)}
    return any(key.target in old and key.target in changed for key in nameless)


def _has_circle(keys: Iterable[ForeignKey]) -> bool:
    tables: dict[Key, set[Key]] = defaultdict(set)
    for key in keys:
        if key.target != key.key.owner:
            tables[key.key.owner].add(key.target)
    try:
        TopologicalSorter(tables).prepare()
    except CycleError:
        return True
    return False


def _named(old: Snapshot, new: Snapshot, alone: set[Key], database: Database) -> Mapping[Key, Node]:
    """These keys with names; where the server numbers keys, for all those of their tables.

    The names are those that the server would give, first to what is part of ``create_table``, in its order.
    """
    taken: dict[str, set[str]] = defaultdict(set)
    for node in (*old.values(), *new.values()):
        if not isinstance(node, Column):
            taken[database.place_of_names(node)].add(str(getattr(node, "name", "")))
    owners = {key.owner for key in alone}
    keys = [key for key in new.each(ForeignKey) if key.key.owner in owners and not key.name]
    named: dict[Key, Node] = {}
    for key in sorted(keys, key=lambda key: (key.key in alone, key.key)):
        names = taken[database.place_of_names(key)]
        name = database.invented_name(key, frozenset(names))
        names.add(name)
        if name and (key.key in alone or not database.foretells_key_names):
            named[key.key] = called(key, name)
    return named
