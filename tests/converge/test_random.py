"""Random pairs of models on a database with rows: there, back, there again, rows kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from harness.cases import DATABASES
from hypothesis import HealthCheck, given, settings

from .cycle import Fresh, Tally, Wrong, cycle
from .drawing import pairs

EXAMPLES = {"sqlite": 40, "postgresql": 12, "mariadb": 12}
MANY = 20
"""How many times as many are tried if all are asked for."""


@pytest.mark.parametrize("database", DATABASES)
def test_a_random_pair_leads_there_and_back_with_its_rows(
    database: str, fresh: Fresh, tally: Tally, pytestconfig: pytest.Config
) -> None:
    many = MANY if pytestconfig.getoption("--converge-all") else 1
    seeded = pytestconfig.getoption("--hypothesis-seed") is not None

    @settings(
        max_examples=EXAMPLES[database] * many,
        deadline=None,
        derandomize=not seeded,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(pairs())
    def leads(texts: tuple[str, str]) -> None:
        _try(texts, database, fresh, tally)

    leads()


def _try(texts: tuple[str, str], database: str, fresh: Fresh, tally: Tally) -> None:
    tally.tried += 1
    with fresh(database) as project:
        files = (project.folder / "before.py", project.folder / "after.py")
        for file, text in zip(files, texts):
            Path(file).write_text(text, encoding="utf-8")
        try:
            # one row: what a new column gives to all rows may have to be unique
            cycle(project, *files, database, tally=tally, count=1)
        except Wrong as wrong:
            tally.converged += wrong.is_of_rows
            raise
    tally.converged += 1
    tally.rows_kept += 1
