"""Comments of tables and of constraints."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import sqlalchemy as sa

from schemadiff.dialects.base import Database
from schemadiff.dialects.terms import Look, Statement
from schemadiff.model import Snapshot, Table
from schemadiff.render.call import Line, Literal
from schemadiff.render.construct import Construct

from . import adhoc
from .adhoc import Names
from .operation import AlterTableOp, Diff, TableEdit
from .writing import at, call, given, within


class _TableComment(AlterTableOp):
    comment: str | None = None

    def __init__(
        self, table_name: str, *, schema: str | None, existing_comment: str | None
    ) -> None:
        super().__init__(table_name, schema=schema)
        self.existing_comment = existing_comment

    def to_table(self, migration_context: object = None) -> sa.Table:
        """The table, of which nothing but the comment is known."""
        return adhoc.table(self.table_name, schema=self.schema, comment=self.comment)

    def in_place(self, database: Database, table: Snapshot | None) -> bool:
        return database.alters_in_place or not database.has_comments

    def direct(self, database: Database, look: Look, names: Names) -> Iterator[Statement]:
        return database.comment_table(self.to_table())

    def edited(self, edit: TableEdit, database: Database, names: Names = None) -> TableEdit:
        if not database.has_comments:
            return edit
        nodes = [replace(node, comment=self.comment) for node in edit.table.each(Table)]
        return replace(edit, table=edit.table.having(nodes))


class CreateTableCommentOp(_TableComment):
    """A table gets a comment, or another one."""

    def __init__(
        self,
        table_name: str,
        comment: str | None,
        *,
        schema: str | None = None,
        existing_comment: str | None = None,
    ) -> None:
        super().__init__(table_name, schema=schema, existing_comment=existing_comment)
        self.comment = comment

    def reverse(self) -> CreateTableCommentOp | DropTableCommentOp:
        if self.existing_comment is None:
            return DropTableCommentOp(
                self.table_name, existing_comment=self.comment, schema=self.schema
            )
        return CreateTableCommentOp(
            self.table_name,
            self.existing_comment,
            existing_comment=self.comment,
            schema=self.schema,
        )

    def to_diff_tuple(self) -> Diff:
        return ("add_table_comment", self.to_table(), self.existing_comment)

    def as_call(self, construct: Construct) -> tuple[Line, ...]:
        args = [*at(construct, self.table_name), Literal(self.comment)]
        keywords = given(existing_comment=self.existing_comment)
        keywords += within(construct, self.schema)
        return call(construct, "create_table_comment", args, keywords)


class DropTableCommentOp(_TableComment):
    """A table loses its comment."""

    def __init__(
        self,
        table_name: str,
        *,
        schema: str | None = None,
        existing_comment: str | None = None,
    ) -> None:
        super().__init__(table_name, schema=schema, existing_comment=existing_comment)

    def reverse(self) -> CreateTableCommentOp:
        return CreateTableCommentOp(self.table_name, self.existing_comment, schema=self.schema)

    def to_diff_tuple(self) -> Diff:
        return ("remove_table_comment", self.to_table())

    def as_call(self, construct: Construct) -> tuple[Line, ...]:
        keywords = given(existing_comment=self.existing_comment)
        keywords += within(construct, self.schema)
        return call(construct, "drop_table_comment", at(construct, self.table_name), keywords)


class CommentConstraintOp(AlterTableOp):
    """A constraint gets a comment, another one, or none; it stands all the while."""

    def __init__(
        self,
        table_name: str,
        constraint_name: str,
        comment: str | None,
        *,
        schema: str | None = None,
        existing_comment: str | None = None,
    ) -> None:
        super().__init__(table_name, schema=schema)
        self.constraint_name = constraint_name
        self.comment = comment
        self.existing_comment = existing_comment

    def reverse(self) -> CommentConstraintOp:
        return CommentConstraintOp(
            self.table_name,
            self.constraint_name,
            self.existing_comment,
            existing_comment=self.comment,
            schema=self.schema,
        )

    def to_diff_tuple(self) -> Diff:
        names = (self.schema, self.table_name, self.constraint_name)
        return ("modify_constraint_comment", *names, self.existing_comment, self.comment)

    def in_place(self, database: Database, table: Snapshot | None) -> bool:
        return True

    def direct(self, database: Database, look: Look, names: Names) -> Iterator[Statement]:
        return database.comment_constraint(
            self.schema, self.table_name, self.constraint_name, self.comment
        )

    def as_call(self, construct: Construct) -> tuple[Line, ...]:
        args = [*at(construct, self.table_name), Literal(self.constraint_name)]
        keywords = given(existing_comment=self.existing_comment)
        keywords += within(construct, self.schema)
        return call(construct, "comment_constraint", [*args, Literal(self.comment)], keywords)
