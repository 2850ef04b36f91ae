"""How the identifiers of new revisions are made."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from schemadiff.errors import ConfigError
from schemadiff.script import ScriptDirectory
from schemadiff.script.ids import new_id


def test_random_ids_have_twelve_hexadecimal_digits() -> None:
    assert re.fullmatch(r"[0-9a-f]{12}", new_id("random", ()))


def test_numbers_go_on_after_the_highest() -> None:
    assert new_id("sequential", ()) == "0001"
    assert new_id("sequential", ("0009", "abc", "0003")) == "0010"
    assert new_id("sequential", ("12345",)) == "12346"


def test_moments_are_never_given_twice() -> None:
    first = new_id("timestamp", ())
    assert re.fullmatch(r"20\d{12}", first)
    taken = {first, *(str(int(first) + more) for more in range(5))}
    assert new_id("timestamp", taken) not in taken


def test_another_kind_is_refused() -> None:
    with pytest.raises(ConfigError, match="revision_ids must be random, sequential or timestamp"):
        new_id("lucky", ())


def test_a_folder_numbers_its_revisions(tmp_path: Path) -> None:
    (tmp_path / "versions").mkdir()
    script = ScriptDirectory(tmp_path, revision_ids="sequential")
    assert [script.generate_revision(None, "x", head="head").revision for _ in range(3)] == [
        "0001",
        "0002",
        "0003",
    ]
