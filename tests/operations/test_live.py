"""What operations leave behind in a real database."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects.postgresql import JSONB

from schemadiff.autogenerate import compare_metadata, produce_migrations
from schemadiff.dialects.terms import Unsupported
from schemadiff.migration import MigrationContext
from schemadiff.operations import Operations

Op = Operations


def migrate(engine: sa.Engine, *steps: Callable[[Op], object]) -> None:
    """Carries out operations in one transaction."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        with context.begin_transaction(), Operations.context(context) as op:
            for step in steps:
                step(op)


def columns(engine: sa.Engine, table: str) -> dict[str, dict[str, object]]:
    """The columns of a table as SQLAlchemy reads them."""
    found = sa.inspect(engine).get_columns(table)
    return {column["name"]: dict(column) for column in found}


def rows(engine: sa.Engine, sql: str) -> list[tuple[object, ...]]:
    """What a query gives."""
    with engine.connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(sql)]


def run(engine: sa.Engine, *statements: str) -> None:
    """Executes and commits."""
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


@pytest.fixture
def filled(engine: sa.Engine) -> sa.Engine:
    """A table with a row."""
    run(
        engine,
        "CREATE TABLE u (id INTEGER NOT NULL PRIMARY KEY)",
        "CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY, a VARCHAR(10) DEFAULT 'x' NOT NULL, b INTEGER)",
        "INSERT INTO u VALUES (1)",
        "INSERT INTO t VALUES (1, '7', 1)",
    )
    return engine


def test_what_is_not_mentioned_of_a_column_stays(filled: sa.Engine) -> None:
    migrate(filled, lambda op: op.alter_column("t", "a", type_=sa.String(20)))
    column = columns(filled, "t")["a"]
    assert column["nullable"] is False
    assert "x" in str(column["default"])
    assert str(column["type"]).startswith("VARCHAR(20)")
    assert rows(filled, "SELECT id, a, b FROM t") == [(1, "7", 1)]


def test_a_column_is_renamed_and_changed_at_once(filled: sa.Engine) -> None:
    migrate(
        filled,
        lambda op: op.alter_column(
            "t", "b", new_column_name="c", nullable=False, existing_type=sa.Integer()
        ),
    )
    assert list(columns(filled, "t")) == ["id", "a", "c"]
    assert columns(filled, "t")["c"]["nullable"] is False
    assert rows(filled, "SELECT c FROM t") == [(1,)]


def test_a_column_comes_with_its_foreign_key_and_index(filled: sa.Engine) -> None:
    column = sa.Column("u_id", sa.Integer, sa.ForeignKey("u.id", name="fk"), index=True)
    migrate(filled, lambda op: op.add_column("t", column))
    inspector = sa.inspect(filled)
    assert [key["name"] for key in inspector.get_foreign_keys("t")] == ["fk"]
    assert "ix_t_u_id" in [index["name"] for index in inspector.get_indexes("t")]


def test_a_column_that_is_there_already_brings_nothing(filled: sa.Engine) -> None:
    column = sa.Column("a", sa.Integer, sa.ForeignKey("u.id", name="fk_a"), index=True)
    migrate(filled, lambda op: op.add_column("t", column, if_not_exists=True))
    found = sa.inspect(filled)
    assert found.get_foreign_keys("t") == []
    assert found.get_indexes("t") == []
    new = sa.Column("x", sa.Integer, sa.ForeignKey("u.id", name="fk_x"), index=True)
    migrate(
        filled,
        lambda op: op.add_column("t", new, if_not_exists=True),
        lambda op: op.add_column("t", new, if_not_exists=True),
    )
    found = sa.inspect(filled)
    assert [key["name"] for key in found.get_foreign_keys("t")] == ["fk_x"]


def test_constraints_come_and_go(filled: sa.Engine) -> None:
    migrate(
        filled,
        lambda op: op.create_unique_constraint("uq", "t", ["a", "b"]),
        lambda op: op.create_check_constraint("ck", "t", "b > 0"),
        lambda op: op.create_foreign_key("fk", "t", "u", ["b"], ["id"], ondelete="CASCADE"),
    )
    found = sa.inspect(filled)
    assert [one["name"] for one in found.get_unique_constraints("t")] == ["uq"]
    assert [one["name"] for one in found.get_check_constraints("t")] == ["ck"]
    assert found.get_foreign_keys("t")[0]["options"]["ondelete"] == "CASCADE"
    migrate(
        filled,
        lambda op: op.drop_constraint("fk", "t", type_="foreignkey"),
        lambda op: op.drop_constraint("uq", "t", type_="unique"),
        lambda op: op.drop_constraint("ck", "t", type_="check"),
        lambda op: op.drop_column("t", "b"),
    )
    found = sa.inspect(filled)
    assert found.get_foreign_keys("t") == []
    assert found.get_unique_constraints("t") == []
    assert found.get_check_constraints("t") == []
    assert found.get_indexes("t") == []
    assert rows(filled, "SELECT * FROM t") == [(1, "7")]


def test_a_batch_does_everything_of_one_table(filled: sa.Engine) -> None:
    said: list[str] = []
    event.listen(filled, "before_cursor_execute", lambda *args: said.append(args[2]))

    def batch(op: Op) -> None:
        with op.batch_alter_table("t") as batch_op:
            batch_op.alter_column("b", nullable=False, existing_type=sa.Integer())
            batch_op.create_unique_constraint("uq", ["a"])
            batch_op.add_column(sa.Column("c", sa.Integer, server_default="3", nullable=False))
            batch_op.drop_column("b")

    migrate(filled, batch)
    assert list(columns(filled, "t")) == ["id", "a", "c"]
    assert rows(filled, "SELECT id, a, c FROM t") == [(1, "7", 3)]
    if filled.dialect.name == "sqlite":
        assert sum("INSERT INTO" in one for one in said) == 1


def test_a_batch_that_recreates_always_heeds_what_it_says_of_the_table(filled: sa.Engine) -> None:
    said = (sa.CheckConstraint("b > 0", name="ck"), sa.Index("ix", "a"))
    options = {"mysql_row_format": "COMPACT"}

    def batch(op: Op) -> None:
        with op.batch_alter_table(
            "t", recreate="always", table_args=said, table_kwargs=options
        ) as batch_op:
            batch_op.create_unique_constraint("uq", ["a"])

    migrate(filled, batch)
    found = sa.inspect(filled)
    assert [c["name"] for c in found.get_check_constraints("t")] == ["ck"]
    assert {i["name"] for i in found.get_indexes("t")} >= {"ix"}
    if filled.dialect.name not in ("sqlite", "postgresql"):
        here = "table_name = 't' AND table_schema = database()"
        formats = f"SELECT row_format FROM information_schema.tables WHERE {here}"
        assert rows(filled, formats) == [("Compact",)]
    assert rows(filled, "SELECT count(*) FROM t") == [(1,)]


def test_columns_move_in_a_batch_where_the_database_can(filled: sa.Engine) -> None:
    def batch(op: Op) -> None:
        with op.batch_alter_table(
            "t", recreate="always", partial_reordering=[("id", "b", "a")]
        ) as batch_op:
            batch_op.add_column(sa.Column("c", sa.Integer), insert_after="id")

    if filled.dialect.name == "postgresql":
        with pytest.raises(Unsupported, match="moves a column of t"):
            migrate(filled, batch)
        return
    migrate(filled, batch)
    assert list(columns(filled, "t")) == ["id", "b", "a", "c"]


def test_a_column_becomes_computed_and_its_index_stays(filled: sa.Engine) -> None:
    migrate(
        filled,
        lambda op: op.create_index("ix_b", "t", ["b"]),
        lambda op: op.alter_column(
            "t",
            "b",
            existing_type=sa.Integer(),
            existing_server_default=None,
            server_default=sa.Computed("id * 2", persisted=True),
        ),
    )
    assert rows(filled, "SELECT b FROM t") == [(2,)]
    assert [one["name"] for one in sa.inspect(filled).get_indexes("t")] == ["ix_b"]


def test_children_survive_while_their_parent_is_made_anew(sqlite_engine: sa.Engine) -> None:
    event.listen(
        sqlite_engine, "connect", lambda driver, _: driver.execute("PRAGMA foreign_keys=ON")
    )
    sqlite_engine.dispose()
    run(
        sqlite_engine,
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER)",
        "CREATE TABLE child (t_id INTEGER REFERENCES t (id) ON DELETE CASCADE)",
        "INSERT INTO t VALUES (1, 1)",
        "INSERT INTO child VALUES (1)",
    )
    migrate(sqlite_engine, lambda op: op.alter_column("t", "a", type_=sa.Text()))
    assert rows(sqlite_engine, "SELECT t_id FROM child") == [(1,)]
    assert rows(sqlite_engine, "PRAGMA foreign_keys") == [(1,)]


def test_enum_labels_change_under_everything_that_names_them(postgresql_engine: sa.Engine) -> None:
    run(
        postgresql_engine,
        "CREATE TYPE mood AS ENUM ('sad', 'ok')",
        "CREATE TABLE t (id int, m mood DEFAULT 'ok', many mood[] DEFAULT '{sad}', "
        "CONSTRAINT ck CHECK (m <> 'sad' OR id > 0))",
        "CREATE INDEX ix ON t (id) WHERE m = 'ok'",
        "INSERT INTO t VALUES (1, 'sad', '{ok,sad}')",
    )
    migrate(
        postgresql_engine,
        lambda op: op.alter_enum("mood", ["new", "ok", "sad"], existing=["sad", "ok"]),
        lambda op: op.alter_column("t", "m", server_default="new"),
    )
    assert rows(postgresql_engine, "SELECT m::text, many::text FROM t") == [("sad", "{ok,sad}")]
    labels = "SELECT enum_range(NULL::mood)::text, count(*) FROM pg_type WHERE typname IN ('mood', 'mood__old')"
    assert rows(postgresql_engine, labels) == [("{new,ok,sad}", 1)]
    found = sa.inspect(postgresql_engine)
    assert [one["name"] for one in found.get_indexes("t")] == ["ix"]
    assert [one["name"] for one in found.get_check_constraints("t")] == ["ck"]


def test_a_serial_becomes_an_identity_that_goes_on_counting(postgresql_engine: sa.Engine) -> None:
    run(
        postgresql_engine,
        "CREATE TABLE t (id serial PRIMARY KEY)",
        "INSERT INTO t SELECT FROM generate_series(1, 5)",
    )
    migrate(
        postgresql_engine,
        lambda op: op.alter_column(
            "t",
            "id",
            existing_type=sa.Integer(),
            existing_nullable=False,
            existing_autoincrement=True,
            autoincrement=False,
            server_default=sa.Identity(),
        ),
    )
    run(postgresql_engine, "INSERT INTO t DEFAULT VALUES")
    assert rows(postgresql_engine, "SELECT max(id) FROM t") == [(6,)]
    assert columns(postgresql_engine, "t")["id"]["identity"]


@pytest.mark.parametrize("counts", [True, False])
@pytest.mark.parametrize(
    "column", ["serial", "integer", "integer GENERATED BY DEFAULT AS IDENTITY"]
)
def test_autoincrement_alone_describes_a_column(
    postgresql_engine: sa.Engine, column: str, counts: bool
) -> None:
    """Alembic writes it beside other changes of a key; there only MySQL heeds it."""
    run(postgresql_engine, f"CREATE TABLE t (id {column} PRIMARY KEY, a varchar(9))")
    before = columns(postgresql_engine, "t")["id"]

    def change(op: Op) -> None:
        op.alter_column("t", "id", existing_type=sa.Integer(), autoincrement=counts)
        op.alter_column("t", "a", existing_type=sa.String(9), autoincrement=counts)

    migrate(postgresql_engine, change)
    assert str(columns(postgresql_engine, "t")["id"]) == str(before)


@pytest.mark.parametrize(
    "after",
    [
        {"autoincrement": True, "existing_autoincrement": False, "server_default": None},
        {"server_default": sa.Identity()},
    ],
    ids=["SERIAL", "identity"],
)
def test_a_column_leaves_the_sequence_that_it_only_owns(
    after: dict[str, object], postgresql_engine: sa.Engine
) -> None:
    run(
        postgresql_engine,
        "CREATE TABLE t (id serial PRIMARY KEY)",
        "CREATE SEQUENCE other START 100",
        "ALTER TABLE t ALTER id SET DEFAULT nextval('other')",
        "INSERT INTO t DEFAULT VALUES",
    )
    migrate(
        postgresql_engine,
        lambda op: op.alter_column(
            "t",
            "id",
            existing_type=sa.Integer(),
            existing_nullable=False,
            existing_server_default=sa.text("nextval('other')"),
            **after,  # type: ignore[arg-type]
        ),
    )
    run(postgresql_engine, "INSERT INTO t DEFAULT VALUES")
    assert rows(postgresql_engine, "SELECT max(id) FROM t") == [(101,)]


def test_a_text_column_becomes_a_number_with_its_default(postgresql_engine: sa.Engine) -> None:
    run(
        postgresql_engine,
        "CREATE TABLE t (a text DEFAULT '5')",
        "INSERT INTO t VALUES ('7')",
    )
    migrate(postgresql_engine, lambda op: op.alter_column("t", "a", type_=sa.Integer()))
    run(postgresql_engine, "INSERT INTO t DEFAULT VALUES")
    assert rows(postgresql_engine, "SELECT a FROM t ORDER BY a") == [(5,), (7,)]


def test_a_primary_key_moves_under_a_column_that_counts(mariadb_engine: sa.Engine) -> None:
    run(
        mariadb_engine,
        "CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, b INT NOT NULL)",
        "INSERT INTO t (b) VALUES (1), (2)",
    )
    migrate(
        mariadb_engine,
        lambda op: op.drop_constraint("PRIMARY", "t", type_="primary"),
        lambda op: op.create_primary_key("pk", "t", ["id", "b"]),
    )
    assert sa.inspect(mariadb_engine).get_pk_constraint("t")["constrained_columns"] == ["id", "b"]
    assert sa.inspect(mariadb_engine).get_indexes("t") == []
    assert columns(mariadb_engine, "t")["id"]["autoincrement"] is True


def test_a_comment_and_an_automatic_time_survive_a_change_of_type(
    mariadb_engine: sa.Engine,
) -> None:
    run(
        mariadb_engine,
        "CREATE TABLE t (a DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP "
        "ON UPDATE CURRENT_TIMESTAMP COMMENT 'when')",
    )
    migrate(mariadb_engine, lambda op: op.alter_column("t", "a", nullable=True))
    ((_, text),) = rows(mariadb_engine, "SHOW CREATE TABLE t")
    assert "ON UPDATE" in str(text).upper()
    assert "COMMENT 'when'" in str(text)


def test_an_index_over_an_expression_comes_back_in_its_brackets(
    postgresql_engine: sa.Engine,
) -> None:
    def models(key: str) -> sa.MetaData:
        metadata = sa.MetaData()
        said = sa.Column("said", JSONB)
        table = sa.Table("t", metadata, sa.Column("id", sa.Integer), said)
        sa.Index("ix", table.c.id, table.c.said[key].astext, sa.text("(id + 1) DESC"))
        return metadata

    models("a").create_all(postgresql_engine)
    with postgresql_engine.connect() as connection:
        context = MigrationContext.configure(connection)
        made = produce_migrations(context, models("b"))
        assert made.upgrade_ops is not None
        assert made.downgrade_ops is not None
        with Operations.context(context) as op:
            for one in made.upgrade_ops.ops:
                op.invoke(one)
            assert compare_metadata(context, models("b")) == []
            for one in made.downgrade_ops.ops:
                op.invoke(one)
        assert compare_metadata(context, models("a")) == []


def test_on_sqlite_autoincrement_alone_adds_no_keyword(sqlite_engine: sa.Engine) -> None:
    run(sqlite_engine, "CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY, a VARCHAR(9))")

    def change(op: Op) -> None:
        with op.batch_alter_table("t") as batch_op:
            batch_op.alter_column("id", existing_type=sa.Integer(), autoincrement=True)
            batch_op.alter_column("a", type_=sa.String(10))

    migrate(sqlite_engine, change)
    [(sql,)] = rows(sqlite_engine, "SELECT sql FROM sqlite_master")
    assert "VARCHAR(10)" in str(sql)
    assert "AUTOINCREMENT" not in str(sql)


@pytest.mark.parametrize(
    ("before", "table"),
    [
        ("SELECT 1", "TEMPORARY TABLE here"),
        ("CREATE TABLE here (a DATE)", "TEMPORARY TABLE here"),
        ("SELECT 1", "TABLE second.here"),
    ],
)
def test_a_name_means_the_table_that_the_server_finds(
    postgresql_engine: sa.Engine, before: str, table: str
) -> None:
    with postgresql_engine.connect() as connection:
        context = MigrationContext.configure(connection)
        with context.begin_transaction(), Operations.context(context) as op:
            op.create_schema("second")
            op.execute("SET search_path TO public, second")
            op.execute(before)
            op.execute(f"CREATE {table} (a VARCHAR(5) DEFAULT '7', b INTEGER)")
            op.execute("INSERT INTO here VALUES ('1', 2)")
            op.alter_column("here", "a", type_=sa.Integer())
            op.alter_column("here", "b", new_column_name="c", server_default=sa.Identity())
            op.create_unique_constraint("uq", "here", ["c"])
            op.add_column("here", sa.Column("d", sa.Integer), if_not_exists=True)
            op.add_column("here", sa.Column("d", sa.Integer), if_not_exists=True)
            op.alter_column("here", "d", server_default=sa.Computed("a + c", persisted=True))
            op.drop_constraint("uq", "here", type_="unique")
            rows = op.get_bind().execute(sa.text("INSERT INTO here (c) VALUES (5) RETURNING *"))
            assert [tuple(row) for row in rows] == [(7, 5, 12)]
