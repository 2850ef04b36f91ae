"""Reading a live PostgreSQL database: ten catalogue queries, whatever the number of tables.

What the server prints (types, defaults, expressions) is written as if only the default schema were on
``search_path``, so that the caller's path changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from schemadiff.dialects.base import Database, Scope
from schemadiff.model import VIRTUAL, Column, Constraint, Gap, Index, Key, Node, Snapshot, Table

from . import catalogue
from .constraints import ConstraintRow, IndexRow, constraint_nodes, details, index_nodes
from .facts import Facts
from .rows import (
    Around,
    Counters,
    Naming,
    Place,
    Relation,
    column_nodes,
    counters,
    table_nodes,
    type_nodes,
)
from .tokens import quoted


class Session(NamedTuple):
    """What the server says about the connection."""

    schema: str | None
    """The first of ``search_path`` that is not the server's own."""
    path: str
    quotes_all: bool
    read_only: bool
    may_make_temporary: bool
    has_blocks: bool
    tablespace: str
    types: str | None
    """The enums and domains found by their bare names, with their schemas, if the path has more than one."""


def session(connection: Connection) -> Session:
    """The state of the connection."""
    return Session(*connection.execute(sa.text(catalogue.SESSION)).one())


def fetched(connection: Connection, query: str, **lists: Collection[object]) -> Sequence[Any]:
    """The rows of a query whose lists are bound as text."""
    bound = {name: _bound(name, values) for name, values in lists.items()}
    return connection.execute(sa.text(query), bound).fetchall()


def _bound(name: str, values: Collection[object]) -> str:
    if name == "oids":  # the text of an array
        return "{" + ",".join(map(str, values)) + "}"
    return json.dumps(list(values))


@contextmanager
def left_as_it_was(connection: Connection) -> Iterator[None]:
    """A transaction that begins inside ends here; one that was open stays open."""
    was_open = connection.in_transaction()
    try:
        yield
    finally:
        if not was_open and not connection.closed:
            connection.rollback()


@contextmanager
def undone(connection: Connection) -> Iterator[None]:
    """Whatever is done inside is undone, and a transaction of the caller goes on."""
    if commits_by_itself(connection):
        # There is no transaction to put a savepoint into: one is opened and taken back by hand.
        connection.exec_driver_sql("BEGIN")
        try:
            yield
        finally:
            connection.exec_driver_sql("ROLLBACK")
        return
    savepoint = connection.begin_nested()
    try:
        yield
    finally:
        savepoint.rollback()


def commits_by_itself(connection: Connection) -> bool:
    """Whether the driver's connection is in autocommit mode."""
    driver = connection.connection.dbapi_connection
    assert driver is not None
    try:
        return connection.dialect.detect_autocommit_setting(driver)
    except NotImplementedError:
        return connection.get_execution_options().get("isolation_level") == "AUTOCOMMIT"


def look_only_in(connection: Connection, schema: str) -> None:
    """Names print as they must, and without a schema when they are of ``schema``, until the transaction is undone."""
    connection.execute(
        sa.text(
            "SELECT set_config('search_path', :path, true), "
            "set_config('quote_all_identifiers', 'off', true)"
        ),
        {"path": f"{quoted(schema)}, pg_temp" if schema else "pg_temp"},
    )


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that belongs to some tables."""

    columns: Mapping[Place, Column]
    constraints: tuple[Constraint, ...]
    indexes: tuple[Index, ...]
    gaps: tuple[Gap, ...] = field(default=())

    def nodes(self) -> Iterator[Node]:
        """All of it."""
        yield from self.columns.values()
        yield from self.constraints
        yield from self.indexes


def read_parts(connection: Connection, facts: Facts, around: Around) -> Parts:
    """The columns, constraints and indexes of the tables in ``around``, in four or five queries."""
    oids = list(around.relations)
    columns = fetched(connection, catalogue.COLUMNS, oids=oids)
    indexes = [IndexRow(*row) for row in fetched(connection, catalogue.indexes(facts), oids=oids)]
    constraints = [
        ConstraintRow(*row) for row in fetched(connection, catalogue.constraints(facts), oids=oids)
    ]
    known = details(fetched(connection, catalogue.INDEX_DETAILS, oids=oids), around.naming)
    names = _names(columns)
    targets = {row.target for row in constraints if row.target} - names.keys()
    if targets:
        names |= _names(fetched(connection, catalogue.TARGET_COLUMNS, oids=targets))

    serving = {row.index_oid for row in constraints if row.kind in "pux"}
    wanted = [row for row in indexes if row.oid not in serving or not row.is_plain]
    collations = {(row[0], row[1]): around.naming.collation(row[-1]) for row in columns if row[-1]}
    made = dict(index_nodes(wanted, around, names, collations, known))
    found = list(constraint_nodes(constraints, around, names, made))
    return Parts(
        columns=dict(column_nodes(columns, around, names)),
        constraints=tuple(item for item in found if not isinstance(item, Gap)),
        indexes=tuple(index for oid, index in made.items() if oid not in serving),
        gaps=tuple(item for item in found if isinstance(item, Gap)),
    )


def _names(rows: Iterable[Sequence[Any]]) -> dict[int, dict[int, str]]:
    names: dict[int, dict[int, str]] = {}
    for row in rows:
        names.setdefault(row[0], {})[row[1]] = row[2]
    return names


class Reading(Database):
    """What PostgreSQL shows of itself."""

    usual_tablespace: str
    found_by_name: Mapping[str, str]

    @property
    def facts(self) -> Facts:
        """What the server has."""
        return Facts(tuple(getattr(self.dialect, "server_version_info", None) or (18,)))

    def meet(self, connection: Connection) -> None:
        """Learns the schema and the tablespace that are meant by none: the first on ``search_path``, the database's."""
        with left_as_it_was(connection):
            state = session(connection)
        self.default_schema_name = self.naming(state).default
        self.usual_tablespace = state.tablespace
        self.found_by_name = json.loads(state.types or "{}")

    def read(self, connection: Connection, scope: Scope) -> Snapshot:
        """Everything of ``scope``: its types, sequences and tables with all that belongs to them."""
        with left_as_it_was(connection):
            state = session(connection)
            naming = self.naming(state)
            if json.loads(state.path) == [naming.default] and not state.quotes_all:
                return self._read(connection, scope, naming)
            with undone(connection):
                look_only_in(connection, naming.default)
                return self._read(connection, scope, naming)

    def schema_of(self, connection: Connection, table: str) -> str:
        """The first on ``search_path`` that has the table; that of temporary tables comes before all."""
        with left_as_it_was(connection):
            found = connection.scalar(sa.text(catalogue.FOUND_IN), {"name": table})
        return found or ""

    def naming(self, state: Session) -> Naming:
        """What is meant by no schema: the one the connection would make things in."""
        return Naming(state.schema or self.default_schema_name)

    def _read(self, connection: Connection, scope: Scope, naming: Naming) -> Snapshot:
        schemas = [name or naming.default for name in scope.schemas]
        tables = {
            oid: node
            for oid, node in table_nodes(
                fetched(connection, catalogue.TABLES, schemas=schemas), naming
            )
            if scope.wants(node.schema, node.name)
        }
        types = list(type_nodes(fetched(connection, catalogue.TYPES, schemas=schemas), naming))
        counted = counters(
            fetched(connection, catalogue.SEQUENCES, schemas=schemas, oids=list(tables)),
            naming,
            scope.named,
        )
        around = _around(naming, tables, types, counted, scope.named)
        parts = read_parts(connection, self.facts, around)
        others = self._kept_by_others(connection, scope, naming, tables.values())
        nodes = [*(node for _, node in types), *counted.free, *tables.values(), *others]
        gaps = [gap for table in others for gap in not_compared(table)]
        return Snapshot([*nodes, *parts.nodes()], [*parts.gaps, *gaps])

    def _kept_by_others(
        self, connection: Connection, scope: Scope, naming: Naming, found: Iterable[Table]
    ) -> list[Table]:
        """What the models call tables and is none that can be compared; nothing is asked if there is no such."""
        missing = {key for key in scope.named if key.kind == "table"}
        missing -= {table.key for table in found}
        if not missing:
            return []
        rows = fetched(
            connection,
            catalogue.KEPT_BY_OTHERS,
            schemas={key.schema or naming.default for key in missing},
            names={key.table for key in missing},
        )
        tables = [Table(naming.schema(s), n, options=((VIRTUAL, kind),)) for s, n, kind in rows]
        return [t for t in tables if t.key in missing and scope.wants(t.schema, t.name)]


def _around(
    naming: Naming,
    tables: Mapping[int, Any],
    types: Iterable[tuple[tuple[int, int], Any]],
    counted: Counters,
    named: Container[Key],
) -> Around:
    keys = {oid: (*getattr(node, "uses", ()), node.key) for oids, node in types for oid in oids}
    relations = {oid: Relation(node.schema, node.name) for oid, node in tables.items()}
    return Around(naming, relations, keys, counted, named)


def not_compared(table: Table) -> Iterator[Gap]:
    """What there is to say of a table that something else keeps; a partition simply follows its parent."""
    kind = dict(table.options)[VIRTUAL]
    if kind != "partition":
        yield Gap(str(table.key), f"what the models call a table is a {kind}: it is not compared")
