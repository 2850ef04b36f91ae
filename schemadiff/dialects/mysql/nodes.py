"""Rows of information_schema become nodes; nothing here touches a database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Protocol, TypeVar

from schemadiff.diff.pair import made_for
from schemadiff.model import (
    INVISIBLE,
    OF_A_PERIOD,
    UNSEEN,
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
    as_options,
    options,
)

from .catalogue import CheckRow, ColumnRow, IndexRow, KeyRow, Rows, RuleRow, TableRow
from .choices import Choices, engine_name, modern
from .facts import COMPARED_OPTIONS, ENGINES_WITH_HASH, SAME_AS_NOTHING, UNLESS_NOTHING, Facts
from .tokens import USUAL, Lexis, tokens, unqualified
from .types import column_type, is_bytes

PRIMARY = "PRIMARY"
"""What every primary key is called (https://mariadb.com/kb/en/getting-started-with-indexes/#primary-key)."""
IMPLIED_BY = "implied_by"
"""The option of an index that only serves a foreign key; its value is the foreign key's name."""


sql = lru_cache(maxsize=4096)(Sql.of)
"""``Sql.of``, which makes one value of texts that come again and again (types, defaults)."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where rows were read: the schema's identity, its server's facts and choices."""

    schema: str
    facts: Facts
    choices: Choices
    lexis: Lexis = USUAL
    default_schema_name: str = ""

    def identity(self, schema: str) -> str:
        """The identity of a schema by its name."""
        return "" if schema == self.default_schema_name else schema


class _OfTable(Protocol):
    @property
    def table(self) -> str: ...


R = TypeVar("R", bound=_OfTable)


def _by_table(rows: Iterable[R]) -> dict[str, list[R]]:
    result: dict[str, list[R]] = defaultdict(list)
    for row in rows:
        result[row.table].append(row)
    return result


def nodes_of(rows: Rows, place: Place, gaps: list[Gap]) -> Iterator[Node]:
    """The nodes of one schema: table by table, each table before its parts."""
    columns, indexes = _by_table(rows.columns), _by_table(rows.indexes)
    keys, checks = _by_table(rows.keys), _by_table(rows.checks)
    rules = {(row.table, row.name): row for row in rows.rules}
    for row in sorted(rows.tables):
        gaps.extend(_table_gaps(row, place))
        own, name = columns.get(row.name, []), row.name
        if not own:
            gaps.append(Gap(_where(row, place), "the user may see none of its columns"))
            yield Table(place.schema, name, options=options(**{UNSEEN: "yes"}))
            continue
        yield table_node(row, place)
        kept = [check for check in checks.get(name, []) if (name, check.name) not in rows.periods]
        yield from _columns_and_checks(row, own, kept, place)
        foreign = list(foreign_key_nodes(keys.get(name, ()), rules, place))
        names, period = frozenset(column.name for column in own), _period(row, own)
        parts = [part for part in indexes.get(name, ()) if part.column not in period]
        keyed = list(index_nodes(parts, row, place, foreign, names))
        yield from (_with_index(key, keyed) for key in foreign)
        for index in keyed:
            parser = rows.parsers.get((name, index.name))
            yield replace(index, options=options(with_parser=parser)) if parser else index


def _columns_and_checks(
    row: TableRow, columns: Sequence[ColumnRow], checks: Sequence[CheckRow], place: Place
) -> Iterator[Node]:
    collation, period = modern(row.collation or ""), _period(row, columns)
    json = json_columns(columns, checks, place.facts, place.lexis)
    names = frozenset(column.name for column in columns)
    for column in columns:
        node = column_node(column, place, collation, json, names)
        yield _of_period(node) if column.name in period else node
    for check in checks:
        if check.level != "Column" or check.name not in json:
            yield check_node(check, place, names)


def has_default_of_bytes(rows: Rows, table: str, lexis: Lexis) -> bool:
    """Whether a column of bytes has a default that is written out."""
    return any(
        row.table == table and (row.default or "NULL") != "NULL" and is_bytes(row.type, lexis)
        for row in rows.columns
    )


def may_have_periods(rows: Rows, facts: Facts, lexis: Lexis) -> Iterator[str]:
    """The tables with a check that says of two times what PERIOD FOR says of them, and that may be all it is."""
    found = [check for check in rows.checks if check.level == "Table" and facts.has_periods]
    said = {(c.table, c.name): tokens(c.clause, lexis) for c in found if c.clause.count("`") == 4}
    if not said:
        return
    times = {(c.table, c.name) for c in rows.columns if c.type.startswith(("date", "timestamp"))}
    for (table, _), words in said.items():
        match [word.value for word in words]:
            case [start, "<", end] if {(table, start), (table, end)} <= times:
                yield table


def _period(table: TableRow, columns: Iterable[ColumnRow]) -> frozenset[str]:
    """The columns in which a table with system versioning keeps time; its keys end with one of them, unsaid.

    https://mariadb.com/kb/en/system-versioned-tables/#adding-system-versioning-to-existing-table
    """
    if table.type != "SYSTEM VERSIONED":
        return frozenset()
    return frozenset(row.name for row in columns if row.expression in ("ROW START", "ROW END"))


def _of_period(node: Column) -> Column:
    return replace(node, computed=None, options=options(**{OF_A_PERIOD: "yes"}))


def _table_gaps(row: TableRow, place: Place) -> Iterator[Gap]:
    where = _where(row, place)
    if "partitioned" in (row.options or "").split():
        yield Gap(where, "how the table is partitioned is not compared")
    if row.type == "SYSTEM VERSIONED":
        yield Gap(where, "system versioning is not compared")


def _where(row: TableRow, place: Place) -> str:
    return f"{place.schema}.{row.name}" if place.schema else row.name


# ---- tables ----------------------------------------------------------------------------------


def table_node(row: TableRow, place: Place) -> Table:
    """A table, with the options that the server would not have chosen."""
    found = {
        name: value
        for name, value in _create_options(row.options or "")
        if name in COMPARED_OPTIONS and value != "default"
    }
    found["engine"] = row.engine or ""
    found["collate"] = modern(row.collation or "")
    if row.engine == "InnoDB":
        found["row_format"] = (row.row_format or "").lower()
    return Table(
        schema=place.schema,
        name=row.name,
        comment=row.comment or None,
        options=unusual_options(found, place.schema, place.choices),
    )


def _create_options(text: str) -> Iterator[tuple[str, str]]:
    for word in text.split():
        name, _, value = word.partition("=")
        yield name.strip("`").lower(), value.strip("'\"").lower()


def unusual_options(found: dict[str, str], schema: str, choices: Choices) -> Options:
    """Table options less those that say what the server chooses by itself.

    An InnoDB table with a KEY_BLOCK_SIZE is compressed whether that is said or not.
    """
    rest = {n: value for n, value in found.items() if n not in UNLESS_NOTHING or value != "0"}
    engine = engine_name(rest.pop("engine", "") or choices.engine)
    row_format = rest.pop("row_format", "")
    if engine == "InnoDB" and rest.get("key_block_size", "0") != "0" and not row_format:
        row_format = "compressed"
    if row_format == "default" or (engine == "InnoDB" and row_format == choices.row_format):
        row_format = ""
    collate = rest.pop("collate", "")
    if collate == choices.collation(schema):
        collate = ""
    if engine != engine_name(choices.engine):
        rest["engine"] = engine
    said = {"row_format": row_format, "collate": collate}
    rest.update((name, value) for name, value in said.items() if value)
    return options(**rest)


# ---- columns ---------------------------------------------------------------------------------


def json_columns(
    columns: Iterable[ColumnRow], checks: Iterable[CheckRow], facts: Facts, lexis: Lexis
) -> frozenset[str]:
    """The columns that MariaDB made of JSON: LONGTEXT in utf8mb4_bin with the check JSON brings."""
    if not facts.json_is_longtext:
        return frozenset()
    clauses = {check.name: check.clause for check in checks if check.level == "Column"}
    return frozenset(
        column.name
        for column in columns
        if column.type == "longtext"
        and column.collation == "utf8mb4_bin"
        and is_json_check(clauses.get(column.name, ""), column.name, lexis)
    )


def is_json_check(clause: str, column: str, lexis: Lexis) -> bool:
    """Whether a check is the one that JSON brings to a column."""
    values = [token.value for token in tokens(clause, lexis)]
    return values == ["json_valid", "(", column, ")"]


def column_node(
    row: ColumnRow,
    place: Place,
    table_collation: str,
    json: frozenset[str],
    columns: frozenset[str],
) -> Column:
    """A column as the catalogue shows it."""
    extra = row.extra and row.extra.lower()
    text = "json" if row.name in json else _type(row, table_collation)
    default, unsaid = _default(row, place)
    said = default or row.expression or ""
    hidden = "yes" if extra and "invisible" in extra else None
    return Column(
        schema=place.schema,
        table=row.table,
        name=row.name,
        type=sql(text),
        nullable=row.nullable == "YES",
        default=sql(default) if default is not None else None,
        computed=_computed(row, extra, place.facts),
        autoincrement="auto_increment" in extra,
        comment=row.comment or None,
        options=options(**{INVISIBLE: hidden, "on_update": unsaid}) if hidden or unsaid else (),
        mentions=mentioned(said, columns, place.lexis) if "`" in said else (),
        position=row.position,
    )


def _type(row: ColumnRow, table_collation: str) -> str:
    collation = row.collation
    if collation is None or collation == table_collation:
        return row.type
    return column_type(row.type, modern(collation), table_collation)


def _computed(row: ColumnRow, extra: str, facts: Facts) -> Computed | None:
    if not row.expression:
        return None
    text = unescaped(row.expression) if facts.escapes_expressions else row.expression
    return Computed(sql(text), "stored" in extra or "persistent" in extra)


def _default(row: ColumnRow, place: Place) -> tuple[str | None, str | None]:
    """The text after DEFAULT, ON UPDATE included; and an ON UPDATE that no DEFAULT can carry."""
    if row.expression:
        return None, None
    facts = place.facts
    text = row.default if facts.quotes_defaults else _quoted_default(row, facts)
    if text is not None and text.upper() == "NULL":
        text = None
    text = text and by_own_sequence(text, place.default_schema_name, place.lexis)
    on_update = _on_update(row.extra)
    if not on_update:
        return text, None
    if text is None and row.nullable != "YES":
        return None, on_update
    return f"{text or 'NULL'} ON UPDATE {on_update}", None


def by_own_sequence(default: str, schema: str, lexis: Lexis) -> str:
    """A default without the schema in use, which MariaDB writes in front of every sequence."""
    asks = default.lower().startswith(("nextval(", "lastval("))
    return unqualified(default, schema, lexis) if asks else default


def _on_update(extra: str) -> str:
    start = extra.lower().find("on update ")
    return "" if start < 0 else extra[start + 10 :].split(",")[0].strip()


def _quoted_default(row: ColumnRow, facts: Facts) -> str | None:
    """A bare COLUMN_DEFAULT as SHOW CREATE TABLE would write it."""
    if row.default is None:
        return None
    if row.default.upper().startswith("CURRENT_TIMESTAMP"):
        return row.default
    if "DEFAULT_GENERATED" in row.extra:
        return f"({unescaped(row.default)})"
    if row.type.startswith("bit"):
        return row.default
    return "'" + row.default.replace("\\", "\\\\").replace("'", "''") + "'"


def unescaped(text: str) -> str:
    """An expression of MySQL's catalogue without the backslashes it puts before quotes."""
    return text.replace("\\'", "'").replace('\\"', '"').replace("\\\\", "\\")


# ---- constraints -----------------------------------------------------------------------------


def check_node(row: CheckRow, place: Place, columns: frozenset[str]) -> Check:
    """A check; one that is part of its column has that column's name."""
    clause = unescaped(row.clause) if place.facts.escapes_expressions else row.clause
    return Check(
        schema=place.schema,
        table=row.table,
        name=row.name,
        sql=sql(clause),
        options=(("enforced", "no"),) if row.enforced == "NO" else (),
        within=row.name if row.level == "Column" else "",
        columns=mentioned(clause, columns, place.lexis),
    )


def mentioned(text: str, columns: frozenset[str], lexis: Lexis) -> tuple[str, ...]:
    """The columns whose names stand quoted in an expression of the catalogue."""
    names = (token.value for token in tokens(text, lexis) if token.kind == "name")
    return tuple(dict.fromkeys(name for name in names if name in columns))


def foreign_key_nodes(
    rows: Iterable[KeyRow], rules: dict[tuple[str, str], RuleRow], place: Place
) -> Iterator[ForeignKey]:
    """The foreign keys of one table."""
    by_name: dict[str, list[KeyRow]] = defaultdict(list)
    for row in rows:
        by_name[row.name].append(row)
    for name, found in by_name.items():
        found.sort(key=lambda row: row.position)
        rule = rules.get((found[0].table, name))
        yield ForeignKey(
            schema=place.schema,
            table=found[0].table,
            name=name,
            columns=tuple(row.column for row in found),
            target_schema=place.identity(found[0].target_schema),
            target_table=found[0].target_table,
            target_columns=tuple(row.target_column for row in found),
            ondelete=action(rule.ondelete) if rule else "",
            onupdate=action(rule.onupdate) if rule else "",
        )


def action(text: str) -> str:
    """A referential action; ``""`` for those that do what is done without one."""
    return "" if text in SAME_AS_NOTHING else text


# ---- indexes ---------------------------------------------------------------------------------


def index_nodes(
    rows: Iterable[IndexRow],
    table: TableRow,
    place: Place,
    foreign: Sequence[ForeignKey],
    columns: frozenset[str],
) -> Iterator[PrimaryKey | Index]:
    """The primary key and the indexes of one table; those that only serve a foreign key are marked."""
    by_name: dict[str, list[IndexRow]] = defaultdict(list)
    for row in rows:
        by_name[row.name].append(row)
    engine = (table.engine or "").lower()
    for name, found in by_name.items():
        found.sort(key=lambda row: row.position)
        index = index_node(found, engine, place, columns)
        yield primary_key(index) if name == PRIMARY else _marked(index, foreign)


def primary_key(index: Index) -> PrimaryKey:
    """The primary key that an index of the name PRIMARY is."""
    names = tuple(element.column for element in index.elements)
    said = as_options(index.elements)
    return PrimaryKey(schema=index.schema, table=index.table, name="", columns=names, options=said)


def index_node(
    rows: Sequence[IndexRow], engine: str, place: Place, columns: frozenset[str]
) -> Index:
    """An index from its parts."""
    first = rows[0]
    elements = tuple(_element(row, place.facts) for row in rows)
    expressions = [element.sql.text for element in elements if element.sql is not None]
    return Index(
        schema=place.schema,
        table=first.table,
        name=first.name,
        elements=elements,
        unique=not first.non_unique,
        method=method(first.type, engine),
        options=options(visibility=first.hidden) if first.hidden else (),
        comment=first.comment or None,
        columns=mentioned(" ".join(expressions), columns, place.lexis) if expressions else (),
    )


def _element(row: IndexRow, facts: Facts) -> Element:
    whole = row.type in ("SPATIAL", "FULLTEXT")
    if row.column is None:
        text = unescaped(row.expression or "") if facts.escapes_expressions else row.expression
        return Element(sql=sql(text or ""), descending=row.direction == "D")
    return Element(
        column=row.column,
        descending=row.direction == "D",
        length=None if whole or row.length is None else int(row.length),
    )


def method(index_type: str, engine: str) -> str:
    """The kind of an index; ``""`` for the one its engine takes by itself."""
    name = index_type.upper()
    if name in ("BTREE", "HASH"):
        usual = "HASH" if engine in ENGINES_WITH_HASH else "BTREE"
        return name if engine in ENGINES_WITH_HASH and name != usual else ""
    return name


def _marked(index: Index, foreign: Sequence[ForeignKey]) -> Index:
    """The index with the name of the foreign key that brought it, if one did.

    InnoDB makes an index for a foreign key that finds none.
    """
    if index.unique or index.method or index.comment or index.options:
        return index
    columns = tuple(element.column for element in index.elements)
    usual = all(e == Element(column=e.column) for e in index.elements)
    for key in foreign:
        if usual and columns == key.columns and made_for(index.name, key):
            return replace(index, options=options(**{IMPLIED_BY: key.name}))
    return index


def _with_index(key: ForeignKey, indexes: Iterable[Node]) -> ForeignKey:
    """The key with the index that the server made for it, or for another one that it shares it with."""
    shared = ""
    for index in indexes:
        if not isinstance(index, Index) or IMPLIED_BY not in dict(index.options):
            continue
        if index.options == ((IMPLIED_BY, key.name),):
            return replace(key, index=index.name)
        columns = tuple(element.column for element in index.elements)
        if columns[: len(key.columns)] == key.columns:
            shared = shared or index.name
    return replace(key, index=shared) if shared else key
