"""docs/coming-from-alembic.md refers to tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

TESTS = Path(__file__).parent.parent
PAGE = TESTS.parent / "docs" / "coming-from-alembic.md"


def test_every_test_that_the_page_names_is_there() -> None:
    named = re.findall(r"\b(\w+/test_\w+)", PAGE.read_text())
    assert named
    assert [name for name in named if not (TESTS / f"{name}.py").is_file()] == []
