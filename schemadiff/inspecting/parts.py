"""Columns, constraints and indexes as the calls that stand in models."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

import sqlalchemy as sa

from schemadiff.dialects.base import AnyColumn, Database
from schemadiff.dialects.other import OtherType
from schemadiff.diff.pair import IMPLIED
from schemadiff.model import (
    VIRTUAL,
    Check,
    Column,
    Exclusion,
    ForeignKey,
    Index,
    Key,
    Node,
    PrimaryKey,
    Sequence,
    Snapshot,
    Table,
    Unique,
    distinct,
)
from schemadiff.read.objects import Objects
from schemadiff.render.call import Call, Expression, Items, Literal, Verbatim
from schemadiff.render.construct import Construct
from schemadiff.render.construct.looking import rank

from .usual import counts_anyway, is_usual_index, usual_type

Named = tuple[tuple[str, Expression], ...]


def _place(key: Key, tables: Mapping[Key, Table], placed: dict[Key, None]) -> None:
    """Put a table behind those it inherits from: create_all() keeps the order in which tables are written."""
    for parent in tables[key].parents:
        if parent in tables and parent not in placed:
            _place(parent, tables, placed)
    placed.setdefault(key)


@dataclass(frozen=True, slots=True)
class Inline:
    """What the columns of a table say instead of the table, by the names of the columns."""

    keys: dict[str, list[Call]] = field(default_factory=dict)
    """``sa.ForeignKey(…)``"""
    words: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """``unique`` and ``index``"""
    said: set[Key] = field(default_factory=set)
    """The constraints and indexes that are among these."""


class Parts:
    """A schema whose parts are asked for as source, one table after the other."""

    def __init__(self, snapshot: Snapshot, database: Database) -> None:
        self.snapshot = _bare(snapshot)
        self.database = database
        self.objects = Objects(self.snapshot, database)
        self.construct = Construct(dialect=database.dialect, persisted=database.persisted)
        self._inlines: dict[Key, Inline] = {}
        self._in_circles = frozenset(_in_circles(self.snapshot))
        self._names = Counter(_place_of_name(node) for node in self.snapshot.values())

    def tables(self) -> list[Key]:
        """The tables in the order of their names, less those that a module of the database keeps."""
        ours = {t.key: t for t in self.snapshot.tables() if VIRTUAL not in dict(t.options)}
        placed: dict[Key, None] = {}
        for key in sorted(ours):
            _place(key, ours, placed)
        return list(placed)

    def sequences(self, metadata: str) -> Iterator[Call]:
        """The sequences that belong to no column, in the MetaData of that name."""
        for node in sorted(self.snapshot.each(Sequence), key=lambda node: node.key):
            made = self.construct.sequence(self.objects.sequence(node.key))
            yield replace(made, kwargs=(*made.kwargs, ("metadata", Verbatim(metadata))))

    def columns(self, table: Key) -> list[tuple[AnyColumn, Call]]:
        """The columns of a table in their order, each with its call."""
        inline = self._inline(table)
        found = [self.objects.column(column.key) for column in self.snapshot.columns(table)]
        return [(column, self._column(column, table, inline)) for column in found]

    def _column(self, column: AnyColumn, table: Key, inline: Inline) -> Call:
        if not (column.primary_key and isinstance(column.type, OtherType)):
            # In a key INT is not INTEGER to SQLite, which makes its rowid of the latter.
            column.type = usual_type(column.type, self.database)
        made = self.construct.column(column)
        assert isinstance(made, Call)
        keys = inline.keys.get(column.name, ())
        words = inline.words.get(column.name, ())
        in_key = column.name in self.plain_key(table)
        kwargs = (*_kept(made.kwargs, column, in_key), *((w, Literal(True)) for w in words))
        return replace(made, args=(*made.args, *keys), kwargs=kwargs)

    def plain_key(self, table: Key) -> tuple[str, ...]:
        """The columns of a primary key that says no more than that; empty for one that has to be spelt out."""
        key = next(iter(self.snapshot.of(table, PrimaryKey)), None)
        if key is None or key.options or not (key.name == "" or self._is_named_by_itself(key)):
            return ()
        order = [c.name for c in self.snapshot.columns(table) if c.name in key.columns]
        return key.columns if list(key.columns) == order else ()

    def constraints(self, table: Key) -> Iterator[Expression]:
        """The constraints of a table in a fixed order, less those that its columns tell of."""
        inline = self._inline(table)
        plain = bool(self.plain_key(table))
        for node, made in self._constraints(table):
            if node.key not in inline.said and not (plain and isinstance(node, PrimaryKey)):
                yield made

    def indexes(self, table: Key) -> Iterator[Call]:
        """The indexes of a table, sorted by name, less those that its columns tell of."""
        inline = self._inline(table)
        for key, index in self._indexes(table):
            if key not in inline.said:
                yield self._index(index)

    # ---- what one column says by itself ------------------------------------------------------

    def _inline(self, table: Key) -> Inline:
        """What the columns of a table say of themselves instead of the table."""
        if table not in self._inlines:
            found = self._inlines[table] = Inline()
            for node, made in self._constraints(table):
                match node, made:
                    case ForeignKey(columns=(name,)), Call(args=(_, Items(items=targets))):
                        key = self.construct.sqlalchemy("ForeignKey", *targets, named=made.kwargs)
                        found.keys.setdefault(name, []).append(key)
                    case Unique(columns=(name,)), Call(kwargs=()) if name not in found.words:
                        found.words[name] = ("unique",)
                    case _:
                        continue
                found.said.add(node.key)
            for node_key, index in self._indexes(table):
                if is_usual_index(index) and not self.construct.dialect_keywords(index):
                    name = next(iter(index.columns)).name
                    if name not in found.words:
                        found.words[name] = ("index", "unique") if index.unique else ("index",)
                        found.said.add(node_key)
        return self._inlines[table]

    def _constraints(self, table: Key) -> list[tuple[Node, Expression]]:
        """The constraints of a table in a fixed order, each with its call."""
        kinds = (PrimaryKey, ForeignKey, Unique, Check, Exclusion)
        nodes = (part for part in self.snapshot.parts(table) if isinstance(part, kinds))
        found = ((node, self.objects.constraint(node.key)) for node in nodes)
        ordered = sorted(found, key=lambda one: rank(one[1]))
        calls = ((node, self._constraint(node, item)) for node, item in ordered)
        return [(node, call) for node, call in calls if call is not None]

    def _constraint(self, node: Node, item: sa.Constraint) -> Expression | None:
        """The call of a constraint, less a name that the server gives by itself."""
        made = self.construct.constraint(item)
        if isinstance(made, Call) and self._is_named_by_itself(node):
            return replace(made, kwargs=tuple(one for one in made.kwargs if one[0] != "name"))
        return made

    def _is_named_by_itself(self, node: Node) -> bool:
        """Whether the server would give a constraint the name it has, and ``drop_all`` does not need it said."""
        kinds = self.database.names_by_itself
        if node.key.kind not in kinds or node.key in self._in_circles:
            return False
        # Of several that the server calls alike it numbers all but the first.
        parts = [part for part in self.snapshot.parts(node.key.owner) if part.key.kind in kinds]
        given = [self.database.invented_name(part, frozenset()) for part in parts]
        name = self.database.invented_name(node, frozenset())
        # Nor does it give a name that something of another table was given.
        is_alone = given.count(name) == 1 and self._names[_place_of_name(node)] == 1
        return name == getattr(node, "name", "") and is_alone

    def _indexes(self, table: Key) -> list[tuple[Key, sa.Index]]:
        nodes = (
            part
            for part in self.snapshot.parts(table)
            if isinstance(part, Index) and IMPLIED not in dict(part.options)
        )
        found = [(node.key, self.objects.index(node.key)) for node in nodes]
        return sorted(found, key=lambda one: str(one[1].name))

    def _index(self, index: sa.Index) -> Call:
        elements = self.construct.index_elements(index).items
        unique: Named = (("unique", Literal(True)),) if index.unique else ()
        named = (*unique, *self.construct.dialect_keywords(index))
        name = self.construct.name(index.name)
        return self.construct.sqlalchemy("Index", name, *elements, named=named)

    def keywords(self, table: Key) -> Named:
        """What a table says beside its columns, constraints and indexes."""
        return tuple(self.construct.table_keywords(self.objects.table(table)))


def _kept(
    kwargs: Iterable[tuple[str, Expression]], column: AnyColumn, in_key: bool
) -> Iterator[tuple[str, Expression]]:
    """The keywords of a column less what goes without saying."""
    for name, value in kwargs:
        if name == "autoincrement" and value == Literal(counts_anyway(column)):
            continue
        if name != "nullable":
            yield name, value
        elif in_key:
            yield "primary_key", Literal(True)
        elif not column.nullable or column.identity is not None:
            yield name, value


def _place_of_name(node: Node) -> tuple[str, str]:
    """Schema and name of a constraint or an index."""
    return node.key.schema, "" if isinstance(node, Column) else getattr(node, "name", "")


def _in_circles(snapshot: Snapshot) -> Iterator[Key]:
    """The foreign keys by which tables refer to each other all round: ``drop_all`` drops these by name."""
    leads: dict[Key, set[Key]] = {}
    for key in snapshot.each(ForeignKey):
        leads.setdefault(key.key.owner, set()).add(key.target)
    for key in snapshot.each(ForeignKey):
        reached, waiting = {key.target}, [key.target]
        while waiting:
            new = leads.get(waiting.pop(), set()) - reached
            reached |= new
            waiting += new
        if key.key.owner in reached and key.key.owner != key.target:
            yield key.key


def _bare(snapshot: Snapshot) -> Snapshot:
    """``snapshot`` without the objects it was read from: they may need modules that others do not have."""
    nodes = [replace(node, source=None) for node in snapshot.values()]
    return Snapshot(distinct(nodes), snapshot.gaps)


def comment_of(snapshot: Snapshot) -> str:
    """What is not in the models, for a comment at their top; ``""`` if they are complete."""
    virtual = [t.name for t in snapshot.each(Table) if VIRTUAL in dict(t.options)]
    said = [f"virtual table {name}" for name in sorted(virtual)]
    return "\n".join([*said, *(str(gap) for gap in snapshot.gaps)])
