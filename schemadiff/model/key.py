"""The identity of a schema object."""

from __future__ import annotations

from typing import Literal, NamedTuple

Kind = Literal[
    "schema",
    "enum",
    "domain",
    "sequence",
    "table",
    "column",
    "primary_key",
    "unique",
    "check",
    "exclusion",
    "foreign_key",
    "index",
]


class Key(NamedTuple):
    """What makes a node the same node on both sides: plain strings, already folded and truncated.

    ``schema`` is ``""`` for the connection's default schema. A node of a table carries the table's
    name; the table itself has ``name == ""``. A constraint without a name is keyed by its signature.
    """

    kind: Kind
    schema: str
    table: str
    name: str

    @property
    def owner(self) -> Key:
        """The key of the table that this key belongs to (a table's own key is its owner)."""
        return Key("table", self.schema, self.table, "")

    def __str__(self) -> str:
        parts = (self.schema, self.table, self.name)
        return ".".join(part for part in parts if part)


def table_key(schema: str, name: str) -> Key:
    """The key of a table."""
    return Key("table", schema, name, "")


def column_key(schema: str, table: str, name: str) -> Key:
    """The key of a column."""
    return Key("column", schema, table, name)
