"""Where foreign keys lead, as attributes of classes that are named after them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from schemadiff.model import ForeignKey, Index, Key, PrimaryKey, Snapshot, Unique
from schemadiff.render import layout
from schemadiff.render.call import Call, Expression, Literal, Verbatim

from .names import Names, attribute_name, identifier

ORM = "from sqlalchemy.orm import "


@dataclass(frozen=True, slots=True)
class Attribute:
    """One line of a class: ``name: Mapped[annotation] = call``."""

    name: str
    annotation: str
    call: Call
    imports: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Class:
    """A class by its table, with the names of its columns' attributes and all that were given in it."""

    key: Key
    name: str
    columns: dict[str, str]
    names: Names

    def attributes(self, columns: Iterable[str]) -> list[str]:
        """``Page.author_id`` for each of ``columns``."""
        return [f"{self.name}.{self.columns[column]}" for column in columns]


@dataclass(frozen=True, slots=True)
class _Way:
    """A foreign key between two classes, and the names of the attributes that lead along it and back."""

    node: ForeignKey
    own: Class
    target: Class
    there: str
    back: str


def links(snapshot: Snapshot) -> dict[Key, tuple[ForeignKey, ForeignKey]]:
    """The tables that only link two others, each with its two foreign keys.

    Every column is in one of these, and in the primary key if there is one; nothing refers to them.
    """
    targets = {key.target for key in snapshot.each(ForeignKey)}
    found: dict[Key, tuple[ForeignKey, ForeignKey]] = {}
    for table in snapshot.tables():
        keys = sorted(snapshot.of(table.key, ForeignKey), key=lambda node: node.columns)
        names = sorted(column.name for column in snapshot.columns(table.key))
        primary = [sorted(key.columns) for key in snapshot.of(table.key, PrimaryKey)]
        if len(keys) == 2 and table.key not in targets and primary in ([], [names]):
            first, second = keys
            has_classes = all(snapshot.of(k.target, PrimaryKey) for k in keys)
            if has_classes and sorted((*first.columns, *second.columns)) == names:
                found[table.key] = (first, second)
    return found


class Relations:
    """The attributes of each class that lead to other classes, ``found`` by the keys of their tables."""

    def __init__(self, snapshot: Snapshot, classes: Mapping[Key, Class]) -> None:
        self.snapshot = snapshot
        self.classes = classes
        self.found: dict[Key, list[Attribute]] = {}

    def along_keys(self) -> None:
        """Adds an attribute along every foreign key between two classes, and one back."""
        ways: list[_Way] = []
        for node in self._leading():
            way = self._way(node)
            shared = [w for w in ways if w.own is way.own and {*w.node.columns} & {*node.columns}]
            self._add_both(way, [name for w in shared for name in (w.there, w.back)])
            ways.append(way)

    def through(self, first: ForeignKey, second: ForeignKey, table: str) -> None:
        """Adds an attribute to each of the classes that a table, a variable of the module, links."""
        one, other = (self.classes[key.target] for key in (first, second))
        there = other.names if one is other else one.names
        itself = one is other
        to_other = there.given(*_names_through(second, itself))
        to_one = other.names.given(*_names_through(first, itself))
        joins = [_lambda(self.classes[key.target], key, table) for key in (first, second)]
        self._add_through(one, to_other, other, to_one, table, joins if itself else [])
        self._add_through(other, to_one, one, to_other, table, joins[::-1] if itself else [])

    def _add_through(
        self, own: Class, name: str, target: Class, back: str, table: str, joins: list[Expression]
    ) -> None:
        said = (
            ("secondary", Verbatim(table)),
            *zip(("primaryjoin", "secondaryjoin"), joins),
            ("back_populates", Literal(back)),
        )
        self._add(own, name, f'list["{target.name}"]', said)

    def _add(
        self, own: Class, name: str, annotation: str, said: Iterable[tuple[str, Expression]]
    ) -> None:
        call = Call("relationship", (), tuple(said))
        added = Attribute(name, annotation, call, (f"{ORM}relationship",))
        self.found.setdefault(own.key, []).append(added)

    # ---- along a foreign key -----------------------------------------------------------------

    def _leading(self) -> Iterator[ForeignKey]:
        """The foreign keys between classes, one of several that say the same."""
        seen = set()
        for node in sorted(self.snapshot.each(ForeignKey), key=lambda node: node.key):
            pairs = frozenset(zip(node.columns, node.target_columns))
            target = self.classes.get(node.target)
            if node.key.owner not in self.classes or target is None:
                continue
            if node.target == node.key.owner and all(one == other for one, other in pairs):
                continue  # a row that can only refer to itself
            what = (node.key.owner, node.target, pairs)
            if what not in seen and target.columns.keys() >= {*node.target_columns}:
                seen.add(what)
                yield node

    def _way(self, node: ForeignKey) -> _Way:
        own, target = self.classes[node.key.owner], self.classes[node.target]
        there = own.names.given(*self._names_there(node, own))
        back = target.names.given(*map(attribute_name, self._names_back(node, there)))
        return _Way(node, own, target, there, back)

    def _names_there(self, node: ForeignKey, own: Class) -> list[str]:
        """What the attribute along a key may be called: after its column, or after the other table if no column tells."""
        column = self._telling_column(node)
        if column is None:
            return [
                attribute_name(node.target_table),
                attribute_name(f"{node.target_table}_{node.name}"),
            ]
        attribute = own.columns[column]
        stem = _stem(attribute)
        longer = attribute_name(f"{stem}_{node.target_table}")
        return [stem, longer] if stem != attribute else [longer]

    def _telling_column(self, node: ForeignKey) -> str | None:
        """The column that tells a key from others: the only one that is not called as what it refers to."""
        if len(node.columns) == 1:
            return node.columns[0]
        other = [c for c, target in zip(node.columns, node.target_columns) if c != target]
        alike = [k for k in self._alike(node) if k != node]
        other = [c for c in other if not any(c in k.columns for k in alike)]
        return other[0] if len(other) == 1 else None

    def _names_back(self, node: ForeignKey, there: str) -> list[str]:
        """What the attribute that leads back may be called: after the table, and after the way there if it is not alone."""
        if node.target == node.key.owner:
            return [f"{there}_of"]
        longer = f"{node.table}_{there}"
        return [longer] if len(self._alike(node)) > 1 else [node.table, longer]

    def _alike(self, node: ForeignKey) -> list[ForeignKey]:
        """The foreign keys of a table to the same other table."""
        keys = self.snapshot.of(node.key.owner, ForeignKey)
        return [key for key in keys if key.target == node.target]

    def _add_both(self, way: _Way, overlaps: list[str]) -> None:
        node, own, target = way.node, way.own, way.target
        columns = [c for c in self.snapshot.columns(own.key) if c.name in node.columns]
        there = f"{target.name} | None" if any(c.nullable for c in columns) else target.name
        back = f'"{own.name} | None"' if self._is_unique(node) else f'list["{own.name}"]'
        join = self._join(way)
        remote = _list(target.attributes(node.target_columns)) if own is target else ""
        self._add(own, way.there, f'"{there}"', _said(join, way.back, remote, overlaps))
        self._add(target, way.back, back, _said(join, way.there, "", overlaps))

    def _join(self, way: _Way) -> tuple[str, str]:
        """What tells ``relationship`` which foreign key is meant; nothing of one that is alone."""
        node = way.node
        back = [k for k in self.snapshot.of(node.target, ForeignKey) if k.target == node.key.owner]
        alike = self._alike(node)
        columns = way.own.attributes(node.columns)
        if len({key.key for key in (*alike, *back)}) == 1:
            return "", ""
        if sum(set(key.columns) == set(node.columns) for key in alike) == 1:
            return "foreign_keys", _list(columns)
        pairs = zip(columns, way.target.attributes(node.target_columns))
        return "primaryjoin", _all(f"{one} == {other}" for one, other in pairs)

    def _is_unique(self, node: ForeignKey) -> bool:
        """Whether no two rows can refer to the same one."""
        return any({*columns} <= {*node.columns} for columns in self._unique(node.key.owner))

    def _unique(self, table: Key) -> Iterator[tuple[str, ...]]:
        for part in self.snapshot.parts(table):
            match part:
                case PrimaryKey() | Unique():
                    yield part.columns
                case Index(unique=True, where=None) if all(e.column for e in part.elements):
                    yield tuple(element.column for element in part.elements)


def _said(
    join: tuple[str, str], back: str, remote: str, overlaps: list[str]
) -> Iterator[tuple[str, Expression]]:
    word, text = join
    named = (
        (word, text),
        ("back_populates", back),
        ("remote_side", remote),
        ("overlaps", ",".join(dict.fromkeys(overlaps))),
    )
    return ((name, Literal(value)) for name, value in named if value)


def _list(attributes: list[str]) -> str:
    return f"[{', '.join(attributes)}]"


def _all(terms: Iterable[str], prefix: str = "") -> str:
    several = list(terms)
    return several[0] if len(several) == 1 else f"{prefix}and_({', '.join(several)})"


def _stem(attribute: str) -> str:
    """What a column that refers to something calls it: ``owner`` for ``owner_id``."""
    for ending in ("_id", "_fk", "_uuid"):
        if len(attribute) > len(ending) and attribute.endswith(ending):
            return attribute_name(attribute.removesuffix(ending))
    return attribute


# ---- through a table -------------------------------------------------------------------------


def _names_through(node: ForeignKey, itself: bool) -> list[str]:
    """What the attribute may be called that leads through a table along its key ``node``."""
    short = _stem(attribute_name(node.columns[-1])) if itself else node.target_table
    return [attribute_name(short), attribute_name(f"{short}_{node.table}")]


def _lambda(target: Class, node: ForeignKey, table: str) -> Expression:
    """How a class and a variable of the module are joined: ``lambda: Word.id == alike_table.c.word_id``."""
    columns = [_column_of(table, column) for column in node.columns]
    pairs = zip(target.attributes(node.target_columns), columns)
    return Verbatim(f"lambda: {_all((f'{one} == {other}' for one, other in pairs), 'sa.')}")


def _column_of(table: str, column: str) -> str:
    plain = column == identifier(column) and not hasattr(sa.ColumnCollection, column)
    return f"{table}.c.{column}" if plain else f"{table}.c[{layout.expression(Literal(column))}]"
