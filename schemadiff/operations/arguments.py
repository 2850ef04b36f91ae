"""Arguments that are for one kind of database only: their names begin with its dialect's, as SQLAlchemy has them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy import dialects

from schemadiff.dialects.base import Database
from schemadiff.dialects.registry import KNOWN, language


def ours(arguments: Mapping[str, Any], database: Database) -> dict[str, Any]:
    """The arguments that are not for another database: a Table takes those of several."""
    own = language(database.dialect.name)
    others = tuple(f"{name}_" for name in _known() if language(name) != own)
    return {name: value for name, value in arguments.items() if not name.startswith(others)}


def unheard(arguments: Iterable[str], database: Database) -> list[str]:
    """Those of a column that are for this database, which does not know them."""
    own = language(database.dialect.name)
    prefixes = tuple(f"{name}_" for name in _known() if language(name) == own)
    mine = (name for name in arguments if name.startswith(prefixes))
    return [name for name in mine if name.partition("_")[2] not in database.column_options]


def require_dialects(arguments: Iterable[str], what: str) -> None:
    """Raises TypeError for an argument of ``what`` that is for no database at all."""
    for name in arguments:
        dialect, underscore, _ = name.partition("_")
        if not underscore or not _is_dialect(dialect):
            raise TypeError(
                f"{what} got an unexpected argument {name!r}: one that is for a single kind of database "
                "begins with its name, such as postgresql_"
            )


def _known() -> set[str]:
    return {*dialects.__all__, *KNOWN}


def _is_dialect(name: str) -> bool:
    """Whether there is a dialect of this name, in SQLAlchemy or installed beside it."""
    if name in _known():
        return True
    try:
        dialects.registry.load(name)
    except sa.exc.NoSuchModuleError:
        return False
    return True
