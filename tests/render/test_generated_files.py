"""Revision files as they are written: formatted, linted, typed, and importable by themselves.

The golden files of the pairs are what is written today: another test holds them equal to it. The models of
applications are taken on an empty SQLite database; with ``--lint-all`` all of them on every database.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
import sqlalchemy as sa
from harness.cases import FIXTURES, Models, applications
from harness.project import Project
from sqlalchemy.dialects import mysql, postgresql, sqlite

from schemadiff.hooks.formatting import format_source
from schemadiff.render.call import Literal, Statement
from schemadiff.render.construct import Construct
from schemadiff.render.module import UNTYPED, revision_source

from .random_types import CORE, OWN

ROOT = FIXTURES.parent
SAMPLE = ("jupyterhub", "optuna")
RUFF = ("E", "F", "W", "I", "UP", "B", "C4", "SIM", "PIE")


@pytest.fixture(scope="module")
def golden(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The golden revisions, each under a name that is a module's."""
    folder = tmp_path_factory.mktemp("golden")
    found = []
    for path in sorted((FIXTURES / "pairs").glob("*/revision.*.py")):
        name = f"{path.parent.name}_{path.name.split('.')[1]}.py"
        found.append(Path(shutil.copy(path, folder / name)))
    assert len(found) > 50
    return found


def ran(*command: object, where: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *map(str, command)],
        cwd=where,
        env={**os.environ, "PYTHONPATH": str(ROOT), "MYPYPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def clean_by_everybody(files: list[Path]) -> None:
    """Fail unless every tool leaves the files alone, and Python imports them in a process of their own."""
    where = files[0].parent
    for path in files:
        assert format_source(path.read_text(), path) == path.read_text(), path.name
    # Long lines are what a name or a text is too long for.
    rules = ["--isolated", f"--select={','.join(RUFF)}", "--ignore=E501", "--target-version=py311"]
    ran("ruff", "check", *rules, *files, where=where)
    # one an environment: suites with two SQLAlchemys run side by side
    cache = f"--cache-dir={Path(sys.prefix) / '.mypy_cache'}"
    ran("mypy", "--strict", "--follow-imports=silent", cache, *files, where=where)
    loading = "\n".join(f"runpy.run_path({str(path)!r})" for path in files)
    (where / "loads_them_all.txt").write_text(f"import runpy\n{loading}\n")
    code = "exec(open('loads_them_all.txt').read())"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=where,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_golden_revisions_are_clean(golden: list[Path]) -> None:
    clean_by_everybody(golden)


def one_of_each(classes: Iterable[type[sa.types.TypeEngine[object]]]) -> str:
    """The source of a revision that makes a table with a column of every type."""
    construct = Construct()
    made = sa.Table(
        "t", sa.MetaData(), *(sa.Column(f"c{at}", each()) for at, each in enumerate(classes))
    )
    call = construct.operation("create_table", Literal("t"), *construct.table_arguments(made))
    text = revision_source(
        message="types",
        revision="1",
        down_revision=None,
        upgrades=[Statement(call)],
        downgrades=[Statement(construct.operation("drop_table", Literal("t")))],
    )
    return format_source(text)


def test_a_revision_with_every_type_is_clean(tmp_path: Path) -> None:
    files = []
    for dialect, own in OWN.items():
        path = tmp_path / f"types_of_{dialect}.py"
        path.write_text(one_of_each((*CORE, *own)))
        files.append(path)
    clean_by_everybody(files)


def test_a_file_says_that_it_calls_a_type_without_annotations_and_only_then() -> None:
    assert UNTYPED in one_of_each([sqlite.DATETIME])
    assert UNTYPED not in one_of_each([sa.DateTime, postgresql.TIMESTAMP, mysql.DATETIME])


def test_revisions_of_applications_are_clean(
    tmp_path: Path, request: pytest.FixtureRequest, pytestconfig: pytest.Config
) -> None:
    everything = pytestconfig.getoption("--lint-all")
    wanted: Callable[[Path, str], bool] = lambda path, kind: (  # noqa: E731
        bool(everything) or (path.stem in SAMPLE and kind == "sqlite")
    )
    files = [
        written(path, kind, tmp_path, request)
        for path, kind in applications()
        if wanted(path, kind)
    ]
    clean_by_everybody(files)


def written(path: Path, kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """The first revision of an application, on an empty database of this kind."""
    if kind == "sqlite":
        engine = sa.create_engine(f"sqlite:///{tmp_path}/{path.stem}.db")
        engine.connect().close()
    else:
        engine = request.getfixturevalue(f"{kind}_engine")
    folder = tmp_path / f"{path.stem}_{kind}"
    folder.mkdir()
    made = Project(folder, engine).revise(Models.read(path))
    return Path(shutil.copy(made, tmp_path / f"revision_{path.stem}_{kind}.py"))
