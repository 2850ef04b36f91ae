"""One transaction on a connection, as real as the database can make it.

SQLite undoes DDL like anything else, but Python's driver opens a transaction only before INSERT, UPDATE and
DELETE (https://docs.sqlalchemy.org/en/20/dialects/sqlite.html, "Serializable isolation / Savepoints /
Transactional DDL"). So its own bookkeeping is switched off for as long as we hold the connection, and BEGIN is
said aloud. PRAGMA foreign_keys does nothing inside a transaction, and a table that is rebuilt while it is on
loses the rows that refer to it: it is switched off before and on again after, with a check in between.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.engine import Connection, RootTransaction
from sqlalchemy.exc import OperationalError

from schemadiff.errors import CommandError

from .lock import wait_until

BUSY = (5, 6)
"""SQLITE_BUSY and SQLITE_LOCKED (https://www.sqlite.org/rescode.html)."""


class Transaction:
    """A transaction that can be committed and begun again in the middle of its block."""

    def __init__(self, connection: Connection, patience: float | None = None) -> None:
        self.connection = connection
        self.patience = patience
        """Seconds to wait for others who write; None: whoever writes first has to wait, not we."""
        self._current: RootTransaction | None = None

    def begin(self) -> None:
        # What was read since the caller handed the connection over has begun a transaction of its own accord.
        self._current = self.connection.get_transaction() or self.connection.begin()

    def commit(self) -> None:
        current, self._current = self._current, None
        if current is not None and current.is_active:
            current.commit()

    def rollback(self) -> None:
        current, self._current = self._current, None
        if current is not None and current.is_active:
            current.rollback()

    @contextmanager
    def autocommit(self) -> Iterator[None]:
        """What ran so far is committed; the block runs without a transaction; then a new one begins."""
        begun = self._current is not None
        self.commit()
        level = self.connection.get_isolation_level()
        self.connection.execution_options(isolation_level="AUTOCOMMIT")
        try:
            yield
        finally:
            self.connection.rollback()
            self.connection.execution_options(isolation_level=level)
        if begun:
            self.begin()

    @contextmanager
    def held(self) -> Iterator[Transaction]:
        """The transaction, begun; committed at the end of the block, rolled back if that fails."""
        self.begin()
        try:
            yield self
            self.commit()
        finally:
            self.rollback()


class SQLiteTransaction(Transaction):
    """SQLite's: BEGIN said aloud, foreign keys not enforced while tables are rebuilt but checked at the end."""

    def __init__(self, connection: Connection, patience: float | None = None) -> None:
        super().__init__(connection, patience)
        self._enforces = False
        self._violated_before: frozenset[tuple[object, ...]] = frozenset()

    def begin(self) -> None:
        super().begin()
        if self.patience is None:
            say_begin(self.connection)
        else:
            wait_until(self._begun_alone, self.patience)

    def _begun_alone(self) -> bool:
        """Whether a transaction is open in which nobody else can write."""
        try:
            say_begin(self.connection, "BEGIN IMMEDIATE")
        except OperationalError as error:
            if getattr(error.orig, "sqlite_errorcode", 0) & 0xFF not in BUSY:
                raise
            return False
        return True

    def commit(self) -> None:
        if self._enforces and self._current is not None:
            self._check_foreign_keys()
        super().commit()

    @contextmanager
    def autocommit(self) -> Iterator[None]:
        """SQLite commits every statement outside a transaction by itself."""
        begun = self._current is not None
        self.commit()
        yield
        self.connection.rollback()
        if begun:
            self.begin()

    @contextmanager
    def held(self) -> Iterator[Transaction]:
        self.connection.rollback()
        with _driver_keeps_out(self.connection), self._foreign_keys_off(), super().held():
            yield self

    @contextmanager
    def _foreign_keys_off(self) -> Iterator[None]:
        self._enforces = bool(self._pragma("foreign_keys"))
        if self._enforces:
            with no_trace(self.connection):
                self._violated_before = self._violations()
            self._set_foreign_keys("OFF")
        try:
            yield
        finally:
            if self._enforces:
                self._set_foreign_keys("ON")

    def _set_foreign_keys(self, value: str) -> None:
        self._pragma(f"foreign_keys={value}")

    def _pragma(self, text: str) -> object:
        """The first value of a PRAGMA's answer, asked below SQLAlchemy, so that nothing is begun for it."""
        cursor = self.connection.connection.cursor()
        try:
            cursor.execute(f"PRAGMA {text}")
            row = cursor.fetchone()
        finally:
            cursor.close()
        return row[0] if row else None

    def _violations(self) -> frozenset[tuple[object, ...]]:
        rows = self.connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        return frozenset((row[0], row[2]) for row in rows)

    def _check_foreign_keys(self) -> None:
        broken = self._violations() - self._violated_before
        if broken:
            pairs = ", ".join(sorted(f"{table} → {parent}" for table, parent in broken))
            raise CommandError(f"rows would refer to rows that do not exist: {pairs}")


def transaction_on(connection: Connection, patience: float | None = None) -> Transaction:
    """The transaction, not begun, that fits the connection's database."""
    kind = SQLiteTransaction if connection.dialect.name == "sqlite" else Transaction
    return kind(connection, patience)


def say_begin(connection: Connection, statement: str = "BEGIN") -> None:
    """On SQLite a real transaction, if the driver has none open."""
    if not getattr(connection.connection.driver_connection, "in_transaction", False):
        connection.exec_driver_sql(statement)


def make_real(connection: Connection) -> None:
    """A transaction that the caller has begun includes DDL from here on, on SQLite too.

    Its COMMIT or ROLLBACK stays the caller's. A connection in autocommit mode is left as it is.
    """
    if connection.dialect.name != "sqlite" or not isinstance(connection, Connection):
        return
    driver = connection.connection.dbapi_connection
    if getattr(driver, "isolation_level", None) is not None:
        say_begin(connection)


@contextmanager
def no_trace(connection: Connection) -> Iterator[None]:
    """The block may read; a transaction that only this began is not left open."""
    open_before = is_open(connection)
    try:
        yield
    finally:
        if not open_before and is_open(connection):
            connection.rollback()


def is_real(connection: object) -> bool:
    """Whether it is SQLAlchemy's own Connection, not a stand-in that only executes."""
    return isinstance(connection, Connection)


def is_open(connection: Connection) -> bool:
    """Whether a transaction is open; stand-ins for a connection that cannot say have none."""
    ask = getattr(connection, "in_transaction", None)
    return bool(ask()) if ask is not None else False


@contextmanager
def _driver_keeps_out(connection: Connection) -> Iterator[None]:
    driver = connection.connection.dbapi_connection
    before = getattr(driver, "isolation_level", None)
    if driver is not None and before is not None:
        driver.isolation_level = None
    try:
        yield
    finally:
        if driver is not None and before is not None:
            driver.isolation_level = before
