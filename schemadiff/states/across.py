"""What a schema of one database means to another one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.exc import CompileError

from schemadiff.dialects.base import Database
from schemadiff.model import (
    Column,
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

    Names of constraints are left out, because databases invent different ones.
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
            type_ = Sql.of(_generic(node, snapshot, database))
            yield Column(schema, table, name, type_, node.nullable, position=node.position)
        case PrimaryKey():
            yield replace(node, name="", options=())
        case Unique():
            yield Unique(node.schema, node.table, "", node.columns)
        case ForeignKey():
            yield replace(node, name="", options=(), comment=None, match="", ordinal=0)
        case Index(elements=elements) if all(element.column for element in elements):
            plain = tuple(replace(e, nulls="", opclass="", collation="") for e in elements)
            yield Index(node.schema, node.table, node.name, plain, node.unique)


def _generic(column: Column, snapshot: Snapshot, database: Database) -> str:
    """The type in SQLAlchemy's generic words; as the database has it where there are none."""
    found = database.type_from_text(column.type.text, snapshot)
    try:
        return str(found.as_generic(allow_nulltype=False).compile(dialect=DefaultDialect()))
    except (NotImplementedError, CompileError, sa.exc.ArgumentError):
        return column.type.text
