"""Finding revision files, and writing one whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from schemadiff.errors import CommandError
from schemadiff.script.source import is_revision_file

PREFERENCE = (".py", ".pyc", ".pyo")


def revision_files(
    locations: Iterable[str | Path], recursive: bool = False, sourceless: bool = False
) -> list[Path]:
    """The revision files in ``locations``, each once, by path; a location may be missing."""
    found: dict[str, Path] = {}
    for location in locations:
        for path in _below(Path(location), recursive, sourceless):
            found.setdefault(os.path.realpath(path), path)
    return list(found.values())


def _below(folder: Path, recursive: bool, sourceless: bool) -> list[Path]:
    """The revision files of one location: of each module the source, or else what is compiled."""
    try:
        inside = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except FileNotFoundError:
        return []
    except OSError as error:
        raise CommandError(f"cannot read {folder}: {error.strerror}") from error
    here = [
        Path(entry.path)
        for entry in inside
        if is_revision_file(entry.name, sourceless) and entry.is_file()
    ]
    folders = [Path(entry.path) for entry in inside if entry.is_dir()]
    if sourceless:
        here = _preferred([*here, *_compiled(folder / "__pycache__")])
    if recursive:
        for inner in folders:
            if inner.name != "__pycache__":
                here += _below(inner, recursive, sourceless)
    return here


def _compiled(cache: Path) -> list[Path]:
    """The compiled files that Python keeps in a folder of their own."""
    if not cache.is_dir():
        return []
    return [path for path in sorted(cache.iterdir()) if is_revision_file(path.name, True)]


def _preferred(paths: Iterable[Path]) -> list[Path]:
    """One file for each module: the source before what is compiled."""
    best: dict[str, Path] = {}
    for path in sorted(paths, key=lambda path: PREFERENCE.index(path.suffix)):
        best.setdefault(path.name.partition(".")[0], path)
    return sorted(best.values())


@contextmanager
def written(path: Path, content: bytes) -> Iterator[Path]:
    """A file with ``content`` beside ``path``, to be looked at; it becomes ``path`` when the block ends.

    If the block raises, nothing is left. Raises CommandError when ``path`` exists already or cannot
    be written.
    """
    made = _missing_folders(path.parent)
    # The name must not look like a revision to anybody who reads the folder meanwhile.
    provisional = path.parent / f".#{os.getpid()}.{path.name}"
    try:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with provisional.open("xb") as file:
                file.write(content)
        except OSError as error:
            raise CommandError(f"cannot write {path}: {error.strerror}") from error
        yield provisional
        _take_place(provisional, path)
    except BaseException:
        provisional.unlink(missing_ok=True)
        for folder in made:
            _remove_if_empty(folder)
        raise


def _take_place(provisional: Path, path: Path) -> None:
    """Give the file its name, unless another has it. A link, unlike a renaming, replaces nothing."""
    try:
        if not hasattr(os, "link"):
            provisional.rename(path)
            return
        try:
            os.link(provisional, path)
        except FileExistsError:
            raise
        except OSError:
            # A file system without links: the one who looks first may still lose a race here.
            if path.exists():
                raise FileExistsError(path) from None
            provisional.replace(path)
            return
        provisional.unlink()
    except FileExistsError as error:
        raise CommandError(
            f"{path} exists already", hint="choose another message or revision identifier"
        ) from error


def _missing_folders(folder: Path) -> list[Path]:
    """The folders that have to be made for ``folder``, the innermost first."""
    return [each for each in (folder, *folder.parents) if not each.exists()]


def _remove_if_empty(folder: Path) -> None:
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
