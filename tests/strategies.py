"""Random snapshots for property tests: a small world, so that two of them have much in common.

Whatever is drawn is sound: columns exist where they are named, a foreign key points at a key, and no two
indexes of a schema share a name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from hypothesis import strategies as st

from schemadiff.model import (
    Check,
    Column,
    Computed,
    Domain,
    Element,
    Enum,
    Exclusion,
    ForeignKey,
    Identity,
    Index,
    Key,
    Node,
    PrimaryKey,
    Schema,
    Sequence,
    Snapshot,
    Sql,
    Table,
    Unique,
    signature,
)

TABLES = ("account", "invoice", "orders")
COLUMNS = ("id", "name", "amount", "region")
TYPES = ("INTEGER", "VARCHAR(20)", "VARCHAR(40)", "NUMERIC(10, 2)")

schemas = st.sampled_from(["", "", "", "shop"])
sqls = st.sampled_from([Sql.of(text) for text in ("0", "1", "now()", "lower(name)")])
comments = st.sampled_from([None, None, "what it is for"])
options = st.sampled_from([(), (), (("fillfactor", "70"),)])
numbers = st.sampled_from([None, None, 1, 5])
identities = st.builds(Identity, always=st.booleans(), start=numbers, cycle=st.booleans())
computeds = st.builds(Computed, sql=sqls, persisted=st.booleans())


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Snapshot, Snapshot]:
    """Two sound snapshots, half of the time one being an edited copy of the other."""
    old = draw(snapshots())
    other = draw(snapshots())
    if draw(st.booleans()):
        return old, other
    kept = [node for node in old.values() if draw(st.integers(0, 4))]
    return old, _sound([*other.values(), *kept] if draw(st.booleans()) else kept)


def _sound(nodes: list[Node]) -> Snapshot:
    """What is left of ``nodes`` when all goes that does not stand, or holds a name twice."""
    snapshot = Snapshot(nodes)
    while fallen := [node.key for node in snapshot.values() if not _stands(node, snapshot)]:
        snapshot = snapshot.without(fallen[:1])
    return snapshot


def _stands(node: Node, snapshot: Snapshot) -> bool:
    if any(key not in snapshot for key in node.needs if key != Key("schema", "", "", "")):
        return False
    match node:
        case ForeignKey():
            return not any(_complaints(node, snapshot))
        case Table():
            return bool(snapshot.columns(node.key))
        case Index():
            names = [
                i.key
                for i in snapshot.each(Index)
                if (i.schema, i.name) == (node.schema, node.name)
            ]
            return len(names) == 1
        case _:
            return True


@dataclass(frozen=True, slots=True)
class Drawn:
    """A table with its columns: what everything else stands on."""

    table: Table
    columns: tuple[Column, ...]

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]


@st.composite
def snapshots(draw: st.DrawFn) -> Snapshot:
    """A sound snapshot of up to three tables."""
    schema = draw(schemas)
    types = draw(st.lists(st.one_of(_enums(schema), _domains(schema)), max_size=2))
    sequences = draw(st.lists(_sequences(schema), max_size=1))
    objects: list[Node] = [*([Schema(schema)] if schema else []), *types, *sequences]
    names = draw(st.lists(st.sampled_from(TABLES), unique=True, max_size=3))
    tables = [draw(_tables(schema, name, [node.key for node in objects[1:]])) for name in names]
    nodes = [*objects, *(node for drawn in tables for node in (drawn.table, *drawn.columns))]
    for drawn in tables:
        nodes += draw(_keys(drawn))
    nodes += draw(_references(tables, [n for n in nodes if isinstance(n, (PrimaryKey, Unique))]))
    nodes += draw(_indexes(tables))
    return Snapshot(draw(st.permutations(nodes)))


def _enums(schema: str) -> st.SearchStrategy[Enum]:
    labels = st.sampled_from([("new", "paid"), ("new", "paid", "sent")])
    return st.builds(Enum, schema=st.just(schema), name=st.just("state"), labels=labels)


def _domains(schema: str) -> st.SearchStrategy[Domain]:
    return st.builds(
        Domain,
        schema=st.just(schema),
        name=st.just("money_amount"),
        type=st.sampled_from([Sql.of(text) for text in TYPES]),
        nullable=st.booleans(),
        default=st.none() | sqls,
    )


def _sequences(schema: str) -> st.SearchStrategy[Sequence]:
    return st.builds(Sequence, schema=st.just(schema), name=st.just("numbers"), start=numbers)


@st.composite
def _tables(draw: st.DrawFn, schema: str, name: str, objects: list[Key]) -> Drawn:
    table = Table(schema, name, comment=draw(comments), options=draw(options))
    names = draw(st.lists(st.sampled_from(COLUMNS), unique=True, min_size=1))
    columns = tuple(
        replace(draw(_columns(schema, name, objects)), name=column, position=i)
        for i, column in enumerate(names)
    )
    return Drawn(table, columns)


@st.composite
def _columns(draw: st.DrawFn, schema: str, table: str, objects: list[Key]) -> Column:
    uses = draw(st.lists(st.sampled_from(objects), max_size=1)) if objects else []
    types = [str(key) for key in uses] or list(TYPES)
    return Column(
        schema=schema,
        table=table,
        name="",
        type=Sql.of(draw(st.sampled_from(types))),
        nullable=draw(st.booleans()),
        default=draw(st.none() | sqls),
        computed=draw(st.none() | computeds),
        identity=draw(st.none() | identities),
        autoincrement=draw(st.booleans()),
        comment=draw(comments),
        options=draw(options),
        uses=tuple(uses),
    )


@st.composite
def _keys(draw: st.DrawFn, drawn: Drawn) -> list[Node]:
    """The constraints of a table that concern nobody else."""
    schema, table = drawn.table.schema, drawn.table.name
    some = st.lists(st.sampled_from(drawn.names), unique=True, min_size=1, max_size=2).map(tuple)
    nodes: list[Node] = []
    if draw(st.booleans()):
        name = draw(st.sampled_from(["", f"{table}_pkey"]))
        nodes.append(PrimaryKey(schema, table, name, draw(some), options=draw(options)))
    for name in draw(st.sets(st.sampled_from(["", f"uq_{table}"]))):
        nodes.append(Unique(schema, table, name, draw(some), deferrable=draw(st.booleans())))
    for name in draw(st.sets(st.sampled_from(["", f"ck_{table}"]))):
        columns = draw(some)
        nodes.append(Check(schema, table, name, _predicate(columns), columns=columns))
    if draw(st.booleans()):
        columns = draw(some)
        nodes.append(Exclusion(schema, table, f"ex_{table}", _predicate(columns), columns=columns))
    return nodes


def _predicate(columns: tuple[str, ...]) -> Sql:
    # the text tells the columns: what does not take part in a comparison must follow from what does
    return Sql.of(" AND ".join(f"{name} > 0" for name in columns))


@st.composite
def _references(
    draw: st.DrawFn, tables: list[Drawn], keys: list[PrimaryKey | Unique]
) -> list[Node]:
    """Foreign keys, circles and references to oneself among them."""
    found: dict[Key, Node] = {}
    for drawn in tables:
        for target in draw(st.lists(st.sampled_from(keys), max_size=2)) if keys else []:
            if len(target.columns) > len(drawn.names):
                continue
            size = len(target.columns)
            columns = draw(
                st.lists(st.sampled_from(drawn.names), unique=True, min_size=size, max_size=size)
            )
            node = ForeignKey(
                drawn.table.schema,
                drawn.table.name,
                draw(st.sampled_from(["", f"fk_{drawn.table.name}"])),
                tuple(columns),
                target.schema,
                target.table,
                target.columns,
                ondelete=draw(st.sampled_from(["", "CASCADE"])),
            )
            found[node.key] = node
    return list(found.values())


@st.composite
def _indexes(draw: st.DrawFn, tables: list[Drawn]) -> list[Node]:
    if not tables:
        return []
    nodes: list[Node] = []
    for name in draw(st.sets(st.sampled_from(["ix_one", "ix_two"]))):
        drawn = draw(st.sampled_from(tables))
        elements = draw(st.lists(_elements(drawn.names), min_size=1, max_size=2))
        nodes.append(
            Index(
                drawn.table.schema,
                drawn.table.name,
                name,
                tuple(elements),
                unique=draw(st.booleans()),
                where=draw(st.none() | sqls),
                comment=draw(comments),
            )
        )
    return nodes


def _elements(names: list[str]) -> st.SearchStrategy[Element]:
    columns = st.builds(Element, column=st.sampled_from(names), descending=st.booleans())
    return columns | st.builds(Element, sql=sqls)


def dangling(snapshot: Snapshot) -> Iterator[str]:
    """What a database would refuse: foreign keys that refer to what is no key."""
    for node in snapshot.each(ForeignKey):
        yield from _complaints(node, snapshot)


def _complaints(node: ForeignKey, snapshot: Snapshot) -> Iterator[str]:
    keys = snapshot.of(node.target, PrimaryKey) + snapshot.of(node.target, Unique)
    if node.target_columns not in {key.columns for key in keys}:
        yield f"{node.key} refers to {node.target} {signature(node.target_columns)}: no key"
