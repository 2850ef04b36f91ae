"""Indexes that MySQL wants under keys and counters at every moment, while a revision takes others away.

The server makes an index for a foreign key that finds none, and that index goes without a word when another one
over its columns comes: an index by CREATE INDEX, or the one for a foreign key that is made later.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from schemadiff.dialects.base import Database
from schemadiff.diff import Change, Create, Drop
from schemadiff.diff.plan import first_of_key
from schemadiff.model import Column, ForeignKey, Key, Snapshot

from .indexes import CreateIndexOp
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
        yield from (gap.index() for gap in self._gaps if gap.first == position)
        match self.changes[position]:
            case Drop(ForeignKey() as key) if heir := self._heir(key, position):
                yield _under(heir, heir.name)

    def after(self, position: int) -> Iterator[MigrateOperation]:
        """What nothing leans on any more after a change; the index of a key under the name that it had before."""
        yield from (gap.index().reverse() for gap in self._gaps if gap.last == position)
        match self.changes[position]:
            case Create(ForeignKey() as key) if key.index not in ("", key.name):
                if not self._is_of_another(key) and not any(self._sharing(key, position)):
                    yield _under(key, key.index)
            case Create(ForeignKey() as key) if heir := self._shorter(key):
                yield _under(heir, heir.name).reverse()

    def along(self, key: ForeignKey, position: int) -> bool | str | None:
        """The index to go with a foreign key, if any: True for one of its name, else its name.

        An index that several keys share goes with the last of them, and not at all if one of them stays or comes;
        or with its table. One that bears another name than its key has been made by hand if the key ever came
        back in a downgrade, and then no key that comes takes its place.
        """
        name = self.database.index_under(key, self.old)
        if not name or self._is_kept(key, position):
            return None
        if self._is_shared(key, position, own=name == key.name):
            return None
        if any(isinstance(c, Drop) and c.key == key.key.owner for c in self.changes):
            return None
        return True if name == key.name else name

    def _is_kept(self, key: ForeignKey, position: int) -> bool:
        """Whether a key that stays needs the index of ``key``; or has another for all of its columns, for which it goes."""
        if self._is_of_another(key):
            return True
        heir = self._heir(key, position)
        return bool(self._stay(key)) and (heir is None or heir.columns == key.columns)

    def _is_shared(self, key: ForeignKey, position: int, *, own: bool) -> bool:
        """Whether another key keeps the index of ``key``, which bears its ``own`` name or not."""
        later = {change.key for change in self.changes[position + 1 :] if isinstance(change, Drop)}
        return any(own or one.key in later for one in self._sharing(key, position))

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
        """The foreign keys over the columns of ``key`` that no change touches, and that have no other index."""
        staying = [one for one in self._others(key) if _leans(one, key)]
        return [
            one
            for one in staying
            if self.database.index_under(one, self.old) and _may_share(one, key)
        ]

    def _others(self, key: ForeignKey) -> list[ForeignKey]:
        """The other foreign keys of the table that no change touches."""
        parts = self.old.parts(key.key.owner)
        others = [one for one in parts if isinstance(one, ForeignKey) and one.key != key.key]
        return [one for one in others if one.key not in self._touched]

    def _shorter(self, key: ForeignKey) -> ForeignKey | None:
        """The key that got an index of its own when ``key`` went, and shared that of ``key`` before."""
        others = [one for one in self.new.parts(key.key.owner) if isinstance(one, ForeignKey)]
        sharing = [
            one
            for one in others
            if one.index == key.name
            and one.key not in self._touched
            and _leans(one, key)
            and self.database.index_under(one, self.new)
        ]
        if any(one.columns == key.columns for one in sharing):
            return None
        return max(reversed(sharing), key=lambda one: len(one.columns), default=None)

    def _is_of_another(self, key: ForeignKey) -> bool:
        """Whether the index under ``key`` is one that a longer key brought, which stays."""
        others = [one for one in self._others(key) if not _leans(one, key)]
        return any(key.index and key.index in (one.name, one.index) for one in others)

    def _heir(self, key: ForeignKey, position: int) -> ForeignKey | None:
        """The foreign key that stays, and leans on an index that bears the name of ``key``, which goes."""
        name = self.database.index_under(key, self.old)
        staying = self._stay(key) if name and name == key.name else []
        if not staying or any(self._sharing(key, position)):
            return None
        return max(reversed(staying), key=lambda one: len(one.columns))

    @cached_property
    def _touched(self) -> set[Key]:
        return {change.key for change in self.changes}

    # ---- counters ----------------------------------------------------------------------------

    @cached_property
    def _gaps(self) -> tuple[Gap, ...]:
        """Where columns that go on counting begin no key for a while."""
        if not self.database.ties.keys_hold_counting:
            return ()
        columns = (first_of_key(c.old) for c in self.changes if isinstance(c, Drop))
        distinct = dict.fromkeys(column for column in columns if column is not None)
        return tuple(gap for column in distinct if (gap := self._gap(column)) is not None)

    def _gap(self, column: Key) -> Gap | None:
        if not (_counts(column, self.old) and _counts(column, self.new)):
            return None
        standing = sum(first_of_key(part) == column for part in self.old.parts(column.owner))
        gone: list[int] = []
        for position, change in enumerate(self.changes):
            match change:
                case Drop(node) if first_of_key(node) == column:
                    standing -= 1
                    gone.append(position)
                case Create(node) if first_of_key(node) == column:
                    if gone and not standing:
                        return Gap(column, gone[-1], position)
                    standing += 1
                case _:
                    pass
        return None


@dataclass(frozen=True, slots=True)
class Gap:
    """Between which positions of a plan a column that counts begins no key."""

    column: Key
    first: int
    last: int

    def index(self) -> CreateIndexOp:
        """An index that the column begins meanwhile."""
        name, table = self.column.name, self.column.owner
        schema = table.schema or None
        return CreateIndexOp(f"keeps_{name}_counting", table.table, [name], schema=schema)


def _under(key: ForeignKey, name: str) -> CreateIndexOp:
    """An index for a foreign key in the place of the one that the server made, by another name."""
    return CreateIndexOp(name, key.table, list(key.columns), schema=key.schema or None)


def _counts(column: Key, side: Snapshot) -> bool:
    found = side.get(column)
    return isinstance(found, Column) and found.autoincrement


def _may_share(one: ForeignKey, other: ForeignKey) -> bool:
    """Whether two keys have the same index under them; of models nobody knows."""
    return not (one.index and other.index) or one.index == other.index


def _leans(other: ForeignKey, key: ForeignKey) -> bool:
    """Whether ``other`` can lean on an index over the columns of ``key``."""
    return key.columns[: len(other.columns)] == other.columns
