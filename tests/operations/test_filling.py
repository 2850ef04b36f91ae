"""A new column that takes no NULL comes to a table with rows, and goes and comes back."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import mysql, postgresql

from schemadiff.autogenerate import compare_metadata, produce_migrations, render_python_code
from schemadiff.migration import MigrationContext
from schemadiff.operations import Operations
from schemadiff.operations.ops import MigrationScript


def models(*columns: sa.Column[Any]) -> sa.MetaData:
    metadata = sa.MetaData()
    sa.Table("u", metadata, sa.Column("id", sa.Integer, primary_key=True, autoincrement=False))
    key = sa.Column("id", sa.Integer, primary_key=True, autoincrement=False)
    sa.Table("t", metadata, key, *columns)
    return metadata


def script(connection: sa.Connection, metadata: sa.MetaData) -> MigrationScript:
    return produce_migrations(MigrationContext.configure(connection), metadata)


def run(connection: sa.Connection, source: str) -> None:
    """Runs the body of an ``upgrade()`` as it is written into a revision file."""
    context = MigrationContext.configure(connection)
    with Operations.context(context) as op:
        names = {"op": op, "sa": sa, "postgresql": postgresql, "mysql": mysql}
        exec("if True:\n    " + source, names)


@pytest.fixture
def filled(engine: sa.Engine) -> sa.Engine:
    """A table with two rows."""
    models().create_all(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO t VALUES (1), (2)")
    return engine


def there_and_back(engine: sa.Engine, metadata: sa.MetaData) -> list[tuple[object, ...]]:
    """The rows after the upgrade; the downgrade and a second upgrade have been carried out, too."""
    with engine.connect() as connection:
        made = script(connection, metadata)
        assert made.upgrade_ops is not None
        assert made.downgrade_ops is not None
        up, down = (render_python_code(ops) for ops in (made.upgrade_ops, made.downgrade_ops))
        run(connection, up)
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        found = connection.execute(sa.select(metadata.tables["t"]).order_by("id")).fetchall()
        run(connection, down)
        run(connection, up)
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        connection.commit()
    return [tuple(row)[1:] for row in found]


def test_rows_get_the_scalar_default_of_the_model(filled: sa.Engine) -> None:
    wanted = models(
        sa.Column("number", sa.Integer, default=7, nullable=False),
        sa.Column("word", sa.String(20), default="it's :so 5%", nullable=False),
        sa.Column("said", sa.JSON, default={"a": [1]}, nullable=False),
    )
    assert there_and_back(filled, wanted) == [(7, "it's :so 5%", {"a": [1]})] * 2


def test_rows_get_a_neutral_value_where_the_model_says_none(filled: sa.Engine) -> None:
    wanted = models(
        sa.Column("number", sa.Numeric(8, 2), nullable=False),
        sa.Column("called", sa.Integer, default=lambda: 5, nullable=False),
        sa.Column("word", sa.String(20), nullable=False),
        sa.Column("label", sa.Enum("low", "high", name="level"), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("flag", sa.Boolean, nullable=False),
        sa.Column("mark", sa.Uuid, nullable=False),
    )
    row = (
        0,
        0,
        "",
        "low",
        datetime.date(1970, 1, 1),
        datetime.datetime(1970, 1, 1),
        False,
        uuid.UUID(int=0),
    )
    assert there_and_back(filled, wanted) == [row] * 2


def test_a_column_that_was_dropped_comes_back_over_rows(filled: sa.Engine) -> None:
    with filled.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE old (id INTEGER PRIMARY KEY, a INTEGER NOT NULL)")
        connection.exec_driver_sql("INSERT INTO old VALUES (1, 5)")
    with filled.connect() as connection:
        wanted = models()
        key = sa.Column("id", sa.Integer, primary_key=True, autoincrement=False)
        sa.Table("old", wanted, key)
        made = script(connection, wanted)
        assert made.upgrade_ops is not None
        assert made.downgrade_ops is not None
        run(connection, render_python_code(made.upgrade_ops))
        run(connection, render_python_code(made.downgrade_ops))
        assert connection.exec_driver_sql("SELECT id, a FROM old").fetchall() == [(1, 0)]
        diffs = compare_metadata(MigrationContext.configure(connection), wanted)
        assert [diff[0] for diff in diffs] == ["remove_column"]


@pytest.mark.parametrize(
    "part",
    [
        lambda: sa.UniqueConstraint("n"),
        lambda: sa.Index("ix_n", "n", unique=True),
        lambda: sa.ForeignKeyConstraint(["n"], ["u.id"]),
    ],
)
def test_no_value_is_made_up_that_could_only_be_wrong(
    sqlite_engine: sa.Engine, part: Callable[[], sa.schema.SchemaItem]
) -> None:
    models().create_all(sqlite_engine)
    column: sa.Column[int] = sa.Column("n", sa.Integer, nullable=False)
    wanted = models(column)
    table = wanted.tables["t"]
    item = part()
    if isinstance(item, sa.Constraint):
        table.append_constraint(item)
    else:
        sa.Index("ix_n", table.c.n, unique=True)
    with sqlite_engine.connect() as connection:
        made = script(connection, wanted)
        assert made.upgrade_ops is not None
        source = render_python_code(made.upgrade_ops)
    assert "server_default" not in source
    assert "works on an empty table only" in source


def test_postgresql_has_neutral_values_for_its_own_types(postgresql_engine: sa.Engine) -> None:
    models().create_all(postgresql_engine)
    with postgresql_engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO t VALUES (1), (2)")
    types: list[Any] = [
        postgresql.ARRAY(sa.Integer),
        postgresql.INET(),
        postgresql.CIDR(),
        postgresql.MACADDR(),
        postgresql.BIT(3),
        postgresql.INT4RANGE(),
        postgresql.INT4MULTIRANGE(),
        postgresql.INTERVAL(),
        postgresql.TSVECTOR(),
        postgresql.JSONB(),
        sa.Interval(),
        sa.LargeBinary(),
        sa.DateTime(timezone=True),
        sa.Enum("x", "y", name="xy"),
    ]
    columns: list[sa.Column[Any]] = [
        sa.Column(f"c{n}", type_, nullable=False) for n, type_ in enumerate(types)
    ]
    assert len(there_and_back(postgresql_engine, models(*columns))) == 2


def test_postgresql_says_of_what_an_empty_array_is(postgresql_engine: sa.Engine) -> None:
    models().create_all(postgresql_engine)
    with postgresql_engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO t VALUES (1)")
    column: sa.Column[Any] = sa.Column(
        "a", postgresql.ARRAY(sa.String(4)), default=[], nullable=False
    )
    assert there_and_back(postgresql_engine, models(column)) == [([],)]
