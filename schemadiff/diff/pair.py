"""Which node of one side is which node of the other, where names alone do not tell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from schemadiff.model import (
    FORGOTTEN,
    Check,
    Column,
    Exclusion,
    ForeignKey,
    Index,
    Key,
    Node,
    PrimaryKey,
    Snapshot,
    Unique,
    as_options,
    called,
    varied,
)

Inventor = Callable[[Node, frozenset[str]], str]
"""The name a database gives to a constraint without one, given the names that are taken."""


IMPLIED = "implied_by"
"""The option by which a reader marks an index that a foreign key brought along."""


INVENTED_KEY = "_ibfk_"
"""What InnoDB puts between a table's name and a number where a foreign key has no name of its own."""


def pair(
    old: Snapshot, new: Snapshot, *, unique_is_index: bool, merges_equal_uniques: bool = False
) -> tuple[Snapshot, Snapshot]:
    """Both snapshots with the keys of what belongs together made equal.

    ``new`` is what people wrote: its unnamed constraints take the name of the constraint of ``old`` that
    says the same. ``old`` is what a database tells: its unique indexes become UNIQUE constraints where
    ``new`` calls them so and the database knows no difference; an index that only serves a foreign key
    goes where ``new`` has none of its name, or has not even the table. A database that ``merges_equal_uniques`` never makes the second of
    two keys over the same columns.
    """
    new = new.having(_named_like(old, new))
    open_ = _unpaired(old, new)
    edits = [
        _pair_table(
            old.parts(table.key), new.parts(table.key), unique_is_index, merges_equal_uniques
        )
        for table in new.tables()
        if table.key in open_ and table.key in old
    ]
    edits.append(_edit_gone(old, new))
    return (
        _edited(old, [k for e in edits for k in e.gone], [n for e in edits for n in e.instead]),
        _edited(new, [k for e in edits for k in e.lost], [n for e in edits for n in e.named]),
    )


def _edit_gone(old: Snapshot, new: Snapshot) -> _Edit:
    """Of tables that go, without the indexes that would come back with their foreign keys."""
    edit = _Edit()
    for index in old.each(Index):
        if _is_implied(index) and index.key.owner not in new:
            edit.gone.append(index.key)
            if not _comes_back(index):
                edit.instead.append(_explicit(index))
    return edit


def _comes_back(index: Index) -> bool:
    """Whether a server would call an index for the same foreign key so: not if that has a name of its own.

    Who made an index after the column of a key without one, the catalogue does not tell.
    """
    key = dict(index.options)[IMPLIED]
    return index.name == key or f"{key}".startswith(f"{index.table}{INVENTED_KEY}")


def _named_like(old: Snapshot, new: Snapshot) -> Iterator[PrimaryKey]:
    """The primary keys without a name, under the name that they have in the database."""
    for key in new.each(PrimaryKey):
        there = old.get(key.key) if not key.name else None
        if isinstance(there, PrimaryKey) and there.name:
            yield varied(key, name=there.name)


def _unpaired(old: Snapshot, new: Snapshot) -> set[Key]:
    """The tables with a part that only one side has under its key, or an index that a foreign key brought."""
    lone = {key.owner for key in old.keys() ^ new.keys()}
    return lone | {node.key.owner for node in old.each(Index) if _is_implied(node)}


@dataclass(slots=True)
class _Edit:
    """What is to be taken out of and put into both sides' parts of one table."""

    gone: list[Key] = field(default_factory=list)
    instead: list[Node] = field(default_factory=list)
    lost: list[Key] = field(default_factory=list)
    named: list[Node] = field(default_factory=list)


def _pair_table(
    there: Sequence[Node], wanted: Sequence[Node], unique_is_index: bool, merges: bool
) -> _Edit:
    there = [node for node in there if not isinstance(node, Column)]
    wanted = [node for node in wanted if not isinstance(node, Column)]
    edit = _Edit()
    if unique_is_index:
        for index, unique in _unique_for_index(there, wanted):
            edit.gone.append(index.key)
            edit.instead.append(unique)
    for index, stays in _implied(there, wanted):
        edit.gone.append(index.key)
        if stays:
            edit.instead.append(_explicit(index))
    for key in _forgotten(wanted):
        edit.lost.append(key.key)
        edit.gone += _left_behind(key, there, wanted)
    known = [*(node for node in there if node.key not in edit.gone), *edit.instead]
    kept = [node for node in wanted if node.key not in edit.lost]
    for node, named in _named(known, kept):
        edit.lost.append(node.key)
        edit.named.append(named)
    if merges:
        edit.lost += _merged(wanted, {n.key for n in known} | {n.key for n in edit.named})
    return edit


def _edited(snapshot: Snapshot, gone: list[Key], come: list[Node]) -> Snapshot:
    if not gone and not come:
        return snapshot
    return snapshot.without(gone).having(come)


def _merged(wanted: Iterable[Node], there: set[Key]) -> list[Key]:
    """The UNIQUE constraints that were never made because another key has the same columns."""
    if all(node.key in there for node in wanted if isinstance(node, Unique)):
        return []
    keys = [node for node in wanted if isinstance(node, (PrimaryKey, Unique))]
    made = {node.columns for node in keys if isinstance(node, PrimaryKey) or node.key in there}
    nameless = {n.columns for n in keys if isinstance(n, Unique) and not n.name}
    return [
        node.key
        for node in keys
        if isinstance(node, Unique)
        and node.key not in there
        and (node.columns in made or (node.ordinal and node.columns in nameless))
    ]


def _schema(node: Node) -> str:
    return node.key.schema


def invent(
    old: Snapshot, new: Snapshot, inventor: Inventor, place: Callable[[Node], str] = _schema
) -> Snapshot:
    """``new`` with a name for every constraint that is to be added to a standing table without one."""
    nameless = [
        node
        for node in old.lacking(new)
        if isinstance(node, (Unique, Check, ForeignKey, Exclusion, PrimaryKey))
        and not node.name
        and node.key.owner in old
    ]
    if not nameless:
        return new
    taken = _names_taken((*old.values(), *new.values()), place)
    named: list[Node] = []
    for node in nameless:
        names = taken.setdefault(place(node), set())
        name = inventor(node, frozenset(names))
        names.add(name)
        named.append(called(node, name))
    return new.without(node.key for node in nameless).having(named)


def _names_taken(nodes: Iterable[Node], place: Callable[[Node], str]) -> dict[str, set[str]]:
    """The names of constraints and indexes, by where they have to be different."""
    taken: dict[str, set[str]] = {}
    for node in nodes:
        if isinstance(node, (PrimaryKey, Unique, Check, Exclusion, ForeignKey, Index)):
            taken.setdefault(place(node), set()).add(node.name)
    return taken


def _unique_for_index(
    there: Sequence[Node], wanted: Sequence[Node]
) -> Iterator[tuple[Index, Unique]]:
    by_name = {node.name for node in wanted if isinstance(node, Unique) and node.name}
    by_columns = [node.columns for node in wanted if isinstance(node, Unique) and not node.name]
    said = {node.name for node in wanted if isinstance(node, Index)}
    for index in there:
        if not isinstance(index, Index) or not index.unique or index.name in said:
            continue
        columns = tuple(element.column for element in index.elements)
        if index.name in by_name or columns in by_columns:
            if columns in by_columns and index.name not in by_name:
                by_columns.remove(columns)
            yield index, _as_unique(index, columns)


def _as_unique(index: Index, columns: tuple[str, ...]) -> Unique:
    return Unique(
        schema=index.schema,
        table=index.table,
        name=index.name,
        columns=columns,
        options=tuple(sorted((*index.options, *as_options(index.elements)))),
    )


def _implied(there: Iterable[Node], wanted: Iterable[Node]) -> Iterator[tuple[Index, bool]]:
    said = {node.key for node in wanted}
    for node in there:
        if isinstance(node, Index) and _is_implied(node):
            yield node, node.key in said


def _forgotten(wanted: Iterable[Node]) -> list[ForeignKey]:
    """The foreign keys that the database does not keep."""
    return [
        node
        for node in wanted
        if isinstance(node, ForeignKey) and any(name == FORGOTTEN for name, _ in node.options)
    ]


def _left_behind(key: ForeignKey, there: Iterable[Node], wanted: Iterable[Node]) -> list[Key]:
    """The index that the database made for a foreign key which it did not keep."""
    said = {node.key for node in wanted}
    return [
        node.key
        for node in there
        if isinstance(node, Index)
        and node.key not in said
        and not (node.unique or node.options)
        and tuple(element.column for element in node.elements) == key.columns
        and made_for(node.name, key)
    ]


def made_for(name: str, key: ForeignKey) -> bool:
    """Whether a server that makes an index for a foreign key may have given it this name.

    That is the name of the constraint, also one from before the table was renamed, which takes the
    constraint along and not the index; or that of the first column if the constraint has none of its own.
    https://dev.mysql.com/doc/refman/8.0/en/create-table-foreign-keys.html
    """
    first = key.columns[0]
    rest = name.removeprefix(first)
    return (
        name in (key.name, first)
        or (rest.startswith("_") and rest[1:].isdecimal())
        or _is_earlier(name, key)
    )


def _is_earlier(name: str, key: ForeignKey) -> bool:
    """Whether a foreign key may have had this name when its table had another."""
    own = f"{key.table}{INVENTED_KEY}"
    return key.name.startswith(own) and name.endswith(INVENTED_KEY + key.name.removeprefix(own))


def _is_implied(index: Index) -> bool:
    return any(name == IMPLIED for name, _ in index.options)


def _explicit(index: Index) -> Index:
    return replace(index, options=tuple(o for o in index.options if o[0] != IMPLIED))


def _named(there: Sequence[Node], wanted: Sequence[Node]) -> Iterator[tuple[Node, Node]]:
    """Nameless nodes of ``wanted`` beside themselves under the name that they have in the database."""
    nameless = [node for node in wanted if _is_nameless(node)]
    if not nameless:
        return
    keys = {node.key for node in wanted}
    free: dict[object, list[Node]] = {}
    for node in there:
        if node.key not in keys:
            free.setdefault(_meaning(node), []).append(node)
    for node in nameless:
        same = free.get(_meaning(node)) or []
        if same:
            yield node, _renamed(node, same.pop(0))


def _is_nameless(node: Node) -> bool:
    return isinstance(node, (Unique, Check, Exclusion, ForeignKey)) and not node.name


def _meaning(node: Node) -> object:
    """What a constraint says, whatever its name; the options by which it may have changed left out."""
    match node:
        case Unique(columns=columns):
            return ("unique", columns)
        case Check(sql=sql) | Exclusion(sql=sql):
            return (node.kind, sql.canonical)
        case ForeignKey():
            return ("foreign_key", node.signature)
        case _:
            return node.key


def _renamed(node: Node, there: Node) -> Node:
    if (
        isinstance(node, (Check, Exclusion))
        and isinstance(there, (Check, Exclusion))
        and not there.name
    ):
        return replace(node, sql=replace(node.sql, text=there.sql.text))
    assert isinstance(node, (Unique, Check, Exclusion, ForeignKey))
    assert isinstance(there, (Unique, Check, Exclusion, ForeignKey))
    return called(node, there.name)
