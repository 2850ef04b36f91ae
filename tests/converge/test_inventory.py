"""Every attribute of the inventory changed by a revision file: there, back, there again, rows kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from harness.cases import DATABASES
from inventory.case import Case
from inventory.cases import cases

from .cycle import Fresh, Tally, counted, cycle
from .gaps import INVENTORY, WITHOUT_ROWS
from .sample import SHARE

SAMPLE = 5
"""One case in so many is tried unless all are asked for, half of them with each SQLAlchemy."""

MODELS = """
import sqlalchemy as sa
from inventory.cases import cases

metadata = sa.MetaData()
options = {options}
cases({database!r})[{number}].{side}(metadata)
"""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    everything = metafunc.config.getoption("--converge-all")
    found = [
        pytest.param(database, number, id=f"{database}-{_name(case)}", marks=_marks(database, case))
        for database in DATABASES
        for number, case in enumerate(cases(database))
        if not case.aside and (everything or number % (2 * SAMPLE) == SHARE * SAMPLE)
    ]
    metafunc.parametrize(("database", "at"), found)


def _name(case: Case) -> str:
    return f"{case.group}: {case.attribute}"


def _marks(database: str, case: Case) -> list[pytest.MarkDecorator]:
    reason = INVENTORY.get(f"{database}-{_name(case)}")
    return [pytest.mark.xfail(strict=True, reason=reason)] if reason else []


def test_a_changed_attribute_leads_there_and_back_with_its_rows(
    database: str, at: int, fresh: Fresh, tally: Tally
) -> None:
    case = cases(database)[at]
    with fresh(database) as project, counted(tally, f"the models are in {project.folder}"):
        with project.engine.begin() as connection:
            for statement in case.given:
                connection.exec_driver_sql(statement)
        before = written(project.folder / "before.py", database, at, "before")
        after = written(project.folder / "after.py", database, at, "after")
        count = 0 if _name(case) in WITHOUT_ROWS else 2
        cycle(project, before, after, database, tally=tally, count=count)


def written(path: Path, database: str, number: int, side: str) -> Path:
    options = {"include_schemas": True} if database == "postgresql" else {}
    text = MODELS.format(options=options, database=database, number=number, side=side)
    path.write_text(text, encoding="utf-8")
    return path
