"""Databases that exist for as long as they are needed, beside a given one and of its kind."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import exc
from sqlalchemy.engine import URL, Connection

from schemadiff.dialects.registry import language
from schemadiff.errors import CommandError
from schemadiff.runtime.connect import hidden, parse_url, reason, with_connection

PREFIX = "schemadiff_scratch_"


class NoScratch(CommandError):
    """No scratch database can be had beside ``url``."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(
            f"cannot make a scratch database beside {url}: {reason}",
            hint="--scratch URL names a server on which one may be made",
        )


@contextmanager
def scratch_database(near: str | URL) -> Iterator[URL]:
    """The URL of an empty database of the same kind as ``near``, which is gone after the block.

    On a server it stands beside ``near`` and has its character set. Raises NoScratch.
    """
    url = parse_url(near)
    match url.get_backend_name():
        case "sqlite":
            with tempfile.TemporaryDirectory(prefix=PREFIX) as folder:
                yield url.set(database=str(Path(folder) / "scratch.db"), query={})
        case "postgresql" | "mysql" | "mariadb":
            yield from _on_server(url)
        case kind:
            raise NoScratch(hidden(url), f"that is not known how on {kind}")


def _on_server(near: URL) -> Iterator[URL]:
    name = PREFIX + secrets.token_hex(6)
    is_postgresql = near.get_backend_name() == "postgresql"
    drop = f"DROP DATABASE {name}" + (" WITH (FORCE)" if is_postgresql else "")
    try:
        with_connection(near, lambda c: _execute(c, f"CREATE DATABASE {name}{_like(c)}"))
    except exc.DBAPIError as error:
        raise NoScratch(hidden(near), reason(error, near)) from error
    try:
        yield near.set(database=name)
    finally:
        with_connection(near, lambda c: _execute(c, drop))


def _execute(connection: Connection, statement: str) -> None:
    outside = connection.execution_options(isolation_level="AUTOCOMMIT")
    outside.exec_driver_sql(statement)


def _like(connection: Connection) -> str:
    """What gives a new MySQL database the character set of the one connected to."""
    if language(connection.dialect.name) != "mysql":
        return ""
    row = connection.exec_driver_sql("SELECT @@character_set_database, @@collation_database").one()
    connection.rollback()
    return f" CHARACTER SET {row[0]} COLLATE {row[1]}"
