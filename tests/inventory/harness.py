"""Cases run on a database: made, compared, changed, compared, and the way back."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import NotSupportedError

from schemadiff.autogenerate.comparison import compare
from schemadiff.diff import Alter, Change, Create, Drop, Rename
from schemadiff.migration import MigrationContext

from .case import Build


def said(change: Change) -> str:
    """A change in one line: ``~ column t.c type``."""
    kind = change.key.kind
    match change:
        case Create():
            return f"+ {kind} {change.key}"
        case Drop():
            return f"- {kind} {change.key}"
        case Alter():
            return f"~ {kind} {change.key} {' '.join(change.attributes)}"
        case Rename():
            return f"> {kind} {change.old.key} {change.new.key}"


def model(build: Build) -> sa.MetaData:
    """The MetaData that ``build`` fills."""
    metadata = sa.MetaData()
    build(metadata)
    return metadata


def differences(connection: Connection, build: Build) -> tuple[str, ...]:
    """What differs between the database and a model, each change in one line."""
    # a MariaDB server is full of other people's databases; a PostgreSQL database is ours alone
    ours = connection.dialect.name == "postgresql"
    context = MigrationContext.configure(connection, opts={"include_schemas": ours})
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        return tuple(sorted(map(said, compare(context, model(build)).changes)))


@contextmanager
def made(engine: Engine, build: Build, given: Sequence[str]) -> Iterator[Connection]:
    """A connection to an empty database with a model in it; nothing is left behind."""
    if engine.dialect.name == "sqlite":
        own = sa.create_engine("sqlite://")
        with own.connect() as connection:
            yield _filled(connection, build, given)
        own.dispose()
        return
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            with connection.begin() as transaction:
                yield _filled(connection, build, given)
                transaction.rollback()
            return
        try:
            yield _filled(connection, build, given)
        finally:
            _emptied(connection)


def _filled(connection: Connection, build: Build, given: Sequence[str]) -> Connection:
    for statement in given:
        try:
            connection.exec_driver_sql(statement)
        except NotSupportedError as error:  # an extension that is not installed beside the server
            pytest.skip(f"{error.orig}".splitlines()[0])
    metadata = model(build)
    for schema in sorted({t.schema for t in metadata.tables.values() if t.schema}):
        if connection.dialect.name == "postgresql":
            connection.execute(sa.schema.CreateSchema(schema, if_not_exists=True))
    metadata.create_all(connection)
    return connection


def _emptied(connection: Connection) -> None:
    connection.rollback()
    name = connection.engine.url.database
    connection.exec_driver_sql(f"DROP DATABASE {name}")
    connection.exec_driver_sql(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
    connection.exec_driver_sql(f"USE {name}")
    connection.commit()
