"""What third parties have registered: functions that compare what this package knows nothing of."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa

from schemadiff.runtime.migration import MigrationContext

if TYPE_CHECKING:
    from schemadiff.operations.ops import MigrateOperation

F = TypeVar("F", bound=Callable[..., Any])

NOT_NEEDED = frozenset({"alembic_postgresql_enum"})
"""Packages whose comparison is made here anyway: both together would do everything twice."""


class Comparators:
    """Functions that are asked once more, after the comparison, what else is to be done."""

    def __init__(self) -> None:
        self._functions: list[tuple[str, str, Callable[..., Any]]] = []

    def dispatch_for(
        self, target: str, qualifier: str = "default", **order: object
    ) -> Callable[[F], F]:
        """A decorator: ``"schema"`` is called with ``(autogen_context, upgrade_ops, schemas)``, ``"autogenerate"``
        with the first two. What it adds to ``upgrade_ops`` is done; ``qualifier`` is the kind of database.

        Tables and columns are compared here: functions for those are not asked, and a comparison says so.
        """

        def register(function: F) -> F:
            self._functions.append((target, qualifier, function))
            return function

        return register

    def of(self, dialect: str) -> list[tuple[str, Callable[..., Any]]]:
        """The functions that have a say about a kind of database, with what they are for."""
        return [
            (target, function)
            for target, qualifier, function in self._functions
            if qualifier in ("default", dialect) and not _warned(target, function)
        ]


def _warned(target: str, function: Callable[..., Any]) -> bool:
    package = function.__module__.partition(".")[0]
    if package in NOT_NEEDED:
        warnings.warn(f"{package} is not asked: what it compares is compared anyway", stacklevel=2)
    elif target not in ("schema", "autogenerate"):
        where = f"{function.__module__}.{function.__qualname__}"
        warnings.warn(f"{where} is not asked: a comparator for '{target}'", stacklevel=2)
    else:
        return False
    return True


comparators = Comparators()


def with_registered(
    context: MigrationContext,
    metadata: sa.MetaData | Sequence[sa.MetaData],
    up: Sequence[MigrateOperation],
    down: Sequence[MigrateOperation],
) -> tuple[list[MigrateOperation], list[MigrateOperation]]:
    """The operations of a comparison with those that registered functions add, which are undone first."""
    functions = comparators.of(context.dialect.name)
    if not functions:
        return list(up), list(down)
    from schemadiff.operations.ops import UpgradeOps

    from .context import AutogenContext

    autogen_context, ops = AutogenContext(context, metadata), UpgradeOps(up)
    for target, function in functions:
        schemas = [_schemas(autogen_context)] if target == "schema" else []
        function(autogen_context, ops, *schemas)
    known = {id(op) for op in up}
    added = [op for op in ops.ops if id(op) not in known]
    return ops.ops, [*(op.reverse() for op in reversed(added)), *down]


def _schemas(autogen_context: Any) -> set[str | None]:
    """The schemas that take part: None is the default one."""
    inspector = autogen_context.inspector
    if not autogen_context.opts["include_schemas"]:
        return {None}
    usual = {"information_schema", autogen_context.dialect.default_schema_name}
    named = set(inspector.get_schema_names()) - usual
    return {name for name in (None, *named) if autogen_context.run_name_filters(name, "schema", {})}
