"""Every operation on SQLite: afterwards the database reads like one that was made that way, and keeps its rows."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa

from schemadiff.dialects.base import Scope
from schemadiff.dialects.registry import database_for
from schemadiff.dialects.terms import Unsupported
from schemadiff.migration import MigrationContext
from schemadiff.model import Snapshot
from schemadiff.operations import Operations
from schemadiff.operations.operation import CannotRebuild

Op = Operations
BEFORE = (
    "CREATE TABLE u (id INTEGER NOT NULL PRIMARY KEY)",
    "CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY, a VARCHAR(10), b INTEGER, CONSTRAINT ck_b CHECK (b < 9))",
    "CREATE INDEX ix_a ON t (a)",
    "CREATE TRIGGER tr AFTER INSERT ON u BEGIN UPDATE t SET b = new.id; END",
    "CREATE VIEW v AS SELECT a FROM t",
    "INSERT INTO u VALUES (1)",
    "INSERT INTO t (id, a, b) VALUES (1, 'one', 1), (2, 'two', 1)",
)
COLUMNS = "id INTEGER NOT NULL PRIMARY KEY, a VARCHAR(10), b INTEGER"
CHECK = "CONSTRAINT ck_b CHECK (b < 9)"
IX = "CREATE INDEX ix_a ON t (a)"


@dataclass(frozen=True, slots=True)
class Case:
    """What is done, and the tables that are to be there afterwards beside ``u``."""

    step: Callable[[Op], object]
    tables: tuple[str, ...]
    writable: bool | None = True
    """Whether a script can say it, which sees no table; None if it says what SQLite then refuses."""


def t(*more: str, columns: str = COLUMNS, check: str = CHECK) -> str:
    """CREATE TABLE t with something more."""
    return f"CREATE TABLE t ({', '.join(filter(None, (columns, check, *more)))})"


def at_t(*columns: str) -> str:
    """CREATE TABLE t with columns more."""
    return t(columns=", ".join((COLUMNS, *columns)))


def _filled_then_plain(op: Op) -> None:
    with op.batch_alter_table("t") as batch:
        batch.add_column(sa.Column("n", sa.String(5), server_default="x", nullable=False))
        batch.alter_column("n", server_default=None)


def _reordered(op: Op) -> None:
    with op.batch_alter_table("t", recreate="always") as batch:
        batch.add_column(sa.Column("n", sa.Integer), insert_after="id")


CASES: Mapping[str, Case] = {
    "create_table": Case(
        lambda op: op.create_table(
            "n",
            sa.Column("id", sa.Integer, primary_key=True),
            sa.Column(
                "e", sa.Enum("x", "y", name="en", create_constraint=True), comment="kept by none"
            ),
            sa.Column("u_id", sa.Integer, sa.ForeignKey("u.id", name="fk_u", use_alter=True)),
            sa.UniqueConstraint("e", name="uq_e"),
            sa.Index("ix_n", "e", unique=True),
            comment="kept by none",
            if_not_exists=True,
        ),
        (
            t(),
            IX,
            "CREATE TABLE n (id INTEGER NOT NULL PRIMARY KEY, e VARCHAR(1), u_id INTEGER, "
            "CONSTRAINT fk_u FOREIGN KEY(u_id) REFERENCES u (id), CONSTRAINT uq_e UNIQUE (e), "
            "CONSTRAINT en CHECK (e IN ('x', 'y')))",
            "CREATE UNIQUE INDEX ix_n ON n (e)",
        ),
    ),
    "drop_table": Case(lambda op: op.drop_table("t"), ()),
    "drop_table if_exists": Case(lambda op: op.drop_table("none", if_exists=True), (t(), IX)),
    "rename_table": Case(
        lambda op: (
            op.execute("DROP TRIGGER tr"),
            op.execute("DROP VIEW v"),
            op.rename_table("t", "t2"),
        ),
        (t().replace(" t ", " t2 "), "CREATE INDEX ix_a ON t2 (a)"),
    ),
    "add_column": Case(
        lambda op: op.add_column("t", sa.Column("n", sa.Integer)), (at_t("n INTEGER"), IX)
    ),
    "add_column with a default": Case(
        lambda op: op.add_column(
            "t", sa.Column("n", sa.Integer, nullable=False, server_default="3")
        ),
        (at_t("n INTEGER DEFAULT '3' NOT NULL"), IX),
    ),
    "add_column with an index": Case(
        lambda op: op.add_column("t", sa.Column("n", sa.Integer, index=True)),
        (at_t("n INTEGER"), IX, "CREATE INDEX ix_t_n ON t (n)"),
    ),
    "add_column of an enumeration": Case(
        lambda op: op.add_column(
            "t", sa.Column("n", sa.Enum("x", name="en", create_constraint=True))
        ),
        (at_t("n VARCHAR(1) CONSTRAINT en CHECK (n IN ('x'))"), IX),
    ),
    "add_column with a CHECK": Case(
        lambda op: op.add_column("t", sa.Column("n", sa.Integer, sa.CheckConstraint("n > 0"))),
        (at_t("n INTEGER CHECK (n > 0)"), IX),
    ),
    "add_column with a foreign key": Case(
        lambda op: op.add_column("t", sa.Column("n", sa.Integer, sa.ForeignKey("u.id"))),
        (at_t("n INTEGER REFERENCES u (id)"), IX),
    ),
    "add_column with inline_references": Case(
        lambda op: op.add_column(
            "t", sa.Column("n", sa.Integer, sa.ForeignKey("u.id")), inline_references=True
        ),
        (at_t("n INTEGER REFERENCES u (id)"), IX),
    ),
    "add_column with inline_references of a key with a name": Case(
        lambda op: op.add_column(
            "t",
            sa.Column("n", sa.Integer, sa.ForeignKey("u.id", name="fk")),
            inline_references=True,
        ),
        (at_t("n INTEGER", "CONSTRAINT fk FOREIGN KEY(n) REFERENCES u (id)"), IX),
        writable=False,
    ),
    "add_column with inline_primary_key": Case(
        lambda op: (
            op.create_table("k", sa.Column("a", sa.Integer)),
            op.add_column(
                "k", sa.Column("id", sa.Integer, primary_key=True), inline_primary_key=True
            ),
        ),
        (t(), IX, "CREATE TABLE k (a INTEGER, id INTEGER NOT NULL PRIMARY KEY)"),
        writable=False,
    ),
    "alter_column to the identity that a key has anyway": Case(
        lambda op: op.alter_column("t", "id", server_default=sa.Identity()),
        (t(), IX),
        writable=False,
    ),
    "alter_column insert_after": Case(
        lambda op: op.alter_column("t", "a", insert_after="b"),
        (t(columns="id INTEGER NOT NULL PRIMARY KEY, b INTEGER, a VARCHAR(10)"), IX),
        writable=False,
    ),
    "add_column with a named foreign key": Case(
        lambda op: op.add_column("t", sa.Column("n", sa.Integer, sa.ForeignKey("u.id", name="fk"))),
        (t("CONSTRAINT fk FOREIGN KEY (n) REFERENCES u (id)", columns=f"{COLUMNS}, n INTEGER"), IX),
        writable=False,
    ),
    "add_column unique": Case(
        lambda op: op.add_column("t", sa.Column("n", sa.Integer, unique=True)),
        (t("UNIQUE (n)", columns=f"{COLUMNS}, n INTEGER"), IX),
        writable=False,
    ),
    "add_column that counts the time": Case(
        lambda op: op.add_column("t", sa.Column("n", sa.DateTime, server_default=sa.func.now())),
        (at_t("n DATETIME DEFAULT CURRENT_TIMESTAMP"), IX),
        writable=False,
    ),
    "add_column computed": Case(
        lambda op: op.add_column(
            "t", sa.Column("n", sa.Integer, sa.Computed("b + 1", persisted=False))
        ),
        (at_t("n INTEGER GENERATED ALWAYS AS (b + 1) VIRTUAL"), IX),
    ),
    "add_column stored": Case(
        lambda op: op.add_column(
            "t", sa.Column("n", sa.Integer, sa.Computed("b + 1", persisted=True))
        ),
        (at_t("n INTEGER GENERATED ALWAYS AS (b + 1) STORED"), IX),
        writable=False,
    ),
    "add_column if_not_exists, there": Case(
        lambda op: op.add_column("t", sa.Column("a", sa.Integer), if_not_exists=True),
        (t(), IX),
        writable=False,
    ),
    "add_column if_not_exists, not there": Case(
        lambda op: op.add_column("t", sa.Column("n", sa.Integer), if_not_exists=True),
        (at_t("n INTEGER"), IX),
        writable=False,
    ),
    "a column that is filled and then has no default": Case(
        _filled_then_plain, (at_t("n VARCHAR(5) NOT NULL"), IX), writable=False
    ),
    "insert_after": Case(
        _reordered,
        (t(columns=COLUMNS.replace(", a", ", n INTEGER, a")), IX),
        writable=False,
    ),
    "drop_column": Case(
        lambda op: (op.execute("DROP VIEW v"), op.drop_index("ix_a"), op.drop_column("t", "a")),
        (t(columns=COLUMNS.replace(" a VARCHAR(10),", "")),),
    ),
    "drop_column with its index": Case(
        lambda op: (op.execute("DROP VIEW v"), op.drop_column("t", "a")),
        (t(columns=COLUMNS.replace(" a VARCHAR(10),", "")),),
        writable=None,
    ),
    "drop_column if_exists": Case(
        lambda op: op.drop_column("t", "none", if_exists=True), (t(), IX), writable=False
    ),
    "alter_column nullable": Case(
        lambda op: op.alter_column("t", "a", nullable=False),
        (t(columns=COLUMNS.replace("(10)", "(10) NOT NULL")), IX),
        writable=False,
    ),
    "alter_column server_default": Case(
        lambda op: op.alter_column("t", "a", server_default="it's 5%"),
        (t(columns=COLUMNS.replace("(10)", "(10) DEFAULT 'it''s 5%'")), IX),
        writable=False,
    ),
    "alter_column type_": Case(
        lambda op: op.alter_column("t", "a", type_=sa.String(80), existing_type=sa.String(10)),
        (t(columns=COLUMNS.replace("(10)", "(80)")), IX),
        writable=False,
    ),
    "alter_column comment": Case(
        lambda op: op.alter_column("t", "a", comment="kept by none"), (t(), IX), writable=False
    ),
    "alter_column new_column_name": Case(
        lambda op: (op.execute("DROP VIEW v"), op.alter_column("t", "a", new_column_name="c")),
        (t(columns=COLUMNS.replace(" a ", " c ")), "CREATE INDEX ix_a ON t (c)"),
    ),
    "alter_column of everything": Case(
        lambda op: (
            op.execute("DROP VIEW v"),
            op.alter_column(
                "t", "a", new_column_name="c", type_=sa.Text(), nullable=False, server_default="x"
            ),
        ),
        (
            t(columns=COLUMNS.replace(" a VARCHAR(10)", " c TEXT DEFAULT 'x' NOT NULL")),
            "CREATE INDEX ix_a ON t (c)",
        ),
        writable=False,
    ),
    "create_index": Case(
        lambda op: op.create_index(
            "ix_n",
            "t",
            ["a", sa.text("b DESC")],
            unique=True,
            if_not_exists=True,
            sqlite_where=sa.text("b > 0"),
        ),
        (t(), IX, "CREATE UNIQUE INDEX ix_n ON t (a, b DESC) WHERE b > 0"),
    ),
    "drop_index": Case(lambda op: op.drop_index("ix_a", "t"), (t(),)),
    "drop_index if_exists": Case(lambda op: op.drop_index("none", "t", if_exists=True), (t(), IX)),
    "rename_index": Case(
        lambda op: op.rename_index("t", "ix_a", "ix_z"),
        (t(), "CREATE INDEX ix_z ON t (a)"),
        writable=False,
    ),
    "create_primary_key": Case(
        lambda op: op.create_primary_key("pk", "t", ["id", "b"]),
        (t("CONSTRAINT pk PRIMARY KEY (id, b)", columns=COLUMNS.replace(" PRIMARY KEY", "")), IX),
        writable=False,
    ),
    "create_unique_constraint": Case(
        lambda op: op.create_unique_constraint("uq", "t", ["a", "b"], sqlite_on_conflict="IGNORE"),
        (t("CONSTRAINT uq UNIQUE (a, b) ON CONFLICT IGNORE"), IX),
        writable=False,
    ),
    "create_check_constraint": Case(
        lambda op: op.create_check_constraint("ck", "t", "a <> '100%'"),
        (t("CONSTRAINT ck CHECK (a <> '100%')"), IX),
        writable=False,
    ),
    "create_foreign_key": Case(
        lambda op: op.create_foreign_key(
            "fk",
            "t",
            "u",
            ["b"],
            ["id"],
            ondelete="CASCADE",
            onupdate="SET NULL",
            deferrable=True,
            initially="DEFERRED",
        ),
        (
            t(
                "CONSTRAINT fk FOREIGN KEY (b) REFERENCES u (id) ON DELETE CASCADE ON UPDATE SET NULL "
                "DEFERRABLE INITIALLY DEFERRED"
            ),
            IX,
        ),
        writable=False,
    ),
    "drop_constraint": Case(
        lambda op: op.drop_constraint("ck_b", "t", "check"), (t(check=""), IX), writable=False
    ),
    "drop_constraint if_exists": Case(
        lambda op: op.drop_constraint("none", "t", if_exists=True), (t(), IX), writable=False
    ),
    "rename_constraint": Case(
        lambda op: op.rename_constraint("t", "ck_b", "ck_z"),
        (t(check=CHECK.replace("ck_b", "ck_z")), IX),
        writable=False,
    ),
    "alter_table_options": Case(
        lambda op: op.alter_table_options("t", sqlite_with_rowid=False),
        (f"{t()} WITHOUT ROWID", IX),
        writable=False,
    ),
    "comments of a table": Case(
        lambda op: (op.create_table_comment("t", "kept by none"), op.drop_table_comment("t")),
        (t(), IX),
    ),
}


def made(path: Path, *statements: str) -> sa.Engine:
    """A database in which statements ran."""
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()
    return sa.create_engine(f"sqlite:///{path}", poolclass=sa.NullPool)


def tables(engine: sa.Engine) -> Snapshot:
    """What is in a database but ``u``; triggers belong to their tables."""
    with engine.connect() as connection:
        found = database_for(engine.dialect).read(connection, Scope())
    assert not found.gaps
    return found.without([key for key in found if "u" in (key.table, key.name)])


def rows(engine: sa.Engine) -> list[tuple[object, ...]]:
    """The rows of ``t`` under whatever name, by what every case leaves there."""
    with engine.connect() as connection:
        names = [n for n in sa.inspect(connection).get_table_names() if n in ("t", "t2")]
        return [
            tuple(row)
            for n in names
            for row in connection.exec_driver_sql(f"SELECT id, b FROM {n}")
        ]


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest) -> Case:
    return CASES[request.param]


def test_online_an_operation_does_what_it_says_and_keeps_the_rows(
    case: Case, tmp_path: Path
) -> None:
    engine = made(tmp_path / "now.db", *BEFORE)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        with context.begin_transaction(), Operations.context(context) as op:
            case.step(op)
    wanted = made(tmp_path / "wanted.db", BEFORE[0], *case.tables)
    assert tables(engine) == tables(wanted)
    assert rows(engine) in ([], [(1, 1), (2, 1)])
    assert bool(rows(engine)) == bool(case.tables)


@pytest.mark.skipif(not shutil.which("sqlite3"), reason="there is no sqlite3")
def test_a_script_run_by_sqlite3_does_the_same_or_names_the_operation(
    case: Case, tmp_path: Path
) -> None:
    script = tmp_path / "script.sql"
    with script.open("w", encoding="utf-8") as buffer:
        options = {"as_sql": True, "output_buffer": buffer}
        context = MigrationContext.configure(dialect_name="sqlite", opts=options)
        with context.begin_transaction(), Operations.context(context) as op:
            if case.writable is False:
                with pytest.raises(Unsupported, match=r"table '[tk]'|sqlite has no IF"):
                    case.step(op)
                return
            case.step(op)
    engine = made(tmp_path / "now.db", *BEFORE)
    ran = subprocess.run(
        ["sqlite3", "-bail", str(tmp_path / "now.db")],
        input=script.read_text(encoding="utf-8"),
        text=True,
        capture_output=True,
    )
    assert (ran.returncode == 0) == bool(case.writable), ran.stderr
    if not case.writable:
        return
    wanted = made(tmp_path / "wanted.db", BEFORE[0], *case.tables)
    assert tables(engine) == tables(wanted)
    assert bool(rows(engine)) == bool(case.tables)


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (lambda op: op.create_schema("s"), "attach a database"),
        (lambda op: op.drop_schema("s"), "detach the database"),
        (lambda op: op.create_sequence(sa.Sequence("s")), "no sequences: s"),
        (lambda op: op.drop_sequence("s"), "no sequences: s"),
        (lambda op: op.create_enum("e", ["x"]), "no enumerations"),
        (lambda op: op.create_exclude_constraint("x", "t", ("a", "=")), "EXCLUDE"),
        (
            lambda op: op.alter_column("t", "b", server_default=sa.Identity()),
            "no identity columns: t.b does not count",
        ),
        (
            lambda op: op.alter_column(
                "t", "b", autoincrement=True, existing_autoincrement=False, nullable=False
            ),
            "no identity columns: t.b does not count",
        ),
        (lambda op: op.alter_column("t", "b", sqlite_strict=True), "cannot change sqlite_strict"),
    ],
)
def test_what_sqlite_has_not_is_refused(
    step: Callable[[Op], object], said: str, tmp_path: Path
) -> None:
    engine = made(tmp_path / "now.db", *BEFORE)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        with (
            pytest.raises((Unsupported, CannotRebuild), match=said),
            context.begin_transaction(),
            Operations.context(context) as op,
        ):
            step(op)


def test_a_rebuild_in_a_script_keeps_the_rows_of_child_tables(tmp_path: Path) -> None:
    parent = sa.Table("u", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True))
    script = tmp_path / "script.sql"
    with script.open("w", encoding="utf-8") as buffer:
        options = {"as_sql": True, "output_buffer": buffer}
        context = MigrationContext.configure(dialect_name="sqlite", opts=options)
        with (
            context.begin_transaction(),
            Operations.context(context) as op,
            op.batch_alter_table("u", copy_from=parent, recreate="always") as batch,
        ):
            batch.add_column(sa.Column("n", sa.Integer))
    made(
        tmp_path / "now.db",
        "CREATE TABLE u (id INTEGER NOT NULL PRIMARY KEY)",
        "CREATE TABLE t (u_id INTEGER REFERENCES u (id) ON DELETE CASCADE)",
        "INSERT INTO u VALUES (1)",
        "INSERT INTO t VALUES (1)",
    )
    connection = sqlite3.connect(tmp_path / "now.db", isolation_level=None)
    connection.execute("PRAGMA foreign_keys=ON")
    connection.executescript(script.read_text(encoding="utf-8"))
    assert connection.execute("SELECT count(*) FROM t").fetchone() == (1,)
    assert connection.execute("SELECT id, n FROM u").fetchall() == [(1, None)]


def test_a_temporary_table_is_the_one_that_its_name_means(sqlite_engine: sa.Engine) -> None:
    with sqlite_engine.connect() as connection:
        context = MigrationContext.configure(connection)
        with context.begin_transaction(), Operations.context(context) as op:
            op.create_table("t", sa.Column("other", sa.Date))
            op.execute("CREATE TEMPORARY TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a INTEGER)")
            op.execute("INSERT INTO t (a) VALUES (1)")
            op.alter_column("t", "a", nullable=False, new_column_name="b")
            with op.batch_alter_table("T") as batch:
                batch.add_column(sa.Column("c", sa.Integer, server_default="3", nullable=False))
                batch.create_unique_constraint("uq", ["c"])
            op.create_index("ix", "t", ["b"])
            op.drop_column("t", "b")
            there = connection.exec_driver_sql("SELECT * FROM t").mappings().all()
            assert [dict(row) for row in there] == [{"id": 1, "c": 3}]
    assert [c["name"] for c in sa.inspect(sqlite_engine).get_columns("t")] == ["other"]
