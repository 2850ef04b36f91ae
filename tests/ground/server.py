"""A database server that gives out fresh databases."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

_numbers = count(1)


class Lacking(Exception):
    """A kind of server cannot be had here; the message says everything that was tried."""


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answers, where it was found, and how to make and unmake a database in it."""

    url: sa.URL
    found: str
    create: str
    drop: str
    stop: Callable[[], None] = lambda: None

    @contextmanager
    def fresh(self) -> Iterator[sa.Engine]:
        """An engine on a new empty database, which is dropped afterwards."""
        name = f"sd_test_{os.getpid()}_{next(_numbers)}"
        self._execute(self.create.format(name=name))
        engine = sa.create_engine(self.url.set(database=name), poolclass=NullPool)
        try:
            yield engine
        finally:
            engine.dispose()
            self._execute(self.drop.format(name=name))

    def _execute(self, statement: str) -> None:
        engine = sa.create_engine(self.url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)


def complaint(url: sa.URL) -> str:
    """Why nobody can connect to ``url``, in one line; ``""`` if somebody can."""
    try:
        timeout = {"connect_timeout": 3}
        engine = sa.create_engine(url, poolclass=NullPool, connect_args=timeout)
        with engine.connect() as connection:
            connection.exec_driver_sql("SELECT 1")
    except (SQLAlchemyError, ImportError) as error:
        cause = getattr(error, "orig", None) or error
        return str(cause).strip().splitlines()[0]
    return ""
