"""What has to be taken down and put back around a change that it would otherwise stand in the way of."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from schemadiff.model import (
    Check,
    Column,
    Computed,
    Domain,
    Exclusion,
    ForeignKey,
    Index,
    Key,
    Node,
    PrimaryKey,
    Snapshot,
    Sql,
    Table,
    Unique,
)

from .change import Alter, Change, Create, Drop, Rename
from .plan import first_of_key

N = TypeVar("N", bound=Node)
Columns = tuple[str, ...]
Parts = (PrimaryKey, Unique, Check, Exclusion, Index)
"""What stands in one table beside its columns and foreign keys."""


def _never(before: Sql, after: Sql) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Ties:
    """What on a database has to step aside while something else changes."""

    keys_hold_types: bool = False
    """A foreign key stands in the way of a new type of a column that is at one of its ends."""
    keys_hold_indexes: bool = False
    """An index cannot go while a foreign key has no other to lean on."""
    keys_hold_options: frozenset[str] = frozenset()
    """Options of tables in which the two ends of a foreign key must agree."""
    keys_hold_counting: bool = False
    """A column counts only while it is the first of a key."""
    texts_hold_types: bool = False
    """Expressions keep to the types they were made with; a generated column even to those that are alike."""
    alike: Callable[[Sql, Sql], bool] = _never
    """Whether keys and expressions over a column of one type may stand while it gets the other."""


def with_dependants(
    changes: Sequence[Change],
    old: Snapshot,
    new: Snapshot,
    ties: Ties = Ties(),
    remade: Collection[Key] = (),
) -> tuple[Change, ...]:
    """``changes``, and the dropping and making again of what stays but cannot stand meanwhile.

    ``remade`` are the named types that are made anew, and their columns with them. A foreign key falls with
    the key it refers to, whether that is changed or only replaced; what else falls depends on ``ties``.
    """
    domains = [key for key in remade if key.kind == "domain"]
    steps = tuple(_domains_bare(changes, old, new, remade))
    steps = tuple(_defaults_apart(steps, old, new, remade, domains))
    if ties.keys_hold_counting:
        steps = tuple(_counting_apart(steps))
    if ties.texts_hold_types and (retyped := _retyped(steps) | _of_types(old, remade)):
        steps = tuple(_generated_apart(steps, old, new, retyped))
        converted = _retyped(steps, ties.alike) | _of_types(old, domains)
        steps = _parts_apart(steps, old, new, _made_again(steps), converted)
    return _keys_apart(steps, old, new, ties)


# ---- domains -----------------------------------------------------------------------------------


def _domains_bare(
    changes: Sequence[Change], old: Snapshot, new: Snapshot, remade: Collection[Key]
) -> Iterator[Change]:
    """Domains over a type that is made anew lose checks, and a default that changes, meanwhile: they are of that type."""

    def falls(node: Domain) -> bool:
        return not set(remade).isdisjoint(node.uses)

    for change in changes:
        match change:
            case Alter(Domain() as before, Domain() as after) if falls(before):
                gone = before.default is not None and before.default != after.default
                yield from _by_way_of(_bare(before, without_default=gone), change)
            case _:
                yield change
    for before, after in _standing(changes, old, new, Domain) if remade else ():
        if before.checks and falls(before):
            yield from _by_way_of(_bare(before), Alter(before, after))


def _bare(domain: Domain, *, without_default: bool = False) -> Domain:
    default = Sql.of("NULL") if without_default else domain.default
    return replace(domain, checks=(), default=default, source=None)


def _states(change: Change) -> tuple[Node, ...]:
    match change:
        case Create(node) | Drop(node):
            return (node,)
        case Alter(before, after) | Rename(before, after):
            return (before, after)


def _by_way_of(between: Node, change: Alter) -> Iterator[Change]:
    """An alteration in two steps."""
    yield Alter(change.old, between)
    yield Alter(between, change.new)


# ---- columns -----------------------------------------------------------------------------------


def _defaults_apart(
    changes: Sequence[Change],
    old: Snapshot,
    new: Snapshot,
    remade: Collection[Key],
    domains: Collection[Key],
) -> Iterator[Change]:
    """A default gives way to another, or to itself over a domain, while the type is made anew in between."""
    standing = _standing(changes, old, new, Column) if domains else iter(())
    for before, after in standing:
        if before.default is not None and not set(domains).isdisjoint(before.uses):
            yield from _by_way_of(replace(before, default=None), Alter(before, after))
    for change in changes:
        match change:
            case Alter(
                Column(default=Sql()) as before, Column(default=Sql()) as after
            ) if before.default != after.default and not set(remade).isdisjoint(before.uses):
                yield from _by_way_of(replace(before, default=None), change)
            case _:
                yield change


def _counting_apart(changes: Sequence[Change]) -> Iterator[Change]:
    """A column begins to count, or ends to, by itself where a key comes or goes that it is the first of."""
    keyed = {first_of_key(node) for change in changes for node in _states(change)}
    for change in changes:
        match change:
            case Alter(Column(autoincrement=False), Column(autoincrement=True) as after):
                between = replace(after, autoincrement=False)
            case Alter(Column(autoincrement=True) as before, Column(autoincrement=False)):
                between = replace(before, autoincrement=False)
            case _:
                yield change
                continue
        is_apart = change.key not in keyed or between in (change.old, change.new)
        yield from (change,) if is_apart else _by_way_of(between, change)


def _retyped(changes: Iterable[Change], alike: Callable[[Sql, Sql], bool] = _never) -> set[Key]:
    """The columns that stay and get a type that is not ``alike``."""
    found = set()
    for change in changes:
        match change:
            case Alter(Column(type=before), Column(type=after)) if before != after:
                if not alike(before, after):
                    found.add(change.key)
            case _:
                pass
    return found


def _of_types(snapshot: Snapshot, types: Collection[Key]) -> set[Key]:
    if not types:
        return set()
    return {c.key for c in snapshot.each(Column) if not set(types).isdisjoint(c.uses)}


def _generated_apart(
    changes: Sequence[Change], old: Snapshot, new: Snapshot, retyped: Collection[Key]
) -> Iterator[Change]:
    """Generated columns over a column that gets another type are dropped and added again."""
    for change in changes:
        match change:
            case Alter(Column() as there, Column(computed=Computed()) as wanted) if _mentions(
                there, retyped
            ):
                yield Drop(there)
                yield Create(wanted)
            case _:
                yield change
    for before, after in _standing(changes, old, new, Column):
        if _mentions(before, retyped):
            yield Drop(before)
            yield Create(after)


def _mentions(column: Column, columns: Collection[Key]) -> bool:
    return column.computed is not None and not set(columns).isdisjoint(column.needs)


def _made_again(changes: Sequence[Change]) -> set[Key]:
    """The columns that are dropped and added again."""
    gone = {c.key for c in changes if isinstance(c, Drop) and isinstance(c.old, Column)}
    return {c.key for c in changes if isinstance(c, Create) and c.key in gone}


# ---- what stands on columns --------------------------------------------------------------------


def _parts_apart(
    changes: tuple[Change, ...],
    old: Snapshot,
    new: Snapshot,
    made_again: Collection[Key],
    converted: Collection[Key],
) -> tuple[Change, ...]:
    """Indexes and constraints step aside for a column that is made again, texts for one that is converted."""

    def falls(node: Node) -> bool:
        held = {*made_again, *converted} if _is_text(node) else set(made_again)
        return not held.isdisjoint(node.needs)

    return _aside(changes, old, new, Parts, falls)


def _is_text(node: Node) -> bool:
    """Whether only the database could rewrite a part for another type."""
    match node:
        case Check() | Exclusion():
            return True
        case Index():
            return node.where is not None or any(e.sql is not None for e in node.elements)
        case _:
            return False


def _keys_apart(
    changes: tuple[Change, ...], old: Snapshot, new: Snapshot, ties: Ties
) -> tuple[Change, ...]:
    """Foreign keys step aside for what they stand on."""
    referred = _shaken(changes, unique=True)
    indexes = _shaken(changes, unique=False) if ties.keys_hold_indexes else {}
    held = _retyped(changes, ties.alike) if ties.keys_hold_types else set()
    held |= _made_again(changes)
    moved = set(_moved(changes, ties.keys_hold_options))
    if not referred and not indexes and not held and not moved:
        return changes

    def falls(node: Node) -> bool:
        assert isinstance(node, ForeignKey)
        target = set(node.target_columns)
        return (
            any(target == set(columns) for columns in referred.get(node.target, ()))
            or _leans(node.columns, indexes.get(node.key.owner, ()))
            or _leans(node.target_columns, indexes.get(node.target, ()))
            or not held.isdisjoint(node.needs)
            or {node.key.owner, node.target} <= moved
        )

    return _aside(changes, old, new, (ForeignKey,), falls)


def _aside(
    changes: Sequence[Change],
    old: Snapshot,
    new: Snapshot,
    kinds: tuple[type[Node], ...],
    falls: Callable[[Node], bool],
) -> tuple[Change, ...]:
    """``changes`` with everything of ``kinds`` that stays, and falls, dropped and made again."""
    steps: list[Change] = []
    for change in changes:
        if isinstance(change, Alter) and isinstance(change.old, kinds) and falls(change.old):
            steps += [Drop(change.old), Create(change.new)]
        else:
            steps.append(change)
    for kind in kinds:
        for before, after in _standing(changes, old, new, kind):
            if falls(before):
                steps += [Drop(before), Create(after)]
    return tuple(steps)


def _standing(
    changes: Iterable[Change], old: Snapshot, new: Snapshot, kind: type[N]
) -> Iterator[tuple[N, N]]:
    """What of a kind is on both sides and in no change but a renaming, which both sides follow."""
    touched = {change.key for change in changes if not isinstance(change, Rename)}
    for node in new.each(kind):
        before = old.get(node.key) if node.key not in touched else None
        if isinstance(before, kind):
            yield before, node


def _leans(columns: Columns, indexes: Iterable[Columns]) -> bool:
    """Whether one of the indexes begins with the columns, in whatever order."""
    return any(set(index[: len(columns)]) == set(columns) for index in indexes)


def _shaken(changes: Iterable[Change], *, unique: bool) -> dict[Key, list[Columns]]:
    """The columns of the keys, or of all indexes, that go or change, by table."""
    found: dict[Key, list[Columns]] = {}
    for change in changes:
        node = change.old if isinstance(change, (Drop, Alter)) else None
        match node:
            case PrimaryKey() | Unique():
                found.setdefault(node.key.owner, []).append(node.columns)
            case Index() if node.unique or not unique:
                columns = tuple(element.column for element in node.elements)
                found.setdefault(node.key.owner, []).append(columns)
            case _:
                pass
    return found


def _moved(changes: Iterable[Change], names: Collection[str]) -> Iterator[Key]:
    """The tables that change in one of the options of these names."""
    for change in changes:
        match change:
            case Alter(Table() as before, Table() as after):
                if any(name in names for name, _ in set(before.options) ^ set(after.options)):
                    yield after.key
            case _:
                pass
