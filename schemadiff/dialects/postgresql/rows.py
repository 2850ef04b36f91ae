"""Rows of the catalogue become nodes. Pure: nothing here touches a connection."""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

from schemadiff.model import (
    Column,
    Computed,
    Domain,
    Enum,
    Identity,
    Key,
    Options,
    Sql,
    Table,
    column_key,
    options,
    table_key,
)
from schemadiff.model import Sequence as SequenceNode

from .counting import Counting
from .facts import FLAGS, OFF_WORDS, ON_WORDS
from .tokens import placed, spelled, tokens, without_brackets
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


def with_name(text: str, before: str, after: str) -> str:
    """An expression of the catalogue in which one column is called otherwise.

    A name before a bracket is a function's, one after ``::`` or a dot is a type's.
    """
    items = list(placed(text))
    pieces: list[str] = []
    end = 0
    for place, (token, start, stop) in enumerate(items):
        called = place + 1 < len(items) and items[place + 1][0].text == "("
        typed = place > 0 and items[place - 1][0].text in ("::", ".")
        if token.name == before and not called and not typed:
            pieces += [text[end:start], identifier(after)]
            end = stop
    return "".join((*pieces, text[end:]))


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
                parents=tuple(_table_of(parent, naming) for parent in listed(parents)),
            ),
        )


def _table_of(text: str, naming: Naming) -> Key:
    """The table of a name as SQL has it, behind its schema's if it has one."""
    *schema, name = (token.name for token in tokens(text) if token.name is not None)
    return table_key(naming.schema(schema[0]) if schema else "", name)


def type_nodes(rows: Rows, naming: Naming) -> Iterator[tuple[tuple[int, int], Enum | Domain]]:
    """Enums and domains with their own oid and that of their array type."""
    known = list(rows)
    places, over = dict[int, Key](), dict[int, int]()
    for oid, array, schema, name, kind, *_, base_oid in known:
        key = Key("enum" if kind == "e" else "domain", naming.schema(schema), "", name)
        places[oid] = places[array] = key
        over[oid] = over[array] = base_oid
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
        _,
    ) in known:
        own = naming.schema(schema)
        if kind == "e":
            yield (oid, array), Enum(own, name, tuple(listed(labels)))
            continue
        uses = tuple(reversed(list(_beneath(oid, places, over))))
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
                uses=uses,
            ),
        )


def _beneath(oid: int, places: Mapping[int, Key], over: Mapping[int, int]) -> Iterator[Key]:
    """The named types that a type is over, the nearest first."""
    while (oid := over.get(oid, 0)) and oid in places:
        yield places[oid]


@dataclass(frozen=True, slots=True)
class Counters:
    """The sequences of a database: those on their own, and what the others do for their columns."""

    free: tuple[SequenceNode, ...] = ()
    identities: Mapping[Place, Identity] = field(default_factory=dict)
    serials: Mapping[Place, str] = field(default_factory=dict)
    uses: Mapping[Place, tuple[Key, ...]] = field(default_factory=dict)
    alone: Mapping[Place, str] = field(default_factory=dict)
    """The defaults that count by a sequence which no other column counts by."""


def counters(rows: Rows, naming: Naming, named: Container[Key] = frozenset()) -> Counters:
    """What the rows say about sequences; one that belongs to a column stands for itself if it is ``named``."""
    free: list[SequenceNode] = []
    identities: dict[Place, Identity] = {}
    serials: dict[Place, str] = {}
    uses: dict[Place, tuple[Key, ...]] = {}
    alone: dict[Place, str] = {}
    for schema, name, type_, start, step, low, high, cache, cycle, *owner, default, users in rows:
        table, number, how = owner
        many = Counting(start, step, low, high, cache).unusual(type_)
        node = _free_sequence(naming.schema(schema), name, type_, many, cycle)
        places: list[Place] = [(table, number)] if how else [(t, n) for t, n in listed(users)]
        if how == "i":
            identities[table, number] = _identity(many, cycle)
            continue
        if how == "a":
            serials[table, number] = default
        if how != "a" or node.key in named:
            free.append(node)
            for place in places:
                uses[place] = (*uses.get(place, ()), node.key)
        if len(places) == 1:
            alone[places[0]] = default
    return Counters(tuple(free), identities, serials, uses, alone)


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
    types: Mapping[int, tuple[Key, ...]] = field(default_factory=dict)
    counters: Counters = field(default_factory=Counters)
    named: Container[Key] = frozenset()


def column_nodes(rows: Rows, around: Around, columns: Names) -> Iterator[tuple[Place, Column]]:
    """Columns with their places; those that a table only inherits are left to its parent unless they are named."""
    position: dict[int, int] = {}
    spelling: dict[tuple[str, str | None], Sql] = {}
    for oid, number, name, type_, type_oid, not_null, identity, generated, local, *rest in rows:
        schema, table = around.relations[oid]
        if not local and column_key(schema, table, name) not in around.named:
            continue
        expression, comment, mentioned, collation = rest
        place = (oid, number)
        names = columns[oid]
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
                mentions=tuple(names[n] for n in listed(mentioned)) if mentioned else (),
                position=position[oid],
                counts_by=_counts_by(place, expression, around),
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


def _counts_by(place: Place, expression: str | None, around: Around) -> str:
    if expression is None or around.counters.alone.get(place) != expression:
        return ""
    return expression


def _uses(place: Place, type_oid: int, around: Around) -> tuple[Key, ...]:
    return around.types.get(type_oid, ()) + around.counters.uses.get(place, ())


@lru_cache(maxsize=4096)
def predicate(text: str) -> Sql:
    """An expression without the brackets that the catalogue puts around it."""
    return Sql.of(without_brackets(text))


@lru_cache(maxsize=4096)
def keyed(text: str) -> Sql:
    """An expression that an index is over, in the one pair of brackets that all but a bare call needs."""
    inner = without_brackets(text)
    return Sql(inner, inner if inner == text.strip() else f"({inner})")


def action_text(action: str, columns: Iterable[str]) -> str:
    """A referential action, with the columns it sets."""
    chosen = ", ".join(identifier(column) for column in columns)
    return f"{action} ({chosen})" if chosen else action
