"""SQL Server's catalogue → nodes, and SQLAlchemy objects ⇄ nodes where it has its own say."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar, cast

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.schema import SchemaItem

from schemadiff.dialects.base import AnyType, Database, Scope, column_name
from schemadiff.model import (
    Column,
    Gap,
    Identity,
    Index,
    Node,
    PrimaryKey,
    Sequence,
    Snapshot,
    Sql,
    Unique,
    options,
)

from .catalogue import rows_of, select
from .rows import Place, identity_of, nodes_of
from .types import type_from_text

N = TypeVar("N", bound=Node)
_OWN = frozenset({"INFORMATION_SCHEMA", "guest", "sys"})


class Reading(Database):
    """How SQL Server is read."""

    def __init__(self, dialect: Dialect) -> None:
        super().__init__(dialect)
        self.collation = ""
        """The collation of the database, told by ``meet``."""

    # ---- live database → nodes ---------------------------------------------------------------

    def meet(self, connection: Connection) -> None:
        """Learns the default schema and the collation that columns get by themselves."""
        found = select(
            connection,
            "SELECT SCHEMA_NAME(), "
            "CAST(DATABASEPROPERTYEX(DB_NAME(), 'Collation') AS nvarchar(128))",
        )
        schema, collation = tuple(found[0])
        self.default_schema_name, self.collation = str(schema or ""), str(collation or "")

    def read(self, connection: Connection, scope: Scope) -> Snapshot:
        """Everything of ``scope``: six queries for each schema, and what ``meet`` needs."""
        if not self.collation:
            self.meet(connection)
        gaps: list[Gap] = []
        nodes: list[Node] = []
        for schema in scope.schemas:
            rows = rows_of(connection, schema or self.default_schema_name)
            wanted = [row for row in rows.tables if scope.wants(schema, row.name)]
            sequences = [row for row in rows.sequences if scope.wants(schema, row.name)]
            rows = replace(rows, tables=wanted, sequences=sequences)
            nodes.extend(nodes_of(rows, self.place(schema), gaps))
        return Snapshot(nodes, gaps)

    def place(self, schema: str) -> Place:
        """Where the rows of ``schema`` are read."""
        return Place(self.schema(schema), self.default_schema_name, self.collation)

    def schemas(self, connection: Connection) -> list[str]:
        """The schemas of the database but the server's own and those of its roles."""
        names = sa.inspect(connection).get_schema_names()
        return sorted(
            {self.schema(name) for name in names if name not in _OWN and name[:3] != "db_"}
        )

    def type_from_text(self, text: str, snapshot: Snapshot) -> AnyType:
        """The SQLAlchemy type that DDL text stands for."""
        return type_from_text(text, self.dialect)

    def arguments(self, node: Node) -> dict[str, object]:
        """The ``mssql_…`` arguments that say what only SQL Server knows about ``node``."""
        said: dict[str, object] = {}
        if isinstance(node, (Index, PrimaryKey, Unique)):
            clustered = dict(node.options).get("clustered")
            said = {} if clustered is None else {"mssql_clustered": clustered == "True"}
        if isinstance(node, Index):
            said |= {"mssql_include": list(node.include)} if node.include else {}
            said |= {"mssql_where": sa.text(node.where.text)} if node.where is not None else {}
        return said

    # ---- MetaData → nodes --------------------------------------------------------------------

    def identity(self, identity: sa.Identity) -> Identity | None:
        """IDENTITY(start, increment); it has no other options."""
        return identity_of(identity.start, identity.increment)

    def complete(self, node: N, source: SchemaItem) -> N:
        """``node`` with what SQL Server knows of it."""
        match node, source:
            case Column(), sa.Column():
                return cast(N, _complete_column(node))
            case PrimaryKey(), sa.PrimaryKeyConstraint():
                return cast(N, _complete_primary_key(node, source))
            case Unique(), sa.UniqueConstraint():
                said = source.dialect_options["mssql"]["clustered"]
                return cast(N, replace(node, options=_clustered(said)))
            case Index(), sa.Index():
                return cast(N, self._complete_index(node, source))
            case Sequence(), sa.Sequence():
                return cast(N, self._complete_sequence(node, source))
            case _:
                return node

    def _complete_index(self, node: Index, index: sa.Index) -> Index:
        said = index.dialect_options["mssql"]
        condition = said["where"]
        if isinstance(condition, str):
            condition = sa.text(condition)
        where = None if condition is None else Sql.of(self.expression_text(condition))
        include = (column_name(one, index.table) for one in said["include"] or ())
        return replace(
            node,
            where=where,
            include=tuple(map(self.identifier, include)),
            options=_clustered(said["clustered"]),
        )

    def _complete_sequence(self, node: Sequence, sequence: sa.Sequence) -> Sequence:
        if sequence.data_type is None:
            return node
        text = self.type_text(sequence.data_type).lower()
        whole = "int" if text == "integer" else text
        return replace(node, type=None if whole == "bigint" else Sql.of(whole))


def _complete_column(node: Column) -> Column:
    """A column; one that counts by 1 from 1 is the same however that is said.

    The type of a computed column, and whether it takes NULL, follow from its expression.
    """
    if node.computed is not None:
        return replace(node, type=Sql("", node.type.text), nullable=True)
    if node.identity == Identity():
        return replace(node, identity=None, autoincrement=True)
    return node


def _complete_primary_key(node: PrimaryKey, key: sa.PrimaryKeyConstraint) -> PrimaryKey:
    """A primary key, clustered unless that is refused or something else of the table is.

    https://learn.microsoft.com/en-us/sql/t-sql/statements/create-table-transact-sql#clustered--nonclustered
    """
    said = key.dialect_options["mssql"]["clustered"]
    if said is None:
        parts = [*key.table.indexes, *key.table.constraints]
        said = not any(
            isinstance(part, (sa.Index, sa.UniqueConstraint))
            and part.dialect_options["mssql"]["clustered"]
            for part in parts
        )
    return replace(node, options=() if said else (("clustered", "False"),))


def _clustered(said: object) -> tuple[tuple[str, str], ...]:
    return options(clustered="True" if said else None)
