"""What has to be taken down and put back around a change that it would otherwise stand in the way of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from schemadiff.model import Column, ForeignKey, Index, Key, PrimaryKey, Snapshot, Unique

from .change import Alter, Change, Create, Drop

Columns = tuple[str, ...]


def with_dependants(
    changes: Sequence[Change],
    old: Snapshot,
    new: Snapshot,
    *,
    keys_hold_types: bool = False,
    keys_hold_indexes: bool = False,
) -> tuple[Change, ...]:
    """``changes``, and the dropping and making again of foreign keys that stay but cannot stand meanwhile.

    A foreign key falls with the key it refers to, whether that is changed or only replaced. On a database
    whose foreign keys hold the types of their columns, or an index over them, it has to go for a change
    of these, too.
    """
    touched = {change.key for change in changes}
    referred = _shaken(changes, unique=True)
    indexes = _shaken(changes, unique=False) if keys_hold_indexes else {}
    retyped = set(_retyped(changes)) if keys_hold_types else set()
    if not referred and not indexes and not retyped:
        return tuple(changes)

    def falls(key: ForeignKey) -> bool:
        target = set(key.target_columns)
        return (
            any(target == set(columns) for columns in referred.get(key.target, ()))
            or _leans(key.columns, indexes.get(key.key.owner, ()))
            or _leans(key.target_columns, indexes.get(key.target, ()))
            or not retyped.isdisjoint(key.needs)
        )

    standing = [
        (there, key)
        for key in new.each(ForeignKey)
        if key.key not in touched and isinstance(there := old.get(key.key), ForeignKey)
    ]
    extra = [(Drop(there), Create(key)) for there, key in standing if falls(key)]
    return (*changes, *(step for steps in extra for step in steps))


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


def _retyped(changes: Iterable[Change]) -> Iterator[Key]:
    for change in changes:
        match change:
            case Alter(Column() as before, Column() as after) if before.type != after.type:
                yield after.key
            case _:
                pass
