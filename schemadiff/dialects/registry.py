"""Which Database answers for a SQLAlchemy dialect."""

from __future__ import annotations

from importlib import import_module

from sqlalchemy.engine import Dialect

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


def database_for(dialect: Dialect) -> Database:
    """The Database that knows ``dialect``; one that answers the SQL-standard way if nobody does."""
    where = KNOWN.get("mariadb" if getattr(dialect, "is_mariadb", False) else dialect.name)
    if where is None:
        return Database(dialect)
    module, _, name = where.partition(":")
    database: type[Database] = getattr(import_module(module), name)
    return database(dialect)
