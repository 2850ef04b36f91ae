"""The user's say: whether a type or a server default that differs is a difference."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import NamedTuple, TypeAlias

from schemadiff.model import Column, Node, Snapshot, Sql

Say: TypeAlias = Callable[[Column, Column], bool | None]
"""(column in the database, column of the models) → differs? None leaves it to us."""


def never(old: Column, new: Column) -> bool:
    """False: what differs is no difference."""
    return False


class Says(NamedTuple):
    """What the user says of types and of server defaults; None where nothing is said."""

    type: Say | None = None
    default: Say | None = None
    silent: Callable[[Column], bool] = lambda column: False
    """Of which columns of the models nothing is said, so that nobody need be asked."""


def heed(old: Snapshot, new: Snapshot, says: Says) -> Snapshot:
    """``new`` with every type and default made equal or different as the user says."""
    if says.type is None and says.default is None:
        return new
    return new.having(_heeded(old, new, says))


def _heeded(old: Snapshot, new: Snapshot, says: Says) -> Iterator[Node]:
    silent = says.silent
    for column in new.each(Column):
        if silent(column):
            continue
        there = old.get(column.key)
        if not isinstance(there, Column):
            continue
        said = column
        if says.type is not None:
            said = _type(there, said, says.type(there, column))
        if says.default is not None:
            said = _default(there, said, says.default(there, column))
        if said is not column:
            yield said


def _type(old: Column, new: Column, differs: bool | None) -> Column:
    if differs is None or differs == (old.type != new.type):
        return new
    return replace(new, type=_made(new.type, old.type, differs))


def _default(old: Column, new: Column, differs: bool | None) -> Column:
    before = (old.default, old.computed, old.identity, old.autoincrement)
    after = (new.default, new.computed, new.identity, new.autoincrement)
    if differs is None or differs == (before != after):
        return new
    if differs:
        default = new.default or Sql.of("")
        return replace(new, default=_made(default, default, differs))
    return replace(
        new,
        default=old.default,
        computed=old.computed,
        identity=old.identity,
        autoincrement=old.autoincrement,
    )


def _made(new: Sql, old: Sql, differs: bool) -> Sql:
    """``new`` with a canonical form that no database gives, or with the database's."""
    if differs:
        return replace(new, canonical=f"{new.canonical} (differs as the user says)")
    return replace(new, canonical=old.canonical)
