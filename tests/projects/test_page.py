"""The pages for those who come from Alembic refer to tests that exist."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parent.parent
DOCS = TESTS.parent / "docs"
BEHAVIOUR = (DOCS / "behaviour.md").read_text("utf-8").splitlines()
ROWS = [line for line in BEHAVIOUR if line.startswith("| ") and "| shown by |" not in line]
SHOWN = re.compile(r"(\w+/test_\w+)::(test_\w+)")


@cache
def functions(file: str) -> frozenset[str]:
    """The tests in a file."""
    text = (TESTS / f"{file}.py").read_text("utf-8")
    return frozenset(re.findall(r"^(?:async )?def (test_\w+)", text, re.MULTILINE))


def test_every_test_that_the_page_names_is_there() -> None:
    named = re.findall(r"\b(\w+/test_\w+)", (DOCS / "coming-from-alembic.md").read_text())
    assert named
    assert [name for name in named if not (TESTS / f"{name}.py").is_file()] == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split("|")[1].strip()[:60])
def test_what_holds_is_shown_by_tests_that_exist(row: str) -> None:
    what, shown = row.strip("| ").split(" | ")
    assert what
    tests = SHOWN.findall(shown)
    assert len(tests) == len(shown.split(", ")) >= 1
    assert [f"{file}::{name}" for file, name in tests if name not in functions(file)] == []
