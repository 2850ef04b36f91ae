"""How a database that people have written by hand is written down, beside the models that mean the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from .alike import spelt
from .case import Build


def typed(name: str, on: str, *pairs: tuple[str, Any]) -> None:
    """A table with a column for each pair of a type in SQL and one of SQLAlchemy."""
    lines = "".join(f", c{n} {said}" for n, (said, _) in enumerate(pairs))
    spelt(
        name,
        on,
        lambda metadata: sa.Table(
            "t",
            metadata,
            sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
            *(sa.Column(f"c{n}", type_) for n, (_, type_) in enumerate(pairs)),
        ),
        f"CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY{lines})",
    )


def defaulted(name: str, on: str, *pairs: tuple[str, Any, Any]) -> None:
    """The same, each column with a default."""
    lines = "".join(f", c{n} {said}" for n, (said, *_) in enumerate(pairs))
    spelt(
        name,
        on,
        lambda metadata: sa.Table(
            "t",
            metadata,
            sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
            *(sa.Column(f"c{n}", type_, server_default=d) for n, (_, type_, d) in enumerate(pairs)),
        ),
        f"CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY{lines})",
    )


def made(name: str, on: str | Sequence[str], statement: str, *items: Any, **options: Any) -> None:
    """The table ``t`` by its statement, ``id`` first; ``items`` make what the models have beside it."""
    spelt(name, on, own(*items, **options), statement)


def own(*items: Any, name: str = "t", **options: Any) -> Build:
    """A model of a table with an ``id`` and what ``items`` make."""
    return lambda metadata: sa.Table(
        name,
        metadata,
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        *(item() for item in items),
        **options,
    )


def a() -> sa.Column[Any]:
    return sa.Column("a", sa.Integer)


def b() -> sa.Column[Any]:
    return sa.Column("b", sa.String(20))
