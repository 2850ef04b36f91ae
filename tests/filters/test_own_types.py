"""Types that are not SQLAlchemy's own, and the user's say in what differs."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from schemadiff.autogenerate import compare_metadata
from schemadiff.migration import MigrationContext


class Geometry(sa.types.UserDefinedType[str]):
    """A third party's type; the database knows it under the name that DDL says."""

    cache_ok = True

    def __init__(self, kind: str = "POINT") -> None:
        self.kind = kind

    def get_col_spec(self, **kw: object) -> str:
        return self.kind


class Embedding(sa.types.UserDefinedType[str]):
    """A type of PostgreSQL with an argument, as extensions bring them."""

    cache_ok = True

    def __init__(self, dimensions: int) -> None:
        self.dimensions = dimensions

    def get_col_spec(self, **kw: object) -> str:
        return f"BIT VARYING({self.dimensions})"


class Picky(sa.types.TypeDecorator[str]):
    """A type with a say of its own."""

    impl = sa.String
    cache_ok = True
    same: bool | None = None

    def compare_against_backend(self, dialect: object, conn_type: object) -> bool | None:
        return self.same


class Content(Picky):
    same = True


class Never(Picky):
    same = False


def diffs(connection: sa.Connection, type_: Any, **opts: object) -> list[str]:
    models = sa.MetaData()
    sa.Table("t", models, sa.Column("c", type_))
    context = MigrationContext.configure(connection, opts=dict(opts))
    return [diff[0][0] for diff in compare_metadata(context, models)]


def made(engine: sa.Engine, type_: Any) -> sa.Connection:
    connection = engine.connect()
    metadata = sa.MetaData()
    sa.Table("t", metadata, sa.Column("c", type_))
    metadata.create_all(connection)
    return connection


@pytest.mark.parametrize("type_", [Geometry(), Geometry("POLYGON")])
def test_a_third_partys_type_compares_by_what_ddl_says(engine: sa.Engine, type_: Any) -> None:
    with made(engine, Geometry()) as connection:
        assert bool(diffs(connection, type_)) is (type_.kind != "POINT")


def test_arguments_of_a_third_partys_type_count(postgresql_engine: sa.Engine) -> None:
    with made(postgresql_engine, Embedding(3)) as connection:
        assert diffs(connection, Embedding(3)) == []
        assert diffs(connection, Embedding(4)) == ["modify_type"]


def test_a_type_the_database_does_not_know_is_no_crash(engine: sa.Engine) -> None:
    with made(engine, sa.Integer()) as connection:
        assert diffs(connection, Geometry("NO_SUCH_TYPE_ANYWHERE")) == ["modify_type"]


def test_a_type_may_say_that_it_is_the_same(engine: sa.Engine) -> None:
    with made(engine, sa.String(10)) as connection:
        assert diffs(connection, Content(99)) == []
        assert diffs(connection, Never(10)) == ["modify_type"]
        assert diffs(connection, Picky(10)) == []
        assert diffs(connection, Picky(11)) == ["modify_type"]


def test_the_callable_of_the_user_comes_first(engine: sa.Engine) -> None:
    asked: list[tuple[str, str]] = []

    def compare_type(context: Any, there: Any, here: Any, old: Any, new: Any) -> bool | None:
        asked.append((there.name, type(new).__name__))
        return None if isinstance(new, Picky) else True

    with made(engine, sa.String(10)) as connection:
        assert diffs(connection, sa.String(10), compare_type=compare_type) == ["modify_type"]
        assert diffs(connection, Content(99), compare_type=compare_type) == []
    assert asked == [("c", "String"), ("c", "Content")]


def test_a_callable_decides_about_defaults(engine: sa.Engine) -> None:
    metadata, models = sa.MetaData(), sa.MetaData()
    sa.Table("t", metadata, sa.Column("c", sa.Integer, server_default="1"))
    sa.Table("t", models, sa.Column("c", sa.Integer, server_default="2"))
    with engine.connect() as connection:
        metadata.create_all(connection)
        for verdict, expected in ((None, 1), (False, 0), (True, 1)):
            opts = {"compare_server_default": lambda *_, verdict=verdict: verdict}
            context = MigrationContext.configure(connection, opts=opts)
            assert len(compare_metadata(context, models)) == expected


def test_variants_compare_by_the_one_in_use(engine: sa.Engine) -> None:
    name = "mariadb" if getattr(engine.dialect, "is_mariadb", False) else engine.dialect.name
    varied = sa.Text().with_variant(sa.String(10), *{name, "mysql"})
    with made(engine, sa.String(10)) as connection:
        assert diffs(connection, varied) == []
        assert diffs(connection, sa.Text()) == ["modify_type"]
