"""There and back and there again on a database full of rows, and what is wrong with it at the first step that fails."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from harness.cases import Models
from harness.golden import told
from harness.project import Project

from .place import Mutation
from .rows import Fate, fill, lost_on_the_way, lost_there_and_back, read

Fresh = Callable[[str], AbstractContextManager[Project]]
"""An empty project on a fresh database of a kind."""


@dataclass(slots=True)
class Tally:
    """What came of everything that was tried on one database."""

    tried: int = 0
    converged: int = 0
    rows_kept: int = 0
    tables: int = 0
    filled: int = 0

    def __str__(self) -> str:
        return (
            f"{self.tried} changes tried, {self.converged} converged, {self.rows_kept} kept their "
            f"rows; {self.filled} of {self.tables} tables had rows"
        )


@contextmanager
def counted(tally: Tally, where: str = "") -> Iterator[None]:
    """The block tries one change; pytest fails with what is wrong with it, and ``where`` to look."""
    tally.tried += 1
    try:
        yield
    except Wrong as wrong:
        tally.converged += wrong.is_of_rows
        pytest.fail("\n".join(filter(None, (str(wrong), where))), pytrace=False)
    tally.converged += 1
    tally.rows_kept += 1


class Wrong(Exception):
    """A step of a cycle failed; ``is_of_rows`` if only rows differ from what they should be."""

    def __init__(self, step: str, what: str, is_of_rows: bool = False) -> None:
        super().__init__(f"{step}: {what}")
        self.is_of_rows = is_of_rows


@contextmanager
def _step(name: str) -> Iterator[None]:
    """The block; any exception becomes Wrong, with its notes."""
    try:
        yield
    except Wrong:
        raise
    except Exception as error:
        notes = "\n".join(getattr(error, "__notes__", []))
        raise Wrong(name, f"{type(error).__name__}: {error}\n{notes}".strip()) from error


def cycle(
    project: Project,
    before: Path,
    after: Path,
    database: str,
    mutations: Sequence[Mutation] = (),
    tally: Tally | None = None,
    count: int = 2,
) -> None:
    """Generate, upgrade, downgrade, upgrade, with rows in every table. Raises Wrong."""
    old, new = Models.read(before), Models.read(after)
    with _step("create_all"):
        old.create(project.engine)
        filled = fill(project.engine, old.metadata, database, count)
    if tally is not None:
        tally.tables += len(old.metadata.tables)
        tally.filled += filled
    rows = read(project.engine, old.metadata)
    with _step("generate"):
        if not told(project.compared_with(new).changes):
            _nothing_expected(mutations)
            return
        project.revise(new)
    fate = Fate.between(old.metadata, new.metadata, mutations)
    _up(project, after, "upgrade")
    _kept("upgrade", lost_on_the_way(rows, read(project.engine, new.metadata), fate))
    with _step("downgrade"):
        project.downgrade(Models.read(before))
    _same(project, before, "downgrade")
    _kept("downgrade", lost_there_and_back(rows, read(project.engine, old.metadata), fate))
    _up(project, after, "second upgrade")
    _kept("second upgrade", lost_on_the_way(rows, read(project.engine, new.metadata), fate))


def _up(project: Project, models: Path, step: str) -> None:
    with _step(step):
        project.upgrade(Models.read(models))
    _same(project, models, step)


def _nothing_expected(mutations: Sequence[Mutation]) -> None:
    if mutations:
        raise Wrong("compare", f"nothing is seen of {', '.join(map(str, mutations))}")


def _same(project: Project, models: Path, step: str) -> None:
    with _step(f"compare after the {step}"):
        left = told(project.compared_with(Models.read(models)).changes)
        if left:
            raise Wrong(step, f"still differs: {'; '.join(left)}")


def _kept(step: str, complaints: Iterable[str]) -> None:
    if said := list(complaints):
        raise Wrong(step, "; ".join(said), is_of_rows=True)
