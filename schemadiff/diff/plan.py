"""The order in which changes can be carried out.

Ordering is edges, never call order: every edge reads ``earlier must run before later``. Among all legal
orders the one is taken that reads best: new tables first, then the standing ones by name, then what goes.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping

from schemadiff.model import (
    Check,
    Column,
    Domain,
    Enum,
    Exclusion,
    ForeignKey,
    Index,
    Key,
    Kind,
    Node,
    PrimaryKey,
    Snapshot,
    Table,
    Unique,
    column_key,
)

from .change import Alter, Change, Create, Drop, Rename

REPLACED = (PrimaryKey, Unique, Check, Exclusion, ForeignKey, Index)
"""What no database alters: it is dropped and created again."""


_NOTHING = Snapshot()
Uses = Mapping[Key, tuple[Key, ...]]
"""The named types of columns."""


class CircularPlan(ValueError):
    """Changes that each have to wait for another; ``changes`` are those left over."""

    def __init__(self, changes: tuple[Change, ...]) -> None:
        names = ", ".join(f"{change.key.kind} {change.key}" for change in changes)
        super().__init__(f"no order is possible for the changes of {names}")
        self.changes = changes


def plan(
    changes: Iterable[Change], old: Snapshot = _NOTHING, new: Snapshot = _NOTHING
) -> tuple[Change, ...]:
    """``changes`` in an order in which each of them is legal; the same for the same changes.

    An ``Alter`` of something that no database alters is split into ``Drop`` and ``Create``. From ``old`` and
    ``new`` it is known what types the columns have that stay. Raises CircularPlan when there is no order.
    """
    steps = tuple(step for change in changes for step in _split(change))
    return _sorted(steps, _edges(steps, _types(steps, old), _types(steps, new)), _ranks(steps))


def _split(change: Change) -> Iterator[Change]:
    if isinstance(change, Alter) and isinstance(change.new, REPLACED) and not _only_comment(change):
        yield Drop(change.old)
        yield Create(change.new)
    else:
        yield change


def _only_comment(change: Alter) -> bool:
    return change.attributes == ("comment",)


# ---- edges -----------------------------------------------------------------------------------


def _types(steps: tuple[Change, ...], snapshot: Snapshot) -> Uses:
    """The types of all columns, if any type changes."""
    if not any(isinstance(s, Alter) and isinstance(s.new, (Enum, Domain)) for s in steps):
        return {}
    return {column.key: column.uses for column in snapshot.each(Column) if column.uses}


def _edges(steps: tuple[Change, ...], old: Uses, new: Uses) -> dict[int, set[int]]:
    """For each step the steps that must run before it, by position."""
    place = _Places(steps, old, new)
    before: dict[int, set[int]] = {i: set() for i in range(len(steps))}
    for i, step in enumerate(steps):
        before[i].update(place.needed_by(step))
        for later in place.released_by(step):
            before[later].add(i)
    for early, late in (*place.references(), *place.counting(), *place.renames()):
        before[late].add(early)
    for i, earlier in before.items():
        earlier.discard(i)
    return before


class _Places:
    """Where in the steps each node is created, dropped and altered."""

    def __init__(self, steps: tuple[Change, ...], before: Uses, after: Uses) -> None:
        self.steps = steps
        self.before = before
        self.after = after
        self.creates: dict[Key, int] = {}
        self.drops: dict[Key, int] = {}
        self.alters: dict[Key, list[int]] = {}
        self.renamed: list[int] = []
        self.dropped_names: dict[tuple[str, str], list[int]] = {}
        for i, step in enumerate(steps):
            match step:
                case Create(new):
                    self.creates[new.key] = i
                case Drop(old):
                    self.drops[old.key] = i
                    if name := _part_name(old):
                        self.dropped_names.setdefault((old.key.schema, name), []).append(i)
                case Alter(_, new):
                    self.alters.setdefault(new.key, []).append(i)
                case Rename():
                    self.renamed.append(i)

    def needed_by(self, step: Change) -> Iterator[int]:
        """What must have run before ``step``: what its new state stands on, and the drop of its like."""
        if isinstance(step, (Drop, Rename)):
            return
        for key in _stands_on(step.new, self.after):
            yield from _some(self.creates.get(key))
            if not self._is_laid_off(step, key):
                yield from self._altered(key, step.new)
        if isinstance(step, Alter):
            yield from self._first_half(step)
        if isinstance(step, Create):
            yield from _some(self.drops.get(step.key))
            yield from self._namesakes(step.new)

    def released_by(self, step: Change) -> Iterator[int]:
        """What may run only after ``step``: dropping and altering what its old state stood on."""
        if isinstance(step, (Create, Rename)):
            return
        for key in _stands_on(step.old, self.before):
            yield from _some(self.drops.get(key))
            if isinstance(step, Drop) or self._is_laid_off(step, key):
                yield from self._altered(key, step.old)

    def _altered(self, key: Key, user: Node) -> Iterator[int]:
        """Where what ``user`` stands on is altered, but for a column that only counts with the help of ``user``."""
        of_key = first_of_key(user) == key
        for i in self.alters.get(key, ()):
            if not (of_key and _only_counts(self.steps[i])):
                yield i

    def counting(self) -> Iterator[tuple[int, int]]:
        """A column begins to count when the keys are there that it is the first of, and ends to before they go."""
        made, gone = self._by_first(self.creates), self._by_first(self.drops)
        for i, step in enumerate(self.steps):
            match step:
                case Alter(Column(), Column(autoincrement=begins)) if _only_counts(step):
                    if begins:
                        yield from ((j, i) for j in made.get(step.key, ()))
                    else:
                        yield from ((i, j) for j in gone.get(step.key, ()))
                case _:
                    pass

    def _by_first(self, places: dict[Key, int]) -> dict[Key, list[int]]:
        """The steps that make or drop keys and indexes, by the column that these begin with."""
        found: dict[Key, list[int]] = {}
        for i in places.values():
            step = self.steps[i]
            first = first_of_key(step.old if isinstance(step, Drop) else step.new)
            if first is not None:
                found.setdefault(first, []).append(i)
        return found

    def _first_half(self, step: Alter) -> Iterator[int]:
        """The alteration that this one goes on from."""
        for i in self.alters[step.key]:
            if self.steps[i] is step:
                return
            yield i

    def _is_laid_off(self, step: Change, key: Key) -> bool:
        """Whether what stays needs ``key`` only before the step: a column's default or formula, the first half of a domain's change."""
        match step:
            case Alter(Domain()) if key.kind != "schema":
                return self.steps[self.alters[step.key][-1]] is not step
            case Alter(Column() as before, Column() as after) if key.kind != "table":
                if key not in _stands_on(before, self.before):
                    return False
                ends = before.default is not None and after.default is None
                ends |= before.computed is not None and after.computed is None
                return ends or key not in _stands_on(after, self.after)
            case _:
                return False

    def _namesakes(self, node: Node) -> list[int]:
        """Drops of indexes and constraints that hold the name ``node`` wants, in whatever table of its schema."""
        return self.dropped_names.get((node.key.schema, _part_name(node)), [])

    def references(self) -> Iterator[tuple[int, int]]:
        """A key that may be referred to stands before the reference is made, and until it is dropped.

        A new table is complete, but for its own foreign keys and plain indexes, before it gets these and before it is
        referred to.
        """
        keys_made = self._by_table(self.creates)
        made_with = self._made_with()
        keys_gone = self._by_table(self.drops, plain_too=True)
        for i, step in enumerate(self.steps):
            match step:
                case Create(Table(parents=parents)) | Alter(_, Table(parents=parents)) if parents:
                    yield from ((j, i) for one in parents for j in made_with.get(one, ()))
                case Create(Index() as index):
                    yield from ((j, i) for j in made_with.get(index.key.owner, ()))
                case Create(ForeignKey() as key):
                    yield from ((j, i) for j in made_with.get(key.key.owner, ()))
                    yield from ((j, i) for j in made_with.get(key.target, ()))
                    yield from (
                        (j, i) for j in keys_made.get(key.target, ()) if self._bears(j, key)
                    )
                case Drop(ForeignKey() as key):
                    yield from (
                        (i, j) for j in keys_gone.get(key.target, ()) if self._bears(j, key)
                    )

    def _made_with(self) -> dict[Key, list[int]]:
        """The steps that make up the statement of each new table, by table."""
        found: dict[Key, list[int]] = {}
        for key, i in self.creates.items():
            if key.kind not in ("foreign_key", "index") and key.owner in self.creates:
                found.setdefault(key.owner, []).append(i)
        return found

    def _bears(self, step: int, key: ForeignKey) -> bool:
        """Whether a foreign key can stand on the key that a step makes or drops (MySQL: on the first of its columns)."""
        change = self.steps[step]
        node = change.old if isinstance(change, Drop) else change.new
        return set(key.target_columns) <= _key_columns(node)

    def renames(self) -> Iterator[tuple[int, int]]:
        """Who calls a thing by its new name waits for the renaming, who uses the old one comes before it."""
        for i in self.renamed:
            rename = self.steps[i]
            assert isinstance(rename, Rename)
            for j, step in enumerate(self.steps):
                if i == j:
                    continue
                mentioned = _mentioned(step)
                if rename.new.key in mentioned:
                    yield i, j
                elif rename.old.key in mentioned:
                    yield j, i

    def _by_table(self, places: dict[Key, int], *, plain_too: bool = False) -> dict[Key, list[int]]:
        """The steps that make or drop what a foreign key can stand on; MySQL lets it stand on a plain index."""
        found: dict[Key, list[int]] = {}
        for key, i in places.items():
            step = self.steps[i]
            node = step.old if isinstance(step, Drop) else step.new
            if isinstance(node, (PrimaryKey, Unique)) or (
                isinstance(node, Index) and (node.unique or plain_too)
            ):
                found.setdefault(key.owner, []).append(i)
        return found


def first_of_key(node: Node) -> Key | None:
    """The column that a key or index begins with."""
    match node:
        case PrimaryKey(columns=columns) | Unique(columns=columns):
            return column_key(node.schema, node.table, columns[0] if columns else "")
        case Index(elements=(first, *_)):
            return column_key(node.schema, node.table, first.column)
        case _:
            return None


def _only_counts(step: Change) -> bool:
    """Whether a column begins to count, or ends to, and stays as it is otherwise."""
    return isinstance(step, Alter) and step.attributes == ("autoincrement",)


def _key_columns(node: Node) -> set[str]:
    """The columns of a key, be it a constraint or a unique index."""
    match node:
        case PrimaryKey(columns=columns) | Unique(columns=columns):
            return set(columns)
        case Index(elements=elements):
            return {element.column for element in elements}
        case _:
            return set()


def _stands_on(node: Node, uses: Uses) -> Iterator[Key]:
    """What a node needs, and the types of the columns among it."""
    for key in node.needs:
        yield key
        yield from uses.get(key, ())


def _mentioned(step: Change) -> set[Key]:
    """What a step speaks of; a renaming is known by the name it starts from."""
    node = step.new if isinstance(step, Create) else step.old
    return {node.key, node.key.owner, *node.needs}


def _some(i: int | None) -> Iterator[int]:
    if i is not None:
        yield i


def _part_name(node: Node) -> str:
    return node.name if isinstance(node, REPLACED) else ""


# ---- reading order ---------------------------------------------------------------------------

Rank = tuple[int, int, int, int, Key]

_FIRST, _NEW, _STANDING, _GONE, _LAST = range(5)

_WITHIN_A_TABLE: tuple[tuple[str, Kind], ...] = (
    ("rename", "table"),
    ("rename", "column"),
    ("drop", "foreign_key"),
    ("drop", "exclusion"),
    ("drop", "check"),
    ("drop", "index"),
    ("drop", "unique"),
    ("drop", "primary_key"),
    ("create", "table"),
    ("alter", "table"),
    ("create", "column"),
    ("alter", "column"),
    ("drop", "column"),
    ("create", "primary_key"),
    ("create", "unique"),
    ("create", "check"),
    ("create", "exclusion"),
    ("create", "foreign_key"),
    ("create", "index"),
)
_ORDER = {step: i for i, step in enumerate(_WITHIN_A_TABLE)}


def _ranks(steps: tuple[Change, ...]) -> list[Rank]:
    made = _references_first([s.new for s in steps if isinstance(s, Create)])
    gone = _references_first([s.old for s in steps if isinstance(s, Drop)])
    names = sorted({step.key.owner for step in steps if step.key.table})
    standing = {table: i for i, table in enumerate(names)}

    def rank(step: Change) -> Rank:
        key, verb = step.key, _verb(step)
        within = _ORDER.get((verb, key.kind), len(_ORDER))
        place = (
            step.new.position if isinstance(step, Create) and isinstance(step.new, Column) else 0
        )
        if not key.table:
            return (_LAST if verb == "drop" else _FIRST, 0, within, place, key)
        if key.owner in made:
            return (_NEW, made[key.owner], within, place, key)
        if key.owner in gone:
            return (_GONE, -gone[key.owner], within, place, key)
        return (_STANDING, standing[key.owner], within, place, key)

    return [rank(step) for step in steps]


def _verb(step: Change) -> str:
    match step:
        case Rename():
            return "rename"
        case Create():
            return "create"
        case Drop():
            return "drop"
        case _:
            return "alter"


def _references_first(nodes: list[Node]) -> dict[Key, int]:
    """The tables among ``nodes``, each with its place: what is referred to comes before who refers.

    A circle is entered at the table whose name comes first.
    """
    tables = sorted(node.key for node in nodes if isinstance(node, Table))
    targets: dict[Key, set[Key]] = {table: set() for table in tables}
    for node in nodes:
        if isinstance(node, ForeignKey) and node.key.owner in targets:
            targets[node.key.owner].add(node.target)
    order: dict[Key, int] = {}
    for table in tables:
        _visit(table, targets, order)
    return order


def _visit(table: Key, targets: dict[Key, set[Key]], order: dict[Key, int]) -> None:
    stack: list[tuple[Key, list[Key]]] = [(table, sorted(targets[table], reverse=True))]
    entered = {table}
    while stack:
        here, left = stack[-1]
        if left:
            there = left.pop()
            if there in targets and there not in order and there not in entered:
                entered.add(there)
                stack.append((there, sorted(targets[there], reverse=True)))
        else:
            stack.pop()
            order.setdefault(here, len(order))


def _sorted(
    steps: tuple[Change, ...], before: dict[int, set[int]], ranks: list[Rank]
) -> tuple[Change, ...]:
    """A topological order that takes, of all steps that may run, the one of the lowest rank."""
    after: dict[int, list[int]] = {}
    waiting = {i: len(earlier) for i, earlier in before.items()}
    for i, earlier in before.items():
        for j in earlier:
            after.setdefault(j, []).append(i)
    ready = [(ranks[i], i) for i, count in waiting.items() if not count]
    heapq.heapify(ready)
    done: list[int] = []
    while ready:
        _, i = heapq.heappop(ready)
        done.append(i)
        for later in after.get(i, ()):
            waiting[later] -= 1
            if not waiting[later]:
                heapq.heappush(ready, (ranks[later], later))
    if len(done) < len(steps):
        left = set(range(len(steps))) - set(done)
        raise CircularPlan(tuple(steps[i] for i in sorted(left)))
    return tuple(steps[i] for i in done)
