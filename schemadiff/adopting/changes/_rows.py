"""Results as scripts written before SQLAlchemy 2.0 read them: a row is a tuple and a mapping at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy.engine import CursorResult, Row


class Rows:
    """A result; what is not said here is its own affair."""

    def __init__(self, result: CursorResult[Any]) -> None:
        self._result = result

    def __getattr__(self, name: str) -> Any:
        return getattr(self._result, name)

    def __iter__(self) -> Iterator[OneRow]:
        return map(OneRow, self._result)

    def fetchall(self) -> list[OneRow]:
        """The rows that are left."""
        return list(self)

    def fetchone(self) -> OneRow | None:
        """The next row, or None."""
        row = self._result.fetchone()
        return None if row is None else OneRow(row)

    def first(self) -> OneRow | None:
        """The first row, or None."""
        row = self._result.first()
        return None if row is None else OneRow(row)


class OneRow(tuple[Any, ...]):
    """A row whose values are found by place, by name and by column."""

    _mapping: Any

    def __new__(cls, row: Row[Any]) -> OneRow:
        """A copy of the row."""
        found = super().__new__(cls, row)
        found._mapping = row._mapping
        return found

    def __getitem__(self, key: Any) -> Any:
        is_place = isinstance(key, int | slice)
        return super().__getitem__(key) if is_place else self._mapping[key]

    def __getattr__(self, name: str) -> Any:
        try:
            return self._mapping[name]
        except KeyError:
            raise AttributeError(name) from None

    def keys(self) -> list[str]:
        """The names of the columns."""
        return list(self._mapping.keys())

    def values(self) -> list[Any]:
        """The values."""
        return list(self)

    def items(self) -> list[tuple[str, Any]]:
        """Names with their values."""
        return list(self._mapping.items())

    def has_key(self, name: str) -> bool:
        """Whether there is a column of that name."""
        return name in self._mapping
