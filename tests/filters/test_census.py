"""What is in a database beside the models is counted and listed, and never proposed for dropping."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from schemadiff.autogenerate import compare_metadata
from schemadiff.cli import CommandLine
from schemadiff.dialects.registry import database_for
from schemadiff.migration import MigrationContext
from schemadiff.model import Unmodelled

POSTGRESQL = [
    "CREATE TABLE t (a int, at date) PARTITION BY RANGE (at)",
    "CREATE TABLE t_one PARTITION OF t FOR VALUES FROM ('2020-01-01') TO ('2021-01-01')",
    "CREATE VIEW v AS SELECT 1 AS one",
    "CREATE MATERIALIZED VIEW mv AS SELECT 1 AS one",
    "CREATE FUNCTION f(n int) RETURNS int LANGUAGE sql AS 'SELECT n'",
    "CREATE PROCEDURE p() LANGUAGE sql AS 'SELECT 1'",
    "CREATE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int)",
    "CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "CREATE TRIGGER tg BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION tf()",
    "CREATE RULE r AS ON DELETE TO t DO ALSO NOTHING",
    "CREATE POLICY mine ON t USING (a > 0)",
    "CREATE OPERATOR === (FUNCTION = int4eq, LEFTARG = int, RIGHTARG = int)",
    "CREATE TYPE pair AS (a int, b int)",
    "CREATE TYPE mood AS ENUM ('a')",
    "CREATE TYPE span AS RANGE (SUBTYPE = int)",
    'CREATE COLLATION mine (locale = "C")',
    "CREATE STATISTICS st ON a, at FROM t",
    "CREATE EXTENSION btree_gist",
    "CREATE SEQUENCE sq",
    "CREATE SCHEMA other",
    "CREATE TABLE other.u (id serial PRIMARY KEY)",
]


def census(connection: sa.Connection) -> list[str]:
    database = database_for(connection.dialect)
    database.meet(connection)
    return [f"{one.kind}: {one.where}" for one in database.census(connection)]


def test_postgresql_lists_what_people_have_made(postgresql_engine: sa.Engine) -> None:
    with postgresql_engine.begin() as connection:
        for statement in POSTGRESQL:
            connection.exec_driver_sql(statement, None, {"no_parameters": True})
        found = census(connection)
        proposed = compare_metadata(MigrationContext.configure(connection), sa.MetaData())
        assert [(diff[0], diff[1].name) for diff in proposed] == [("remove_table", "t")]
    assert found == sorted(
        [
            "aggregate: total(integer)",
            "collation: mine",
            "composite type: pair",
            "extension: btree_gist",
            "function: f(n integer)",
            "function: tf()",
            "materialized view: mv",
            "operator: === (integer, integer)",
            "partition: t_one",
            "policy: mine on t",
            "procedure: p()",
            "range type: span",
            "rule: r on t",
            "sequence: sq",
            "statistics: st",
            "table: other.u",
            "table: t",
            "trigger: tg on t",
            "type: mood",
            "view: v",
        ]
    )


def test_mariadb_lists_what_people_have_made(mariadb_engine: sa.Engine) -> None:
    statements = [
        "CREATE TABLE t (a int)",
        "CREATE VIEW v AS SELECT 1 AS one",
        "CREATE TRIGGER tg BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1",
        "CREATE FUNCTION f() RETURNS int RETURN 1",
        "CREATE PROCEDURE p() SELECT 1",
        "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DISABLE DO SELECT 1",
        "CREATE SEQUENCE sq",
    ]
    with mariadb_engine.connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
        assert census(connection) == [
            "event: e",
            "function: f",
            "procedure: p",
            "sequence: sq",
            "table: t",
            "trigger: tg on t",
            "view: v",
        ]


def test_sqlite_lists_what_people_have_made(sqlite_engine: sa.Engine) -> None:
    statements = [
        "CREATE TABLE t (a int)",
        "CREATE VIEW v AS SELECT 1 AS one",
        "CREATE TRIGGER tg AFTER INSERT ON t BEGIN SELECT 1; END",
    ]
    with sqlite_engine.connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
        assert census(connection) == ["table: t", "trigger: tg on t", "view: v"]


@pytest.fixture
def check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str]]:
    """``schemadiff check`` of a database with a view, beside models without a table."""
    monkeypatch.chdir(tmp_path)
    engine = sa.create_engine("sqlite:///app.db")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE VIEW summary AS SELECT 1 AS one")
    engine.dispose()
    Path("census_models.py").write_text("import sqlalchemy as sa\nmetadata = sa.MetaData()\n")
    monkeypatch.syspath_prepend(str(tmp_path))

    def run(*more: str) -> tuple[int, str]:
        capsys.readouterr()
        where = ("--url", "sqlite:///app.db", "--metadata", "census_models:metadata")
        code = CommandLine().run(("check", *where, *more))
        return code, capsys.readouterr().out

    return run


def test_check_lists_it_on_request(check: Callable[..., tuple[int, str]]) -> None:
    assert "summary" not in check()[1]
    code, page = check("--census")
    assert code == 0
    assert "1 view   summary" in page
    code, document = check("--census", "--format", "json")
    assert json.loads(document)["census"] == [
        {"kind": "view", "schema": "", "name": "summary", "table": ""}
    ]
    assert "census" not in json.loads(check("--format", "json")[1])


def test_what_a_snapshot_knows_is_told_by_its_key() -> None:
    assert [str(key) for key in Unmodelled("table", "shop", "account").keys] == ["shop.account"]
    assert Unmodelled("view", "shop", "account").keys == ()
