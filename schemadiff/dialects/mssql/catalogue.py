"""Rows of the catalogue views sys.*, one query a view for each schema.

https://learn.microsoft.com/en-us/sql/relational-databases/system-catalog-views/object-catalog-views-transact-sql
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy.engine import Connection, Row


class TableRow(NamedTuple):
    """A table of a person; the history of a temporal table is none."""

    id: int
    name: str
    temporal: int


class ColumnRow(NamedTuple):
    """A column with its default, its expression and how it counts."""

    table: int
    id: int
    name: str
    type_schema: str
    type: str
    of_person: bool
    length: int
    precision: int
    scale: int
    collation: str | None
    nullable: bool
    default: str | None
    computed: str | None
    persisted: bool
    seed: int | None
    increment: int | None


class IndexRow(NamedTuple):
    """One column of an index; keys are indexes too."""

    table: int
    name: str
    kind: int
    unique: bool
    is_key: bool
    is_unique_key: bool
    where: str | None
    column: str
    position: int
    included: bool
    descending: bool


class KeyRow(NamedTuple):
    """One column of a foreign key."""

    table: int
    name: str
    position: int
    column: str
    target_schema: str
    target_table: str
    target_column: str
    ondelete: str
    onupdate: str


class CheckRow(NamedTuple):
    """A check."""

    table: int
    name: str
    text: str


class SequenceRow(NamedTuple):
    """A sequence."""

    name: str
    type: str
    start: int
    increment: int
    minvalue: int
    maxvalue: int
    cycle: bool
    cached: bool
    cache: int | None


@dataclass(frozen=True, slots=True)
class Rows:
    """What the catalogue says about one schema."""

    tables: Sequence[TableRow] = ()
    columns: Sequence[ColumnRow] = ()
    indexes: Sequence[IndexRow] = ()
    keys: Sequence[KeyRow] = ()
    checks: Sequence[CheckRow] = ()
    sequences: Sequence[SequenceRow] = ()


def literal(text: str) -> str:
    """A string literal of any characters."""
    return "N'" + text.replace("'", "''") + "'"


def select(connection: Connection, statement: str) -> Sequence[Row[tuple[object, ...]]]:
    """The rows of a statement that has no parameters."""
    options = {"no_parameters": True}
    return connection.exec_driver_sql(statement, execution_options=options).all()


def rows_of(connection: Connection, schema: str) -> Rows:
    """What the catalogue says about ``schema``: six queries."""
    where = f"SCHEMA_ID({literal(schema)})"
    tables = select(connection, _TABLES.format(schema=where))
    sequences = select(connection, _SEQUENCES.format(schema=where))
    owned = f"o.schema_id = {where} AND o.type = 'U' AND o.is_ms_shipped = 0"
    return Rows(
        tables=[TableRow._make(row) for row in tables],
        columns=column_rows(connection, "sys", owned),
        indexes=index_rows(connection, "sys", owned),
        keys=[KeyRow._make(row) for row in select(connection, _KEYS.format(where=owned))],
        checks=check_rows(connection, "sys", owned),
        sequences=[SequenceRow._make(row) for row in sequences],
    )


def column_rows(connection: Connection, sys: str, where: str) -> list[ColumnRow]:
    """The columns of the tables that ``where`` finds, from the catalogue ``sys``."""
    found = select(connection, _COLUMNS.format(sys=sys, where=where))
    return [ColumnRow._make(row) for row in found]


def index_rows(connection: Connection, sys: str, where: str) -> list[IndexRow]:
    """The indexes of the tables that ``where`` finds, column by column."""
    found = select(connection, _INDEXES.format(sys=sys, where=where))
    return [IndexRow._make(row) for row in found]


def check_rows(connection: Connection, sys: str, where: str) -> list[CheckRow]:
    """The checks of the tables that ``where`` finds."""
    return [CheckRow._make(row) for row in select(connection, _CHECKS.format(sys=sys, where=where))]


_TABLES = """\
SELECT object_id, name, temporal_type
FROM sys.tables
WHERE schema_id = {schema} AND is_ms_shipped = 0 AND temporal_type <> 1
ORDER BY name"""

_COLUMNS = """\
SELECT c.object_id, c.column_id, c.name, s.name, t.name, t.is_user_defined,
       c.max_length, c.precision, c.scale, c.collation_name, c.is_nullable,
       d.definition, k.definition, k.is_persisted,
       CAST(i.seed_value AS bigint), CAST(i.increment_value AS bigint)
FROM {sys}.columns c
JOIN {sys}.objects o ON o.object_id = c.object_id
JOIN {sys}.types t ON t.user_type_id = c.user_type_id
JOIN {sys}.schemas s ON s.schema_id = t.schema_id
LEFT JOIN {sys}.default_constraints d ON d.object_id = c.default_object_id
LEFT JOIN {sys}.computed_columns k ON k.object_id = c.object_id AND k.column_id = c.column_id
LEFT JOIN {sys}.identity_columns i ON i.object_id = c.object_id AND i.column_id = c.column_id
WHERE {where}
ORDER BY c.object_id, c.column_id"""

_INDEXES = """\
SELECT i.object_id, i.name, i.type, i.is_unique, i.is_primary_key, i.is_unique_constraint,
       i.filter_definition, c.name, p.key_ordinal, p.is_included_column, p.is_descending_key
FROM {sys}.indexes i
JOIN {sys}.objects o ON o.object_id = i.object_id
JOIN {sys}.index_columns p ON p.object_id = i.object_id AND p.index_id = i.index_id
JOIN {sys}.columns c ON c.object_id = p.object_id AND c.column_id = p.column_id
WHERE {where} AND i.type > 0 AND i.is_hypothetical = 0
ORDER BY i.object_id, i.index_id, p.is_included_column, p.key_ordinal, p.index_column_id"""

_KEYS = """\
SELECT f.parent_object_id, f.name, p.constraint_column_id, c.name, s.name, t.name, r.name,
       f.delete_referential_action_desc, f.update_referential_action_desc
FROM sys.foreign_keys f
JOIN sys.objects o ON o.object_id = f.parent_object_id
JOIN sys.foreign_key_columns p ON p.constraint_object_id = f.object_id
JOIN sys.columns c ON c.object_id = p.parent_object_id AND c.column_id = p.parent_column_id
JOIN sys.columns r ON r.object_id = p.referenced_object_id AND r.column_id = p.referenced_column_id
JOIN sys.tables t ON t.object_id = f.referenced_object_id
JOIN sys.schemas s ON s.schema_id = t.schema_id
WHERE {where}
ORDER BY f.parent_object_id, f.name, p.constraint_column_id"""

_CHECKS = """\
SELECT k.parent_object_id, k.name, k.definition
FROM {sys}.check_constraints k
JOIN {sys}.objects o ON o.object_id = k.parent_object_id
WHERE {where}
ORDER BY k.parent_object_id, k.name"""

_SEQUENCES = """\
SELECT q.name, t.name, CAST(q.start_value AS bigint), CAST(q.increment AS bigint),
       CAST(q.minimum_value AS bigint), CAST(q.maximum_value AS bigint),
       q.is_cycling, q.is_cached, q.cache_size
FROM sys.sequences q
JOIN sys.types t ON t.user_type_id = q.user_type_id
WHERE q.schema_id = {schema}
ORDER BY q.name"""
