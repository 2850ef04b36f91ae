"""What third-party dialects and `compare_type` callables know as `context.impl`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Protocol, TextIO

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Dialect

from schemadiff.dialects.asking import Question
from schemadiff.dialects.base import AnyColumn, Database

from .version_table import usual_shape


class Context(Protocol):
    """What an implementation is the face of: a MigrationContext."""

    dialect: Dialect
    connection: Connection | None
    as_sql: bool
    transactional_ddl: bool
    output_buffer: TextIO
    opts: dict[str, Any]
    database: Database

    def execute(
        self, sql: sa.Executable | str, execution_options: Mapping[str, Any] | None = None
    ) -> None: ...


IMPLEMENTATIONS: dict[str, type[DefaultImpl]] = {}
"""Dialect names and the class that says ``__dialect__ = name``; the last one defined wins."""


class DefaultImpl:
    """A face of the context and its database under the documented names.

    A third-party dialect subclasses it with ``__dialect__ = "name"`` and states ``transactional_ddl`` there.
    """

    __dialect__: ClassVar[str] = "default"
    transactional_ddl: bool = False
    command_terminator: str = ";"

    def __init_subclass__(cls, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        if "__dialect__" in vars(cls):
            IMPLEMENTATIONS[cls.__dialect__] = cls

    def __init__(
        self,
        dialect: Dialect,
        connection: Connection | None,
        as_sql: bool,
        transactional_ddl: bool | None,
        output_buffer: TextIO | None,
        context_opts: dict[str, Any],
    ) -> None:
        self.dialect = dialect
        self.connection = connection
        self.as_sql = as_sql
        self.output_buffer = output_buffer
        self.context_opts = context_opts
        if transactional_ddl is not None:
            self.transactional_ddl = transactional_ddl
        self.context: Context | None = None

    @classmethod
    def for_context(cls, context: Context) -> DefaultImpl:
        """The implementation registered for the context's dialect, or the plain one."""
        impl = implementation(context.dialect)(
            context.dialect,
            context.connection,
            context.as_sql,
            context.transactional_ddl,
            context.output_buffer,
            context.opts,
        )
        impl.context = context
        return impl

    @property
    def bind(self) -> Connection | None:
        return self.connection

    @property
    def database(self) -> Database:
        if self.context is None:
            raise RuntimeError("this impl belongs to no MigrationContext")
        return self.context.database

    def static_output(self, text: str) -> None:
        """Write a line into the SQL script."""
        assert self.output_buffer is not None
        self.output_buffer.write(text + "\n\n")
        self.output_buffer.flush()

    def execute(self, sql: sa.Executable | str, execution_options: Any = None) -> None:
        """Send one statement to the database, or write it down."""
        if self.context is None:
            raise RuntimeError("this impl belongs to no MigrationContext")
        self.context.execute(sql, execution_options)

    def version_table_impl(
        self,
        *,
        version_table: str,
        version_table_schema: str | None,
        version_table_pk: bool,
        **kw: Any,
    ) -> sa.Table:
        """The version table as this dialect wants it, with a column ``version_num``."""
        return usual_shape(
            version_table=version_table,
            version_table_schema=version_table_schema,
            version_table_pk=version_table_pk,
        )

    def compare_type(self, inspector_column: AnyColumn, metadata_column: AnyColumn) -> bool:
        """True if the two types differ once the database has spelled both."""
        database = self.database
        texts = [database.type_text(column.type) for column in (inspector_column, metadata_column)]
        return self._differ(*(Question("type", text) for text in texts))

    def compare_server_default(
        self,
        inspector_column: AnyColumn,
        metadata_column: AnyColumn,
        rendered_metadata_default: str | None,
        rendered_inspector_default: str | None,
    ) -> bool:
        """True if the two defaults differ once the database has spelled both."""
        one, other = rendered_inspector_default, rendered_metadata_default
        if one is None or other is None:
            return one != other
        type_ = self.database.type_text(metadata_column.type)
        return self._differ(
            Question("default", one, type=type_), Question("default", other, type=type_)
        )

    def _differ(self, one: Question, other: Question) -> bool:
        database = self.database
        if database.plain(one.sql) == database.plain(other.sql):
            return False
        if self.connection is None:
            return True
        first, second = database.ask(self.connection, [one, other])
        return first != second or not isinstance(first, str)


def implementation(dialect: Dialect) -> type[DefaultImpl]:
    """The class registered for ``dialect``, or the plain one."""
    return IMPLEMENTATIONS.get(dialect.name, DefaultImpl)


class PostgresqlImpl(DefaultImpl):
    """PostgreSQL's."""

    __dialect__ = "postgresql"
    transactional_ddl = True


class MySQLImpl(DefaultImpl):
    """MySQL's."""

    __dialect__ = "mysql"


class MariaDBImpl(MySQLImpl):
    """MariaDB's."""

    __dialect__ = "mariadb"


class SQLiteImpl(DefaultImpl):
    """SQLite's."""

    __dialect__ = "sqlite"
    transactional_ddl = True


class MSSQLImpl(DefaultImpl):
    """SQL Server's."""

    __dialect__ = "mssql"
    transactional_ddl = True


class OracleImpl(DefaultImpl):
    """Oracle's."""

    __dialect__ = "oracle"
