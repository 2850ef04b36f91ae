"""Types as projects have them."""

from __future__ import annotations

import enum

import sqlalchemy as sa
from sqlalchemy.dialects import mysql
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine, UserDefinedType


class Mood(enum.Enum):
    GOOD = "good"
    BAD = "bad"


class Trimmed(TypeDecorator[str]):
    """Passes everything on to the type it decorates."""

    impl = sa.String
    cache_ok = True


class Fixed(TypeDecorator[str]):
    """Decorates an instance."""

    impl = sa.String(7)
    cache_ok = True


class Tagged(TypeDecorator[str]):
    """Has a constructor of its own and keeps what it is given."""

    impl = sa.String
    cache_ok = True

    def __init__(self, tag: str, length: int = 10) -> None:
        super().__init__(length)
        self.tag = tag


class Moods(TypeDecorator[str]):
    impl = sa.Enum
    cache_ok = True


class Vector(UserDefinedType[object]):
    """Keeps its argument under another name, and says it in its repr."""

    cache_ok = True

    def __init__(self, size: int) -> None:
        self.of_size = size

    def get_col_spec(self, **kw: object) -> str:
        return f"VECTOR({self.of_size})"

    def __repr__(self) -> str:
        return f"Vector({self.of_size})"


class Secretive(UserDefinedType[object]):
    """Tells nobody what it was made with."""

    cache_ok = True

    def __init__(self, size: int) -> None:
        self.spec = f"SECRET({size})"

    def get_col_spec(self, **kw: object) -> str:
        return self.spec


class Json(TypeDecorator[object]):
    """Has another type under it, and does not tell why."""

    impl = sa.Text
    cache_ok = True

    def __init__(self, long: bool = False) -> None:
        super().__init__()
        if long:
            self.impl = sa.Text().with_variant(mysql.LONGTEXT(), "mysql")


class ByNumber(TypeDecorator[object]):
    """Takes another type on PostgreSQL, and does not tell what it was made with."""

    impl = sa.SmallInteger
    cache_ok = True

    def __init__(self, of: type) -> None:
        super().__init__()
        self._kept = of

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[object]:
        is_large = dialect.name == "postgresql"
        return dialect.type_descriptor(sa.BigInteger() if is_large else sa.SmallInteger())


class Outer:
    class Inner(UserDefinedType[object]):
        cache_ok = True

        def get_col_spec(self, **kw: object) -> str:
            return "INNER"
