"""What every database is asked to know about itself. The base answers the SQL-standard way.

Each database has a folder here with the same four files: ``facts`` (named truths, each with its reason),
``reading`` (catalogue → nodes, SQLAlchemy objects ⇄ nodes), ``settling`` (how to ask it for its spelling)
and ``statements`` (what it says differently when something is changed). A database never imports upwards:
it is handed in.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.schema import SchemaItem
from sqlalchemy.sql.compiler import IdentifierPreparer
from sqlalchemy.sql.schema import HasConditionalDDL

from schemadiff.diff import Ties
from schemadiff.model import (
    Check,
    Column,
    Element,
    Exclusion,
    ForeignKey,
    Identity,
    Index,
    Key,
    Kind,
    Node,
    PrimaryKey,
    Snapshot,
    Sql,
    Unique,
    Unmodelled,
)

from .asking import Answer, Question, Unasked
from .generic import in_standard_words, word
from .indexing import index_element
from .standard import StandardStatements
from .terms import AnyColumn as AnyColumn
from .terms import AnyType as AnyType
from .terms import Statement as Statement

N = TypeVar("N", bound=Node)


def unescaped(dialect: Dialect) -> Dialect:
    """A copy of ``dialect`` that writes SQL as the server reads it, with no percent sign doubled for a driver."""
    plain = copy(dialect)
    plain.paramstyle, plain.positional = "named", False
    plain.identifier_preparer = _preparer(plain, dialect)
    plain.type_compiler_instance = type(dialect.type_compiler_instance)(plain)
    # The memo of literal writers: shared, each dialect would write percent signs as the other one must.
    plain.__dict__.pop("_type_memos", None)
    return plain


def _preparer(plain: Dialect, dialect: Dialect) -> IdentifierPreparer:
    """What quotes names for ``plain`` as the server asks for, whose reserved words and quotes ``dialect`` has learnt."""
    fresh = plain.preparer(plain)
    learnt = vars(dialect.identifier_preparer).items()
    vars(fresh).update((n, v) for n, v in learnt if n != "dialect" and not n.startswith("_"))
    return fresh


def column_name(said: object, table: sa.Table | None) -> str:
    """The name of the column that an argument for one dialect names: by a Column, or by its key in the table."""
    if isinstance(said, str) and table is not None and said in table.columns:
        said = table.columns[said]
    return str(getattr(said, "name", said))


def _ddl_of(item: sa.Index | sa.Constraint) -> sa.schema.ExecutableDDLElement:
    if isinstance(item, sa.Index):
        return sa.schema.CreateIndex(item)
    return sa.schema.AddConstraint(item, isolate_from_table=False)


def everything(schema: str, table: str) -> bool:
    """True: nothing is left out."""
    return True


@dataclass(frozen=True, slots=True)
class Scope:
    """Which part of a database is read; ``""`` stands for the connection's default schema."""

    schemas: tuple[str, ...] = ("",)
    wants: Callable[[str, str], bool] = everything
    """Whether a table, given by schema and name, is to be read; asked before anything of it is read."""
    named: Collection[Key] = frozenset()
    """What the models have by name. Only then is read what belongs to something else: an inherited column, the
    sequence of a column, a table that is a partition or no plain table at all.
    """


class Database(StandardStatements):
    """One kind of database, bound to the SQLAlchemy dialect in use (its version, its quoting)."""

    name: ClassVar[str] = "default"

    # ---- facts -------------------------------------------------------------------------------

    transactional_ddl: ClassVar[bool] = False
    """DDL is undone by ROLLBACK."""
    alters_in_place: ClassVar[bool] = True
    """Columns and constraints of a standing table can be changed by ALTER; if not, it is rebuilt."""
    has_comments: ClassVar[bool] = False
    """Tables and columns have comments."""
    before_a_script: ClassVar[tuple[str, ...]] = ()
    """What an SQL script has to say before its transaction begins."""
    has_named_types: ClassVar[bool] = False
    """Enumerations and domains are objects of their own, made before the tables that use them."""
    has_schemas: ClassVar[bool] = True
    """Whether a schema is something that a revision can make and drop."""
    has_sequences: ClassVar[bool] = False
    """Sequences are objects of their own."""
    unique_is_index: ClassVar[bool] = False
    """A UNIQUE constraint and a unique index are one and the same thing."""
    merges_equal_uniques: ClassVar[bool] = False
    """A UNIQUE constraint over the columns of the primary key, or of another one, is not made at all."""
    ties: ClassVar[Ties] = Ties()
    """What has to step aside while something else changes."""
    heeds_foreign_keys: ClassVar[bool] = True
    """Rows that refer to nothing are refused, whatever the connection has said."""
    keeps_primary_key_name: ClassVar[bool] = True
    """The name of a primary key survives in the catalogue."""
    foretells_key_names: ClassVar[bool] = True
    """The name that a foreign key without one gets follows from the key (else: from the order in which keys are made)."""
    names_by_itself: ClassVar[frozenset[Kind]] = frozenset()
    """Kinds of constraints to which the server gives the name of ``invented_name`` where people give none."""
    index_names_per_schema: ClassVar[bool] = True
    """An index name may stand only once in a schema (else: once in a table)."""
    constraint_names_per_schema: ClassVar[bool] = False
    """The name of a foreign key or CHECK may stand only once in a schema (else: once in a table)."""
    default_schema_name: str = ""
    """The schema that a name without one belongs to, as told by ``connect``; ``""`` if unknown."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = unescaped(dialect)
        self.ddl_compiler = self.dialect.ddl_compiler(self.dialect, None)  # type: ignore[arg-type]
        self.default_schema_name = dialect.default_schema_name or ""

    # ---- reading: names ----------------------------------------------------------------------

    def schema(self, name: str | None) -> str:
        """The identity of a schema: ``""`` for none and for the default one written out."""
        return "" if name is None or name == self.default_schema_name else str(name)

    def identifier(self, name: str) -> str:
        """The identity of a table or column name (folded where the database folds it)."""
        return str(name)

    def is_name(self, kept: str, said: str) -> bool:
        """Whether ``said`` means what the database keeps under the name ``kept``."""
        return self.identifier(kept) == self.identifier(said)

    def are_names(self, kept: Sequence[str], said: Sequence[str]) -> bool:
        """Whether the names said mean those kept, one by one."""
        return len(kept) == len(said) and all(map(self.is_name, kept, said))

    def constraint_name(self, item: sa.Constraint | sa.Index) -> str:
        """The name under which the database will keep ``item``; ``""`` if its author gave none."""
        if item.name is None:
            return ""
        said: object = item.name
        if isinstance(said, str) and type(said) in (str, sa.quoted_name):  # whole, by its author
            return self.identifier(said)
        preparer = self.dialect.identifier_preparer
        try:
            name = preparer.format_constraint(item, _alembic_quote=False)
        except (
            sa.exc.IdentifierError
        ):  # too long: SQLAlchemy refuses to make it, a server may cut it
            name = str(item.name)
        return self.identifier(name) if name else ""

    def is_key(
        self, key: ForeignKey, columns: Sequence[str], refcolumns: Sequence[str] = ()
    ) -> bool:
        """Whether it is the foreign key over these columns, to these (``table.column``) if they are said."""
        own = f"{self.default_schema_name}."
        targets = [name.removeprefix(own) for name in refcolumns]
        over = self.are_names(key.columns, columns)
        return over and (not targets or self.are_names(key.refcolumns, targets))

    def place_of_names(self, node: Node) -> str:
        """The schema, or else the table, in which no other part may have the name of ``node``."""
        in_table = isinstance(node, Index | Unique | PrimaryKey) and not self.index_names_per_schema
        return str(node.key.owner) if in_table else node.key.schema

    def invented_name(self, node: Node, taken: frozenset[str]) -> str:
        """The name that the database gives to a constraint without one; ``""`` if it gives none."""
        return ""

    @classmethod
    def arguments_for(cls, version: str) -> Mapping[str, object]:
        """What SQLAlchemy's dialect is made with for a server that says its version so."""
        return {}

    @classmethod
    def unasked(cls, dialect: Dialect) -> None:
        """Tells a dialect that will never connect what it would learn, where SQLAlchemy takes an old server for granted."""

    def meet(self, connection: Connection) -> None:
        """Learns from the server what it chooses by itself, before MetaData is read with that in mind."""

    # ---- reading: MetaData → nodes -----------------------------------------------------------

    def type_text(self, type_: AnyType) -> str:
        """A type as DDL, collation and character set included."""
        return type_.compile(dialect=self.dialect)

    def default_text(self, column: AnyColumn) -> str | None:
        """The text after DEFAULT in the DDL of ``column``; None if there is none."""
        return self.ddl_compiler.get_column_default_string(column)

    def expression_text(self, expression: sa.ColumnElement[Any] | sa.TextClause) -> str:
        """An expression as it stands in DDL: literals written out, columns without their table."""
        return str(
            expression.compile(
                dialect=self.dialect,
                compile_kwargs={"literal_binds": True, "include_table": False},
            )
        )

    def autoincrement(self, column: AnyColumn) -> bool:
        """Whether DDL makes the database count this column by itself, without default or identity."""
        table = column.table
        return (
            column is table.autoincrement_column
            and column.server_default is None
            and column.identity is None
        )

    def identity(self, identity: sa.Identity) -> Identity | None:
        """The identity as this database would keep it, or None where it has no such thing."""
        return None

    def persisted(self, computed: sa.Computed) -> bool:
        """Whether a generated column is stored, resolving ``persisted=None`` to what DDL will say."""
        return bool(computed.persisted)

    def action(self, action: str | None) -> str:
        """A referential action in upper case; ``""`` where it says what happens without one."""
        text = (action or "").upper()
        return "" if text == "NO ACTION" else text

    def remakes_type(self, old: Node, new: Node) -> bool:
        """Whether an enum or domain cannot become another but by a new type that takes its place."""
        return False

    def named_types(self, type_: AnyType, metadata: sa.MetaData) -> Sequence[Node]:
        """The enums and domains that must exist for a column of this type."""
        return ()

    def mentioned_options(self, table: sa.Table) -> tuple[str, ...]:
        """The names, as in ``Table.options``, of all that the author of ``table`` has set for this database."""
        prefix = f"{self.name}_"
        names = (str(name) for name in table.dialect_kwargs)
        return tuple(name.removeprefix(prefix) for name in names if name.startswith(prefix))

    def index_elements(self, index: sa.Index) -> tuple[Element, ...]:
        """The elements of an index, its expressions as the text they have in DDL."""
        return tuple(
            index_element(expression, self.identifier, self.expression_text)
            for expression in index.expressions
        )

    def complete(self, node: N, source: SchemaItem) -> N:
        """``node`` with what only this database knows, taken from the dialect arguments of ``source``."""
        return node

    def skips(self, item: HasConditionalDDL) -> bool:
        """Whether ``ddl_if`` keeps a constraint or index away from this database."""
        condition = item._ddl_if
        if condition is None:
            return False
        assert isinstance(item, (sa.Index, sa.Constraint))
        return not condition._should_execute(_ddl_of(item), item, None, compiler=self.ddl_compiler)

    # ---- reading: live database → nodes → SQLAlchemy -----------------------------------------

    def read(self, connection: Connection, scope: Scope) -> Snapshot:
        """Everything of ``scope`` in a bounded number of catalogue queries."""
        raise NotImplementedError(f"reading a {self.dialect.name} database")

    def schema_of(self, connection: Connection, table: str) -> str:
        """The schema of the table that a name without one means: ``""`` for the default one."""
        return ""

    def census(self, connection: Connection) -> list[Unmodelled]:
        """What people have made in the database, tables included; by one query, ordered by kind and name."""
        return []

    def groundwork(self, connection: Connection, snapshot: Snapshot) -> tuple[str, ...]:
        """The SQL of what the tables of ``snapshot`` stand on and no model can say: schemas, extensions."""
        return ()

    def schemas(self, connection: Connection) -> list[str]:
        """The schemas a person may have made things in, ``""`` for the default one; for include_schemas."""
        names = sa.inspect(connection).get_schema_names()
        return sorted({self.schema(name) for name in names} - {"information_schema"})

    def type_from_text(self, text: str, snapshot: Snapshot) -> AnyType:
        """The SQLAlchemy type that DDL text stands for; enums and domains are looked up in ``snapshot``.

        A type nobody knows becomes ``sqlalchemy.types.NullType``; never an exception.
        """
        return sa.types.NullType()

    def generic_text(self, text: str, snapshot: Snapshot) -> str:
        """DDL text of a type in words that every database has; ``""`` where there are none for it."""
        try:
            return word(self.generic(self.type_from_text(text, snapshot)))
        except (NotImplementedError, sa.exc.CompileError, sa.exc.ArgumentError):
            return ""

    def generic(self, type_: AnyType) -> AnyType:
        """What every database has in place of one of its types. Raises NotImplementedError where there is nothing."""
        if isinstance(type_, sa.CHAR):
            return type_.adapt(sa.CHAR)  # SQLAlchemy takes it for a VARCHAR
        return type_.as_generic()

    def makes_alike(self, generic: AnyType, type_: AnyType) -> bool:
        """Whether columns of a generic type are of ``type_`` here. Raises CompileError for one that cannot be said."""
        return self.type_text(generic) == self.type_text(type_)

    def standard_type(self, type_: AnyType) -> AnyType:
        """``type_`` by SQLAlchemy's class for every database, if here that makes the same DDL."""
        for candidate in in_standard_words(type_):
            try:
                if self.type_text(candidate) == self.type_text(type_):
                    return candidate
            except sa.exc.CompileError:  # MySQL has no VARCHAR without a length
                continue
        return type_

    def arguments(self, node: Node) -> dict[str, object]:
        """The keyword arguments by which SQLAlchemy says what only this database knows about ``node``."""
        return {}

    def table_arguments(self, columns: Sequence[Column]) -> dict[str, object]:
        """The keyword arguments by which SQLAlchemy says of a table what its columns are the reason for."""
        return {}

    def index_under(self, key: ForeignKey, snapshot: Snapshot) -> str:
        """The name of the index that the server made for foreign keys over the columns of ``key``; ``""`` for none."""
        return ""

    def key_counts(self, arguments: Mapping[str, object]) -> bool | None:
        """Whether arguments of Table make its key count by itself; None if they do not speak of it."""
        return None

    def counts_by_itself(self, node: Column) -> bool:
        """Whether a column read without ``autoincrement`` counts all the same (SQLite's rowid)."""
        return False

    def element_text(self, element: Element, index: Index) -> str:
        """An element of an index as DDL says it, where SQLAlchemy's objects cannot; ``""`` where they can."""
        return ""

    def exclusion(self, node: Exclusion) -> sa.Constraint:
        """The SQLAlchemy object of an EXCLUDE constraint."""
        raise NotImplementedError(f"{self.dialect.name} has no EXCLUDE constraints")

    # ---- settling ----------------------------------------------------------------------------

    def plain(self, text: str) -> str:
        """A text less what can never matter: used to see that two are equal, never that they differ."""
        return " ".join(text.split())

    def is_constant(self, text: str) -> bool:
        """Whether the database may be asked what value a text is, because working it out calls nothing."""
        return False

    def reworded(self, sql: Sql, before: str, after: str) -> Sql:
        """A text of the catalogue once a column it mentions is renamed, where the database rewrites it."""
        return sql

    def name_along(self, node: ForeignKey | Check, table: str) -> str:
        """What a key or check is called once its table is called ``table``: as before, nearly everywhere."""
        return node.name

    def setup(self, named_types: Iterable[Node]) -> Iterable[str]:
        """Statements that make ``named_types``, in an order that works, for the ``setup`` of ``ask``."""
        return ()

    def ask(
        self, connection: Connection, questions: Sequence[Question], setup: Iterable[str] = ()
    ) -> list[Answer]:
        """The answers to ``questions``, in their order. Nothing is executed, nothing is left behind.

        ``setup`` are statements that make named types the questions rely on; they are undone too.
        """
        return [Unasked(f"{self.dialect.name} is not asked") for _ in questions]
