"""A revision that fails or is killed half-way, where DDL can be undone: the database is where it was, then goes on."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from harness.cases import FIXTURES, Models
from harness.golden import told
from harness.project import Project
from sqlalchemy import event

from .cycle import Fresh
from .rows import Rows, fill, read
from .sample import Round, drawn

DATABASES = ("sqlite", "postgresql")
KILLS = 4
"""How many times, at places spread over the revision, the process is killed."""

KILLED = """
import os, signal, sys
from pathlib import Path
import sqlalchemy as sa
from harness.cases import Models
from harness.project import Project

folder, url, models, place = sys.argv[1:]
left = [int(place)]

def strike(*rest):
    left[0] -= 1
    if left[0] < 0:
        os.kill(os.getpid(), signal.SIGKILL)

project = Project(Path(folder), sa.create_engine(url))
sa.event.listen(sa.Engine, "before_cursor_execute", strike)
project.upgrade(Models.read(Path(models)))
"""


class Struck(Exception):
    """What goes wrong at a statement."""


@contextmanager
def failing_at(place: int) -> Iterator[list[int]]:
    """Every engine fails at its statement of that number; the list holds how many were sent."""
    sent = [0]

    def strike(*rest: Any) -> None:
        sent[0] += 1
        if sent[0] == place:
            raise Struck(f"statement {place}")

    event.listen(sa.Engine, "before_cursor_execute", strike)
    try:
        yield sent
    finally:
        event.remove(sa.Engine, "before_cursor_execute", strike)


def rich() -> Round:
    """A round that changes eight tables of an application."""
    return drawn(FIXTURES / "models" / "glance.py", "sqlite", 1)


class Prepared:
    """A filled database, and a revision that is to be run."""

    def __init__(self, project: Project, database: str) -> None:
        self.project = project
        self.before = rich().before(project.folder)
        self.after = rich().after(project.folder)
        old = Models.read(self.before)
        old.create(project.engine)
        fill(project.engine, old.metadata, database)
        self.rows = read(project.engine, old.metadata)
        project.revise(Models.read(self.after))

    def upgrade(self) -> None:
        self.project.upgrade(Models.read(self.after))

    def is_at_head(self) -> bool:
        with self.project.engine.connect() as connection:
            if not sa.inspect(connection).has_table("alembic_version"):
                return False
            return bool(connection.scalar(sa.text("SELECT count(*) FROM alembic_version")))

    def assert_untouched(self) -> None:
        """The database is what it was before the revision."""
        old = Models.read(self.before)
        assert told(self.project.compared_with(old).changes) == []
        assert self._now(old) == self.rows

    def assert_arrived(self) -> None:
        assert told(self.project.compared_with(Models.read(self.after)).changes) == []

    def _now(self, models: Models) -> dict[str, Rows]:
        return read(self.project.engine, models.metadata)


@pytest.mark.parametrize("database", DATABASES)
def test_a_failure_at_any_statement_leaves_the_database_where_it_was(
    database: str, fresh: Fresh, pytestconfig: pytest.Config
) -> None:
    step = 1 if pytestconfig.getoption("--converge-all") else 5
    with fresh(database) as project:
        prepared = Prepared(project, database)
        in_the_step = 0
        for place in count(1, step):
            with failing_at(place):
                try:
                    prepared.upgrade()
                except Struck as struck:
                    said = "\n".join(struck.__notes__) if hasattr(struck, "__notes__") else ""
                else:
                    break
            if not said and prepared.is_at_head():
                break  # everything had been committed: what failed is letting go of the lock
            assert not said or "rolled back: upgrade" in said
            in_the_step += bool(said)
            prepared.assert_untouched()
        assert (
            in_the_step >= 10 / step
        )  # PostgreSQL takes ten statements for what SQLite takes thirty
        prepared.assert_arrived()


@pytest.mark.parametrize("database", DATABASES)
def test_a_killed_upgrade_leaves_the_database_where_it_was(database: str, fresh: Fresh) -> None:
    with fresh(database) as project:
        prepared = Prepared(project, database)
        with failing_at(0) as sent:
            prepared.upgrade()
        project.downgrade(Models.read(prepared.before))
        for place in range(sent[0] // (KILLS + 1), sent[0], sent[0] // (KILLS + 1)):
            code = _killed(prepared, place)
            if code == 0:
                break
            assert code == -signal.SIGKILL
            prepared.assert_untouched()
        prepared.upgrade()
        prepared.assert_arrived()


def _killed(prepared: Prepared, place: int) -> int:
    """The exit code of a process that upgrades and is killed at a statement."""
    url = prepared.project.engine.url.render_as_string(hide_password=False)
    arguments = [str(prepared.project.folder), url, str(prepared.after), str(place)]
    ran = subprocess.run(
        [sys.executable, "-c", KILLED, *arguments],
        cwd=Path(__file__).parents[1],
        env={"PYTHONPATH": f"{Path(__file__).parents[2]}:{Path(__file__).parents[1]}"},
        capture_output=True,
        text=True,
    )
    assert ran.returncode <= 0, ran.stderr
    return ran.returncode
