"""The command line starts light, helps, and keeps results and remarks apart."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import MODELS

HEAVY = ("sqlalchemy", "libcst", "black", "mako")
LOOK = """
import sys
from schemadiff.cli import CommandLine
code = CommandLine().run(sys.argv[1:])
print("heavy:", sorted(set({heavy!r}) & set(sys.modules)), file=sys.stderr)
sys.exit(code)
"""


def run(
    *arguments: str, code: str | None = None, folder: Path | None = None
) -> subprocess.CompletedProcess[str]:
    start = ["-m", "schemadiff"] if code is None else ["-c", code]
    root = Path(__file__).parents[2]
    return subprocess.run(
        [sys.executable, *start, *arguments],
        capture_output=True,
        text=True,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(root)},
        check=False,
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "shop.py").write_text(MODELS)
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'shop'\n")
    url, models = "sqlite:///app.db", "shop:metadata"
    made = run("init", "migrations", "--url", url, "--metadata", models, folder=tmp_path)
    assert made.returncode == 0, made.stderr
    assert "[tool.schemadiff]" in (tmp_path / "pyproject.toml").read_text()
    return tmp_path


@pytest.mark.parametrize(
    "arguments",
    [("--help",), ("--version",), ("check", "--help"), ("history",), ("heads", "-v"), ("show", "aaaa"), ("completion", "bash")],
)  # fmt: skip
def test_what_needs_no_database_imports_nothing_heavy(
    project: Path, arguments: tuple[str, ...]
) -> None:
    (project / "migrations/versions/aaaa.py").write_text(
        "revision = 'aaaa'\ndown_revision = None\n"
    )
    done = run(*arguments, code=LOOK.format(heavy=HEAVY), folder=project)
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines()[-1] == "heavy: []"


def test_every_command_teaches_in_its_help() -> None:
    from schemadiff.cli.commands import group

    for name in group.commands:
        done = run(name, "--help")
        assert done.returncode == 0
        assert done.stdout.startswith(f"Usage: python -m schemadiff {name}")


def test_results_go_to_stdout_and_progress_to_stderr(project: Path) -> None:
    assert run("revision", "--autogenerate", "-m", "start", folder=project).returncode == 0
    up = run("upgrade", folder=project)
    assert up.returncode == 0, up.stderr
    assert up.stdout == ""
    assert up.stderr.startswith("Running upgrade  -> ")
    assert up.stderr.endswith(", start\n")
    assert run("-q", "downgrade", "base", folder=project).stderr == ""
    checked = run("check", folder=project)
    assert checked.returncode == 3, checked.stderr


def test_a_page_in_a_pipe_has_no_colours(project: Path) -> None:
    (project / "app.db").touch()
    checked = run("check", folder=project)
    assert checked.returncode == 1, checked.stderr
    assert "+ account" in checked.stdout
    assert "\x1b[" not in checked.stdout


def test_a_reader_that_has_seen_enough_is_no_error(project: Path) -> None:
    for number in range(300):
        name = f"r{number:04}"
        down = f"r{number - 1:04}" if number else None
        (project / f"migrations/versions/{name}.py").write_text(
            f"revision = {name!r}\ndown_revision = {down!r}\n"
        )
    command = f"{sys.executable} -m schemadiff history -v | head -1"
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command}"],
        capture_output=True, text=True, cwd=project, env=env, check=False,
    )  # fmt: skip
    assert done.stdout == "Rev: r0299 (head)\n"
    assert done.stderr == ""


@pytest.mark.skipif(os.name == "nt", reason="no pseudo-terminals there")
def test_on_a_terminal_lines_are_as_long_as_they_are(project: Path) -> None:
    import pty

    words = "a message that is longer than a terminal of eighty columns " * 3
    assert run("revision", "-m", words, "--rev-id", "aaaa", folder=project).returncode == 0
    ours, theirs = pty.openpty()
    try:
        shown = subprocess.run(
            [sys.executable, "-m", "schemadiff", "history"],
            cwd=project, stdin=theirs, capture_output=True, text=True, check=True,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "COLUMNS": "80"},
        )  # fmt: skip
    finally:
        os.close(ours)
        os.close(theirs)
    assert shown.stdout == f"<base> -> aaaa (head), {words.strip()}\n"
