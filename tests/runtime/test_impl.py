"""The documented implementation classes: found by dialect, asked by callables."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from schemadiff.ddl import DefaultImpl
from schemadiff.ddl.impl import IMPLEMENTATIONS
from schemadiff.ddl.mysql import MySQLImpl
from schemadiff.ddl.postgresql import PostgresqlImpl
from schemadiff.ddl.sqlite import SQLiteImpl
from schemadiff.migration import MigrationContext


@pytest.fixture
def _registry() -> Iterator[None]:
    before = dict(IMPLEMENTATIONS)
    yield
    IMPLEMENTATIONS.clear()
    IMPLEMENTATIONS.update(before)


def test_each_database_has_its_own(engine: sa.Engine) -> None:
    expected = {"sqlite": SQLiteImpl, "postgresql": PostgresqlImpl, "mysql": MySQLImpl}
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert type(context.impl) is expected[engine.dialect.name]
        assert context.impl.transactional_ddl == context.transactional_ddl
        assert context.impl.bind is connection


@pytest.mark.usefixtures("_registry")
def test_a_subclass_with_a_dialect_registers(sqlite_engine: sa.Engine) -> None:
    class Mine(SQLiteImpl):
        __dialect__ = "sqlite"

    assert issubclass(Mine, DefaultImpl)
    with sqlite_engine.connect() as connection:
        assert type(MigrationContext.configure(connection).impl) is Mine


def test_types_are_compared_by_what_the_database_makes_of_them(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        impl = MigrationContext.configure(connection).impl

        def differ(old: sa.types.TypeEngine[object], new: sa.types.TypeEngine[object]) -> bool:
            return impl.compare_type(sa.Column("a", old), sa.Column("a", new))

        assert not differ(sa.String(20), sa.VARCHAR(20))
        assert differ(sa.String(20), sa.String(30))
        assert differ(sa.Integer(), sa.String(30))


def test_defaults_are_compared_the_same_way(postgresql_engine: sa.Engine) -> None:
    with postgresql_engine.connect() as connection:
        impl = MigrationContext.configure(connection).impl
        column = sa.Column("a", sa.String(20))

        def differ(model: str | None, database: str | None) -> bool:
            return impl.compare_server_default(column, column, model, database)

        assert not differ("'x'", "'x'::character varying")
        assert differ("'x'", "'y'::character varying")
        assert differ("'x'", None)
        assert not differ(None, None)
