"""Editing and reviewing on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import Cli


@pytest.fixture
def two_heads(project: Cli) -> Cli:
    project("revision", "--autogenerate", "-m", "start", "--rev-id", "base01")
    project("revision", "-m", "mine", "--rev-id", "mine01")
    project("revision", "-m", "theirs", "--rev-id", "them01", "--head", "base01", "--splice")
    return project


def test_a_branch_is_put_on_top_of_the_other(two_heads: Cli) -> None:
    shown = two_heads("rebase", "mine01", "--dry-run")
    assert shown.code == 0, shown
    assert '-down_revision: str | Sequence[str] | None = "base01"' in shown.out
    assert '+down_revision: str | Sequence[str] | None = "them01"' in shown.out
    assert len(two_heads("heads").out.splitlines()) == 2
    done = two_heads("rebase", "mine01")
    assert done.code == 0, done
    assert two_heads("heads").out == "mine01 (head)\n"


def test_branches_that_touch_nothing_together_may_be_merged(two_heads: Cli) -> None:
    checked = two_heads("merge", "heads", "--check")
    assert checked.code == 0, checked
    found = json.loads(two_heads("merge", "heads", "--check", "--format", "json").out)
    assert found == {"heads": ["mine01", "them01"], "touched_by_both": [], "unknown": []}
    assert two_heads("merge", "heads", "--format", "json").code == 2
    assert two_heads("merge", "heads", "-m", "join").code == 0


def test_a_revision_gets_another_id_and_several_become_one(project: Cli) -> None:
    project("revision", "--autogenerate", "-m", "start", "--rev-id", "aa01")
    project("upgrade")
    project("revision", "-m", "more", "--rev-id", "bb01")
    project("upgrade")
    assert project("rename", "bb01", "better").code == 0
    assert project("current", "--check-heads").code == 0
    done = project("squash", "aa01:better", "--rev-id", "whole", "-m", "start")
    assert done.code == 0, done
    assert project("upgrade").code == 0
    assert project("current").out == "whole (head)\n"
    assert project("check").code == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("rebase", "nosuch"), "Can't locate revision identified by 'nosuch'"),
        (("rename", "base01", "them01"), "present already"),
        (("rename", "base01", "a:b"), "not allowed"),
        (("squash", "base01"), "squash takes a range"),
        (("squash", "base01:mine01"), "other revisions stand on"),
    ],
)
def test_what_cannot_be_is_one_clear_line(
    two_heads: Cli, arguments: tuple[str, ...], says: str
) -> None:
    outcome = two_heads(*arguments)
    assert outcome.code in (2, 4)
    assert says in outcome.err
    assert "Traceback" not in outcome.err


def test_the_next_revision_is_printed_for_a_review(project: Cli) -> None:
    as_sql = project("revision", "--format", "sql")
    assert as_sql.code == 0, as_sql
    assert "CREATE TABLE account" in as_sql.out
    assert json.loads(project("revision", "--format", "json").out)["in_sync"] is False
    assert "account" in project("revision", "--format", "markdown").out
    assert list(Path("migrations/versions").glob("*.py")) == []


def test_a_revision_is_shown_as_sql(project: Cli) -> None:
    project("revision", "--autogenerate", "-m", "start", "--rev-id", "aa01")
    shown = project("show", "aa01", "--sql", "--dialect", "postgresql")
    assert shown.code == 0, shown
    assert "id SERIAL NOT NULL" in shown.out
    assert "id INTEGER NOT NULL" in project("show", "head", "--sql").out
