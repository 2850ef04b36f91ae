"""SQLite's catalogue → nodes, and SQLAlchemy objects ⇄ nodes where SQLite has its own say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from operator import is_
from typing import Any, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.schema import SchemaItem
from sqlalchemy.sql.schema import HasConditionalDDL

from schemadiff.dialects.base import AnyColumn, AnyType, Database, Scope
from schemadiff.dialects.clause import clause
from schemadiff.dialects.other import OtherType
from schemadiff.model import (
    VIRTUAL,
    Check,
    Column,
    Computed,
    Element,
    Gap,
    Index,
    Node,
    PrimaryKey,
    Snapshot,
    Sql,
    Table,
    Unique,
    options,
    varied,
)

from .building import ParsedTables, part_element, table_nodes
from .catalogue import catalogue, column_rows, databases, is_temporary
from .cursor import Part
from .ddl import parse_part
from .facts import MAIN, USUAL_CONFLICT
from .names import invented
from .settling import declared_type, default, expression
from .tokens import folded, tokens
from .types import spelling, type_from_text

N = TypeVar("N", bound=Node)


class Reading(Database):
    """How SQLite is read."""

    def __init__(self, dialect: Dialect) -> None:
        super().__init__(dialect)
        self.default_schema_name = MAIN

    # ---- live database → nodes ---------------------------------------------------------------

    def read(self, connection: Connection, scope: Scope) -> Snapshot:
        """Every table of ``scope``, by two or three statements a schema; virtual ones by name alone.

        A schema that is not attached is empty.
        """
        nodes: list[Node] = []
        gaps: list[Gap] = []
        for schema in self._attached(connection, scope.schemas):
            found = catalogue(connection, schema)
            wanted = [t for t in found.tables.values() if scope.wants(schema, t.name)]
            rows = column_rows(connection, schema, [table.name for table in wanted])
            parsed = ParsedTables(found.tables)
            for table in wanted:
                nodes += table_nodes(schema, table, parsed, rows[table.name], gaps)
            nodes += (
                Table(schema, table.name, options=((VIRTUAL, table.sql),))
                for table in found.virtual
                if scope.wants(schema, table.name)
            )
        return Snapshot(nodes, gaps)

    def schema_of(self, connection: Connection, table: str) -> str:
        """``temp`` for a temporary table, which comes before one of ``main`` (https://sqlite.org/lang_naming.html)."""
        return "temp" if is_temporary(connection, table) else ""

    def _attached(self, connection: Connection, schemas: Sequence[str]) -> list[str]:
        """Those of ``schemas`` that there are; asked only if more than main is meant."""
        if not any(schemas):
            return list(schemas)
        there = {folded(name) for name in databases(connection)}
        return [schema for schema in schemas if not schema or folded(schema) in there]

    def schemas(self, connection: Connection) -> list[str]:
        """Main and what is attached, without the temporary schema."""
        return sorted({self.schema(name) for name in databases(connection)} - {"temp"})

    def invented_name(self, node: Node, taken: frozenset[str]) -> str:
        """A name as people give them, since SQLite gives none."""
        return invented(node, taken)

    def type_from_text(self, text: str, snapshot: Snapshot) -> AnyType:
        """The SQLAlchemy type that DDL text stands for, by name or else by affinity."""
        return type_from_text(text, self.dialect)

    def generic(self, type_: AnyType) -> AnyType:
        """INT means what INTEGER does, for which SQLAlchemy has a type; of no type it makes no column."""
        if isinstance(type_, sa.types.NullType):
            return OtherType("")
        if isinstance(type_, OtherType):
            type_ = type_from_text(declared_type(spelling(type_.text), False), self.dialect)
        return super().generic(type_)

    def makes_alike(self, generic: AnyType, type_: AnyType) -> bool:
        """Whether the declared types mean the same."""
        if isinstance(type_, sa.types.NullType):
            return isinstance(generic, OtherType)
        one, other = (declared_type(spelling(self.type_text(t)), False) for t in (generic, type_))
        return one == other

    def arguments(self, node: Node) -> dict[str, object]:
        """The ``sqlite_…`` arguments that say what only SQLite knows about ``node``."""
        match node:
            case Table(options=said):
                words = {"with_rowid": False, "strict": True}
                return {f"sqlite_{name}": words[name] for name, _ in said if name in words}
            case Column(options=said) | PrimaryKey(options=said) | Unique(options=said):
                return _conflicts(said)
            case Check(options=said):
                return _conflicts(said)
            case Index(where=where) if where is not None:
                return {"sqlite_where": clause(where)}
            case _:
                return {}

    def table_arguments(self, columns: Sequence[Column]) -> dict[str, object]:
        """AUTOINCREMENT, which SQLAlchemy says of the table."""
        return {"sqlite_autoincrement": True} if any(c.autoincrement for c in columns) else {}

    def key_counts(self, arguments: Mapping[str, object]) -> bool | None:
        """What ``sqlite_autoincrement`` says, which SQLAlchemy takes as an argument of the table.

        WITHOUT ROWID there is nothing to count by (https://sqlite.org/withoutrowid.html).
        """
        name = "sqlite_autoincrement"
        if arguments.get("sqlite_with_rowid") is False:
            return False
        return bool(arguments[name]) if name in arguments else None

    def counts_by_itself(self, node: Column) -> bool:
        """Whether the column would be the rowid if it alone were the primary key."""
        return node.type.canonical == "INTEGER"

    # ---- MetaData → nodes --------------------------------------------------------------------

    def type_text(self, type_: AnyType) -> str:
        """A type as DDL, its collation included unless it is the usual one."""
        return spelling(super().type_text(type_))

    def autoincrement(self, column: AnyColumn) -> bool:
        """Whether DDL says AUTOINCREMENT of this column."""
        table = column.table
        return (
            bool(table.dialect_options["sqlite"]["autoincrement"])
            and column.primary_key
            and len(table.primary_key.columns) == 1
            and issubclass(column.type._type_affinity or object, sa.Integer)
            and not column.foreign_keys
        )

    def is_name(self, kept: str, said: str) -> bool:
        """Whether they are one name: upper and lower case of ASCII letters are the same to SQLite."""
        return folded(kept) == folded(said)

    def skips(self, item: HasConditionalDDL) -> bool:
        """Whether a constraint is not made; a foreign key into another schema never is."""
        return _leaves_the_schema(item) or super().skips(item)

    def complete(self, node: N, source: SchemaItem) -> N:
        """``node`` with what SQLite knows of it, its texts in their canonical form."""
        match node, source:
            case Table(), sa.Table():
                return cast(N, _complete_table(node, source))
            case Column(), sa.Column():
                return cast(N, self._complete_column(node, source))
            case PrimaryKey(), sa.PrimaryKeyConstraint():
                return cast(N, self._complete_primary_key(node, source))
            case Unique(), sa.UniqueConstraint():
                return cast(N, _complete_unique(node, source))
            case Check(), sa.CheckConstraint():
                return cast(N, _complete_check(node, source))
            case Index(), sa.Index():
                return cast(N, self._complete_index(node, source))
            case _:
                return node

    def _complete_column(self, node: Column, column: AnyColumn) -> Column:
        alone = column.primary_key and len(column.table.primary_key.columns) == 1
        type_ = node.type
        if type_.how != "refused":
            type_ = _spelt(type_, declared_type(type_.text, alone))
        computed = node.computed
        if computed is not None:
            names = _names(column.table)
            node = varied(node, mentions=_mentioned(computed.sql.text, names))
            computed = Computed(_canonical(computed.sql, names), computed.persisted)
        nullable = node.nullable and not self._never_null(column, type_.canonical, alone)
        default_ = _complete_default(node.default, type_.text)
        said = () if node.nullable else _said(column, "on_conflict_not_null")
        return varied(
            node, type=type_, nullable=nullable, default=default_, computed=computed, options=said
        )

    def _never_null(self, column: AnyColumn, declared: str, alone: bool) -> bool:
        if not column.primary_key:
            return False
        said = column.table.dialect_options["sqlite"]
        rowid = said["with_rowid"] and alone and declared == "INTEGER"
        return bool(rowid or not said["with_rowid"] or said["strict"])

    def _complete_primary_key(self, node: PrimaryKey, key: sa.PrimaryKeyConstraint) -> PrimaryKey:
        columns = list(key.columns)
        sole = columns[0] if len(columns) == 1 else None
        if sole is not None and self.autoincrement(sole):  # written at the column, without a name
            return replace(node, name="", options=_conflict(None, sole, "on_conflict_primary_key"))
        return varied(node, options=_conflict(key, sole, "on_conflict_primary_key"))

    def _complete_index(self, node: Index, index: sa.Index) -> Index:
        assert index.table is not None
        names = _names(index.table)
        collations = {
            folded(column.name): self.type_text(column.type).partition(" COLLATE ")[2]
            for column in index.table.columns
            if getattr(column.type, "collation", None)
        }
        condition = index.dialect_options["sqlite"]["where"]
        where = None
        if condition is not None:
            text = self.expression_text(_clause(condition))
            where = Sql(expression(text, names), text)
        elements = tuple(_complete_element(one, names, collations) for one in node.elements)
        same = all(map(is_, elements, node.elements))
        return varied(node, elements=node.elements if same else elements, where=where)


def _clause(condition: Any) -> sa.ColumnElement[Any] | sa.TextClause:
    return sa.text(condition) if isinstance(condition, str) else condition


def _names(table: sa.Table) -> Mapping[str, str]:
    return {folded(column.name): column.name for column in table.columns}


def _mentioned(text: str, names: Mapping[str, str]) -> tuple[str, ...]:
    """The columns, given by their folded names, that an expression says."""
    said = (folded(token.name) for token in tokens(text) if token.kind in ("word", "quoted"))
    return tuple(dict.fromkeys(names[name] for name in said if name in names))


def _canonical(sql: Sql, names: Mapping[str, str]) -> Sql:
    return _spelt(sql, expression(sql.text, names))


def _spelt(sql: Sql, canonical: str) -> Sql:
    return sql if sql.canonical == canonical else sql.settled(canonical, sql.how)


def _complete_table(node: Table, table: sa.Table) -> Table:
    said = table.dialect_options["sqlite"]
    if said["with_rowid"] and not said["strict"]:
        return node
    rowid = None if said["with_rowid"] else "False"
    return replace(node, options=options(with_rowid=rowid, strict=bool(said["strict"]) or None))


def _complete_default(sql: Sql | None, declared: str) -> Sql | None:
    if sql is None or sql.how == "any":
        return sql
    canonical = default(sql.text, declared)
    return _spelt(sql, canonical) if canonical else None


def _complete_unique(node: Unique, unique: sa.UniqueConstraint) -> Unique:
    columns = list(unique.columns)
    sole = columns[0] if len(columns) == 1 else None
    said = _conflict(unique, sole, "on_conflict_unique")
    return varied(node, options=said)


def _complete_check(node: Check, check: sa.CheckConstraint) -> Check:
    holder = check.parent
    table = holder.table if isinstance(holder, sa.Column) else check.table
    sql = _canonical(node.sql, _names(table))
    return varied(node, sql=sql, options=_conflict(check, None, ""))


def _complete_element(
    one: Element, names: Mapping[str, str], collations: Mapping[str, str]
) -> Element:
    if one.column and not collations:
        return one
    part = Part(one.column, one.column) if one.sql is None else parse_part(one.sql.text)
    descending = one.descending or part.descending
    made = part_element(part, names, collations)
    return made if made.descending == descending else replace(made, descending=descending)


def _conflict(
    constraint: sa.Constraint | None, column: AnyColumn | None, of_column: str
) -> tuple[tuple[str, str], ...]:
    """ON CONFLICT as SQLAlchemy writes it: the constraint's, or else that of its one column."""
    said = constraint.dialect_options["sqlite"]["on_conflict"] if constraint is not None else None
    if said is None and column is not None:
        said = column.dialect_options["sqlite"][of_column]
    return _resolution("on_conflict", said)


def _said(column: AnyColumn, name: str) -> tuple[tuple[str, str], ...]:
    return _resolution(name, column.dialect_options["sqlite"][name])


def _resolution(name: str, said: str | None) -> tuple[tuple[str, str], ...]:
    resolution = (said or USUAL_CONFLICT).upper()
    return () if resolution == USUAL_CONFLICT else ((name, resolution),)


def _conflicts(said: tuple[tuple[str, str], ...]) -> dict[str, object]:
    return {f"sqlite_{name}": value for name, value in said if name.startswith("on_conflict")}


def _leaves_the_schema(item: HasConditionalDDL) -> bool:
    if not isinstance(item, sa.ForeignKeyConstraint):
        return False
    try:
        target: sa.Table = item.elements[0].column.table
    except (exc.NoReferencedTableError, exc.NoReferencedColumnError):
        return False
    return bool(item.elements[0].parent.table.schema != target.schema)
