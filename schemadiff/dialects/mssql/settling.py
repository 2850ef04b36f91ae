"""SQL Server is asked for its spelling: temporary tables within a savepoint, read back and rolled back.

The catalogue keeps expressions in the server's own words, ``(getdate())``, ``([a]>(0))``; those of a temporary
table stand in tempdb (https://learn.microsoft.com/en-us/sql/t-sql/statements/create-table-transact-sql#temporary-tables).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from secrets import token_hex

from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from schemadiff.dialects.asking import Answer, Frame, Question, Refused, Unasked
from schemadiff.model import Index

from .catalogue import ColumnRow, IndexRow, check_rows, column_rows, index_rows
from .reading import Reading
from .rows import Place, index_node
from .types import type_of

MOST_QUESTIONS = 150
"""Questions of one temporary table (a table has at most 1,024 columns and 8,060 bytes a row)."""
NOBODY_MAY_ASK = frozenset({229, 262, 916, 2715, 3906, 3908, 3930, 3989})
"""Errors that say nothing about a question: no permission, read-only, a transaction that is lost, a type
of this database that tempdb does not know.

https://learn.microsoft.com/en-us/sql/relational-databases/errors-events/database-engine-events-and-errors
"""
OWN = "_sd"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and the name by which it goes."""

    number: int
    name: str
    question: Question


@dataclass(frozen=True, slots=True)
class Shown:
    """What the catalogue says of one temporary table."""

    columns: dict[str, ColumnRow]
    checks: dict[str, str]
    indexes: dict[str, Index]


class Settling(Reading):
    """How SQL Server is asked."""

    def ask(
        self, connection: Connection, questions: Sequence[Question], setup: Iterable[str] = ()
    ) -> list[Answer]:
        """The answers to ``questions``, from as few temporary tables as they fit into.

        There are no named types here, so ``setup`` is always empty. Nothing is committed.
        """
        answers: dict[int, Answer] = {}
        token = token_hex(6)
        asked: list[Asked] = []
        for number, question in enumerate(questions):
            if question.about == "exclusion":
                answers[number] = Refused("there are no exclusion constraints here")
            else:
                asked.append(Asked(number, f"{OWN}_{token}_{number}", question))
        for sheet in sheets(asked):
            answers.update(self._answers(connection, sheet))
        return [answers[number] for number in range(len(questions))]

    def _answers(self, connection: Connection, sheet: Sequence[Asked]) -> dict[int, Answer]:
        """What the server makes of a sheet; one it refuses is halved until the culprit is alone."""
        table = f"#schemadiff_question_{token_hex(6)}"
        try:
            shown = self._shown(connection, table, sheet)
        except DBAPIError as error:
            if error.connection_invalidated:
                raise
            if len(sheet) == 1:
                return {sheet[0].number: _why_refused(error)}
            middle = len(sheet) // 2
            first = self._answers(connection, sheet[:middle])
            return first | self._answers(connection, sheet[middle:])
        return {one.number: self.answer(one, shown) for one in sheet}

    def _shown(self, connection: Connection, table: str, sheet: Sequence[Asked]) -> Shown:
        with connection.begin_nested() as savepoint:
            try:
                for statement in self.statements_of(table, sheet):
                    connection.exec_driver_sql(statement, execution_options={"no_parameters": True})
                where = f"o.object_id = OBJECT_ID(N'tempdb..{table}')"
                place = Place(collation=self.collation)
                rows = index_rows(connection, "tempdb.sys", where)
                return Shown(
                    {row.name: row for row in column_rows(connection, "tempdb.sys", where)},
                    {row.name: row.text for row in check_rows(connection, "tempdb.sys", where)},
                    {name: _index(rows, name, place) for name in {row.name for row in rows}},
                )
            finally:
                if savepoint.is_active:
                    savepoint.rollback()

    def statements_of(self, table: str, sheet: Sequence[Asked]) -> Iterator[str]:
        """The DDL of the temporary table that holds the questions of ``sheet``."""
        lines = [f"{OWN} int NULL"]  # a table of nothing but constraints is none
        lines += [f"{self.quote(name)} {type_}" for name, type_ in sheet[0].question.frame]
        lines += [_line(one) for one in sheet if one.question.about != "index"]
        yield f"CREATE TABLE {table} (\n  " + ",\n  ".join(lines) + "\n)"
        for one in sheet:
            if one.question.index is not None:
                yield self._index_sql(table, one.name, one.question.index)

    def _index_sql(self, table: str, name: str, index: Index) -> str:
        parts = [
            f"{self.quote(one.column) if one.column else one.sql}{' DESC' if one.descending else ''}"
            for one in index.elements
        ]
        unique = "UNIQUE " if index.unique else ""
        included = ", ".join(map(self.quote, index.include))
        include = f" INCLUDE ({included})" if included else ""
        where = f" WHERE {index.where.text}" if index.where is not None else ""
        return f"CREATE {unique}INDEX {name} ON {table} ({', '.join(parts)}){include}{where}"

    def answer(self, asked: Asked, shown: Shown) -> Answer:
        """What the server wrote in place of a question, in the words of ``read``."""
        question = asked.question
        match question.about:
            case "type":
                row = shown.columns[asked.name]
                says_collation = " COLLATE " in question.sql
                return type_of(row if says_collation else uncollated(row), self.collation)
            case "default":
                default = shown.columns[asked.name].default or ""
                return "" if default.strip("()").upper() == "NULL" else default
            case "computed":
                return shown.columns[asked.name].computed or ""
            case "check":
                return shown.checks[asked.name]
            case _:
                assert question.index is not None
                found = shown.indexes[asked.name]
                return replace(question.index, elements=found.elements, where=found.where)


def uncollated(row: ColumnRow) -> ColumnRow:
    """``row`` without a collation: what nobody chose is tempdb's own and not the database's."""
    return row._replace(collation=None)


def sheets(asked: Iterable[Asked]) -> Iterator[Sequence[Asked]]:
    """Questions by the columns they are over: those of one frame share a table."""
    by_frame: dict[Frame, list[Asked]] = {}
    for one in asked:
        by_frame.setdefault(one.question.frame, []).append(one)
    for found in by_frame.values():
        for start in range(0, len(found), MOST_QUESTIONS):
            yield found[start : start + MOST_QUESTIONS]


def _line(asked: Asked) -> str:
    question, name = asked.question, asked.name
    match question.about:
        case "type":
            return f"{name} {question.sql} NULL"
        case "default":
            return f"{name} {question.type} NULL DEFAULT {question.sql}"
        case "computed":
            return f"{name} AS ({question.sql})"
        case _:
            return f"CONSTRAINT {name} CHECK ({question.sql})"


def _index(rows: Iterable[IndexRow], name: str, place: Place) -> Index:
    made = index_node([row for row in rows if row.name == name], "", place)
    assert isinstance(made, Index)
    return made


def _why_refused(error: DBAPIError) -> Refused | Unasked:
    lines = str(error.orig).splitlines()
    reason = lines[0] if lines else type(error.orig).__name__
    return Unasked(reason) if numbers_in(error.orig) & NOBODY_MAY_ASK else Refused(reason)


def numbers_in(error: BaseException | None) -> set[int]:
    """The error numbers that a driver hands on: as an argument, or in brackets in its message."""
    found: set[int] = set()
    for argument in error.args if error is not None else ():
        if isinstance(argument, int):
            found.add(argument)
        elif isinstance(argument, str):
            pieces = (piece.partition(")")[0] for piece in argument.split("(")[1:])
            found.update(int(piece) for piece in pieces if piece.isdecimal())
    return found
