"""The sink that writes a script."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TextIO

from sqlalchemy import exc
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.ddl import ExecutableDDLElement
from sqlalchemy.sql.dml import Insert, ValuesBase
from sqlalchemy.sql.elements import BindParameter, ClauseElement, TextClause
from sqlalchemy.sql.visitors import iterate

from schemadiff.dialects.base import unescaped
from schemadiff.dialects.registry import database_for
from schemadiff.dialects.terms import Statement
from schemadiff.errors import CommandError

from .literals import writing
from .sink import Parameters


class TextSink:
    """Writes each statement with its values in it, its end, and a blank line.

    Values are always written out, whatever ``literal_binds`` says: a script has no other place for them.
    ``batch_separator`` is a line after each statement; ``""`` stands for the usual one of the dialect.
    """

    def __init__(
        self,
        buffer: TextIO,
        dialect: Dialect,
        literal_binds: bool = True,
        batch_separator: str = "",
    ) -> None:
        self.buffer = buffer
        words = database_for(dialect)
        self.dialect = unescaped(dialect)
        if words.usual_schema and not dialect.default_schema_name:
            self.dialect.default_schema_name = words.usual_schema
        self._words = words
        self._writing = writing(self.dialect, words.bytes_literal)
        self.literal_binds = literal_binds
        self.batch_separator = batch_separator or words.batch_separator

    def execute(self, statement: Statement, parameters: Parameters | None = None) -> object:
        """None; one statement is written for each set of values. Raises CommandError for a value left open."""
        sets = [parameters] if parameters is None or isinstance(parameters, Mapping) else parameters
        for values in sets:
            self._write(self._text(statement, values))
        return None

    def comment(self, text: str) -> None:
        """A comment and a blank line."""
        lines = "\n".join(f"-- {line}".rstrip() for line in text.splitlines())
        self.buffer.write(f"{lines}\n\n")

    def begin(self) -> None:
        """The words that begin a transaction."""
        self._write(self._words.begins)

    def commit(self) -> None:
        """The words that end a transaction."""
        self._write("COMMIT")

    @contextmanager
    def autocommit(self) -> Iterator[None]:
        """COMMIT, the block, BEGIN."""
        self.commit()
        yield
        self.begin()

    def _write(self, text: str) -> None:
        from schemadiff.sqlfiles import without_tabs  # not before a script is written

        lines = without_tabs(text, self.dialect.name).strip()
        separator = f"\n{self.batch_separator}" if self.batch_separator else ""
        self.buffer.write(f"{lines}{self._words.statement_end}{separator}\n\n")
        self.buffer.flush()

    def _text(self, statement: Statement, values: Mapping[str, object] | None) -> str:
        if isinstance(statement, str):
            if values:
                raise CommandError("SQL parameters not allowed with as_sql", hint="use sa.text(…)")
            return statement
        if isinstance(statement, ExecutableDDLElement):
            return str(statement.compile(dialect=self.dialect))
        construct = _with_values(statement, values)
        _refuse_open(construct)
        try:
            return str(
                construct.compile(
                    dialect=self._writing,
                    compile_kwargs={"literal_binds": True, "render_postcompile": True},
                )
            )
        except exc.CompileError as error:
            reason = str(error).splitlines()[0]
            raise CommandError(
                f"a value cannot be written into an SQL script: {reason}",
                hint="give every parameter a value and a type, or op.inline_literal(value)",
            ) from error


def _with_values(statement: object, values: Mapping[str, object] | None) -> ClauseElement:
    named: dict[str, Any] = dict(values or {})
    match statement:
        case ValuesBase() if named:
            return statement.values(named)
        case TextClause() if named:
            return statement.bindparams(**named)
        case ClauseElement():
            return statement.params(named) if named else statement
        case _:
            raise CommandError(f"{type(statement).__name__} cannot be written as SQL")


def _refuse_open(construct: ClauseElement) -> None:
    """Raises CommandError for a parameter without a value: SQLAlchemy would write NULL for it."""
    for part in iterate(construct):
        if isinstance(part, BindParameter) and part.required and part.value is None:
            raise CommandError(
                f"an SQL script cannot hold the open parameter :{part.key}",
                hint=r"give it a value, or write \: for a colon that is no parameter",
            )
    if isinstance(construct, Insert) and construct.select is None and not _has_values(construct):
        raise CommandError(f"an SQL script cannot hold INSERT without values: {construct.table}")


def _has_values(insert: Insert) -> bool:
    return bool(insert._values or insert._multi_values)
