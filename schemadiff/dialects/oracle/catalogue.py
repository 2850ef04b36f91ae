"""Rows of the static data dictionary views ALL_*, one query a view for each schema.

https://docs.oracle.com/en/database/oracle/oracle-database/23/refrn/static-data-dictionary-views.html
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy.engine import Connection, Row


class TableRow(NamedTuple):
    """A table and its comment."""

    name: str
    comment: str | None


class ColumnRow(NamedTuple):
    """A column; ``default`` is the expression of a virtual one."""

    table: str
    position: int
    name: str
    type: str
    length: int
    precision: int | None
    scale: int | None
    char_length: int
    char_used: str | None
    nullable: str
    default: str | None
    virtual: str
    comment: str | None
    generation: str | None
    identity: str | None


class ConstraintRow(NamedTuple):
    """One column of a constraint, and for a foreign key the one it refers to."""

    table: str
    name: str
    type: str
    generated: str
    text: str | None
    by_index: str | None
    deferrable: str
    deferred: str
    ondelete: str | None
    position: int | None
    column: str | None
    target_schema: str | None
    target_table: str | None
    target_column: str | None


class IndexRow(NamedTuple):
    """One column of an index, or the expression in its place."""

    table: str
    name: str
    type: str
    unique: str
    position: int
    column: str
    direction: str
    expression: str | None


class SequenceRow(NamedTuple):
    """A sequence; the dictionary does not keep where it started."""

    name: str
    minvalue: int
    maxvalue: int
    increment: int
    cycle: str
    cache: int


@dataclass(frozen=True, slots=True)
class Rows:
    """What the dictionary says about one schema."""

    tables: Sequence[TableRow] = ()
    columns: Sequence[ColumnRow] = ()
    constraints: Sequence[ConstraintRow] = ()
    indexes: Sequence[IndexRow] = ()
    sequences: Sequence[SequenceRow] = ()


def select(connection: Connection, statement: str) -> Sequence[Row[tuple[object, ...]]]:
    """The rows of a statement that has no parameters."""
    return connection.exec_driver_sql(statement, execution_options={"no_parameters": True}).all()


def rows_of(connection: Connection, schema: str) -> Rows:
    """What the dictionary says about ``schema``: five queries."""
    owner = "'" + schema.replace("'", "''") + "'"
    return Rows(
        [TableRow._make(row) for row in select(connection, _TABLES.format(owner=owner))],
        [ColumnRow._make(row) for row in select(connection, _COLUMNS.format(owner=owner))],
        [ConstraintRow._make(row) for row in select(connection, _CONSTRAINTS.format(owner=owner))],
        [IndexRow._make(row) for row in select(connection, _INDEXES.format(owner=owner))],
        [SequenceRow._make(row) for row in select(connection, _SEQUENCES.format(owner=owner))],
    )


_TABLES = """\
SELECT t.table_name, c.comments
FROM all_tables t
LEFT JOIN all_tab_comments c ON c.owner = t.owner AND c.table_name = t.table_name
WHERE t.owner = {owner} AND t.nested = 'NO' AND t.secondary = 'N' AND t.dropped = 'NO'
  AND NOT EXISTS (SELECT 1 FROM all_mviews m
                  WHERE m.owner = t.owner AND m.container_name = t.table_name)
ORDER BY t.table_name"""

_COLUMNS = """\
SELECT c.table_name, c.column_id, c.column_name, c.data_type, c.data_length, c.data_precision,
       c.data_scale, c.char_length, c.char_used, c.nullable, c.data_default, c.virtual_column,
       m.comments, i.generation_type, i.identity_options
FROM all_tab_cols c
LEFT JOIN all_col_comments m ON m.owner = c.owner AND m.table_name = c.table_name
     AND m.column_name = c.column_name
LEFT JOIN all_tab_identity_cols i ON i.owner = c.owner AND i.table_name = c.table_name
     AND i.column_name = c.column_name
WHERE c.owner = {owner} AND c.hidden_column = 'NO'
ORDER BY c.table_name, c.column_id"""

_CONSTRAINTS = """\
SELECT c.table_name, c.constraint_name, c.constraint_type, c.generated, c.search_condition_vc,
       c.index_name, c.deferrable, c.deferred, c.delete_rule, p.position, p.column_name,
       r.owner, r.table_name, r.column_name
FROM all_constraints c
LEFT JOIN all_cons_columns p ON p.owner = c.owner AND p.constraint_name = c.constraint_name
LEFT JOIN all_cons_columns r ON r.owner = c.r_owner AND r.constraint_name = c.r_constraint_name
     AND r.position = p.position
WHERE c.owner = {owner} AND c.constraint_type IN ('P', 'U', 'R', 'C')
ORDER BY c.table_name, c.constraint_name, p.position"""

_INDEXES = """\
SELECT i.table_name, i.index_name, i.index_type, i.uniqueness, p.column_position, p.column_name,
       p.descend, e.column_expression
FROM all_indexes i
JOIN all_ind_columns p ON p.index_owner = i.owner AND p.index_name = i.index_name
LEFT JOIN all_ind_expressions e ON e.index_owner = i.owner AND e.index_name = i.index_name
     AND e.column_position = p.column_position
WHERE i.table_owner = {owner}
ORDER BY i.table_name, i.index_name, p.column_position"""

_SEQUENCES = """\
SELECT sequence_name, min_value, max_value, increment_by, cycle_flag, cache_size
FROM all_sequences
WHERE sequence_owner = {owner} AND sequence_name NOT LIKE 'ISEQ$$%'
ORDER BY sequence_name"""
