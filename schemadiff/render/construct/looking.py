"""What is to be known about SQLAlchemy's constraints and columns before they are written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeGuard

import sqlalchemy as sa
from sqlalchemy.sql.base import DialectKWArgs

if TYPE_CHECKING:  # PostgreSQL's dialect is loaded by whoever has such a constraint
    from sqlalchemy.dialects.postgresql import ExcludeConstraint


def target(element: sa.ForeignKey) -> tuple[str, ...]:
    """Where one column of a foreign key points: schema (if there is one), table, column, by their names."""
    schema, table, column = element._column_tokens
    resolved = element._table_column
    if resolved is None:
        resolved = _found(element)
    name = str(resolved.name if resolved is not None else column or element.parent.name)
    if schema is None and isinstance(element._colspec, str) and has_table(element.parent):
        schema = element.parent.table.metadata.schema
    return (str(table), name) if schema is None else (str(schema), str(table), name)


def _found(element: sa.ForeignKey) -> sa.Column[object] | None:
    try:
        return element.column
    except sa.exc.SQLAlchemyError:
        # The target is not in this MetaData: what was written is all there is.
        return None


def has_table(column: sa.Column[object]) -> bool:
    """Whether a column stands in a table."""
    return isinstance(getattr(column, "table", None), sa.Table)


def kind(constraint: sa.Constraint) -> str:
    """What ``render_item`` calls a constraint of this kind."""
    kinds: tuple[tuple[type[sa.Constraint], str], ...] = (
        (sa.PrimaryKeyConstraint, "primary_key"),
        (sa.ForeignKeyConstraint, "foreign_key"),
        (sa.UniqueConstraint, "unique"),
        (sa.CheckConstraint, "check"),
    )
    if is_exclude(constraint):
        return "exclude"
    return next((name for owner, name in kinds if isinstance(constraint, owner)), "constraint")


def is_exclude(constraint: sa.Constraint) -> TypeGuard[ExcludeConstraint]:
    """Whether it is PostgreSQL's EXCLUDE, known by what SQLAlchemy's compilers know it by."""
    return constraint.__visit_name__ == "exclude_constraint"


def rank(constraint: sa.Constraint) -> tuple[object, ...]:
    """By what the constraints of a table are sorted, whatever the order they were made in."""
    named = isinstance(constraint.name, str)
    columns = getattr(constraint, "columns", ())
    return (
        type(constraint).__name__,
        tuple(str(column.name) for column in columns),
        str(constraint.name) if named else "",
        str(getattr(constraint, "sqltext", "")),
    )


def place(constraint: sa.Constraint) -> str:
    """Which constraint of which table it is, for messages."""
    # ``table`` raises for one that stands in no table yet; ``parent`` is not there then.
    table = getattr(constraint, "parent", None)
    name = constraint.name if isinstance(constraint.name, str) else ""
    return f"{kind(constraint).replace('_', ' ')} {name} of table {getattr(table, 'name', '?')}"


def dialect_arguments(item: DialectKWArgs) -> dict[str, object]:
    """The arguments of an item for single dialects; where they name columns by their keys, by their names."""
    table = getattr(item, "parent", None) if isinstance(item, sa.Constraint) else None
    table = item.table if isinstance(item, sa.Index) else table
    keys = {c.key: c.name for c in table.columns} if isinstance(table, sa.Table) else {}
    return {name: _with_names(value, keys) for name, value in item.dialect_kwargs.items()}


def _with_names(value: object, keys: Mapping[str, str]) -> object:
    match value:
        case Mapping():
            return {_column_name(key, keys): each for key, each in value.items()}
        case list() | tuple():
            return [_column_name(each, keys) for each in value]
    return value


def _column_name(part: object, keys: Mapping[str, str]) -> object:
    if isinstance(part, sa.Column):
        return part.name
    return keys.get(part, part) if isinstance(part, str) else part
