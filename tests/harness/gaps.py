"""What is known not to work yet: each of these must fail, so that whoever mends it is told to strike it out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

CREATED: Mapping[str, str] = {}
THERE_AND_BACK: Mapping[str, str] = {}
FIRST_REVISION: Mapping[str, str] = {}


def cases(found: list[tuple[Path, str]], gaps: Mapping[str, str]) -> list[object]:
    """The cases as parameters, named after file and database; a known gap is expected to fail."""
    return [_case(path, database, gaps) for path, database in found]


def _case(path: Path, database: str, gaps: Mapping[str, str]) -> object:
    name = f"{path.stem}-{database}"
    marks = [pytest.mark.xfail(strict=True, reason=gaps[name])] if name in gaps else []
    return pytest.param(path, database, id=name, marks=marks)
