"""A revision against the replayed history is, byte for byte, the one against a database at head."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
import sqlalchemy as sa
from harness.cases import Models, Pair, applications, pairs

from schemadiff.cli.commandline import CommandLine

EXTENSIONS = ("pg_trgm", "btree_gist")
MAKE_EXTENSIONS = "".join(
    f'    op.execute("CREATE EXTENSION IF NOT EXISTS {name}")\n' for name in EXTENSIONS
)


def bounded(cases: list[tuple[Path, str]], size: int) -> list[object]:
    """A fixed sample of ``cases``; all of them with SCHEMADIFF_TEST_EVERYTHING."""
    if not os.environ.get("SCHEMADIFF_TEST_EVERYTHING"):
        cases = random.Random(5).sample(cases, size)
    return [pytest.param(path, name, id=f"{path.stem}-{name}") for path, name in cases]


def run(*argv: str) -> int:
    return CommandLine().run(argv)


def write_project(folder: Path, engine: sa.Engine, *models: Models) -> None:
    options = models[0].options
    schemas = {t.schema for one in models for t in one.metadata.tables.values() if t.schema}
    prepare = MAKE_EXTENSIONS + "".join(
        f'    op.execute("CREATE SCHEMA IF NOT EXISTS {name}")\n' for name in sorted(schemas)
    )
    url = engine.url.render_as_string(hide_password=False)
    (folder / "migrations" / "versions").mkdir(parents=True)
    said = "".join(f"{name} = {str(value).lower()}\n" for name, value in options.items())
    (folder / "pyproject.toml").write_text(
        f'[tool.schemadiff]\nscript_location = "migrations"\nurl = "{url}"\n{said}'
    )
    if engine.dialect.name == "postgresql":
        assert run("revision", "-m", "extensions", "--rev-id", "ext") == 0
        made = written(folder, "ext")
        text = made.read_text("utf-8").replace("    pass\n", prepare, 1)
        text = text.replace("def upgrade", "from schemadiff import op\n\n\ndef upgrade", 1)
        made.write_text(text, "utf-8")
        assert run("upgrade") == 0


def written(folder: Path, name: str) -> Path:
    return next((folder / "migrations").rglob(f"{name}_*.py"))


def body(folder: Path, name: str) -> str:
    """What a revision file says but for the minute it was made in; it is gone afterwards."""
    path = written(folder, name)
    lines = path.read_text("utf-8").splitlines()
    path.unlink()
    return "\n".join(line for line in lines if "Create Date" not in line)


def both(folder: Path, models: str, name: str) -> list[str]:
    """A revision by the database and by the history; the latter is there afterwards."""
    to = ("--metadata", models, "--rev-id", name, "-m", "x")
    said = []
    for against in (("--from", "history"), (), ("--from", "history")):
        assert run("revision", "--autogenerate", *against, *to) == 0
        said.append(body(folder, name) if len(said) < 2 else written(folder, name).read_text())
    return said[:2]


@pytest.mark.parametrize(("folder", "database"), bounded(list(pairs()), 12))
def test_a_change_is_written_from_the_history_as_from_the_database(
    folder: Path,
    database: str,
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if folder.name == "nothing":
        pytest.skip("there is no revision to write")
    engine: sa.Engine = request.getfixturevalue(f"{database}_engine")
    monkeypatch.chdir(tmp_path)
    write_project(tmp_path, engine, Pair(folder).before, Pair(folder).after)
    for name, state in (("aa", "before"), ("bb", "after")):
        by_history, by_database = both(tmp_path, f"{folder / state}.py:metadata", name)
        assert by_history == by_database
        assert run("upgrade") == 0


@pytest.mark.parametrize(("path", "database"), bounded(list(applications()), 2))
def test_the_first_revision_is_written_from_no_history_as_from_an_empty_database(
    path: Path,
    database: str,
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    engine: sa.Engine = request.getfixturevalue(f"{database}_engine")
    monkeypatch.chdir(tmp_path)
    write_project(tmp_path, engine, Models.read(path))
    by_history, by_database = both(tmp_path, f"{path}:metadata", "aa")
    assert by_history == by_database
    assert run("upgrade") == 0
    capsys.readouterr()
    again = ("--metadata", f"{path}:metadata", "-m", "none")
    assert run("revision", "--autogenerate", "--from", "history", *again) == 0
    assert "no file was written" in capsys.readouterr().out
