"""How a database writes names, values, types and defaults; what it has words for."""

from __future__ import annotations

from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.compiler import DDLCompiler

from .terms import AnyColumn, AnyType, ServerDefault, Unsupported
from .values import literal, neutral, plain_type


class Wording:
    """The parts of statements, as the SQL standard and SQLAlchemy's compiler for the dialect write them."""

    dialect: Dialect
    ddl_compiler: DDLCompiler

    # ---- facts -------------------------------------------------------------------------------

    inlines_comments: ClassVar[bool] = False
    """Comments are part of CREATE TABLE and ADD COLUMN, not statements of their own."""
    if_exists_for: ClassVar[frozenset[str]] = frozenset()
    """What IF EXISTS and IF NOT EXISTS may be said of: ``table index column constraint sequence schema type``."""
    batch_separator: ClassVar[str] = ""
    """A line that ends a batch in a script, such as GO."""
    statement_end: ClassVar[str] = ";"
    """What ends a statement in a script."""
    flags_counting: ClassVar[bool] = False
    """That a column counts is a flag that ALTER sets (AUTO_INCREMENT), said in each change of the column."""
    column_options: ClassVar[frozenset[str]] = frozenset()
    """What ALTER may say of a column in this database alone: arguments after the name of the dialect."""
    heeds_references: ClassVar[bool] = True
    """A foreign key in the words of a column is one."""
    places_columns: ClassVar[bool] = False
    """ALTER TABLE says where among the others a column stands."""
    stops_cycling: ClassVar[str] = "NO CYCLE"
    """How a sequence is told to end at its last value."""
    begins: ClassVar[str] = "BEGIN"
    """How a script begins a transaction."""
    bytes_literal: ClassVar[str] = "X'{}'"
    """How bytes are written by their hexadecimal digits."""
    usual_schema: ClassVar[str] = ""
    """The schema of what is named without one, where a script has to say it."""

    # ---- text --------------------------------------------------------------------------------

    def quote(self, name: str) -> str:
        """A name as it stands in SQL, quoted where it must be."""
        return self.dialect.identifier_preparer.quote(name)

    def qualified(self, schema: str | None, name: str) -> str:
        """A name behind its schema's."""
        quoted = self.quote(name)
        return (
            f"{self.dialect.identifier_preparer.quote_schema(schema)}.{quoted}"
            if schema
            else quoted
        )

    def string(self, text: str) -> str:
        """A string literal."""
        return self.ddl_compiler.sql_compiler.render_literal_value(text, sa.types.String())

    def type_sql(self, type_: AnyType) -> str:
        """A type as DDL says it."""
        return type_.compile(dialect=self.dialect)

    def default_sql(self, default: ServerDefault, type_: AnyType | None = None) -> str:
        """What follows DEFAULT for a default that is neither computed nor an identity."""
        column = self.loose_column("c", type_ or sa.types.NullType(), default)
        return self.ddl_compiler.get_column_default_string(column) or "NULL"

    def literal_sql(self, value: object, type_: AnyType) -> str:
        """A Python value as SQL. Raises NoLiteral for one that cannot be written down."""
        return literal(value, type_, self.dialect)

    def neutral_sql(self, type_: AnyType) -> str | None:
        """What a row may get in a column of this type that has to hold something; None if nothing will do."""
        plain = plain_type(type_, self.dialect)
        value = neutral(plain)
        return None if value is None else self.literal_sql(value, plain)

    def computed_sql(self, computed: sa.Computed) -> str:
        """``GENERATED ALWAYS AS (…)`` in full."""
        return self.ddl_compiler.process(computed)

    def identity_sql(self, identity: sa.Identity) -> str:
        """``GENERATED … AS IDENTITY`` in full."""
        return self.ddl_compiler.process(identity)

    def loose_column(self, name: str, type_: AnyType, default: ServerDefault = None) -> AnyColumn:
        """A column in a table of its own, for SQLAlchemy's compiler to write."""
        if isinstance(default, sa.Computed | sa.Identity):
            copy = default._copy()
            column: AnyColumn = sa.Column(name, type_, copy)
        else:
            column = sa.Column(name, type_, server_default=default)
        sa.Table("t", sa.MetaData(), column)
        return column

    def table_sql(self, table: sa.Table) -> str:
        """The name of a table as it stands in SQL."""
        return self.dialect.identifier_preparer.format_table(table)

    def guard(self, what: str, wanted: bool | None, words: str) -> str:
        """``words`` and a blank if they are wanted; raises Unsupported where the database has no such words."""
        if not wanted:
            return ""
        if what not in self.if_exists_for:
            raise Unsupported(
                f"{self.dialect.name} has no {words} for {_a(what)}: leave it out and look first"
            )
        return f"{words} "


def _a(what: str) -> str:
    return f"an {what}" if what[0] in "aeiou" else f"a {what}"
