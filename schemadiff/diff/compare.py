"""The difference of two snapshots. Pure: whatever needs a database was settled before."""

from __future__ import annotations

from collections.abc import Iterator

from schemadiff.model import Snapshot

from .change import Alter, Change, Create, Drop


def diff(old: Snapshot, new: Snapshot) -> tuple[Change, ...]:
    """The changes that turn ``old`` into ``new``, sorted by key, in no order of execution."""
    return tuple(sorted(_changes(old, new), key=lambda change: change.key))


def _changes(old: Snapshot, new: Snapshot) -> Iterator[Change]:
    yield from (Create(node) for node in old.lacking(new))
    yield from (Alter(before, node) for before, node in old.unlike(new))
    yield from (Drop(node) for node in new.lacking(old))
