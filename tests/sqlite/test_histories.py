"""What histories of real projects do to tables of SQLite."""

from __future__ import annotations

import sqlalchemy as sa

from schemadiff.migration import MigrationContext
from schemadiff.operations import Operations


def test_what_was_about_the_column_stays_and_its_values_go() -> None:
    engine = sa.create_engine("sqlite://")
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TABLE t (id INTEGER PRIMARY KEY, a VARCHAR(9), b INT, UNIQUE (b), CHECK (b > 0))"
        )
        connection.exec_driver_sql("CREATE INDEX ix ON t (a, b)")
        connection.exec_driver_sql("CREATE INDEX ix_a ON t (a) WHERE b > 3")
        connection.exec_driver_sql("INSERT INTO t VALUES (1, 'x', 5)")
        op = Operations(MigrationContext.configure(connection))
        with op.batch_alter_table("t") as batch:
            batch.drop_column("a")
            batch.drop_column("b")
            batch.add_column(sa.Column("b", sa.Integer, server_default="7"))
        assert _indexes(connection) == set()
        assert _rows(connection) == [(1, 7)]
        sql = connection.exec_driver_sql("SELECT sql FROM sqlite_master").scalars().first()
        assert "UNIQUE (b)" in str(sql)
        assert "CHECK (b > 0)" in str(sql)
        op.add_column("t", sa.Column("a", sa.Integer))
        op.create_index("ix", "t", ["a", "b"])
        op.create_index("ix_a", "t", ["a"])
        with op.batch_alter_table("t") as batch:
            batch.drop_column("a")
            batch.add_column(sa.Column("a", sa.String(5)))
        assert _indexes(connection) == {"ix", "ix_a"}


def test_the_key_of_a_dropped_column_is_not_that_of_the_next() -> None:
    engine = sa.create_engine("sqlite://")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE t (id INTEGER PRIMARY KEY, a INT)")
        op = Operations(MigrationContext.configure(connection))
        with op.batch_alter_table("t") as batch:
            batch.drop_column("id")
            batch.add_column(sa.Column("id", sa.Uuid, nullable=False))
            batch.create_primary_key("pk_t", ["id"])
        key = sa.inspect(connection).get_pk_constraint("t")
        assert (key["name"], key["constrained_columns"]) == ("pk_t", ["id"])


def test_a_name_whose_kind_is_not_said_is_the_name_itself() -> None:
    names = {"ck": "ck_%(table_name)s_%(constraint_name)s", "fk": "fk_%(table_name)s"}
    target = sa.MetaData(naming_convention=names)
    engine = sa.create_engine("sqlite://")
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TABLE t (id INTEGER PRIMARY KEY, CONSTRAINT fk_t FOREIGN KEY (id) REFERENCES u (id))"
        )
        context = MigrationContext.configure(connection, opts={"target_metadata": target})
        with Operations(context).batch_alter_table("t") as batch:
            batch.drop_constraint("fk_t")
        assert sa.inspect(connection).get_foreign_keys("t") == []


def _indexes(connection: sa.Connection) -> set[str]:
    return {str(index["name"]) for index in sa.inspect(connection).get_indexes("t")}


def _rows(connection: sa.Connection) -> list[tuple[object, ...]]:
    return [tuple(row) for row in connection.exec_driver_sql("SELECT * FROM t")]
