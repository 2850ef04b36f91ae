"""Where the SQL of a revision is: in files beside its Python file, named after it."""

from __future__ import annotations

from pathlib import Path

DIRECTIONS = ("upgrade", "downgrade")
FAMILY = {"mariadb": "mysql"}
"""Databases for which the file of another one does, if they have none of their own."""


def beside(revision: Path, direction: str, dialect: str = "") -> Path:
    """``ae10_fill.upgrade.postgresql.sql`` beside ``ae10_fill.py``; without a dialect ``ae10_fill.upgrade.sql``."""
    kind = f".{dialect}" if dialect else ""
    return revision.with_name(f"{revision.stem}.{direction}{kind}.sql")


def candidates(revision: Path, direction: str, dialect: str) -> tuple[Path, ...]:
    """The files that may hold the SQL for a database, the first that is there counts."""
    names = [dialect, *([FAMILY[dialect]] if dialect in FAMILY else []), ""]
    return tuple(beside(revision, direction, name) for name in names)


def all_beside(revision: Path) -> tuple[Path, ...]:
    """The SQL files that belong to a revision, in the order of their names."""
    starts = tuple(f"{revision.stem}.{direction}." for direction in DIRECTIONS)
    if not revision.parent.is_dir():
        return ()
    found = (path for path in revision.parent.iterdir() if path.suffix == ".sql")
    return tuple(sorted(path for path in found if path.name.startswith(starts)))
