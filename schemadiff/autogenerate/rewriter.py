"""Rewrite generated operations, one kind at a time, before they are written to a file."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Self, TypeAlias, TypeVar

from schemadiff.operations.ops import (
    DowngradeOps,
    MigrateOperation,
    MigrationScript,
    ModifyTableOps,
    OpContainer,
    UpgradeOps,
)

Rewritten: TypeAlias = MigrateOperation | Sequence[MigrateOperation] | None
Rewrite: TypeAlias = Callable[[Any, Any, Any], Rewritten]
"""``rewrite(context, revision, op)`` → the operation or the operations to stand in its place; None for none."""

R = TypeVar("R", bound=Rewrite)


class Rewriter:
    """A ``process_revision_directives`` hook that hands every operation to the function for its class.

    Each operation is offered once: what a function returns is looked into, but not offered to it again.
    """

    def __init__(self) -> None:
        self._rewrites: dict[type[MigrateOperation], Rewrite] = {}
        self._next: Callable[[Any, Any, list[Any]], None] | None = None
        self._done: set[int] = set()

    def rewrites(
        self,
        operator: type[MigrateOperation] | Iterable[type[MigrateOperation]],
    ) -> Callable[[R], R]:
        """A decorator that registers a function for one class of operation or for several."""
        classes = [operator] if isinstance(operator, type) else list(operator)

        def register(function: R) -> R:
            self._rewrites.update((one, function) for one in classes)
            return function

        return register

    def chain(self, other: Callable[[Any, Any, list[Any]], None]) -> Self:
        """A rewriter that does the work of this one, then that of ``other``."""
        both = copy.copy(self)  # what is registered with either of them later counts for both
        both._done = set()
        both._next = other if self._next is None else _in_turn(self._next, other)
        return both

    def __call__(self, context: Any, revision: Any, directives: list[Any]) -> None:
        """Rewrites ``directives`` in place."""
        self._done.clear()
        directives[:] = [new for old in directives for new in self._walked(context, revision, old)]
        if self._next is not None:
            self._next(context, revision, directives)

    def _walked(self, context: Any, revision: Any, op: MigrateOperation) -> list[MigrateOperation]:
        """What stands for ``op``, its contents rewritten too."""
        new = self._rewritten(context, revision, op)
        for one in new:
            self._into(context, revision, one)
        return new

    def _rewritten(
        self, context: Any, revision: Any, op: MigrateOperation
    ) -> list[MigrateOperation]:
        rewrite = next((self._rewrites[c] for c in type(op).__mro__ if c in self._rewrites), None)
        if rewrite is None or id(op) in self._done:
            return [op]
        result = rewrite(context, revision, op)
        new = [result] if isinstance(result, MigrateOperation) else list(result or ())
        self._done.update(map(id, new))
        return new

    def _into(self, context: Any, revision: Any, op: MigrateOperation) -> None:
        match op:
            case MigrationScript():
                op.upgrade_ops = self._containers(context, revision, op.upgrade_ops_list)
                op.downgrade_ops = self._containers(context, revision, op.downgrade_ops_list)
            case UpgradeOps() | DowngradeOps() | ModifyTableOps() | OpContainer():
                op.ops = [new for old in op.ops for new in self._walked(context, revision, old)]
            case _:
                pass

    def _containers(self, context: Any, revision: Any, containers: Iterable[Any]) -> list[Any]:
        return [new for old in containers for new in self._walked(context, revision, old)]


def _in_turn(
    first: Callable[[Any, Any, list[Any]], None], then: Callable[[Any, Any, list[Any]], None]
) -> Callable[[Any, Any, list[Any]], None]:
    def both(context: Any, revision: Any, directives: list[Any]) -> None:
        first(context, revision, directives)
        then(context, revision, directives)

    return both
