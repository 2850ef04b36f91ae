"""What a comparison found, as plain facts: the one source of the summary and of the JSON document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from functools import lru_cache
from typing import Protocol, get_type_hints

from schemadiff.diff import Alter, Change, Create, Drop, Rename
from schemadiff.model import Computed, Gap, Key, Node, Sql, Table, Unmodelled

IDENTITY = frozenset({"schema", "table", "name"})
"""The attributes that say which object it is, not how it is."""


class Undecided(Protocol):
    """Two spellings of which nobody could tell whether they mean the same, and why."""

    @property
    def key(self) -> Key: ...
    @property
    def attribute(self) -> str: ...
    @property
    def old(self) -> str: ...
    @property
    def new(self) -> str: ...
    @property
    def reason(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Report:
    """The differences between ``database`` and ``models``, and what is to be said around them.

    ``in_sync`` counts the tables without a difference, ``seconds`` is what the comparison took; None
    where nobody counted. ``gaps`` are what the reader did not understand.
    """

    changes: Sequence[Change]
    database: str = ""
    models: str = ""
    in_sync: int | None = None
    seconds: float | None = None
    undecided: Sequence[Undecided] = ()
    gaps: Sequence[Gap] = ()
    census: Sequence[Unmodelled] | None = None
    """What no model describes; None where nobody asked."""
    others: Sequence[str] = ()
    """What hooks and functions of third parties add to the changes, a line each."""


def joined(changes: Iterable[Change]) -> tuple[Change, ...]:
    """``changes`` with a drop and a create of one key made one Alter again, sorted by key."""
    by_key: dict[tuple[Key, str], Change] = {}
    for change in changes:
        slot = (change.key, "rename" if isinstance(change, Rename) else "")
        by_key[slot] = _pair(by_key.get(slot), change)
    return tuple(sorted(by_key.values(), key=lambda change: change.key))


def _pair(first: Change | None, second: Change) -> Change:
    match first, second:
        case Drop(old), Create(new):
            return Alter(old, new)
        case Create(new), Drop(old):
            return Alter(old, new)
    return second


def shown(changes: Iterable[Change]) -> tuple[Change, ...]:
    """``joined`` changes, less the parts of tables that come or go as a whole."""
    all_of_them = joined(changes)
    whole = {change.key for change in all_of_them if _is_whole(change)}
    return tuple(c for c in all_of_them if c.key in whole or c.key.owner not in whole)


def _is_whole(change: Change) -> bool:
    match change:
        case Create(Table()) | Drop(Table()):
            return True
    return False


def states(change: Change) -> tuple[Node | None, Node | None]:
    """The node before and after ``change``; None where there is none."""
    match change:
        case Create(new):
            return None, new
        case Drop(old):
            return old, None
        case Alter(old, new) | Rename(old, new):
            return old, new


def action(change: Change) -> str:
    """``create``, ``drop``, ``alter`` or ``rename``."""
    return type(change).__name__.lower()


def attributes(change: Change) -> Iterator[tuple[str, object, object]]:
    """Name, old and new value of every attribute that differs; one that is not there counts as unset."""
    old, new = states(change)
    either = new if new is not None else old
    assert either is not None
    for field in fields(either):
        if field.compare and field.name not in IDENTITY:
            before, after = _value(old, field), _value(new, field)
            if before != after:
                yield field.name, before, after


def _value(node: Node | None, field: Field[object]) -> object:
    if node is not None:
        value: object = getattr(node, field.name)
        return value
    return None if field.default is MISSING else field.default


def how(old: object, new: object) -> str:
    """How it was decided that two values differ: ``text``, ``database``, ``unverified`` or ``refused``."""
    ways = [found.how for found in map(_sql, (new, old)) if found is not None]
    return next((way for way in ways if way != "text"), "text")


def note(old: object, new: object) -> str:
    """The database's own words about a value, if it had any."""
    said = (found.note for found in map(_sql, (new, old)) if found is not None)
    return next((text for text in said if text), "")


def _sql(value: object) -> Sql | None:
    if isinstance(value, Computed):
        return value.sql
    return value if isinstance(value, Sql) else None


def plain(value: object, hint: object = None) -> object:
    """A value of a node as JSON has it: texts for SQL, objects for nested values, lists for tuples.

    ``hint`` is its type: options, which are pairs, are an object, also where there are none.
    """
    match value:
        case Sql(text=text):
            return text
        case tuple() if hint in _OPTIONS:
            return {name: plain(said) for name, said in value}
        case tuple():
            return [plain(item) for item in value]
        case Mapping():
            return {str(key): plain(item) for key, item in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        hints = hints_of(type(value))
        return {name: plain(getattr(value, name), hint) for name, hint in hints.items()}
    return value


@lru_cache(maxsize=100)
def hints_of(owner: type) -> Mapping[str, object]:
    """The types of the fields of a dataclass, by name."""
    hints = get_type_hints(owner)
    return {field.name: hints[field.name] for field in fields(owner)}


_OPTIONS = (tuple[tuple[str, str], ...], tuple[tuple[str, Sql], ...])
