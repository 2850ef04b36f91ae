"""Oracle's dictionary → nodes, and SQLAlchemy objects ⇄ nodes where it has its own say."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar, cast

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.schema import SchemaItem

from schemadiff.dialects.base import AnyColumn, AnyType, Database, Scope
from schemadiff.model import ForeignKey, Gap, Identity, Index, Node, Sequence, Snapshot

from .catalogue import rows_of, select
from .rows import BITMAP, CACHE, MOST, Place, nodes_of
from .types import type_from_text

N = TypeVar("N", bound=Node)


class Reading(Database):
    """How Oracle is read."""

    def meet(self, connection: Connection) -> None:
        """Learns the schema that names without one belong to."""
        found = select(connection, "SELECT SYS_CONTEXT('USERENV', 'CURRENT_SCHEMA') FROM dual")
        self.default_schema_name = self._folded(str(found[0][0]))

    def read(self, connection: Connection, scope: Scope) -> Snapshot:
        """Everything of ``scope``: five queries for each schema, and what ``meet`` needs."""
        self.meet(connection)
        gaps: list[Gap] = []
        nodes: list[Node] = []
        for schema in scope.schemas:
            owner = self._kept(schema or self.default_schema_name)
            place = Place(self.schema(schema), owner, self._folded)
            rows = rows_of(connection, owner)
            tables = [row for row in rows.tables if scope.wants(schema, self._folded(row.name))]
            counted = [r for r in rows.sequences if scope.wants(schema, self._folded(r.name))]
            nodes.extend(nodes_of(replace(rows, tables=tables, sequences=counted), place, gaps))
        return Snapshot(nodes, gaps)

    def _folded(self, name: str) -> str:
        """A name of the dictionary as SQLAlchemy says it: lower case where case does not count."""
        return str(self.dialect.normalize_name(name))

    def _kept(self, name: str) -> str:
        """A name as the dictionary keeps it."""
        return str(self.dialect.denormalize_name(name))

    def type_from_text(self, text: str, snapshot: Snapshot) -> AnyType:
        """The SQLAlchemy type that DDL text stands for."""
        return type_from_text(text, self.dialect)

    def arguments(self, node: Node) -> dict[str, object]:
        """The ``oracle_…`` arguments that say what only Oracle knows about ``node``."""
        bitmap = isinstance(node, Index) and node.method == BITMAP
        return {"oracle_bitmap": True} if bitmap else {}

    def autoincrement(self, column: AnyColumn) -> bool:
        """False: no column counts that does not say IDENTITY."""
        return False

    def identity(self, identity: sa.Identity) -> Identity | None:
        """The identity, less what the server chooses by itself."""
        return Identity(
            always=bool(identity.always),
            start=_unless(identity.start, 1),
            increment=_unless(identity.increment, 1),
            minvalue=_unless(identity.minvalue, 1),
            maxvalue=_unless(identity.maxvalue, MOST),
            cycle=bool(identity.cycle),
            cache=_unless(identity.cache, CACHE),
        )

    def persisted(self, computed: sa.Computed) -> bool:
        """False: a generated column is virtual."""
        return False

    def complete(self, node: N, source: SchemaItem) -> N:
        """``node`` with what Oracle knows of it."""
        match node, source:
            case Index(), sa.Index():
                said = source.dialect_options["oracle"]["bitmap"]
                return cast(N, replace(node, method=BITMAP if said else ""))
            case ForeignKey(), _:  # there is no ON UPDATE
                return cast(N, replace(node, onupdate=""))
            case Sequence(), _:  # where it started is not kept
                return cast(N, replace(node, start=None, increment=_unless(node.increment, 1)))
            case _:
                return node


def _unless(value: int | None, usual: int) -> int | None:
    return None if value == usual else value
