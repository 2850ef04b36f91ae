"""SQLite."""

from __future__ import annotations

from typing import ClassVar

from .census import Counting
from .reading import Reading
from .settling import Settling
from .statements import Statements


class SQLite(Reading, Settling, Counting, Statements):
    """SQLite, from 3.35 on."""

    name: ClassVar[str] = "sqlite"
    transactional_ddl: ClassVar[bool] = True
    alters_in_place: ClassVar[bool] = False
    has_schemas: ClassVar[bool] = False


__all__ = ["SQLite"]
