"""The page that tells what is compared says what the tests say."""

from __future__ import annotations

from .case import Case
from .cases import GROUPS
from .page import PAGE, page


def test_the_page_is_current(update_golden: bool) -> None:
    if update_golden:
        PAGE.write_text(page(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page()


def test_every_case_says_what_is_reported_or_why_nothing_is() -> None:
    def is_sound(case: Case) -> bool:
        return bool(case.changes) is not bool(case.alike)

    assert [case for group in GROUPS for case in group.cases if not is_sound(case)] == []
