"""What ``batch_alter_table`` is told beside its operations, argument by argument, and what a rebuild must not break."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from schemadiff.dialects.terms import Unsupported
from schemadiff.migration import MigrationContext
from schemadiff.operations import BatchOperations, Operations

from .test_operations import made, tables

BEFORE = (
    "CREATE TABLE u (id INTEGER NOT NULL PRIMARY KEY)",
    "CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY, a TEXT, b INTEGER REFERENCES u (id), CHECK (b < 9))",
    "CREATE TRIGGER tr AFTER UPDATE OF a ON t WHEN new.a > '0' BEGIN UPDATE t SET b = 1 WHERE a = old.a; END",
    "CREATE VIEW v AS SELECT id, b FROM t",
    "INSERT INTO u VALUES (1)",
    "INSERT INTO t VALUES (1, 'one', 1)",
)
COLUMNS = ("id INTEGER NOT NULL PRIMARY KEY", "a TEXT", "b INTEGER REFERENCES u (id)")
REQUIRED = "a TEXT NOT NULL"
CHECK = "CHECK (b < 9)"
CONVENTION = {
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "pk": "pk_%(table_name)s",
}
Step = Callable[[BatchOperations], object]


def t(*items: str, options: str = "") -> str:
    """CREATE TABLE t."""
    return f"CREATE TABLE t ({', '.join(items)}){options}"


def require(batch: BatchOperations) -> None:
    """Column ``a`` becomes NOT NULL, for which the table is made anew."""
    batch.alter_column("a", nullable=False)


def nothing(batch: BatchOperations) -> None:
    """Nothing."""


def copied() -> sa.Table:
    """The table, handed over."""
    return sa.Table(
        "t",
        sa.MetaData(),
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("a", sa.Text),
        sa.Column("b", sa.Integer),
        sa.UniqueConstraint("a", name="uq"),
    )


@dataclass(frozen=True, slots=True)
class Case:
    """A batch, and the tables that are to be there afterwards beside ``u``."""

    step: Step
    tables: tuple[str, ...]
    arguments: Mapping[str, Any] = field(default_factory=dict)
    table: str = "t"


CASES: Mapping[str, Case] = {
    "nothing but recreate": Case(nothing, (t(*COLUMNS, CHECK),), {"recreate": "always"}),
    "recreate never, in place": Case(
        lambda batch: batch.add_column(sa.Column("n", sa.Integer)),
        (t(*COLUMNS, "n INTEGER", CHECK),),
        {"recreate": "never"},
    ),
    "copy_from": Case(
        lambda batch: batch.drop_constraint("uq", type_="unique"),
        (t(COLUMNS[0], "a TEXT", "b INTEGER"),),
        {"copy_from": copied()},
    ),
    "table_args, of a new column too": Case(
        lambda batch: batch.add_column(sa.Column("n", sa.Integer)),
        (
            t(*COLUMNS, "n INTEGER", CHECK, "CONSTRAINT ck CHECK (n > 0)", "UNIQUE (a, n)"),
            "CREATE INDEX ix_n ON t (n)",
        ),
        {
            "table_args": (
                sa.CheckConstraint("n > 0", name="ck"),
                sa.UniqueConstraint("a", "n"),
                sa.Index("ix_n", "n"),
            )
        },
    ),
    "table_kwargs: the key counts": Case(
        require,
        (t(f"{COLUMNS[0]} AUTOINCREMENT", REQUIRED, COLUMNS[2], CHECK),),
        {"table_kwargs": {"sqlite_autoincrement": True}},
    ),
    "table_kwargs: kind of table": Case(
        nothing,
        (t(*COLUMNS, CHECK, options=" STRICT, WITHOUT ROWID"),),
        {"table_kwargs": {"sqlite_strict": True, "sqlite_with_rowid": False}},
    ),
    "table_kwargs of another database": Case(
        require,
        (t(COLUMNS[0], REQUIRED, COLUMNS[2], CHECK),),
        {"table_kwargs": {"mysql_engine": "InnoDB", "comment": "kept by none"}},
    ),
    "reflect_args": Case(
        lambda batch: batch.add_column(sa.Column("n", sa.Integer, unique=True)),
        (t(COLUMNS[0], "a VARCHAR(7) NOT NULL", COLUMNS[2], "n INTEGER", CHECK, "UNIQUE (n)"),),
        {"reflect_args": [sa.Column("a", sa.String(7), nullable=False)], "reflect_kwargs": {}},
    ),
    "naming_convention, though it cannot name the CHECK": Case(
        lambda batch: batch.drop_constraint("fk_t_b", type_="foreignkey"),
        (
            t(
                "id INTEGER NOT NULL",
                "a TEXT",
                "b INTEGER",
                "CONSTRAINT pk_t PRIMARY KEY (id)",
                CHECK,
            ),
        ),
        {"naming_convention": CONVENTION},
    ),
    "partial_reordering": Case(
        lambda batch: batch.add_column(sa.Column("n", sa.Integer)),
        (t(COLUMNS[0], "n INTEGER", COLUMNS[2], COLUMNS[1], CHECK),),
        {"partial_reordering": [("n", "b", "a")]},
    ),
    "insert_before and insert_after": Case(
        lambda batch: (
            batch.add_column(sa.Column("n", sa.Integer), insert_before="a"),
            batch.alter_column("b", insert_after="n", new_column_name="c"),
        ),
        (t(COLUMNS[0], "n INTEGER", "c INTEGER REFERENCES u (id)", "a TEXT", "CHECK (c < 9)"),),
    ),
    "a column that a trigger says is renamed and changed": Case(
        lambda batch: batch.alter_column("a", new_column_name="z", nullable=False),
        (t(COLUMNS[0], "z TEXT NOT NULL", COLUMNS[2], CHECK),),
    ),
    "what has gone with its column is dropped once more": Case(
        lambda batch: (
            batch.add_column(sa.Column("n", sa.Integer)),
            batch.create_index("ix_n", ["n"]),
            batch.create_unique_constraint("uq_n", ["n"]),
            batch.drop_column("n"),
            batch.drop_index("ix_n"),
            batch.drop_constraint("uq_n", type_="unique"),
        ),
        (t(*COLUMNS, CHECK),),
    ),
    "names in another case": Case(
        lambda batch: (
            batch.alter_column("A", nullable=False),
            batch.drop_constraint(None, "check", condition=CHECK[7:-1]),
        ),
        (t(COLUMNS[0], REQUIRED, COLUMNS[2]),),
        table="T",
    ),
}


@pytest.fixture
def engine(tmp_path: Path) -> sa.Engine:
    return made(tmp_path / "now.db", *BEFORE)


def batched(engine: sa.Engine, step: Step, table: str = "t", **arguments: Any) -> None:
    """Carries out one batch."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        with (
            context.begin_transaction(),
            Operations.context(context) as op,
            op.batch_alter_table(table, **arguments) as batch,
        ):
            step(batch)


def read(engine: sa.Engine, sql: str) -> list[tuple[Any, ...]]:
    """What a query gives."""
    with engine.connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(sql)]


@pytest.mark.parametrize("name", CASES)
def test_a_batch_heeds_its_arguments_and_keeps_rows_triggers_and_views(
    name: str, engine: sa.Engine, tmp_path: Path
) -> None:
    case = CASES[name]
    batched(engine, case.step, case.table, **case.arguments)
    wanted = made(tmp_path / "wanted.db", BEFORE[0], *case.tables)
    assert tables(engine) == tables(wanted)
    assert _columns(engine) == _columns(wanted)
    assert read(engine, "SELECT id, 'one' FROM t") == [(1, "one")]
    assert read(engine, "SELECT * FROM v") == [(1, 1)]
    assert read(engine, "SELECT name FROM sqlite_master WHERE type = 'trigger'") == [("tr",)]


def _columns(engine: sa.Engine) -> list[str]:
    return [str(column["name"]) for column in sa.inspect(engine).get_columns("t")]


REFUSED: Mapping[str, tuple[Step, Mapping[str, Any], str]] = {
    "alter_column": (require, {"recreate": "never"}, "which recreate='never' forbids"),
    "a constraint": (
        lambda batch: batch.create_unique_constraint("uq", ["a"]),
        {"recreate": "never"},
        "create_unique_constraint on table 't': sqlite has no statement for it",
    ),
    "a UNIQUE that waits": (
        lambda batch: batch.create_unique_constraint("uq", ["a"], deferrable=True),
        {},
        "sqlite checks every unique constraint at once: uq of t cannot be deferrable",
    ),
    "a column of a view": (
        lambda batch: (batch.drop_column("b"), require(batch)),
        {},
        "error in view v: no such column: b",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_batch_that_cannot_be_is_refused_and_leaves_all_as_it_was(
    name: str, engine: sa.Engine
) -> None:
    step, arguments, said = REFUSED[name]
    before = read(engine, "SELECT sql FROM sqlite_master")
    with pytest.raises((Unsupported, sa.exc.OperationalError), match=said):
        batched(engine, step, **arguments)
    assert read(engine, "SELECT sql FROM sqlite_master") == before


def test_a_table_that_loses_its_rowid_counts_no_longer(tmp_path: Path) -> None:
    engine = made(tmp_path / "now.db", "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a)")
    batched(engine, nothing, table_kwargs={"sqlite_with_rowid": False})
    sql = read(engine, "SELECT sql FROM sqlite_master WHERE name = 't'")[0][0]
    assert sql.endswith("WITHOUT ROWID")
    assert "AUTOINCREMENT" not in sql


def test_of_constraints_with_one_name_the_one_that_is_told_goes(tmp_path: Path) -> None:
    checks = "CONSTRAINT c CHECK (a > 1), CONSTRAINT c CHECK (a < 9)"
    engine = made(tmp_path / "now.db", f"CREATE TABLE t (id INTEGER PRIMARY KEY, a INT, {checks})")
    with pytest.raises(ValueError, match="2 constraints are called 'c': say"):
        batched(engine, lambda batch: batch.drop_constraint("c", type_="check"))
    batched(engine, lambda batch: batch.drop_constraint("c", type_="check", condition="a < 9"))
    sql = read(engine, "SELECT sql FROM sqlite_master WHERE name = 't'")[0][0]
    assert "a > 1" in sql
    assert "a < 9" not in sql


def test_options_of_a_table_change_one_by_one(tmp_path: Path) -> None:
    engine = made(tmp_path / "now.db", "CREATE TABLE t (id INTEGER PRIMARY KEY) STRICT")
    batched(engine, nothing, table_kwargs={"sqlite_autoincrement": True})
    batched(engine, nothing, table_kwargs={"sqlite_autoincrement": False})
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        with context.begin_transaction(), Operations.context(context) as op:
            op.alter_table_options("t", sqlite_with_rowid=False)
    sql = read(engine, "SELECT sql FROM sqlite_master WHERE name = 't'")[0][0]
    assert sql.endswith("WITHOUT ROWID, STRICT")
    assert "AUTOINCREMENT" not in sql
