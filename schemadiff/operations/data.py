"""Rows and free statements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

import sqlalchemy as sa

from schemadiff.dialects.base import Database
from schemadiff.dialects.terms import Look, Statement, offline
from schemadiff.errors import CommandError
from schemadiff.render.call import Line
from schemadiff.render.construct import Construct

from .adhoc import Names
from .operation import Diff, MigrateOperation
from .writing import call, given, sql_text


class BulkInsertOp(MigrateOperation):
    """Rows for a table, each a dict; ``multiinsert`` sends them in one execution."""

    def __init__(
        self,
        table: sa.Table | sa.TableClause,
        rows: Sequence[Mapping[str, Any]],
        *,
        multiinsert: bool = True,
    ) -> None:
        if not isinstance(rows, list | tuple):
            raise TypeError("List expected")
        if rows and not isinstance(rows[0], Mapping):
            raise TypeError("List of dictionaries expected")
        self.table = table
        self.rows = rows
        self.multiinsert = multiinsert

    def statements(
        self, database: Database, look: Look = offline, names: Names = None
    ) -> Iterator[Statement]:
        """One INSERT a row, its values in it, as a script needs them."""
        named = {name for row in self.rows for name in row}
        before, after = database.around_rows(self.table, named) if self.rows else ((), ())
        yield from before
        for row in self.rows:
            yield self.insert({**dict(_defaults(self.table, row)), **row}).inline()
        yield from after

    def insert(self, row: Mapping[str, Any]) -> sa.Insert:
        """INSERT with the values of a row in it."""
        values = {name: literal(value, self.table, name) for name, value in row.items()}
        return sa.insert(self.table).values(**values)


def _defaults(
    table: sa.Table | sa.TableClause, row: Mapping[str, Any]
) -> Iterator[tuple[str, object]]:
    """What the Python defaults of a table's columns give to a row that says nothing of them."""
    for column in table.columns:
        default = getattr(column, "default", None)
        if column.key in row or not isinstance(default, sa.ColumnDefault):
            continue
        if default.is_scalar:
            yield column.key, default.arg
        elif default.is_callable:
            yield column.key, _called(default, f"{table.name}.{column.name}")


def _called(default: sa.ColumnDefault, where: str) -> object:
    try:
        return cast(Any, default).arg(None)
    except Exception as error:
        raise CommandError(
            f"the default of {where} is a function that cannot be called for an SQL script: {error}",
            hint="give the value in the rows",
        ) from error


def literal(value: object, table: sa.TableClause | sa.Table, name: str) -> object:
    """A value with the type of its column, or its own where the column tells none; an expression as it is."""
    if isinstance(value, sa.ClauseElement):
        return value
    column = table.columns.get(name)
    known = column is not None and not isinstance(column.type, sa.types.NullType)
    if value is None and column is not None and isinstance(column.type, sa.JSON):
        value = None if column.type.none_as_null else sa.JSON.NULL
    return sa.literal(value, column.type if column is not None and known else None)


class ExecuteSQLOp(MigrateOperation):
    """A statement of the author's own; in a str ``:name`` is a parameter, ``\\:`` a colon."""

    def __init__(
        self,
        sqltext: sa.Executable | str,
        *,
        execution_options: Mapping[str, Any] | None = None,
    ) -> None:
        self.sqltext = sqltext
        self.execution_options = execution_options

    def to_diff_tuple(self) -> Diff:
        return ("execute", self.sqltext)

    def statements(
        self, database: Database, look: Look = offline, names: Names = None
    ) -> Iterator[Statement]:
        construct = sa.text(self.sqltext) if isinstance(self.sqltext, str) else self.sqltext
        if self.execution_options:
            construct = construct.execution_options(**self.execution_options)
        yield construct

    def as_call(self, construct: Construct) -> tuple[Line, ...]:
        keywords = given(execution_options=dict(self.execution_options or {}) or None)
        return call(construct, "execute", [sql_text(construct, self.sqltext)], keywords)
