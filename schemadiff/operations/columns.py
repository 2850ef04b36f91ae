"""Columns: added, dropped, renamed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from schemadiff.dialects.base import AnyColumn, Database
from schemadiff.dialects.clause import escaped
from schemadiff.dialects.terms import Look, Statement
from schemadiff.model import PrimaryKey, Snapshot
from schemadiff.render.call import Comment, Expression, Line, Literal
from schemadiff.render.construct import Construct

from . import adhoc, edits
from .adhoc import Names
from .alter import AlterColumnOp
from .arguments import require_dialects
from .filling import Filling
from .operation import AlterTableOp, Diff, Irreversible, TableEdit
from .writing import at, call, column_call, dialect_keywords, given, within


class AddColumnOp(AlterTableOp):
    """A new column, with the constraints and indexes that it asks for itself.

    With a ``filling`` the column has a default for as long as it is being added: the rows that stand keep it. A
    hook that has made the column nullable since, or given it a default, has the last word.
    """

    filling: Filling | None = None

    def __init__(
        self,
        table_name: str,
        column: AnyColumn,
        *,
        schema: str | None = None,
        if_not_exists: bool | None = None,
        inline_references: bool | None = None,
        inline_primary_key: bool | None = None,
        insert_before: str | None = None,
        insert_after: str | None = None,
        **kw: Any,
    ) -> None:
        super().__init__(table_name, schema=schema)
        self.column = column
        self.if_not_exists = if_not_exists
        self.inline_references = inline_references
        self.inline_primary_key = inline_primary_key
        self.insert_before = insert_before
        self.insert_after = insert_after
        self.kw = kw

    @classmethod
    def from_column(cls, col: AnyColumn) -> AddColumnOp:
        """The operation that adds this column to its table."""
        return cls(col.table.name, col, schema=col.table.schema)

    @classmethod
    def from_column_and_tablename(
        cls, schema: str | None, tname: str, col: AnyColumn
    ) -> AddColumnOp:
        """The operation that adds this column to a table of that name."""
        return cls(tname, col, schema=schema)

    def to_column(self) -> AnyColumn:
        """The column."""
        return self.column

    def to_table(self, names: Names = None) -> sa.Table:
        """A table that has this column alone, and what the column brings with it."""
        return adhoc.table(self.table_name, [self.column], schema=self.schema, names=names)

    @property
    def fill(self) -> str | None:
        """The SQL that rows that stand get, where the column says nothing itself."""
        return self._filling.sql if self._filling else None

    @property
    def _filling(self) -> Filling | None:
        wanted = not self.column.nullable and self.column.server_default is None
        return self.filling if wanted else None

    def filled(self) -> AnyColumn:
        """The column as it is added: with the filling as its default."""
        if self.fill is None:
            return self.column
        table = adhoc.table(self.table_name, [self.column], schema=self.schema)
        column = table.columns[self.column.name]
        column.server_default = sa.DefaultClause(sa.text(escaped(self.fill)))
        return column

    def unfilling(self) -> AlterColumnOp:
        """The operation that takes the filling away again."""
        return AlterColumnOp(
            self.table_name, self.column.name, schema=self.schema, modify_server_default=None
        )

    def reverse(self) -> DropColumnOp:
        return DropColumnOp.from_column_and_tablename(self.schema, self.table_name, self.column)

    def to_diff_tuple(self) -> Diff:
        return ("add_column", self.schema, self.table_name, self.column)

    def in_place(self, database: Database, table: Snapshot | None) -> bool:
        if (self.insert_before or self.insert_after) and not database.places_columns:
            return False
        if database.alters_in_place:
            return True
        looks = bool(self.if_not_exists) and table is not None
        return not looks and self.fill is None and database.adds_in_place(self._column(None))

    def has_words(self, database: Database) -> bool:
        return True

    def _column(self, names: Names) -> AnyColumn:
        return self.to_table(names).columns[self.column.name]

    def direct(self, database: Database, look: Look, names: Names) -> Iterator[Statement]:
        """The column and what it brings; of ``if_not_exists`` the live table tells, or the database's own words.

        Offline nobody can tell, and what the column brings has to be left out in the same case.
        """
        live = look(self.schema, self.table_name) if self.if_not_exists else None
        if live is not None and edits.has_column(TableEdit(live), database, self.column.name):
            return
        unsure = bool(self.if_not_exists) and live is None
        table = self.to_table(names)
        yield from self._added(table, database, look, if_not_exists=unsure or None)
        brought = self._brought(table, database, look, names)
        if unsure:
            brought = database.unless_there(list(brought), f"{self.table_name}.{self.column.name}")
        yield from brought

    def _added(
        self, table: sa.Table, database: Database, look: Look, if_not_exists: bool | None
    ) -> Iterator[Statement]:
        column = table.columns[self.column.name]
        if self.fill is not None:
            column.server_default = sa.DefaultClause(sa.text(escaped(self.fill)))
        added = database.add_column(
            column, if_not_exists, self._is_inline(database), bool(self.inline_primary_key)
        )
        place = self._place(database, look)
        yield from (f"{statement}{place}" for statement in added) if place else added

    def _brought(
        self, table: sa.Table, database: Database, look: Look, names: Names
    ) -> Iterator[Statement]:
        if database.alters_in_place:
            yield from self._beside(table, database, look, names)
        for index in table.indexes:
            if not database.skips(index):
                yield from database.create_index(index)

    def _beside(
        self, table: sa.Table, database: Database, look: Look, names: Names
    ) -> Iterator[Statement]:
        """What follows the column itself where constraints are added by themselves."""
        if self.fill is not None:
            yield from self.unfilling().direct(database, look, names)
        for constraint in self._constraints(table, self._is_inline(database)):
            if not database.skips(constraint) and _is_made(constraint, database):
                yield from database.add_constraint(constraint)

    def _place(self, database: Database, look: Look) -> str:
        before, after = self.insert_before, self.insert_after
        return database.place_sql(
            self.schema, self.table_name, self.column.name, before, after, look
        )

    def _is_inline(self, database: Database) -> bool:
        return bool(self.inline_references) and database.heeds_references

    def _constraints(self, table: sa.Table, inline: bool) -> Iterator[sa.Constraint]:
        """What is beside the column; ``inline`` are its foreign keys part of it."""
        beside = (
            (sa.PrimaryKeyConstraint, sa.ForeignKeyConstraint)
            if inline
            else sa.PrimaryKeyConstraint
        )
        for constraint in sorted(table.constraints, key=lambda item: item._creation_order):
            if not isinstance(constraint, beside):
                yield constraint

    def edited(self, edit: TableEdit, database: Database, names: Names = None) -> TableEdit:
        if self.if_not_exists and edits.has_column(edit, database, self.column.name):
            return edit
        table = self.to_table(names)
        added = edits.add_column(
            edit, database, table, self.column.name, self.insert_before, self.insert_after
        )
        if self.fill is not None:
            added = edits.fill(added, database.identifier(self.column.name), self.fill)
        key = [table.primary_key] if self.inline_primary_key else []
        if key and any(edit.table.each(PrimaryKey)):
            raise ValueError(f"Table {self.table_name!r} has a primary key already")
        parts = [*key, *self._constraints(table, inline=False), *table.indexes]
        return edits.add_parts(added, database, parts)

    def as_call(self, construct: Construct) -> tuple[Line, ...]:
        keywords = given(
            if_not_exists=self.if_not_exists,
            inline_references=self.inline_references,
            inline_primary_key=self.inline_primary_key,
            insert_before=self.insert_before,
            insert_after=self.insert_after,
        )
        args: list[Expression] = [
            *at(construct, self.table_name),
            column_call(construct, self.filled()),
        ]
        keywords += within(construct, self.schema)
        lines = call(construct, "add_column", args, keywords)
        if self.fill is not None:
            lines = (*lines, *self.unfilling().as_call(construct))
        return (Comment(self._filling.remark), *lines) if self._filling else lines


class DropColumnOp(AlterTableOp):
    """A column goes, and what mentions it."""

    def __init__(
        self,
        table_name: str,
        column_name: str,
        *,
        schema: str | None = None,
        if_exists: bool | None = None,
        _reverse: AddColumnOp | None = None,
        **kw: Any,
    ) -> None:
        super().__init__(table_name, schema=schema)
        self.column_name = column_name
        self.if_exists = if_exists
        self.kw = kw
        self._reverse = _reverse

    @classmethod
    def from_column_and_tablename(
        cls, schema: str | None, tname: str, col: AnyColumn
    ) -> DropColumnOp:
        """The operation that drops this column and can add it again."""
        again = AddColumnOp(tname, col, schema=schema)
        return cls(tname, col.name, schema=schema, _reverse=again)

    def to_column(self, migration_context: object = None) -> AnyColumn:
        """The column as it was, or as far as its name tells."""
        if self._reverse is not None:
            return self._reverse.column
        return adhoc.bare(self.table_name, [self.column_name], schema=self.schema).columns[
            self.column_name
        ]

    def reverse(self) -> AddColumnOp:
        if self._reverse is None:
            raise Irreversible("operation is not reversible; original column is not present")
        return AddColumnOp.from_column_and_tablename(
            self.schema, self.table_name, self._reverse.column
        )

    def to_diff_tuple(self) -> Diff:
        return ("remove_column", self.schema, self.table_name, self.to_column())

    def in_place(self, database: Database, table: Snapshot | None) -> bool:
        if database.alters_in_place:
            return True
        looks = bool(self.if_exists) and table is not None
        return not looks and database.drops_in_place(self.column_name, table)

    def has_words(self, database: Database) -> bool:
        return True

    def direct(self, database: Database, look: Look, names: Names) -> Iterator[Statement]:
        said = [name for name in self.kw if not name.startswith("existing_")]
        require_dialects(said, f"drop_column of {self.table_name}.{self.column_name}")
        table = adhoc.bare(self.table_name, [self.column_name], schema=self.schema, names=names)
        return database.drop_column(table, self.column_name, self.if_exists, self.kw, look)

    def edited(self, edit: TableEdit, database: Database, names: Names = None) -> TableEdit:
        if self.if_exists and not edits.has_column(edit, database, self.column_name):
            return edit
        return edits.drop_column(edit, database, self.column_name)

    def as_call(self, construct: Construct) -> tuple[Line, ...]:
        args = [*at(construct, self.table_name), Literal(self.column_name)]
        keywords = [
            *given(if_exists=self.if_exists),
            *within(construct, self.schema),
            *dialect_keywords(construct, _dialect_flags(self.kw)),
        ]
        return call(construct, "drop_column", args, keywords)


class RenameColumnOp(AlterTableOp):
    """A column keeps everything but its name."""

    needs_rebuild = False

    def __init__(
        self, table_name: str, column_name: str, new_name: str, *, schema: str | None = None
    ) -> None:
        super().__init__(table_name, schema=schema)
        self.column_name = column_name
        self.new_name = new_name

    def reverse(self) -> RenameColumnOp:
        return RenameColumnOp(self.table_name, self.new_name, self.column_name, schema=self.schema)

    def to_diff_tuple(self) -> Diff:
        return ("rename_column", self.schema, self.table_name, self.column_name, self.new_name)

    def direct(self, database: Database, look: Look, names: Names) -> Iterator[Statement]:
        return database.rename_column(
            self.schema, self.table_name, self.column_name, self.new_name, look
        )

    def edited(self, edit: TableEdit, database: Database, names: Names = None) -> TableEdit:
        return edits.rename_column(edit, database, self.column_name, self.new_name)

    def as_call(self, construct: Construct) -> tuple[Line, ...]:
        args = [*at(construct, self.table_name), Literal(self.column_name)]
        keywords = [*given(new_column_name=self.new_name), *within(construct, self.schema)]
        return call(construct, "alter_column", args, keywords)


def _dialect_flags(kw: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in kw.items() if name != "existing_type"}


def _is_made(constraint: sa.Constraint, database: Database) -> bool:
    rule = constraint._create_rule
    return rule is None or bool(rule(database.ddl_compiler))
