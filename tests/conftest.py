"""Fresh databases for tests: ``sqlite_engine``, ``postgresql_engine``, ``mariadb_engine``, and ``engine`` for each.

A server that cannot be had is skipped and said so at the end, unless the environment variable
SCHEMADIFF_TEST_REQUIRE names it (``postgresql,mariadb``): then the tests that need it fail.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from ground import Lacking, Server, mariadb, postgresql
from hypothesis import Phase, settings

# No server of a test speaks TLS. PyMySQL gets ready for it all the same, and loading the certificate
# authorities of the machine takes longer than everything else of a connection: there are none here.
os.environ["SSL_CERT_FILE"] = os.environ["SSL_CERT_DIR"] = os.devnull

_servers = pytest.StashKey[dict[str, Server | Lacking]]()
_SOUGHT: dict[str, Callable[[], Server]] = {"postgresql": postgresql, "mariadb": mariadb}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="rewrite the golden files from what comes out now; look at the difference afterwards",
    )
    parser.addoption(
        "--converge-all",
        action="store_true",
        help="tests/converge tries every change of every model instead of a sample (an hour)",
    )
    parser.addoption(
        "--render-objects",
        type=int,
        default=5000,
        help="how many random objects tests/render writes down and reads back (60000: two minutes)",
    )
    parser.addoption(
        "--lint-all",
        action="store_true",
        help="tests/render lints the revisions of every model on every database instead of a sample",
    )


def pytest_configure(config: pytest.Config) -> None:
    # a machine that is busy with something else must not fail a law; finding the smallest example can
    # take minutes, so it is asked for: --hypothesis-profile=default
    phases = set(Phase) - {Phase.shrink, Phase.explain}
    settings.register_profile("patient", deadline=None, max_examples=60, phases=phases)
    if not config.getoption("--hypothesis-profile", None):
        settings.load_profile("patient")
    config.stash[_servers] = {}


@pytest.fixture(scope="session")
def server(pytestconfig: pytest.Config) -> Callable[[str], Server]:
    """The server of a kind, for tests that share a database."""
    return lambda kind: _server(pytestconfig, kind)


@pytest.fixture
def sqlite_engine(tmp_path: Path) -> Iterator[sa.Engine]:
    """An engine on a fresh file database."""
    engine = sa.create_engine(f"sqlite:///{tmp_path}/test.db")
    yield engine
    engine.dispose()


@pytest.fixture
def postgresql_engine(pytestconfig: pytest.Config) -> Iterator[sa.Engine]:
    """An engine on a fresh empty database of PostgreSQL."""
    with _server(pytestconfig, "postgresql").fresh() as engine:
        yield engine


@pytest.fixture
def mariadb_engine(pytestconfig: pytest.Config) -> Iterator[sa.Engine]:
    """An engine on a fresh empty utf8mb4 database of MariaDB."""
    with _server(pytestconfig, "mariadb").fresh() as engine:
        yield engine


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def engine(request: pytest.FixtureRequest) -> sa.Engine:
    """An engine on a fresh empty database of each kind, one after the other."""
    fresh: sa.Engine = request.getfixturevalue(f"{request.param}_engine")
    return fresh


@pytest.fixture
def update_golden(pytestconfig: pytest.Config) -> bool:
    """Whether golden files are rewritten instead of compared."""
    return bool(pytestconfig.getoption("--update-golden"))


def _server(config: pytest.Config, kind: str) -> Server:
    servers = config.stash[_servers]
    if kind not in servers:
        try:
            servers[kind] = _SOUGHT[kind]()
        except Lacking as lacking:
            servers[kind] = lacking
    server = servers[kind]
    if isinstance(server, Server):
        return server
    if kind in os.environ.get("SCHEMADIFF_TEST_REQUIRE", "").replace(" ", "").split(","):
        pytest.fail(f"required, but not to be had: {server}", pytrace=False)
    pytest.skip(str(server))


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    for kind, server in config.stash[_servers].items():
        if isinstance(server, Lacking):
            terminalreporter.write_line(f"NOT TESTED ON {kind.upper()}: {server}", red=True)


def pytest_unconfigure(config: pytest.Config) -> None:
    for server in config.stash.get(_servers, {}).values():
        if isinstance(server, Server):
            server.end()
