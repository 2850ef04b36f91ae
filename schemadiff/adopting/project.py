"""A project of Alembic's as one of ours: which files change, how, and the proof that its graph is the same."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from configparser import ConfigParser
from dataclasses import dataclass
from pathlib import Path

from schemadiff.config import Config
from schemadiff.editing.files import FileChange, replace_files, unified
from schemadiff.errors import CommandError, UsageError
from schemadiff.script import ScriptDirectory, files
from schemadiff.script.source import RevisionSource, read_source

from .alias import OURS, THEIRS, standing_in
from .imports import renamed_imports
from .template import renamed_template
from .toml import moved, prove

Rename = Callable[[Path, bytes], bytes]
"""Gives the new content of a file."""


@dataclass(frozen=True, slots=True)
class Adoption:
    """What it takes to adopt a project, worked out and not yet done."""

    changes: tuple[FileChange, ...]
    revisions: tuple[Path, ...]
    unread: tuple[Path, ...]
    """Python files in the neighbourhood that mention Alembic and are not part of the project's scripts."""
    config: Config
    moves: tuple[FileChange, ...] = ()
    """What moves the configuration into pyproject.toml: the ini file and the TOML file."""

    @property
    def all_changes(self) -> tuple[FileChange, ...]:
        """Every file that changes."""
        return (*self.changes, *self.moves)

    def diff(self, start: Path) -> Iterator[str]:
        """The changes as a unified diff."""
        return unified(self.all_changes, start)

    def carry_out(self) -> None:
        """Change the files, all or none. Raises CommandError if the graph would not be the same."""
        replace_files(self.all_changes, self._prove)

    def _prove(self, placed: Mapping[Path, Path]) -> None:
        """Each revision says of itself what it said before."""
        with standing_in():
            for path in self.revisions:
                before, after = read_source(path), read_source(placed.get(path, path))
                if _links(before) != _links(after):
                    raise CommandError(f"{path} would be another revision than before")
        if self.moves:
            ini, toml = (change.new and placed[change.new[0]] for change in self.moves)
            assert toml is not None
            prove(self.config, ini, toml)


def adoption(config: Config, *, toml: bool = False) -> Adoption:
    """How to adopt the project that ``config`` describes, with ``toml`` its configuration in pyproject.toml, too.

    Raises CannotEdit for what is not understood.
    """
    script = ScriptDirectory.from_config(config)
    sources = sorted({*_python_files(script), *_revisions(script)})
    changes = [
        *_changed(sources, renamed_imports),
        *_changed(filter(Path.is_file, [script.template_path]), renamed_template),
        *_changed(() if toml else filter(Path.is_file, _ini_files(config)), renamed_loggers),
    ]
    if not sources:
        raise UsageError(f"there are no revision files in {', '.join(script.version_locations)}")
    moves = _moves(config) if toml else ()
    revisions, unread = _revisions(script), _outside(config, sources)
    return Adoption(tuple(changes), revisions, unread, config, moves)


def _moves(config: Config) -> tuple[FileChange, ...]:
    paths = [path for path in _ini_files(config) if path.is_file()]
    return moved(config, b"".join(renamed_loggers(path, path.read_bytes()) for path in paths))


def renamed_loggers(path: Path, content: bytes) -> bytes:
    """The ini file in which the logger that was Alembic's is ours; nothing else of it need change."""
    parser = ConfigParser(interpolation=None)
    parser.read_string(content.decode())
    if not any(
        name.startswith("logger_") and _is_theirs(parser.get(name, "qualname", fallback=""))
        for name in parser.sections()
    ):
        return content
    lines = content.decode().splitlines(keepends=True)
    return "".join(map(_logger_line, lines)).encode()


def _logger_line(line: str) -> str:
    key, sign, value = line.partition("=")
    if key.strip() == "qualname" and _is_theirs(value.strip()):
        return f"{key}{sign}{value.replace(THEIRS, OURS, 1)}"
    return line


def _is_theirs(logger: str) -> bool:
    return logger.partition(".")[0] == THEIRS


def _changed(paths: Iterable[Path], rename: Rename) -> Iterator[FileChange]:
    for path in paths:
        before = path.read_bytes()
        # Who never mentions it need not be taken apart.
        after = rename(path, before) if THEIRS.encode() in before else before
        if after != before:
            yield FileChange((path, before), (path, after))


def _revisions(script: ScriptDirectory) -> tuple[Path, ...]:
    found = files.revision_files(
        script.version_locations, script.recursive_version_locations, sourceless=False
    )
    return tuple(found)


def _python_files(script: ScriptDirectory) -> Iterator[Path]:
    """env.py and whatever else is in the folder of scripts."""
    for folder, _, names in os.walk(script.dir):
        if Path(folder).name != "__pycache__":
            yield from (Path(folder, name) for name in names if name.endswith(".py"))


def _ini_files(config: Config) -> list[Path]:
    return [Path(config.config_file_name)] if config.config_file_name else []


def _outside(config: Config, known: Sequence[Path]) -> tuple[Path, ...]:
    """The application's own files, below the configuration, that import Alembic: told, never touched."""
    here = config.ini_here or config.toml_here or Path.cwd()
    return tuple(sorted(path for path in _below(here) if path not in known and _imports(path)))


def _below(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not _is_foreign(Path(place, name))]
        yield from (Path(place, name) for name in names if name.endswith(".py"))


def _is_foreign(folder: Path) -> bool:
    """Whether a folder holds what is not the project's own: hidden, or an environment."""
    hidden = folder.name.startswith((".", "__")) or folder.name == "node_modules"
    return hidden or (folder / "pyvenv.cfg").is_file()


def _imports(path: Path) -> bool:
    lines = path.read_bytes().splitlines()
    starts = (f"from {THEIRS}".encode(), f"import {THEIRS}".encode())
    return any(line.lstrip().startswith(starts) for line in lines)


def _links(source: RevisionSource) -> tuple[object, ...]:
    return source.revision, source.down_revision, source.branch_labels, source.depends_on
