"""What a snapshot becomes when changes are carried out on it; used by the laws and by replays."""

from __future__ import annotations

from collections.abc import Iterable

from schemadiff.model import Key, Node, Snapshot

from .change import Alter, Change, Create, Drop, Rename
from .rename import renamed


class IllegalChange(ValueError):
    """A change that cannot be made in the state it meets; ``change`` is that change."""

    def __init__(self, change: Change, why: str) -> None:
        super().__init__(f"{type(change).__name__.lower()} {change.key.kind} {change.key}: {why}")
        self.change = change


def apply(changes: Iterable[Change], snapshot: Snapshot) -> Snapshot:
    """``snapshot`` after ``changes``, made one by one.

    Raises IllegalChange for a change that a database would refuse: creating what is there, dropping or
    altering what is not, creating before what is needed, dropping what something else needs.
    """
    nodes: dict[Key, Node] = dict(snapshot)
    for change in changes:
        _make(change, nodes)
    return Snapshot(nodes.values(), snapshot.gaps)


def _make(change: Change, nodes: dict[Key, Node]) -> None:
    match change:
        case Create(new):
            if new.key in nodes:
                raise IllegalChange(change, "it is there already")
            _stand(change, new, nodes)
            nodes[new.key] = new
        case Drop(old):
            if old.key not in nodes:
                raise IllegalChange(change, "it is not there")
            del nodes[old.key]
            _release(change, old.key, nodes)
        case Alter(old, new):
            if nodes.get(old.key) != old:
                raise IllegalChange(change, "it is not in the state the change starts from")
            _stand(change, new, nodes)
            nodes[new.key] = new
        case Rename(old, new):
            if nodes.get(old.key) != old:
                raise IllegalChange(change, "it is not in the state the change starts from")
            if new.key in nodes:
                raise IllegalChange(change, "the name is taken")
            after = renamed(Snapshot(nodes.values()), (change,))
            nodes.clear()
            nodes.update(after)


def _stand(change: Change, node: Node, nodes: dict[Key, Node]) -> None:
    missing = [key for key in node.needs if key.kind != "schema" and key not in nodes]
    if missing:
        raise IllegalChange(change, f"needs {missing[0].kind} {missing[0]}")


def _release(change: Change, key: Key, nodes: dict[Key, Node]) -> None:
    dependent = next((node for node in nodes.values() if key in node.needs), None)
    if dependent is not None and dependent.key.kind != "column":
        raise IllegalChange(change, f"{dependent.key.kind} {dependent.key} needs it")
    if dependent is not None and key.kind != "table":
        raise IllegalChange(change, f"column {dependent.key} needs it")
