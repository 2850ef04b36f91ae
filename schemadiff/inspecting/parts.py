"""Columns, constraints and indexes as the calls that stand in models."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import sqlalchemy as sa

from schemadiff.dialects.base import AnyColumn, Database
from schemadiff.model import VIRTUAL, Key, PrimaryKey, Sequence, Snapshot, Table, distinct
from schemadiff.read.objects import Objects
from schemadiff.render.call import Call, Expression, Literal, Verbatim
from schemadiff.render.construct import Construct
from schemadiff.render.construct.looking import rank

Named = tuple[tuple[str, Expression], ...]


class Parts:
    """A schema whose parts are asked for as source, one table after the other."""

    def __init__(self, snapshot: Snapshot, database: Database) -> None:
        self.snapshot = _bare(snapshot)
        self.objects = Objects(self.snapshot, database)
        self.construct = Construct(dialect=database.dialect, persisted=database.persisted)

    def tables(self) -> list[Key]:
        """The tables in the order of their names, less those that a module of the database keeps."""
        ours = (t for t in self.snapshot.tables() if VIRTUAL not in dict(t.options))
        return sorted(table.key for table in ours)

    def sequences(self, metadata: str) -> Iterator[Call]:
        """The sequences that belong to no column, in the MetaData of that name."""
        for node in sorted(self.snapshot.each(Sequence), key=lambda node: node.key):
            made = self.construct.sequence(self.objects.sequence(node.key))
            yield replace(made, kwargs=(*made.kwargs, ("metadata", Verbatim(metadata))))

    def columns(self, table: Key) -> list[tuple[AnyColumn, Call]]:
        """The columns of a table in their order, each with its call."""
        in_key = self.plain_key(table)
        found = (self.objects.column(column.key) for column in self.snapshot.columns(table))
        return [(column, self._column(column, column.name in in_key)) for column in found]

    def _column(self, column: AnyColumn, in_key: bool) -> Call:
        made = self.construct.column(column)
        assert isinstance(made, Call)
        return replace(made, kwargs=tuple(_kept(made.kwargs, column, in_key)))

    def plain_key(self, table: Key) -> tuple[str, ...]:
        """The columns of a primary key that says no more than that; empty for one that has to be spelt out."""
        key = next(iter(self.snapshot.of(table, PrimaryKey)), None)
        if key is None or key.name or key.options:
            return ()
        order = [c.name for c in self.snapshot.columns(table) if c.name in key.columns]
        return key.columns if list(key.columns) == order else ()

    def constraints(self, table: Key) -> Iterator[Expression]:
        """The constraints of a table in a fixed order, less a key that its columns tell of."""
        item = self.objects.table(table)
        plain = bool(self.plain_key(table))
        for constraint in sorted(item.constraints, key=rank):
            if plain and isinstance(constraint, sa.PrimaryKeyConstraint):
                continue
            made = self.construct.constraint(constraint)
            if made is not None and not _is_nothing(constraint):
                yield made

    def indexes(self, table: Key) -> Iterator[Call]:
        """The indexes of a table, sorted by name."""
        for index in sorted(self.objects.table(table).indexes, key=lambda one: str(one.name)):
            elements = self.construct.index_elements(index).items
            unique: Named = (("unique", Literal(True)),) if index.unique else ()
            named = (*unique, *self.construct.dialect_keywords(index))
            name = self.construct.name(index.name)
            yield self.construct.sqlalchemy("Index", name, *elements, named=named)

    def keywords(self, table: Key) -> Named:
        """What a table says beside its columns, constraints and indexes."""
        return tuple(self.construct.table_keywords(self.objects.table(table)))


def _kept(
    kwargs: Iterable[tuple[str, Expression]], column: AnyColumn, in_key: bool
) -> Iterator[tuple[str, Expression]]:
    """The keywords of a column less what goes without saying."""
    for name, value in kwargs:
        if name == "autoincrement" and not column.primary_key and value == Literal(False):
            continue
        if name != "nullable":
            yield name, value
        elif in_key:
            yield "primary_key", Literal(True)
        elif not column.nullable or column.identity is not None:
            yield name, value


def _is_nothing(constraint: sa.Constraint) -> bool:
    return isinstance(constraint, sa.PrimaryKeyConstraint) and not len(constraint.columns)


def _bare(snapshot: Snapshot) -> Snapshot:
    """``snapshot`` without the objects it was read from: they may need modules that others do not have."""
    nodes = [replace(node, source=None) for node in snapshot.values()]
    return Snapshot(distinct(nodes), snapshot.gaps)


def comment_of(snapshot: Snapshot) -> str:
    """What is not in the models, for a comment at their top; ``""`` if they are complete."""
    virtual = [t.name for t in snapshot.each(Table) if VIRTUAL in dict(t.options)]
    said = [f"virtual table {name}" for name in sorted(virtual)]
    return "\n".join([*said, *(str(gap) for gap in snapshot.gaps)])
