"""Indexes that MySQL wants under keys and counters at every moment, while a revision takes others away.

The server makes an index for a foreign key that finds none, and that index goes without a word when another one
over its columns comes: an index by CREATE INDEX, or the one for a foreign key that is made later.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from schemadiff.dialects.base import Database
from schemadiff.diff import Change, Create, Drop
from schemadiff.diff.plan import first_of_key
from schemadiff.model import Column, ForeignKey, Index, Key, Node, PrimaryKey, Snapshot, Unique

from .indexes import CreateIndexOp, DropIndexOp
from .operation import MigrateOperation


class Leaning:
    """For each change of a plan the indexes to make before it, to drop after it, and to take along."""

    def __init__(
        self, changes: Sequence[Change], old: Snapshot, new: Snapshot, database: Database
    ) -> None:
        self.changes = changes
        self.old = old
        self.new = new
        self.database = database

    def before(self, position: int) -> Iterator[MigrateOperation]:
        """What has to be there before a change: an index for what leaned on what goes."""
        change = self.changes[position]
        match change:
            case Drop(PrimaryKey() as key) if key.key.owner in self._counting:
                yield self._counter(key)
            case Drop(ForeignKey() as key) if heir := self._heir(key, position):
                yield _under(heir, heir.name)

    def after(self, position: int) -> Iterator[MigrateOperation]:
        """What nothing leans on any more after a change; the index of a key under the name that it had before."""
        change = self.changes[position]
        match change:
            case Create(PrimaryKey() as key) if key.key.owner in self._counting:
                made = self._counter(key)
                yield DropIndexOp(made.index_name, key.table, schema=made.schema, _reverse=made)
            case Create(ForeignKey() as key) if key.index not in ("", key.name):
                if not any(self._sharing(key, position)):
                    yield _under(key, key.index)
            case _:
                return

    def along(self, key: ForeignKey, position: int) -> bool | str | None:
        """The index to go with a foreign key, if any: True for one of its name, else its name.

        An index that several keys share goes with the last of them, and not at all if one of them stays or comes;
        or with its table.
        """
        name = self.database.index_under(key, self.old)
        if not name or self._stay(key) or any(self._sharing(key, position)):
            return None
        if any(isinstance(c, Drop) and c.key == key.key.owner for c in self.changes):
            return None
        return True if name == key.name else name

    def _sharing(self, key: ForeignKey, position: int) -> Iterator[ForeignKey]:
        """The foreign keys that still lean on the index of ``key``, or bring one in its place, once it is gone."""
        for change in self.changes[position + 1 :]:
            match change:
                case Drop(ForeignKey() as other) | Create(ForeignKey() as other):
                    if other.key.owner == key.key.owner and _leans(other, key):
                        yield other
                case _:
                    pass

    def _stay(self, key: ForeignKey) -> list[ForeignKey]:
        """The foreign keys over the columns of ``key`` that no change touches."""
        parts = self.old.parts(key.key.owner)
        others = [one for one in parts if isinstance(one, ForeignKey) and one.key != key.key]
        return [one for one in others if _leans(one, key) and one.key not in self._touched]

    def _heir(self, key: ForeignKey, position: int) -> ForeignKey | None:
        """The foreign key that stays, and leans on an index that bears the name of ``key``, which goes."""
        name = self.database.index_under(key, self.old)
        staying = self._stay(key) if name == key.name else []
        if not staying or any(self._sharing(key, position)):
            return None
        return staying[-1]

    @cached_property
    def _touched(self) -> set[Key]:
        return {change.key for change in self.changes}

    # ---- counters ----------------------------------------------------------------------------

    @cached_property
    def _counting(self) -> dict[Key, str]:
        """The columns that count by nothing but a primary key that another one takes the place of, by table."""
        if not self.database.ties.keys_hold_counting:
            return {}
        made = {
            change.key.owner
            for change in self.changes
            if isinstance(change, Create) and isinstance(change.new, PrimaryKey)
        }
        return {
            change.key.owner: change.old.columns[0]
            for change in self.changes
            if isinstance(change, Drop) and isinstance(change.old, PrimaryKey)
            if change.key.owner in made and self._goes_on(change.old)
        }

    def _goes_on(self, key: PrimaryKey) -> bool:
        """Whether the first column of a key counts before and after, and no other index begins with it."""
        column = first_of_key(key)
        return column is not None and all(_counts(column, side) for side in (self.old, self.new))

    def _counter(self, key: PrimaryKey) -> CreateIndexOp:
        column = self._counting[key.key.owner]
        name = f"keeps_{column}_counting"
        return CreateIndexOp(name, key.table, [column], schema=key.schema or None)


def _under(key: ForeignKey, name: str) -> CreateIndexOp:
    """An index for a foreign key in the place of the one that the server made, by another name."""
    return CreateIndexOp(name, key.table, list(key.columns), schema=key.schema or None)


def _counts(column: Key, side: Snapshot) -> bool:
    found = side.get(column)
    if not isinstance(found, Column) or not found.autoincrement:
        return False
    return not any(_begins(part, column) for part in side.parts(column.owner))


def _begins(part: Node, column: Key) -> bool:
    """Whether an index that is not the primary key begins with a column."""
    return isinstance(part, Index | Unique) and first_of_key(part) == column


def _leans(other: ForeignKey, key: ForeignKey) -> bool:
    """Whether ``other`` can lean on an index over the columns of ``key``."""
    return key.columns[: len(other.columns)] == other.columns
