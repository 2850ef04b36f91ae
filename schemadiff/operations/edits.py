"""A change of a standing table as a change of its nodes, for databases that rebuild tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from sqlalchemy.schema import SchemaItem

from schemadiff.dialects.base import Database
from schemadiff.model import (
    Check,
    Column,
    Element,
    Exclusion,
    ForeignKey,
    Index,
    Node,
    PrimaryKey,
    Snapshot,
    Table,
    Unique,
    called,
)
from schemadiff.read.metadata import column_node, constraint_node, index_node, table_node

from . import adhoc
from .operation import TableEdit

CONSTRAINTS: dict[str, tuple[type[Node], ...]] = {
    "primary": (PrimaryKey,),
    "unique": (Unique,),
    "check": (Check,),
    "foreignkey": (ForeignKey,),
    "exclude": (Exclusion,),
    "": (PrimaryKey, Unique, Check, ForeignKey, Exclusion),
}
"""The nodes that each ``type_`` of ``drop_constraint`` stands for."""


def the_table(edit: TableEdit) -> Table:
    """The table that is edited."""
    return edit.table.tables()[0]


def column(edit: TableEdit, database: Database, name: str) -> Column:
    """A column by its name. Raises ValueError if the table has none of that name."""
    table = the_table(edit)
    for node in edit.table.columns(table.key):
        if database.is_name(node.name, name):
            return node
    raise ValueError(f"No such column: {name!r} in table {table.name!r}")


def has_column(edit: TableEdit, database: Database, name: str) -> bool:
    """Whether the table has a column of that name."""
    columns = edit.table.columns(the_table(edit).key)
    return any(database.is_name(node.name, name) for node in columns)


def add_column(
    edit: TableEdit,
    database: Database,
    table: sa.Table,
    name: str,
    before: str | None = None,
    after: str | None = None,
) -> TableEdit:
    """The table with a column of ``table`` more, at its end or beside another."""
    node = _here(edit, column_node(database, table.columns[name]))
    assert isinstance(node, Column)
    columns = [*edit.table.columns(the_table(edit).key), node]
    placed = _placed(columns, node.name, before and column(edit, database, before).name, False)
    placed = _placed(placed, node.name, after and column(edit, database, after).name, True)
    added = _returned(replace(edit, table=edit.table.having(_numbered(placed))), node)
    return added if node.default is None else fill(added, node.name, node.default.text)


def fill(edit: TableEdit, column: str, sql: str) -> TableEdit:
    """The table whose rows that stand get ``sql`` in a new column."""
    return replace(edit, filled={**edit.filled, column: sql})


def move_column(
    edit: TableEdit, database: Database, name: str, before: str | None, after: str | None
) -> TableEdit:
    """The table with a column at another place."""
    columns, kept = list(edit.table.columns(the_table(edit).key)), column(edit, database, name).name
    placed = _placed(columns, kept, before and column(edit, database, before).name, False)
    placed = _placed(placed, kept, after and column(edit, database, after).name, True)
    return replace(edit, table=edit.table.having(_numbered(placed)))


def _placed(columns: Sequence[Column], name: str, beside: str | None, after: bool) -> list[Column]:
    if not beside:
        return list(columns)
    moved = next(node for node in columns if node.name == name)
    rest = [node for node in columns if node.name != name]
    at = next(i for i, node in enumerate(rest) if node.name == beside) + after
    return [*rest[:at], moved, *rest[at:]]


def _numbered(columns: Iterable[Column]) -> list[Column]:
    return [replace(node, position=number) for number, node in enumerate(columns)]


def reorder(edit: TableEdit, groups: Iterable[Sequence[str]]) -> TableEdit:
    """The table with its columns in an order that has each group together and in its own order."""
    columns = list(edit.table.columns(the_table(edit).key))
    for group in groups:
        for left, right in pairwise(group):
            columns = _placed(columns, right, left, True)
    return replace(edit, table=edit.table.having(_numbered(columns)))


def drop_column(edit: TableEdit, database: Database, name: str) -> TableEdit:
    """The table without a column, and without what mentions it."""
    gone = column(edit, database, name)
    parts = (node for node in edit.table.values() if not isinstance(node, Column))
    dependants = [node for node in parts if gone.key in node.needs]
    without = edit.table.without([gone.key, *(node.key for node in dependants)])
    return replace(edit, table=without, fallen=(*edit.fallen, gone, *dependants))


def _returned(edit: TableEdit, new: Column) -> TableEdit:
    """The table, in which a new column takes the place of one of its name that was dropped before.

    Within one batch that replaces the column: its values are gone, but what was about it stays. A primary key
    is the column's own.
    """
    if not any(node.key == new.key for node in edit.fallen):
        return edit
    back = [node for node in edit.fallen if _stands(node, edit.table)]
    return replace(
        edit,
        table=edit.table.having(back),
        renewed=edit.renewed | {new.key},
        fallen=tuple(node for node in edit.fallen if node not in back and node.key != new.key),
    )


def _stands(node: Node, table: Snapshot) -> bool:
    """Whether everything of its own table that the part needs is there again."""
    own = (key for key in node.needs if key.owner == node.key.owner)
    about = isinstance(node, Unique | Check | ForeignKey | Index)
    return about and node.key not in table and all(key in table for key in own)


def rename_column(edit: TableEdit, database: Database, old: str, new: str) -> TableEdit:
    """The table with another name for a column, wherever its parts name it."""
    before, after = column(edit, database, old).name, database.identifier(new)
    nodes = [_renamed(node, before, after) for node in edit.table.values()]
    origin = edit.renamed.get(before, before)
    renamed = {**{k: v for k, v in edit.renamed.items() if k != before}, after: origin}
    filled = {after if name == before else name: sql for name, sql in edit.filled.items()}
    return replace(edit, table=Snapshot(nodes, edit.table.gaps), renamed=renamed, filled=filled)


def _renamed(node: Node, old: str, new: str) -> Node:
    def names(columns: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(new if name == old else name for name in columns)

    match node:
        case Column(name=name) if name == old:
            return replace(node, name=new, source=None)
        case PrimaryKey():
            return replace(node, columns=names(node.columns), source=None)
        case Unique():
            return replace(
                node, columns=names(node.columns), include=names(node.include), source=None
            )
        case ForeignKey():
            target = node.target == node.key.owner
            own = names(node.target_columns) if target else node.target_columns
            return replace(node, columns=names(node.columns), target_columns=own, source=None)
        case Index():
            elements = tuple(_renamed_element(element, old, new) for element in node.elements)
            return replace(
                node,
                elements=elements,
                include=names(node.include),
                columns=names(node.columns),
                source=None,
            )
        case Check():
            return replace(node, columns=names(node.columns))
    return node


def _renamed_element(element: Element, old: str, new: str) -> Element:
    return replace(element, column=new) if element.column == old else element


def change_options(
    edit: TableEdit,
    database: Database,
    arguments: Mapping[str, Any],
    before: Mapping[str, Any] = MappingProxyType({}),
) -> TableEdit:
    """The table with what arguments of Table say, and without what only those ``before`` said."""
    own = the_table(edit)
    wanted = adhoc.table(own.name, schema=own.schema or None, **arguments)
    said = adhoc.table(own.name, schema=own.schema or None, **{**before, **arguments})
    gone = database.mentioned_options(said)
    kept = {name: value for name, value in own.options if name not in gone}
    options = {**kept, **dict(table_node(database, wanted).options)}
    made = replace(own, options=tuple(sorted(options.items())))
    changed = replace(edit, table=edit.table.having([made]))
    counts = database.key_counts({**dict.fromkeys(before), **arguments})
    return changed if counts is None else _counting(changed, counts)


def _counting(edit: TableEdit, counts: bool) -> TableEdit:
    """The table whose key, if it is one column, counts by itself, or does not."""
    keys = [key.columns for key in edit.table.each(PrimaryKey) if len(key.columns) == 1]
    columns = [c for c in edit.table.each(Column) if (c.name,) in keys]
    changed = [replace(column, autoincrement=counts, source=None) for column in columns]
    return replace(edit, table=edit.table.having(changed))


def change_column(edit: TableEdit, node: Column) -> TableEdit:
    """The table with ``node`` in the place of the column of its name."""
    return replace(edit, table=edit.table.having([node]))


def add_parts(edit: TableEdit, database: Database, items: Iterable[SchemaItem]) -> TableEdit:
    """The table with more constraints and indexes; a primary key replaces the one that is there."""
    nodes = [_here(edit, node) for item in items if (node := _part(database, item)) is not None]
    return replace(edit, table=edit.table.having(nodes))


def _part(database: Database, item: SchemaItem) -> Node | None:
    if isinstance(item, sa.Index):
        return None if database.skips(item) else index_node(database, item)
    assert isinstance(item, sa.Constraint)
    database.refuse(item)
    return constraint_node(database, item)


def _here(edit: TableEdit, node: Node) -> Node:
    """``node`` with the schema and table of the edited table, and no object behind it."""
    table = the_table(edit)
    here, name = table.schema, table.name
    match node:
        case ForeignKey() if node.target == node.key.owner:
            own = replace(node, target_schema=here, target_table=name)
            return replace(own, schema=here, table=name, source=None)
        case Column() | PrimaryKey() | Unique() | Check() | Exclusion() | ForeignKey() | Index():
            return replace(node, schema=here, table=name, source=None)
    return node


@dataclass(frozen=True, slots=True)
class Sought:
    """A constraint as it is asked for: by its name, or where it has none by what it says."""

    name: str
    kind: str = ""
    columns: tuple[str, ...] = ()
    refcolumns: tuple[str, ...] = ()
    condition: str = ""


def drop_constraint(
    edit: TableEdit, database: Database, sought: Sought, if_exists: bool
) -> TableEdit:
    """The table without a constraint. Raises ValueError if it has none of that name and kind.

    One that has gone already, with its column, is not missed.
    """
    there = [*edit.table.values(), *edit.fallen]
    kind = [node for node in there if isinstance(node, CONSTRAINTS[sought.kind])]
    named = [node for node in kind if _is_called(node, database, sought)]
    found = _the_one(named, database, sought) or [n for n in kind if _says(n, database, sought)]
    if not found and not if_exists:
        columns = " → ".join(
            ", ".join(some) for some in (sought.columns, sought.refcolumns) if some
        )
        what = sought.name or sought.condition or columns
        raise ValueError(f"No such constraint: {what!r}")
    return _without(edit, found[:1])


def _the_one(named: list[Node], database: Database, sought: Sought) -> list[Node]:
    """Of several constraints of one name, which SQLite allows, the one that says what is sought."""
    if len(named) < 2:
        return named
    told = [node for node in named if _says(called(node, ""), database, sought)]
    if not told:
        raise ValueError(
            f"{len(named)} constraints are called {sought.name!r}: say columns=… or condition=… "
            "of the one that is meant"
        )
    return told


def _without(edit: TableEdit, nodes: Sequence[Node]) -> TableEdit:
    """The table without parts, which do not come back with their column either."""
    fallen = tuple(node for node in edit.fallen if all(node is not one for one in nodes))
    return replace(edit, table=edit.table.without(n.key for n in nodes), fallen=fallen)


def _is_called(node: Node, database: Database, sought: Sought) -> bool:
    if isinstance(node, PrimaryKey):  # there is but one, and not every database keeps its name
        return sought.kind == "primary" or node.name == sought.name != ""
    own: str = getattr(node, "name", "")
    return bool(own and sought.name) and database.is_name(own, sought.name)


def _says(node: Node, database: Database, sought: Sought) -> bool:
    """Whether a constraint that has no name in the database says what is sought."""
    if getattr(node, "name", ""):
        return False
    match node:
        case Unique(columns=columns):
            return database.are_names(columns, sought.columns)
        case ForeignKey():
            return database.is_key(node, sought.columns, sought.refcolumns)
        case Check(sql=sql):
            return database.plain(sql.text) == database.plain(sought.condition)
    return False


def drop_index(edit: TableEdit, database: Database, name: str, if_exists: bool) -> TableEdit:
    """The table without an index. Raises ValueError if it has none of that name, nor had with a column that is gone."""
    indexes = [node for node in (*edit.table.values(), *edit.fallen) if isinstance(node, Index)]
    found = [node for node in indexes if database.is_name(node.name, name)]
    if not found and not if_exists:
        raise ValueError(f"No such index: {name!r}")
    return _without(edit, found)


def rename_part(edit: TableEdit, kinds: tuple[type[Node], ...], old: str, new: str) -> TableEdit:
    """The table with another name for a constraint or index. Raises ValueError if it has none of that name."""
    for node in edit.table.values():
        if isinstance(node, kinds) and getattr(node, "name", "") == old:
            renamed = called(node, new)
            return replace(edit, table=edit.table.without([node.key]).having([renamed]))
    raise ValueError(f"No such constraint or index: {old!r}")
