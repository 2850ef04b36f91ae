"""Models that compare empty right after ``create_all()``: how they are written down."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from .case import Build, table

LONG = "a_name_of_sixty_three_bytes_or_more_is_cut_by_the_server_where_it_may_be_so_long"


@dataclass(frozen=True, slots=True)
class Spelt:
    """A model, the databases it is for, and what must be there before it."""

    name: str
    databases: Sequence[str]
    build: Build
    given: tuple[str, ...] = ()


SPELT: list[Spelt] = []


def spelt(name: str, on: Sequence[str], build: Build, *given: str) -> None:
    SPELT.append(Spelt(name, (on,) if isinstance(on, str) else tuple(on), build, given))


def types(name: str, on: Sequence[str], *found: Any) -> None:
    """A table with a column of each type."""
    spelt(
        name, on, table(lambda: [sa.Column(f"c{n}", t, nullable=True) for n, t in enumerate(found)])
    )


class Spec(sa.types.UserDefinedType[object]):
    """A type in the words of the database."""

    cache_ok = True

    def __init__(self, text: str) -> None:
        self.text = text

    def get_col_spec(self, **kw: object) -> str:
        return self.text


def specs(name: str, on: Sequence[str], *texts: str) -> None:
    types(name, on, *map(Spec, texts))


def defaults(name: str, on: Sequence[str], *pairs: tuple[Any, Any]) -> None:
    """A table with a column of each type with a server default."""
    spelt(
        name,
        on,
        table(lambda: [sa.Column(f"c{n}", t, server_default=d) for n, (t, d) in enumerate(pairs)]),
    )


def checks(name: str, on: Sequence[str], *texts: str) -> None:
    spelt(
        name, on, table(lambda: [sa.CheckConstraint(t, name=f"ck{n}") for n, t in enumerate(texts)])
    )


def generated(name: str, on: Sequence[str], *pairs: tuple[Any, str]) -> None:
    spelt(
        name,
        on,
        table(
            lambda: [
                sa.Column(f"c{n}", type_, sa.Computed(text, persisted=True))
                for n, (type_, text) in enumerate(pairs)
            ]
        ),
    )


def indexes(name: str, on: Sequence[str], *made: Any) -> None:
    spelt(
        name,
        on,
        table(lambda: [sa.Index(f"ix{n}", *_texts(e), **o) for n, (e, o) in enumerate(made)]),
    )


def _texts(elements: Iterable[str]) -> list[Any]:
    return [e if e.isidentifier() else sa.text(e) for e in elements]
