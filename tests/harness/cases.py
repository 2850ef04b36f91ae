"""The cases in fixtures/, read from their files."""

from __future__ import annotations

import json
import runpy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

FIXTURES = Path(__file__).parents[2] / "fixtures"
DATABASES = ("sqlite", "postgresql", "mariadb")
UNMAKEABLE = {("superset", "mariadb")}
"""What SQLAlchemy 2.0 itself cannot make: it writes NO CYCLE for a sequence, MariaDB wants NOCYCLE."""


@dataclass(frozen=True, slots=True)
class Models:
    """A file of table definitions and what it takes to compare a database with them."""

    path: Path
    metadata: sa.MetaData
    options: Mapping[str, Any] = field(default_factory=dict)
    databases: tuple[str, ...] = DATABASES

    @classmethod
    def read(cls, path: Path) -> Models:
        """The models of ``path``, made anew: nothing is shared with an earlier reading."""
        names = runpy.run_path(str(path))
        databases = tuple(names.get("databases", DATABASES))
        return cls(path, names["metadata"], names.get("options", {}), databases)

    def create(self, engine: sa.Engine) -> None:
        """Make the database what the models say, by SQLAlchemy's own means."""
        with engine.begin() as connection:
            for schema in sorted({t.schema for t in self.metadata.tables.values() if t.schema}):
                connection.exec_driver_sql(f'CREATE SCHEMA IF NOT EXISTS "{schema}"')
            self.metadata.create_all(connection)


@dataclass(frozen=True, slots=True)
class Pair:
    """The same models before and after a change, and the golden files that tell what comes of it."""

    folder: Path

    @property
    def before(self) -> Models:
        return Models.read(self.folder / "before.py")

    @property
    def after(self) -> Models:
        return Models.read(self.folder / "after.py")


def pairs() -> Iterator[tuple[Path, str]]:
    """Every pair, with each database that can hold it."""
    for folder in sorted((FIXTURES / "pairs").iterdir()):
        for database in Models.read(folder / "before.py").databases:
            yield folder, database


def applications() -> Iterator[tuple[Path, str]]:
    """The models of every application, with each database that this SQLAlchemy can make them on."""
    holds: dict[str, list[str]] = json.loads((FIXTURES / "models" / "databases.json").read_text())
    for name, databases in sorted(holds.items()):
        for database in databases:
            if not (sa.__version__.startswith("2.0.") and (name, database) in UNMAKEABLE):
                yield FIXTURES / "models" / f"{name}.py", database
