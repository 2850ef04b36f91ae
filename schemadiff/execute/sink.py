"""What every sink can do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol, TypeAlias

import sqlalchemy as sa

from schemadiff.dialects.terms import Statement

Parameters: TypeAlias = Mapping[str, object] | Sequence[Mapping[str, object]]
"""The values of one execution, or those of several."""


class Sink(Protocol):
    """Takes statements one by one."""

    def execute(self, statement: Statement, parameters: Parameters | None = None) -> object:
        """Carry out one statement, or write it down. A str is SQL as the server reads it, nothing bound."""

    def comment(self, text: str) -> None:
        """Something for the reader of a script."""

    def begin(self) -> None:
        """The words that begin a transaction, where words are written."""

    def commit(self) -> None:
        """The words that end a transaction, where words are written."""

    def autocommit(self) -> AbstractContextManager[None]:
        """What is executed in the block runs outside any transaction."""


def as_construct(statement: Statement) -> sa.Executable:
    """A statement as SQLAlchemy takes it; a str becomes a construct that compiles to exactly itself."""
    if isinstance(statement, str):
        return sa.DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
    return statement
