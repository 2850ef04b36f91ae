"""Rows of the dictionary become nodes; nothing here touches a database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
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
)
from schemadiff.model import Sequence as SequenceNode

from .catalogue import ColumnRow, ConstraintRow, IndexRow, Rows, SequenceRow
from .texts import canonical, tokens
from .types import type_of

MOST = 10**28 - 1
"""The MAXVALUE of an ascending sequence or identity without one
(https://docs.oracle.com/en/database/oracle/oracle-database/23/sqlrf/CREATE-SEQUENCE.html)."""
CACHE = 20
"""The numbers a sequence keeps at hand without CACHE."""
BITMAP = "BITMAP"
_INDEXES = {"NORMAL": "", "FUNCTION-BASED NORMAL": "", BITMAP: BITMAP}
_INDEXES["FUNCTION-BASED BITMAP"] = BITMAP
_OF_STORAGE = frozenset({"LOB", "IOT - TOP"})
"""Indexes that the server keeps for itself."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where rows were read: the schema's identity, its owner, and how names are folded."""

    schema: str
    owner: str
    name: Callable[[str], str]


class _OfTable(Protocol):
    @property
    def table(self) -> str: ...


R = TypeVar("R", bound=_OfTable)


def _by_table(rows: Iterable[R]) -> dict[str, list[R]]:
    found: dict[str, list[R]] = defaultdict(list)
    for row in rows:
        found[row.table].append(row)
    return found


def sql(text: str) -> Sql:
    """A text of the dictionary; it is as somebody wrote it."""
    return Sql(canonical(text), text.strip())


def nodes_of(rows: Rows, place: Place, gaps: list[Gap]) -> Iterator[Node]:
    """The nodes of one schema: table by table, each table before its parts; then the sequences."""
    columns, indexes = _by_table(rows.columns), _by_table(rows.indexes)
    constraints = _by_table(rows.constraints)
    for table in rows.tables:
        name, own = place.name(table.name), columns.get(table.name, [])
        yield Table(place.schema, name, comment=table.comment or None)
        for column in own:
            yield column_node(column, name, place)
        parts = constraints.get(table.name, [])
        yield from _constraints(parts, name, own, place)
        kept = {row.by_index for row in parts if row.type in ("P", "U")}
        free = [row for row in indexes.get(table.name, []) if row.name not in kept]
        yield from _index_nodes(free, name, own, place, gaps)
    yield from (sequence_node(row, place) for row in rows.sequences)


def column_node(row: ColumnRow, table: str, place: Place) -> Column:
    """A column."""
    default = None if row.default is None or row.generation else row.default
    virtual = row.virtual == "YES"
    missing = default is None or canonical(default) == "NULL"
    return Column(
        place.schema,
        table,
        place.name(row.name),
        type=Sql.of(type_of(row)),
        nullable=row.nullable == "Y",
        default=None if virtual or missing else sql(default or ""),
        computed=Computed(sql(default or ""), False) if virtual else None,
        identity=identity_of(row.generation, row.identity or "") if row.generation else None,
        comment=row.comment or None,
        position=row.position,
    )


def identity_of(generation: str, said: str) -> Identity:
    """GENERATED AS IDENTITY, out of ``START WITH: 5, INCREMENT BY: 1, …``."""
    pairs = (part.partition(":") for part in said.split(","))
    found = {name.strip(): value.strip() for name, _, value in pairs}

    def number(name: str, usual: int) -> int | None:
        value = int(found.get(name, usual))
        return None if value == usual else value

    return Identity(
        always=generation == "ALWAYS",
        start=number("START WITH", 1),
        increment=number("INCREMENT BY", 1),
        minvalue=number("MIN_VALUE", 1),
        maxvalue=number("MAX_VALUE", MOST),
        cycle=found.get("CYCLE_FLAG") == "Y",
        cache=number("CACHE_SIZE", CACHE),
    )


# ---- constraints -----------------------------------------------------------------------------


def _constraints(
    rows: Iterable[ConstraintRow], table: str, columns: Sequence[ColumnRow], place: Place
) -> Iterator[Node]:
    by_name: dict[str, list[ConstraintRow]] = defaultdict(list)
    for row in rows:
        by_name[row.name].append(row)
    for parts in by_name.values():
        if not _is_not_null(parts):
            yield _constraint(parts, table, columns, place)


def _is_not_null(parts: Sequence[ConstraintRow]) -> bool:
    """Whether it is what NOT NULL of a column is kept as."""
    first = parts[0]
    if first.type != "C" or first.generated != "GENERATED NAME":
        return False
    found = [token.plain for token in tokens(first.text or "")]
    return len(found) == 4 and found[1:] == ["IS", "NOT", "NULL"]


def _constraint(
    parts: Sequence[ConstraintRow], table: str, columns: Sequence[ColumnRow], place: Place
) -> Node:
    first, name = parts[0], place.name(parts[0].name)
    over = tuple(place.name(row.column) for row in parts if row.column)
    deferrable, deferred = first.deferrable == "DEFERRABLE", first.deferred == "DEFERRED"
    match first.type:
        case "P":
            return PrimaryKey(place.schema, table, name, over)
        case "U":
            return Unique(place.schema, table, name, over, deferrable, deferred)
        case "C":
            return Check(place.schema, table, name, sql(first.text or ""), columns=over)
        case _:
            owner = first.target_schema or ""
            return ForeignKey(
                place.schema,
                table,
                name,
                over,
                "" if owner == place.owner else place.name(owner),
                place.name(first.target_table or ""),
                tuple(place.name(row.target_column or "") for row in parts),
                ondelete="" if first.ondelete in (None, "NO ACTION") else str(first.ondelete),
                deferrable=deferrable,
                initially_deferred=deferred,
            )


# ---- indexes and sequences -------------------------------------------------------------------


def _index_nodes(
    rows: Iterable[IndexRow],
    table: str,
    columns: Sequence[ColumnRow],
    place: Place,
    gaps: list[Gap],
) -> Iterator[Node]:
    by_name: dict[str, list[IndexRow]] = defaultdict(list)
    for row in rows:
        by_name[row.name].append(row)
    names = {column.name for column in columns}
    for name, parts in by_name.items():
        first = parts[0]
        if first.type in _INDEXES:
            yield Index(
                place.schema,
                table,
                place.name(name),
                tuple(_element(row, names, place) for row in parts),
                unique=first.unique == "UNIQUE",
                method=_INDEXES[first.type],
            )
        elif first.type not in _OF_STORAGE:
            gaps.append(Gap(table, f"{first.type.lower()} index {name} is not compared"))


def _element(row: IndexRow, names: set[str], place: Place) -> Element:
    """A part of an index; a descending column is kept as an expression that is its name."""
    descending = row.direction == "DESC"
    said = canonical(row.expression) if row.expression else row.column
    bare = said.strip('"')
    if bare in names:
        return Element(place.name(bare), descending=descending)
    return Element(sql=sql(row.expression or row.column), descending=descending)


def sequence_node(row: SequenceRow, place: Place) -> SequenceNode:
    """A sequence, less what the server chooses by itself."""
    up = row.increment > 0
    least, most = (1, MOST) if up else (-(10**27 - 1), -1)
    return SequenceNode(
        place.schema,
        place.name(row.name),
        increment=None if row.increment == 1 else row.increment,
        minvalue=None if row.minvalue == least else row.minvalue,
        maxvalue=None if row.maxvalue == most else row.maxvalue,
        cycle=row.cycle == "Y",
        cache=None if row.cache == CACHE else row.cache,
    )
