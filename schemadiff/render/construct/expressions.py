"""SQLAlchemy expressions as SQL text, and SQL text as it has to be written in ``sa.text()``."""

from __future__ import annotations

import copy
import re

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.sql.elements import (
    BinaryExpression,
    ClauseElement,
    ColumnClause,
    Grouping,
    Label,
    UnaryExpression,
)
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.operators import asc_op, desc_op

from schemadiff.render.errors import RenderError

# How sa.text() finds parameters and takes escapes away, in all versions that may run a file.
_PARAMETER = re.compile(r"(?<![:\w\\]):\w+(?!:)|(?<![:\w$\\]):[\w$]+(?![:\w$])")
_ESCAPES = (re.compile(r"\\(:\w*)(?![:\w])"), re.compile(r"\\(:[\w$]*)(?![:\w$])"))
_DOUBTFUL = re.compile(r"(?<![:\w]):(?=[\w$])|(?<=\\):")


def sql_text(clause: ClauseElement, dialect: Dialect | None, where: str = "") -> str:
    """The SQL of ``clause`` as it stands in DDL: values written out, columns without their table.

    Raises RenderError where the dialect has no way to write it.
    """
    dialect = dialect or DefaultDialect()
    options = {"literal_binds": True, "include_table": False}
    try:
        text = str(clause.compile(dialect=_without_places(dialect), compile_kwargs=options))
    except (sa.exc.SQLAlchemyError, NotImplementedError) as error:
        raise RenderError(f"cannot be written as SQL text: {error}", where=where) from error
    return text.replace("%%", "%") if _doubles_percent(dialect) else text


def _without_places(dialect: Dialect) -> Dialect:
    """``dialect``, which takes nothing for the place of a parameter.

    Up to SQLAlchemy 2.0 a positional one does that with every ``%(name)s``, in quotes too; all values are
    written out here.
    """
    if not dialect.positional:
        return dialect
    plain = copy.copy(dialect)
    plain.positional = False
    return plain


def escaped(sql: str) -> str:
    """``sql`` as an argument of ``sa.text()`` that no colon of it becomes a parameter.

    Casts (``a::text``) and times stay readable; where that would be misread, every colon is escaped.
    """
    sparing = _DOUBTFUL.sub(r"\\:", sql)
    return sparing if _reads_as(sparing, sql) else sql.replace(":", r"\:")


def _reads_as(text: str, sql: str) -> bool:
    return not _PARAMETER.search(text) and all(
        escape.sub(r"\1", text) == sql for escape in _ESCAPES
    )


def index_text(element: ClauseElement, dialect: Dialect | None, where: str = "") -> str:
    """One element of an index as CREATE INDEX says it, brackets included."""
    return sql_text(_grouped(element, dialect.name if dialect else ""), dialect, where)


def _grouped(element: ClauseElement, dialect: str) -> ClauseElement:
    """``element`` in the brackets that the dialect's CREATE INDEX puts around it."""
    while isinstance(element, Label):
        element = element.element
    match dialect:
        case "postgresql":
            return element if isinstance(element, ColumnClause) else element.self_group()
        case "mysql" | "mariadb":
            return Grouping(element) if _mysql_groups(element) else element  # type: ignore[arg-type]
    return element


def _mysql_groups(element: ClauseElement) -> bool:
    if isinstance(element, UnaryExpression):
        return element.modifier not in (asc_op, desc_op)
    return isinstance(element, BinaryExpression | FunctionElement)


def _doubles_percent(dialect: Dialect) -> bool:
    # Drivers that format their parameters into the text need %% for every %; files must not have it.
    return bool(getattr(dialect.identifier_preparer, "_double_percents", False))
