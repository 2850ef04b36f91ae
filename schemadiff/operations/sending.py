"""Statements on their way to a context's sink, and how its live tables are looked at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Dialect

from schemadiff.dialects.base import Database, Scope
from schemadiff.dialects.terms import AUTOCOMMIT, Look, Statement
from schemadiff.model import Snapshot

from .late import Late


class Sink(Protocol):
    """What operations use of a sink."""

    def execute(
        self,
        statement: Statement,
        parameters: Mapping[str, object] | Sequence[Mapping[str, object]] | None = None,
    ) -> object: ...

    def autocommit(self) -> AbstractContextManager[None]: ...


class Context(Protocol):
    """What operations use of a MigrationContext."""

    @property
    def dialect(self) -> Dialect: ...

    @property
    def connection(self) -> Connection | None: ...

    @property
    def database(self) -> Database: ...

    @property
    def sink(self) -> Sink: ...

    @property
    def opts(self) -> Any: ...

    @property
    def as_sql(self) -> bool: ...

    late: Late | None
    """What is known of foreign keys that follow their tables; None as long as nobody asks."""


def send(statements: Iterable[Statement], context: Context) -> None:
    """Executes statements one by one, those that need it outside the transaction."""
    for statement in statements:
        if needs_autocommit(statement):
            with outside_transaction(context):
                context.sink.execute(statement)
        else:
            context.sink.execute(statement)


def needs_autocommit(statement: Statement) -> bool:
    """Whether a statement must not run inside a transaction."""
    if isinstance(statement, str):
        return False
    return bool(statement.get_execution_options().get(AUTOCOMMIT))


@contextmanager
def outside_transaction(context: Context) -> Iterator[None]:
    """The block without a transaction: as the context does it, or else as its sink does."""
    block = getattr(context, "autocommit_block", context.sink.autocommit)
    with block():
        yield


def asked(context: Context) -> Connection | None:
    """The connection of a database that can be asked; None where SQL is only written down."""
    connection = context.connection
    return None if context.as_sql or not isinstance(connection, Connection) else connection


def looking(context: Context) -> Look:
    """How the live tables of a context are looked at; ValueError for one that is not there."""

    def look(schema: str | None, table: str) -> Snapshot | None:
        connection, database = asked(context), context.database
        if connection is None:
            return None
        found = found_table(database, connection, schema, table)
        if found is None and not (
            # a temporary table of MariaDB, a table of an extension: ALTER knows them, no catalogue tells
            database.alters_in_place
            and sa.inspect(connection).has_table(table, schema)
        ):
            raise ValueError(f"No such table: {table!r}")
        return found

    return look


def found_table(
    database: Database, connection: Connection, schema: str | None, table: str
) -> Snapshot | None:
    """One live table by its nodes; None if there is none of that name."""
    place = database.schema(schema) or ("" if schema else database.schema_of(connection, table))
    scope = Scope((place,), lambda s, t: database.is_name(t, table))
    found = database.read(connection, scope)
    there = any(database.is_name(t.name, table) and t.schema == place for t in found.tables())
    return found if there else None
