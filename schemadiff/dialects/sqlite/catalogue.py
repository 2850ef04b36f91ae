"""What sqlite_master and the pragmas say, in a handful of statements whatever the number of tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from .facts import FIRST_TABLE_LIST, MAIN
from .tokens import folded, quoted, tokens

_FEW = 200
"""Up to so many names are put into a statement; for more, everything is read."""


class Stored(NamedTuple):
    """A row of sqlite_master; ``rootpage`` is 0 for what has no storage of its own."""

    kind: str
    name: str
    table: str
    rootpage: int
    sql: str


class StoredTable(NamedTuple):
    """A table's own statement and those of its indexes and triggers, in the order they were made."""

    name: str
    sql: str
    indexes: list[Stored]
    triggers: list[Stored]


class Catalogue(NamedTuple):
    """The ordinary tables of a schema by their name in lower case, and the virtual ones."""

    schema: str
    tables: Mapping[str, StoredTable]
    virtual: tuple[StoredTable, ...] = ()


def databases(connection: Connection) -> list[str]:
    """What the connection has open: main, temp if it is in use, and what is attached."""
    return list(connection.execute(sa.text("SELECT name FROM pragma_database_list")).scalars())


def catalogue(connection: Connection, schema: str) -> Catalogue:
    """The tables of one schema (``""`` is main), what belongs to a virtual table left out.

    Of virtual tables those are named whose module is loaded: nothing can be done to the others.
    """
    rows = _stored(connection, schema or MAIN)
    hidden, virtual = _hidden(connection, schema or MAIN, rows)
    tables = {
        folded(row.name): StoredTable(row.name, row.sql, [], [])
        for row in rows
        if row.kind == "table" and row.rootpage and row.name not in hidden
    }
    for row in rows:
        table = tables.get(folded(row.table))
        if table is not None and row.kind == "index":
            table.indexes.append(row)
        elif table is not None and row.kind == "trigger":
            table.triggers.append(row)
    return Catalogue(
        schema, tables, tuple(StoredTable(row.name, row.sql, [], []) for row in virtual)
    )


def is_temporary(connection: Connection, table: str) -> bool:
    """Whether there is a temporary table of this name."""
    found = connection.execute(
        sa.text(
            "SELECT 1 FROM sqlite_temp_master WHERE type = 'table' AND name = :name COLLATE NOCASE"
        ),
        {"name": table},
    )
    return found.first() is not None


def _stored(connection: Connection, schema: str) -> list[Stored]:
    found = connection.execute(
        sa.text(
            f"SELECT type, name, tbl_name, rootpage, sql FROM {_name(schema)}.sqlite_master "
            r"WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY rowid"
        )
    )
    return [Stored(*row) for row in found]


def _hidden(
    connection: Connection, schema: str, rows: Iterable[Stored]
) -> tuple[frozenset[str], list[Stored]]:
    """The shadow tables of virtual tables, and these; asked only where there are virtual tables.

    Where SQLite cannot tell (it is old, or the module is not loaded), a table whose name begins with that of
    the virtual table is taken for a shadow: better not seen than dropped.
    """
    rows = list(rows)
    virtual = [row for row in rows if row.kind == "table" and not row.rootpage]
    if not virtual:
        return frozenset(), []
    if tuple(connection.dialect.server_version_info or ()) < FIRST_TABLE_LIST:
        return _by_name(rows, virtual), []
    modules = connection.execute(sa.text("SELECT lower(name) FROM pragma_module_list"))
    known = frozenset(modules.scalars())
    found = connection.execute(
        sa.text("SELECT name FROM pragma_table_list WHERE schema = :schema AND type = 'shadow'"),
        {"schema": schema},
    )
    strangers = [row for row in virtual if _module(row.sql) not in known]
    known_ones = [row for row in virtual if row not in strangers]
    return _by_name(rows, strangers).union(found.scalars()), known_ones


def _by_name(rows: Iterable[Stored], virtual: Iterable[Stored]) -> frozenset[str]:
    prefixes = tuple(f"{row.name}_" for row in virtual)
    return frozenset(row.name for row in rows if prefixes and row.name.startswith(prefixes))


def _module(sql: str) -> str:
    """The module of a CREATE VIRTUAL TABLE statement, in lower case."""
    found = tokens(sql)
    using = next((n for n, token in enumerate(found) if token.word == "USING"), len(found))
    return found[using + 1].name.lower() if using + 1 < len(found) else ""


class ColumnRow(NamedTuple):
    """What table_xinfo says of a column."""

    table: str
    name: str
    type: str
    not_null: int
    default: str | None
    key: int


def column_rows(
    connection: Connection, schema: str, tables: Iterable[str]
) -> dict[str, list[ColumnRow]]:
    """The columns of ``tables`` as SQLite itself counts them, by table."""
    names = list(tables)
    few = len(names) <= _FEW
    statement = sa.text(
        'SELECT m.name, x.name, x.type, x."notnull", x.dflt_value, x.pk '
        f"FROM {_name(schema or MAIN)}.sqlite_master AS m, pragma_table_xinfo(m.name, :schema) AS x "
        "WHERE m.type = 'table' AND m.rootpage > 0" + (" AND m.name IN :names" if few else "")
    )
    if few:
        statement = statement.bindparams(sa.bindparam("names", names, expanding=True))
    by_table: dict[str, list[ColumnRow]] = {name: [] for name in names}
    for row in connection.execute(statement, {"schema": schema or MAIN}):
        by_table.setdefault(row[0], []).append(ColumnRow(*row))
    return by_table


def _name(schema: str) -> str:
    """A quoted schema name for ``sa.text``, where a colon would begin a parameter."""
    return quoted(schema).replace(":", "\\:")
