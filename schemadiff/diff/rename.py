"""Which tables and columns are not gone and new, but the same under another name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import replace
from functools import partial
from typing import TypeAlias, TypeVar

from schemadiff.model import (
    Check,
    Column,
    Computed,
    Domain,
    Enum,
    Exclusion,
    ForeignKey,
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
)

from .change import Rename

SIMILAR = 0.6
"""How alike two names must be (difflib's ratio) for a guess; one that contains the other is alike."""
TELLING_LETTERS = 3
"""A name of fewer letters is contained in too many others to say anything."""
TELLING = 5
"""A table of so many columns is known by them, whatever its name."""

N = TypeVar("N", Table, Column)
Reword: TypeAlias = Callable[[Sql, str, str], Sql]
"""A text with a column of one name called by another."""
Along: TypeAlias = Callable[[ForeignKey | Check, str], str]
"""What a key or check of a table is called once the table has another name; ``""`` as long as it has none."""
Same: TypeAlias = Callable[[N, N], bool]
"""Whether one of the old state and one of the new may be the same."""


def renames(old: Snapshot, new: Snapshot) -> tuple[Rename, ...]:
    """The tables, then the columns of ``old`` that seem to live on in ``new`` under another name.

    What an author says by ``info={"renamed_from": "old_name"}`` counts; a guess is only made where there
    is one candidate, and needs confirming: that what is left of the difference is nothing.
    """
    tables = tuple(_tables(old, new))
    columns = tuple(_columns(renamed(old, tables), new))
    return (*tables, *columns)


def is_guess(rename: Rename, new: Snapshot) -> bool:
    """Whether nobody has said that this is a rename."""
    wanted = new.get(rename.new.key)
    assert isinstance(wanted, (Table, Column))
    return wanted.renamed_from != rename.old.name


def confirmed(rename: Rename, old: Snapshot, new: Snapshot) -> bool:
    """Whether nothing but the name tells the two apart, once texts are settled; ``old`` is renamed already."""
    if not is_guess(rename, new):
        return True
    key = rename.new.key
    if key.kind == "column":
        return old.get(key) == new.get(key)
    return key in old and all(old.get(c.key) == c for c in new.columns(key))


def _as_it_is(sql: Sql, before: str, after: str) -> Sql:
    return sql


def _keeping_its_name(node: ForeignKey | Check, table: str) -> str:
    return node.name


def renamed(
    snapshot: Snapshot,
    changes: Iterable[Rename],
    reword: Reword = _as_it_is,
    along: Along = _keeping_its_name,
) -> Snapshot:
    """``snapshot`` after tables and columns were renamed, with everything that refers to them.

    ``reword`` gives a text of the database with one column called otherwise, as the database will do, and
    ``along`` the name that the database gives to a part of a renamed table.
    """
    for change in changes:
        nodes = (_follow(node, change, reword, along) for node in snapshot.values())
        snapshot = Snapshot(nodes, snapshot.gaps)
    return snapshot


# ---- finding ---------------------------------------------------------------------------------


def _tables(old: Snapshot, new: Snapshot) -> Iterator[Rename]:
    gone = [table for table in old.tables() if table.key not in new]
    come = [table for table in new.tables() if table.key not in old]
    for before, after in _couples(gone, come, lambda a, b: _same_table(old, new, a, b)):
        yield Rename(before, replace(before, name=after.name))


def _same_table(old: Snapshot, new: Snapshot, before: Table, after: Table) -> bool:
    if before.schema != after.schema:
        return False
    names = {column.name for column in old.columns(before.key)}
    if names != {column.name for column in new.columns(after.key)}:
        return False
    return len(names) >= TELLING or _alike(before.name, after.name)


def _columns(old: Snapshot, new: Snapshot) -> Iterator[Rename]:
    only_new = {node.key.owner for node in old.lacking(new) if isinstance(node, Column)}
    for table in new.tables():
        if table.key not in old or table.key not in only_new:
            continue
        before, after = old.columns(table.key), new.columns(table.key)
        gone = [column for column in before if column.key not in new]
        come = [column for column in after if column.key not in old]
        if not gone or not come:
            continue
        same = partial(
            _same_column,
            _slots(before, new),
            _slots(after, old),
            _in_expressions(old.parts(table.key)),
        )
        for one, other in _couples(gone, come, same):
            yield Rename(one, replace(one, name=other.name))


def _same_column(
    slots_before: Mapping[str, str],
    slots_after: Mapping[str, str],
    mentioned: Set[str],
    before: Column,
    after: Column,
) -> bool:
    return (
        slots_before[before.name] == slots_after[after.name]
        and before.name not in mentioned
        and before.nullable == after.nullable
        and _alike(before.name, after.name)
    )


def _couples(gone: list[N], come: list[N], same: Same[N]) -> Iterator[tuple[N, N]]:
    """Those that their author couples, then those that are each other's only candidate."""
    by_name = {(node.key.owner.schema, node.key.table, node.name): node for node in gone}
    said: list[tuple[N, N]] = []
    for after in come:
        table = after.key.table if isinstance(after, Column) else after.renamed_from
        before = by_name.get((after.schema, table, after.renamed_from))
        if after.renamed_from and before is not None:
            said.append((before, after))
    yield from said
    left = [node for node in gone if all(node is not one for one, _ in said)]
    free = [node for node in come if all(node is not other for _, other in said)]
    pairs = [(one, other) for one in left for other in free if same(one, other)]
    for one, other in pairs:
        if sum(one is a or other is b for a, b in pairs) == 1:
            yield one, other


def _alike(one: str, other: str) -> bool:
    a, b = sorted((one.casefold(), other.casefold()), key=len)
    within = len(a) >= TELLING_LETTERS and a in b
    if within:
        return True
    from difflib import SequenceMatcher  # for the few that are left

    return SequenceMatcher(None, a, b).ratio() >= SIMILAR


def _slots(columns: tuple[Column, ...], others: Snapshot) -> dict[str, str]:
    """For each column the last one before it that both sides have: where in the table it stands."""
    slots: dict[str, str] = {}
    last = ""
    for column in columns:
        slots[column.name] = last
        if column.key in others:
            last = column.name
    return slots


def _in_expressions(parts: Iterable[Node]) -> set[str]:
    """The columns whose names stand in texts that only the database could rewrite."""
    found: set[str] = set()
    for part in parts:
        match part:
            case Check() | Exclusion():
                found.update(part.columns)
            case Index() if part.where or any(e.sql is not None for e in part.elements):
                found.update(part.columns)
            case Column(computed=computed) if computed is not None:
                found.update(_words(computed.sql.text))
            case _:
                pass
    return found


def _words(text: str) -> set[str]:
    """Whatever might be a name in a text; too many do no harm."""
    return set("".join(c if c.isalnum() or c in "_$" else " " for c in text).split())


# ---- following -------------------------------------------------------------------------------


def _follow(node: Node, change: Rename, reword: Reword, along: Along) -> Node:
    match change:
        case Rename(Table() as before, Table() as after):
            return _in_renamed_table(node, before.key, after, along)
        case Rename(Column() as before, Column() as after):
            mentioned = _mentions(node, before)
            node = _with_renamed_column(node, before.key, {before.name: after.name})
            return _retold(node, before.name, after.name, reword) if mentioned else node
        case _:
            return after_rename(node, change)


def after_rename(node: Node, change: Rename) -> Node:
    """``node`` itself, or what it is called now."""
    return change.new if node.key == change.old.key else node


def _in_renamed_table(node: Node, before: Key, after: Table, along: Along) -> Node:
    if isinstance(node, ForeignKey) and node.target == before:
        node = replace(node, target_table=after.name)
    if node.key.owner != before or not node.key.table:
        return node
    if isinstance(node, Table):
        return after
    assert not isinstance(node, (Schema, Enum, Domain, Sequence))
    if isinstance(node, (ForeignKey, Check)):
        return replace(node, table=after.name, name=along(node, after.name))
    return replace(node, table=after.name)


def _mentions(node: Node, column: Column) -> bool:
    """Whether a text of a node is known to mention a column."""
    if node.key.owner != column.key.owner:
        return False
    match node:
        case Column():
            return column.name in node.mentions
        case Check() | Exclusion() | Index():
            return column.name in node.columns
        case _:
            return False


def _retold(node: Node, before: str, after: str, reword: Reword) -> Node:
    """The node, its texts with the new name of a column."""
    match node:
        case Column(computed=Computed() as computed):
            sql = reword(computed.sql, before, after)
            return replace(node, computed=replace(computed, sql=sql))
        case Check() | Exclusion():
            return replace(node, sql=reword(node.sql, before, after))
        case Index():
            where = reword(node.where, before, after) if node.where is not None else None
            elements = (
                replace(one, sql=reword(one.sql, before, after)) if one.sql is not None else one
                for one in node.elements
            )
            return replace(node, where=where, elements=tuple(elements))
        case _:
            return node


def _with_renamed_column(node: Node, column: Key, names: Mapping[str, str]) -> Node:
    def new(columns: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(names.get(name, name) for name in columns)

    if isinstance(node, ForeignKey) and node.target == column.owner:
        node = replace(node, target_columns=new(node.target_columns))
    if node.key.owner != column.owner or isinstance(node, Table):
        return node
    match node:
        case Column():
            return replace(node, name=names.get(node.name, node.name), mentions=new(node.mentions))
        case Unique():
            return replace(node, columns=new(node.columns), include=new(node.include))
        case Index():
            return replace(
                node,
                elements=tuple(
                    replace(e, column=names.get(e.column, e.column)) for e in node.elements
                ),
                include=new(node.include),
                columns=new(node.columns),
            )
        case PrimaryKey() | Check() | Exclusion() | ForeignKey():
            return replace(node, columns=new(node.columns))
        case _:
            return node
