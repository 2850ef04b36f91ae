"""A table gets another name, and with it the keys that are called after it."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from harness.cases import Models
from harness.project import Project

BEFORE = """
import sqlalchemy as sa

metadata = sa.MetaData()
sa.Table("place", metadata, sa.Column("id", sa.Integer, primary_key=True))
sa.Table(
    "meeting",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("title", sa.String(20)),
    sa.Column("place_id", sa.ForeignKey("place.id"{name})),
    sa.Column("parent_id", sa.ForeignKey("meeting.id", name="meeting_ibfk_parent")),
    sa.Column("home_id", sa.ForeignKey("place.id", name="Meeting_ibfk_1x")),
    sa.Column("host_id", sa.ForeignKey("place.id", name="fk_meeting_host")),
)
"""
NAMELESS, NAMED = BEFORE.format(name=""), BEFORE.format(name=", name='meeting_ibfk_1'")
RENAMED = NAMELESS.replace('"meeting', '"meetings')
ONE_LESS = RENAMED.replace('sa.ForeignKey("place.id")', "sa.Integer")
BY_CONVENTION = NAMELESS.replace(
    "sa.MetaData()", "sa.MetaData(naming_convention={'fk': 'fk_%(table_name)s_%(column_0_name)s'})"
)
KEPT_ITS_NAME = NAMED.replace('"meeting', '"meetings')


@pytest.mark.parametrize(
    ("before", "after"),
    [(NAMELESS, RENAMED), (NAMED, RENAMED), (NAMELESS, ONE_LESS), (NAMED, KEPT_ITS_NAME)],
    ids=["nameless", "named", "one goes", "one keeps its name"],
)
def test_keys_called_after_their_table_are_renamed_with_it(
    mariadb_engine: sa.Engine, tmp_path: Path, before: str, after: str
) -> None:
    assert "rename_table" in _there_and_back_twice(mariadb_engine, tmp_path, before, after)


def test_a_key_gets_a_name_of_its_own_and_loses_it_as_often_as_one_likes(
    mariadb_engine: sa.Engine, tmp_path: Path
) -> None:
    _there_and_back_twice(mariadb_engine, tmp_path, NAMELESS, BY_CONVENTION)


def test_a_renamed_table_whose_keys_keep_theirs_is_a_rename_and_nothing_else(
    mariadb_engine: sa.Engine, tmp_path: Path
) -> None:
    _models(tmp_path / "before.py", NAMED).create(mariadb_engine)
    project = Project(tmp_path / "project", mariadb_engine)
    said = project.revise(_models(tmp_path / "after.py", RENAMED)).read_text()
    assert said.count("op.") == 2


def _there_and_back_twice(engine: sa.Engine, folder: Path, before: str, after: str) -> str:
    """The revision from one to the other, which has led there and back."""
    old, new = _models(folder / "before.py", before), _models(folder / "after.py", after)
    old.create(engine)
    project = Project(folder / "project", engine)
    file = project.revise(new)
    project.there_and_back(old, new)
    return file.read_text(encoding="utf-8")


def _models(path: Path, text: str) -> Models:
    path.write_text(text, encoding="utf-8")
    return Models.read(path)
