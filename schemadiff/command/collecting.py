"""What one run of env.py wants written: a script, with a part for each of its databases."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from schemadiff.runtime.migration import MigrationContext

if TYPE_CHECKING:
    from schemadiff.operations.ops import (
        DowngradeOps,
        MigrateOperation,
        MigrationScript,
        UpgradeOps,
    )

Fill = Callable[["MigrationScript"], None]
"""Puts into a fresh script what the command was told: message, head, branch …"""


@dataclass
class Group:
    """The scripts that hooks made of one, and by ``upgrade_token`` the databases that have a part in them."""

    first: MigrationScript | None = None
    scripts: list[MigrationScript] = field(default_factory=list)
    contexts: dict[str, MigrationContext] = field(default_factory=dict)

    def parts(self, token: str) -> list[UpgradeOps]:
        """What is to be done to the database with this token."""
        parts = [ops for script in self.scripts for ops in script.upgrade_ops_list]
        several = len(self.contexts) > 1
        return [ops for ops in parts if not several or ops.upgrade_token == token]


class Collection:
    """The groups of scripts of a run, in order; ``add`` is called once for every ``run_migrations()``."""

    def __init__(
        self, fill: Fill | None = None, first_hook: Callable[..., None] | None = None
    ) -> None:
        self.groups: list[Group] = []
        self._fill = fill
        self._first_hook = first_hook

    def add(
        self,
        context: MigrationContext,
        heads: Sequence[str],
        up: Sequence[MigrateOperation] = (),
        down: Sequence[MigrateOperation] = (),
    ) -> Group:
        """The group in which a database has its part now: with tokens of its own that of the one before."""
        given = (self._first_hook, context.opts.get("process_revision_directives"))
        hooks = [hook for hook in given if hook is not None]
        if not (up or down or hooks or self._fill):
            # Nothing differs, and nobody wants to hear of it.
            return Group()
        from schemadiff.operations.ops import DowngradeOps, UpgradeOps

        token = context.opts["upgrade_token"]
        upgrade = UpgradeOps(up, upgrade_token=token)
        downgrade = DowngradeOps(down, downgrade_token=context.opts["downgrade_token"])
        group = self.groups[-1] if self.groups and token not in self.groups[-1].contexts else None
        if group is None:
            group = self._new(upgrade, downgrade)
        else:
            _join(group, upgrade, downgrade)
        group.contexts[token] = context
        for hook in hooks:
            _call(hook, context, heads, group.scripts)
        return group

    def _new(self, upgrade: UpgradeOps, downgrade: DowngradeOps) -> Group:
        from schemadiff.operations.ops import MigrationScript

        script = MigrationScript(None, upgrade, downgrade)
        if self._fill is not None:
            self._fill(script)
        self.groups.append(Group(script, [script]))
        return self.groups[-1]


def _join(group: Group, upgrade: UpgradeOps, downgrade: DowngradeOps) -> None:
    if not group.scripts and group.first is not None:
        # A hook saw nothing to do for the databases before and took the script out.
        group.scripts.append(group.first)
    script = group.scripts[-1]
    script.upgrade_ops_list.append(upgrade)
    script.downgrade_ops_list.append(downgrade)


def _call(hook: Any, context: MigrationContext, heads: Sequence[str], scripts: list[Any]) -> None:
    hook(context, tuple(heads), scripts)
