"""Revision files that are filled with the difference between database and models, or by hooks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, repeat, zip_longest
from typing import Any, cast

from schemadiff.autogenerate.api import AutogenContext
from schemadiff.autogenerate.render import construct_for, function_body
from schemadiff.config import Config
from schemadiff.operations.ops import MigrationScript
from schemadiff.render.call import Line
from schemadiff.runtime.migration import MigrationContext
from schemadiff.runtime.project import run_environment
from schemadiff.runtime.steps import Step
from schemadiff.script import Script, ScriptDirectory

from .collecting import Collection, Group
from .comparing import StandIn, compare_project
from .writing import Bodies, Wish, only, write_revision

Hook = Callable[[Any, Any, list[Any]], None] | None


def autogenerate(
    config: Config,
    wish: Wish,
    hook: Hook,
    *,
    empty: bool,
    allow_empty: bool,
    stand_in: StandIn | None = None,
) -> Script | list[Script | None] | None:
    """The revisions that were written; None where nothing differs. ``stand_in`` as for ``compare_project``."""
    script = ScriptDirectory.from_config(config)
    compared = compare_project(
        config,
        script,
        fill=lambda fresh: fill(fresh, wish),
        first_hook=hook,
        allow_empty=allow_empty,
        missing="imagine",
        stand_in=stand_in,
    )
    if not empty and all(one.in_sync for one in compared):
        config.print_stdout("%s", "No new upgrade operations detected: no file was written.")
        return None
    groups = {id(one.group): one.group for one in compared}
    return _written(config, script, groups.values(), wish.dry_run)


def with_environment(config: Config, wish: Wish, hook: Hook) -> Script | list[Script | None] | None:
    """The revisions that were written once env.py had run (``revision_environment``); hooks may fill them."""
    script = ScriptDirectory.from_config(config)
    collection = Collection(lambda fresh: fill(fresh, wish), hook)

    def look(heads: Any, context: MigrationContext) -> Iterable[Step]:
        collection.add(context, heads)
        return ()

    run_environment(config, script, look, models=False, missing="refuse", dont_mutate=True)
    if not collection.groups:
        # An env.py that had no database to run for; what it registers counts all the same.
        return write_revision(config, script, wish)
    return _written(config, script, collection.groups, wish.dry_run)


def _written(
    config: Config, script: ScriptDirectory, groups: Iterable[Group], dry_run: bool
) -> Script | list[Script | None] | None:
    return only(
        write_revision(config, script, wish_of(one, dry_run), bodies(group.contexts, one))
        for group in groups
        for one in group.scripts
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


def wish_of(script: MigrationScript, dry_run: bool = False) -> Wish:
    """What is asked for once hooks have had their say."""
    return Wish(
        script.message,
        script.head or "head",
        bool(script.splice),
        script.branch_label,
        script.version_path,
        script.rev_id,
        script.depends_on,
        dry_run,
    )


def bodies(contexts: Mapping[str, MigrationContext], script: MigrationScript) -> Bodies:
    """What the functions of the revision do, as source; under further tokens what they do to other databases."""
    imports = set(script.imports)
    said: dict[str, object] = {}
    parts = zip_longest(script.upgrade_ops_list, script.downgrade_ops_list)
    for (up, down), other in zip(parts, _repeated(contexts)):
        context = contexts.get(up.upgrade_token, other) if up is not None else other
        autogen_context = AutogenContext(context)
        autogen_context.imports = imports
        construct, opts = construct_for(autogen_context), context.opts
        said |= opts.get("template_args") or {}
        if up is not None:
            said[up.upgrade_token] = function_body(up, construct, opts)
        if down is not None:
            said[down.downgrade_token] = function_body(down, construct, opts)
    return Bodies(
        cast(Sequence[Line], said.pop("upgrades", ())),
        cast(Sequence[Line], said.pop("downgrades", ())),
        tuple(sorted(imports)),
        tuple(said.items()),
    )


def _repeated(contexts: Mapping[str, MigrationContext]) -> Iterator[MigrationContext]:
    """The databases in order, the last one for ever."""
    *_, last = contexts.values()
    return chain(contexts.values(), repeat(last))
