"""The type of a column that SQLAlchemy has no class for."""

from __future__ import annotations

from sqlalchemy.types import UserDefinedType


class OtherType(UserDefinedType[object]):
    """A type by its text in SQL: an extension's, or any words where a database takes any for a type."""

    cache_ok = True

    def __init__(self, text: str) -> None:
        self.text = text

    def get_col_spec(self, **_kw: object) -> str:
        """The text in SQL."""
        return self.text
