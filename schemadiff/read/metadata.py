"""MetaData becomes a Snapshot: every SQLAlchemy schema object as a node that says what its DDL would."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import sqlalchemy as sa

from schemadiff.dialects.base import AnyColumn, Database
from schemadiff.model import (
    Column,
    Enum,
    Gap,
    Index,
    Key,
    Node,
    Snapshot,
    Table,
    distinct,
)
from schemadiff.model import Sequence as SequenceNode

from .items import Reading


def read_metadata(metadata: sa.MetaData | Sequence[sa.MetaData], database: Database) -> Snapshot:
    """What ``database`` would hold after ``create_all()`` of one MetaData or several.

    Raises ValueError if two MetaData define the same table.
    """
    several = [metadata] if isinstance(metadata, sa.MetaData) else list(metadata)
    tables = list(_all_tables(several))
    reading = Reading(database)
    reading.gaps += [
        Gap(table.key, "a view is not compared") for table in tables if _is_view(table)
    ]
    nodes: dict[Key, Node] = {}
    for table in tables:
        if _is_view(table) or _is_temporary(table):
            continue
        for node in distinct(reading.table_nodes(table)):
            known = nodes.setdefault(node.key, node)
            if known is not node and isinstance(known, Enum) and known != node:
                nodes[node.key] = _disagreeing(known, node, reading.gaps)
    if database.has_sequences:
        for one in several:
            nodes.update((node.key, node) for node in _sequences(database, one))
    return Snapshot(nodes.values(), reading.gaps)


def _disagreeing(known: Enum, node: Node, gaps: list[Gap]) -> Enum:
    assert isinstance(node, Enum)
    if not (known.labels and node.labels):  # one of them only names the type
        return known if known.labels else node
    gaps.append(Gap(f"enum {node.key}", "columns of the models disagree about its labels"))
    return replace(known, others=(*known.others, node.labels))


def _all_tables(several: Iterable[sa.MetaData]) -> Iterator[sa.Table]:
    seen: set[str] = set()
    for metadata in several:
        for key, table in metadata.tables.items():
            if key in seen:
                raise ValueError(f"Duplicate table keys across multiple MetaData objects: {key!r}")
            seen.add(key)
            yield table


def _is_view(table: sa.Table) -> bool:
    """Whether ``create_all()`` makes a view of it (SQLAlchemy 2.1, ``CreateView``)."""
    return bool(getattr(table, "is_view", False))


def _is_temporary(table: sa.Table) -> bool:
    """Whether it is gone with the session that makes it."""
    words = {word for prefix in table._prefixes for word in str(prefix).upper().split()}
    return not words.isdisjoint({"TEMP", "TEMPORARY"})


# ---- one object --------------------------------------------------------------------------------


def table_nodes(database: Database, table: sa.Table) -> Iterator[Node]:
    """The table, then the named types it uses, its columns, constraints and indexes."""
    return Reading(database).table_nodes(table)


def table_node(database: Database, table: sa.Table) -> Table:
    """A table by itself."""
    return Reading(database).table(table)


def column_node(database: Database, column: AnyColumn) -> Column:
    """A column; a type that the database's dialect cannot say is its ``repr``."""
    return Reading(database).column(column)


def constraint_node(database: Database, constraint: sa.Constraint) -> Node | None:
    """A constraint; None for one that this database will not get (``ddl_if``, a native Boolean …)."""
    return Reading(database).constraint(constraint)


def index_node(database: Database, index: sa.Index) -> Index:
    """An index, its expressions as the text they have in DDL."""
    return Reading(database).index(index)


def _sequences(database: Database, metadata: sa.MetaData) -> Iterator[Node]:
    for sequence in metadata._sequences.values():
        if not sequence.optional:
            yield sequence_node(database, sequence)


def sequence_node(database: Database, sequence: sa.Sequence) -> SequenceNode:
    """A sequence; what its author left out stays the database's choice."""
    node = SequenceNode(
        schema=database.schema(sequence.schema),
        name=database.identifier(sequence.name),
        start=sequence.start,
        increment=sequence.increment,
        minvalue=sequence.minvalue,
        maxvalue=sequence.maxvalue,
        cycle=bool(sequence.cycle),
        cache=sequence.cache,
        source=sequence,
    )
    return database.complete(node, sequence)
