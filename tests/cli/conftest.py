"""A folder of its own for every test, and the command line run in it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from schemadiff.cli import CommandLine

MODELS = """\
import sqlalchemy as sa

metadata = sa.MetaData()
account = sa.Table(
    "account",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("email", sa.String(80), nullable=False),
)
"""


@dataclass(frozen=True)
class Outcome:
    """What a command line came to."""

    code: int
    out: str
    err: str


Cli = Callable[..., Outcome]


@pytest.fixture
def cli(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Cli]:
    """``cli("check", "--url", …)`` runs a command in a fresh folder and tells the outcome."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SCHEMADIFF_CONFIG", raising=False)
    monkeypatch.delenv("ALEMBIC_CONFIG", raising=False)
    path, modules = list(sys.path), set(sys.modules)

    def run(*arguments: str) -> Outcome:
        capsys.readouterr()
        for name in set(sys.modules) - modules:
            if name.startswith("shop"):
                del sys.modules[name]
        code = CommandLine().run(arguments)
        captured = capsys.readouterr()
        return Outcome(code, captured.out, captured.err)

    yield run
    sys.path[:] = path
    for name in set(sys.modules) - modules:
        if name.startswith("shop"):
            del sys.modules[name]


@pytest.fixture
def project(cli: Cli) -> Cli:
    """The same in a project: shop.py, app.db (not there yet) and a folder for revisions."""
    Path("shop.py").write_text(MODELS)
    outcome = cli("init", "migrations", "--url", "sqlite:///app.db", "--metadata", "shop:metadata")
    assert outcome.code == 0, outcome
    return cli
