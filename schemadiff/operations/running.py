"""Operations carried out: their statements go to a context's sink."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol, cast

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.engine.mock import MockConnection
from sqlalchemy.types import SchemaType

from schemadiff.dialects.base import Database, Scope
from schemadiff.dialects.terms import AUTOCOMMIT, Look, Statement
from schemadiff.model import Snapshot

from .data import BulkInsertOp
from .naming import convention
from .operation import MigrateOperation
from .tables import CreateTableOp, DropTableOp


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


def run(op: MigrateOperation, context: Context) -> Any:
    """Carries out one operation; the Table for one that creates a table, else None."""
    names = convention([op], context)
    match op:
        case BulkInsertOp() if not context.as_sql:
            insert_rows(op, context)
        case CreateTableOp():
            table = op.to_table(names=names)
            with telling(table, "create", context):
                send(op.made(context.database, table), context)
            return table
        case DropTableOp():
            with telling(op.to_table(names=names), "drop", context):
                send(op.statements(context.database, looking(context), names), context)
        case _:
            send(op.statements(context.database, looking(context), names), context)
    return None


@contextmanager
def telling(table: sa.Table, verb: str, context: Context) -> Iterator[None]:
    """The block between the events ``before_`` and ``after_`` of SQLAlchemy, for those who listen to tables.

    The named types that SQLAlchemy makes and drops itself by these events are not told: the statements do that.
    """
    _tell(table, f"before_{verb}", context)
    yield
    _tell(table, f"after_{verb}", context)


def _tell(table: sa.Table, event: str, context: Context) -> None:
    listeners = [
        listener
        for listener in getattr(table.dispatch, event)
        if not isinstance(_owner(listener), SchemaType)
    ]
    bind = bind_of(context) if listeners else None
    for listener in listeners:
        listener(table, bind, checkfirst=False, _ddl_runner=None, _is_metadata_operation=False)


def _owner(listener: object) -> object:
    """Whose method a listener is, if it is one that SQLAlchemy has bound (2.0 and 2.1 do it differently)."""
    method = getattr(listener, "func", listener)
    return getattr(listener, "target", getattr(method, "__self__", None))


def bind_of(context: Context) -> Connection:
    """The connection of a context, or what stands in for one: it has a dialect, and no results."""
    if context.connection is not None:
        return context.connection

    def write(statement: Any, parameters: Any = None, *rest: object) -> None:
        context.sink.execute(statement, parameters or None)

    return cast(Connection, MockConnection(context.dialect, write))


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


def looking(context: Context) -> Look:
    """How the live tables of a context are looked at."""

    def look(schema: str | None, table: str) -> Snapshot | None:
        connection = context.connection
        if context.as_sql or not isinstance(connection, Connection):
            return None
        return live_table(context.database, connection, schema, table)

    return look


def live_table(
    database: Database, connection: Connection, schema: str | None, table: str
) -> Snapshot:
    """One live table by its nodes. Raises ValueError if there is none of that name."""
    place = database.schema(schema)
    scope = Scope((place,), lambda s, t: database.is_name(t, table))
    found = database.read(connection, scope)
    if not any(database.is_name(t.name, table) and t.schema == place for t in found.tables()):
        raise ValueError(f"No such table: {table!r}")
    return found


def insert_rows(op: BulkInsertOp, context: Context) -> None:
    """Sends rows as values apart from the statement; one by one where ``multiinsert`` says so."""
    rows = [dict(row) for row in op.rows]
    if not rows:
        return
    if op.multiinsert:
        context.sink.execute(sa.insert(op.table), rows)
        return
    for row in rows:
        context.sink.execute(op.insert(row))
