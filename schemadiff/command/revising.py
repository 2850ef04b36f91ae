"""Revision files that are filled with the difference between database and models, or by hooks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from schemadiff.autogenerate.api import AutogenContext
from schemadiff.autogenerate.render import construct_for, function_body
from schemadiff.config import Config
from schemadiff.operations.ops import DowngradeOps, MigrationScript, UpgradeOps
from schemadiff.runtime.migration import MigrationContext
from schemadiff.runtime.project import run_environment
from schemadiff.runtime.steps import Step
from schemadiff.script import Script, ScriptDirectory

from .comparing import compare_project
from .writing import Bodies, Wish, only, write_revision

Hook = Callable[[Any, Any, list[Any]], None] | None


def autogenerate(
    config: Config, wish: Wish, hook: Hook, *, empty: bool, allow_empty: bool
) -> Script | list[Script | None] | None:
    """The revisions that were written; None where nothing differs."""
    script = ScriptDirectory.from_config(config)
    compared = compare_project(
        config,
        script,
        fill=lambda fresh: fill(fresh, wish),
        first_hook=hook,
        allow_empty=allow_empty,
        missing="imagine",
    )
    if not empty and all(one.in_sync for one in compared):
        config.print_stdout("%s", "No new upgrade operations detected: no file was written.")
        return None
    return only(
        write_revision(config, script, wish_of(made), bodies(one.context, made))
        for one in compared
        for made in one.scripts
    )


def with_environment(config: Config, wish: Wish, hook: Hook) -> Script | list[Script | None] | None:
    """The revisions that were written while env.py ran (``revision_environment``); hooks may fill them."""
    script = ScriptDirectory.from_config(config)
    made: list[tuple[MigrationContext, MigrationScript]] = []

    def look(heads: Any, context: MigrationContext) -> Iterable[Step]:
        fresh = MigrationScript(wish.rev_id, UpgradeOps([]), DowngradeOps([]))
        fill(fresh, wish)
        scripts = [fresh]
        for each in (hook, context.opts.get("process_revision_directives")):
            if each is not None:
                each(context, tuple(heads), scripts)
        made.extend((context, one) for one in scripts)
        return ()

    run_environment(config, script, look, models=False, missing="refuse", dont_mutate=True)
    return only(
        write_revision(config, script, wish_of(one), bodies(context, one)) for context, one in made
    )


def fill(script: MigrationScript, wish: Wish) -> None:
    """Put what was asked for into a script, for hooks to read and change."""
    script.message = wish.message
    script.head = wish.head
    script.splice = wish.splice
    script.branch_label = wish.branch_label
    script.version_path = wish.version_path
    script.rev_id = wish.rev_id
    script.depends_on = wish.depends_on


def wish_of(script: MigrationScript) -> Wish:
    """What is asked for once hooks have had their say."""
    return Wish(
        script.message,
        script.head or "head",
        bool(script.splice),
        script.branch_label,
        script.version_path,
        script.rev_id,
        script.depends_on,
    )


def bodies(context: MigrationContext, script: MigrationScript) -> Bodies:
    """What the functions of the revision do, as source; under further tokens what they do to other databases."""
    autogen_context = AutogenContext(context)
    autogen_context.imports = script.imports
    construct, opts = construct_for(autogen_context), context.opts
    ups = {
        ops.upgrade_token: function_body(ops, construct, opts) for ops in script.upgrade_ops_list
    }
    downs = {
        ops.downgrade_token: function_body(ops, construct, opts)
        for ops in script.downgrade_ops_list
    }
    others = {**ups, **downs, **(opts.get("template_args") or {})}
    return Bodies(
        ups.get("upgrades", ()),
        downs.get("downgrades", ()),
        tuple(sorted(autogen_context.imports)),
        tuple((name, v) for name, v in others.items() if name not in ("upgrades", "downgrades")),
    )
