"""SQLAlchemy's dialects by name, without a database."""

from __future__ import annotations

from sqlalchemy.engine import URL, Dialect
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.exc import NoSuchModuleError

from schemadiff.errors import UsageError


def dialect_named(name: str) -> Dialect:
    """The dialect called ``name``, needing no driver. Raises UsageError if there is none."""
    if not name:
        return DefaultDialect()
    try:
        made: Dialect = URL.create(name).get_dialect()()
    except NoSuchModuleError as error:
        raise UsageError(
            f"no database is called {name!r}",
            hint="sqlite, postgresql, mysql, mariadb, mssql, oracle",
        ) from error
    return made
