"""What the statements of a table say, as nodes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from schemadiff.model import (
    Check,
    Column,
    Computed,
    Element,
    ForeignKey,
    Gap,
    Index,
    Node,
    Options,
    PrimaryKey,
    Sql,
    Table,
    Unique,
    distinct,
    options,
)

from .catalogue import ColumnRow, Stored, StoredTable
from .cursor import Part
from .ddl import (
    CheckDdl,
    ColumnDdl,
    IndexDdl,
    KeyDdl,
    ReferenceDdl,
    TableDdl,
    parse_index,
    parse_table,
)
from .facts import USUAL_COLLATION
from .settling import declared_type, default, element, expression, spelt
from .tokens import folded, quoted, tokens
from .types import collated


class ParsedTables(Mapping[str, TableDdl]):
    """What the CREATE TABLE statements of a schema say, by lower-cased name, each parsed when asked for."""

    def __init__(self, tables: Mapping[str, StoredTable]) -> None:
        self.tables = tables
        self._parsed: dict[str, TableDdl] = {}

    def __getitem__(self, name: str) -> TableDdl:
        if name not in self._parsed:
            self._parsed[name] = parse_table(self.tables[name].sql)
        return self._parsed[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.tables)

    def __len__(self) -> int:
        return len(self.tables)


@dataclass(frozen=True, slots=True)
class Building:
    """One table while its nodes are made."""

    schema: str
    table: StoredTable
    ddl: TableDdl
    parsed: ParsedTables
    gaps: list[Gap]
    names: Mapping[str, str] = field(init=False)
    """The columns as they are spelt, by lower-cased name."""
    collations: Mapping[str, str] = field(init=False)
    """Their collations, by lower-cased name."""

    def __post_init__(self) -> None:
        names = {folded(column.name): column.name for column in self.ddl.columns}
        collations = {folded(column.name): column.collation for column in self.ddl.columns}
        object.__setattr__(self, "names", names)
        object.__setattr__(self, "collations", collations)

    def spelt(self, name: str) -> str:
        return self.names.get(folded(name), name)

    def gap(self, what: str) -> None:
        self.gaps.append(Gap(".".join(filter(None, (self.schema, self.table.name))), what))


def table_nodes(
    schema: str,
    table: StoredTable,
    parsed: ParsedTables,
    rows: Sequence[ColumnRow],
    gaps: list[Gap],
) -> Iterator[Node]:
    """The table and everything in it; what is not understood is added to ``gaps``."""
    ddl = parsed[folded(table.name)]
    building = Building(schema, table, _proven(ddl, rows), parsed, gaps)
    if building.ddl is not ddl:
        building.gap("its CREATE TABLE is not understood; columns are read from PRAGMA table_xinfo")
    for text in ddl.unplaced:
        building.gap(f"not understood: {text}")
    yield Table(
        schema,
        table.name,
        options=options(
            with_rowid="False" if ddl.without_rowid else None, strict=ddl.strict or None
        ),
        attached=tuple(trigger.sql for trigger in table.triggers),
    )
    yield from _columns(building)
    yield from distinct([*_keys(building), *_checks(building), *_references(building)])
    yield from (_index(building, index) for index in table.indexes)


def _proven(ddl: TableDdl, rows: Sequence[ColumnRow]) -> TableDdl:
    """``ddl`` if SQLite counts the same columns, else what SQLite says of them."""
    if [row.name for row in rows] == [column.name for column in ddl.columns]:
        return ddl
    columns = tuple(
        ColumnDdl(row.name, row.type.upper(), default=row.default, not_null=bool(row.not_null))
        for row in rows
    )
    keyed = sorted((row.key, row.name) for row in rows if row.key)
    key = KeyDdl(True, "", tuple(Part(name, name) for _, name in keyed))
    keys = tuple(one for one in ddl.keys if not one.primary)
    return TableDdl(columns, (key, *keys) if keyed else keys, ddl.checks, ddl.references)


# ---- columns -------------------------------------------------------------------------------------


def _columns(building: Building) -> Iterator[Node]:
    alone = None if building.ddl.without_rowid else sole_key(building.ddl)
    alias = rowid_alias(building.ddl)
    for position, column in enumerate(building.ddl.columns):
        computed = column.computed
        yield Column(
            building.schema,
            building.table.name,
            column.name,
            type=_type(column.type, column.collation, column.name == alone),
            nullable=not (column.not_null or column.name == alias or _implied(building, column)),
            default=None if column.default is None else _default(column),
            computed=(
                None if computed is None else Computed(_sql(building, computed), column.stored)
            ),
            autoincrement=column.name == alias and _counted(building.ddl),
            options=options(on_conflict_not_null=column.not_null_conflict or None),
            mentions=() if computed is None else _mentioned(building, computed),
            position=position,
        )


def sole_key(ddl: TableDdl) -> str | None:
    """The column that alone is the primary key, as the column spells its name."""
    key = ddl.primary_key
    if key is None or len(key.parts) != 1:
        return None
    wanted = folded(key.parts[0].column)
    return next((column.name for column in ddl.columns if folded(column.name) == wanted), None)


def rowid_alias(ddl: TableDdl) -> str | None:
    """The column that is another name of the rowid, which is never NULL.

    ``INTEGER PRIMARY KEY DESC`` at the column is none, by an old mistake that is kept
    (https://sqlite.org/lang_createtable.html#rowid).
    """
    key = ddl.primary_key
    if key is None or ddl.without_rowid or (key.inline and key.parts[0].descending):
        return None
    return sole_key(ddl) if _is_integer(ddl) else None


def _implied(building: Building, column: ColumnDdl) -> bool:
    """Whether the primary key makes a column NOT NULL: only in WITHOUT ROWID and STRICT tables."""
    ddl, key = building.ddl, building.ddl.primary_key
    if key is None or not (ddl.without_rowid or ddl.strict):
        return False
    return any(folded(part.column) == folded(column.name) for part in key.parts)


def _counted(ddl: TableDdl) -> bool:
    return ddl.primary_key is not None and ddl.primary_key.autoincrement


@lru_cache(maxsize=1024)
def _type(declared: str, collation: str, keys_the_table: bool) -> Sql:
    text = collated(declared, collation)
    return spelt(declared_type(text, keys_the_table), text)


@lru_cache(maxsize=1024)
def _default(column: ColumnDdl) -> Sql | None:
    assert column.default is not None
    canonical = default(column.default, collated(column.type, column.collation))
    return spelt(canonical, column.default) if canonical else None


def _sql(building: Building, text: str) -> Sql:
    return spelt(expression(text, building.names), text)


# ---- constraints ---------------------------------------------------------------------------------


def _keys(building: Building) -> Iterator[Node]:
    for key in building.ddl.keys:
        node_type = PrimaryKey if key.primary else Unique
        yield node_type(
            building.schema,
            building.table.name,
            key.name,
            tuple(building.spelt(part.column) for part in key.parts),
            options=_key_options(building, key),
        )


def _key_options(building: Building, key: KeyDdl) -> Options:
    if all(part.bare for one in building.ddl.keys for part in one.parts):
        return options(on_conflict=key.conflict or None)
    made = _made_parts(building.ddl, key)
    rowid = key.primary and rowid_alias(building.ddl) is not None
    bare = all(part.bare for part in made)
    parts = None if bare or rowid else ", ".join(_written(building, part) for part in made)
    return options(on_conflict=key.conflict or None, parts=parts)


def _made_parts(ddl: TableDdl, key: KeyDdl) -> tuple[Part, ...]:
    """The parts of a key as its index has them.

    A primary key over what a UNIQUE before it is over gets no index of its own but that one, with its
    directions. In a WITHOUT ROWID table a lone INTEGER comes to its index last, and without its collation
    (sqlite3CreateIndex and convertToWithoutRowidTable in https://sqlite.org/src/file/src/build.c).
    """
    integer = _is_integer(ddl)
    at_once = key.inline and key.parts[0].descending
    if not key.primary or (integer and at_once and not ddl.without_rowid):
        return key.parts  # its DESC is what keeps it from being the rowid
    late = ddl.without_rowid and integer and not at_once
    parts = tuple(part._replace(collation="") for part in key.parts) if late else key.parts
    before = ddl.keys if late else ddl.keys[: ddl.keys.index(key)]
    over = _over(ddl, parts)
    twins = (one.parts for one in before if not one.primary and _over(ddl, one.parts) == over)
    return next(twins, parts)


def _is_integer(ddl: TableDdl) -> bool:
    """Whether the primary key is one column, declared INTEGER."""
    name = sole_key(ddl)
    return any(column.name == name and column.type == "INTEGER" for column in ddl.columns)


def _over(ddl: TableDdl, parts: Sequence[Part]) -> list[tuple[str, str]]:
    """The columns of a key and the collations in which they are told apart."""
    usual = {folded(column.name): column.collation for column in ddl.columns}
    names = [folded(part.column) for part in parts]
    return [
        (name, part.collation or usual.get(name, "") or USUAL_COLLATION)
        for name, part in zip(names, parts, strict=True)
    ]


def _written(building: Building, part: Part) -> str:
    collation = f" COLLATE {part.collation}" if part.collation else ""
    name = quoted(building.spelt(part.column))
    return f"{name}{collation}{' DESC' if part.descending else ''}"


def _checks(building: Building) -> Iterator[Node]:
    for check in building.ddl.checks:
        yield Check(
            building.schema,
            building.table.name,
            check.name,
            _sql(building, check.text),
            options=_check_options(check),
            columns=_mentioned(building, check.text),
        )


def _check_options(check: CheckDdl) -> Options:
    return options(on_conflict=check.conflict or None)


def _mentioned(building: Building, text: str) -> tuple[str, ...]:
    words = (folded(token.name) for token in tokens(text) if token.kind in ("word", "quoted"))
    return tuple(dict.fromkeys(building.names[word] for word in words if word in building.names))


def _references(building: Building) -> Iterator[Node]:
    for reference in building.ddl.references:
        target, columns = _target(building, reference)
        yield ForeignKey(
            building.schema,
            building.table.name,
            reference.name,
            tuple(building.spelt(name) for name in reference.columns),
            building.schema,
            target,
            columns,
            ondelete=reference.ondelete,
            onupdate=reference.onupdate,
            match="" if reference.match == "SIMPLE" else reference.match,
            deferrable=reference.deferrable,
            initially_deferred=reference.deferred,
        )


def _target(building: Building, reference: ReferenceDdl) -> tuple[str, tuple[str, ...]]:
    """The table and columns referred to, as they spell themselves; as written if they do not exist."""
    target = folded(reference.target)
    there = building.parsed.get(target)
    if there is None:
        return reference.target, reference.target_columns or reference.columns
    spelt = {folded(column.name): column.name for column in there.columns}
    names = reference.target_columns or _key_columns(there) or reference.columns
    name = building.parsed.tables[target].name
    return name, tuple(spelt.get(folded(name), name) for name in names)


def _key_columns(ddl: TableDdl) -> tuple[str, ...]:
    key = ddl.primary_key
    return () if key is None else tuple(part.column for part in key.parts)


# ---- indexes -------------------------------------------------------------------------------------


def _index(building: Building, stored: Stored) -> Node:
    ddl = parse_index(stored.sql)
    for text in ddl.unplaced:
        building.gap(f"index {stored.name}: not understood: {text}")
    elements = tuple(_element(building, part) for part in ddl.parts)
    return Index(
        building.schema,
        building.table.name,
        stored.name,
        elements,
        unique=ddl.unique,
        where=None if ddl.where is None else _sql(building, ddl.where),
        columns=_of_index(building, ddl, elements),
    )


def _of_index(building: Building, ddl: IndexDdl, elements: tuple[Element, ...]) -> tuple[str, ...]:
    if ddl.where is None and all(element.column for element in elements):
        return tuple(dict.fromkeys(element.column for element in elements))
    texts = [part.text for part in ddl.parts] + ([ddl.where] if ddl.where else [])
    return _mentioned(building, " ".join(texts))


def _element(building: Building, part: Part) -> Element:
    return part_element(part, building.names, building.collations)


def part_element(part: Part, names: Mapping[str, str], collations: Mapping[str, str]) -> Element:
    """An element of an index over columns whose spelling and collation are given by lower-cased name."""
    column = names.get(folded(part.column), "") if part.column else ""
    made = Element(
        column=column,
        sql=None if column else Sql.of(part.text),
        descending=part.descending,
        collation=part.collation,
    )
    usual = collations.get(folded(column), "") if column else ""
    return element(made, names, usual or USUAL_COLLATION)
