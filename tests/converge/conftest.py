"""Fresh projects one after the other within a test, and what is said at the end."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest
import sqlalchemy as sa
from ground import Server
from harness.project import Project

from .cycle import Fresh, Tally
from .sample import rounds

EXTENSIONS = ("pg_trgm",)
tallies = pytest.StashKey[dict[str, Tally]]()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "number" in metafunc.fixturenames:
        everything = bool(metafunc.config.getoption("--converge-all"))
        cases = list(rounds(everything))
        metafunc.parametrize(
            ("name", "database", "number"),
            cases,
            ids=[f"{name.removesuffix('.py')}-{on}-{number}" for name, on, number in cases],
        )


@pytest.fixture
def fresh(tmp_path: Path, server: Callable[[str], Server]) -> Fresh:
    """Makes projects, each on an empty database of its own."""
    numbers = count(1)

    @contextmanager
    def made(database: str) -> Iterator[Project]:
        folder = tmp_path / f"project_{next(numbers)}"
        folder.mkdir()
        with _engine(folder, database, server) as engine:
            yield Project(folder, engine)

    return made


@contextmanager
def _engine(folder: Path, database: str, server: Callable[[str], Server]) -> Iterator[sa.Engine]:
    if database == "sqlite":
        engine = sa.create_engine(f"sqlite:///{folder}/test.db")
        yield engine
        engine.dispose()
        return
    with server(database).fresh() as engine:
        if database == "postgresql":
            with engine.begin() as connection:
                for extension in EXTENSIONS:
                    connection.exec_driver_sql(f"CREATE EXTENSION {extension}")
        yield engine


@pytest.fixture
def tally(request: pytest.FixtureRequest, pytestconfig: pytest.Config) -> Tally:
    """The tally of the test's database, which is told at the end of the run."""
    database = request.node.callspec.params["database"]
    return pytestconfig.stash.setdefault(tallies, {}).setdefault(database, Tally())


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    for database, tally in config.stash.get(tallies, {}).items():
        terminalreporter.write_line(f"converge on {database}: {tally}")
