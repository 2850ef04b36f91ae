"""The steps of a comparison that need nothing but a database and models."""

from __future__ import annotations

from functools import partial

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from schemadiff.dialects.base import Scope
from schemadiff.dialects.postgresql import PostgreSQL
from schemadiff.diff import Change, diff, pair
from schemadiff.model import Snapshot
from schemadiff.read.metadata import read_metadata
from schemadiff.settle import settle


def live(engine: Engine, *schemas: str) -> Snapshot:
    """What the database holds."""
    with engine.connect() as connection:
        return PostgreSQL(connection.dialect).read(connection, Scope(schemas or ("",)))


def run(engine: Engine, *statements: str) -> None:
    """Runs statements as they are written and commits."""
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement, None, {"no_parameters": True})


def differences(connection: Connection, metadata: sa.MetaData, *schemas: str) -> list[Change]:
    """What differs between the database and the models once spelling is settled."""
    database = PostgreSQL(connection.dialect)
    database.meet(connection)
    wanted = read_metadata(metadata, database)
    found = database.read(connection, Scope(schemas or ("",)))
    match = partial(pair, unique_is_index=False, merges_equal_uniques=True)
    found, wanted = match(found, wanted)
    settled = settle(found, wanted, database, partial(database.ask, connection))
    assert settled.undecided == ()
    return list(diff(*match(found, settled.new)))


def differences_after_create_all(
    engine: Engine, metadata: sa.MetaData, *schemas: str
) -> list[Change]:
    """What differs right after ``create_all()``: nothing, if all is well."""
    with engine.begin() as connection:
        metadata.create_all(connection)
    with engine.connect() as connection:
        return differences(connection, metadata, *schemas)
