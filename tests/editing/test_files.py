"""Several files change, or none."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from schemadiff.editing.files import FileChange, replace_files, unified
from schemadiff.errors import CommandError


def fine(placed: Mapping[Path, Path]) -> None:
    """Nothing is wrong with the new files."""


@pytest.fixture
def changes(tmp_path: Path) -> list[FileChange]:
    """One file changes, one gets another name, one goes, one comes."""
    for name in ("a", "b", "c"):
        (tmp_path / name).write_bytes(name.encode())
    here = {name: (tmp_path / name, name.encode()) for name in ("a", "b", "c")}
    return [
        FileChange(here["a"], (tmp_path / "a", b"changed")),
        FileChange(here["b"], (tmp_path / "moved", b"b2")),
        FileChange(here["c"], None),
        FileChange(None, (tmp_path / "new", b"new")),
    ]


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


BEFORE = {"a": b"a", "b": b"b", "c": b"c"}


def test_all_files_change(changes: list[FileChange], tmp_path: Path) -> None:
    replace_files(changes, fine)
    assert contents(tmp_path) == {"a": b"changed", "moved": b"b2", "new": b"new"}


def test_for_show_everything_is_tried_and_nothing_made(
    changes: list[FileChange], tmp_path: Path
) -> None:
    seen: list[bytes] = []
    replace_files(changes, lambda p: seen.extend(x.read_bytes() for x in p.values()), for_show=True)
    assert seen == [b"changed", b"b2", b"new"]
    assert contents(tmp_path) == BEFORE


def test_nothing_changes_when_the_proof_fails(changes: list[FileChange], tmp_path: Path) -> None:
    def wrong(placed: Mapping[Path, Path]) -> None:
        raise CommandError("wrong")

    with pytest.raises(CommandError, match="wrong"):
        replace_files(changes, wrong)
    assert contents(tmp_path) == BEFORE


@pytest.mark.parametrize("at", range(4))
def test_what_was_changed_is_put_back_when_a_file_cannot_be(
    changes: list[FileChange], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    true, calls = {"replace": Path.replace, "unlink": Path.unlink}, iter(range(99))

    def failing(name: str) -> object:
        def call(self: Path, *args: object, **kwargs: object) -> object:
            counts = not self.name.startswith(".#") or name == "replace"
            if counts and next(calls) == at:
                raise OSError(28, "No space left on device", str(self))
            return true[name](self, *args, **kwargs)  # type: ignore[operator]

        return call

    for name in true:
        monkeypatch.setattr(Path, name, failing(name))
    with pytest.raises(CommandError, match="No space left"):
        replace_files(changes, fine)
    assert contents(tmp_path) == BEFORE


def test_a_file_that_somebody_has_changed_meanwhile_stays(
    changes: list[FileChange], tmp_path: Path
) -> None:
    (tmp_path / "c").write_bytes(b"mine")
    with pytest.raises(CommandError, match="has changed meanwhile"):
        replace_files(changes, fine)
    assert contents(tmp_path) == {**BEFORE, "c": b"mine"}


def test_changes_are_shown_as_a_diff(changes: list[FileChange], tmp_path: Path) -> None:
    lines = list(unified(changes, tmp_path))
    end = "\\ No newline at end of file"
    assert lines[:7] == ["--- a", "+++ a", "@@ -1 +1 @@", "-a", end, "+changed", end]
    assert "--- b" in lines
    assert "+++ moved" in lines
    assert "--- /dev/null" in lines


def test_a_diff_shows_line_ends_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    change = FileChange((path, b"x = 1\r\ny = '\x0c'"), (path, b"x = 2\r\ny = '\x0c'"))
    assert list(unified([change], tmp_path))[2:] == [
        "@@ -1,2 +1,2 @@",
        "-x = 1\r",
        "+x = 2\r",
        " y = '\x0c'",
        "\\ No newline at end of file",
    ]
