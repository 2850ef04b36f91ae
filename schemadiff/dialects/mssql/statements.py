"""What SQL Server says differently when something is changed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import ClassVar

import sqlalchemy as sa

from schemadiff.dialects.base import AnyColumn, AnyType, Database
from schemadiff.dialects.terms import (
    ColumnChange,
    Look,
    ServerDefault,
    Statement,
    Unsupported,
    offline,
)
from schemadiff.errors import CommandError


class Statements(Database):
    """What is said to SQL Server."""

    batch_separator: ClassVar[str] = "GO"
    begins: ClassVar[str] = "BEGIN TRANSACTION"
    bytes_literal: ClassVar[str] = "0x{}"
    usual_schema: ClassVar[str] = "dbo"  # comments are kept by schema and name

    def guard(self, what: str, wanted: bool | None, words: str) -> str:
        """DROP … IF EXISTS is there since 2016; there is no CREATE … IF NOT EXISTS."""
        if wanted and words == "IF EXISTS":
            return f"{words} "
        return super().guard(what, wanted, words)

    def adding(self, table: sa.Table) -> str:
        return f"ALTER TABLE {self.table_sql(table)} ADD"

    def around_rows(
        self, table: sa.TableClause, columns: Collection[str]
    ) -> tuple[Sequence[Statement], Sequence[Statement]]:
        """An identity takes values that rows bring only where that is said; a script has to say so itself."""
        counting = getattr(table, "autoincrement_column", None)
        if counting is None or counting.key not in columns:
            return (), ()
        words = f"SET IDENTITY_INSERT {self.dialect.identifier_preparer.format_table(table)}"
        return (f"{words} ON",), (f"{words} OFF",)

    def add_constraint(
        self, constraint: sa.Constraint, look: Look = offline
    ) -> Iterator[Statement]:
        """Raises Unsupported for what the server does not know: it checks every constraint at once."""
        self.without_deferral(constraint)
        self.without_match(constraint)
        yield from super().add_constraint(constraint, look)

    def drop_index(
        self, index: sa.Index, if_exists: bool | None = None, look: Look = offline
    ) -> Iterator[Statement]:
        """An index of its table; SQLAlchemy 2.0 leaves IF EXISTS out."""
        words = self.guard("index", if_exists, "IF EXISTS")
        if not words or index.table is None:
            yield from super().drop_index(index, if_exists, look)
            return
        name = self.constraint_name(index)
        yield f"DROP INDEX {words}{self.quote(name)} ON {self.table_sql(index.table)}"

    def drop_schema(
        self, name: str, if_exists: bool | None = None, cascade: bool = False
    ) -> Iterator[Statement]:
        """A schema has to be empty: SQL Server knows no CASCADE."""
        if cascade:
            raise Unsupported(f"SQL Server has no CASCADE: drop what is in {name} before")
        yield from super().drop_schema(name, if_exists)

    # ---- comments ----------------------------------------------------------------------------

    def comment_table(self, table: sa.Table) -> Iterator[Statement]:
        yield from self._comment(table, None, table.comment)

    def set_comment(self, change: ColumnChange, comment: str | None) -> Iterator[Statement]:
        column: AnyColumn = sa.Column(change.column, sa.types.NullType())
        table = sa.Table(change.table, sa.MetaData(), column, schema=change.schema)
        yield from self._comment(table, column, comment)

    def _comment(
        self, table: sa.Table, column: AnyColumn | None, comment: str | None
    ) -> Iterator[Statement]:
        """The extended property that is a comment goes if it is there, and comes if there is one."""
        owner, name = table.schema or self.default_schema_name or "dbo", self.table_sql(table)
        place = f"'schema', {self.string(owner)}, 'table', {self.string(table.name)}"
        minor = "0"
        if column is not None:
            place += f", 'column', {self.string(column.name)}"
            minor = f"COLUMNPROPERTY(object_id({self.string(name)}), {self.string(column.name)}, 'ColumnId')"
        yield (
            "IF EXISTS (SELECT 1 FROM sys.extended_properties WHERE class = 1 AND name = 'MS_Description' "
            f"AND major_id = object_id({self.string(name)}) AND minor_id = {minor}) "
            f"EXEC sp_dropextendedproperty 'MS_Description', {place}"
        )
        if comment:
            yield f"EXEC sp_addextendedproperty 'MS_Description', N{self.string(comment)}, {place}"

    # ---- names -------------------------------------------------------------------------------

    def rename_table(self, schema: str | None, old: str, new: str) -> Iterator[Statement]:
        yield self._rename(self.qualified(schema, old), new)

    def rename_column(
        self, schema: str | None, table: str, old: str, new: str, look: Look = offline
    ) -> Iterator[Statement]:
        yield self._rename(f"{self.qualified(schema, table)}.{self.quote(old)}", new, "COLUMN")

    def rename_index(
        self, schema: str | None, table: str, old: str, new: str
    ) -> Iterator[Statement]:
        yield self._rename(f"{self.qualified(schema, table)}.{self.quote(old)}", new, "INDEX")

    def rename_constraint(
        self, schema: str | None, table: str, old: str, new: str, look: Look = offline
    ) -> Iterator[Statement]:
        yield self._rename(self.qualified(schema, old), new, "OBJECT")

    def _rename(self, what: str, new: str, kind: str = "") -> str:
        kind = f", '{kind}'" if kind else ""
        return f"EXEC sp_rename {self.string(what)}, {self.string(new)}{kind}"

    # ---- columns -----------------------------------------------------------------------------

    def alter_column(self, change: ColumnChange, look: Look = offline) -> Iterator[Statement]:
        """Type and nullability in one statement; the default's own constraint goes before and comes after."""
        if change.autoincrement is not None:
            raise Unsupported("SQL Server cannot make a standing column an identity, or end one")
        if change.type is not None or change.nullable is not None:
            yield self._retype(change)
        if change.default is not False:
            yield from self.set_default(change, change.default)
        if change.comment is not False:
            yield from self.set_comment(change, change.comment)
        if change.name is not None:
            yield from self.rename_column(change.schema, change.table, change.column, change.name)

    def _retype(self, change: ColumnChange) -> str:
        type_: AnyType | None = change.type if change.type is not None else change.existing_type
        nullable = change.nullable if change.nullable is not None else change.existing_nullable
        if type_ is None:
            raise CommandError(
                "MS-SQL ALTER COLUMN operations with NULL or NOT NULL require the existing_type "
                "or a new type_ be passed."
            )
        said = "" if nullable is None else " NULL" if nullable else " NOT NULL"
        return f"{self.altering(change)} {self.type_sql(type_)}{said}"

    def set_default(self, change: ColumnChange, default: ServerDefault) -> Iterator[Statement]:
        """A default is a constraint that the server names itself: it is dropped by what it stands on."""
        if change.identifies:
            raise Unsupported("SQL Server cannot make a standing column an identity, or end one")
        if change.existing_default is not None:
            yield self._drop_of_column(
                "sys.default_constraints", change.schema, change.table, change.column
            )
        if default is not None:
            table = self.qualified(change.schema, change.table)
            text = self.default_sql(default, change.type or change.existing_type)
            yield f"ALTER TABLE {table} ADD DEFAULT {text} FOR {self.quote(change.column)}"

    def drop_column(
        self,
        table: sa.Table,
        column: str,
        if_exists: bool | None = None,
        options: Mapping[str, object] = MappingProxyType({}),
        look: Look = offline,
    ) -> Iterator[Statement]:
        """What the flags ``mssql_drop_default``, ``_check`` and ``_foreign_key`` ask for goes before."""
        kinds = {
            "mssql_drop_default": "sys.default_constraints",
            "mssql_drop_check": "sys.check_constraints",
        }
        for flag, catalogue in kinds.items():
            if options.get(flag):
                yield self._drop_of_column(catalogue, table.schema, table.name, column)
        if options.get("mssql_drop_foreign_key"):
            yield self._drop_foreign_key(table, column)
        words = self.guard("column", if_exists, "IF EXISTS")
        yield f"ALTER TABLE {self.table_sql(table)} DROP COLUMN {words}{self.quote(column)}"

    def _drop_of_column(self, catalogue: str, schema: str | None, table: str, column: str) -> str:
        name = self.qualified(schema, table)
        found = (
            f"FROM {catalogue} c WHERE parent_object_id = object_id({self.string(name)}) AND "
            f"col_name(parent_object_id, parent_column_id) = {self.string(column)}"
        )
        return self._drop_found(name, found)

    def _drop_foreign_key(self, table: sa.Table, column: str) -> str:
        name = self.table_sql(table)
        found = (
            "FROM sys.foreign_keys c "
            "JOIN sys.foreign_key_columns fkc ON c.object_id = fkc.constraint_object_id "
            f"WHERE fkc.parent_object_id = object_id({self.string(name)}) AND "
            f"col_name(fkc.parent_object_id, fkc.parent_column_id) = {self.string(column)}"
        )
        return self._drop_found(name, found)

    def _drop_found(self, table: str, found: str) -> str:
        """Drops every constraint that is found, be it none or several."""
        return (
            "DECLARE @drops nvarchar(max) = N''; SELECT @drops += "
            f"{self.string(f'ALTER TABLE {table} DROP CONSTRAINT ')} + QUOTENAME(c.[name]) + N';' {found}; "
            "EXEC(@drops)"
        )
