"""Every pair of fixtures/pairs: what differs is told, written as a revision, and leads there and back."""

from __future__ import annotations

from pathlib import Path

import pytest

from .cases import Models, Pair, pairs
from .gaps import CREATED, THERE_AND_BACK, cases
from .golden import changes_match, nameless, text_matches, told
from .project import Project

PAIRS = list(pairs())


@pytest.fixture
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Project:
    """An empty project on a fresh database of the kind that the test asks for."""
    database = request.node.callspec.params["database"]
    return Project(tmp_path, request.getfixturevalue(f"{database}_engine"))


def settled(project: Project, models: Models) -> list[str]:
    """What still differs from ``models``; nothing may be left undecided or not understood."""
    compared = project.compared_with(models)
    assert [str(one) for one in compared.undecided] == []
    assert [str(gap) for gap in compared.gaps] == []
    return told(compared.changes)


@pytest.mark.parametrize(("folder", "database"), cases(PAIRS, CREATED))
def test_what_create_all_makes_differs_in_nothing(
    folder: Path, database: str, project: Project
) -> None:
    Pair(folder).after.create(project.engine)
    assert settled(project, Pair(folder).after) == []


@pytest.mark.parametrize(("folder", "database"), cases(PAIRS, {}))
def test_the_changes_are_told(
    folder: Path, database: str, project: Project, update_golden: bool
) -> None:
    Pair(folder).before.create(project.engine)
    now = settled(project, Pair(folder).after)
    changes_match(folder / "expected.json", database, now, update_golden)


@pytest.mark.parametrize(("folder", "database"), cases(PAIRS, THERE_AND_BACK))
def test_the_revision_leads_there_and_back_and_there_again(
    folder: Path, database: str, project: Project, update_golden: bool
) -> None:
    pair = Pair(folder)
    before, after = pair.before, pair.after
    before.create(project.engine)
    if not settled(project, after):
        return
    file = project.revise(after)
    assert nameless(file.read_text("utf-8")) == []
    project.upgrade(after)
    assert settled(project, after) == [], "after the upgrade"
    project.downgrade(after)
    assert settled(project, before) == [], "after the downgrade"
    project.upgrade(after)
    assert settled(project, after) == [], "after the second upgrade"
    text_matches(folder / f"revision.{database}.py", file.read_text("utf-8"), update_golden)
