"""A database server that gives out fresh databases."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
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
    emptied: Callable[[sa.URL], bool] = lambda url: False
    """Makes a database as empty as a new one, where that is cheaper; False if it is not."""
    _spare: list[str] = field(default_factory=list)
    """Databases that were used, and are empty."""

    @contextmanager
    def fresh(self) -> Iterator[sa.Engine]:
        """An engine on an empty database, which nobody else uses meanwhile."""
        name = self._spare.pop() if self._spare else self._new()
        url = self.url.set(database=name)
        engine = sa.create_engine(url, poolclass=NullPool)
        try:
            yield engine
        finally:
            engine.dispose()
            if self.emptied(url):
                self._spare.append(name)
            else:
                self._execute(self.drop.format(name=name))

    def end(self) -> None:
        """Drops what was kept, and stops the server if it was started for this run."""
        while self._spare:
            self._execute(self.drop.format(name=self._spare.pop()))
        self.stop()

    def _new(self) -> str:
        name = f"sd_test_{os.getpid()}_{next(_numbers)}"
        self._execute(self.create.format(name=name))
        return name

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
