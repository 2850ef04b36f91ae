"""A whole schema as one immutable value."""

from __future__ import annotations

from collections.abc import (
    Collection,
    ItemsView,
    Iterable,
    Iterator,
    KeysView,
    Mapping,
    Sequence,
    ValuesView,
)
from dataclasses import dataclass
from operator import attrgetter
from typing import TypeVar, cast, get_args, overload
from weakref import ref

from .key import Key, Kind
from .nodes import Column, Index, Node, Table

N = TypeVar("N", bound=Node)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Gap:
    """Something the reader found and does not understand; everything else is still compared."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


class Snapshot(Mapping[Key, Node]):
    """Nodes by key, in the order they were read. Equal when their nodes are, whatever the order."""

    __slots__ = (
        "__weakref__",
        "_by_kind",
        "_by_table",
        "_columns",
        "_compared",
        "_lacked",
        "_nodes",
        "_origin",
        "_touched",
        "gaps",
    )

    def __init__(self, nodes: Iterable[Node] = (), gaps: Iterable[Gap] = ()) -> None:
        self._nodes = {node.key: node for node in nodes}
        self._by_table: dict[tuple[str, str], list[Node]] | None = None
        self._by_kind: dict[Kind, list[Node]] = {}
        """The nodes of kinds that have been asked for, or that are the same as in another snapshot."""
        self._columns: dict[tuple[str, str], list[Column]] | None = None
        self.gaps = tuple(gaps)
        self._origin: Snapshot | None = None
        """The snapshot that this one was made of by ``having`` and ``without``, step by step."""
        self._touched: frozenset[Key] = frozenset()
        """The keys under which it may have other nodes than its origin."""
        self._compared: tuple[ref[Snapshot], frozenset[Key]] | None = None
        """Of an origin: the last one it was compared with, and where descendants of both may differ."""
        self._lacked: tuple[ref[Snapshot], frozenset[Key]] | None = None
        """Of an origin: the last one of which it was asked what it lacks, and what that is."""

    def __getitem__(self, key: Key) -> Node:
        return self._nodes[key]

    def __iter__(self) -> Iterator[Key]:
        return iter(self._nodes)

    def keys(self) -> KeysView[Key]:
        """The keys, as a set."""
        return self._nodes.keys()

    def items(self) -> ItemsView[Key, Node]:
        """The nodes beside their keys."""
        return self._nodes.items()

    def values(self) -> ValuesView[Node]:
        """The nodes."""
        return self._nodes.values()

    @overload
    def get(self, key: Key, /) -> Node | None: ...
    @overload
    def get(self, key: Key, /, default: Node | T) -> Node | T: ...
    def get(self, key: Key, /, default: Node | T | None = None) -> Node | T | None:
        """The node of a key, or ``default``."""
        return self._nodes.get(key, default)

    def __contains__(self, key: object) -> bool:
        return key in self._nodes

    def __len__(self) -> int:
        return len(self._nodes)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Snapshot):
            return NotImplemented
        return self._nodes == other._nodes

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<Snapshot of {len(self.tables())} tables, {len(self)} nodes>"

    def unlike(self, other: Snapshot) -> list[tuple[Node, Node]]:
        """The nodes that ``other`` has under the same key and that are not equal, each beside that of ``other``.

        Looks again only at what has changed since ancestors of both were compared: a comparison takes several
        steps, each of which changes little, and equality is what costs.
        """
        there = other._nodes
        found = [
            (node, beside)
            for key, node in self._perhaps_unlike(other)
            if (beside := there.get(key)) is not None and beside is not node and beside != node
        ]
        open_ = self._touched.union(other._touched, (node.key for node, _ in found))
        self._first._compared = (ref(other._first), open_)
        return found

    def _perhaps_unlike(self, other: Snapshot) -> Iterable[tuple[Key, Node]]:
        """The nodes that may differ from those of ``other``, by what is known of their origins."""
        compared = self._first._compared
        if compared is None or compared[0]() is not other._first:
            return self._nodes.items()
        open_ = compared[1].union(self._touched, other._touched)
        return [item for item in self._nodes.items() if item[0] in open_] if open_ else ()

    @property
    def _first(self) -> Snapshot:
        return self if self._origin is None else self._origin

    def lacking(self, other: Snapshot) -> list[Node]:
        """The nodes of ``other`` whose key this snapshot does not have, in the order of ``other``.

        Looks only at what its origin lacked and at what has changed since.
        """
        mine, there = self._nodes, other._nodes
        lacked = self._first._lacks(other._first)
        open_ = lacked.union(self._touched, other._touched)
        missing = {key for key in open_ if key in there and key not in mine}
        return [node for key, node in there.items() if key in missing] if missing else []

    def _lacks(self, other: Snapshot) -> frozenset[Key]:
        """The keys of ``other`` that this one does not have."""
        if self._lacked is None or self._lacked[0]() is not other:
            missing = frozenset(other._nodes.keys() - self._nodes.keys())
            self._lacked = (ref(other), missing)
        return self._lacked[1]

    def each(self, node_type: type[N]) -> Sequence[N]:
        """The nodes of one type, in reading order."""
        found = self._by_kind.get(node_type.kind)
        if found is None:
            self._by_kind = {**self._grouped(), **self._by_kind}
            found = self._by_kind[node_type.kind]
        return cast("Sequence[N]", found)

    def _grouped(self) -> dict[Kind, list[Node]]:
        groups: dict[Kind, list[Node]] = {kind: [] for kind in get_args(Kind)}
        for key, node in self._nodes.items():
            groups[key.kind].append(node)
        return groups

    def tables(self) -> Sequence[Table]:
        """The tables, in reading order."""
        return self.each(Table)

    def parts(self, table: Key) -> tuple[Node, ...]:
        """Everything that belongs to a table but the table itself: columns first, as they stand in it."""
        if self._by_table is None:
            self._by_table = {}
            for (kind, schema, name, _), node in self._nodes.items():
                if name and kind != "table":
                    self._by_table.setdefault((schema, name), []).append(node)
        return tuple(self._by_table.get((table.schema, table.table), ()))

    def of(self, table: Key, node_type: type[N]) -> tuple[N, ...]:
        """The parts of a table that are of one type."""
        return tuple(node for node in self.parts(table) if isinstance(node, node_type))

    def columns(self, table: Key) -> tuple[Column, ...]:
        """The columns of a table in their order."""
        if self._columns is None:
            self._columns = {}
            for column in self.each(Column):
                self._columns.setdefault((column.schema, column.table), []).append(column)
        found = self._columns.get((table.schema, table.table), ())
        return tuple(sorted(found, key=attrgetter("position")))

    def indexes(self, table: Key) -> tuple[Index, ...]:
        """The indexes of a table."""
        return self.of(table, Index)

    def having(self, nodes: Iterable[Node]) -> Snapshot:
        """This snapshot with ``nodes`` put in, each replacing the one of its key."""
        put = {node.key: node for node in nodes}
        return self._with({**self._nodes, **put}, put) if put else self

    def without(self, keys: Iterable[Key]) -> Snapshot:
        """This snapshot less the nodes of ``keys``."""
        gone = set(keys)
        left = {key: node for key, node in self._nodes.items() if key not in gone}
        return self._with(left, gone)

    def _with(self, nodes: dict[Key, Node], touched: Collection[Key]) -> Snapshot:
        made = Snapshot((), self.gaps)
        made._nodes = nodes
        made._origin = self._first
        made._touched = self._touched.union(touched)
        kinds = {key.kind for key in touched}
        made._by_kind = {kind: same for kind, same in self._by_kind.items() if kind not in kinds}
        return made
