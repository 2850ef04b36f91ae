"""What is to be drawn, whatever draws it: a box for each table, a link for each foreign key."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from schemadiff.model import (
    Column,
    ForeignKey,
    Key,
    Node,
    PrimaryKey,
    Snapshot,
    Unique,
)
from schemadiff.render.describe import one_line

Mark: TypeAlias = Literal["", "new", "gone", "changed"]
COLOURS: dict[Mark, tuple[str, str]] = {
    "new": ("#dcfce7", "#16a34a"),
    "gone": ("#fee2e2", "#dc2626"),
    "changed": ("#fef9c3", "#ca8a04"),
}
"""Ground and line of what is marked."""


@dataclass(frozen=True, slots=True)
class Row:
    """A column: ``keys`` are PK, FK and UK as far as they apply, ``note`` is what has changed."""

    name: str
    type: str
    keys: tuple[str, ...] = ()
    mark: Mark = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """A table."""

    name: str
    rows: tuple[Row, ...]
    mark: Mark = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A foreign key from the box at one place to the box at another."""

    source: int
    target: int
    label: str
    optional: bool = False
    one: bool = False
    """Whether at most one row refers to each row."""
    mark: Mark = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """Boxes in the order of their names, and the links between them."""

    boxes: tuple[Box, ...]
    links: tuple[Link, ...]


def schema(snapshot: Snapshot) -> Picture:
    """The picture of one schema; nothing in it is marked."""
    return _drawn(snapshot, snapshot)


def difference(old: Snapshot, new: Snapshot, *, whole: bool = False) -> Picture:
    """The picture of both, with marks on what is new, gone or changed; ``whole`` with all that is equal too."""
    picture = _drawn(old, new)
    if whole:
        return picture
    touched = {i for i, box in enumerate(picture.boxes) if box.mark}
    touched |= {end for link in picture.links if link.mark for end in (link.source, link.target)}
    places = {before: after for after, before in enumerate(sorted(touched))}
    links = (
        Link(places[one.source], places[one.target], one.label, one.optional, one.one, one.mark)
        for one in picture.links
        if one.source in places and one.target in places
    )
    return Picture(tuple(picture.boxes[i] for i in sorted(touched)), tuple(links))


def _drawn(old: Snapshot, new: Snapshot) -> Picture:
    tables = sorted({t.key for side in (old, new) for t in side.tables()})
    places = {key: place for place, key in enumerate(tables)}
    boxes = tuple(_box(key, old, new) for key in tables)
    keys = {k: n for side in (old, new) for k, n in side.items() if isinstance(n, ForeignKey)}
    links = (
        _link(node, places, old, new)
        for node in keys.values()
        if node.key.owner in places and node.target in places
    )
    return Picture(boxes, tuple(links))


def _box(key: Key, old: Snapshot, new: Snapshot) -> Box:
    columns = {c.key: c for side in (old, new) for c in side.columns(key)}
    rows = tuple(_row(column, old, new) for column in columns.values())
    own = _mark(old.get(key), new.get(key))
    parts = {k for side in (old, new) for k in (part.key for part in side.parts(key))}
    differs = any(old.get(k) != new.get(k) for k in parts)
    return Box(str(key), rows, own or ("changed" if differs else ""))


def _mark(old: Node | None, new: Node | None) -> Mark:
    if old == new:
        return ""
    return "new" if old is None else "gone" if new is None else "changed"


def _row(column: Column, old: Snapshot, new: Snapshot) -> Row:
    before, after = old.get(column.key), new.get(column.key)
    side = new if after is not None else old
    mark = _mark(before, after)
    return Row(
        column.name, one_line(column.type.text), _keys(column, side), mark, _note(before, after)
    )


def _note(before: Node | None, after: Node | None) -> str:
    if not isinstance(before, Column) or not isinstance(after, Column) or before == after:
        return ""
    if before.type != after.type:
        return f"was {one_line(before.type.text)}"
    return "changed"


def _keys(column: Column, side: Snapshot) -> tuple[str, ...]:
    parts = side.parts(column.key.owner)
    said = {
        "PK": any(isinstance(p, PrimaryKey) and column.name in p.columns for p in parts),
        "FK": any(isinstance(p, ForeignKey) and column.name in p.columns for p in parts),
        "UK": any(isinstance(p, Unique) and p.columns == (column.name,) for p in parts),
    }
    return tuple(name for name, holds in said.items() if holds)


def _link(node: ForeignKey, places: dict[Key, int], old: Snapshot, new: Snapshot) -> Link:
    side = new if node.key in new else old
    columns = {column.name: column for column in side.columns(node.key.owner)}
    own = [columns[name] for name in node.columns if name in columns]
    return Link(
        places[node.key.owner],
        places[node.target],
        ", ".join(node.columns),
        any(column.nullable for column in own),
        _is_unique(node, side.parts(node.key.owner)),
        _mark(old.get(node.key), new.get(node.key)),
    )


def _is_unique(node: ForeignKey, parts: Iterable[Node]) -> bool:
    keys = (p.columns for p in parts if isinstance(p, (PrimaryKey, Unique)))
    return any(set(columns) <= set(node.columns) for columns in keys)
