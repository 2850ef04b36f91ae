"""A script with a project's options in it runs from any folder."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import schemadiff
from schemadiff.cli.commandline import CommandLine

ROOT = str(Path(schemadiff.__file__).parent.parent)


def run(*argv: str) -> int:
    return CommandLine().run(argv)


def test_the_script_has_the_options_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "migrations" / "versions").mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text('[tool.schemadiff]\nscript_location = "migrations"\n')
    assert run("revision", "-m", "start", "--rev-id", "aa") == 0
    (tmp_path / "bin").mkdir()
    (tmp_path / "elsewhere").mkdir()
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    assert run("manage", "bin/manage.py", "--url", url) == 0
    for words in (["upgrade"], ["current"]):
        done = subprocess.run(
            [sys.executable, tmp_path / "bin" / "manage.py", *words],
            cwd=tmp_path / "elsewhere",
            env={**os.environ, "PYTHONPATH": ROOT},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("aa")
    capsys.readouterr()
    assert run("manage", "bin/manage.py", "--url", url) == 4
    assert "File exists" in capsys.readouterr().err


def test_without_anything_to_say_there_is_no_script(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("manage", "manage.py") == 2
    assert list(tmp_path.iterdir()) == []
