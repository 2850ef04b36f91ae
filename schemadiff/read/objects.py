"""Nodes become SQLAlchemy objects again, only where somebody asks for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.schema import SchemaItem
from sqlalchemy.sql.elements import conv

from schemadiff.dialects.base import AnyColumn, AnyType, Database
from schemadiff.dialects.clause import clause, escaped
from schemadiff.model import (
    Check,
    Column,
    Element,
    Enum,
    Exclusion,
    ForeignKey,
    Identity,
    Index,
    Key,
    Node,
    PrimaryKey,
    Sequence,
    Snapshot,
    Table,
    Unique,
    table_key,
)


def _plain(name: str) -> str | None:
    return name or None


def _final(name: str) -> str | None:
    """A name as the database has it, to which no naming convention is applied again."""
    return conv(name) if name else None


class Objects:
    """The SQLAlchemy objects of one snapshot.

    A node read from MetaData gives the very object it came from. The others are built once, in a MetaData
    of their own, each table complete with columns, constraints and indexes; with ``final_names`` no naming
    convention is ever applied to their names again. With ``standard_types`` a class of the database's own
    stands only where there is no other that says the same.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        database: Database,
        *,
        final_names: bool = False,
        standard_types: bool = False,
    ) -> None:
        self.snapshot = snapshot
        self._standard_types = standard_types
        self._name = _final if final_names else _plain
        self.database = database
        self.metadata = sa.MetaData()
        self._tables: dict[Key, sa.Table] = {}
        self._parts: dict[Key, SchemaItem] = {}

    def table(self, key: Key) -> sa.Table:
        """The table of a key; KeyError if the snapshot has none."""
        node = cast(Table, self.snapshot[key.owner])
        if isinstance(node.source, sa.Table):
            return node.source
        if node.key not in self._tables:
            self._build(node)
        return self._tables[node.key]

    def column(self, key: Key) -> AnyColumn:
        """The column of a key, in its table."""
        return cast(AnyColumn, self._part(key))

    def constraint(self, key: Key) -> sa.Constraint:
        """The constraint of a key, in its table."""
        return cast(sa.Constraint, self._part(key))

    def index(self, key: Key) -> sa.Index:
        """The index of a key, on its table."""
        return cast(sa.Index, self._part(key))

    def sequence(self, key: Key) -> sa.Sequence:
        """The sequence of a key."""
        node = cast(Sequence, self.snapshot[key])
        if isinstance(node.source, sa.Sequence):
            return node.source
        return sa.Sequence(
            node.name,
            start=node.start,
            increment=node.increment,
            minvalue=node.minvalue,
            maxvalue=node.maxvalue,
            cycle=node.cycle or None,
            cache=node.cache,
            schema=node.schema or None,
            **self._arguments(node),
        )

    def enum(self, key: Key) -> sa.Enum:
        """The enumeration type of a key."""
        node = cast(Enum, self.snapshot[key])
        return sa.Enum(*node.labels, name=node.name, schema=node.schema or None)

    def _part(self, key: Key) -> SchemaItem:
        node = self.snapshot[key]
        if isinstance(node.source, SchemaItem):
            return node.source
        if key not in self._parts:
            self._attach(node)
        return self._parts[key]

    def _build(self, node: Table) -> None:
        """Makes a table and those that it refers to, one after the other however long the chain, then their parts."""
        made: list[Table] = []
        waiting = [node]
        while waiting:
            one = waiting.pop()
            if one.key in self._tables or isinstance(one.source, sa.Table):
                continue
            self._tables[one.key] = self._bare(one)
            for column in self.snapshot.columns(one.key):
                self._attach(column)
            waiting += self._referred(one)
            made.append(one)
        for one in made:
            for part in self.snapshot.parts(one.key):
                if not isinstance(part, Column):
                    self._attach(part)

    def _bare(self, node: Table) -> sa.Table:
        return sa.Table(
            node.name,
            self.metadata,
            schema=node.schema or None,
            comment=node.comment,
            **self._arguments(node),
            **cast(dict[str, Any], self.database.table_arguments(self.snapshot.columns(node.key))),
        )

    def _referred(self, node: Table) -> Iterator[Table]:
        for key in self.snapshot.of(node.key, ForeignKey):
            target = self.snapshot.get(table_key(key.target_schema, key.target_table))
            if isinstance(target, Table):
                yield target

    def _attach(self, node: Node) -> None:
        """Makes the object of one part and puts it into its table, unless it is there already."""
        table = self.table(node.key)
        if node.key in self._parts:  # building the table has made it
            return
        if not isinstance(node, Column):
            _stand_in(table, [key.name for key in node.needs if key.owner == node.key.owner])
        match node:
            case Column():
                item: SchemaItem = self._column(node)
                table.append_column(cast(AnyColumn, item))
            case PrimaryKey():
                item = sa.PrimaryKeyConstraint(
                    *node.columns, name=self._name(node.name), **self._arguments(node)
                )
                table.append_constraint(item)
            case ForeignKey():
                item = self._foreign_key(node)
                table.append_constraint(item)
            case Index():
                item = self._index(node, table)
            case _:
                constraint = self._constraint(node)
                table.append_constraint(constraint)
                item = constraint
        self._parts[node.key] = item

    def _arguments(self, node: Node) -> dict[str, Any]:
        return cast(dict[str, Any], self.database.arguments(node))

    def _column(self, node: Column) -> AnyColumn:
        generated: list[Any] = []
        if node.computed is not None:
            generated.append(
                sa.Computed(clause(node.computed.sql), persisted=node.computed.persisted)
            )
        if node.identity is not None:
            generated.append(_identity(node.identity))
        return sa.Column(
            node.name,
            self._type(node),
            *generated,
            nullable=node.nullable,
            server_default=clause(node.default) if node.default is not None else None,
            autoincrement=True if node.autoincrement else "auto" if self._counts(node) else False,
            comment=node.comment,
            **self._arguments(node),
        )

    def _type(self, node: Column) -> AnyType:
        found = self.database.type_from_text(node.type.text, self.snapshot)
        return self.database.standard_type(found) if self._standard_types else found

    def _counts(self, node: Column) -> bool:
        """Whether SQLAlchemy would be right to take the column for one that counts by itself."""
        return node.identity is not None or self.database.counts_by_itself(node)

    def _constraint(self, node: Node) -> sa.Constraint:
        match node:
            case Unique():
                return sa.UniqueConstraint(
                    *node.columns,
                    name=self._name(node.name),
                    **_deferral(node),
                    **self._arguments(node),
                )
            case Check():
                return sa.CheckConstraint(
                    clause(node.sql), name=self._name(node.name), **self._arguments(node)
                )
            case Exclusion():
                return self.database.exclusion(node)
            case _:
                raise TypeError(f"{node.key.kind} {node.key} is no part of a table")

    def _foreign_key(self, node: ForeignKey) -> sa.ForeignKeyConstraint:
        target = self._target(node)
        return sa.ForeignKeyConstraint(
            node.columns,
            [target.columns[name] for name in node.target_columns],
            name=self._name(node.name),
            ondelete=node.ondelete or None,
            onupdate=node.onupdate or None,
            match=node.match or None,
            **_deferral(node),
            **self._arguments(node),
        )

    def _target(self, node: ForeignKey) -> sa.Table:
        """The table referred to; one that was not read is stood in for by its name and key columns."""
        key = table_key(node.target_schema, node.target_table)
        if key in self.snapshot:
            table = self.table(key)
        else:
            table = self._tables.setdefault(
                key, sa.Table(node.target_table, self.metadata, schema=node.target_schema or None)
            )
        _stand_in(table, node.target_columns)
        return table

    def _index(self, node: Index, table: sa.Table) -> sa.Index:
        index = sa.Index(
            self._name(node.name),
            *(self._element(element, node, table) for element in node.elements),
            unique=node.unique,
            **self._arguments(node),
        )
        if index.table is None:  # nothing but text: SQLAlchemy cannot tell the table by itself
            index._set_parent(table)
        return index

    def _element(self, element: Element, node: Index, table: sa.Table) -> Any:
        text = self.database.element_text(element, node)
        return sa.text(escaped(text)) if text else _expression(element, table)


def _stand_in(table: sa.Table, names: Iterable[str]) -> None:
    """Columns that a filter has left out, or that were not read: what is over them cannot do without."""
    for name in names:
        if name and name not in table.columns:
            table.append_column(sa.Column(name, sa.types.NullType()))


def _deferral(node: Unique | ForeignKey) -> dict[str, Any]:
    return {
        "deferrable": True if node.deferrable else None,
        "initially": "DEFERRED" if node.initially_deferred else None,
    }


def _identity(identity: Identity) -> sa.Identity:
    return sa.Identity(
        always=identity.always,
        start=identity.start,
        increment=identity.increment,
        minvalue=identity.minvalue,
        maxvalue=identity.maxvalue,
        cycle=identity.cycle or None,
        cache=identity.cache,
    )


def _expression(element: Element, table: sa.Table) -> Any:
    if element.sql is not None:
        item: Any = sa.literal_column(element.sql.text)
    else:
        item = table.columns[element.column]
    if element.collation:
        item = item.op("COLLATE")(sa.literal_column(element.collation))
    if element.descending:
        item = item.desc()
    if element.nulls:
        item = item.nulls_first() if element.nulls == "first" else item.nulls_last()
    return item
