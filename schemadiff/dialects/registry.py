"""Which Database answers for a SQLAlchemy dialect."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from sqlalchemy.engine import URL, Dialect

from schemadiff.errors import UsageError

from .base import Database

KNOWN: dict[str, str] = {
    "sqlite": "schemadiff.dialects.sqlite:SQLite",
    "postgresql": "schemadiff.dialects.postgresql:PostgreSQL",
    "mysql": "schemadiff.dialects.mysql:MySQL",
    "mariadb": "schemadiff.dialects.mysql:MariaDB",
    "mssql": "schemadiff.dialects.mssql:SQLServer",
    "oracle": "schemadiff.dialects.oracle:Oracle",
}
"""Dialect names and where their Database is found; imported when first asked for.

A third-party dialect may add itself: ``KNOWN["name"] = "package.module:Class"``.
"""


def language(name: str) -> str:
    """The dialect whose SQL a dialect speaks: ``mysql`` for ``mariadb``, its own name for most."""
    module = KNOWN.get(name, "").partition(":")[0]
    alike = (other for other, where in KNOWN.items() if where.partition(":")[0] == module)
    return next(alike, name)


def told(url: URL, arguments: Mapping[str, Any], version: str | None) -> Dialect:
    """The dialect of ``url`` for a server that nobody asks; of that ``version``, if it is said as the server says it.

    Raises UsageError for a version that does not begin with a number.
    """
    numbers = _numbers(version) if version else None
    known = _known(url.get_backend_name())
    own = known.arguments_for(version) if version and known else {}
    dialect: Dialect = url.get_dialect()(**{**own, **arguments})
    if numbers:
        dialect.server_version_info = numbers
    if known:
        known.unasked(dialect)
    return dialect


def _numbers(version: str) -> tuple[int, ...]:
    """``15.4 (Debian 15.4-1)`` and ``10.11.6-MariaDB`` as numbers."""
    found = re.match(r"\d+(\.\d+)*", version.strip())
    if found is None:
        raise UsageError(
            f"server_version {version!r} does not begin with a number",
            hint="write what SELECT version() answers, such as 15.4 or 10.11.6-MariaDB",
        )
    return tuple(map(int, found[0].split(".")))


def database_for(dialect: Dialect) -> Database:
    """The Database that knows ``dialect``; one that answers the SQL-standard way if nobody does."""
    known = _known("mariadb" if getattr(dialect, "is_mariadb", False) else dialect.name)
    return (known or Database)(dialect)


def _known(name: str) -> type[Database] | None:
    """The class that knows a kind of database, if one does."""
    where = KNOWN.get(name)
    if where is None:
        return None
    module, _, kind = where.partition(":")
    database: type[Database] = getattr(import_module(module), kind)
    return database
