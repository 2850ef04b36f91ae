"""The difference of two snapshots. Pure: whatever needs a database was settled before."""

from __future__ import annotations

from collections.abc import Iterator

from schemadiff.model import Snapshot

from .change import Alter, Change, Create, Drop


def diff(old: Snapshot, new: Snapshot) -> tuple[Change, ...]:
    """The changes that turn ``old`` into ``new``, sorted by key, in no order of execution."""
    return tuple(sorted(_changes(old, new), key=lambda change: change.key))


def _changes(old: Snapshot, new: Snapshot) -> Iterator[Change]:
    for key, node in new.items():
        before = old.get(key)
        if before is None:
            yield Create(node)
        elif before != node:
            yield Alter(before, node)
    for key, node in old.items():
        if key not in new:
            yield Drop(node)
