"""Changes of the models of real applications, several at a time: there, back, there again, rows kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from harness.cases import FIXTURES

from .cycle import Fresh, Tally, Wrong, cycle
from .sample import Round, drawn


def test_changed_models_lead_there_and_back_with_their_rows(
    name: str, database: str, number: int, fresh: Fresh, tally: Tally, tmp_path: Path
) -> None:
    together = drawn(FIXTURES / "models" / name, database, number)
    wrong = _wrong(together, database, fresh, tally, tmp_path)
    failed = {} if wrong is None else _alone(together, database, fresh, tmp_path)
    tally.tried += len(together.mutations)
    tally.converged += sum(
        str(one) not in failed or failed[str(one)].is_of_rows for one in together.mutations
    )
    tally.rows_kept += sum(str(one) not in failed for one in together.mutations)
    if wrong is not None:
        lines = [f"{mutation}\n    {why}" for mutation, why in failed.items()]
        lines = lines or [f"only together: {wrong}"]
        pytest.fail("\n".join([f"the models are in {tmp_path}", *lines]), pytrace=False)


def _alone(one: Round, database: str, fresh: Fresh, folder: Path) -> dict[str, Wrong]:
    """What is wrong with each mutation when it is tried alone."""
    found = (
        (str(single.mutations[0]), _wrong(single, database, fresh, None, folder))
        for single in one.singly()
    )
    return {name: wrong for name, wrong in found if wrong is not None}


def _wrong(
    one: Round, database: str, fresh: Fresh, tally: Tally | None, folder: Path
) -> Wrong | None:
    with fresh(database) as project:
        before, after = one.before(project.folder), one.after(project.folder)
        try:
            cycle(project, before, after, database, one.mutations, tally)
        except Wrong as wrong:
            return wrong
    return None
