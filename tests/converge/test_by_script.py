"""There and back and there again by scripts of ``--sql``, which the server's own client runs.

SQLite takes no part: what makes its tables anew has to read them first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from harness.cases import FIXTURES, pairs
from harness.project import Project
from harness.scripted import Scripted
from inventory.cases import cases as attributes

from .cycle import Fresh, Tally, counted, cycle
from .gaps import INVENTORY, SCRIPTS, WITHOUT_ROWS
from .sample import SHARE, drawn, rounds
from .test_inventory import written

SERVERS = ("postgresql", "mariadb")
SAMPLE = 6
"""One in so many is tried unless all are asked for, half of them with each SQLAlchemy."""
Case = Callable[[Project], tuple[Path, Path, int]]
"""Puts the models before and after into a project; how many rows a table gets."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    everything = bool(metafunc.config.getoption("--converge-all"))
    found = [*_pairs(), *_attributes(), *_rounds(everything)]
    chosen = found if everything else found[SHARE * SAMPLE :: 2 * SAMPLE]
    metafunc.parametrize(
        ("database", "case"),
        [pytest.param(on, case, id=name, marks=_marks(name)) for name, on, case in chosen],
    )


def _marks(name: str) -> list[pytest.MarkDecorator]:
    known = {**INVENTORY, **SCRIPTS}
    return [pytest.mark.xfail(strict=True, reason=known[name])] if name in known else []


def _pairs() -> Iterator[tuple[str, str, Case]]:
    for folder, database in pairs():
        if database in SERVERS:
            yield f"{database}-{folder.name}", database, _of_pair(folder)


def _of_pair(folder: Path) -> Case:
    count = 0 if folder.name in WITHOUT_ROWS else 2
    return lambda project: (folder / "before.py", folder / "after.py", count)


def _attributes() -> Iterator[tuple[str, str, Case]]:
    for database in SERVERS:
        for number, case in enumerate(attributes(database)):
            if not case.aside:
                name = f"{case.group}: {case.attribute}"
                yield f"{database}-{name}", database, _of_attribute(database, number, name)


def _of_attribute(database: str, number: int, name: str) -> Case:
    count = 0 if name in WITHOUT_ROWS else 2

    def case(project: Project) -> tuple[Path, Path, int]:
        with project.engine.begin() as connection:
            for statement in attributes(database)[number].given:
                connection.exec_driver_sql(statement)
        before, after = (
            written(project.folder / f"{side}.py", database, number, side)
            for side in ("before", "after")
        )
        return before, after, count

    return case


def _rounds(everything: bool) -> Iterator[tuple[str, str, Case]]:
    for name, database, number in rounds(everything):
        if database in SERVERS:
            yield f"{database}-{name}-{number}", database, _of_round(name, database, number)


def _of_round(name: str, database: str, number: int) -> Case:
    def case(project: Project) -> tuple[Path, Path, int]:
        together = drawn(FIXTURES / "models" / name, database, number)
        return together.before(project.folder), together.after(project.folder), 2

    return case


def test_scripts_lead_there_and_back_with_the_rows(
    database: str, case: Case, fresh: Fresh, tally: Tally
) -> None:
    with fresh(database) as project, counted(tally):
        before, after, count = case(project)
        cycle(Scripted.of(project), before, after, database, tally=tally, count=count)
