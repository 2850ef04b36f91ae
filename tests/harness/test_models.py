"""The models of real applications: nothing is invented, and the first revision makes all of it."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from schemadiff.model import Table

from .cases import Models, applications
from .gaps import FIRST_REVISION, cases
from .golden import nameless, told
from .project import Project

APPLICATIONS = list(applications())
EXTENSIONS = ("pg_trgm",)


@pytest.fixture
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Project:
    """An empty project on a fresh database of the kind that the test asks for."""
    database = request.node.callspec.params["database"]
    engine: sa.Engine = request.getfixturevalue(f"{database}_engine")
    if database == "postgresql":
        with engine.begin() as connection:
            for extension in EXTENSIONS:
                connection.exec_driver_sql(f"CREATE EXTENSION {extension}")
    return Project(tmp_path, engine)


@pytest.mark.parametrize(("path", "database"), cases(APPLICATIONS, {}))
def test_what_create_all_makes_differs_in_nothing(
    path: Path, database: str, project: Project
) -> None:
    models = Models.read(path)
    models.create(project.engine)
    compared = project.compared_with(Models.read(path))
    assert told(compared.changes) == []
    assert [str(one) for one in compared.undecided] == []


@pytest.mark.parametrize(("path", "database"), cases(APPLICATIONS, FIRST_REVISION))
def test_the_first_revision_makes_everything_and_unmakes_it(
    path: Path, database: str, project: Project
) -> None:
    models = Models.read(path)
    file = project.revise(models)
    assert nameless(file.read_text("utf-8")) == []
    project.upgrade(models)
    assert told(project.compared_with(models).changes) == []
    project.downgrade(models)
    there = project.compared_with(models).old
    assert [table.name for table in there.each(Table)] == []
