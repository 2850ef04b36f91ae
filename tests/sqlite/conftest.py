"""What the tests of SQLite share: a database to read, and reading it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from schemadiff.dialects.base import Scope
from schemadiff.dialects.sqlite import SQLite
from schemadiff.model import Snapshot

Read = Callable[..., Snapshot]


@pytest.fixture
def connection() -> Iterator[Connection]:
    """A connection to an empty database in memory."""
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.fixture
def database(connection: Connection) -> SQLite:
    """The Database of that connection."""
    return SQLite(connection.dialect)


@pytest.fixture
def read(connection: Connection, database: SQLite) -> Read:
    """What is in the database after some statements."""

    def reading(*statements: str, wants: str = "", schema: str = "") -> Snapshot:
        for statement in statements:
            connection.exec_driver_sql(statement)
        scope = Scope((schema,), lambda _, name: not wants or name == wants)
        return database.read(connection, scope)

    return reading
