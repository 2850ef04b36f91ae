"""The migration that is running, as scripts know it: ``migrate_engine``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path
from types import TracebackType
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.engine import Connection, CursorResult
from sqlalchemy.engine.interfaces import Dialect

from schemadiff import sqlscripts
from schemadiff.errors import CommandError
from schemadiff.operations import Operations
from schemadiff.operations.proxy import current

from ._rows import Rows


def adopted(file: str, function: Callable[..., object]) -> Callable[[], None]:
    """``upgrade()`` or ``downgrade()`` as schemadiff calls it, of ``upgrade(migrate_engine)`` in ``file``.

    SQL beside the file, for the database in use, goes before.
    """
    up = function.__name__ == "upgrade"

    @wraps(function)
    def run() -> None:
        if sqlscripts.has(Path(file), "upgrade" if up else "downgrade"):
            sqlscripts.run(Path(file), "upgrade" if up else "downgrade")
        else:
            function(MigrateEngine())

    return run


def operations() -> Operations:
    """The operations of the migration that is running."""
    return cast(Operations, current("migrate_engine"))


def connection() -> Connection:
    """Its connection. Raises CommandError where SQL is only written down."""
    bind = operations().migration_context.connection
    if bind is None:
        raise CommandError(
            "this script reads the database (autoload): it cannot be written down as SQL",
            hint="run it on a database, without --sql",
        )
    return bind


class MigrateEngine:
    """The database of the migration: an engine and a connection at once, for there is one transaction.

    What is not said here is the connection's affair.
    """

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(connection(), name)

    @property
    def name(self) -> str:
        """The kind of database."""
        return str(self.dialect.name)

    @property
    def dialect(self) -> Any:
        """Its dialect, which is there without a database, too."""
        return MigrateDialect(cast(Dialect, operations().get_context().dialect))

    @property
    def url(self) -> sa.URL:
        """Where the database is."""
        return connection().engine.url

    def connect(self) -> MigrateEngine:
        """Itself: there is one connection."""
        return self

    contextual_connect = connect

    def __enter__(self) -> MigrateEngine:
        return self

    def __exit__(self, *exception: object) -> None:
        """Nothing: the connection stays open."""

    def close(self) -> None:
        """Nothing: the connection stays open."""

    dispose = close

    def commit(self) -> None:
        """Nothing: the migration is committed at its end."""

    def in_transaction(self) -> bool:
        """Whether a script began a transaction: an ORM session that asks is to begin one of its own."""
        return False

    in_nested_transaction = in_transaction

    def begin(self) -> MigrateTransaction:
        """A part of the migration's transaction, which can be undone where the database undoes DDL."""
        return MigrateTransaction(self)

    def execute(
        self, statement: Any, *parameters: Any, execution_options: Any = None, **named: Any
    ) -> Any:
        """The rows of a statement; a str is SQL as the driver reads it. None where SQL is written down."""
        given = list(_given(parameters, named))
        bind = operations().migration_context.connection
        if bind is None:
            return operations().get_context().sink.execute(statement, *given)
        if execution_options is not None:
            # An ORM session speaks: it wants SQLAlchemy's own result.
            return bind.execute(statement, *parameters, execution_options=execution_options)
        run = bind.exec_driver_sql if isinstance(statement, str) else bind.execute
        return Rows(cast("CursorResult[Any]", run(statement, *given)))

    def scalar(self, statement: Any, *parameters: Any, **named: Any) -> Any:
        """The first value of the first row."""
        return self.execute(statement, *parameters, **named).scalar()

    def has_table(self, name: str, schema: str | None = None) -> bool:
        """Whether the database has a table."""
        return bool(sa.inspect(connection()).has_table(name, schema=schema))

    def table_names(self, schema: str | None = None) -> list[str]:
        """The names of its tables."""
        return list(sa.inspect(connection()).get_table_names(schema=schema))


class MigrateDialect:
    """A dialect that can be asked whether a table exists; what is not said here is the dialect's affair."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect

    def __getattr__(self, name: str) -> Any:
        return getattr(self._dialect, name)

    def has_table(self, bind: object, table_name: str, schema: str | None = None) -> bool:
        """Whether the database of the migration has a table."""
        return MigrateEngine().has_table(table_name, schema)


@sa.inspection._inspects(MigrateEngine)
def _inspected(engine: MigrateEngine) -> sa.Inspector:
    return sa.inspect(connection())


def _given(parameters: tuple[Any, ...], named: dict[str, Any]) -> Iterator[Any]:
    """Parameters as SQLAlchemy 2.0 takes them: a mapping, a sequence of them, or a tuple for the driver."""
    match parameters:
        case ():
            yield from [named] if named else []
        case (dict() | list() | tuple(),):
            yield parameters[0]
        case (dict(), *_):
            yield list(parameters)
        case _:
            yield tuple(parameters)


class MigrateTransaction:
    """What ``begin()`` gives: a savepoint where the database undoes DDL, nothing elsewhere."""

    def __init__(self, engine: MigrateEngine) -> None:
        self._engine = engine
        self.is_active = True
        undoes = operations().get_context().database.transactional_ddl
        self._savepoint = connection().begin_nested() if undoes else None

    def __enter__(self) -> MigrateEngine:
        return self._engine

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            self.commit()
        else:
            self.close()

    def commit(self) -> None:
        """Keeps what was done since; the migration as a whole is committed at its end."""
        self.is_active = False
        if self._savepoint is not None and self._savepoint.is_active:
            self._savepoint.commit()

    def rollback(self) -> None:
        """Undoes what was done since. Raises CommandError where the database cannot."""
        if self._savepoint is None:
            raise CommandError(
                f"{self._engine.name} cannot undo what this script wants to roll back"
            )
        self.close()

    def close(self) -> None:
        """Undoes what was done since, unless it was committed, where the database can."""
        self.is_active = False
        if self._savepoint is not None and self._savepoint.is_active:
            self._savepoint.rollback()
