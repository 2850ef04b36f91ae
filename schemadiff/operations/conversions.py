"""What a change of a column's type may do to the values that stand in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import NullType

from schemadiff.dialects.base import AnyType

_BYTES: Mapping[str, int] = {
    "TINYINT": 1,
    "small_integer": 2,
    "SMALLINT": 2,
    "MEDIUMINT": 3,
    "integer": 4,
    "INTEGER": 4,
    "big_integer": 8,
    "BIGINT": 8,
}
"""The sizes of integer types, by what SQLAlchemy's compilers call them; not all are imported for one database."""

_ROOM: Mapping[str, int] = {"TINYTEXT": 1, "text": 2, "TEXT": 2, "MEDIUMTEXT": 3, "LONGTEXT": 4}
"""How many bytes tell the length of a text, where there are several types for it."""


def losses(name: str, old: AnyType, new: AnyType, dialect: Dialect | None) -> Iterator[str]:
    """What a person should know before the values of the column ``name`` turn from ``old`` into ``new``.

    Nothing for a type that holds all that the other one held.
    """
    match old, new:
        case sa.Enum(), sa.Enum():
            yield from _labels(name, old, new)
        case _, sa.Enum():
            labels = ", ".join(map(repr, new.enums))
            yield f"look for values of {name} that are none of {labels}"
        case sa.Integer(), sa.Integer():
            yield from _numbers(name, old, new, dialect)
        case sa.Float(), sa.Numeric() | sa.Float():
            return
        case sa.Numeric(), sa.Numeric():
            yield from _digits(name, old, new)
        case sa.String(), sa.String():
            yield from _characters(name, old, new, dialect)
        case sa.DateTime(), sa.DateTime():
            yield from _zone(name, old, new)
        case _ if _of_other_kind(old, new):
            yield (
                f"turns the values of {name} from {_spelt(old, dialect)} into {_spelt(new, dialect)}: "
                "look for any that cannot be"
            )


def _numbers(name: str, old: sa.Integer, new: sa.Integer, dialect: Dialect | None) -> Iterator[str]:
    before, after = _range(old), _range(new)
    if before is None or after is None:
        return
    if after.stop < before.stop:
        yield f"fails where a value of {name} is too large for {_spelt(new, dialect)}"
    if before.start < 0 <= after.start:
        yield f"fails where a value of {name} is negative"


def _range(type_: sa.Integer) -> range | None:
    """The numbers that a type holds; None for one that only a single database has."""
    size = _BYTES.get(type_.__visit_name__)
    if size is None:
        return None
    numbers = 1 << 8 * size
    return (
        range(numbers) if getattr(type_, "unsigned", False) else range(-numbers // 2, numbers // 2)
    )


def _characters(
    name: str, old: sa.String, new: sa.String, dialect: Dialect | None
) -> Iterator[str]:
    kept = _members(new)
    if gone := [label for label in _members(old) if kept and label not in kept]:
        yield f"fails, or cuts, where a value of {name} still has {', '.join(map(repr, gone))}"
    elif new.length is not None and (old.length is None or new.length < old.length):
        yield f"fails, or cuts, where a value of {name} is longer than {new.length}"
    elif _ROOM.get(new.__visit_name__, 9) < _ROOM.get(old.__visit_name__, 0):
        yield f"fails, or cuts, where a value of {name} is too long for {_spelt(new, dialect)}"


def _members(type_: sa.String) -> Sequence[str]:
    """What a SET of MySQL may hold."""
    found: Sequence[str] = getattr(type_, "values", ()) if type_.__visit_name__ == "SET" else ()
    return found


def _labels(name: str, old: sa.Enum, new: sa.Enum) -> Iterator[str]:
    gone = [label for label in old.enums if label not in new.enums]
    if gone and (not new.native_enum or old.name != new.name):
        yield f"fails where a value of {name} still is {', '.join(map(repr, gone))}"


def _digits(name: str, old: sa.Numeric[Any], new: sa.Numeric[Any]) -> Iterator[str]:
    if new.precision is None or old.precision is None:
        return
    places, before = new.scale or 0, new.precision - (new.scale or 0)
    if before < old.precision - (old.scale or 0):
        yield f"fails where a value of {name} has more than {before} digits before the point"
    if places < (old.scale or 0):
        yield f"rounds the values of {name} to {places} places"


def _zone(name: str, old: sa.DateTime, new: sa.DateTime) -> Iterator[str]:
    if old.timezone and not new.timezone:
        yield f"the values of {name} lose their time zone"
    elif new.timezone and not old.timezone:
        yield f"the values of {name} get the time zone of the session"


def _of_other_kind(old: AnyType, new: AnyType) -> bool:
    """Whether values have to be read as something else; text without a limit takes everything."""
    if isinstance(old, NullType) or isinstance(new, NullType):
        return False
    if isinstance(new, sa.String) and new.length is None:
        return False
    return old._type_affinity is not new._type_affinity


def _spelt(type_: AnyType, dialect: Dialect | None) -> str:
    try:
        return type_.compile(dialect=dialect)
    except sa.exc.CompileError:
        return repr(type_)
