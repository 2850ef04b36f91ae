"""Rows of information_schema: one query a view and schema, and never a join (MariaDB takes 50 times longer)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from .choices import Choices, modern
from .facts import Facts
from .tokens import Lexis, lexis_of


class TableRow(NamedTuple):
    """A base table."""

    name: str
    type: str
    engine: str | None
    row_format: str | None
    collation: str | None
    options: str | None
    comment: str | None


class ColumnRow(NamedTuple):
    """A column."""

    table: str
    name: str
    position: int
    default: str | None
    nullable: str
    type: str
    collation: str | None
    extra: str
    comment: str
    expression: str | None


class IndexRow(NamedTuple):
    """One part of an index."""

    table: str
    name: str
    non_unique: int
    position: int
    column: str | None
    direction: str | None
    length: int | None
    type: str
    comment: str
    hidden: str
    expression: str | None


class KeyRow(NamedTuple):
    """One column of a foreign key."""

    table: str
    name: str
    position: int
    column: str
    target_schema: str
    target_table: str
    target_column: str


class RuleRow(NamedTuple):
    """What a foreign key does."""

    table: str
    name: str
    onupdate: str
    ondelete: str


class CheckRow(NamedTuple):
    """A check."""

    table: str
    name: str
    level: str
    clause: str
    enforced: str


@dataclass(frozen=True, slots=True)
class Rows:
    """Everything information_schema says about one schema."""

    tables: Sequence[TableRow] = ()
    columns: Sequence[ColumnRow] = ()
    indexes: Sequence[IndexRow] = ()
    keys: Sequence[KeyRow] = ()
    rules: Sequence[RuleRow] = ()
    checks: Sequence[CheckRow] = ()
    parsers: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """The parsers of FULLTEXT indexes by table and index; information_schema has none of them."""
    periods: frozenset[tuple[str, str]] = frozenset()
    """The periods of tables, by table and name; information_schema has a check of the name in their place."""
    sequences: Sequence[str] = ()
    """The names of MariaDB's sequences."""


def rows_of(connection: Connection, schema: str, facts: Facts) -> Rows:
    """What information_schema says about ``schema``: six queries, or seven on MySQL."""
    where = literal(schema)
    tables = [TableRow._make(row) for row in select(connection, _TABLES.format(schema=where))]
    return Rows(
        tables=[row for row in tables if row.type != SEQUENCE],
        columns=[
            ColumnRow._make(row) for row in select(connection, _columns(facts).format(schema=where))
        ],
        indexes=[
            IndexRow._make(row) for row in select(connection, _indexes(facts).format(schema=where))
        ],
        keys=[KeyRow._make(row) for row in select(connection, _KEYS.format(schema=where))],
        rules=[RuleRow._make(row) for row in select(connection, _RULES.format(schema=where))],
        checks=_check_rows(connection, where, facts),
        sequences=[row.name for row in tables if row.type == SEQUENCE],
    )


SEQUENCE = "SEQUENCE"
"""What information_schema calls the type of a sequence, which it has among the tables."""


_TABLES = """\
SELECT table_name, table_type, engine, row_format, table_collation, create_options, table_comment
FROM information_schema.tables
WHERE table_schema = {schema} AND table_type IN ('BASE TABLE', 'SYSTEM VERSIONED', 'SEQUENCE')"""

_KEYS = """\
SELECT table_name, constraint_name, ordinal_position, column_name,
       referenced_table_schema, referenced_table_name, referenced_column_name
FROM information_schema.key_column_usage
WHERE table_schema = {schema} AND referenced_column_name IS NOT NULL"""

_RULES = """\
SELECT table_name, constraint_name, update_rule, delete_rule
FROM information_schema.referential_constraints
WHERE constraint_schema = {schema}"""


def _columns(facts: Facts) -> str:
    expression = "generation_expression" if facts.has_generated_columns else "NULL"
    return f"""\
SELECT table_name, column_name, ordinal_position, column_default, is_nullable, column_type,
       collation_name, extra, column_comment, {expression}
FROM information_schema.columns
WHERE table_schema = {{schema}}"""


def _indexes(facts: Facts) -> str:
    hidden = "''"
    if facts.has_ignored_indexes:
        hidden = "CASE ignored WHEN 'YES' THEN 'ignored' ELSE '' END"
    elif facts.has_invisible_indexes:
        hidden = "CASE is_visible WHEN 'NO' THEN 'invisible' ELSE '' END"
    expression = "expression" if facts.has_functional_indexes else "NULL"
    return f"""\
SELECT table_name, index_name, non_unique, seq_in_index, column_name, collation, sub_part,
       index_type, index_comment, {hidden}, {expression}
FROM information_schema.statistics
WHERE table_schema = {{schema}}"""


_MARIADB_CHECKS = """\
SELECT table_name, constraint_name, {level}, check_clause, 'YES'
FROM information_schema.check_constraints
WHERE constraint_schema = {schema}"""

_MYSQL_CHECKS = """\
SELECT constraint_name, check_clause
FROM information_schema.check_constraints
WHERE constraint_schema = {schema}"""

_MYSQL_CHECK_TABLES = """\
SELECT constraint_name, table_name, enforced
FROM information_schema.table_constraints
WHERE table_schema = {schema} AND constraint_type = 'CHECK'"""


def _check_rows(connection: Connection, where: str, facts: Facts) -> list[CheckRow]:
    if not facts.keeps_checks:
        return []
    if facts.mariadb:
        level = "level" if facts.checks_know_their_level else "'Table'"
        query = _MARIADB_CHECKS.format(schema=where, level=level)
        return [CheckRow._make(row) for row in select(connection, query)]
    clauses = _pairs(select(connection, _MYSQL_CHECKS.format(schema=where)))
    return mysql_checks(clauses, select(connection, _MYSQL_CHECK_TABLES.format(schema=where)))


def mysql_checks(
    clauses: Mapping[str, str], places: Iterable[tuple[object, ...]]
) -> list[CheckRow]:
    """MySQL's checks: their texts by name, put together with the tables they stand in.

    A name is taken only once in a schema, so it tells the table.
    """
    return [
        CheckRow(str(table), str(name), "Table", clauses[str(name)], str(enforced))
        for name, table, enforced in places
        if str(name) in clauses
    ]


_UNUSUAL_TABLES = """\
SELECT table_name, table_collation, engine
FROM information_schema.tables
WHERE table_schema = DATABASE() AND table_type <> 'VIEW'
  AND (table_collation <> @@collation_database OR engine <> @@default_storage_engine)"""


def current_schema(connection: Connection) -> str:
    """The connection's default schema; ``""`` if it has none."""
    return str(select(connection, "SELECT DATABASE()")[0][0] or "")


class Met(NamedTuple):
    """What is learnt of a session before anything is read."""

    schema: str
    """The connection's default schema."""
    lexis: Lexis
    choices: Choices


def met(connection: Connection, facts: Facts) -> Met:
    """The connection's default schema, how it reads quotes, and what the server chooses by itself."""
    row_format = "@@innodb_default_row_format" if facts.has_default_row_format else "'compact'"
    explicit = "@@explicit_defaults_for_timestamp" if facts.may_choose_timestamps else "0"
    current, engine, mode, usual, explicit_timestamps = select(
        connection,
        f"SELECT DATABASE(), @@default_storage_engine, @@sql_mode, {row_format}, {explicit}",
    )[0]
    schemas = _pairs(
        select(
            connection,
            "SELECT schema_name, default_collation_name FROM information_schema.schemata",
        )
    )
    charsets = select(
        connection,
        "SELECT character_set_name, default_collate_name, maxlen FROM information_schema.character_sets",
    )
    by_schema = {name: modern(collation) for name, collation in schemas.items()}
    by_schema[""] = by_schema.get(str(current), "")
    unusual = [tuple(map(str, row)) for row in select(connection, _UNUSUAL_TABLES)]
    choices = Choices(
        engine=str(engine),
        row_format=str(usual).lower(),
        timestamps=not explicit_timestamps,
        collations=by_schema,
        tables={name: modern(collation) for name, collation, _ in unusual},
        engines={name: engine for name, _, engine in unusual},
        of_charsets={modern(str(name)): modern(str(c)) for name, c, _ in charsets},
        widths={modern(str(name)): int(str(width)) for name, _, width in charsets},
    )
    return Met(str(current or ""), lexis_of(str(mode)), choices)


def show_create(connection: Connection, table: str) -> str:
    """SHOW CREATE TABLE of a quoted table. Never for one with a default of bytes.

    Such a default is written byte by byte, and a driver that cannot decode it loses its connection.
    """
    (_, text, *_), *_ = select(connection, f"SHOW CREATE TABLE {table}")
    return str(text)


def _pairs(rows: Iterable[tuple[object, ...]]) -> dict[str, str]:
    return {str(name): str(value) for name, value in rows}


def select(connection: Connection, query: str) -> list[tuple[object, ...]]:
    """The rows of a query, all of them; drivers that give text as bytes are put right.

    A session may have a ``sql_select_limit``, which is for queries that have no LIMIT of their own.
    """
    whole = f"{query}\nLIMIT {2**64 - 1}" if query.startswith("SELECT") else query
    result = connection.exec_driver_sql(whole, execution_options={"no_parameters": True})
    rows = [tuple(row) for row in result]
    if any(isinstance(value, (bytes, bytearray)) for row in rows[:1] for value in row):
        return [tuple(_text(value) for value in row) for row in rows]
    return rows


def error_number(error: DBAPIError) -> object:
    """The server's number of an error, wherever the driver keeps it."""
    first = next(iter(getattr(error.orig, "args", ())), None)
    return getattr(error.orig, "errno", first)


def refusal(error: DBAPIError) -> str:
    """The first line of what the server says is wrong."""
    said = getattr(error.orig, "args", ())[-1:] or (error,)
    return next(iter(str(said[0]).splitlines()), "no reason given")


def _text(value: object) -> object:
    return (
        bytes(value).decode("utf-8", "replace") if isinstance(value, (bytes, bytearray)) else value
    )


def literal(text: str) -> str:
    """A string in SQL that no sql_mode reads otherwise."""
    return f"_utf8 x'{text.encode().hex()}'" if text else "''"
