"""Changing several files, or none of them."""

from __future__ import annotations

import difflib
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from schemadiff.errors import CommandError


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file before and after: its path and content on either side, None where there is no file."""

    old: tuple[Path, bytes] | None
    new: tuple[Path, bytes] | None

    @property
    def moved(self) -> bool:
        """Whether the path afterwards is not the one before."""
        return self.old is None or self.new is None or self.old[0] != self.new[0]


Proof = Callable[[Mapping[Path, Path]], None]
"""Raises unless the new files are right; gets, for each path, where its new content is for now."""


def replace_files(changes: Sequence[FileChange], proof: Proof, *, for_show: bool = False) -> None:
    """Make all ``changes``, once ``proof`` has seen the new contents; make none if anything fails.

    With ``for_show`` everything is tried and nothing made. Raises CommandError when a file cannot be written or has changed meanwhile.
    """
    with ExitStack() as stack:
        placed: dict[Path, Path] = {}
        for change in changes:
            if change.new is not None:
                path, content = change.new
                placed[path] = _provisional(path, content, change.old)
                stack.callback(placed[path].unlink, missing_ok=True)
        proof(placed)
        for change in changes:
            _require_unchanged(change)
        if not for_show:
            _take_places(changes, placed)


def unified(changes: Sequence[FileChange], start: Path) -> Iterator[str]:
    """The changes as lines of a unified diff, paths as seen from ``start``."""
    for change in changes:
        before, after = (_lines(side) for side in (change.old, change.new))
        old, new = (_shown(side, start) for side in (change.old, change.new))
        for line in difflib.unified_diff(before, after, old, new):
            yield line.removesuffix("\n")
            if not line.endswith("\n"):
                yield "\\ No newline at end of file"


def _take_places(changes: Sequence[FileChange], placed: Mapping[Path, Path]) -> None:
    done: list[FileChange] = []
    try:
        for change in changes:
            done.append(change)
            if change.new is not None:
                placed[change.new[0]].replace(change.new[0])
            if change.old is not None and change.moved:
                change.old[0].unlink()
    except OSError as error:
        for change in reversed(done):
            _put_back(change)
        raise CommandError(f"cannot write {error.filename}: {error.strerror}") from error
    except BaseException:
        for change in reversed(done):
            _put_back(change)
        raise


def _put_back(change: FileChange) -> None:
    if change.new is not None and change.moved:
        change.new[0].unlink(missing_ok=True)
    if change.old is not None:
        path, content = change.old
        path.write_bytes(content)


def _provisional(path: Path, content: bytes, old: tuple[Path, bytes] | None) -> Path:
    """A file beside ``path`` with its new content, under a name that nobody takes for a revision."""
    place = path.parent / f".#{os.getpid()}.{path.name}"
    try:
        place.write_bytes(content)
        if old is not None:
            shutil.copymode(old[0], place)
    except OSError as error:
        place.unlink(missing_ok=True)
        raise CommandError(f"cannot write {path}: {error.strerror}") from error
    return place


def _require_unchanged(change: FileChange) -> None:
    if change.old is not None and change.old[0].read_bytes() != change.old[1]:
        raise CommandError(f"{change.old[0]} has changed meanwhile", hint="try again")
    if change.new is not None and change.moved and change.new[0].exists():
        raise CommandError(f"{change.new[0]} exists already")


def _lines(side: tuple[Path, bytes] | None) -> list[str]:
    """The lines of a file, each with its end: only that of the last may be missing."""
    if side is None:
        return []
    *lines, last = side[1].decode(errors="replace").split("\n")
    return [*(f"{line}\n" for line in lines), *filter(None, [last])]


def _shown(side: tuple[Path, bytes] | None, start: Path) -> str:
    if side is None:
        return os.devnull
    path = side[0]
    return str(path.relative_to(start) if path.is_relative_to(start) else path)
