"""apply brings a database to a state, shows it before and proves it afterwards."""

from __future__ import annotations

import json
import os
import random
from pathlib import Path

import pytest
import sqlalchemy as sa
from converge.gaps import WITHOUT_ROWS
from converge.rows import Fate, fill, lost_on_the_way, lost_there_and_back, read
from harness.cases import Pair, pairs
from harness.gaps import THERE_AND_BACK

from schemadiff.cli.commandline import CommandLine
from schemadiff.states import diff_states

BEFORE = """
import sqlalchemy as sa
metadata = sa.MetaData()
sa.Table("account", metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("email", sa.String(80)))
"""
AFTER = BEFORE.replace("sa.String(80)", 'sa.String(120)), sa.Column("age", sa.Integer')
LESS = BEFORE.replace(', sa.Column("email", sa.String(80))', "")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, text in (("before", BEFORE), ("after", AFTER), ("less", LESS)):
        (tmp_path / f"x_{name}.py").write_text(text)
    return tmp_path


def url(engine: sa.Engine) -> str:
    return engine.url.render_as_string(hide_password=False)


def run(*argv: str) -> int:
    return CommandLine().run(argv)


def test_a_database_is_brought_to_models_and_back_with_its_rows(
    here: Path, engine: sa.Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("apply", "x_before.py:metadata", "--to", url(engine), "--yes") == 0
    with engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO account (id, email) VALUES (1, 'a@b.c')")
    assert run("apply", "x_after.py:metadata", "--to", url(engine), "--yes") == 0
    assert "ALTER TABLE" in capsys.readouterr().out
    assert not diff_states(engine, "x_after.py:metadata")
    to_before = ("apply", "x_before.py:metadata", "--to", url(engine), "--yes")
    assert run(*to_before) == 2
    assert "this destroys data: account.age" in capsys.readouterr().err
    assert run(*to_before, "--allow-drop", "account.age") == 0
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT id, email FROM account").all() == [(1, "a@b.c")]


def test_a_dry_run_changes_nothing(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("apply", "x_before.py:metadata", "--to", "sqlite:///new.db", "--dry-run") == 0
    assert "CREATE TABLE account" in capsys.readouterr().out
    assert not (here / "new.db").exists()


def test_a_dry_run_says_what_would_be_destroyed(
    here: Path, engine: sa.Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    run("apply", "x_before.py:metadata", "--to", url(engine), "--yes")
    capsys.readouterr()
    assert run("apply", "x_less.py:metadata", "--to", url(engine), "--dry-run") == 0
    assert "This destroys data: account.email" in capsys.readouterr().out


def test_nobody_is_asked_where_nobody_can_answer(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("apply", "x_before.py:metadata", "--to", "sqlite:///new.db") == 2
    assert "nobody can be asked here" in capsys.readouterr().err


def test_a_plan_is_kept_and_carried_out(here: Path, engine: sa.Engine) -> None:
    assert run("apply", "x_before.py:metadata", "--to", url(engine), "--plan", "p.json") == 0
    assert sa.inspect(engine).get_table_names() == []
    assert run("apply", "--plan", "p.json", "--to", url(engine), "--yes") == 0
    assert not diff_states(engine, "x_before.py:metadata")


def test_a_plan_is_refused_when_the_database_has_moved(
    here: Path, engine: sa.Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    run("apply", "x_before.py:metadata", "--to", url(engine), "--plan", "p.json")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE other (id INTEGER)")
    assert run("apply", "--plan", "p.json", "--to", url(engine), "--yes") == 4
    assert "has changed since the plan was made" in capsys.readouterr().err
    assert sa.inspect(engine).get_table_names() == ["other"]


def test_a_plan_that_was_edited_or_is_of_another_kind_is_refused(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run("apply", "x_before.py:metadata", "--to", "sqlite:///a.db", "--plan", "p.json")
    plan = json.loads((here / "p.json").read_text())
    (here / "edited.json").write_text(json.dumps({**plan, "sql": ["DROP TABLE x"]}))
    (here / "newer.json").write_text(json.dumps({**plan, "version": 9}))
    carry = ("apply", "--to", "sqlite:///a.db", "--yes", "--plan")
    assert run(*carry, "edited.json") == 2
    assert run(*carry, "newer.json") == 2
    assert run(*carry, "none.json") == 2
    said = capsys.readouterr().err
    assert "edited.json was edited after it was made" in said
    assert "of version 9" in said
    assert "cannot read none.json" in said


def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What people are asked from now on; they say yes."""
    questions: list[str] = []
    monkeypatch.setattr("schemadiff.cli.states._asked", lambda q: questions.append(q) or True)
    return questions


def test_a_plan_that_cannot_be_carried_out_is_refused_before_anybody_is_asked(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    questions = asked(monkeypatch)
    run("apply", "x_before.py:metadata", "--to", "sqlite:///a.db", "--plan", "p.json")
    assert run("apply", "--plan", "p.json", "--to", "postgresql+psycopg://nobody@nowhere/x") == 2
    assert "was made for sqlite" in capsys.readouterr().err
    run("apply", "x_after.py:metadata", "--to", "sqlite:///a.db", "--yes")
    assert run("apply", "--plan", "p.json", "--to", "sqlite:///a.db") == 4
    assert "has changed since" in capsys.readouterr().err
    assert questions == []


def test_a_plan_without_a_difference_is_a_plan_too(
    here: Path,
    engine: sa.Engine,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    questions = asked(monkeypatch)
    run("apply", "x_before.py:metadata", "--to", url(engine), "--yes")
    assert run("apply", "x_before.py:metadata", "--to", url(engine), "--plan", "p.json") == 0
    assert run("apply", "--plan", "p.json", "--to", url(engine)) == 0
    assert "Nothing differs" in capsys.readouterr().out
    assert questions == []


def test_a_kept_plan_can_be_looked_at_without_being_carried_out(
    here: Path, engine: sa.Engine
) -> None:
    run("apply", "x_before.py:metadata", "--to", url(engine), "--plan", "p.json")
    assert run("apply", "--plan", "p.json", "--to", url(engine), "--yes", "--dry-run") == 0
    assert sa.inspect(engine).get_table_names() == []


def test_a_plan_is_carried_out_on_the_terms_it_was_made_on(here: Path, engine: sa.Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE kept (id INTEGER)")
    made = ("--exclude", "kept", "--include-schemas", "--plan", "p.json")
    if engine.dialect.name == "mysql":  # a schema is another database there
        made = ("--exclude", "kept", "--plan", "p.json")
    assert run("apply", "x_before.py:metadata", "--to", url(engine), *made) == 0
    assert run("apply", "--plan", "p.json", "--to", url(engine), "--yes") == 0
    assert sorted(sa.inspect(engine).get_table_names()) == ["account", "kept"]


def test_the_head_is_stamped_where_the_history_leads_there(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "migrations" / "versions").mkdir(parents=True)
    (here / "pyproject.toml").write_text(
        '[tool.schemadiff]\nscript_location = "migrations"\nurl = "sqlite:///shop.db"\n'
        'target_metadata = "x_before.py:metadata"\n'
    )
    assert run("revision", "--autogenerate", "-m", "start", "--rev-id", "aa") == 0
    assert run("apply", "history", "--to", "sqlite:///shop.db", "--yes") == 0
    assert "Stamped: aa" in capsys.readouterr().out
    assert run("check") == 0
    assert run("apply", "history", "--to", "sqlite:///kept.db", "--plan", "p.json") == 0
    assert run("apply", "--plan", "p.json", "--to", "sqlite:///kept.db", "--yes") == 0
    assert "Stamped: aa" in capsys.readouterr().out
    assert run("unstamp", "--yes", "--url", "sqlite:///kept.db") == 0
    assert run("apply", "history", "--to", "sqlite:///kept.db") == 0
    assert "Stamped: aa" in capsys.readouterr().out
    assert run("apply", "history", "--to", "sqlite:///kept.db") == 0
    assert "Stamped" not in capsys.readouterr().out


def sample() -> list[object]:
    """A fixed sample of pairs that are known to lead there and back; all with SCHEMADIFF_TEST_EVERYTHING."""
    cases = [(p, d) for p, d in pairs() if f"{p.stem}-{d}" not in THERE_AND_BACK]
    if not os.environ.get("SCHEMADIFF_TEST_EVERYTHING"):
        cases = random.Random(3).sample(cases, 20)
    return [pytest.param(path, name, id=f"{path.stem}-{name}") for path, name in cases]


@pytest.mark.parametrize(("folder", "database"), sample())
def test_every_change_is_applied_there_and_back_with_its_rows(
    folder: Path, database: str, request: pytest.FixtureRequest
) -> None:
    engine: sa.Engine = request.getfixturevalue(f"{database}_engine")
    old, new = Pair(folder).before.metadata, Pair(folder).after.metadata
    Pair(folder).before.create(engine)
    if folder.name not in WITHOUT_ROWS:
        fill(engine, old, database, 2)
    rows, fate = read(engine, old), Fate.between(old, new, ())
    apply = ("apply", "--to", url(engine), "--yes", "--allow-drop", "*")
    assert run(*apply, f"{folder / 'after'}.py:metadata") == 0
    assert list(lost_on_the_way(rows, read(engine, new), fate)) == []
    assert run(*apply, f"{folder / 'before'}.py:metadata") == 0
    assert list(lost_there_and_back(rows, read(engine, old), fate)) == []
