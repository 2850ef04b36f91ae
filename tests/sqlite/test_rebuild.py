"""A table made anew keeps its rows and everything that stands on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from schemadiff.dialects.base import Scope
from schemadiff.dialects.sqlite import SQLite
from schemadiff.dialects.terms import Unsupported
from schemadiff.model import (
    Check,
    Column,
    ForeignKey,
    Key,
    Node,
    PrimaryKey,
    Snapshot,
    Sql,
    Table,
    Unique,
    column_key,
    table_key,
)


def look(connection: Connection, database: SQLite, table: str, schema: str = "") -> Snapshot:
    return database.read(connection, Scope((schema,), lambda _, name: name == table))


def remake(
    connection: Connection,
    database: SQLite,
    old: Snapshot,
    new: Snapshot,
    renamed: Mapping[str, str] | None = None,
) -> None:
    for statement in database.rebuild(old, new, renamed or {}):
        assert isinstance(statement, str)
        connection.exec_driver_sql(statement)


def edited(snapshot: Snapshot, key: Key, **changes: object) -> Snapshot:
    return snapshot.having([replace(snapshot[key], **changes)])  # type: ignore[arg-type]


def run(connection: Connection, *statements: str) -> None:
    for statement in statements:
        connection.exec_driver_sql(statement)


def rows(connection: Connection, sql: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in connection.exec_driver_sql(sql)]


RICH = """CREATE TABLE "T x" (
    id INTEGER CONSTRAINT pk_t PRIMARY KEY AUTOINCREMENT,
    "select" VARCHAR(20) COLLATE NOCASE NOT NULL ON CONFLICT IGNORE DEFAULT 'it''s',
    n NUMERIC(10, 2) DEFAULT -1.5 CONSTRAINT positive CHECK (n > -2),
    at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
    doubled INT GENERATED ALWAYS AS (n * 2) STORED,
    lazily AS (n + 1),
    parent INTEGER REFERENCES "T x" ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
    UNIQUE (n, at) ON CONFLICT REPLACE,
    CONSTRAINT uq UNIQUE ("select" COLLATE BINARY, n),
    CHECK (n < 100), CHECK (n < 100)
)"""


def test_a_table_made_anew_unchanged_reads_the_same(
    connection: Connection, database: SQLite
) -> None:
    run(
        connection,
        RICH,
        'CREATE UNIQUE INDEX ix ON "T x" (lower("select") DESC, n) WHERE n > 0',
        "INSERT INTO \"T x\" (\"select\", n) VALUES ('a', 1), ('b', 2)",
    )
    before = look(connection, database, "T x")
    assert not before.gaps
    old_rows = rows(connection, 'SELECT * FROM "T x"')
    remake(connection, database, before, before)
    assert look(connection, database, "T x") == before
    assert rows(connection, 'SELECT * FROM "T x"') == old_rows


def test_a_new_column_takes_its_default(connection: Connection, database: SQLite) -> None:
    run(connection, "CREATE TABLE t (id INTEGER PRIMARY KEY)", "INSERT INTO t VALUES (1), (2)")
    old = look(connection, database, "t")
    column = Column("", "t", "c", Sql.of("INTEGER"), False, Sql.of("(1 + 2)"), position=1)
    remake(connection, database, old, old.having([column]))
    assert rows(connection, "SELECT id, c FROM t") == [(1, 3), (2, 3)]


def test_a_column_that_becomes_not_null_gives_its_default_to_empty_rows(
    connection: Connection, database: SQLite
) -> None:
    run(
        connection,
        "CREATE TABLE t (id INTEGER PRIMARY KEY, c TEXT)",
        "INSERT INTO t VALUES (1, NULL), (2, 'x')",
    )
    old = look(connection, database, "t")
    new = edited(old, column_key("", "t", "c"), nullable=False, default=Sql.of("'d'"))
    remake(connection, database, old, new)
    assert rows(connection, "SELECT c FROM t ORDER BY id") == [("d",), ("x",)]


@pytest.mark.parametrize(
    ("before", "after", "value", "kept"),
    [
        ("TEXT", "INTEGER", "'7'", (7, "integer")),
        ("TEXT", "INTEGER", "'abc'", ("abc", "text")),
        ("TEXT", "INTEGER", "'1.5'", (1.5, "real")),
        ("INTEGER", "TEXT", "7", ("7", "text")),
        ("INTEGER", "REAL", "7", (7.0, "real")),
        ("BLOB", "TEXT", "x'6162'", ("ab", "text")),
        ("TEXT", "BLOB", "'ab'", (b"ab", "blob")),
    ],
)
def test_values_become_what_the_new_type_can_keep_without_loss(
    before: str,
    after: str,
    value: str,
    kept: tuple[object, str],
    connection: Connection,
    database: SQLite,
) -> None:
    run(connection, f"CREATE TABLE t (id INTEGER PRIMARY KEY, c {before})")
    run(connection, f"INSERT INTO t VALUES (1, {value})")
    old = look(connection, database, "t")
    remake(connection, database, old, edited(old, column_key("", "t", "c"), type=Sql.of(after)))
    assert rows(connection, "SELECT c, typeof(c) FROM t") == [kept]


def test_a_dropped_column_goes_and_the_others_stay(
    connection: Connection, database: SQLite
) -> None:
    run(
        connection,
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a UNIQUE, b)",
        "INSERT INTO t VALUES (1, 2, 3)",
    )
    old = look(connection, database, "t")
    gone: list[Node] = [*old.each(Unique), old[column_key("", "t", "a")]]
    remake(connection, database, old, old.without(node.key for node in gone))
    assert rows(connection, "SELECT * FROM t") == [(1, 3)]


def test_columns_may_exchange_their_names(connection: Connection, database: SQLite) -> None:
    run(
        connection,
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a, b)",
        "INSERT INTO t VALUES (1, 2, 3)",
    )
    old = look(connection, database, "t")
    a, b = (old[column_key("", "t", name)] for name in "ab")
    new = old.without([a.key, b.key]).having(
        [replace(a, name="b"), replace(b, name="a")]  # type: ignore[call-arg,arg-type]
    )
    remake(connection, database, old, new, {"a": "b", "b": "a"})
    assert rows(connection, "SELECT id, a, b FROM t") == [(1, 3, 2)]


def test_a_column_may_take_the_name_of_one_that_goes(
    connection: Connection, database: SQLite
) -> None:
    run(
        connection,
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a, b)",
        "INSERT INTO t VALUES (1, 2, 3)",
    )
    old = look(connection, database, "t")
    new = old.without([column_key("", "t", "a")])
    remake(connection, database, old, new, {"b": "a"})
    assert rows(connection, "SELECT id, b FROM t") == [(1, 2)]


def test_a_rename_reaches_foreign_keys_of_other_tables_and_triggers(
    connection: Connection, database: SQLite
) -> None:
    run(
        connection,
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT UNIQUE)",
        "CREATE TABLE child (a INT REFERENCES t (a))",
        "CREATE TABLE log (x)",
        "CREATE TRIGGER tr AFTER INSERT ON t BEGIN INSERT INTO log VALUES (NEW.a); END",
        "CREATE VIEW v AS SELECT t.a FROM t",
    )
    old = look(connection, database, "t")
    column, unique = old[column_key("", "t", "a")], old.each(Unique)[0]
    new = old.without([column.key, unique.key]).having(
        [replace(column, name="b"), replace(unique, columns=("b",))]  # type: ignore[call-arg,arg-type]
    )
    remake(connection, database, old, new, {"b": "a"})
    run(connection, "INSERT INTO t VALUES (1, 5)")
    assert rows(connection, "SELECT x FROM log") == [(5,)]
    assert rows(connection, "SELECT * FROM v") == [(5,)]
    child = look(connection, database, "child").each(ForeignKey)[0]
    assert child.target_columns == ("b",)


def test_triggers_views_and_indexes_survive(connection: Connection, database: SQLite) -> None:
    run(
        connection,
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT)",
        "CREATE TABLE log (x)",
        "CREATE VIEW v AS SELECT a FROM t",
        "CREATE TRIGGER tr AFTER INSERT ON t BEGIN INSERT INTO log VALUES (NEW.a); END",
        "CREATE TRIGGER on_log AFTER INSERT ON log BEGIN UPDATE t SET a = a + 1; END",
        "CREATE INDEX ix ON t (a DESC) WHERE a > 0",
    )
    listed = "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name <> 't' ORDER BY name"
    before = rows(connection, listed)
    old = look(connection, database, "t")
    new = old.having([Check("", "t", "positive", Sql.of("a >= 0"))])
    remake(connection, database, old, new)
    assert rows(connection, listed) == before
    run(connection, "INSERT INTO t VALUES (1, 5)")
    assert rows(connection, "SELECT * FROM v") == [(6,)]


def test_a_trigger_on_a_column_that_goes_is_refused(
    connection: Connection, database: SQLite
) -> None:
    run(
        connection,
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT)",
        "CREATE TRIGGER tr AFTER INSERT ON t BEGIN DELETE FROM t WHERE id = NEW.a; END",
    )
    old = look(connection, database, "t")
    with pytest.raises(Unsupported, match="uses column a"):
        list(database.rebuild(old, old.without([column_key("", "t", "a")]), {}))


def test_the_counter_of_autoincrement_goes_on(connection: Connection, database: SQLite) -> None:
    run(
        connection,
        "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a)",
        "INSERT INTO t (a) VALUES (1), (2), (3)",
        "DELETE FROM t",
    )
    old = look(connection, database, "t")
    remake(connection, database, old, old.having([Unique("", "t", "uq", ("a",))]))
    run(connection, "INSERT INTO t (a) VALUES (9)")
    assert rows(connection, "SELECT id FROM t") == [(4,)]
    assert rows(connection, "SELECT name FROM sqlite_sequence") == [("t",)]


def test_rows_of_child_tables_survive(tmp_path: Path) -> None:
    engine = sa.create_engine(f"sqlite:///{tmp_path}/t.db", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        database = SQLite(connection.dialect)
        assert database.before_a_script == ("PRAGMA foreign_keys=OFF",)
        run(
            connection,
            "PRAGMA foreign_keys=ON",
            "CREATE TABLE t (id INTEGER PRIMARY KEY, a)",
            "CREATE TABLE child (t INT REFERENCES t (id) ON DELETE CASCADE)",
            "INSERT INTO t VALUES (1, 1)",
            "INSERT INTO child VALUES (1)",
        )
        old = look(connection, database, "t")
        run(connection, "PRAGMA foreign_keys=OFF", "BEGIN")
        remake(connection, database, old, old.having([Unique("", "t", "uq", ("a",))]))
        assert rows(connection, database.foreign_key_check) == []
        run(connection, "COMMIT", "PRAGMA foreign_keys=ON")
        assert rows(connection, "SELECT * FROM child") == [(1,)]
        assert look(connection, database, "child").each(ForeignKey)[0].target_table == "t"
    engine.dispose()


def test_a_rebuild_can_be_undone(tmp_path: Path) -> None:
    engine = sa.create_engine(f"sqlite:///{tmp_path}/t.db", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        database = SQLite(connection.dialect)
        run(connection, "CREATE TABLE t (id INTEGER PRIMARY KEY, a)", "INSERT INTO t VALUES (1, 1)")
        old = look(connection, database, "t")
        run(connection, "BEGIN")
        remake(connection, database, old, old.having([Unique("", "t", "uq", ("a",))]))
        run(connection, "ROLLBACK")
        assert look(connection, database, "t") == old
        assert rows(connection, "SELECT * FROM t") == [(1, 1)]
    engine.dispose()


def test_a_primary_key_is_widened_and_without_rowid_kept(
    connection: Connection, database: SQLite
) -> None:
    run(
        connection,
        "CREATE TABLE t (a INT, b INT NOT NULL, PRIMARY KEY (a)) WITHOUT ROWID, STRICT",
        "INSERT INTO t VALUES (1, 2)",
    )
    old = look(connection, database, "t")
    new = old.having([PrimaryKey("", "t", "pk", ("a", "b"))])
    remake(connection, database, old, new)
    again = look(connection, database, "t")
    assert again == new
    assert again[table_key("", "t")] == Table(
        "", "t", options=(("strict", "True"), ("with_rowid", "False"))
    )


def test_a_table_of_an_attached_schema_is_made_anew_there(
    connection: Connection, database: SQLite
) -> None:
    run(
        connection,
        "ATTACH ':memory:' AS other",
        "CREATE TABLE other.t (id INTEGER PRIMARY KEY AUTOINCREMENT, a)",
        "CREATE INDEX other.ix ON t (a)",
        "CREATE TRIGGER other.tr AFTER INSERT ON t BEGIN DELETE FROM t WHERE a = NEW.id; END",
        "INSERT INTO other.t (a) VALUES (5)",
    )
    old = look(connection, database, "t", "other")
    new = old.having([Unique("other", "t", "uq", ("a",))])
    remake(connection, database, old, new)
    assert look(connection, database, "t", "other") == new
    assert rows(connection, "SELECT * FROM other.t") == [(1, 5)]
    assert rows(connection, "SELECT count(*) FROM other.sqlite_master WHERE type = 'trigger'") == [
        (1,)
    ]


def test_constraints_of_one_name_are_all_kept(connection: Connection, database: SQLite) -> None:
    run(
        connection,
        "CREATE TABLE t (a, b, CONSTRAINT c CHECK (a > 1), CONSTRAINT c CHECK (a < 9), "
        "CONSTRAINT c UNIQUE (a), CONSTRAINT c UNIQUE (b), CONSTRAINT c FOREIGN KEY (a) REFERENCES t (b), "
        "CONSTRAINT c FOREIGN KEY (b) REFERENCES t (a))",
    )
    old = look(connection, database, "t")
    assert not old.gaps
    remake(connection, database, old, old)
    assert look(connection, database, "t") == old
    assert len(list(old.each(Check))) == len(list(old.each(Unique))) == 2
    assert len(list(old.each(ForeignKey))) == 2


def test_a_rename_reaches_checks_expressions_and_conditions_of_the_table(
    connection: Connection, database: SQLite
) -> None:
    run(
        connection,
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT, g AS (abs(a)), CHECK (a <> 'a'), UNIQUE (a DESC))",
        'CREATE INDEX ix ON t (lower("a")) WHERE A > 0',
        "INSERT INTO t (id, a) VALUES (1, 2)",
    )
    old = look(connection, database, "t")
    column, unique = old[column_key("", "t", "a")], old.each(Unique)[0]
    new = old.without([column.key, unique.key]).having(
        [replace(column, name="x y"), replace(unique, columns=("x y",))]  # type: ignore[call-arg,arg-type]
    )
    remake(connection, database, old, new, {"x y": "a"})
    again = look(connection, database, "t")
    assert [check.sql.text for check in again.each(Check)] == ["\"x y\" <> 'a'"]
    assert rows(connection, 'SELECT id, "x y", g FROM t') == [(1, 2, 2)]
    assert not again.gaps


@pytest.mark.parametrize(
    "column",
    [
        sa.Column("c", sa.Integer),
        sa.Column("c", sa.Text, server_default="it's", nullable=False),
        sa.Column("c", sa.Integer, server_default=sa.text("-1")),
        sa.Column("c", sa.Integer, sa.Computed("id + 1", persisted=False)),
        sa.Column("c", sa.Integer, nullable=False),
        sa.Column("c", sa.Integer, server_default=sa.text("(1 + 2)")),
        sa.Column("c", sa.DateTime, server_default=sa.func.now()),
        sa.Column("c", sa.Integer, server_default=sa.text("NULL"), nullable=False),
        sa.Column("c", sa.Integer, sa.Computed("id + 1", persisted=True)),
    ],
    ids=repr,
)
def test_a_column_is_added_in_place_where_sqlite_takes_it(
    column: sa.Column[object], connection: Connection, database: SQLite
) -> None:
    run(connection, "CREATE TABLE t (id INTEGER PRIMARY KEY)", "INSERT INTO t VALUES (1)")
    sa.Table("t", sa.MetaData(), sa.Column("id", sa.Integer), added := column._copy())
    try:
        run(connection, f"ALTER TABLE t ADD COLUMN {database.column_sql(added)}")
    except sa.exc.OperationalError:
        assert not database.adds_in_place(added)
    else:
        assert database.adds_in_place(added)


@pytest.mark.parametrize(
    ("words", "statement"),
    [
        ("c INT", ""),
        ("c INT CHECK (c > 0)", ""),
        ("c INT UNIQUE", ""),
        ("c INT, CHECK (C > 0)", ""),
        ("c INT, g AS (c + 1)", ""),
        ("c INT REFERENCES t", ""),
        ("c INT", "CREATE INDEX ix ON t (a) WHERE c > 0"),
        ("c INT", "CREATE TRIGGER tr AFTER INSERT ON t BEGIN DELETE FROM t WHERE c = 1; END"),
    ],
)
def test_a_column_is_dropped_in_place_only_where_sqlite_lets_it(
    words: str, statement: str, connection: Connection, database: SQLite
) -> None:
    run(connection, f"CREATE TABLE t (a INT, {words})", *filter(None, [statement]))
    allowed = database.drops_in_place("c", look(connection, database, "t"))
    try:
        run(connection, "ALTER TABLE t DROP COLUMN c")
    except sa.exc.OperationalError:
        assert not allowed
