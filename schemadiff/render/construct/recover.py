"""The constructor arguments that an object was made with, found again in its attributes."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.base import DialectKWArgs
from sqlalchemy.sql.elements import ClauseElement
from sqlalchemy.types import TypeDecorator, TypeEngine

from schemadiff.render.errors import RenderError

_OF_NO_INTEREST = frozenset({"metadata", "quote", "quote_schema", "inherit_schema", "for_update"})
"""Parameters that say where an object lives, or that travel with its name."""
_KEPT_AS = {"storage_format": "_storage_format", "regexp": "_reg"}
"""Attributes that SQLAlchemy names otherwise than the parameter."""
_OF_STRING = ("charset", "collation", "ascii", "unicode", "binary", "national")
_OF_ENUM = (
    *("name", "schema", "native_enum", "create_constraint", "length"),
    *("validate_strings", "create_type", *_OF_STRING),
)
_OF_SET = (*_OF_STRING, "retrieve_as_bitwise")
_MISSING = object()


@dataclass(frozen=True, slots=True)
class Arguments:
    """What a constructor is called with: nothing that it would assume by itself."""

    positional: tuple[object, ...] = ()
    named: tuple[tuple[str, object], ...] = ()


def arguments(made: object, where: str = "") -> Arguments:
    """The arguments that make an equal object of the same class.

    Raises RenderError for a required one that the object does not keep.
    """
    match made:
        case sa.Enum():
            return _chosen(made, tuple(made.enums), _OF_ENUM)
        case TypeEngine() if hasattr(made, "retrieve_as_bitwise"):
            return _of_set(made)
        case TypeDecorator() if _passes_on(type(made)):
            return _of_decorator(made, where)
    return _by_signature(made, where)


def type_arguments(
    type_: TypeEngine[object], where: str = "", dialect: Dialect | None = None
) -> Arguments:
    """The arguments of a type, proven for a type of somebody else: made again, it compiles the same.

    On ``dialect`` too, for what somebody gives a type may matter there only; but without its variants, which
    are no arguments.

    A type that does not keep its arguments may still say them in a ``repr`` that is a call.
    """
    if type(type_).__module__.startswith("sqlalchemy."):
        return arguments(type_, where)
    bare = without_variants(type_)
    for found in _candidates(type_, where):
        if _proven(bare, found, dialect):
            return found
    raise RenderError(
        f"the arguments of {type(type_).__qualname__} cannot be found in its attributes or its repr",
        where=where,
        hint="give the type attributes named like its parameters, or write it in render_item()",
    )


# ---- from the signature ------------------------------------------------------------------------


def _by_signature(made: object, where: str) -> Arguments:
    elsewhere, owner = _kept_for_dialects(made), cast(type, type(made))
    parameters = [p for p in _parameters(owner) if p.name not in elsewhere]
    required = [p for p in parameters if p.default is p.empty]
    positional = tuple(_required(made, p.name, where) for p in required)
    optional = [p for p in parameters if p.default is not p.empty]
    values = {p.name: v for p in optional if (v := _value(made, p.name)) is not _MISSING}
    defaults = {p.name: p.default for p in optional}
    said = _unusual(values, defaults, _usual(type(made), positional))
    # What one argument defaults to may depend on another: what is then still missing is said too.
    again = _usual(type(made), positional, said) if said else None
    if again is not None:
        said |= _unusual(values, defaults, again)
    return Arguments(positional, tuple((name, v) for name, v in values.items() if name in said))


def _kept_for_dialects(made: object) -> frozenset[str]:
    """Parameters that are arguments of one dialect as well: SQLAlchemy 2.1 keeps Oracle's ``order`` so."""
    if not isinstance(made, DialectKWArgs):
        return frozenset()
    return frozenset(keyword.partition("_")[2] for keyword in made.dialect_kwargs)


def _unusual(
    values: dict[str, object], defaults: dict[str, object], usual: object
) -> dict[str, object]:
    """Those of ``values`` that ``usual`` has not got; without it, those that are not declared defaults."""
    there = {n: defaults[n] if usual is None else _value(usual, n) for n in values}
    return {name: value for name, value in values.items() if not _same(value, there[name])}


@lru_cache(maxsize=1000)
def _parameters(owner: type) -> tuple[inspect.Parameter, ...]:
    """The parameters of a constructor by which an object of the class is made again."""
    return tuple(_named_parameters(owner))


def _named_parameters(owner: type) -> Iterator[inspect.Parameter]:
    """The named parameters of a constructor, followed upwards as long as it passes ``**kwargs`` on."""
    seen = set(_OF_NO_INTEREST)
    for base in owner.__mro__:
        if base is object or base is TypeDecorator:
            return
        if "__init__" not in vars(base):
            continue
        parameters = list(inspect.signature(base.__init__).parameters.values())[1:]  # type: ignore[misc]
        for parameter in parameters:
            if not _varies(parameter) and parameter.name not in seen:
                seen.add(parameter.name)
                if not parameter.name.startswith("_"):
                    yield parameter
        if not any(map(_varies, parameters)):
            return


def _varies(parameter: inspect.Parameter) -> bool:
    return parameter.kind in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL)


def _required(made: object, name: str, where: str) -> object:
    for attribute in (name, f"_{name}"):
        value = _value(made, attribute)
        if value is not _MISSING:
            return value
    raise RenderError(f"{type(made).__qualname__} does not keep its argument {name!r}", where=where)


def _value(made: object, name: str) -> object:
    value = getattr(made, name, _MISSING)
    if value is _MISSING and name in _KEPT_AS:
        value = getattr(made, _KEPT_AS[name], _MISSING)
    return value.pattern if isinstance(value, re.Pattern) else value


def _usual(
    owner: type, positional: tuple[object, ...], named: dict[str, object] | None = None
) -> object:
    """An object made with these arguments; None if that cannot be done."""
    try:
        return owner(*positional, **(named or {}))
    except Exception:
        # Whatever somebody's constructor raises: then the declared defaults are what is compared with.
        return None


def _same(one: object, other: object) -> bool:
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    if isinstance(one, ClauseElement) and isinstance(other, ClauseElement):
        return one.compare(other)
    return repr(one) == repr(other) if isinstance(one, TypeEngine) else one == other


# ---- special cases -----------------------------------------------------------------------------


def _chosen(made: object, positional: tuple[object, ...], names: tuple[str, ...]) -> Arguments:
    usual = type(made)(*positional)
    found = ((name, getattr(made, name)) for name in names if hasattr(made, name))
    named = ((name, v) for name, v in found if not _same(v, getattr(usual, name)))
    return Arguments(positional, tuple(named))


def _of_set(made: object) -> Arguments:
    """The labels of a SET, which takes an empty one in one way only."""
    labels: tuple[str, ...] = tuple(getattr(made, "values", ()))
    if "" not in labels:
        return _chosen(made, labels, _OF_SET)
    found = _chosen(made, tuple(filter(None, labels)), _OF_SET)
    return Arguments(labels, found.named)


def _passes_on(owner: type) -> bool:
    """Whether what is given to a decorator's constructor reaches the type it decorates."""
    return all(map(_varies, _first_signature(owner)))


def _first_signature(owner: type) -> list[inspect.Parameter]:
    return list(inspect.signature(owner.__init__).parameters.values())[1:]  # type: ignore[misc]


def _of_decorator(made: TypeDecorator[object], where: str) -> Arguments:
    if isinstance(type(made).impl, TypeEngine):
        return Arguments()
    inner = made.impl
    assert isinstance(inner, TypeEngine)
    return arguments(inner, where)


# ---- proof -------------------------------------------------------------------------------------


def _candidates(type_: TypeEngine[object], where: str) -> Iterator[Arguments]:
    # What the attributes do not say, the repr may.
    with suppress(RenderError):
        yield arguments(type_, where)
    said = _said(type_)
    if said is not None:
        yield said


def _said(type_: TypeEngine[object]) -> Arguments | None:
    """The arguments in a ``repr`` that is a call with literals, e.g. ``Vector(dim=3)``."""
    try:
        call = ast.parse(repr(type_), mode="eval").body
        if not isinstance(call, ast.Call):
            return None
        positional = tuple(ast.literal_eval(argument) for argument in call.args)
        named = tuple((k.arg, ast.literal_eval(k.value)) for k in call.keywords if k.arg)
    except (SyntaxError, ValueError):
        return None
    return Arguments(positional, named)


def _proven(type_: TypeEngine[object], found: Arguments, dialect: Dialect | None) -> bool:
    try:
        again = type(type_)(*found.positional, **dict(found.named))
        return all(type_sql(again, on) == type_sql(type_, on) for on in {None, dialect})
    except Exception:
        # Somebody else's constructor may raise anything when it is called wrongly: not proven.
        return False


def without_variants(type_: TypeEngine[object]) -> TypeEngine[object]:
    """The type as it is where none of its variants is meant."""
    if not type_._variant_mapping:
        return type_
    bare = type_.copy()
    bare._variant_mapping = type(type_._variant_mapping)()
    return bare


def type_sql(type_: TypeEngine[object], dialect: Dialect | None) -> str:
    """How a type stands in DDL, or its ``repr`` where it does not compile."""
    try:
        return str(type_.compile(dialect))
    except sa.exc.SQLAlchemyError:
        return repr(type_)
