"""How a state of a schema is named: on the command line and in code alike."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from schemadiff.errors import UsageError

KINDS = (
    "a state is a database URL (sqlite:///shop.db), models (shop.models:Base), a snapshot (shop.json), "
    "history, history@REVISION, or a folder of .sql files"
)


@dataclass(frozen=True, slots=True)
class DatabaseName:
    """A live database."""

    url: str


@dataclass(frozen=True, slots=True)
class ModelsName:
    """Models: ``myapp.models:Base`` or ``path/to/models.py:metadata``."""

    spec: str


@dataclass(frozen=True, slots=True)
class SnapshotName:
    """A JSON file that ``inspect --format json`` wrote."""

    path: Path


@dataclass(frozen=True, slots=True)
class HistoryName:
    """The project's revisions, run on an empty database up to ``revision``."""

    revision: str = "heads"


@dataclass(frozen=True, slots=True)
class ScriptsName:
    """SQL files, run on an empty database in the order of their names."""

    path: Path


StateName: TypeAlias = DatabaseName | ModelsName | SnapshotName | HistoryName | ScriptsName


def named(text: str) -> StateName:
    """What ``text`` names. Raises UsageError for nothing at all, and for a file that is not there or is no state."""
    if not text.strip():
        raise UsageError("a state has no name", hint=KINDS)
    if "://" in text:
        return DatabaseName(text)
    word, at, revision = text.partition("@")
    if word == "history" and (revision or not at):
        return HistoryName(revision or "heads")
    if word == "history":
        raise UsageError(f"{text} names no revision", hint="history, or history@REVISION")
    path = Path(text)
    if path.suffix == ".json":
        return SnapshotName(_existing(path))
    if path.suffix == ".sql" or path.is_dir():
        return ScriptsName(_existing(path))
    if path.is_file() and path.suffix != ".py":
        raise UsageError(
            f"{text} is a file, and nothing says what is in it",
            hint=f"a database: sqlite:///{text}; SQL is in .sql files, snapshots are in .json files",
        )
    return ModelsName(text)


def _existing(path: Path) -> Path:
    if not path.exists():
        raise UsageError(f"there is no file {path}", hint=KINDS)
    return path
