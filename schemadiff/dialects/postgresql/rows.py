"""Rows of the catalogue become nodes. Pure: nothing here touches a connection."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

from schemadiff.model import (
    Check,
    Column,
    Computed,
    Constraint,
    Domain,
    Element,
    Enum,
    Exclusion,
    ForeignKey,
    Gap,
    Identity,
    Index,
    Key,
    Options,
    PrimaryKey,
    Sql,
    Table,
    Unique,
    options,
)
from schemadiff.model import Sequence as SequenceNode

from .counting import Counting
from .facts import FLAGS, OFF_WORDS, ON_WORDS
from .tokens import spelled, tokens, without_brackets
from .types import collation_text

Rows: TypeAlias = Iterable[Sequence[Any]]
"""Rows as a driver brings them; only here are their values taken apart."""
Place: TypeAlias = tuple[int, int]
"""A column as the catalogue knows it: the oid of its table and its number."""
Names: TypeAlias = Mapping[int, Mapping[int, str]]
"""Column names by table oid and column number."""

DEFAULT_COLLATION = '"default"'
"""The collation of text that has no other, quoted."""


class Relation(NamedTuple):
    """The identity of a table."""

    schema: str
    table: str


@dataclass(frozen=True, slots=True)
class Naming:
    """Which schema is meant when none is written."""

    default: str

    def schema(self, name: str) -> str:
        """The identity of a schema."""
        return "" if name == self.default else name

    def qualified(self, schema: str, name: str) -> str:
        """The name as it has to be written: with its schema where that is not found by itself."""
        usual = schema in (self.default, "pg_catalog")
        return identifier(name) if usual else f"{identifier(schema)}.{identifier(name)}"

    def collation(self, pair: str) -> str:
        """A collation, given as a JSON pair of schema and name."""
        return collation_text(json.loads(pair), self.default)


@lru_cache(maxsize=1024)
def identifier(name: str) -> str:
    """A name as it may stand in SQL: quoted unless it is one lower-case word."""
    items = tokens(name)
    plain = len(items) == 1 and items[0] == ("word", name) and name.isascii()
    return name if plain else '"' + name.replace('"', '""') + '"'


def storage(reloptions: Sequence[str], **more: object) -> Options:
    """Storage parameters (``fillfactor=70``) and other facts as options."""
    if not reloptions and not any(more.values()):
        return ()
    pairs = (pair.partition("=") for pair in reloptions)
    return options(**{name: storage_value(name, value) for name, _, value in pairs}, **more)


def storage_value(name: str, value: object) -> str:
    """The value of a storage parameter, yes and no always ``true`` and ``false``."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if name in FLAGS and text.lower() in ON_WORDS:
        return "true"
    if name in FLAGS and text.lower() in OFF_WORDS:
        return "false"
    return text


def partition_text(text: str) -> str:
    """A partition key as the catalogue writes it: ``RANGE (at)``."""
    items = tokens(text)
    if not items:
        return ""
    inner = spelled(items[1:]).replace("( ", "(").replace(" )", ")").replace(" ,", ",")
    return f"{items[0].text.upper()} {inner}"


@lru_cache(maxsize=4096)
def numbers(text: str | None) -> tuple[int, ...]:
    """The numbers of a list that came as text."""
    return tuple(int(part) for part in text.split()) if text else ()


def listed(text: str | None) -> list[Any]:
    """A list that came as JSON."""
    return json.loads(text) if text else []


# ---- tables, types, sequences --------------------------------------------------------------------


def table_nodes(rows: Rows, naming: Naming) -> Iterator[tuple[int, Table]]:
    """Tables with their oids."""
    for oid, schema, name, comment, unlogged, space, stored, partition, method, parents in rows:
        yield (
            oid,
            Table(
                schema=naming.schema(schema),
                name=name,
                comment=comment,
                options=storage(
                    listed(stored),
                    unlogged="true" if unlogged else None,
                    tablespace=space,
                    partition_by=partition_text(partition) if partition else None,
                    using=method,
                    inherits=", ".join(listed(parents)) or None,
                ),
            ),
        )


def type_nodes(rows: Rows, naming: Naming) -> Iterator[tuple[tuple[int, int], Enum | Domain]]:
    """Enums and domains with their own oid and that of their array type."""
    for (
        oid,
        array,
        schema,
        name,
        kind,
        labels,
        base,
        not_null,
        default,
        collation,
        checks,
    ) in rows:
        own = naming.schema(schema)
        if kind == "e":
            yield (oid, array), Enum(own, name, tuple(listed(labels)))
            continue
        yield (
            (oid, array),
            Domain(
                schema=own,
                name=name,
                type=Sql.of(base),
                nullable=not not_null,
                default=Sql.of(default) if default else None,
                checks=tuple((n, predicate(text)) for n, text in listed(checks)),
                collation=naming.collation(collation) if collation else "",
            ),
        )


@dataclass(frozen=True, slots=True)
class Counters:
    """The sequences of a database: those on their own, and what the others do for their columns."""

    free: tuple[SequenceNode, ...] = ()
    identities: Mapping[Place, Identity] = field(default_factory=dict)
    serials: Mapping[Place, str] = field(default_factory=dict)
    uses: Mapping[Place, tuple[Key, ...]] = field(default_factory=dict)


def counters(rows: Rows, naming: Naming) -> Counters:
    """What the rows say about sequences."""
    free: list[SequenceNode] = []
    identities: dict[Place, Identity] = {}
    serials: dict[Place, str] = {}
    uses: dict[Place, tuple[Key, ...]] = {}
    for schema, name, type_, start, step, low, high, cache, cycle, *owner, default, users in rows:
        table, number, how = owner
        many = Counting(start, step, low, high, cache).unusual(type_)
        if how == "i":
            identities[table, number] = _identity(many, cycle)
        elif how == "a":
            serials[table, number] = default
        else:
            node = _free_sequence(naming.schema(schema), name, type_, many, cycle)
            free.append(node)
            for place in listed(users):
                uses[tuple(place)] = (*uses.get(tuple(place), ()), node.key)
    return Counters(tuple(free), identities, serials, uses)


def _identity(many: Counting, cycle: bool) -> Identity:
    return Identity(
        start=many.start,
        increment=many.increment,
        minvalue=many.minvalue,
        maxvalue=many.maxvalue,
        cycle=cycle,
        cache=many.cache,
    )


def _free_sequence(schema: str, name: str, type_: str, many: Counting, cycle: bool) -> SequenceNode:
    return SequenceNode(
        schema=schema,
        name=name,
        start=many.start,
        increment=many.increment,
        minvalue=many.minvalue,
        maxvalue=many.maxvalue,
        cycle=cycle,
        cache=many.cache,
        type=None if type_ == "bigint" else Sql.of(type_),
    )


# ---- columns -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Around:
    """What the parts of tables are read against."""

    naming: Naming
    relations: Mapping[int, Relation]
    types: Mapping[int, Key] = field(default_factory=dict)
    counters: Counters = field(default_factory=Counters)


def column_nodes(rows: Rows, around: Around) -> Iterator[tuple[Place, Column]]:
    """Columns with their places; those that a table only inherits are left to its parent."""
    position: dict[int, int] = {}
    spelling: dict[tuple[str, str | None], Sql] = {}
    for oid, number, name, type_, type_oid, not_null, identity, generated, local, *rest in rows:
        if not local:
            continue
        expression, comment, collation = rest
        place = (oid, number)
        schema, table = around.relations[oid]
        position[oid] = position.get(oid, -1) + 1
        type_sql = spelling.get((type_, collation))
        if type_sql is None:
            type_sql = _type(type_, collation, around.naming)
            spelling[type_, collation] = type_sql
        serial = expression is not None and around.counters.serials.get(place) == expression
        counted = serial or generated != ""
        yield (
            place,
            Column(
                schema,
                table,
                name,
                type_sql,
                not not_null,
                None if counted or expression is None else Sql.of(expression),
                _computed(expression, generated) if generated else None,
                _kept_identity(place, identity, around.counters) if identity else None,
                serial,
                comment,
                uses=_uses(place, type_oid, around),
                position=position[oid],
            ),
        )


def _type(text: str, collation: str | None, naming: Naming) -> Sql:
    if collation is None:
        return Sql.of(text)
    return Sql.of(f"{text} COLLATE {naming.collation(collation)}")


def _computed(expression: str, generated: str) -> Computed:
    return Computed(predicate(expression), persisted=generated == "s")


def _kept_identity(place: Place, identity: str, found: Counters) -> Identity:
    return replace(found.identities.get(place, Identity()), always=identity == "a")


def _uses(place: Place, type_oid: int, around: Around) -> tuple[Key, ...]:
    key = around.types.get(type_oid)
    others = around.counters.uses.get(place, ())
    return others if key is None else (key, *others)


@lru_cache(maxsize=4096)
def predicate(text: str) -> Sql:
    """An expression without the brackets that the catalogue puts around it."""
    return Sql.of(without_brackets(text))


# ---- indexes -------------------------------------------------------------------------------------


class Details(NamedTuple):
    """What index columns may have beyond their names, by oid, and by index and place."""

    opclasses: Mapping[int, str]
    collations: Mapping[int, str]
    parameters: Mapping[Place, str]


def details(rows: Rows, naming: Naming) -> Details:
    """Operator classes, collations and parameters by what the catalogue calls them."""
    found = Details({}, {}, {})
    opclasses, collations, parameters = {}, {}, {}
    for kind, oid, number, schema, text in rows:
        match kind:
            case "opclass":
                opclasses[oid] = naming.qualified(schema, text)
            case "collation":
                collations[oid] = collation_text([schema, text], naming.default)
            case _:
                parameters[oid, number] = f"({', '.join(listed(text))})"
    return found._replace(opclasses=opclasses, collations=collations, parameters=parameters)


class IndexRow(NamedTuple):
    """One index of the catalogue."""

    oid: int
    table: int
    name: str
    unique: bool
    valid: bool
    nulls_not_distinct: bool
    method: str
    keys: int
    columns: str
    flags: str
    classes: str
    collations: str
    expressions: str | None
    where: str | None
    stored: str | None
    space: str | None
    comment: str | None

    @property
    def is_plain(self) -> bool:
        """Whether it says no more than the constraint it serves."""
        more = self.stored or self.space or self.nulls_not_distinct
        return not more and self.columns.count(" ") + 1 == self.keys


def index_nodes(
    rows: Iterable[IndexRow],
    around: Around,
    columns: Names,
    collations: Mapping[Place, str],
    known: Details,
) -> Iterator[tuple[int, Index]]:
    """Indexes with their oids; ``collations`` are those of columns that have an unusual one."""
    for row in rows:
        schema, table = around.relations[row.table]
        names = columns.get(row.table, {})
        included = numbers(row.columns)[row.keys :]
        yield (
            row.oid,
            Index(
                schema,
                table,
                row.name,
                tuple(_elements(row, names, collations, known)),
                row.unique,
                "" if row.method == "btree" else row.method,
                predicate(row.where) if row.where else None,
                tuple([names[key] for key in included]) if included else (),
                row.nulls_not_distinct,
                storage(
                    listed(row.stored),
                    tablespace=row.space,
                    invalid=None if row.valid else "true",
                ),
                row.comment,
            ),
        )


def _elements(
    row: IndexRow, names: Mapping[int, str], usual: Mapping[Place, str], known: Details
) -> Iterator[Element]:
    texts = listed(row.expressions) or [None] * row.keys
    parts = zip(
        numbers(row.columns),
        numbers(row.flags),
        numbers(row.classes),
        numbers(row.collations),
        texts,
        strict=False,
    )
    for place, (key, flag, class_oid, collation_oid, text) in enumerate(parts, 1):
        opclass = known.opclasses.get(class_oid, "") + known.parameters.get((row.oid, place), "")
        collation = known.collations.get(collation_oid, "")
        if collation == usual.get((row.table, key), DEFAULT_COLLATION):
            collation = ""
        if key and not (flag or opclass or collation):
            yield _plain_element(names[key])
        else:
            yield _element(names[key] if key else "", text, flag, opclass, collation)


@lru_cache(maxsize=4096)
def _plain_element(column: str) -> Element:
    return Element(column)


def _element(column: str, text: str | None, flag: int, opclass: str, collation: str) -> Element:
    descending, first = bool(flag & 1), bool(flag & 2)
    return Element(
        column=column,
        sql=None if column or text is None else predicate(text),
        descending=descending,
        nulls="" if first == descending else "first" if first else "last",
        opclass=opclass,
        collation=collation,
    )


# ---- constraints ---------------------------------------------------------------------------------

ACTIONS = {"a": "", "r": "RESTRICT", "c": "CASCADE", "n": "SET NULL", "d": "SET DEFAULT"}
MATCHES = {"f": "FULL", "p": "PARTIAL"}


class ConstraintRow(NamedTuple):
    """One constraint of the catalogue."""

    oid: int
    table: int
    name: str
    kind: str
    deferrable: bool
    deferred: bool
    valid: bool
    local: bool
    no_inherit: bool
    enforced: bool
    period: bool
    index_oid: int
    columns: str | None
    target: int
    target_schema: str | None
    target_table: str | None
    target_columns: str | None
    on_update: str
    on_delete: str
    match: str
    set_columns: str | None
    text: str | None
    comment: str | None


def constraint_nodes(
    rows: Iterable[ConstraintRow],
    around: Around,
    columns: Names,
    indexes: Mapping[int, Index],
) -> Iterator[Constraint | Gap]:
    """Constraints; what is only inherited is left to the parent table, what is not understood is a gap."""
    for row in rows:
        if not row.local and row.kind in "cf":
            continue
        relation = around.relations[row.table]
        names = tuple(columns.get(row.table, {}).get(n, "") for n in numbers(row.columns))
        where = f"{relation.table}.{row.name}"
        if row.period:
            yield Gap(where, "a key WITHOUT OVERLAPS or with a PERIOD is not compared")
            continue
        match row.kind:
            case "p":
                yield _primary_key(row, relation, names, indexes.get(row.index_oid))
            case "u":
                yield _unique(row, relation, names, indexes.get(row.index_oid))
            case "c":
                yield _check(row, relation, names)
            case "x":
                yield _exclusion(row, relation, names)
            case "f":
                yield _foreign_key(row, relation, names, around.naming, columns)
            case other:
                yield Gap(where, f"a constraint of an unknown kind ({other})")


def _primary_key(
    row: ConstraintRow, relation: Relation, names: tuple[str, ...], index: Index | None
) -> PrimaryKey:
    kept = dict(index.options) if index else {}
    include = ", ".join(index.include) if index else ""
    more = options(**kept, include=include or None, **_deferral(row.deferrable, row.deferred))
    return PrimaryKey(*relation, row.name, names, more)


def _deferral(deferrable: bool, deferred: bool) -> dict[str, str | None]:
    return {
        "deferrable": "true" if deferrable else None,
        "initially": "DEFERRED" if deferred else None,
    }


def _unique(
    row: ConstraintRow, relation: Relation, names: tuple[str, ...], index: Index | None
) -> Unique:
    return Unique(
        *relation,
        row.name,
        names,
        row.deferrable,
        row.deferred,
        index is not None and index.nulls_not_distinct,
        index.include if index else (),
        index.options if index else (),
        row.comment,
    )


def _check(row: ConstraintRow, relation: Relation, names: tuple[str, ...]) -> Check:
    return Check(
        *relation, row.name, predicate(row.text or ""), _validity(row), row.comment, columns=names
    )


def _validity(row: ConstraintRow) -> Options:
    no_inherit = row.no_inherit and row.kind == "c"  # it is set on every key as well
    if row.valid and row.enforced and not no_inherit:
        return ()
    return options(
        not_valid="true" if not row.valid and row.enforced else None,
        no_inherit="true" if no_inherit else None,
        not_enforced=None if row.enforced else "true",
    )


def _exclusion(row: ConstraintRow, relation: Relation, names: tuple[str, ...]) -> Exclusion:
    mentioned = tuple(name for name in names if name)
    return Exclusion(*relation, row.name, Sql.of(row.text or ""), mentioned)


def _foreign_key(
    row: ConstraintRow,
    relation: Relation,
    names: tuple[str, ...],
    naming: Naming,
    columns: Names,
) -> ForeignKey:
    target = columns.get(row.target, {})
    chosen = [columns.get(row.table, {}).get(n, "") for n in numbers(row.set_columns)]
    return ForeignKey(
        *relation,
        row.name,
        names,
        naming.schema(row.target_schema or ""),
        row.target_table or "",
        tuple(target.get(n, "") for n in numbers(row.target_columns)),
        action_text(ACTIONS.get(row.on_delete, ""), chosen),
        ACTIONS.get(row.on_update, ""),
        MATCHES.get(row.match, ""),
        row.deferrable,
        row.deferred,
        _validity(row),
        row.comment,
    )


def action_text(action: str, columns: Iterable[str]) -> str:
    """A referential action, with the columns it sets."""
    chosen = ", ".join(identifier(column) for column in columns)
    return f"{action} ({chosen})" if chosen else action
