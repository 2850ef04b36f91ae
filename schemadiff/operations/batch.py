"""The methods of ``batch_op``: operations on one table, carried out together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any, Literal

import sqlalchemy as sa

from schemadiff.dialects.base import Database
from schemadiff.dialects.terms import AnyColumn, AnyElement, AnyType, Look, Statement, Unsupported
from schemadiff.model import Check, Column, ForeignKey, Node, PrimaryKey, Snapshot, Unique, called
from schemadiff.read.metadata import column_node, table_nodes
from schemadiff.read.objects import Objects

from . import adhoc, edits
from .abstract import AbstractOperations
from .adhoc import Names
from .alter import AlterColumnOp, Default
from .columns import AddColumnOp, DropColumnOp
from .comments import CommentConstraintOp, CreateTableCommentOp, DropTableCommentOp
from .constraints import (
    CreateCheckConstraintOp,
    CreateExcludeConstraintOp,
    CreateForeignKeyOp,
    CreatePrimaryKeyOp,
    CreateUniqueConstraintOp,
    DropConstraintOp,
    RenameConstraintOp,
)
from .data import ExecuteSQLOp
from .indexes import CreateIndexOp, DropIndexOp, RenameIndexOp
from .naming import convention
from .operation import MigrateOperation, TableEdit, TableOperation, cannot_rebuild, must_rebuild
from .sending import Context, looking, send
from .tables import AlterTableOptionsOp, RenameTableOp
from .waiting import is_done, note


class BatchOperations(AbstractOperations):
    """Operations that know their table; they are carried out at the end of the ``with`` block."""

    def __init__(
        self,
        migration_context: Context,
        table_name: str,
        *,
        schema: str | None = None,
        recreate: Literal["auto", "always", "never"] = "auto",
        partial_reordering: Sequence[Sequence[str]] = (),
        copy_from: sa.Table | None = None,
        table_args: Sequence[Any] = (),
        table_kwargs: Mapping[str, Any] | None = None,
        reflect_args: Sequence[Any] = (),
        naming_convention: Names = None,
    ) -> None:
        super().__init__(migration_context)
        if recreate not in ("auto", "always", "never"):
            raise ValueError("recreate may be one of 'auto', 'always', or 'never'.")
        self.table_name = table_name
        self.schema = schema
        self.recreate = recreate
        self.partial_reordering = partial_reordering
        self.copy_from = copy_from
        self.table_args = table_args
        self.table_kwargs = dict(table_kwargs or {})
        self.reflect_args = reflect_args
        self.naming_convention = naming_convention
        self.queue: list[MigrateOperation] = []

    # ---- carrying out ------------------------------------------------------------------------

    def invoke(self, operation: MigrateOperation) -> Any:
        """Puts an operation into the queue; a statement of the author's own goes out in its turn."""
        self.queue.append(operation)
        return None

    def flush(self) -> None:
        """Carries out what is in the queue."""
        for group in self._groups():
            if isinstance(group, list):
                self._carry_out(group)
            else:
                super().invoke(group)
        self.queue.clear()
        if self.recreate == "always" and self.migration_context.database.alters_in_place:
            send(self._in_place(self.migration_context.database), self.migration_context)

    def _carry_out(self, group: Sequence[TableOperation]) -> None:
        """Sends a group off: one by one where each changes the table, which the next may look at."""
        context = self.migration_context
        in_place = context.database.alters_in_place
        for part in [[op] for op in group] if in_place else [group]:
            send(self._statements(list(self._left(part))), context)

    def _left(self, ops: Sequence[TableOperation]) -> Iterator[TableOperation]:
        """The operations that are not done already, each as if those before it had been carried out."""
        for op in ops:
            if not is_done(op, self.migration_context, self._names):
                yield op
                note(op, self.migration_context, self._names)

    def _groups(self) -> Iterator[list[TableOperation] | MigrateOperation]:
        """The queue cut where something is no operation on the table (``execute``, one of others)."""
        group: list[TableOperation] = []
        for op in self.queue:
            if isinstance(op, TableOperation) and type(op) not in self._implementations:
                group.append(op)
                continue
            if group:
                yield group
            group = []
            yield op
        if group or (self._must_rebuild() and not self.queue):
            yield group

    def _must_rebuild(self) -> bool:
        changes = bool(self.table_args or self.table_kwargs or self.partial_reordering)
        return self.recreate == "always" or (changes and self.recreate != "never")

    @property
    def _names(self) -> Names:
        said = [*self.queue, *self.table_args]
        return self.naming_convention or convention(said, self.migration_context)

    def _statements(self, ops: Sequence[TableOperation]) -> Iterator[Statement]:
        database = self.migration_context.database
        if database.alters_in_place or self.recreate == "never":
            return self._one_by_one(ops, database)
        return self._rebuilt(ops, database)

    def _one_by_one(self, ops: Sequence[TableOperation], database: Database) -> Iterator[Statement]:
        look = looking(self.migration_context)
        for op in ops:
            placed = getattr(op, "insert_before", None) or getattr(op, "insert_after", None)
            if placed and not database.places_columns:
                raise self._cannot_place(database, op)
            if not (database.alters_in_place or op.has_words(database)):
                raise must_rebuild(database, self.table_name, op)
            yield from op.direct(database, look, self._names)

    def _cannot_place(self, database: Database, op: TableOperation) -> Exception:
        if self.recreate != "always":
            return ValueError(
                "Can't specify insert_before or insert_after when using ALTER; "
                "please specify recreate='always'"
            )
        return Unsupported(
            f"{database.dialect.name} has no ALTER TABLE that moves a column of {self.table_name}, and a "
            "table is not made anew where others are changed in place: leave the order as it is"
        )

    def _in_place(self, database: Database) -> Iterator[Statement]:
        """What ``recreate="always"`` asks of the new table, where the standing one is changed instead."""
        look = looking(self.migration_context)
        for left, right in (pair for group in self.partial_reordering for pair in pairwise(group)):
            moved = AlterColumnOp(self.table_name, right, schema=self.schema, insert_after=left)
            yield from self._one_by_one([moved], database)
        if self.table_args:
            items = self._arguments([c.name for c in self._columns(look)])
            for item in items:
                if isinstance(item, sa.Index):
                    yield from database.create_index(item)
                else:
                    yield from database.add_constraint(item, look)
        if self.table_kwargs:
            said = AlterTableOptionsOp(self.table_name, self.table_kwargs, schema=self.schema)
            yield from said.direct(database, look, self._names)

    def _arguments(self, columns: Iterable[str]) -> list[sa.Constraint | sa.Index]:
        """What ``table_args`` say about a table with these columns."""
        loose: list[Any] = [sa.Column(name, sa.types.NullType()) for name in columns]
        items = [*loose, *self.table_args]
        bare = adhoc.table(self.table_name, items, schema=self.schema, names=self._names)
        return [*(one for one in bare.constraints if not _is_empty(one)), *bare.indexes]

    def _columns(self, look: Look) -> Iterable[Column]:
        table = look(self.schema, self.table_name)
        return () if table is None else table.each(Column)

    def _rebuilt(self, ops: Sequence[TableOperation], database: Database) -> Iterator[Statement]:
        look = self._look(database)
        table = look(self.schema, self.table_name)
        if not self._must_rebuild() and all(op.in_place(database, table) for op in ops):
            for op in ops:
                yield from op.direct(database, look, self._names)
            return
        if table is None:
            raise cannot_rebuild(database, self.table_name, ops)
        edit = self._prepared(TableEdit(table), database)
        for op in ops:
            if op.needs_rebuild:
                edit = op.edited(edit, database, self._names)
        live = looking(self.migration_context)
        yield from self._finished(edit, database).statements(
            table, database, live, self._must_rebuild()
        )
        for op in ops:
            if not op.needs_rebuild:
                yield from op.direct(database, look, self._names)

    def _look(self, database: Database) -> Look:
        """The table handed over, with the triggers of the live one, or the live one."""
        given, live = self.copy_from, looking(self.migration_context)
        if given is None:
            return live
        snapshot = Snapshot(node for node in table_nodes(database, given) if node.key.table)
        found = live(self.schema, self.table_name)
        if found is not None:
            owner, standing = snapshot.tables()[0], found.tables()[0]
            snapshot = snapshot.having([replace(owner, attached=standing.attached)])
        return lambda schema, table: snapshot

    def _prepared(self, edit: TableEdit, database: Database) -> TableEdit:
        """The table as read, with what the batch knows better."""
        if self.naming_convention:
            edit = replace(edit, table=_named(edit.table, database, self.naming_convention))
        columns = [item for item in self.reflect_args if isinstance(item, sa.Column)]
        for column in columns:
            loose = adhoc.table(self.table_name, [column], schema=self.schema)
            said = column_node(database, loose.columns[column.name])
            place = edits.column(edit, database, column.name).position
            edit = edits.change_column(edit, replace(said, position=place, source=None))
        return edit

    def _finished(self, edit: TableEdit, database: Database) -> TableEdit:
        """The table with what the batch says about it beside its operations."""
        if self.table_args:
            columns = edit.table.columns(edits.the_table(edit).key)
            edit = edits.add_parts(edit, database, self._arguments(node.name for node in columns))
        if self.table_kwargs:
            edit = edits.change_options(edit, database, self.table_kwargs)
        return edits.reorder(edit, self.partial_reordering)

    # ---- columns -----------------------------------------------------------------------------

    def add_column(
        self,
        column: AnyColumn,
        *,
        insert_before: str | None = None,
        insert_after: str | None = None,
        if_not_exists: bool | None = None,
        inline_references: bool | None = None,
        inline_primary_key: bool | None = None,
    ) -> None:
        """Adds a column, at the end or beside another one where the table is made anew."""
        self.invoke(
            AddColumnOp(
                self.table_name,
                column,
                schema=self.schema,
                insert_before=insert_before,
                insert_after=insert_after,
                if_not_exists=if_not_exists,
                inline_references=inline_references,
                inline_primary_key=inline_primary_key,
            )
        )

    def drop_column(self, column_name: str, **kw: Any) -> None:
        """Drops a column and what is made of it."""
        self.invoke(DropColumnOp(self.table_name, column_name, schema=self.schema, **kw))

    def alter_column(
        self,
        column_name: str,
        *,
        nullable: bool | None = None,
        comment: str | Literal[False] | None = False,
        server_default: Default = False,
        new_column_name: str | None = None,
        type_: AnyType | type[AnyType] | None = None,
        existing_type: AnyType | type[AnyType] | None = None,
        existing_server_default: Default = False,
        existing_nullable: bool | None = None,
        existing_comment: str | None = None,
        insert_before: str | None = None,
        insert_after: str | None = None,
        **kw: Any,
    ) -> None:
        """Changes a column; see ``op.alter_column``."""
        self.invoke(
            AlterColumnOp(
                self.table_name,
                column_name,
                schema=self.schema,
                existing_type=sa.types.to_instance(existing_type) if existing_type else None,
                existing_server_default=existing_server_default,
                existing_nullable=existing_nullable,
                existing_comment=existing_comment,
                modify_nullable=nullable,
                modify_comment=comment,
                modify_server_default=server_default,
                modify_name=new_column_name,
                modify_type=type_,
                insert_before=insert_before,
                insert_after=insert_after,
                **kw,
            )
        )

    # ---- indexes and constraints -------------------------------------------------------------

    def create_index(
        self,
        index_name: str | None,
        columns: Sequence[str | sa.TextClause | AnyElement],
        *,
        unique: bool = False,
        if_not_exists: bool | None = None,
        **kw: Any,
    ) -> None:
        """Creates an index."""
        self.invoke(
            CreateIndexOp(
                index_name,
                self.table_name,
                columns,
                schema=self.schema,
                unique=unique,
                if_not_exists=if_not_exists,
                **kw,
            )
        )

    def drop_index(self, index_name: str, **kw: Any) -> None:
        """Drops an index."""
        self.invoke(DropIndexOp(index_name, self.table_name, schema=self.schema, **kw))

    def rename_index(self, old_name: str, new_name: str) -> None:
        """Renames an index."""
        self.invoke(RenameIndexOp(self.table_name, old_name, new_name, schema=self.schema))

    def create_primary_key(
        self, constraint_name: str | None, columns: Sequence[str], **kw: Any
    ) -> None:
        """Gives the table its primary key, in the place of the one it has."""
        op = CreatePrimaryKeyOp(constraint_name, self.table_name, columns, schema=self.schema, **kw)
        self.invoke(op)

    def create_unique_constraint(
        self, constraint_name: str | None, columns: Sequence[str], **kw: Any
    ) -> None:
        """Adds a UNIQUE constraint."""
        self.invoke(
            CreateUniqueConstraintOp(
                constraint_name, self.table_name, columns, schema=self.schema, **kw
            )
        )

    def create_foreign_key(
        self,
        constraint_name: str | None,
        referent_table: str,
        local_cols: Sequence[str],
        remote_cols: Sequence[str],
        *,
        referent_schema: str | None = None,
        **kw: Any,
    ) -> None:
        """Adds a foreign key to ``referent_table``."""
        self.invoke(
            CreateForeignKeyOp(
                constraint_name,
                self.table_name,
                referent_table,
                local_cols,
                remote_cols,
                source_schema=self.schema,
                referent_schema=referent_schema,
                **kw,
            )
        )

    def create_check_constraint(
        self,
        constraint_name: str | None,
        condition: str | AnyElement | sa.TextClause,
        **kw: Any,
    ) -> None:
        """Adds a CHECK."""
        self.invoke(
            CreateCheckConstraintOp(
                constraint_name, self.table_name, condition, schema=self.schema, **kw
            )
        )

    def create_exclude_constraint(self, constraint_name: str, *elements: Any, **kw: Any) -> None:
        """Adds a PostgreSQL EXCLUDE constraint."""
        self.invoke(
            CreateExcludeConstraintOp(
                constraint_name, self.table_name, elements, schema=self.schema, **kw
            )
        )

    def drop_constraint(
        self,
        constraint_name: str | None,
        type_: str | None = None,
        *,
        if_exists: bool | None = None,
        columns: Sequence[str] = (),
        refcolumns: Sequence[str] = (),
        condition: str = "",
        mysql_drop_index: bool | str | None = None,
    ) -> None:
        """Drops a constraint; one without a name is told by its columns or its ``condition``."""
        self.invoke(
            DropConstraintOp(
                constraint_name,
                self.table_name,
                type_,
                schema=self.schema,
                if_exists=if_exists,
                columns=columns,
                refcolumns=refcolumns,
                condition=condition,
                mysql_drop_index=mysql_drop_index,
            )
        )

    def rename_constraint(self, old_name: str, new_name: str) -> None:
        """Renames a constraint."""
        self.invoke(RenameConstraintOp(self.table_name, old_name, new_name, schema=self.schema))

    def comment_constraint(
        self, constraint_name: str, comment: str | None, *, existing_comment: str | None = None
    ) -> None:
        """Gives a constraint a comment; None takes it away."""
        self.invoke(
            CommentConstraintOp(
                self.table_name,
                constraint_name,
                comment,
                existing_comment=existing_comment,
                schema=self.schema,
            )
        )

    # ---- the table ---------------------------------------------------------------------------

    def rename_table(self, new_table_name: str) -> None:
        """Renames the table."""
        self.invoke(RenameTableOp(self.table_name, new_table_name, schema=self.schema))

    def create_table_comment(
        self, comment: str | None, *, existing_comment: str | None = None
    ) -> None:
        """Gives the table a comment."""
        self.invoke(
            CreateTableCommentOp(
                self.table_name, comment, existing_comment=existing_comment, schema=self.schema
            )
        )

    def drop_table_comment(self, *, existing_comment: str | None = None) -> None:
        """Takes the comment of the table away."""
        self.invoke(
            DropTableCommentOp(
                self.table_name, existing_comment=existing_comment, schema=self.schema
            )
        )

    def alter_table_options(
        self, *, existing: Mapping[str, Any] | None = None, **options: Any
    ) -> None:
        """Changes what only one database knows of the table."""
        self.invoke(
            AlterTableOptionsOp(self.table_name, options, existing=existing, schema=self.schema)
        )

    def execute(
        self,
        sqltext: sa.Executable | str,
        *,
        execution_options: Mapping[str, Any] | None = None,
    ) -> None:
        """Executes a statement between the operations before and after it."""
        self.invoke(ExecuteSQLOp(sqltext, execution_options=execution_options))


def _named(table: Snapshot, database: Database, convention: Names) -> Snapshot:
    """The table with the names that a convention gives to constraints without one."""
    nameless = [
        node
        for node in table.values()
        if isinstance(node, PrimaryKey | Unique | Check | ForeignKey) and not node.name
    ]
    named = [_with_name(node, table, database, convention) for node in nameless]
    return table.without([node.key for node in nameless]).having(named)


def _with_name(
    node: PrimaryKey | Unique | Check | ForeignKey,
    table: Snapshot,
    database: Database,
    convention: Names,
) -> Node:
    constraint = Objects(table, database).constraint(node.key)
    owner = constraint.table
    columns = [adhoc.own(column) for column in owner.columns]
    try:
        copy = adhoc.table(
            owner.name, [*columns, constraint], schema=owner.schema, names=convention
        )
    except (
        sa.exc.InvalidRequestError
    ):  # %(constraint_name)s: the convention needs a name to begin with
        return node
    kind = type(constraint)
    name = next(database.constraint_name(item) for item in copy.constraints if type(item) is kind)
    return replace(called(node, name), source=None)


def _is_empty(item: sa.Constraint) -> bool:
    return isinstance(item, sa.PrimaryKeyConstraint) and not len(item.columns)
