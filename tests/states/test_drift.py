"""Models, revisions and database beside each other: which of them has drifted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from schemadiff.cli.commandline import CommandLine

MODELS = """
import sqlalchemy as sa
metadata = sa.MetaData()
sa.Table("account", metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("email", sa.String(80)))
"""
MORE = 'sa.Table("invoice", metadata, sa.Column("id", sa.Integer, primary_key=True))\n'


def run(*argv: str) -> int:
    return CommandLine().run(argv)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: sa.Engine) -> Path:
    monkeypatch.chdir(tmp_path)
    url = engine.url.render_as_string(hide_password=False)
    (tmp_path / "migrations" / "versions").mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text(
        f'[tool.schemadiff]\nscript_location = "migrations"\nurl = "{url}"\n'
        'target_metadata = "models.py:metadata"\n'
    )
    (tmp_path / "models.py").write_text(MODELS)
    assert run("revision", "--autogenerate", "-m", "start", "--rev-id", "aa") == 0
    assert run("upgrade") == 0
    return tmp_path


def test_where_all_three_agree_it_is_said(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert run("check", "--history") == 0
    assert "Models, revisions and database agree." in capsys.readouterr().out


def test_models_without_a_revision_are_named(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "more.py").write_text(MODELS + MORE)
    capsys.readouterr()
    assert run("check", "--history", "--metadata", "more.py:metadata") == 1
    said = capsys.readouterr().out
    assert "The models are ahead of the revisions (1 difference)" in said
    assert "The database" not in said


def test_a_database_that_somebody_changed_is_named(
    project: Path, engine: sa.Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE account ADD COLUMN by_hand INTEGER")
    capsys.readouterr()
    assert run("check", "--history") == 1
    said = capsys.readouterr().out
    assert "+ by_hand" in said
    assert "The database was changed by something else than revisions (1 difference)" in said
    assert "The models" not in said


def test_a_database_that_lacks_revisions_is_behind_and_has_not_drifted(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "models.py").write_text(MODELS + MORE)
    (project / "more.py").write_text(MODELS + MORE)
    more = ("--metadata", "more.py:metadata")
    assert run("revision", "--from", "history", "-m", "more", "--rev-id", "bb", *more) == 0
    capsys.readouterr()
    assert run("check", "--history", *more) == 3
    said = capsys.readouterr().out
    assert "The database is at aa, the revisions lead to bb: schemadiff upgrade" in said
    assert "ahead" not in said
    assert "something else" not in said


def test_machines_are_told_both_differences(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert run("check", "--history", "--format", "json") == 0
    assert [one["in_sync"] for one in json.loads(capsys.readouterr().out)] == [True, True]
