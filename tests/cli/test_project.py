"""A day's work on the command line."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from .conftest import MODELS, Cli

WIDER = MODELS.replace("sa.String(80)", "sa.String(120)")


def revision_files() -> list[Path]:
    return sorted(Path("migrations/versions").glob("*.py"))


def test_from_nothing_to_in_sync_and_on(project: Cli) -> None:
    made = project("revision", "--autogenerate", "-m", "start")
    # The database file is not there before the first upgrade.
    assert made.code == 0, made
    [file] = revision_files()
    assert "Generating " in made.out
    assert "create_table" in file.read_text()

    up = project("upgrade", "head")
    assert up.code == 0, up
    assert up.out == ""
    same = project("check")
    assert same.code == 0, same

    Path("shop.py").write_text(WIDER)
    differs = project("check")
    assert differs.code == 1, differs
    assert "VARCHAR(80) → VARCHAR(120)" in differs.out

    assert project("revision", "--autogenerate", "-m", "wider").code == 0
    assert project("check").code == 3
    assert project("upgrade").code == 0
    assert project("check").code == 0
    assert project("downgrade", "-1").code == 0
    assert project("downgrade", "base").code == 0
    assert project("upgrade", "head").code == 0
    assert project("check").code == 0


def test_no_file_is_written_where_nothing_differs(project: Cli) -> None:
    project("revision", "--autogenerate", "-m", "start")
    project("upgrade")
    nothing = project("revision", "--autogenerate", "-m", "again")
    assert nothing.code == 0, nothing
    assert "no file was written" in nothing.out
    assert len(revision_files()) == 1
    assert project("revision", "--autogenerate", "--empty", "-m", "again").code == 0
    assert len(revision_files()) == 2


def test_check_leaves_no_trace(project: Cli) -> None:
    with sqlite3.connect("app.db") as connection:
        connection.execute("CREATE TABLE other (a INTEGER)")
    before = Path("app.db").read_bytes()
    assert project("check").code == 1
    assert Path("app.db").read_bytes() == before


def test_check_needs_no_project(cli: Cli) -> None:
    Path("shop.py").write_text(MODELS)
    with sqlite3.connect("app.db") as connection:
        connection.execute("CREATE TABLE account (id INTEGER NOT NULL PRIMARY KEY)")
    outcome = cli("check", "--url", "sqlite:///app.db", "--metadata", "shop:metadata")
    assert outcome.code == 1, outcome
    assert "+ email" in outcome.out
    early = cli("--url", "sqlite:///app.db", "--metadata", "shop:metadata", "check")
    assert early.code == 1
    assert {path.name for path in Path().iterdir()} >= {"shop.py", "app.db"}
    assert not Path("migrations").exists()


def test_a_folder_below_a_project_becomes_a_project_of_its_own(
    project: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    below = Path("below").absolute()
    below.mkdir()
    monkeypatch.chdir(below)
    made = project("init")
    assert made.code == 0, made
    assert (below / "schemadiff.ini").exists()
    assert (below / "migrations/versions").is_dir()


def test_models_that_are_named_are_found_from_where_they_are_named(
    project: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    project("revision", "--autogenerate", "-m", "start")
    project("upgrade")
    below = Path("below").absolute()
    below.mkdir()
    (below / "other.py").write_text(WIDER)
    monkeypatch.chdir(below)
    assert project("check", "--metadata", "other:metadata").code == 1
    assert project("check", "--metadata", "shop:metadata").code == 0


def test_a_project_is_the_same_from_the_folders_below_it(
    project: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    below = Path("below").absolute()
    below.mkdir()
    monkeypatch.chdir(below)
    assert project("revision", "--autogenerate", "-m", "start").code == 0
    assert project("upgrade").code == 0
    assert list(below.iterdir()) == []
    monkeypatch.chdir(below.parent)
    assert project("check").code == 0


def test_check_speaks_json(project: Cli) -> None:
    project("revision", "--autogenerate", "-m", "start")
    project("upgrade")
    assert json.loads(project("check", "--format", "json").out)["in_sync"] is True
    Path("shop.py").write_text(WIDER)
    outcome = project("check", "--format", "json")
    found = json.loads(outcome.out)
    assert outcome.code == 1
    assert found["version"] == 1
    assert found["in_sync"] is False
    assert [change["name"] for change in found["changes"]] == ["email"]


def test_sql_is_written_down_instead_of_executed(project: Cli) -> None:
    project("revision", "--autogenerate", "-m", "start", "--rev-id", "aaaa")
    outcome = project("upgrade", "head", "--sql")
    assert outcome.code == 0, outcome
    assert "CREATE TABLE account" in outcome.out
    assert "INSERT INTO alembic_version (version_num) VALUES ('aaaa')" in outcome.out
    assert not Path("app.db").exists()
    back = project("downgrade", "aaaa:base", "--sql")
    assert back.code == 0, back
    assert "DROP TABLE account" in back.out


def test_what_is_printed_about_revisions(project: Cli) -> None:
    project("revision", "-m", "start", "--rev-id", "aaaa")
    project("revision", "-m", "second", "--rev-id", "bbbb")
    assert project("heads").out == "bbbb (head)\n"
    assert project("history").out == "aaaa -> bbbb (head), second\n<base> -> aaaa, start\n"
    assert project("history", "-r", "aaaa:aaaa").out == "<base> -> aaaa, start\n"
    assert project("history", "-r-1:").out == "aaaa -> bbbb (head), second\n<base> -> aaaa, start\n"
    shown = project("show", "aaaa").out
    assert shown.startswith("Rev: aaaa\nParent: <base>\nPath: ")
    project("upgrade", "aaaa")
    assert project("current").out == "aaaa\n"
    assert project("current", "--check-heads").code == 3
    assert "aaaa (current), start" in project("history", "-i").out
    project("upgrade", "head")
    assert project("current").out == "bbbb (head)\n"
    assert project("current", "-c").code == 0


def test_stamp_runs_nothing(project: Cli) -> None:
    project("revision", "--autogenerate", "-m", "start", "--rev-id", "aaaa")
    assert project("stamp", "head").code == 0
    assert project("current").out == "aaaa (head)\n"
    with sqlite3.connect("app.db") as connection:
        names = {
            row[0]
            for row in connection.execute("SELECT name FROM sqlite_master WHERE type='table'")
        }
    assert names == {"alembic_version"}
    assert project("stamp", "base").code == 0
    assert project("current").out == ""


def test_branches_can_be_merged(project: Cli) -> None:
    project("revision", "-m", "start", "--rev-id", "aaaa")
    project("revision", "-m", "left", "--rev-id", "bbbb")
    project("revision", "-m", "right", "--rev-id", "cccc", "--head", "aaaa", "--splice")
    assert project("branches").out.startswith("aaaa (branchpoint)\n")
    refused = project("upgrade", "head")
    assert refused.code == 4
    assert "Multiple head revisions are present" in refused.err
    assert project("merge", "heads", "-m", "join", "--rev-id", "dddd").code == 0
    assert project("heads").out == "dddd (head) (mergepoint)\n"
    assert project("upgrade", "head").code == 0


def test_an_env_py_takes_over(project: Cli) -> None:
    Path("migrations/env.py").write_text(
        "import sqlalchemy as sa\n"
        "from schemadiff import context\n"
        "import shop\n"
        "print('mine', context.get_x_argument(as_dictionary=True))\n"
        "engine = sa.create_engine(context.config.get_main_option('url'))\n"
        "with engine.connect() as connection:\n"
        "    context.configure(connection, target_metadata=shop.metadata, version_table='mine')\n"
        "    with context.begin_transaction():\n"
        "        context.run_migrations()\n"
    )
    made = project("-x", "who=me", "revision", "--autogenerate", "-m", "start")
    assert made.code == 0, made
    assert made.out.startswith("mine {'who': 'me'}\n")
    assert project("upgrade").code == 0
    with sqlite3.connect("app.db") as connection:
        assert connection.execute("SELECT count(*) FROM mine").fetchone() == (1,)
    assert project("check").code == 0


def test_an_asyncio_driver_needs_nothing_more(project: Cli) -> None:
    pytest.importorskip("aiosqlite")
    url = "sqlite+aiosqlite:///app.db"
    assert project("--url", url, "revision", "--autogenerate", "-m", "start").code == 0
    assert project("upgrade", "--url", url).code == 0
    assert project("check", "--url", url).code == 0


def test_quiet_leaves_results(project: Cli) -> None:
    project("revision", "-m", "start", "--rev-id", "aaaa")
    outcome = project("-q", "upgrade", "head")
    assert (outcome.code, outcome.err) == (0, "")
    assert project("-q", "current").out == "aaaa (head)\n"
