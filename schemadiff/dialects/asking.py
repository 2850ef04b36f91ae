"""What a database is asked while two spellings are settled, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from schemadiff.model import Index

Frame: TypeAlias = tuple[tuple[str, str], ...]
"""The columns in whose presence an expression is read: ``(name, type)`` each, in SQL of the database."""


@dataclass(frozen=True, slots=True)
class Question:
    """How do you spell this?

    ``type``      ``sql`` is a type
    ``default``   ``sql`` is the DEFAULT of a column of ``type``, beside the columns of ``frame``
    ``computed``  ``sql`` is the expression of a generated column of ``type``, over ``frame``
    ``check``     ``sql`` is a predicate over ``frame``; with a ``type`` it is a domain's, over VALUE
    ``exclusion`` ``sql`` is what follows EXCLUDE, over ``frame``
    ``index``     ``index`` is a whole index over ``frame``
    ``partition`` ``sql`` is what follows PARTITION BY, over ``frame``
    ``constant``  ``sql`` is a constant, to be written as a value of ``type``
    """

    about: Literal[
        "type", "default", "computed", "check", "exclusion", "index", "partition", "constant"
    ]
    sql: str = ""
    type: str = ""
    frame: Frame = ()
    index: Index | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """The database does not accept what it was asked about; ``reason`` is its own first line."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unasked:
    """The database could not be asked at all (read-only, no privilege to make temporary tables)."""

    reason: str


Answer: TypeAlias = str | Index | Refused | Unasked
"""A canonical text; for an ``index`` question the index as the catalogue shows it."""
