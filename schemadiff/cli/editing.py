"""The commands that change revision files."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any

import click

from .settings import Settings

dry_run = click.option(
    "--dry-run", is_flag=True, help="Show what would change, as a diff; change nothing."
)

format_ = click.option(
    "--format",
    "format_",
    type=click.Choice(["python", "sql", "json", "markdown"]),
    default="python",
    help="Other than python: print what would be written, and write nothing.",
)


def _call(ctx: click.Context, name: str, *arguments: str, **options: Any) -> Any:
    """What the function of this name returns for the configuration."""
    settings: Settings = ctx.obj
    config = settings.config(name, options)
    function = getattr(import_module("schemadiff.command.rewriting"), name)
    return function(config, *arguments, **options)


def _style() -> Any:
    return click.style if sys.stdout.isatty() and not os.environ.get("NO_COLOR") else None


@click.command(short_help="Put your branch on top of the other head.")
@click.argument("rev", metavar="HEAD")
@click.option("--onto", metavar="REVISION", help="Where to, if there are several other heads.")
@dry_run
@click.pass_context
def rebase(ctx: click.Context, /, rev: str, onto: str | None, dry_run: bool) -> None:
    """Let the revisions that only HEAD stands on follow after the other head, so that there is one line.

    Only down_revision and the docstring's line change; nothing in a database does.

    \b
      schemadiff rebase ae10 --dry-run
      schemadiff rebase ae10 --onto 27c6
    """
    _call(ctx, "rebase", rev, onto=onto, dry_run=dry_run, style=_style())


@click.command(short_help="Give a revision another id.")
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option("--forget", is_flag=True, help="Leave no trace of the old id: no database is at it.")
@dry_run
@click.pass_context
def rename(ctx: click.Context, /, old: str, new: str, forget: bool, dry_run: bool) -> None:
    """Change a revision's id in its file, its file's name, and wherever else the history names it.

    Databases at the old id go on: the revision keeps it in `replaces`, unless --forget is given.

    \b
      schemadiff rename ae1027a6acf add_account
    """
    _call(ctx, "rename", old, new, forget=forget, dry_run=dry_run, style=_style())


@click.command(short_help="Put one revision in the place of several.")
@click.argument("rev_range", metavar="FIRST:LAST")
@click.option("-m", "--message", help="What it does, in a few words.")
@click.option("--rev-id", help="Its id, instead of one drawn by lot.")
@click.option(
    "--url",
    metavar="URL",
    help="A server of the right kind, where scratch databases may be made for the proof (default: SQLite).",
)
@click.option(
    "--forget",
    is_flag=True,
    help="No database is in the middle: leave out the functions that would bring it to the end.",
)
@dry_run
@click.pass_context
def squash(ctx: click.Context, /, rev_range: str, **options: Any) -> None:
    """Write one revision file with everything that those from FIRST to LAST do, and remove these.

    Operations are put together: a column that was added later is part of create_table. What is more than operations
    stays a function of its own, called in its turn. Databases at any of them still upgrade. Before a file is touched, both histories are run on scratch databases
    and must lead to the same.

    \b
      schemadiff squash 1975:ae10 -m "the first year" --dry-run
      schemadiff squash 1975:ae10 --url postgresql+psycopg://postgres@localhost/postgres
    """
    _call(ctx, "squash", rev_range, **options, style=_style())


def merge_check(ctx: click.Context, revisions: tuple[str, ...], as_json: bool) -> int:
    """The exit code of ``merge --check``."""
    code: int = _call(ctx, "merge_check", revisions=list(revisions), as_json=as_json)
    return code


def review(ctx: click.Context, form: str, options: dict[str, Any]) -> None:
    """What ``revision --format`` prints."""
    settings: Settings = ctx.obj.with_database(options["url"], options["metadata"])
    reviewing = import_module("schemadiff.command.reviewing")
    config = settings.config("show", options)
    reviewing.review(config, form, allow_empty=options["allow_empty_metadata"])


def show_sql(ctx: click.Context, rev: str, dialect: str | None) -> None:
    """What ``show --sql`` prints."""
    reviewing = import_module("schemadiff.command.reviewing")
    reviewing.show_sql(ctx.obj.config("show", {}), rev, dialect)


COMMANDS = (rebase, rename, squash)
