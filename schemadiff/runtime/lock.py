"""One migration at a time: a lock in the database itself, so that replicas that start together wait for each other.

PostgreSQL has advisory locks (https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS),
MySQL and MariaDB GET_LOCK(). They belong to the session, so that a commit in the middle of a run does not
release them. SQLite's lock is the transaction itself, begun by BEGIN IMMEDIATE (`transaction.say_begin`).

The lock is asked for again and again instead of once with a waiting statement: CREATE INDEX CONCURRENTLY in
the process that holds it waits for all statements under way, ours too, and neither would ever end.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from schemadiff.errors import CommandError

from .telling import progress

PAUSE = 0.1
"""Seconds between two attempts."""


class MigrationLocked(CommandError):
    """Another process is migrating the database; ``seconds`` is how long it was waited for."""

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"another process is migrating this database; waited {seconds:g} seconds",
            hint="try again later, or wait longer: migration_lock_timeout (seconds) in the configuration",
        )
        self.seconds = seconds


def wait_until(attempt: Callable[[], bool], timeout: float) -> None:
    """Return once ``attempt`` is true. Raises MigrationLocked after ``timeout`` seconds."""
    deadline = time.monotonic() + timeout
    waits = False
    while not attempt():
        if time.monotonic() >= deadline:
            raise MigrationLocked(timeout)
        if not waits:
            progress().info("Waiting: another process is migrating this database")
            waits = True
        time.sleep(PAUSE)


class Question(NamedTuple):
    """The statements of a database's locks; they take ``:key``, a number or a short text."""

    take: str
    release: str
    is_number: bool
    take_for_transaction: str = ""
    """Takes a lock that lasts as long as the transaction, where there are such locks."""


MYSQL = Question("SELECT GET_LOCK(:key, 0)", "SELECT RELEASE_LOCK(:key)", is_number=False)

QUESTIONS: Mapping[str, Question] = {
    "postgresql": Question(
        "SELECT pg_try_advisory_lock(:key)",
        "SELECT pg_advisory_unlock(:key)",
        is_number=True,
        take_for_transaction="SELECT pg_try_advisory_xact_lock(:key)",
    ),
    "mysql": MYSQL,
    "mariadb": MYSQL,
}


@dataclass(frozen=True, slots=True)
class SessionLock:
    """A lock on the version table of one database.

    The session holds it until it is released; with ``for_transaction``, where the database can, a transaction
    until it ends: whoever has begun it decides when that is.
    """

    connection: Connection
    question: Question
    key: int | str
    for_transaction: bool = False

    def take(self, timeout: float) -> None:
        """Wait for the lock. Raises MigrationLocked."""
        wait_until(lambda: bool(self._ask(self._take)), timeout)

    def release(self) -> None:
        """Let the next one go on."""
        if self._take == self.question.take:
            self._ask(self.question.release)

    @property
    def _take(self) -> str:
        return (self.for_transaction and self.question.take_for_transaction) or self.question.take

    def _ask(self, sql: str) -> object:
        answer: object = self.connection.scalar(sa.text(sql), {"key": self.key})
        return answer


def lock_for(
    connection: Connection, schema: str | None, table: str, *, for_transaction: bool = False
) -> SessionLock | None:
    """The lock of a version table; None for databases that have no such locks."""
    question = QUESTIONS.get(connection.dialect.name)
    if question is None:
        return None
    # PostgreSQL's keys are of one database, those of MySQL of the whole server.
    said = f"schemadiff {connection.engine.url.database} {schema or ''} {table}"
    digest = hashlib.sha256(said.encode()).digest()
    number = int.from_bytes(digest[:8], "big", signed=True)
    key = number if question.is_number else f"schemadiff {digest.hex()[:32]}"
    return SessionLock(connection, question, key, for_transaction)
