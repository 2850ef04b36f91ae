"""The operations of several revisions put together, where that provably comes to the same.

Only what happens to a table before anything but schema operations has happened to it is put into its
``create_table``; only what is done to a table that then goes, and that nothing else needed meanwhile, is left
out. Everything else (statements of the author's own, rows, types, sequences, tables that stand already) keeps its
place, and nothing moves across it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from schemadiff.operations import ops as o

from .newtable import NewTable, Place, key_names, referents


@dataclass(frozen=True, slots=True)
class Refers:
    """The tables whose making is known, with what they have ever referred to, and the names of all those keys."""

    tables: Mapping[Place, set[Place]]
    keys: frozenset[str]


def together(ops: Sequence[o.MigrateOperation], refers: Refers) -> list[o.MigrateOperation]:
    """Fewer operations that lead to the same."""
    found: list[o.MigrateOperation] = []
    for movable, group in groupby(ops, _is_movable):
        several = list(group)
        found += _dropped(_Made.by(several), refers) if movable else several
    return found


def refers_of(ops: Iterable[o.MigrateOperation]) -> Refers:
    """What the tables that ``ops`` make refer to."""
    listed = list(ops)
    made = {(op.schema, op.table_name) for op in listed if isinstance(op, o.CreateTableOp)}
    found: dict[Place, set[Place]] = {place: set() for place in made}
    for op in listed:
        for place in _places(op, with_referents=False):
            if place in found:
                found[place] |= set(referents(op)) - {place}
    return Refers(found, frozenset(name for op in listed for name in key_names(op)))


def _is_movable(op: o.MigrateOperation) -> bool:
    """Whether it is known what the operation touches: one table, and what its foreign keys refer to."""
    match op:
        case o.ModifyTableOps(ops=inner):
            return all(map(_is_movable, inner))
        case o.CreateTableOp():
            return not op.if_not_exists and not op.prefixes
        case o.DropTableOp():
            return not op.if_exists
        case o.RenameTableOp():
            return False
        case o.AlterTableOp():
            return bool(op.table_name)
    return False


def _places(op: o.MigrateOperation, *, with_referents: bool = True) -> set[Place]:
    """The tables that a movable operation touches."""
    own = {(op.schema, op.table_name)} if isinstance(op, _ON_TABLES) else set()
    return own | set(referents(op)) if with_referents else own


_ON_TABLES = (o.CreateTableOp, o.DropTableOp, o.AlterTableOp, o.ModifyTableOps)


# ---- tables that are made -----------------------------------------------------------------------


class _Made:
    """Operations read one by one: new tables as they come to be, the others in their order."""

    def __init__(self) -> None:
        self.entries: list[NewTable | o.MigrateOperation] = []
        self.new: dict[Place, NewTable] = {}
        self.touched: set[Place] = set()
        """The tables that operations among ``entries`` touch."""
        self.names: set[str] = set()
        """The names that they mention."""

    @classmethod
    def by(cls, ops: Iterable[o.MigrateOperation]) -> list[o.MigrateOperation]:
        """The operations, with as much as possible in each ``create_table``."""
        made = cls()
        for op in ops:
            made.read(op)
        return list(made.written())

    def read(self, op: o.MigrateOperation) -> None:
        """Put an operation where it belongs."""
        match op:
            case o.CreateTableOp() if self._begins(op):
                return
            case o.DropTableOp() if self._vanishes((op.schema, op.table_name)):
                return
            case o.ModifyTableOps(table_name=name, ops=inner, schema=schema):
                left = [each for each in inner if not self._taken(each)]
                if left:
                    self._keep(o.ModifyTableOps(name, left, schema=schema))
            case _ if not self._taken(op):
                self._keep(op)

    def _begins(self, op: o.CreateTableOp) -> bool:
        made = NewTable(op)
        if made.place in self.new:
            return False
        self.new[made.place] = made
        self.entries.append(made)
        return True

    def _vanishes(self, place: Place) -> bool:
        made = self.new.get(place)
        if made is None or made.closed or self._is_referred_to(place) or made.leaves_types():
            return False
        del self.new[place]
        self.entries.remove(made)
        return True

    def _taken(self, op: o.MigrateOperation) -> bool:
        """Whether the operation has become part of a new table; from now on that is closed if not."""
        place = next(iter(_places(op, with_referents=False)))
        made = self.new.get(place)
        if made is None or made.closed:
            return False
        is_taken = self._may_take(made, op) and made.take(op)
        if not is_taken:
            self._close(place)
        return is_taken

    def _may_take(self, made: NewTable, op: o.MigrateOperation) -> bool:
        if _names(op) & self.names:
            return False
        if _takes_away(op) and self._is_referred_to(made.place):
            return False
        return all(self._may_refer(made, target) for target in referents(op))

    def _may_refer(self, made: NewTable, target: Place) -> bool:
        """Whether the target is as complete where the table is made as where the key was added."""
        if target == made.place:
            return True
        other = self.new.get(target)
        if other is None:
            return target not in self.touched
        return not other.closed and made.place not in self._reach(target)

    def _is_referred_to(self, place: Place) -> bool:
        return any(place in made.targets() for made in self.new.values())

    def _reach(self, place: Place) -> set[Place]:
        """The new tables that a table refers to, those referred to by these, and itself."""
        found, left = {place}, [place]
        while left:
            made = self.new.get(left.pop())
            more = made.targets() - found if made is not None else set()
            found |= more
            left += more
        return found

    def _keep(self, op: o.MigrateOperation) -> None:
        self.entries.append(op)
        self.names |= _names(op)
        for place in _places(op):
            self.touched.add(place)
            self._close(place)

    def _close(self, place: Place) -> None:
        """From now on the table stands; so does all that it refers to, or it would have to move behind that."""
        for each in self._reach(place) & self.new.keys():
            self.new[each].closed = True

    def written(self) -> Iterator[o.MigrateOperation]:
        """Everything in its order; a table waits for those that it refers to."""
        pending = {id(made): made for made in self.new.values()}
        waiting: list[NewTable] = []
        for entry in self.entries:
            if not isinstance(entry, NewTable):
                yield entry
                continue
            waiting.append(entry)
            while ready := next((w for w in waiting if not _waits(w, pending.values())), None):
                waiting.remove(ready)
                del pending[id(ready)]
                yield from ready.ops()
        for made in waiting:
            yield from made.ops()


def _waits(made: NewTable, pending: Iterable[NewTable]) -> bool:
    targets = made.targets()
    return any(other.place in targets for other in pending)


def _takes_away(op: o.MigrateOperation) -> bool:
    """Whether something goes, or gets another name or type, that a foreign key may refer to."""
    return isinstance(op, o.DropColumnOp | o.DropConstraintOp | o.DropIndexOp | o.AlterColumnOp)


def _names(op: o.MigrateOperation) -> set[str]:
    """The names that an operation gives to constraints and indexes, or knows them by."""
    if isinstance(op, o.ModifyTableOps):
        return {name for each in op.ops for name in _names(each)}
    said = (
        getattr(op, name, None)
        for name in ("constraint_name", "index_name", "old_name", "new_name")
    )
    return {name for name in said if isinstance(name, str)}


# ---- tables that go -----------------------------------------------------------------------------


def _dropped(ops: list[o.MigrateOperation], refers: Refers) -> list[o.MigrateOperation]:
    """``ops`` without what is done to a table that goes afterwards."""
    going = _Going(ops, refers)
    return list(going.written())


class _Going:
    """The tables that ``ops`` drop, each with what is done to it before."""

    def __init__(self, ops: list[o.MigrateOperation], refers: Refers) -> None:
        self.ops = ops
        self.refers = refers.tables
        self.keys = refers.keys
        self.places = [_places(op) for op in ops]
        self.drops = {
            (op.schema, op.table_name): at
            for at, op in enumerate(ops)
            if isinstance(op, o.DropTableOp)
        }
        self.parts = {place: self._before(place) for place in self.drops}
        self.gone = {place for place in self.drops if self._goes_alone(place)}
        while wrong := {place for place in self.gone if self._is_needed(place)}:
            self.gone -= wrong

    def _before(self, place: Place) -> list[int]:
        return [at for at in range(self.drops[place]) if place in self.places[at]]

    def _goes_alone(self, place: Place) -> bool:
        """Whether all that is known of a table is that it changes and goes, once."""
        if place not in self.refers or place in self._reach(place):
            return False
        touched = [at for at, places in enumerate(self.places) if place in places]
        if touched[-1] != self.drops[place]:
            return False
        return all(
            self.places[at] == {place} and self._is_understood(self.ops[at])
            for at in self.parts[place]
        )

    def _is_understood(self, op: o.MigrateOperation) -> bool:
        """Whether it is known what the operation frees other tables from, if it frees them from anything."""
        match op:
            case o.ModifyTableOps(ops=inner):
                return all(map(self._is_understood, inner))
            case o.DropConstraintOp(constraint_type=None | "foreignkey", constraint_name=name):
                return name in self.keys
        return not isinstance(op, o.CreateTableOp)

    def _reach(self, place: Place) -> set[Place]:
        """All tables that one refers to, directly or not."""
        found: set[Place] = set()
        left = [*self.refers.get(place, ())]
        while left:
            one = left.pop()
            if one not in found:
                found.add(one)
                left += self.refers.get(one, ())
        return found

    def _is_needed(self, place: Place) -> bool:
        """Whether something between changes what the table refers to, and may rely on what was done to it."""
        parts = self.parts[place]
        if not parts:
            return False
        others = self.refers[place] - self.gone
        between = self.places[parts[0] : self.drops[place]]
        return any(places & others for places in between)

    def written(self) -> Iterator[o.MigrateOperation]:
        """What is left, in its order; a table that is referred to waits for those that refer to it."""
        skipped = {at for place in self.gone for at in self.parts[place]}
        pending, waiting = set(self.gone), list[Place]()
        by_position = {self.drops[place]: place for place in self.gone}
        for at, op in enumerate(self.ops):
            if at in skipped:
                continue
            if at not in by_position:
                yield op
                continue
            waiting.append(by_position[at])
            while (ready := self._ready(waiting, pending)) is not None:
                waiting.remove(ready)
                pending.remove(ready)
                yield self.ops[self.drops[ready]]

    def _ready(self, waiting: Iterable[Place], pending: set[Place]) -> Place | None:
        return next(
            (w for w in waiting if not any(w in self.refers[other] for other in pending - {w})),
            None,
        )
