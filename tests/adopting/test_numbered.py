"""A repository of SQLAlchemy-Migrate, adopted: its ten scripts run up and down, its numbers are ids."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa

from schemadiff.cli.commandline import CommandLine

REPOSITORY = Path(__file__).parents[2] / "fixtures" / "projects" / "numbered" / "my_repository"


def run(*argv: str) -> int:
    return CommandLine().run(argv)


def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: sa.Engine) -> Path:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(REPOSITORY, tmp_path / "my_repository")
    url = engine.url.render_as_string(hide_password=False)
    (tmp_path / "migrations" / "versions").mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text(
        f'[tool.schemadiff]\nscript_location = "migrations"\nurl = "{url}"\n'
    )
    return tmp_path / "migrations" / "versions"


@pytest.fixture(params=["sqlite", "postgresql"])
def shop(request: pytest.FixtureRequest) -> sa.Engine:
    found: sa.Engine = request.getfixturevalue(f"{request.param}_engine")
    return found


def test_ten_scripts_are_adopted_upgraded_and_downgraded(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    shop: sa.Engine,
    capsys: pytest.CaptureFixture[str],
) -> None:
    versions = project(tmp_path, monkeypatch, shop)
    assert run("adopt", "--from", "sqlalchemy-migrate", "my_repository", "--dry-run") == 0
    assert list(versions.iterdir()) == []
    assert run("adopt", "--from", "sqlalchemy-migrate", "my_repository") == 0
    assert "10 revisions" in capsys.readouterr().out
    assert "op.create_table(" in (versions / "001_Add_account_table.py").read_text()
    assert "account.c.email.drop()" in (versions / "002_Add_email_column.py").read_text()
    assert run("upgrade", "005") == 0
    with shop.connect() as connection:
        found = connection.exec_driver_sql("SELECT login, passwd, email FROM account ORDER BY id")
        assert found.fetchall() == [
            ("toor", "touched;it's secret", None),
            ("100% :sure", "-- no comment", None),
        ]
    assert run("upgrade", "head") == 0
    seen = sa.inspect(shop)
    assert {"account", "purchase", "note"} <= set(seen.get_table_names())
    assert {"nick", "email"} <= {column["name"] for column in seen.get_columns("account")}
    assert [key["referred_table"] for key in seen.get_foreign_keys("purchase")] == ["account"]
    assert len(seen.get_unique_constraints("purchase")) == 1
    assert len(seen.get_check_constraints("purchase")) == 1
    assert "ix_orders_no" in {index["name"] for index in seen.get_indexes("purchase")}
    assert run("downgrade", "base") == 0
    assert set(sa.inspect(shop).get_table_names()) <= {"schemadiff_version", "alembic_version"}
    assert run("upgrade", "head") == 0


def test_the_database_is_stamped_with_its_version(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    shop: sa.Engine,
    capsys: pytest.CaptureFixture[str],
) -> None:
    project(tmp_path, monkeypatch, shop)
    with shop.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TABLE migrate_version (repository_id VARCHAR(250) PRIMARY KEY, "
            "repository_path TEXT, version INTEGER)"
        )
        connection.exec_driver_sql("INSERT INTO migrate_version VALUES ('shop', '', 3)")
    assert run("adopt", "--from", "sqlalchemy-migrate", "my_repository") == 0
    assert "at version 3: stamped 003" in capsys.readouterr().out
    assert run("current") == 0
    assert "003" in capsys.readouterr().out


def test_scripts_that_read_nothing_are_written_as_sql(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    sqlite_engine: sa.Engine,
    capsys: pytest.CaptureFixture[str],
) -> None:
    project(tmp_path, monkeypatch, sqlite_engine)
    assert run("adopt", "--from", "sqlalchemy-migrate", "my_repository") == 0
    capsys.readouterr()
    assert run("upgrade", "base:001", "--sql") == 0
    assert "CREATE TABLE account" in capsys.readouterr().out
    assert run("upgrade", "001:002", "--sql") == 4
    assert "this script reads the database (autoload)" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("011_old.py", "def upgrade(engine):\n    print 'hello'\n", "line 2: this is not Python 3"),
        ("011_none.py", "x = 1\n", "has no function upgrade()"),
        ("eleven.py", "x = 1\n", "has no number"),
        ("011_what.sql", "", "for which database"),
    ],
)
def test_what_is_not_understood_is_refused_and_nothing_written(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    sqlite_engine: sa.Engine,
    name: str,
    text: str,
    said: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    versions = project(tmp_path, monkeypatch, sqlite_engine)
    (tmp_path / "my_repository" / "versions" / name).write_text(text)
    assert run("adopt", "--from", "sqlalchemy-migrate", "my_repository") == 4
    error = capsys.readouterr().err
    assert name in error
    assert said in error
    assert list(versions.iterdir()) == []
    assert run("adopt", "--from", "sqlalchemy-migrate", "nowhere") == 2


FORMER = REPOSITORY.parent / "former_words"


def test_what_sqlalchemy_has_no_longer_runs_in_adopted_scripts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: sa.Engine
) -> None:
    project(tmp_path, monkeypatch, engine)
    shutil.copytree(FORMER, tmp_path / "former_words")
    assert run("adopt", "--from", "sqlalchemy-migrate", "former_words") == 0
    assert run("upgrade", "003") == 0
    assert columns(engine, "crew") == {"id", "name", "city", "place"}
    assert {one["name"] for one in sa.inspect(engine).get_indexes("crew")} == {"ix_team_place"}
    assert run("downgrade", "001") == 0
    assert columns(engine, "team") == {"id", "name"}
    assert run("upgrade", "head") == 0
    seen = sa.inspect(engine)
    assert columns(engine, "member") == {"id", "team_id", "name", "kind"}
    assert not seen.get_foreign_keys("member")
    assert not seen.get_unique_constraints("member")
    assert seen.get_pk_constraint("badge")["constrained_columns"] == ["number"]
    with engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT name, city, place FROM crew ORDER BY id")
        assert found.fetchall() == [(name, "Graz", 7) for name in ("black", "brown", "green")]


def columns(engine: sa.Engine, table: str) -> set[str]:
    return {column["name"] for column in sa.inspect(engine).get_columns(table)}


def test_a_script_that_fails_after_a_session_committed_is_undone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shop: sa.Engine
) -> None:
    project(tmp_path, monkeypatch, shop)
    shutil.copytree(FORMER, tmp_path / "former_words")
    script = tmp_path / "former_words" / "versions" / "002_rows.py"
    text = script.read_text()
    script.write_text(text.replace("assert name ==", "assert not name =="))
    assert run("adopt", "--from", "sqlalchemy-migrate", "former_words") == 0
    assert run("upgrade", "001") == 0
    assert run("upgrade", "002") == 4
    with shop.connect() as connection:
        names = connection.exec_driver_sql("SELECT name FROM team ORDER BY id").scalars()
        assert list(names) == ["red", "blue", "white"]
