"""Text of a database's own as clauses of SQLAlchemy that mean nothing but that text."""

from __future__ import annotations

import re

import sqlalchemy as sa

from schemadiff.model import Sql

_PARAMETER = re.compile(r"(?<![:\w\\]):(?=\w)")


def clause(sql: Sql) -> sa.TextClause:
    """The text as a clause that compiles to exactly itself (a lone ``:name`` is no parameter)."""
    return sa.text(escaped(sql.text))


def escaped(text: str) -> str:
    """A text in which SQLAlchemy finds no parameter."""
    return _PARAMETER.sub(r"\\:", text)
