"""Rows of the catalogue become nodes; nothing here touches a database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from schemadiff.model import (
    Check,
    Column,
    Computed,
    Element,
    ForeignKey,
    Gap,
    Identity,
    Index,
    Node,
    PrimaryKey,
    Sql,
    Table,
    Unique,
    options,
)
from schemadiff.model import Sequence as SequenceNode

from .catalogue import CheckRow, ColumnRow, IndexRow, KeyRow, Rows, SequenceRow, TableRow
from .types import type_of

_CLUSTERED, _NONCLUSTERED = 1, 2
_COLUMNSTORES = frozenset({5, 6})
"""sys.indexes.type
(https://learn.microsoft.com/en-us/sql/relational-databases/system-catalog-views/sys-indexes-transact-sql)."""
_WHOLE = {
    "tinyint": (0, 255),
    "smallint": (-(2**15), 2**15 - 1),
    "int": (-(2**31), 2**31 - 1),
    "bigint": (-(2**63), 2**63 - 1),
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where rows were read, and what the server chooses there."""

    schema: str = ""
    default_schema_name: str = "dbo"
    collation: str = ""


class _OfTable(Protocol):
    @property
    def table(self) -> int: ...


R = TypeVar("R", bound=_OfTable)


def _by_table(rows: Iterable[R]) -> dict[int, list[R]]:
    found: dict[int, list[R]] = defaultdict(list)
    for row in rows:
        found[row.table].append(row)
    return found


def nodes_of(rows: Rows, place: Place, gaps: list[Gap]) -> Iterator[Node]:
    """The nodes of one schema: table by table, each table before its parts; then the sequences."""
    columns, indexes = _by_table(rows.columns), _by_table(rows.indexes)
    keys, checks = _by_table(rows.keys), _by_table(rows.checks)
    for table in rows.tables:
        own = columns.get(table.id, [])
        yield Table(place.schema, table.name)
        if table.temporal:
            gaps.append(Gap(table.name, "system versioning is not compared"))
        for position, column in enumerate(own):
            yield column_node(column, table.name, position, place)
        yield from _index_nodes(indexes.get(table.id, []), table, place, gaps)
        yield from _foreign_keys(keys.get(table.id, []), table, place)
        names = [column.name for column in own]
        for check in checks.get(table.id, []):
            yield _check(check, table, place, names)
    yield from (sequence_node(row, place) for row in rows.sequences)


def column_node(row: ColumnRow, table: str, position: int, place: Place) -> Column:
    """A column; IDENTITY(1,1) is what a counting column of the models gets.

    The type of a computed column, and whether it takes NULL, follow from its expression.
    """
    identity = None
    if row.seed is not None and (row.seed, row.increment) != (1, 1):
        identity = identity_of(row.seed, row.increment)
    computed = None
    if row.computed is not None:
        computed = Computed(Sql.of(row.computed), bool(row.persisted))
    type_ = type_of(row, place.collation)
    return Column(
        place.schema,
        table,
        row.name,
        type=Sql(type_ if computed is None else "", type_),
        nullable=bool(row.nullable) or computed is not None,
        default=None if row.default is None else Sql.of(row.default),
        computed=computed,
        identity=identity,
        autoincrement=row.seed is not None and identity is None,
        position=position,
    )


def identity_of(start: int | None, increment: int | None) -> Identity:
    """IDENTITY; 1 is what the server takes by itself."""
    return Identity(
        start=None if start in (None, 1) else start,
        increment=None if increment in (None, 1) else increment,
    )


# ---- keys and indexes ------------------------------------------------------------------------


def _index_nodes(
    rows: Sequence[IndexRow], table: TableRow, place: Place, gaps: list[Gap]
) -> Iterator[Node]:
    by_name: dict[str, list[IndexRow]] = defaultdict(list)
    for row in rows:
        by_name[row.name].append(row)
    for name, parts in by_name.items():
        if parts[0].kind in (_CLUSTERED, _NONCLUSTERED):
            yield index_node(parts, table.name, place)
        elif parts[0].kind in _COLUMNSTORES:
            gaps.append(Gap(table.name, f"columnstore index {name} is not compared"))
        else:
            gaps.append(Gap(table.name, f"index {name} is of a kind that is not compared"))


def index_node(parts: Sequence[IndexRow], table: str, place: Place) -> PrimaryKey | Unique | Index:
    """A primary key, a UNIQUE constraint or an index from its columns."""
    first = parts[0]
    keyed = [row for row in parts if not row.included]
    columns = tuple(row.column for row in keyed)
    if first.is_key:
        said = options(clustered="False" if first.kind == _NONCLUSTERED else None)
        return PrimaryKey(place.schema, table, first.name, columns, options=said)
    said = options(clustered="True" if first.kind == _CLUSTERED else None)
    if first.is_unique_key:
        return Unique(place.schema, table, first.name, columns, options=said)
    return Index(
        place.schema,
        table,
        first.name,
        tuple(Element(row.column, descending=bool(row.descending)) for row in keyed),
        unique=bool(first.unique),
        where=None if first.where is None else Sql.of(first.where),
        include=tuple(row.column for row in parts if row.included),
        options=said,
    )


def _foreign_keys(rows: Sequence[KeyRow], table: TableRow, place: Place) -> Iterator[Node]:
    by_name: dict[str, list[KeyRow]] = defaultdict(list)
    for row in rows:
        by_name[row.name].append(row)
    for name, parts in by_name.items():
        parts.sort(key=lambda row: row.position)
        there = parts[0].target_schema
        yield ForeignKey(
            place.schema,
            table.name,
            name,
            tuple(row.column for row in parts),
            "" if there == place.default_schema_name else there,
            parts[0].target_table,
            tuple(row.target_column for row in parts),
            ondelete=_action(parts[0].ondelete),
            onupdate=_action(parts[0].onupdate),
        )


def _action(said: str) -> str:
    return "" if said == "NO_ACTION" else said.replace("_", " ")


def _check(row: CheckRow, table: TableRow, place: Place, names: Iterable[str]) -> Check:
    """A check; the server writes every column of it in square brackets."""
    mentioned = (name for name in names if f"[{name.replace(']', ']]')}]" in row.text)
    return Check(place.schema, table.name, row.name, Sql.of(row.text), columns=tuple(mentioned))


# ---- sequences -------------------------------------------------------------------------------


def sequence_node(row: SequenceRow, place: Place) -> SequenceNode:
    """A sequence, less what the server chooses by itself.

    https://learn.microsoft.com/en-us/sql/t-sql/statements/create-sequence-transact-sql
    """
    least, most = _WHOLE.get(row.type, (None, None))
    first = row.minvalue if row.increment > 0 else row.maxvalue
    return SequenceNode(
        place.schema,
        row.name,
        start=None if row.start == first else row.start,
        increment=None if row.increment == 1 else row.increment,
        minvalue=None if row.minvalue == least else row.minvalue,
        maxvalue=None if row.maxvalue == most else row.maxvalue,
        cycle=bool(row.cycle),
        cache=row.cache if row.cached else None,
        type=None if row.type == "bigint" else Sql.of(row.type),
    )
