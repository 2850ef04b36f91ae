"""SQLAlchemy types as calls, under the name by which a revision file can import them."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

from schemadiff.render.call import Call, Expression, Imports, Literal
from schemadiff.render.errors import RenderError
from schemadiff.render.literal import reference

from .recover import Arguments, type_arguments, type_sql, without_variants


@dataclass(frozen=True, slots=True)
class Prefixes:
    """What stands before names: ``sa.``, ``op.``, and for types of the project's own.

    ``user`` None means the module of the type, imported by its name; any other prefix is taken as it is,
    and the template imports what it stands for.
    """

    sqlalchemy: str = "sa."
    operations: str = "op."
    user: str | None = None

    @property
    def sqlalchemy_imports(self) -> Imports:
        """The import that the prefix for SQLAlchemy needs, as far as it is the usual one."""
        return ("import sqlalchemy as sa",) if self.sqlalchemy == "sa." else ()

    @property
    def operations_imports(self) -> Imports:
        """The import that the prefix for operations needs, as far as it is the usual one."""
        return ("from schemadiff import op",) if self.operations == "op." else ()


USUAL = Prefixes()


def type_call(
    type_: TypeEngine[object],
    prefixes: Prefixes,
    value: Callable[[object, str], Expression],
    where: str,
    dialect: Dialect | None,
) -> Expression:
    """The call that makes ``type_``, variants included; ``value`` writes its arguments.

    A TypeDecorator that nobody can import, or whose arguments nobody can find, is written as the type it decorates.
    Raises RenderError if neither the class nor its arguments can be written.
    """
    name, imports = _name(type(type_), prefixes, where)
    if not name and isinstance(type_, TypeDecorator):
        return _instead(type_, value, where, dialect)
    if not name:
        raise RenderError(
            f"the type {type(type_).__qualname__} cannot be imported by its name", where=where
        )
    try:
        found = type_arguments(type_, where, dialect)
    except RenderError:
        if not isinstance(type_, TypeDecorator):
            raise
        return _instead(type_, value, where, dialect)
    call = _call(name, imports, found, value, where)
    if not _is_typed(type(type_)):
        call = replace(call, typed=False)
    return _with_variants(call, type_, value, where)


def _instead(
    type_: TypeDecorator[Any],
    value: Callable[[object, str], Expression],
    where: str,
    dialect: Dialect | None,
) -> Expression:
    """What is written for a decorator that cannot be, with the decorator's variants."""
    bare = without_variants(type_)
    assert isinstance(bare, TypeDecorator)
    return _with_variants(value(_decorated(bare, dialect), where), type_, value, where)


def _with_variants(
    call: Expression,
    type_: TypeEngine[object],
    value: Callable[[object, str], Expression],
    where: str,
) -> Expression:
    for variant, dialects in _variants(type_, value, where):
        call = Call("with_variant", (variant, *map(Literal, dialects)), of=call)
    return call


def _decorated(type_: TypeDecorator[Any], dialect: Dialect | None) -> TypeEngine[Any]:
    """The type under a decorator: the one that it was made with, unless it takes another on the dialect."""
    usual = type_.impl_instance
    if dialect is None or type_sql(usual, dialect) == type_sql(type_, dialect):
        return usual
    own = type_.load_dialect_impl(dialect)
    # A driver may have a class of its own for it, which nobody can import.
    owner = next(each for each in type(own).__mro__ if _is_public(each))
    return own if isinstance(own, TypeDecorator) or owner is type(own) else own.adapt(owner)


def _is_public(owner: type) -> bool:
    parts = owner.__module__.split(".")
    name = _dialect_name(owner, parts) if "dialects" in parts else _core_name(owner, USUAL)
    return parts[0] != "sqlalchemy" or name is not None


def _is_typed(owner: type) -> bool:
    """Whether the constructor has annotations, without which ``mypy --strict`` objects to its call."""
    return getattr(owner.__init__, "__annotations__", None) != {}  # type: ignore[misc]


def _variants(
    type_: TypeEngine[object], value: Callable[[object, str], Expression], where: str
) -> list[tuple[Expression, list[str]]]:
    """The variants of a type and the dialects that each of them is for, sorted by the first of these."""
    found: list[tuple[Expression, list[str]]] = []
    for dialect, variant in sorted(type_._variant_mapping.items()):
        made = value(variant, where)
        there = next((dialects for other, dialects in found if other == made), None)
        if there is None:
            found.append((made, [dialect]))
        else:
            there.append(dialect)
    return found


def _call(
    name: str,
    imports: Imports,
    arguments: Arguments,
    value: Callable[[object, str], Expression],
    where: str,
) -> Call:
    positional = tuple(value(argument, where) for argument in arguments.positional)
    named = tuple((keyword, value(argument, where)) for keyword, argument in arguments.named)
    return Call(name, positional, named, imports)


def _name(owner: type[TypeEngine[object]], prefixes: Prefixes, where: str) -> tuple[str, Imports]:
    """The dotted name of a class and the import behind it; ``""`` if it has none."""
    parts = owner.__module__.split(".")
    if parts[0] == "sqlalchemy" and owner.__name__ == owner.__qualname__:
        public = _dialect_name(owner, parts) if "dialects" in parts else _core_name(owner, prefixes)
        if public is not None:
            return public
    if prefixes.user is not None and parts[0] != "sqlalchemy" and "<" not in owner.__qualname__:
        return prefixes.user + owner.__qualname__, ()
    try:
        found = reference(owner, where)
    except RenderError:
        return "", ()
    return found.text, found.imports


def _core_name(owner: type, prefixes: Prefixes) -> tuple[str, Imports] | None:
    for module, within in ((sa, ""), (sa.types, "types.")):
        if getattr(module, owner.__name__, None) is owner:
            return f"{prefixes.sqlalchemy}{within}{owner.__name__}", prefixes.sqlalchemy_imports
    return None


def _dialect_name(owner: type, parts: list[str]) -> tuple[str, Imports] | None:
    package = parts[parts.index("dialects") + 1]
    if (
        getattr(importlib.import_module(f"sqlalchemy.dialects.{package}"), owner.__name__, None)
        is owner
    ):
        return f"{package}.{owner.__name__}", (f"from sqlalchemy.dialects import {package}",)
    return None
