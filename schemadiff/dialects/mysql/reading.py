"""A live MySQL or MariaDB database as nodes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from schemadiff.dialects.base import Scope
from schemadiff.model import Gap, Node, Snapshot

from .catalogue import Rows, current_schema, met, refusal, rows_of, show_create
from .models import Modelling
from .nodes import Place, has_default_of_bytes, may_have_periods, nodes_of
from .sequences import sequence_nodes, sequence_rows
from .showcreate import shown


class Reading(Modelling):
    """What is read of MySQL and MariaDB."""

    def meet(self, connection: Connection) -> None:
        """Learns the default schema, and what the server chooses by itself."""
        self.default_schema_name, lexis, self.choices = met(connection, self.facts)
        if (
            lexis != self.lexis
        ):  # the session was given another sql_mode since SQLAlchemy met the server
            self.speak(lexis)

    def read(self, connection: Connection, scope: Scope) -> Snapshot:
        """Everything of ``scope``: six queries for each schema (seven on MySQL, one more where MariaDB has sequences), and what ``meet`` needs."""
        current = current_schema(connection)
        if not self.choices.collations or current != self.default_schema_name:
            self.meet(connection)
        gaps: list[Gap] = []
        nodes: list[Node] = []
        for schema in scope.schemas:
            if schema or current:
                rows = _wanted(rows_of(connection, schema or current, self.facts), schema, scope)
                rows = self._with_shown(connection, schema or current, rows, gaps)
                nodes.extend(nodes_of(rows, self.place(schema), gaps))
                names = [name for name in rows.sequences if scope.wants(schema, name)]
                nodes.extend(self._sequences(connection, schema or current, names, gaps))
        return Snapshot(nodes, gaps)

    def _sequences(
        self, connection: Connection, schema: str, names: Sequence[str], gaps: list[Gap]
    ) -> Iterator[Node]:
        if self.has_sequences and self.facts.has_sequences:
            try:
                rows = sequence_rows(connection, names, partial(self._quoted, schema))
            except DBAPIError as error:
                gaps.append(Gap("sequences", refusal(error)))
                return
            yield from sequence_nodes(rows, self.schema(schema))

    def _with_shown(self, connection: Connection, schema: str, rows: Rows, gaps: list[Gap]) -> Rows:
        """The rows with the parsers of FULLTEXT indexes and the periods, which only SHOW CREATE TABLE tells."""
        wanted = {row.name for row in rows.tables}
        tables = {row.table for row in rows.indexes if row.type == "FULLTEXT"}
        tables.update(may_have_periods(rows, self.facts, self.lexis))
        parsers: dict[tuple[str, str], str] = {}
        periods: set[tuple[str, str]] = set()
        for table in sorted(tables & wanted):
            if has_default_of_bytes(rows, table, self.lexis):
                gaps.append(Gap(table, "parsers of FULLTEXT indexes and periods cannot be read"))
                continue
            try:
                text = show_create(connection, self._quoted(schema, table))
            except DBAPIError as error:
                gaps.append(Gap(table, f"SHOW CREATE TABLE: {refusal(error)}"))
                continue
            found = shown(text, self.lexis)
            parsers.update({(table, index): parser for index, parser in found.parsers.items()})
            periods.update((table, name) for name in found.periods)
        return replace(rows, parsers=parsers, periods=frozenset(periods)) if tables else rows

    def _quoted(self, schema: str, table: str) -> str:
        quote = self.dialect.identifier_preparer.quote_identifier
        return f"{quote(schema)}.{quote(table)}"

    def place(self, schema: str) -> Place:
        """Where the rows of ``schema`` are read."""
        return Place(
            self.schema(schema), self.facts, self.choices, self.lexis, self.default_schema_name
        )

    def schemas(self, connection: Connection) -> list[str]:
        """The databases of the server but its own."""
        own = {"information_schema", "performance_schema", "mysql", "sys"}
        return sorted({self.schema(n) for n in sa.inspect(connection).get_schema_names()} - own)


def _wanted(rows: Rows, schema: str, scope: Scope) -> Rows:
    """The rows of the tables that somebody wants."""
    return replace(rows, tables=[row for row in rows.tables if scope.wants(schema, row.name)])
