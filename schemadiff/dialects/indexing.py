"""The elements of an index as SQLAlchemy has them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import Grouping, UnaryExpression

from schemadiff.model import Element, Sql

Spell = Callable[["sa.ColumnElement[object] | sa.TextClause"], str]
"""An expression as it stands in DDL."""


def index_element(expression: object, name: Callable[[str], str], spell: Spell) -> Element:
    """One expression of an index: a column or something over columns, and how it is ordered."""
    if isinstance(expression, sa.Column):
        return Element(column=name(expression.name))
    element = Element()
    inner: object = expression
    while isinstance(inner, UnaryExpression) and inner.modifier in _MODIFIERS:
        element = _MODIFIERS[inner.modifier](element)
        inner = inner.element
    if isinstance(inner, sa.Column):
        return replace(element, column=name(inner.name))
    if isinstance(inner, Grouping):
        inner = inner.element
    assert isinstance(inner, (sa.ColumnElement, sa.TextClause))
    return replace(element, sql=Sql.of(spell(inner)))


_MODIFIERS: Mapping[object, Callable[[Element], Element]] = {
    operators.desc_op: lambda element: replace(element, descending=True),
    operators.asc_op: lambda element: element,
    operators.nulls_first_op: lambda element: replace(element, nulls="first"),
    operators.nulls_last_op: lambda element: replace(element, nulls="last"),
}
