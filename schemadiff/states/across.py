"""What a schema of one database means to another one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from schemadiff.dialects.base import Database
from schemadiff.diff.pair import IMPLIED
from schemadiff.model import (
    Column,
    Element,
    ForeignKey,
    Index,
    Node,
    PrimaryKey,
    Snapshot,
    Sql,
    Table,
    Unique,
)


def neutral(snapshot: Snapshot, database: Database) -> Snapshot:
    """``snapshot`` in words that every database has: generic types, keys, indexes over columns.

    Names of constraints and indexes are left out, because databases invent different ones, or shorten them.
    """
    return Snapshot(
        [node for each in snapshot.values() for node in _said(each, snapshot, database)],
        snapshot.gaps,
    )


def _said(node: Node, snapshot: Snapshot, database: Database) -> Iterator[Node]:
    match node:
        case Table(schema=schema, name=name):
            yield Table(schema, name)
        case Column(schema=schema, table=table, name=name):
            type_ = Sql.of(database.generic_text(node.type.text, snapshot) or node.type.text)
            yield Column(schema, table, name, type_, node.nullable, position=node.position)
        case PrimaryKey():
            yield replace(node, name="", options=())
        case Unique():
            yield Unique(node.schema, node.table, "", node.columns)
        case ForeignKey():
            said = replace(node, onupdate=_action(node.onupdate), ondelete=_action(node.ondelete))
            yield replace(said, name="", options=(), comment=None, match="", ordinal=0)
        case Index(elements=elements) if all(element.column for element in elements):
            if node.unique and node.where is None:
                yield Unique(node.schema, node.table, "", tuple(e.column for e in elements))
                return
            plain = tuple(Element(e.column, descending=e.descending) for e in elements)
            implied = tuple(option for option in node.options if option[0] == IMPLIED)
            yield Index(node.schema, node.table, "", plain, node.unique, options=implied)


def _action(said: str) -> str:
    """What happens to a row that refers to another; nothing said and RESTRICT are one thing on MySQL."""
    return "" if said == "RESTRICT" else said


def without_implied(old: Snapshot, new: Snapshot) -> tuple[Snapshot, Snapshot]:
    """Both sides less the indexes that stand there only because a foreign key needs them, unless both have one."""
    return _explicit(old, new), _explicit(new, old)


def _explicit(snapshot: Snapshot, other: Snapshot) -> Snapshot:
    implied = [index for index in snapshot.each(Index) if index.options]
    plain = (replace(index, options=()) for index in implied if index.key in other)
    return snapshot.without([index.key for index in implied]).having(plain)
