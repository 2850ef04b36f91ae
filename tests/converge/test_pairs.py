"""Every pair of fixtures/pairs on a database with rows: there, back, there again, rows kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from harness.cases import pairs
from harness.gaps import cases

from .cycle import Fresh, Tally, counted, cycle
from .gaps import PAIRS, WITHOUT_ROWS


@pytest.mark.parametrize(("folder", "database"), cases(list(pairs()), PAIRS))
def test_a_pair_leads_there_and_back_with_its_rows(
    folder: Path, database: str, fresh: Fresh, tally: Tally
) -> None:
    before, after = folder / "before.py", folder / "after.py"
    count = 0 if folder.name in WITHOUT_ROWS else 2
    with fresh(database) as project, counted(tally):
        cycle(project, before, after, database, tally=tally, count=count)
