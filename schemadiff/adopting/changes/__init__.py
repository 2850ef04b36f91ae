"""What scripts written for SQLAlchemy-Migrate find in place of ``sqlalchemy`` and ``migrate``.

Every name of SQLAlchemy is here. Tables, columns, indexes and constraints have, in addition, the methods those
scripts call (``create``, ``drop``, ``alter``, ``rename``); these go through the operations of the migration that is
running. ``bind`` and ``autoload`` mean its connection, statements run themselves, rows are mappings.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import sqlalchemy as sa

from ._constraints import (
    CheckConstraint,
    ForeignKeyConstraint,
    PrimaryKeyConstraint,
    UniqueConstraint,
)
from ._engine import adopted, connection
from ._statements import delete, insert, select, update
from ._tables import (
    Column,
    Enum,
    Index,
    MetaData,
    Table,
    alter_column,
    create_column,
    drop_column,
    rename_index,
    rename_table,
)

OWN = (
    *(CheckConstraint, Column, Enum, ForeignKeyConstraint, Index, MetaData),
    *(PrimaryKeyConstraint, Table, UniqueConstraint),
    *(alter_column, create_column, drop_column, rename_index, rename_table),
    *(delete, insert, select, update),
)
FLAT = frozenset(
    ("changeset", "constraint", "engine", "expression", "reflection", "schema", "sql", "versioning")
)
"""Modules of SQLAlchemy and SQLAlchemy-Migrate whose names are all here."""
ROOMS = (
    *("sqlalchemy", "sqlalchemy.schema", "sqlalchemy.sql", "sqlalchemy.sql.expression"),
    *("sqlalchemy.engine", "sqlalchemy.types"),
)

__all__ = [one.__name__ for one in OWN] + ["adopted"]
__all__ += [name for name in dir(sa) if not name.startswith("_") and name not in __all__]


class Inspector:
    """What can be asked about the database of the migration."""

    def __new__(cls, bind: object) -> Any:
        """SQLAlchemy's own inspector, of the migration's connection."""
        return sa.inspect(connection())

    @classmethod
    def from_engine(cls, bind: object) -> Any:
        """The same, as it was once called."""
        return cls(bind)


def __getattr__(name: str) -> object:
    if name in FLAT:
        return sys.modules[__name__]
    if not name.startswith("__"):
        for found in _theirs(name):
            return found
    raise AttributeError(f"neither sqlalchemy nor schemadiff has {name!r}")


def _theirs(name: str) -> Iterator[object]:
    """What SQLAlchemy calls so."""
    if name == "dialects":
        _load_dialects()
    for room in ROOMS:
        module = import_module(room)
        if hasattr(module, name):
            yield getattr(module, name)
    with suppress(ModuleNotFoundError):
        yield import_module(f"sqlalchemy.{name}")


def _load_dialects() -> None:
    """Makes ``dialects.postgresql`` and the like attributes, which they were without being imported."""
    for found in iter_modules(import_module("sqlalchemy.dialects").__path__):
        if found.ispkg:
            import_module(f"sqlalchemy.dialects.{found.name}")
