"""A live MySQL or MariaDB database as nodes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from schemadiff.dialects.base import Scope
from schemadiff.model import Gap, Node, Snapshot

from .catalogue import Rows, choices_of, current_schema, refusal, rows_of, show_create
from .models import Modelling
from .nodes import Place, has_default_of_bytes, nodes_of
from .sequences import sequence_nodes, sequence_rows
from .showcreate import shown


class Reading(Modelling):
    """What is read of MySQL and MariaDB."""

    def meet(self, connection: Connection) -> None:
        """Learns the default schema, and what the server chooses by itself."""
        self.default_schema_name, self.choices = choices_of(connection, self.facts)

    def read(self, connection: Connection, scope: Scope) -> Snapshot:
        """Everything of ``scope``: six or seven queries for each schema, and what ``meet`` needs."""
        current = current_schema(connection)
        if not self.choices.collations or current != self.default_schema_name:
            self.meet(connection)
        gaps: list[Gap] = []
        nodes: list[Node] = []
        for schema in scope.schemas:
            if schema or current:
                rows = _wanted(rows_of(connection, schema or current, self.facts), schema, scope)
                rows = self._with_parsers(connection, schema or current, rows, gaps)
                nodes.extend(nodes_of(rows, self.place(schema), gaps))
                nodes.extend(self._sequences(connection, schema, current, scope, gaps))
        return Snapshot(nodes, gaps)

    def _sequences(
        self, connection: Connection, schema: str, current: str, scope: Scope, gaps: list[Gap]
    ) -> Iterator[Node]:
        if self.has_sequences and self.facts.has_sequences:
            quoted = partial(self._quoted, schema or current)
            wants = partial(scope.wants, schema)
            try:
                rows = sequence_rows(connection, schema or current, wants, quoted)
            except DBAPIError as error:
                gaps.append(Gap("sequences", refusal(error)))
                return
            yield from sequence_nodes(rows, self.schema(schema))

    def _with_parsers(
        self, connection: Connection, schema: str, rows: Rows, gaps: list[Gap]
    ) -> Rows:
        """The rows with the parsers of FULLTEXT indexes, which only SHOW CREATE TABLE tells."""
        wanted = {row.name for row in rows.tables}
        tables = {row.table for row in rows.indexes if row.type == "FULLTEXT"} & wanted
        parsers: dict[tuple[str, str], str] = {}
        for table in sorted(tables):
            if has_default_of_bytes(rows, table, self.lexis):
                gaps.append(Gap(table, "which parser a FULLTEXT index uses cannot be read"))
                continue
            try:
                text = show_create(connection, self._quoted(schema, table))
            except DBAPIError as error:
                gaps.append(Gap(table, f"parsers of FULLTEXT indexes: {refusal(error)}"))
                continue
            found = shown(text, self.lexis)
            parsers.update({(table, index): parser for index, parser in found.parsers.items()})
        return replace(rows, parsers=parsers) if parsers else rows

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
