"""AutogenContext: what hooks are handed while a comparison is made and written down."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Dialect, Inspector

from schemadiff.runtime.migration import MigrationContext

from .comparison import filters_of


class AutogenContext:
    """What is known while a comparison is made and its result is written; hooks are handed it."""

    def __init__(
        self,
        migration_context: MigrationContext,
        metadata: sa.MetaData | Sequence[sa.MetaData] | None = None,
        opts: Mapping[str, Any] | None = None,
        autogenerate: bool = True,
    ) -> None:
        self.migration_context = migration_context
        self.opts: dict[str, Any] = {**migration_context.opts, **(opts or {})}
        self.metadata = metadata if metadata is not None else self.opts.get("target_metadata")
        self.connection: Connection | None = migration_context.connection
        self.dialect: Dialect = migration_context.dialect
        self.imports: set[str] = set()
        """Import statements that a ``render_item`` hook wants in the file."""
        self._filters = filters_of(migration_context)

    @cached_property
    def inspector(self) -> Inspector:
        """SQLAlchemy's Inspector of the connection."""
        assert self.connection is not None
        return sa.inspect(self.connection)

    @cached_property
    def sorted_tables(self) -> list[sa.Table]:
        """The tables of all MetaData, what is referred to first."""
        several = [self.metadata] if isinstance(self.metadata, sa.MetaData) else self.metadata or []
        return [table for metadata in several for table in metadata.sorted_tables]

    @property
    def table_key_to_table(self) -> dict[str, sa.Table]:
        """The tables of all MetaData by key."""
        return {table.key: table for table in self.sorted_tables}

    def run_name_filters(
        self, name: str | None, type_: str, parent_names: Mapping[str, str | None]
    ) -> bool:
        """Whether ``include_name`` lets a reflected name take part."""
        return self._filters.name(name, type_, parent_names)

    def run_object_filters(
        self, object_: Any, name: str | None, type_: str, reflected: bool, compare_to: Any
    ) -> bool:
        """Whether ``include_object`` lets an object take part."""
        include: Callable[..., Any] | None = self._filters.include_object
        return include is None or bool(include(object_, name, type_, reflected, compare_to))
