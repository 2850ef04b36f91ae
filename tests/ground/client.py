"""Scripts run by a database's own client, as whoever gets a script from ``--sql`` runs it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping

import pytest
import sqlalchemy as sa


class Refused(Exception):
    """The client ended with an error; the message has its words, and the script."""


def fed(engine: sa.Engine, script: str) -> None:
    """Runs a script with ``psql`` or ``mariadb``; the first error ends it. Raises Refused."""
    is_postgresql = engine.dialect.name == "postgresql"
    command = _psql(engine.url) if is_postgresql else _mariadb(engine.url)
    done = subprocess.run(command, input=script, text=True, capture_output=True, check=False)
    if done.returncode:
        raise Refused(f"{done.stderr.strip()}\n{script}")


def _psql(url: sa.URL) -> list[str]:
    query = {name: str(value) for name, value in url.query.items()}
    said = {
        "host": url.host or query.get("host"),
        "port": url.port or query.get("port"),
        "username": url.username,
        "dbname": url.database,
    }
    return [_client("psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", *_options(said)]


def _mariadb(url: sa.URL) -> list[str]:
    said = {"host": url.host, "port": url.port, "user": url.username, "password": url.password}
    socket = url.query.get("unix_socket")
    options = _options({**said, "socket": socket, "default-character-set": "utf8mb4"})
    return [_client("mariadb", "mysql"), *options, str(url.database)]


def _options(said: Mapping[str, object]) -> list[str]:
    return [f"--{name}={value}" for name, value in said.items() if value]


def _client(*names: str) -> str:
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        pytest.skip(f"{names[0]} is not installed")
    return found
