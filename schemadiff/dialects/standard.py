"""What is said to a database when something is changed, as the SQL standard and SQLAlchemy's DDL say it.

Each database overrides what it says differently in its own ``statements``. Nothing here executes anything:
every method yields statements, in their order.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.schema import (
    AddConstraint,
    CreateIndex,
    CreateTable,
    DropConstraint,
    DropIndex,
    DropTable,
    DropTableComment,
    ExecutableDDLElement,
    SetColumnComment,
    SetConstraintComment,
    SetTableComment,
)

from schemadiff.model import Snapshot

from .standalone import Standalone
from .terms import (
    AnyColumn,
    AnyType,
    ColumnChange,
    Look,
    ServerDefault,
    Statement,
    Unsupported,
    offline,
)

D = TypeVar("D", bound=ExecutableDDLElement)


class StandardStatements(Standalone):
    """The statements of the SQL standard, and what SQLAlchemy's compiler for the dialect makes of the rest."""

    # ---- tables ------------------------------------------------------------------------------

    def create_table(
        self, table: sa.Table, if_not_exists: bool | None = None
    ) -> Iterator[Statement]:
        """A table with everything in it but its indexes and its late keys."""
        self.guard("table", if_not_exists, "IF NOT EXISTS")
        yield CreateTable(table, if_not_exists=bool(if_not_exists))
        if not self.inlines_comments and self.dialect.supports_comments:
            yield from self.comments(table)

    def late_keys(self, table: sa.Table) -> list[sa.ForeignKeyConstraint]:
        """The foreign keys with ``use_alter``; where there is ALTER, SQLAlchemy leaves them out of CREATE TABLE."""
        keys = (key for key in table.foreign_key_constraints if key.use_alter)
        return sorted(keys, key=lambda key: key._creation_order)

    def comments(self, table: sa.Table) -> Iterator[Statement]:
        """The comments of a new table, of its columns and of its constraints."""
        if table.comment:
            yield SetTableComment(table)
        for column in table.columns:
            if column.comment:
                yield SetColumnComment(column)
        yield from self.constraint_comments(table)

    def constraint_comments(self, table: sa.Table) -> Iterator[Statement]:
        """The comments of the constraints of a new table."""
        if self.dialect.supports_constraint_comments:
            late = self.late_keys(table)
            for constraint in sorted(table.constraints, key=lambda item: str(item.name)):
                if constraint.comment and constraint not in late:
                    yield SetConstraintComment(constraint)

    def drop_table(self, table: sa.Table, if_exists: bool | None = None) -> Iterator[Statement]:
        """A table goes."""
        self.guard("table", if_exists, "IF EXISTS")
        yield DropTable(table, if_exists=bool(if_exists))

    def rename_table(self, schema: str | None, old: str, new: str) -> Iterator[Statement]:
        """A table keeps everything but its name."""
        yield f"ALTER TABLE {self.qualified(schema, old)} RENAME TO {self.quote(new)}"

    def around_rows(
        self, table: sa.TableClause, columns: Collection[str]
    ) -> tuple[Sequence[Statement], Sequence[Statement]]:
        """What a script has to say before and after rows that give these columns values."""
        return (), ()

    def comment_table(self, table: sa.Table) -> Iterator[Statement]:
        """The comment of a standing table, or its end."""
        if table.comment is None:
            yield DropTableComment(table)
        else:
            yield SetTableComment(table)

    def alter_table_options(
        self,
        schema: str | None,
        table: str,
        old: Mapping[str, object],
        new: Mapping[str, object],
        look: Look = offline,
    ) -> Iterator[Statement]:
        """What only this database knows of a table, from ``old`` to ``new``."""
        raise Unsupported(f"{self.dialect.name} cannot change options of a table: {table}")

    # ---- columns -----------------------------------------------------------------------------

    def adds_in_place(self, column: AnyColumn) -> bool:
        """Whether ALTER TABLE ADD COLUMN takes this column; if not, the table is rebuilt."""
        return True

    def drops_in_place(self, column: str, table: Snapshot | None) -> bool:
        """Whether ALTER TABLE DROP COLUMN takes this column of ``table`` (None: not known)."""
        return True

    def informed(self, change: ColumnChange, look: Look = offline) -> ColumnChange:
        """The change, with what a database has to know of the live column before it can say it."""
        return change

    def replaces_column(self, change: ColumnChange) -> bool:
        """Whether a change can only be made by dropping the column and adding it again."""
        return change.computes

    def add_column(
        self,
        column: AnyColumn,
        if_not_exists: bool | None = None,
        inline_references: bool = False,
        inline_primary_key: bool = False,
    ) -> Iterator[Statement]:
        """A new column of ``column.table``; its constraints are statements of their own."""
        words = self.guard("column", if_not_exists, "IF NOT EXISTS")
        specification = self.column_sql(column)
        if inline_primary_key:
            specification += " PRIMARY KEY"
        if inline_references:
            specification += self.references(column)
        yield f"{self.adding(column.table)} {words}{specification}"
        if column.comment and not self.inlines_comments and self.dialect.supports_comments:
            yield SetColumnComment(column)

    def unless_there(self, statements: Sequence[Statement], what: str) -> Iterator[Statement]:
        """What goes with something that a script makes only if it is not there; raises Unsupported if it cannot be said."""
        if statements:
            raise Unsupported(
                f"{self.dialect.name} has no IF NOT EXISTS for what {what} brings in an SQL script: "
                "add constraints, indexes and comments by themselves"
            )
        yield from ()

    def require_name(self, statement: Statement, what: str) -> None:
        """Raises Unsupported for a constraint that no database could tell from one that is there already."""
        if isinstance(statement, AddConstraint) and statement.element.name is None:
            kind = str(statement.element.__visit_name__).replace("_", " ")
            raise Unsupported(
                f"an SQL script cannot tell whether the {kind} that {what} brings is there already: "
                "give it a name"
            )

    def adding(self, table: sa.Table) -> str:
        """The words before the specification of a new column."""
        return f"ALTER TABLE {self.table_sql(table)} ADD COLUMN"

    def place_sql(
        self,
        schema: str | None,
        table: str,
        column: str,
        before: str | None,
        after: str | None,
        look: Look = offline,
    ) -> str:
        """What follows a column to say where it stands, a blank before it; only where ``places_columns``."""
        return ""

    def column_sql(self, column: AnyColumn) -> str:
        """A column as CREATE TABLE writes it, its own CHECKs included."""
        text = self.ddl_compiler.get_column_specification(column)
        checks = (self.ddl_compiler.process(check) for check in column.constraints)
        return " ".join([text, *sorted(checks)])

    def references(self, column: AnyColumn) -> str:
        """A blank and the REFERENCES of the one foreign key of a column, to follow its specification."""
        keys = [fk.constraint for fk in column.foreign_keys if fk.constraint is not None]
        if len(keys) != 1 or len(keys[0].elements) != 1:
            raise Unsupported("inline_references takes a column with exactly one foreign key")
        text = self.ddl_compiler.process(keys[0])
        start, _, rest = text.partition("FOREIGN KEY")
        named = start and f"{start.strip()} "
        return f" {named}{rest[rest.index('REFERENCES'):]}"

    def drop_column(
        self,
        table: sa.Table,
        column: str,
        if_exists: bool | None = None,
        options: Mapping[str, object] = MappingProxyType({}),
        look: Look = offline,
    ) -> Iterator[Statement]:
        """A column goes, and with it what the database drops by itself."""
        words = self.guard("column", if_exists, "IF EXISTS")
        yield f"ALTER TABLE {self.table_sql(table)} DROP COLUMN {words}{self.quote(column)}"

    def rename_column(
        self, schema: str | None, table: str, old: str, new: str, look: Look = offline
    ) -> Iterator[Statement]:
        """A column keeps everything but its name."""
        yield (
            f"ALTER TABLE {self.qualified(schema, table)} "
            f"RENAME COLUMN {self.quote(old)} TO {self.quote(new)}"
        )

    def alter_column(self, change: ColumnChange, look: Look = offline) -> Iterator[Statement]:
        """A column changes in place: nullability, default, type, comment, name, each by itself."""
        if change.autoincrement is not None:
            raise Unsupported(
                f"{self.dialect.name} cannot make a standing column count, or end it: "
                f"{change.table}.{change.column}"
            )
        if change.nullable is not None:
            yield from self.set_nullable(change, change.nullable)
        if change.default is not False:
            yield from self.set_default(change, change.default)
        if change.type is not None:
            yield from self.set_type(change, change.type)
        if change.comment is not False:
            yield from self.set_comment(change, change.comment)
        if change.name is not None:
            yield from self.rename_column(
                change.schema, change.table, change.column, change.name, look
            )

    def altering(self, change: ColumnChange) -> str:
        """The words before what changes in a column."""
        table = self.qualified(change.schema, change.table)
        return f"ALTER TABLE {table} ALTER COLUMN {self.quote(change.column)}"

    def set_nullable(self, change: ColumnChange, nullable: bool) -> Iterator[Statement]:
        """A column takes NULL, or no longer does."""
        yield f"{self.altering(change)} {'DROP' if nullable else 'SET'} NOT NULL"

    def set_default(self, change: ColumnChange, default: ServerDefault) -> Iterator[Statement]:
        """A column gets a default, or loses it."""
        if isinstance(default, sa.Identity) or isinstance(change.existing_default, sa.Identity):
            raise Unsupported(f"{self.dialect.name} cannot change the identity of a column")
        if default is None:
            yield f"{self.altering(change)} DROP DEFAULT"
        else:
            text = self.default_sql(default, change.type or change.existing_type)
            yield f"{self.altering(change)} SET DEFAULT {text}"

    def set_type(self, change: ColumnChange, type_: AnyType) -> Iterator[Statement]:
        """A column gets another type."""
        yield f"{self.altering(change)} SET DATA TYPE {self.type_sql(type_)}"

    def set_comment(self, change: ColumnChange, comment: str | None) -> Iterator[Statement]:
        """A column gets a comment, or loses it."""
        column: AnyColumn = sa.Column(change.column, sa.types.NullType(), comment=comment)
        sa.Table(change.table, sa.MetaData(), column, schema=change.schema)
        yield SetColumnComment(column)

    # ---- indexes and constraints -------------------------------------------------------------

    def create_index(
        self, index: sa.Index, if_not_exists: bool | None = None
    ) -> Iterator[Statement]:
        """An index, and the comment it may have."""
        self.guard("index", if_not_exists, "IF NOT EXISTS")
        yield self.outside_transaction(index, CreateIndex(index, if_not_exists=bool(if_not_exists)))

    def drop_index(
        self, index: sa.Index, if_exists: bool | None = None, look: Look = offline
    ) -> Iterator[Statement]:
        """An index goes."""
        self.guard("index", if_exists, "IF EXISTS")
        yield self.outside_transaction(index, DropIndex(index, if_exists=bool(if_exists)))

    def outside_transaction(self, index: sa.Index, statement: D) -> D:
        """``statement``, marked where this index must not be made or dropped inside a transaction."""
        return statement

    def add_constraint(
        self, constraint: sa.Constraint, look: Look = offline
    ) -> Iterator[Statement]:
        """A constraint of a standing table, and the comment it may have."""
        kind = str(constraint.__visit_name__)
        if not hasattr(self.ddl_compiler, f"visit_{kind}"):
            raise Unsupported(f"{self.dialect.name} has no {kind.replace('_', ' ')}")
        yield AddConstraint(constraint)
        if constraint.comment and self.dialect.supports_constraint_comments:
            yield SetConstraintComment(constraint)

    def without_deferral(self, constraint: sa.Constraint) -> None:
        """Raises Unsupported for a constraint that may be deferred, where the database checks at once."""
        if constraint.deferrable is not None or constraint.initially is not None:
            kind = str(constraint.__visit_name__).replace("_", " ")
            raise Unsupported(
                f"{self.dialect.name} checks every {kind} at once: {constraint.name or 'one'} of "
                f"{constraint.table.name} cannot be deferrable"
            )

    def refuse(self, constraint: sa.Constraint) -> None:
        """Raises Unsupported for a constraint that a table made anew could not have as it is said."""

    def refuse_identity(self, change: ColumnChange, table: Snapshot) -> None:
        """Raises Unsupported if a table made anew could not have the identity that a change asks for."""

    def without_match(self, constraint: sa.Constraint) -> None:
        """Raises Unsupported for a foreign key with MATCH, where the database has no such word."""
        if isinstance(constraint, sa.ForeignKeyConstraint) and constraint.match:
            raise Unsupported(
                f"{self.dialect.name} has no MATCH {constraint.match} for a foreign key: "
                f"{constraint.name or 'one'} of {constraint.table.name}"
            )

    def drop_constraint(
        self, constraint: sa.Constraint, if_exists: bool | None = None, look: Look = offline
    ) -> Iterator[Statement]:
        """A constraint goes."""
        self.guard("constraint", if_exists, "IF EXISTS")
        yield DropConstraint(constraint, if_exists=bool(if_exists))

    def comment_constraint(
        self, schema: str | None, table: str, name: str, comment: str | None
    ) -> Iterator[Statement]:
        """The comment of a standing constraint, or its end."""
        if not self.dialect.supports_constraint_comments:
            raise Unsupported(f"{self.dialect.name} has no comments on constraints: {table}.{name}")
        said = "NULL" if comment is None else self.string(comment)
        yield f"COMMENT ON CONSTRAINT {self.quote(name)} ON {self.qualified(schema, table)} IS {said}"

    def drop_key_with_index(
        self,
        constraint: sa.Constraint,
        if_exists: bool | None = None,
        look: Look = offline,
        index: str = "",
    ) -> Iterator[Statement]:
        """A foreign key goes, and the index that the server made for it, where it makes one."""
        yield from self.drop_constraint(constraint, if_exists, look)

    def drop_constraint_named(
        self, table: sa.Table, name: str, if_exists: bool | None = None
    ) -> Iterator[Statement]:
        """A constraint goes of which nothing but the name is known."""
        words = self.guard("constraint", if_exists, "IF EXISTS")
        yield f"ALTER TABLE {self.table_sql(table)} DROP CONSTRAINT {words}{self.quote(name)}"

    def rename_index(
        self, schema: str | None, table: str, old: str, new: str
    ) -> Iterator[Statement]:
        """An index keeps everything but its name."""
        yield f"ALTER INDEX {self.qualified(schema, old)} RENAME TO {self.quote(new)}"

    def rename_constraint(
        self, schema: str | None, table: str, old: str, new: str, look: Look = offline
    ) -> Iterator[Statement]:
        """A constraint keeps everything but its name."""
        yield (
            f"ALTER TABLE {self.qualified(schema, table)} "
            f"RENAME CONSTRAINT {self.quote(old)} TO {self.quote(new)}"
        )

    # ---- rebuilding --------------------------------------------------------------------------

    def rebuild(
        self,
        old: Snapshot,
        new: Snapshot,
        renamed: Mapping[str, str] = MappingProxyType({}),
        filled: Mapping[str, str] = MappingProxyType({}),
        look: Look = offline,
    ) -> Iterator[Statement]:
        """A table is made anew from the nodes of ``new``; ``renamed`` maps new column names to old ones.

        ``filled`` says, as SQL, what the rows that stand get in new columns. What only the database knows
        once it has carried out the first statements is asked of ``look``.
        """
        raise Unsupported(f"{self.dialect.name} alters tables in place and rebuilds none")
