"""Values in a script that SQLAlchemy sends as parameters only, or writes as text that is not the same."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import copy
from datetime import timedelta
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.compiler import SQLCompiler

from schemadiff.dialects.values import plain_type

AnyType = sa.types.TypeEngine[Any]


def writing(dialect: Dialect, bytes_literal: str) -> Dialect:
    """A copy of ``dialect`` that writes JSON, bytes and intervals as they would be stored.

    ``bytes_literal`` is a literal of bytes with ``{}`` for their hexadecimal digits.
    """
    usual = dialect.statement_compiler
    made = copy(dialect)
    own = {"bytes_literal": bytes_literal}
    compiler = type(usual.__name__, (_Writing, usual), own)
    made.statement_compiler = cast("type[SQLCompiler]", compiler)
    return made


class _Writing:
    """What is put before a dialect's own compiler of statements."""

    dialect: Dialect
    bytes_literal: str

    def render_literal_value(self, value: object, type_: AnyType) -> str:
        usual: Callable[[object, AnyType], str] = super().render_literal_value  # type: ignore[misc]
        plain = plain_type(type_, self.dialect)
        match plain:
            case sa.JSON():
                return usual(
                    _as_json(_bound(value, type_, self.dialect), self.dialect), sa.String()
                )
            case sa.LargeBinary() | sa.types._Binary():
                stored = _bound(value, type_, self.dialect)
                if isinstance(stored, bytes | bytearray | memoryview):
                    return self.bytes_literal.format(bytes(stored).hex())
            case sa.Interval() if isinstance(value, timedelta):
                if isinstance(plain.dialect_impl(self.dialect), sa.Interval):  # kept as a time
                    return usual(plain.epoch + value, sa.DateTime())
            case _:
                pass
        return usual(value, type_)


def _bound(value: object, type_: AnyType, dialect: Dialect) -> object:
    """What the author's own type makes of a value before the type beneath it gets it."""
    if isinstance(type_, sa.types.TypeDecorator) and not isinstance(type_, sa.Interval):
        return type_.process_bind_param(value, dialect)
    return value


def _as_json(value: object, dialect: Dialect) -> str:
    serialize: Callable[[object], str] = getattr(dialect, "_json_serializer", None) or json.dumps
    return serialize(None if value is sa.JSON.NULL else value)
