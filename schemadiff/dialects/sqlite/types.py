"""Declared types: text to SQLAlchemy type, and the one spelling in which both sides are compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect

from schemadiff.dialects.base import AnyType
from schemadiff.dialects.other import OtherType

from .cursor import type_name
from .facts import USUAL_COLLATION
from .tokens import Token, collation_name, tokens, unquoted


def spelling(text: str) -> str:
    """A type and its collation in one spelling: ``VARCHAR(20) COLLATE NOCASE``."""
    found = tokens(text)
    place = _collate(found)
    if place is None:
        return type_name(found)
    return collated(type_name(found[:place]), collation_name(found[place + 1].name))


def collated(declared: str, collation: str) -> str:
    """A declared type with a collation, unless that is the usual one."""
    if not collation or collation == USUAL_COLLATION:
        return declared
    return f"{declared} COLLATE {collation}"


def _collate(found: Sequence[Token]) -> int | None:
    return len(found) - 2 if len(found) > 2 and found[-2].word == "COLLATE" else None


def type_from_text(text: str, dialect: Dialect) -> AnyType:
    """The SQLAlchemy type whose DDL is ``text``; OtherType where SQLAlchemy has none that says so."""
    declared, _, collation = spelling(text).partition(" COLLATE ")
    collation = unquoted(collation) if collation.startswith('"') else collation
    name, _, inside = declared.partition("(")
    arguments = [part.strip() for part in inside.rstrip(")").split(",")] if inside else []
    for candidate in _candidates(name, dialect):
        made = _made(candidate, arguments, collation)
        if made is not None and spelling(_compiled(made, dialect)) == spelling(text):
            return made
    return OtherType(text) if declared else sa.types.NullType()


def _candidates(name: str, dialect: Dialect) -> Iterator[type[AnyType]]:
    known: Mapping[str, type[AnyType]] = getattr(dialect, "ischema_names", {})
    underscored = name.replace(" ", "_")
    # SQLAlchemy's own first: a revision file with sqlite.DATETIME() would import a dialect and fail mypy --strict.
    standard = getattr(sa.types, underscored, None)
    if isinstance(standard, type) and issubclass(standard, sa.types.TypeEngine):
        yield standard
    for spelled in (name, underscored):
        if spelled in known:
            yield known[spelled]


def _made(candidate: type[AnyType], arguments: list[str], collation: str) -> AnyType | None:
    if not all(argument.lstrip("+-").isdigit() for argument in arguments):
        return None
    words: dict[str, Any] = {"collation": collation} if collation else {}
    numbers: list[Any] = [int(argument) for argument in arguments]
    try:
        return candidate(*numbers, **words)
    except TypeError:  # this type takes no such arguments
        return None


def _compiled(type_: AnyType, dialect: Dialect) -> str:
    try:
        return str(type_.compile(dialect=dialect))
    except sa.exc.CompileError:
        return ""
