"""Tables: made, dropped, renamed, and the options that only one database knows."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from schemadiff.dialects.base import Database
from schemadiff.dialects.terms import Look, Statement, offline
from schemadiff.model import Snapshot
from schemadiff.render.call import Expression, Line, Literal
from schemadiff.render.construct import Construct

from . import adhoc, edits
from .adhoc import Names
from .arguments import ours, require_dialects
from .operation import AlterTableOp, Diff, Irreversible, MigrateOperation, TableEdit
from .writing import at, call, dialect_keywords, given, table_items, within


class CreateTableOp(MigrateOperation):
    """A table with its columns and constraints; an Index among ``columns`` is created after it."""

    def __init__(
        self,
        table_name: str,
        columns: Sequence[sa.schema.SchemaItem | sa.MetaData],
        *,
        schema: str | None = None,
        if_not_exists: bool | None = None,
        **kw: Any,
    ) -> None:
        self.table_name = table_name
        # A call made of a `sa.Table(name, metadata, …)` may still carry its MetaData.
        self.columns = [item for item in columns if not isinstance(item, sa.MetaData)]
        self.schema = schema
        self.if_not_exists = if_not_exists
        self.table_info: dict[Any, Any] = kw.pop("info", None) or {}
        self.info.update(self.table_info)
        self.comment: str | None = kw.pop("comment", None)
        self.prefixes: list[str] | None = kw.pop("prefixes", None)
        # Hooks written for Alembic hand these on where they make the operation anew.
        self._namespace_metadata: sa.MetaData | None = kw.pop("_namespace_metadata", None)
        self._constraints_included: bool = kw.pop("_constraints_included", False)
        self.kw = kw

    @classmethod
    def from_table(cls, table: sa.Table) -> CreateTableOp:
        """The operation that makes this table, without its indexes."""
        return cls(
            table.name,
            [*table.columns, *constraints(table)],
            schema=table.schema,
            comment=table.comment,
            info=dict(table.info),
            prefixes=list(table._prefixes) or None,
            _namespace_metadata=table.metadata,
            _constraints_included=True,
            **dict(table.dialect_kwargs),
        )

    def to_table(self, migration_context: object = None, names: Names = None) -> sa.Table:
        """The table, in a MetaData of its own."""
        arguments = dict(self.kw)
        if self.prefixes:
            arguments["prefixes"] = self.prefixes
        return adhoc.table(
            self.table_name,
            self.columns,
            schema=self.schema,
            names=names or adhoc.naming_convention(migration_context),
            comment=self.comment,
            info=dict(self.info),
            **arguments,
        )

    def reverse(self) -> DropTableOp:
        again = copy.copy(self)
        again.columns = list(self.columns)
        return _undoing(again)

    def to_diff_tuple(self) -> Diff:
        return ("add_table", self.to_table())

    def statements(
        self, database: Database, look: Look = offline, names: Names = None
    ) -> Iterator[Statement]:
        return self.made(database, self.to_table(names=names))

    def made(self, database: Database, table: sa.Table) -> Iterator[Statement]:
        """The statements that make ``table``, then its indexes."""
        yield from database.create_table(table, self.if_not_exists)
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            if not database.skips(index):
                yield from database.create_index(index, self.if_not_exists)

    def as_call(self, construct: Construct) -> tuple[Line, ...]:
        keywords: list[tuple[str, Expression]] = [
            *given(schema=self.schema, comment=self.comment, info=self.info or None),
            *dialect_keywords(construct, self.kw),
            *given(prefixes=self.prefixes, if_not_exists=self.if_not_exists),
        ]
        items = table_items(construct, self.columns)
        return call(construct, "create_table", [Literal(self.table_name), *items], keywords)


class DropTableOp(MigrateOperation):
    """A table goes, with everything in it."""

    def __init__(
        self,
        table_name: str,
        *,
        schema: str | None = None,
        if_exists: bool | None = None,
        table_kw: Mapping[str, Any] | None = None,
        _reverse: CreateTableOp | None = None,
    ) -> None:
        self.table_name = table_name
        self.schema = schema
        self.if_exists = if_exists
        self.table_kw: dict[str, Any] = dict(table_kw or {})
        self.comment: str | None = self.table_kw.pop("comment", None)
        self.prefixes: list[str] | None = self.table_kw.pop("prefixes", None)
        self.info.update(self.table_kw.pop("info", None) or {})
        self._reverse = _reverse

    @classmethod
    def from_table(cls, table: sa.Table) -> DropTableOp:
        """The operation that drops this table and can make it again, indexes included."""
        again = CreateTableOp.from_table(table)
        indexes = sorted(table.indexes, key=lambda index: str(index.name))
        again.columns = [*again.columns, *indexes]
        return _undoing(again)

    def to_table(self, migration_context: object = None, names: Names = None) -> sa.Table:
        """The table as it was, or as far as its name tells."""
        if self._reverse is not None:
            return self._reverse.to_table(migration_context, names)
        require_dialects(self.table_kw, f"drop_table of {self.table_name}")
        return sa.Table(self.table_name, adhoc.metadata(names), schema=self.schema)

    def reverse(self) -> CreateTableOp:
        if self._reverse is None:
            raise Irreversible("operation is not reversible; original table is not present")
        return self._reverse

    def to_diff_tuple(self) -> Diff:
        return ("remove_table", self.to_table())

    def statements(
        self, database: Database, look: Look = offline, names: Names = None
    ) -> Iterator[Statement]:
        return database.drop_table(self.to_table(names=names), self.if_exists)

    def as_call(self, construct: Construct) -> tuple[Line, ...]:
        keywords = given(schema=self.schema, if_exists=self.if_exists)
        return call(construct, "drop_table", [Literal(self.table_name)], keywords)


class RenameTableOp(AlterTableOp):
    """A table keeps everything but its name."""

    needs_rebuild = False

    def __init__(
        self, old_table_name: str, new_table_name: str, *, schema: str | None = None
    ) -> None:
        super().__init__(old_table_name, schema=schema)
        self.new_table_name = new_table_name

    def reverse(self) -> RenameTableOp:
        return RenameTableOp(self.new_table_name, self.table_name, schema=self.schema)

    def to_diff_tuple(self) -> Diff:
        return ("rename_table", self.schema, self.table_name, self.new_table_name)

    def direct(self, database: Database, look: Look, names: Names) -> Iterator[Statement]:
        return database.rename_table(self.schema, self.table_name, self.new_table_name)

    def as_call(self, construct: Construct) -> tuple[Line, ...]:
        names = [Literal(self.table_name), Literal(self.new_table_name)]
        return call(construct, "rename_table", names, given(schema=self.schema))


class AlterTableOptionsOp(AlterTableOp):
    """What only one database knows of a table changes: ``options`` come, of ``existing`` the rest goes.

    Both are keyword arguments as Table takes them: ``mysql_engine``, ``sqlite_strict`` …
    """

    def __init__(
        self,
        table_name: str,
        options: Mapping[str, Any],
        *,
        existing: Mapping[str, Any] | None = None,
        schema: str | None = None,
    ) -> None:
        super().__init__(table_name, schema=schema)
        self.options = dict(options)
        self.existing = dict(existing or {})
        self.standing: Snapshot | None = None
        """The table as a comparison found it, for where the operation is only written down."""

    def reverse(self) -> AlterTableOptionsOp:
        return AlterTableOptionsOp(
            self.table_name, self.existing, existing=self.options, schema=self.schema
        )

    def to_diff_tuple(self) -> Diff:
        return ("modify_table_options", self.schema, self.table_name, self.existing, self.options)

    def direct(self, database: Database, look: Look, names: Names) -> Iterator[Statement]:
        before, after = ours(self.existing, database), ours(self.options, database)
        if not before and not after and (self.existing or self.options):
            return iter(())

        def known(schema: str | None, table: str) -> Snapshot | None:
            live = look(schema, table)
            return self.standing if live is None else live

        return database.alter_table_options(self.schema, self.table_name, before, after, known)

    def edited(self, edit: TableEdit, database: Database, names: Names = None) -> TableEdit:
        return edits.change_options(edit, database, self.options, self.existing)

    def as_call(self, construct: Construct) -> tuple[Line, ...]:
        keywords = [
            *dialect_keywords(construct, self.options),
            *given(existing=self.existing or None),
            *within(construct, self.schema),
        ]
        return call(construct, "alter_table_options", at(construct, self.table_name), keywords)


def constraints(table: sa.Table) -> list[sa.Constraint]:
    """The constraints of a table that are not a column type's own: primary key, then the others as made."""
    listed = [
        item
        for item in table.constraints
        if not isinstance(item, sa.PrimaryKeyConstraint) and not made_by_type(item)
    ]
    for column in table.columns:
        listed += [c for c in column.constraints if isinstance(c, sa.CheckConstraint)]
    key = [table.primary_key] if len(table.primary_key.columns) else []
    return [*key, *sorted(listed, key=lambda item: item._creation_order)]


def made_by_type(item: sa.Constraint) -> bool:
    """Whether a column's type makes this constraint by itself (Boolean, Enum with ``create_constraint``)."""
    return bool(getattr(item, "_type_bound", False))


def _undoing(again: CreateTableOp) -> DropTableOp:
    """The operation that drops what ``again`` creates."""
    return DropTableOp(
        again.table_name,
        schema=again.schema,
        table_kw={
            "comment": again.comment,
            "info": dict(again.info),
            "prefixes": again.prefixes,
            **again.kw,
        },
        _reverse=again,
    )
