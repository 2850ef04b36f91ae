"""`schemadiff apply`: a database is brought to a state, after people have seen what that means."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from sqlalchemy.engine import Connection

from schemadiff.config import Config
from schemadiff.errors import CommandError, SchemaDiffError, UsageError
from schemadiff.render import text
from schemadiff.render.report import Report
from schemadiff.render.text import Style, unstyled
from schemadiff.runtime.migration import MigrationContext
from schemadiff.script import ScriptDirectory
from schemadiff.states.applying import (
    carry_out,
    of_plan,
    plan_for,
    prove,
    require_fit,
    where_it_leads,
)
from schemadiff.states.comparing import Terms, compare_sources
from schemadiff.states.difference import closing
from schemadiff.states.opening import Ground, opened, terms_for
from schemadiff.states.plans import Plan, dumps, loads, refused
from schemadiff.states.sources import Live, live, text_of

from .comparing import script_directory

Ask = Callable[[str], bool]


def apply(
    config: Config,
    state: str | None,
    to: str,
    *,
    ask: Ask,
    allow_drop: Sequence[str] = (),
    dry_run: bool = False,
    plan_file: str | None = None,
    exclude: Sequence[str] = (),
    include_schemas: bool = False,
    scratch: str | None = None,
    style: Style = unstyled,
) -> int:
    """The exit code: 0 the database is in the state, 1 it was left as it is on request.

    Without ``state`` the plan of ``plan_file`` is carried out; with both the plan is written there and
    nothing is done. Raises UsageError for losses that nobody has allowed.
    """
    ground = Ground(config, scratch or to)
    target = live(to, missing="imagine" if dry_run or (plan_file and state) else "make")
    if state is None:
        terms = terms_for([target], ground)
        return _saved(config, target, ground, terms, plan_file, ask, allow_drop, dry_run)
    with opened([state], ground) as (wanted,):
        terms = terms_for(
            [target, wanted], ground, exclude=exclude, include_schemas=include_schemas
        )
        found, plan = plan_for(target, wanted, terms)
        for line in text.summary(found.report(), style, closing=closing):
            config.print_stdout("%s", line)
        if plan_file is not None and not dry_run:
            return _keep(config, plan, Path(plan_file))
        if not plan.changes:
            return 0 if dry_run else _stamp_new(config, target, ground, terms)
        if not _agreed(config, plan, ask, allow_drop, dry_run):
            return 0 if dry_run else 1
        carry_out(plan, target, terms)
        prove(target, wanted, terms)
    config.print_stdout("%s", f"Done: {target.label} is {state}.")
    _stamp(config, target, ground, terms)
    return 0


def _keep(config: Config, plan: Plan, file: Path) -> int:
    try:
        file.write_text(dumps(plan), encoding="utf-8")
    except OSError as error:
        raise CommandError(f"cannot write {file}: {error.strerror}") from error
    config.print_stdout("%s", f"Plan written to {file}; nothing was done.")
    return 0


def _saved(
    config: Config,
    target: Live,
    ground: Ground,
    terms: Terms,
    plan_file: str | None,
    ask: Ask,
    allow_drop: Sequence[str],
    dry_run: bool,
) -> int:
    """The exit code of carrying out a plan that was kept."""
    if plan_file is None:
        raise UsageError("nothing to apply", hint="schemadiff apply STATE --to URL")
    plan = loads(text_of(Path(plan_file)), plan_file)
    terms = of_plan(plan, terms)
    require_fit(plan, live(target.url, missing="imagine"), terms)
    for line in text.summary(Report(plan.changes, target.label, plan_file), closing=closing):
        config.print_stdout("%s", line)
    if not plan.changes:
        return 0
    if not _agreed(config, plan, ask, allow_drop, dry_run):
        return 0 if dry_run else 1
    carry_out(plan, target, terms)
    prove(target, where_it_leads(plan, plan_file), terms)
    config.print_stdout("%s", f"Done: {plan_file} was carried out on {target.label}.")
    _stamp(config, target, ground, terms)
    return 0


def _agreed(config: Config, plan: Plan, ask: Ask, allow_drop: Sequence[str], dry_run: bool) -> bool:
    """Whether the plan, whose SQL has been shown, is to be carried out."""
    config.print_stdout("%s", f"\n{plan.sql.rstrip()}\n")
    lost = refused(plan.losses(), allow_drop)
    names = ", ".join(lost)
    if dry_run:
        if lost:
            config.print_stdout("%s", f"This destroys data: {names}; --allow-drop has to name it.")
        return False
    if lost:
        raise UsageError(
            f"this destroys data: {names}",
            hint=" ".join(f"--allow-drop {name}" for name in lost) + " says that it may go",
        )
    return ask("Carry this out?")


# ---- the history -----------------------------------------------------------------------------


def _stamp(config: Config, target: Live, ground: Ground, terms: Terms) -> None:
    """Note down that the database is at head, if the project's revisions lead where it is now."""
    script = script_directory(config) if config.is_said else None
    if script is None or not script.get_heads():
        return
    try:
        with opened(["history"], ground) as (history,):
            leads_here = not compare_sources(target, history, terms)
    except SchemaDiffError as error:
        config.print_stdout("%s", f"Not stamped: {error.message}")
        return
    if leads_here:
        target.run(lambda connection: _write(config, script, connection))
        config.print_stdout("%s", f"Stamped: {', '.join(script.get_heads())}")


def _stamp_new(config: Config, target: Live, ground: Ground, terms: Terms) -> int:
    """0; a database that is in the state already, and has never been stamped, is stamped like any other."""
    if config.is_said and not target.run(lambda c: _context(config, c).get_current_heads()):
        _stamp(config, target, ground, terms)
    return 0


def _write(config: Config, script: ScriptDirectory, connection: Connection) -> None:
    _context(config, connection).stamp(script, "heads")


def _context(config: Config, connection: Connection) -> MigrationContext:
    return MigrationContext.configure(connection, opts=config.configure_options())
