"""The pure graph of revisions: ids and who stands on whom. It knows no files and no names."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

Edges: TypeAlias = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Graph:
    """Who stands on whom, in the order the revisions were given.

    ``down`` are the parents; ``needs`` are the parents and, after them, the revisions depended on.
    ``up`` and ``needed_by`` are the same edges seen from the other end. Every id is a key of each.
    """

    down: Edges
    needs: Edges
    up: Edges
    needed_by: Edges
    position: Mapping[str, int] = field(repr=False)

    @property
    def bases(self) -> tuple[str, ...]:
        """The revisions without a parent."""
        return tuple(name for name, parents in self.down.items() if not parents)

    @property
    def real_bases(self) -> tuple[str, ...]:
        """The revisions that stand on nothing at all."""
        return tuple(name for name, parents in self.needs.items() if not parents)

    @property
    def heads(self) -> tuple[str, ...]:
        """The revisions that are nobody's parent."""
        return tuple(name for name, children in self.up.items() if not children)

    @property
    def real_heads(self) -> tuple[str, ...]:
        """The heads that nobody depends on either."""
        return tuple(name for name, children in self.needed_by.items() if not children)

    def ancestors(self, names: Iterable[str], dependencies: bool = True) -> set[str]:
        """``names`` and everything they stand on."""
        return reachable(names, self.needs if dependencies else self.down)

    def descendants(self, names: Iterable[str], dependencies: bool = True) -> set[str]:
        """``names`` and everything that stands on them."""
        return reachable(names, self.needed_by if dependencies else self.up)

    def lineage(self, names: Sequence[str], dependencies: bool = False) -> set[str]:
        """``names`` with all that is below and all that is above them."""
        return self.ancestors(names, dependencies) | self.descendants(names, dependencies)

    def tips(self, names: Collection[str]) -> tuple[str, ...]:
        """Those of ``names`` with no child among them, in order."""
        return self.sorted(n for n in names if not any(child in names for child in self.up[n]))

    def sorted(self, names: Iterable[str]) -> tuple[str, ...]:
        """``names`` in the order they were given."""
        return tuple(sorted(names, key=self.position.__getitem__))

    def newest_first(self, names: Collection[str]) -> list[str]:
        """``names``, each before everything it stands on, one branch at a time.

        A stack instead of a queue is what keeps a branch together: after a revision comes its
        first parent, unless something else still waits to come before that one.
        """
        waiting = {n: sum(child in names for child in self.needed_by[n]) for n in names}
        ready = [n for n in reversed(self.sorted(names)) if not waiting[n]]
        ordered = []
        while ready:
            name = ready.pop()
            ordered.append(name)
            for parent in reversed(self.needs[name]):
                if parent in waiting:
                    waiting[parent] -= 1
                    if not waiting[parent]:
                        ready.append(parent)
        return ordered


def graph_of(down: Edges, needs: Edges) -> Graph:
    """The graph of these edges; every id that is named is a key of both."""
    return Graph(
        down, needs, turned(down), turned(needs), {name: at for at, name in enumerate(down)}
    )


def turned(edges: Edges) -> Edges:
    """The same edges seen from the other end."""
    back: dict[str, list[str]] = {name: [] for name in edges}
    for name, parents in edges.items():
        for parent in parents:
            back[parent].append(name)
    return {name: tuple(children) for name, children in back.items()}


def reachable(names: Iterable[str], edges: Edges) -> set[str]:
    """``names`` and everything that can be reached from them."""
    seen = set(names)
    todo = list(seen)
    while todo:
        for name in edges[todo.pop()]:
            if name not in seen:
                seen.add(name)
                todo.append(name)
    return seen


def cycle(edges: Edges) -> tuple[str, ...]:
    """One cycle of ``edges``, or nothing: each stands on the next and the last on the first."""
    left = _without_free_ends(edges)
    if not left:
        return ()
    path: dict[str, None] = {}
    name = next(iter(left))
    while name not in path:
        path[name] = None
        name = next(parent for parent in edges[name] if parent in left)
    names = list(path)
    return tuple(names[names.index(name) :])


def _without_free_ends(edges: Edges) -> dict[str, None]:
    """What is left when everything that stands on nothing that is left has been taken away."""
    waiting = {name: len(parents) for name, parents in edges.items()}
    children = turned(edges)
    free = deque(name for name, count in waiting.items() if not count)
    while free:
        name = free.popleft()
        del waiting[name]
        for child in children[name]:
            waiting[child] -= 1
            if not waiting[child]:
                free.append(child)
    return dict.fromkeys(waiting)
