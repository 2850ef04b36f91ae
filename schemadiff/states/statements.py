"""Operations as a script of SQL, without the database they are for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import StringIO

from sqlalchemy.engine import Connection

from schemadiff.autogenerate.comparison import Comparison
from schemadiff.dialects.base import Database
from schemadiff.dialects.terms import Statement
from schemadiff.execute import ConnectionSink, TextSink
from schemadiff.execute.sink import Parameters, Sink
from schemadiff.model import Snapshot
from schemadiff.operations import Operations
from schemadiff.operations.ops import MigrateOperation
from schemadiff.runtime.connect import with_connection
from schemadiff.runtime.migration import MigrationContext

MEMORY = "sqlite://"


class BothSinks:
    """Carries each statement out and writes it down."""

    def __init__(self, first: Sink, second: Sink) -> None:
        self.first = first
        self.second = second

    def execute(self, statement: Statement, parameters: Parameters | None = None) -> object:
        """What the first sink makes of it."""
        result = self.first.execute(statement, parameters)
        self.second.execute(statement, parameters)
        return result

    def comment(self, text: str) -> None:
        """A comment for both."""
        self.first.comment(text)
        self.second.comment(text)

    def begin(self) -> None:
        """Nothing: a transaction is the business of whoever runs the script."""

    def commit(self) -> None:
        """Nothing: a transaction is the business of whoever runs the script."""

    @contextmanager
    def autocommit(self) -> Iterator[None]:
        """The block, as the first sink has it."""
        with self.first.autocommit():
            yield


def script_of(ops: Iterable[MigrateOperation], old: Snapshot, database: Database) -> str:
    """The statements that ``ops`` come to in a database of state ``old``.

    Where a database rebuilds tables, they are found out on an empty one in memory that is brought to
    ``old`` first.
    """
    if not database.alters_in_place:
        return with_connection(MEMORY, lambda c: _tried(c, list(ops), old, database))
    buffer = StringIO()
    context = offline(database, buffer)
    for op in ops:
        Operations(context).invoke(op)
    return buffer.getvalue()


def offline(database: Database, buffer: StringIO) -> MigrationContext:
    """A context that writes down what is done, in the words of ``database``."""
    opts = {"as_sql": True, "literal_binds": True, "output_buffer": buffer}
    context = MigrationContext.configure(dialect=database.dialect, opts=opts)
    context.database = database
    return context


def _tried(
    connection: Connection, ops: list[MigrateOperation], old: Snapshot, database: Database
) -> str:
    buffer = StringIO()
    context = MigrationContext.configure(connection)
    build(context, old)
    context.sink = BothSinks(ConnectionSink(connection), TextSink(buffer, connection.dialect))
    for op in ops:
        Operations(context).invoke(op)
    return buffer.getvalue()


def build(context: MigrationContext, snapshot: Snapshot) -> None:
    """Make an empty database what ``snapshot`` says."""
    for op in Comparison(context, Snapshot(), snapshot).upgrade_ops():
        Operations(context).invoke(op)
