"""What a table has from the tables that it inherits from (PostgreSQL)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from schemadiff.model import Check, Column, Key, Node, Snapshot, Table

Part = tuple[str, str]
"""The kind and the name of something in a table, whichever the table."""


def inherited(table: Table, snapshot: Snapshot) -> Mapping[Part, Node]:
    """The columns and named checks of all parents of a table, and of theirs."""
    return {_part(node): node for parent in table.parents for node in _of(parent, snapshot)}


def own_parts(table: Table, snapshot: Snapshot) -> frozenset[Part]:
    """What a table has itself."""
    return frozenset(map(_part, snapshot.parts(table.key)))


def _of(table: Key, snapshot: Snapshot) -> Iterator[Node]:
    node = snapshot.get(table)
    if isinstance(node, Table):
        yield from inherited(node, snapshot).values()
    for part in snapshot.parts(table):
        if isinstance(part, Column) or (isinstance(part, Check) and part.name):
            yield part


def _part(node: Node) -> Part:
    return node.kind, node.key.name
