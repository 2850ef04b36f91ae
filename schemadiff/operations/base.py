"""The methods of ``op``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.schema import SchemaItem
from sqlalchemy.sql.elements import conv

from schemadiff.dialects.terms import AnyColumn, AnyElement, AnyType

from . import proxy
from .abstract import AbstractOperations
from .alter import AlterColumnOp, Default
from .batch import BatchOperations
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
from .data import BulkInsertOp
from .indexes import CreateIndexOp, DropIndexOp, RenameIndexOp
from .objects import (
    AlterDomainOp,
    AlterEnumOp,
    AlterSequenceOp,
    CreateDomainOp,
    CreateEnumOp,
    CreateSchemaOp,
    CreateSequenceOp,
    DropDomainOp,
    DropEnumOp,
    DropSchemaOp,
    DropSequenceOp,
)
from .sending import Context
from .tables import AlterTableOptionsOp, CreateTableOp, DropTableOp, RenameTableOp
from .waiting import whole


class Operations(AbstractOperations):
    """What a revision file does to a database, one method an operation."""

    @classmethod
    @contextmanager
    def context(cls, migration_context: Context) -> Iterator[Operations]:
        """Operations on a context; ``schemadiff.op`` means them inside the block.

        At its end the foreign keys with ``use_alter`` are made that waited for their tables until then.
        """
        operations = cls(migration_context)
        with proxy.installed(operations), whole(migration_context):
            yield operations

    # ---- tables ------------------------------------------------------------------------------

    def create_table(
        self,
        table_name: str,
        *columns: SchemaItem,
        schema: str | None = None,
        if_not_exists: bool | None = None,
        **kw: Any,
    ) -> sa.Table:
        """A table with its columns, constraints and indexes. Returns it, for ``bulk_insert``."""
        op = CreateTableOp(table_name, columns, schema=schema, if_not_exists=if_not_exists, **kw)
        table: sa.Table = self.invoke(op)
        return table

    def drop_table(
        self,
        table_name: str,
        *,
        schema: str | None = None,
        if_exists: bool | None = None,
        **kw: Any,
    ) -> None:
        """Drops a table with everything in it."""
        self.invoke(DropTableOp(table_name, schema=schema, if_exists=if_exists, table_kw=kw))

    def rename_table(
        self, old_table_name: str, new_table_name: str, *, schema: str | None = None
    ) -> None:
        """Renames a table; names of its constraints and indexes stay."""
        self.invoke(RenameTableOp(old_table_name, new_table_name, schema=schema))

    def alter_table_options(
        self,
        table_name: str,
        *,
        existing: Mapping[str, Any] | None = None,
        schema: str | None = None,
        **options: Any,
    ) -> None:
        """Changes what only one database knows of a table, e.g. ``mysql_engine="InnoDB"``."""
        self.invoke(AlterTableOptionsOp(table_name, options, existing=existing, schema=schema))

    def create_table_comment(
        self,
        table_name: str,
        comment: str | None,
        *,
        existing_comment: str | None = None,
        schema: str | None = None,
    ) -> None:
        """Gives a table a comment."""
        self.invoke(
            CreateTableCommentOp(
                table_name, comment, existing_comment=existing_comment, schema=schema
            )
        )

    def drop_table_comment(
        self,
        table_name: str,
        *,
        existing_comment: str | None = None,
        schema: str | None = None,
    ) -> None:
        """Takes the comment of a table away."""
        self.invoke(
            DropTableCommentOp(table_name, existing_comment=existing_comment, schema=schema)
        )

    # ---- columns -----------------------------------------------------------------------------

    def add_column(
        self,
        table_name: str,
        column: AnyColumn,
        *,
        schema: str | None = None,
        if_not_exists: bool | None = None,
        inline_references: bool | None = None,
        inline_primary_key: bool | None = None,
    ) -> None:
        """Adds a column, with the constraints and indexes it asks for."""
        self.invoke(
            AddColumnOp(
                table_name,
                column,
                schema=schema,
                if_not_exists=if_not_exists,
                inline_references=inline_references,
                inline_primary_key=inline_primary_key,
            )
        )

    def drop_column(
        self,
        table_name: str,
        column_name: str,
        *,
        schema: str | None = None,
        if_exists: bool | None = None,
        **kw: Any,
    ) -> None:
        """Drops a column and what is made of it."""
        self.invoke(DropColumnOp(table_name, column_name, schema=schema, if_exists=if_exists, **kw))

    def alter_column(
        self,
        table_name: str,
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
        schema: str | None = None,
        **kw: Any,
    ) -> None:
        """Changes a column; False is "as it is" for ``comment`` and ``server_default``, None is "none".

        ``kw`` takes ``autoincrement``, ``existing_autoincrement`` and ``postgresql_using``. Where AUTO_INCREMENT is
        not a flag, the column begins or stops to count only if ``existing_autoincrement`` says how it was.
        """
        self.invoke(
            AlterColumnOp(
                table_name,
                column_name,
                schema=schema,
                existing_type=sa.types.to_instance(existing_type) if existing_type else None,
                existing_server_default=existing_server_default,
                existing_nullable=existing_nullable,
                existing_comment=existing_comment,
                modify_nullable=nullable,
                modify_comment=comment,
                modify_server_default=server_default,
                modify_name=new_column_name,
                modify_type=type_,
                **kw,
            )
        )

    # ---- indexes -----------------------------------------------------------------------------

    def create_index(
        self,
        index_name: str | None,
        table_name: str,
        columns: Sequence[str | sa.TextClause | AnyElement],
        *,
        schema: str | None = None,
        unique: bool = False,
        if_not_exists: bool | None = None,
        **kw: Any,
    ) -> None:
        """Creates an index over columns, given by name, and expressions."""
        self.invoke(
            CreateIndexOp(
                index_name,
                table_name,
                columns,
                schema=schema,
                unique=unique,
                if_not_exists=if_not_exists,
                **kw,
            )
        )

    def drop_index(
        self,
        index_name: str,
        table_name: str | None = None,
        *,
        schema: str | None = None,
        if_exists: bool | None = None,
        **kw: Any,
    ) -> None:
        """Drops an index."""
        self.invoke(DropIndexOp(index_name, table_name, schema=schema, if_exists=if_exists, **kw))

    def rename_index(
        self, table_name: str, old_name: str, new_name: str, *, schema: str | None = None
    ) -> None:
        """Renames an index."""
        self.invoke(RenameIndexOp(table_name, old_name, new_name, schema=schema))

    # ---- constraints -------------------------------------------------------------------------

    def create_primary_key(
        self,
        constraint_name: str | None,
        table_name: str,
        columns: Sequence[str],
        *,
        schema: str | None = None,
        **kw: Any,
    ) -> None:
        """Gives a table its primary key."""
        self.invoke(CreatePrimaryKeyOp(constraint_name, table_name, columns, schema=schema, **kw))

    def create_unique_constraint(
        self,
        constraint_name: str | None,
        table_name: str,
        columns: Sequence[str],
        *,
        schema: str | None = None,
        **kw: Any,
    ) -> None:
        """Adds a UNIQUE constraint."""
        self.invoke(
            CreateUniqueConstraintOp(constraint_name, table_name, columns, schema=schema, **kw)
        )

    def create_foreign_key(
        self,
        constraint_name: str | None,
        source_table: str,
        referent_table: str,
        local_cols: Sequence[str],
        remote_cols: Sequence[str],
        *,
        onupdate: str | None = None,
        ondelete: str | None = None,
        deferrable: bool | None = None,
        initially: str | None = None,
        match: str | None = None,
        source_schema: str | None = None,
        referent_schema: str | None = None,
        **dialect_kw: Any,
    ) -> None:
        """Adds a foreign key from ``source_table`` to ``referent_table``."""
        self.invoke(
            CreateForeignKeyOp(
                constraint_name,
                source_table,
                referent_table,
                local_cols,
                remote_cols,
                onupdate=onupdate,
                ondelete=ondelete,
                deferrable=deferrable,
                initially=initially,
                match=match,
                source_schema=source_schema,
                referent_schema=referent_schema,
                **dialect_kw,
            )
        )

    def create_check_constraint(
        self,
        constraint_name: str | None,
        table_name: str,
        condition: str | AnyElement | sa.TextClause,
        *,
        schema: str | None = None,
        **kw: Any,
    ) -> None:
        """Adds a CHECK."""
        self.invoke(
            CreateCheckConstraintOp(constraint_name, table_name, condition, schema=schema, **kw)
        )

    def create_exclude_constraint(
        self, constraint_name: str, table_name: str, *elements: Any, **kw: Any
    ) -> None:
        """Adds a PostgreSQL EXCLUDE constraint of ``(element, operator)`` pairs."""
        self.invoke(CreateExcludeConstraintOp(constraint_name, table_name, elements, **kw))

    def drop_constraint(
        self,
        constraint_name: str | None,
        table_name: str,
        type_: str | None = None,
        *,
        schema: str | None = None,
        if_exists: bool | None = None,
        columns: Sequence[str] = (),
        refcolumns: Sequence[str] = (),
        condition: str = "",
        mysql_drop_index: bool | str | None = None,
    ) -> None:
        """Drops a constraint; MySQL has to be told its ``type_``.

        One without a name is told by its ``columns``, a foreign key by its ``refcolumns`` (``"table.column"``)
        too, or a CHECK by its ``condition``. ``mysql_drop_index``: the index that MySQL made for a foreign key
        goes with it, where nothing else needs it; its name, where that is another than the key's, is for scripts.
        """
        self.invoke(
            DropConstraintOp(
                constraint_name,
                table_name,
                type_,
                schema=schema,
                if_exists=if_exists,
                columns=columns,
                refcolumns=refcolumns,
                condition=condition,
                mysql_drop_index=mysql_drop_index,
            )
        )

    def rename_constraint(
        self, table_name: str, old_name: str, new_name: str, *, schema: str | None = None
    ) -> None:
        """Renames a constraint."""
        self.invoke(RenameConstraintOp(table_name, old_name, new_name, schema=schema))

    def comment_constraint(
        self,
        table_name: str,
        constraint_name: str,
        comment: str | None,
        *,
        existing_comment: str | None = None,
        schema: str | None = None,
    ) -> None:
        """Gives a constraint a comment; None takes it away."""
        self.invoke(
            CommentConstraintOp(
                table_name,
                constraint_name,
                comment,
                existing_comment=existing_comment,
                schema=schema,
            )
        )

    # ---- what belongs to no table ------------------------------------------------------------

    def create_schema(self, name: str, *, if_not_exists: bool | None = None) -> None:
        """Creates a namespace."""
        self.invoke(CreateSchemaOp(name, if_not_exists=if_not_exists))

    def drop_schema(
        self, name: str, *, if_exists: bool | None = None, cascade: bool = False
    ) -> None:
        """Drops a namespace."""
        self.invoke(DropSchemaOp(name, if_exists=if_exists, cascade=cascade))

    def create_sequence(self, sequence: sa.Sequence, *, if_not_exists: bool | None = None) -> None:
        """Creates a sequence."""
        self.invoke(CreateSequenceOp(sequence, if_not_exists=if_not_exists))

    def drop_sequence(
        self, name: str, *, schema: str | None = None, if_exists: bool | None = None
    ) -> None:
        """Drops a sequence."""
        self.invoke(DropSequenceOp(name, schema=schema, if_exists=if_exists))

    def alter_sequence(self, sequence: sa.Sequence, *, existing: sa.Sequence) -> None:
        """Changes how a sequence counts."""
        self.invoke(AlterSequenceOp(sequence, existing))

    def create_enum(
        self,
        name: str,
        labels: Sequence[str],
        *,
        schema: str | None = None,
        if_not_exists: bool | None = None,
    ) -> None:
        """Creates an enumeration type."""
        self.invoke(CreateEnumOp(name, labels, schema=schema, if_not_exists=if_not_exists))

    def drop_enum(
        self, name: str, *, schema: str | None = None, if_exists: bool | None = None
    ) -> None:
        """Drops an enumeration type."""
        self.invoke(DropEnumOp(name, schema=schema, if_exists=if_exists))

    def alter_enum(
        self,
        name: str,
        labels: Sequence[str],
        *,
        existing: Sequence[str],
        schema: str | None = None,
        mapping: Mapping[str, str] | None = None,
        replace: bool = False,
    ) -> None:
        """Gives an enumeration type other labels; ``mapping`` says what becomes of values whose label goes.

        PostgreSQL lets a label that is only added be used in later transactions. With ``replace`` a new type
        takes the place of the old one: slower, but the labels can be used in the same revision.
        """
        op = AlterEnumOp(name, labels, existing, schema=schema, mapping=mapping, replace=replace)
        self.invoke(op)

    def create_domain(self, domain: AnyType) -> None:
        """Creates a domain, given as ``postgresql.DOMAIN(…)``."""
        self.invoke(CreateDomainOp(domain))

    def drop_domain(
        self, name: str, *, schema: str | None = None, if_exists: bool | None = None
    ) -> None:
        """Drops a domain."""
        self.invoke(DropDomainOp(name, schema=schema, if_exists=if_exists))

    def alter_domain(self, domain: AnyType, *, existing: AnyType) -> None:
        """Changes the constraints of a domain."""
        self.invoke(AlterDomainOp(domain, existing))

    # ---- data and batches --------------------------------------------------------------------

    def bulk_insert(
        self,
        table: sa.Table | sa.TableClause,
        rows: Sequence[Mapping[str, Any]],
        *,
        multiinsert: bool = True,
    ) -> None:
        """Inserts rows, each a dict; ``multiinsert=False`` for rows that hold expressions."""
        self.invoke(BulkInsertOp(table, rows, multiinsert=multiinsert))

    @contextmanager
    def batch_alter_table(
        self,
        table_name: str,
        schema: str | None = None,
        recreate: Literal["auto", "always", "never"] = "auto",
        partial_reordering: Sequence[Sequence[str]] | None = None,
        copy_from: sa.Table | None = None,
        table_args: Sequence[Any] = (),
        table_kwargs: Mapping[str, Any] | None = None,
        reflect_args: Sequence[Any] = (),
        reflect_kwargs: Mapping[str, Any] | None = None,
        naming_convention: Mapping[str, str] | None = None,
    ) -> Iterator[BatchOperations]:
        """Operations on one table, carried out together at the end of the block.

        SQLite makes the table anew once for all of them; other databases run them one by one.
        ``reflect_kwargs`` is accepted and has no use: the table is read by its own nodes.
        """
        batch = BatchOperations(
            self.migration_context,
            table_name,
            schema=schema,
            recreate=recreate,
            partial_reordering=partial_reordering or (),
            copy_from=copy_from,
            table_args=table_args,
            table_kwargs=table_kwargs or {},
            reflect_args=reflect_args,
            naming_convention=naming_convention,
        )
        yield batch
        batch.flush()


__all__ = ["AbstractOperations", "BatchOperations", "Operations", "conv"]
