"""Operations carried out: their statements go to a context's sink."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.engine.mock import MockConnection
from sqlalchemy.types import SchemaType

from .adhoc import Names
from .data import BulkInsertOp
from .naming import convention
from .operation import MigrateOperation
from .sending import Context, looking, send
from .tables import CreateTableOp, DropTableOp
from .waiting import followed, is_done, note


def run(op: MigrateOperation, context: Context) -> Any:
    """Carries out one operation; the Table for one that creates a table, else None."""
    names = convention([op], context)
    if is_done(op, context, names):
        return None
    result = _run(op, context, names)
    note(op, context, names)
    return result


def _run(op: MigrateOperation, context: Context, names: Names) -> sa.Table | None:
    match op:
        case BulkInsertOp() if not context.as_sql:
            insert_rows(op, context)
        case CreateTableOp():
            table = op.to_table(names=names)
            with followed(op, table, context), telling(table, "create", context):
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
