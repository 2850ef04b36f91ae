"""Python source as values: expressions and statements, with the imports each of them needs.

Whoever describes something as Python (an operation, a column, a type) builds these; ``layout`` turns any
tree of them into text. Nothing here knows SQLAlchemy or a database.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

Imports: TypeAlias = tuple[str, ...]
"""Whole import statements: ``("import sqlalchemy as sa",)``."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A Python value written out: str, int, float, bool, None, bytes, Decimal, date, UUID, list, dict …"""

    value: object


@dataclass(frozen=True, slots=True)
class Verbatim:
    """Source text that is taken as it is (a name, what a user's ``render_item`` returned)."""

    text: str
    imports: Imports = ()


@dataclass(frozen=True, slots=True)
class Items:
    """A list or tuple display of expressions."""

    items: tuple[Expression, ...]
    brackets: str = "[]"


@dataclass(frozen=True, slots=True)
class Pairs:
    """A dict display: keys and their values, in the order given."""

    items: tuple[tuple[Expression, Expression], ...]


@dataclass(frozen=True, slots=True)
class Call:
    """``function(*args, **kwargs)``; ``of`` is the expression whose method ``function`` is, if any.

    A ``tall`` call has one argument on each line even where all of them would fit on one. ``typed`` is False for a
    function without annotations, which ``mypy --strict`` objects to.
    """

    function: str
    args: tuple[Expression, ...] = ()
    kwargs: tuple[tuple[str, Expression], ...] = ()
    imports: Imports = ()
    of: Expression | None = None
    tall: bool = False
    typed: bool = True


Expression: TypeAlias = Literal | Verbatim | Items | Pairs | Call


@dataclass(frozen=True, slots=True)
class Comment:
    """A line, or several, that say something to the reader."""

    text: str


@dataclass(frozen=True, slots=True)
class Statement:
    """An expression standing on its own, or assigned to ``target``."""

    value: Expression
    target: str = ""


@dataclass(frozen=True, slots=True)
class With:
    """``with value as name:`` and its body."""

    value: Expression
    name: str
    body: tuple[Line, ...]


Line: TypeAlias = Comment | Statement | With
