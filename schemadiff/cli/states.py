"""The commands that work on states of a schema: diff and inspect."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any, TypeVar

import click

from .settings import Settings, database_options

F = TypeVar("F", bound=Callable[..., Any])

DIFFERENCES = ("summary", "json", "sql", "python", "markdown", "mermaid", "dot", "svg")
STATES = ("python", "declarative", "json", "sql", "mermaid", "dot", "svg")

OPTIONS = (
    click.option(
        "--exclude", multiple=True, metavar="PATTERN", help="Tables to leave out, e.g. 'tmp_*'; may be repeated."
    ),
    click.option("--include-schemas", is_flag=True, help="All schemas, not only the default one."),
    click.option(
        "--scratch", metavar="URL", help="Where a scratch database may be made, to replay a history or SQL files."
    ),
    click.option(
        "--dialect", metavar="NAME", help="The kind of database, where no state says: postgresql, mariadb …"
    ),
)  # fmt: skip


def state_options(function: F) -> F:
    """``function`` with what can be said of states."""
    for option in reversed(OPTIONS):
        function = option(function)
    return function


@click.command(short_help="What differs between any two states?")
@click.argument("a")
@click.argument("b")
@click.option(
    "--format",
    "format_",
    type=click.Choice(DIFFERENCES),
    default="summary",
    show_default=True,
    help="How to print it.",
)
@state_options
@click.pass_context
def diff(ctx: click.Context, /, **options: Any) -> Any:
    """Print what turns state A into state B. Changes nothing.

    A state is a database URL, models (shop.models:Base), a JSON snapshot, a folder of .sql files, `history`
    or `history@REVISION`. Exit code 0: nothing differs. 1: something does.

    \b
      schemadiff diff sqlite:///shop.db shop.models:Base
      schemadiff diff postgresql+psycopg://app@staging/shop postgresql+psycopg://app@live/shop
      schemadiff diff history@ae10 history --format sql
      schemadiff diff before.json shop.models:Base --format markdown
    """
    return _call(ctx, "diff", options, ("a", "b"), style=True)


@click.command(short_help="Any state as models, a snapshot, SQL or a picture.")
@click.argument("state")
@click.option(
    "--format",
    "format_",
    type=click.Choice(STATES),
    default="python",
    show_default=True,
    help="How to print it.",
)
@state_options
@click.pass_context
def inspect(ctx: click.Context, /, **options: Any) -> Any:
    """Print a state: as SQLAlchemy tables or classes, as a JSON snapshot, as SQL, as a picture.

    \b
      schemadiff inspect sqlite:///shop.db --format declarative > models.py
      schemadiff inspect history --format json > schema.json
      schemadiff inspect shop.models:Base --format svg > shop.svg
    """
    return _call(ctx, "inspect", options, ("state",))


@click.command(short_help="Bring a database to any state.")
@click.argument("state", required=False)
@click.option("--to", required=True, metavar="URL", help="The database that is to be changed.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.option(
    "--allow-drop",
    multiple=True,
    metavar="NAME",
    help="A table, or table.column, that may be dropped with its data; may be repeated, '*' for all.",
)
@click.option("--dry-run", is_flag=True, help="Only show what would be done.")
@click.option(
    "--plan",
    "plan_file",
    metavar="FILE",
    help="With STATE: write the plan there and do nothing. Without: carry out the plan.",
)
@state_options
@click.pass_context
def apply(ctx: click.Context, /, **options: Any) -> Any:
    """Make the database what STATE is: show the plan and its SQL, ask, carry it out, prove it.

    Data is destroyed only where --allow-drop names it. If the revisions of the project lead to the same
    state, the database is stamped with their head.

    \b
      schemadiff apply shop.models:Base --to sqlite:///shop.db --dry-run
      schemadiff apply history --to sqlite:///new.db --yes
      schemadiff apply shop.models:Base --to sqlite:///shop.db --plan plan.json
      schemadiff apply --plan plan.json --to sqlite:///shop.db
    """
    options.pop("dialect")
    settings: Settings = ctx.obj
    config = settings.config("apply", dict(options))
    ask = _yes if options.pop("yes") else _asked
    if sys.stdout.isatty() and not os.environ.get("NO_COLOR"):
        options["style"] = click.style
    function = import_module("schemadiff.command.applying").apply
    return function(config, options.pop("state"), options.pop("to"), ask=ask, **options)


@click.command(short_help="Run every revision up, down and up on a scratch database.")
@click.option("--scratch", metavar="URL", help="Beside which database the scratch one is made.")
@click.pass_context
def test(ctx: click.Context, /, **options: Any) -> Any:
    """Try every revision up, down and up again on a scratch database, and compare the schema at each step.

    The project's own database is not touched. A revision that says `irreversible = True` is not run down.
    Exit code 1: a revision fails, or its downgrade does not lead back.

    \b
      schemadiff test
      schemadiff test --scratch postgresql+psycopg://app@localhost/postgres
    """
    return _call(ctx, "try_history", options, ())


@click.command(short_help="Take the version table out of the database.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@database_options
@click.pass_context
def unstamp(ctx: click.Context, /, **options: Any) -> Any:
    """Drop the version table: the database knows of no revisions any more. Nothing else is touched.

    \b
      schemadiff unstamp --yes
    """
    ctx.obj = ctx.obj.with_database(options.pop("url"), options.pop("metadata"))
    ask = _yes if options.pop("yes") else _asked
    return (
        _call(ctx, "unstamp", options, ()) if ask("Forget the revisions of this database?") else 1
    )


def between_options(function: F) -> F:
    """``function`` with ``--from`` and ``--to``, for a revision that needs no live database."""
    for option in reversed(
        (
            click.option(
                "--from", "from_", metavar="STATE", help="What it starts from (default: history)."
            ),
            click.option("--to", metavar="STATE", help="Where it leads (default: the models)."),
            click.option("--scratch", metavar="URL", help="Where a history may be replayed."),
        )
    ):
        function = option(function)
    return function


def revise(ctx: click.Context, options: dict[str, Any]) -> bool:
    """Whether a revision between two states was asked for, which has been written."""
    from_, to, scratch = (options.pop(name) for name in ("from_", "to", "scratch"))
    if from_ is None and to is None:
        return False
    settings: Settings = ctx.obj.with_database(options.pop("url"), options.pop("metadata"))
    config = settings.config("revision", dict(options))
    between = import_module("schemadiff.command.between")
    empty = bool(options.get("empty"))
    between.revision_between(config, from_, to, options, scratch=scratch, empty=empty)
    return True


def _yes(question: str) -> bool:
    return True


def _asked(question: str) -> bool:
    """What the person says; no where nobody can be asked."""
    if not sys.stdin.isatty():
        raise click.UsageError(
            "nobody can be asked here: --yes carries it out, --dry-run only shows it"
        )
    return click.confirm(question)


def _call(
    ctx: click.Context,
    name: str,
    options: dict[str, Any],
    names: tuple[str, ...],
    *,
    style: bool = False,
) -> Any:
    settings: Settings = ctx.obj
    config = settings.config(name, dict(options))
    function = getattr(import_module("schemadiff.command.states"), name)
    if style and sys.stdout.isatty() and not os.environ.get("NO_COLOR"):
        options["style"] = click.style
    return function(config, *(options.pop(argument) for argument in names), **options)


COMMANDS = (diff, inspect, apply, test, unstamp)
