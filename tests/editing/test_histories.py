"""merge, rebase, rename and squash on a history of a hundred revisions with three heads."""

from __future__ import annotations

import difflib
import sqlite3
from pathlib import Path

import pytest

from schemadiff import command
from schemadiff.command import rewriting
from schemadiff.config import Config
from schemadiff.script import ScriptDirectory

from .histories import History, with_three_heads


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> History:
    return with_three_heads(tmp_path_factory.mktemp("pristine"))


@pytest.fixture
def history(pristine: History, tmp_path: Path) -> History:
    made = History(tmp_path, list(pristine.ids), list(pristine.heads))
    made.versions.mkdir(parents=True)
    for name, content in pristine.contents().items():
        (made.versions / name).write_bytes(content)
    return made


def heads(config: Config) -> list[str]:
    return ScriptDirectory.from_config(config).get_heads()


def tables(folder: Path) -> set[str]:
    with sqlite3.connect(folder / "app.db") as connection:
        rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    return {name for (name,) in rows if name.startswith("t")}


def changed_lines(before: bytes, after: bytes) -> list[str]:
    lines = difflib.ndiff(before.decode().splitlines(True), after.decode().splitlines(True))
    return [line[2:].strip() for line in lines if line[:1] in "+-"]


def test_three_heads_are_merged(history: History) -> None:
    config = history.config()
    assert len(heads(config)) == 3
    assert rewriting.merge_check(config, ["heads"]) == 0
    command.merge(config, ["heads"], message="join")
    assert len(heads(config)) == 1
    command.upgrade(config, "head")
    assert len(tables(history.folder)) == 100


def test_two_rebases_make_one_line(history: History) -> None:
    config, before = history.config(), history.contents()
    one, two, three = history.heads
    rewriting.rebase(config, one, two, dry_run=False, style=None)
    assert sorted(heads(config)) == sorted([one, three])
    rewriting.rebase(config, three, None, dry_run=False, style=None)
    assert heads(config) == [three]

    after = history.contents()
    assert after.keys() == before.keys()
    differing = [name for name in before if before[name] != after[name]]
    assert len(differing) == 2
    for name in differing:
        said = changed_lines(before[name], after[name])
        assert all("down_revision" in line or line.startswith("Revises:") for line in said), said
    command.upgrade(config, "head")
    assert len(tables(history.folder)) == 100
    command.downgrade(config, "base")
    assert tables(history.folder) == set()


def test_a_dry_run_changes_nothing_and_shows_everything(
    history: History, capsys: pytest.CaptureFixture[str]
) -> None:
    config, before = history.config(), history.contents()
    one, two, _ = history.heads
    rewriting.rebase(config, one, two, dry_run=True, style=None)
    rewriting.rename(config, history.ids[40], "forty", forget=False, dry_run=True, style=None)
    assert history.contents() == before
    shown = capsys.readouterr().out
    assert f"+Revises: {two}" in shown or f'+revision = "{one}"; ' in shown or two in shown
    assert "forty" in shown


def test_a_revision_gets_another_id_wherever_it_is_named(history: History) -> None:
    config, before = history.config(), history.contents()
    old = history.ids[50]
    command.upgrade(config, old)
    rewriting.rename(config, old, "fifty", forget=False, dry_run=False, style=None)
    script = ScriptDirectory.from_config(config)
    assert script.get_revision("fifty") is script.get_revision(old)
    assert history.file("fifty").name == f"fifty_step_{50}.py"
    untouched = [name for name in before if history.contents().get(name) == before[name]]
    assert len(untouched) == 100 - 2
    command.upgrade(config, "heads")
    assert len(tables(history.folder)) == 100


@pytest.mark.parametrize("last", [5, 14])
def test_the_beginning_is_squashed(history: History, last: int) -> None:
    config = history.config()
    middle = history.ids[last // 2]
    command.upgrade(config, middle)
    rewriting.squash(
        config,
        f"{history.ids[0]}:{history.ids[last]}",
        message="the first days",
        rev_id="squashed",
        url=None,
        dry_run=False,
        style=None,
    )
    assert len(history.contents()) == 100 - last
    assert len(heads(config)) == 3
    command.upgrade(config, "heads")
    assert len(tables(history.folder)) == 100
    command.downgrade(config, "base")
    assert tables(history.folder) == set()
    command.upgrade(config, "squashed")
    assert len(tables(history.folder)) == last + 1
