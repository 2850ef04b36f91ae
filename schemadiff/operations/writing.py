"""Operations as calls: the few things that their ``as_call`` methods have in common."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from schemadiff.dialects.terms import AnyColumn
from schemadiff.render.call import Call, Expression, Line, Literal, Statement
from schemadiff.render.construct import Construct
from schemadiff.render.errors import RenderError

BATCH = "batch_op."
"""The prefix of operations in a batch, which know their table already."""

Keywords = Sequence[tuple[str, Expression]]


def call(
    construct: Construct,
    name: str,
    args: Iterable[Expression],
    keywords: Keywords = (),
    tall: bool = False,
) -> tuple[Line, ...]:
    """The one line ``op.name(…)``."""
    made = construct.operation(name, *args, tall=tall)
    return (Statement(replace(made, kwargs=tuple(keywords))),)


def in_batch(construct: Construct) -> bool:
    """Whether operations are written for a batch."""
    return construct.prefixes.operations == BATCH


def at(construct: Construct, table: str) -> list[Expression]:
    """The table's name as an argument; nothing in a batch."""
    return [] if in_batch(construct) else [construct.name(table)]


def within(
    construct: Construct, schema: str | None, keyword: str = "schema"
) -> list[tuple[str, Expression]]:
    """The schema as a keyword, if there is one; nothing in a batch."""
    if in_batch(construct) or schema is None:
        return []
    return [(keyword, construct.name(schema))]


def given(**values: object) -> list[tuple[str, Expression]]:
    """The keywords that say something: not None and not False."""
    return [(k, Literal(v)) for k, v in values.items() if v is not None and v is not False]


def dialect_keywords(
    construct: Construct, values: Mapping[str, Any]
) -> list[tuple[str, Expression]]:
    """Keywords for single dialects, sorted."""
    return [(k, construct.value(v, k)) for k, v in sorted(values.items()) if v is not None]


def table_items(construct: Construct, items: Iterable[object]) -> list[Expression]:
    """Columns, constraints and indexes as arguments of ``create_table``."""
    made = (_item(construct, item) for item in items)
    return [item for item in made if item is not None]


def _item(construct: Construct, item: object) -> Expression | None:
    match item:
        case sa.Column():
            return construct.column(item)
        case sa.Constraint():
            return construct.constraint(item)
        case sa.Index():
            return index_call(construct, item)
    raise RenderError(f"{item!r} is neither a column nor a constraint nor an index")


def index_call(construct: Construct, index: sa.Index) -> Call:
    """``sa.Index("name", …)``."""
    elements = construct.index_elements(index).items
    keywords = [*given(unique=bool(index.unique)), *construct.dialect_keywords(index)]
    name = construct.constraint_name(index) or Literal(None)
    return construct.sqlalchemy("Index", name, *elements, named=tuple(keywords))


def column_call(construct: Construct, column: AnyColumn) -> Expression:
    """``sa.Column(…)``."""
    made = construct.column(column)
    if made is None:
        raise RenderError(f"render_item leaves out the column {column.name} that is to be added")
    return made


def sql_text(construct: Construct, sql: object) -> Expression:
    """The argument of ``op.execute()``."""
    if isinstance(sql, str):
        return Literal(sql)
    if isinstance(sql, sa.TextClause):
        if any(bound.value is not None for bound in sql._bindparams.values()):
            raise RenderError(f"values bound to {sql.text!r} cannot be written into op.execute()")
        return construct.sqlalchemy("text", Literal(sql.text))
    raise RenderError(f"{type(sql).__name__} cannot be written into op.execute(): give it as text")


def names(construct: Construct, columns: Iterable[str]) -> Expression:
    """A list of names."""
    return construct.value(list(columns))
