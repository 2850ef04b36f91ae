"""Statements that run themselves, made in the words that SQLAlchemy had before 2.0."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.selectable import LABEL_STYLE_TABLENAME_PLUS_COL

from ._engine import MigrateEngine


class _Runs:
    """A statement with ``execute`` and ``scalar``."""

    def execute(self, *parameters: Any, **named: Any) -> Any:
        """The rows of the statement in the migration that is running."""
        return MigrateEngine().execute(self, *parameters, **named)

    def scalar(self, *parameters: Any, **named: Any) -> Any:
        """The first value of the first row."""
        return MigrateEngine().scalar(self, *parameters, **named)


class Select(_Runs, sa.Select[Any]):
    """SELECT."""

    inherit_cache = True


class Insert(_Runs, sa.Insert):
    """INSERT."""

    inherit_cache = True


class Update(_Runs, sa.Update):
    """UPDATE."""

    inherit_cache = True


class Delete(_Runs, sa.Delete):
    """DELETE."""

    inherit_cache = True


def select(*entities: Any, **kw: Any) -> Any:
    """A SELECT of columns one by one, or in a list with what follows: ``select([a, b], a == 1)``."""
    match entities:
        case (list() | tuple() as columns, *rest):
            return _former_select(columns, *rest, **kw)
        case () if "columns" in kw:
            return _former_select(**kw)
    return Select(*entities)


def _former_select(
    columns: Iterable[Any], whereclause: Any = None, from_obj: Any = None, **kw: Any
) -> Any:
    found: Any = _where(Select(*columns), whereclause)
    for source in _several(from_obj):
        found = found.select_from(source)
    for name, value in kw.items():
        match name:
            case "use_labels":
                found = found.set_label_style(LABEL_STYLE_TABLENAME_PLUS_COL) if value else found
            case "distinct":
                found = found.distinct() if value else found
            case _:
                found = getattr(found, name)(*_several(value))
    return found


def insert(table: Any, values: Any = None, **kw: Any) -> Any:
    """An INSERT into a table."""
    return _values(Insert(table), values)


def update(table: Any, whereclause: Any = None, values: Any = None, **kw: Any) -> Any:
    """An UPDATE of a table."""
    return _values(_where(Update(table), whereclause), values)


def delete(table: Any, whereclause: Any = None, **kw: Any) -> Any:
    """A DELETE from a table."""
    return _where(Delete(table), whereclause)


def _where(statement: Any, whereclause: Any) -> Any:
    return statement if whereclause is None else statement.where(whereclause)


def _values(statement: Any, values: Any) -> Any:
    return statement if values is None else statement.values(values)


def _several(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]
