"""A table that is to be changed, with all that a change of it has to heed."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from .source import TableText

Edit = Callable[[TableText], None]


@dataclass(frozen=True, slots=True)
class Mutation:
    """One change of one table."""

    kind: str
    table: str
    what: str
    edit: Edit
    renamed: tuple[str, str] | None = None
    """A column's old and new name."""
    leans_on: tuple[str, ...] = ()
    """Tables that must stay as they are."""
    beside: str = ""
    """Text of another table that comes with it."""
    drops: bool = False
    """Whether the table goes."""
    moves: str = ""
    """The table's new key."""

    def __str__(self) -> str:
        return f"{self.kind} {self.table} {self.what}".rstrip()


@dataclass(frozen=True)
class Place:
    """One table with all that a change of it has to heed."""

    table: sa.Table
    text: TableText
    database: str

    @property
    def key(self) -> str:
        return self.table.key

    @cached_property
    def referrers(self) -> list[sa.ForeignKeyConstraint]:
        """The foreign keys that refer to the table."""
        keys = (k for t in self.table.metadata.tables.values() for k in t.foreign_key_constraints)
        return [
            key for key in keys if key.elements[0].target_fullname.rpartition(".")[0] == self.key
        ]

    @cached_property
    def used(self) -> set[str]:
        """The columns that something but the table itself mentions."""
        named = {e.target_fullname.rpartition(".")[2] for k in self.referrers for e in k.elements}
        texts = [ast.unparse(i) for i in self.text.call.args if not _is_column(i)]
        said = {c.name for c in self.table.columns for text in texts if c.name in text}
        computed = {c.name for c in self.table.columns for o in self.table.columns if _says(o, c)}
        keyed = {c.name for c in self.table.columns if c.primary_key or c.foreign_keys or c.unique}
        return named | said | computed | keyed

    def columns(self, *types: type, free: bool = False) -> Iterator[sa.Column[Any]]:
        """The columns outside the key of some types; with ``free`` those that nothing mentions."""
        for column in self.table.columns:
            plain = column.computed is None and column.identity is None and not column.primary_key
            fits = not types or isinstance(self.type(column), types)
            if plain and fits and not (free and column.name in self.used):
                yield column

    def type(self, column: sa.Column[Any]) -> sa.types.TypeEngine[Any]:
        """A column's type on this database."""
        return type_on(self.database, column)


def type_on(database: str, column: sa.Column[Any]) -> sa.types.TypeEngine[Any]:
    """A column's type on a database, which may have one of its own."""
    names = ("mariadb", "mysql") if database == "mariadb" else (database,)
    variants: dict[str, sa.types.TypeEngine[Any]] = getattr(column.type, "_variant_mapping", {})
    return next((variants[name] for name in names if name in variants), column.type)


Kind = Callable[[Place], Iterator[Mutation]]
KINDS: dict[str, Kind] = {}


def kind(function: Kind) -> Kind:
    """Registers the changes of one kind under the function's name."""
    KINDS[function.__name__] = function
    return function


def changed(name: str, place: Place, what: str, edit: Edit, **more: Any) -> Mutation:
    """A mutation of ``place``."""
    return Mutation(name, place.key, what, edit, **more)


def _is_column(item: ast.expr) -> bool:
    return ast.unparse(item).startswith("sa.Column(")


def _says(owner: sa.Column[Any], column: sa.Column[Any]) -> bool:
    return owner.computed is not None and column.name in str(owner.computed.sqltext)
