"""docs/reference/ says what the docstrings say, and leaves nothing public out."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from schemadiff.runtime.options import ConfigureOptions

from .pages import PAGES, Page, described

FOLDER = Path(__file__).parents[2] / "docs" / "reference"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_is_current(page: Page, update_golden: bool) -> None:
    path = FOLDER / f"{page.name}.md"
    if update_golden:
        path.write_text(page.text(), encoding="utf-8")
    assert path.read_text(encoding="utf-8") == page.text()


def test_no_page_is_left_over() -> None:
    assert {path.stem for path in FOLDER.glob("*.md")} == {page.name for page in PAGES} | {"index"}


def test_the_index_leads_to_every_page() -> None:
    index = (FOLDER / "index.md").read_text(encoding="utf-8")
    assert [page.name for page in PAGES if f"]({page.name}.md)" not in index] == []


def test_every_parameter_of_configure_is_described() -> None:
    assert list(described()) == list(ConfigureOptions.__annotations__)
    assert inspect.getdoc(ConfigureOptions)
