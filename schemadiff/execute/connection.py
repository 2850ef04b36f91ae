"""The sink that carries statements out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.engine import Connection

from schemadiff.dialects.terms import Statement

from .sink import Parameters, as_construct


class ConnectionSink:
    """Executes each statement on a connection, or on a stand-in that has ``execute``.

    Transactions are their owner's business: ``begin`` and ``commit`` do nothing here.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def execute(self, statement: Statement, parameters: Parameters | None = None) -> object:
        """The result of the statement."""
        construct = as_construct(statement)
        if parameters is None:
            return self.connection.execute(construct)
        return self.connection.execute(construct, parameters)

    def comment(self, text: str) -> None:
        """Nothing: a database reads no comments."""

    def begin(self) -> None:
        """Nothing: whoever owns the connection has begun."""

    def commit(self) -> None:
        """Nothing: whoever owns the connection commits."""

    @contextmanager
    def autocommit(self) -> Iterator[None]:
        """The block outside a transaction, unless one is open: then the database has its own word on that."""
        if not isinstance(self.connection, Connection) or self.connection.in_transaction():
            yield
            return
        level = self.connection.get_isolation_level()
        self.connection.rollback()  # asking has begun a transaction
        self.connection.execution_options(isolation_level="AUTOCOMMIT")
        try:
            yield
        finally:
            self.connection.rollback()
            self.connection.execution_options(isolation_level=level)
