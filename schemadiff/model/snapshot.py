"""A whole schema as one immutable value."""

from __future__ import annotations

from collections.abc import ItemsView, Iterable, Iterator, KeysView, Mapping, ValuesView
from dataclasses import dataclass
from typing import TypeVar, overload

from .key import Key
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

    __slots__ = ("_by_table", "_nodes", "gaps")

    def __init__(self, nodes: Iterable[Node] = (), gaps: Iterable[Gap] = ()) -> None:
        self._nodes = {node.key: node for node in nodes}
        self._by_table: dict[Key, list[Node]] | None = None
        self.gaps = tuple(gaps)

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
        return f"<Snapshot of {sum(1 for _ in self.tables())} tables, {len(self)} nodes>"

    def unlike(self, other: Snapshot) -> Iterator[tuple[Node, Node]]:
        """The nodes that ``other`` has under the same key and that are not equal, each beside that of ``other``."""
        there = other._nodes
        for key, node in self._nodes.items():
            beside = there.get(key)
            if beside is not None and beside is not node and beside != node:
                yield node, beside

    def lacking(self, other: Snapshot) -> list[Node]:
        """The nodes of ``other`` whose key this snapshot does not have, in the order of ``other``."""
        missing = other._nodes.keys() - self._nodes.keys()
        return [node for key, node in other._nodes.items() if key in missing] if missing else []

    def each(self, node_type: type[N]) -> Iterator[N]:
        """The nodes of one type, in reading order."""
        return (node for node in self._nodes.values() if isinstance(node, node_type))

    def tables(self) -> Iterator[Table]:
        """The tables, in reading order."""
        return self.each(Table)

    def parts(self, table: Key) -> tuple[Node, ...]:
        """Everything that belongs to a table but the table itself: columns first, as they stand in it."""
        if self._by_table is None:
            self._by_table = {}
            for key, node in self._nodes.items():
                if key.table and key.kind != "table":
                    self._by_table.setdefault(key.owner, []).append(node)
        return tuple(self._by_table.get(table, ()))

    def of(self, table: Key, node_type: type[N]) -> tuple[N, ...]:
        """The parts of a table that are of one type."""
        return tuple(node for node in self.parts(table) if isinstance(node, node_type))

    def columns(self, table: Key) -> tuple[Column, ...]:
        """The columns of a table in their order."""
        return tuple(sorted(self.of(table, Column), key=lambda column: column.position))

    def indexes(self, table: Key) -> tuple[Index, ...]:
        """The indexes of a table."""
        return self.of(table, Index)

    def having(self, nodes: Iterable[Node]) -> Snapshot:
        """This snapshot with ``nodes`` put in, each replacing the one of its key."""
        return self._with({**self._nodes, **{node.key: node for node in nodes}})

    def without(self, keys: Iterable[Key]) -> Snapshot:
        """This snapshot less the nodes of ``keys``."""
        gone = set(keys)
        return self._with({key: node for key, node in self._nodes.items() if key not in gone})

    def _with(self, nodes: dict[Key, Node]) -> Snapshot:
        made = Snapshot((), self.gaps)
        made._nodes = nodes
        return made
