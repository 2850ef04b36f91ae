"""Projects that were written for Alembic, copied to a fresh folder and run there as people run them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from ground import Server

import schemadiff

PROJECTS = Path(__file__).parent.parent.parent / "fixtures" / "projects"
ROOT = str(Path(schemadiff.__file__).parent.parent)


@dataclass(frozen=True)
class Project:
    """A project in a folder of its own, and the databases that its configuration names."""

    folder: Path
    urls: tuple[str, ...]
    before: tuple[str, ...] = ()
    """Words that stand before every command."""

    def run(self, *words: str, code: int = 0) -> str:
        """What a command prints, which ends with this exit code."""
        done = subprocess.run(
            [sys.executable, "-m", "schemadiff", *self.before, *words],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": ROOT, "SCHEMADIFF_CONFIG": "", "ALEMBIC_CONFIG": ""},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == code, f"{' '.join(words)}: {done.returncode}\n{done.stdout}"
        return done.stdout

    def tables(self, which: int = 0) -> set[str]:
        """The tables that one of the databases has."""
        engine = sa.create_engine(self.urls[which])
        found = set(sa.inspect(engine).get_table_names())
        engine.dispose()
        return found

    def contents(self) -> dict[str, bytes]:
        """Every file of the project but databases and what Python compiles."""
        paths = (path for path in self.folder.rglob("*") if path.is_file())
        return {
            str(path.relative_to(self.folder)): path.read_bytes()
            for path in paths
            if path.suffix not in (".db", ".pyc", ".sql")
        }


Copied = Callable[[str], Project]


@pytest.fixture(params=["sqlite", "postgresql"])
def copied(
    request: pytest.FixtureRequest, tmp_path: Path, server: Callable[[str], Server]
) -> Iterator[Copied]:
    """``copied("generic")`` is that project, with two fresh databases of a kind."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            urls = [f"sqlite:///{tmp_path}/one.db", f"sqlite:///{tmp_path}/two.db"]
        else:
            fresh = [stack.enter_context(server("postgresql").fresh()) for _ in range(2)]
            urls = [engine.url.render_as_string(hide_password=False) for engine in fresh]
        yield lambda name: _copy(name, tmp_path / "project", tuple(urls))


def _copy(name: str, folder: Path, urls: tuple[str, ...]) -> Project:
    shutil.copytree(PROJECTS / name, folder, ignore=shutil.ignore_patterns("__pycache__"))
    ini = folder / "alembic.ini"
    spoken = [_asynchronous(url) if name == "async" else url for url in urls]
    text = ini.read_text().replace("@URL2@", _escaped(spoken[1]))
    ini.write_text(text.replace("@URL@", _escaped(spoken[0])))
    return Project(folder, urls)


def _escaped(url: str) -> str:
    return url.replace("%", "%%")


def _asynchronous(url: str) -> str:
    # psycopg speaks both ways.
    return url.replace("sqlite:", "sqlite+aiosqlite:")
