"""One attribute of one object changed: how a case of the inventory is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.schema import SchemaItem

S, P, M = "sqlite", "postgresql", "mariadb"
ALL = (S, P, M)

Build = Callable[[sa.MetaData], object]
"""Puts a model into a MetaData."""
Items = Callable[[], Sequence[SchemaItem]]
"""Fresh columns, constraints and indexes: SQLAlchemy's objects belong to one table only."""


@dataclass(frozen=True, slots=True)
class Case:
    """What is said when the models go from ``before`` to ``after``.

    ``changes`` is everything that must be reported, e.g. ``~ column t.c type``; the way back must report
    the same with plus and minus swapped. ``alike`` says why nothing is to be reported. ``aside`` are
    statements run on the database first, for what models cannot say: the two models are then the same, and
    there is no way back. ``one_way`` says why the way back reports nothing, ``backwards`` what it reports if
    that is something else. ``since`` is the SQLAlchemy
    that can say it, if not every one can. ``given`` are statements that
    the models rely on, such as a function.
    """

    group: str
    attribute: str
    databases: Sequence[str]
    before: Build
    after: Build
    changes: tuple[str, ...] = ()
    alike: str = ""
    one_way: str = ""
    backwards: tuple[str, ...] = ()
    aside: tuple[str, ...] = ()
    since: str = ""
    given: tuple[str, ...] = ()

    def back(self) -> tuple[str, ...]:
        """What must be reported on the way from ``after`` to ``before``."""
        if self.one_way or self.backwards:
            return self.backwards
        return tuple(sorted(change.translate(_SWAPPED) for change in self.changes))


_SWAPPED = str.maketrans("+-", "-+")


@dataclass(frozen=True, slots=True)
class Absent:
    """What a database does not have, or does not keep, and why."""

    group: str
    attribute: str
    databases: Sequence[str]
    why: str


@dataclass(frozen=True, slots=True)
class Group:
    """Cases about one kind of object."""

    name: str
    cases: list[Case]
    absent: list[Absent]

    def case(
        self,
        attribute: str,
        before: Build,
        after: Build,
        *changes: str,
        on: Sequence[str] = ALL,
        without: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        """Adds a case; ``without`` are the databases that have no such thing, and why."""
        self.cases.append(
            Case(
                self.name,
                attribute,
                (on,) if isinstance(on, str) else tuple(on),
                before,
                after,
                tuple(sorted(changes)),
                **more,
            )
        )
        for databases, why in (without or {}).items():
            self.absent.append(Absent(self.name, attribute, tuple(databases.split()), why))


def group(name: str) -> Group:
    """An empty group."""
    return Group(name, [], [])


# ---- models ----------------------------------------------------------------------------------


def table(items: Items = lambda: (), **options: Any) -> Build:
    """The table ``t`` with a key, two numbers, a text, and ``items``."""

    def build(metadata: sa.MetaData) -> sa.Table:
        return sa.Table(
            "t",
            metadata,
            sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
            sa.Column("a", sa.Integer, nullable=False),
            sa.Column("b", sa.Integer, nullable=False),
            sa.Column("s", sa.String(40), nullable=False),
            *items(),
            **options,
        )

    return build


def bare(items: Items, **options: Any) -> Build:
    """The table ``t`` with nothing but ``items``."""
    return lambda metadata: sa.Table("t", metadata, *items(), **options)


def column(type_: Any, *args: Callable[[], Any], **options: Any) -> Build:
    """The table ``t`` with a column ``c``; ``args`` are made anew for each use."""
    made = partial(_column, type_, args, options)
    return table(lambda: [made()])


def _column(
    type_: Any, args: Iterable[Callable[[], Any]], options: dict[str, Any]
) -> sa.Column[Any]:
    fresh = type_() if callable(type_) and not isinstance(type_, type) else type_
    return sa.Column("c", fresh, *(make() for make in args), **options)


def both(*builds: Build) -> Build:
    """Several models in one MetaData."""

    def build(metadata: sa.MetaData) -> None:
        for each in builds:
            each(metadata)

    return build


def parent(name: str = "p", *columns: str) -> Build:
    """A table to be referred to: keys ``x`` and ``y``, each unique, and both together."""

    def build(metadata: sa.MetaData) -> None:
        sa.Table(
            name,
            metadata,
            sa.Column("x", sa.Integer, primary_key=True, autoincrement=False),
            sa.Column("y", sa.Integer, nullable=False),
            sa.UniqueConstraint("y", name=f"uq_{name}_y"),
            sa.UniqueConstraint("x", "y", name=f"uq_{name}_xy"),
        )

    return build
