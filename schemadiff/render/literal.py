"""Python values as source text: what is read back equals what was written."""

from __future__ import annotations

import datetime
import enum
import math
import sys
import uuid
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from zoneinfo import ZoneInfo

from .call import Call, Expression, Imports, Items, Literal, Pairs, Verbatim
from .errors import RenderError

_NO_VALUES = Verbatim("set()")


def written(value: object, where: str = "") -> Expression:
    """``value`` as an expression without any ``Literal`` left in it.

    Raises RenderError, naming ``where``, for an object that has no source form.
    """
    if (plain := _BASIC.get(type(value))) is not None:
        return Verbatim(plain(value))
    if isinstance(value, enum.Enum):
        return _member(value, where)
    for known, write in _BASIC.items():
        if isinstance(value, known):
            return Verbatim(write(value))
    if type(value) in _EXACT:
        write, imports = _EXACT[type(value)]
        return Verbatim(write(value), imports)
    if type(value) in (datetime.datetime, datetime.time):
        return _moment(value, where)  # type: ignore[arg-type]
    if isinstance(value, type) or callable(value):
        return reference(value, where)
    return _display(value, where)


def string(value: str) -> str:
    """A str literal as a formatter leaves it: double quotes wherever they need no more escapes."""
    body = repr('"' + str.__str__(value))[2:-1]
    if value.count('"') > value.count("'"):
        return f"'{body}'"
    return '"' + body.replace("\\'", "'").replace('"', '\\"') + '"'


def reference(named: object, where: str = "") -> Verbatim:
    """A class or function by its importable name; RenderError if that name does not lead to it."""
    module, name = _address(named)
    if module == "builtins":
        return Verbatim(name)
    if not module or module == "__main__" or _found(module, name) is not named:
        raise RenderError(f"{named!r} cannot be imported by its name", where=where)
    return Verbatim(f"{module}.{name}", (f"import {module}",))


def _address(named: object) -> tuple[str, str]:
    return getattr(named, "__module__", None) or "", getattr(named, "__qualname__", "")


def _found(module: str, name: str) -> object:
    found: object = sys.modules.get(module)
    for part in name.split("."):
        found = getattr(found, part, None)
    return found


def _member(value: enum.Enum, where: str) -> Expression:
    if value.name is None or "|" in value.name:
        raise RenderError(f"{value!r} has no name of its own", where=where)
    owner = reference(type(value), where)
    return Verbatim(f"{owner.text}.{value.name}", owner.imports)


def _display(value: object, where: str) -> Expression:
    match value:
        case Mapping():
            pairs = ((written(k, where), written(v, where)) for k, v in value.items())
            return Pairs(tuple(pairs))
        case list():
            return Items(_each(value, where))
        case tuple():
            return Items(_each(value, where), "()")
        case set():
            return _set(value, where)
        case frozenset():
            return Call("frozenset", (_set(value, where),) if value else ())
    raise RenderError(f"{value!r} cannot be written as Python source", where=where)


def _set(value: Iterable[object], where: str) -> Expression:
    items = _each(sorted(value, key=repr), where)
    return Items(items, "{}") if items else _NO_VALUES


def _each(values: Iterable[object], where: str) -> tuple[Expression, ...]:
    return tuple(written(value, where) for value in values)


def _float(value: float) -> str:
    return float.__repr__(value) if math.isfinite(value) else f'float("{float(value)}")'


def _complex(value: complex) -> str:
    return f"complex({_float(value.real)}, {_float(value.imag)})"


def _bytes(value: bytes) -> str:
    body = repr(b'"' + bytes(value))[3:-1]
    if value.count(b'"') > value.count(b"'"):
        return f"b'{body}'"
    return 'b"' + body.replace("\\'", "'").replace('"', '\\"') + '"'


def _moment(value: datetime.datetime | datetime.time, where: str) -> Expression:
    match value.tzinfo:
        case None | datetime.timezone():
            return Verbatim(repr(value), _DATETIME)
        case ZoneInfo(key=str()):
            return Verbatim(repr(value), (*_DATETIME, *_ZONEINFO))
    raise RenderError(f"{value.tzinfo!r} cannot be written as Python source", where=where)


_DATETIME: Imports = ("import datetime",)
_ZONEINFO: Imports = ("import zoneinfo",)
_BASIC: dict[type, Callable[..., str]] = {
    type(None): repr,
    bool: repr,
    int: int.__repr__,
    float: _float,
    complex: _complex,
    str: string,
    bytes: _bytes,
}
"""How a value is written whose subclasses are written as itself; bool stands before int."""
_EXACT: dict[type, tuple[Callable[..., str], Imports]] = {
    Decimal: (lambda value: f'Decimal("{value}")', ("from decimal import Decimal",)),
    datetime.date: (repr, _DATETIME),
    datetime.timedelta: (repr, _DATETIME),
    datetime.timezone: (repr, _DATETIME),
    ZoneInfo: (lambda value: f"zoneinfo.ZoneInfo({string(str(value))})", _ZONEINFO),
    uuid.UUID: (lambda value: f'uuid.UUID("{value}")', ("import uuid",)),
}
"""How a value is written whose subclasses nobody can know."""


def resolved(literal: Literal) -> Expression:
    """The expression that a ``Literal`` stands for."""
    return written(literal.value)
