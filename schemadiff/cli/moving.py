"""The commands that move a database along its revisions."""

from __future__ import annotations

from typing import Any

import click

from .packages import one, package_options
from .running import run, sql, tag
from .settings import database_options

GO_ON = {"ignore_unknown_options": True}
"""So that ``downgrade -1`` is a revision and not an option."""


def _no_option(ctx: click.Context, parameter: click.Parameter, value: str) -> str:
    """The revision; ``-1`` is one, ``--nonsense`` is an option that nobody knows."""
    if value.startswith("-") and not value[1:2].isdigit():
        raise click.NoSuchOption(value, ctx=ctx)
    return value


@click.command(short_help="Run revisions up to REVISION.", context_settings=GO_ON)
@click.argument("revision", default="", callback=_no_option, metavar="[REVISION]")
@sql
@tag
@package_options
@database_options
@click.pass_context
def upgrade(ctx: click.Context, /, **options: Any) -> None:
    """Run the revisions that lead up to REVISION (default: head).

    \b
      schemadiff upgrade head
      schemadiff upgrade +1              one revision further
      schemadiff upgrade ae10            up to the revision whose id begins so
      schemadiff upgrade head --sql      as SQL text, from the start
      schemadiff upgrade 1975:ae10 --sql as SQL text, from one revision to another
      schemadiff upgrade --all           the histories of all packages, in their order
    """
    options["revision"] = options["revision"] or ("heads" if options["all_"] else "head")
    run(ctx, options, "revision")


@click.command(short_help="Undo revisions down to REVISION.", context_settings=GO_ON)
@click.argument("revision", callback=_no_option)
@sql
@tag
@one
@database_options
@click.pass_context
def downgrade(ctx: click.Context, /, **options: Any) -> None:
    """Undo the revisions above REVISION.

    \b
      schemadiff downgrade -1                one revision back
      schemadiff downgrade 1975              back to that revision
      schemadiff downgrade base              everything
      schemadiff downgrade ae10:1975 --sql   as SQL text
    """
    run(ctx, options, "revision")


@click.command(short_help="Say that the database is at REVISION; run nothing.")
@click.argument("revisions", nargs=-1, metavar="[REVISION]...")
@sql
@tag
@click.option(
    "--purge", is_flag=True, help="Forget all that the version table says first, known or not."
)
@package_options
@database_options
@click.pass_context
def stamp(ctx: click.Context, /, **options: Any) -> None:
    """Write REVISION into the version table without running anything.

    \b
      schemadiff stamp head      the tables are there already: only note it down
      schemadiff stamp base      forget
      schemadiff stamp --purge head
      schemadiff stamp --all     every package at its heads, after create_all()
    """
    if not options["revisions"] and not options["all_"]:
        raise click.UsageError("Missing argument 'REVISION...'.", ctx=ctx)
    options["revisions"] = options["revisions"] or ("heads",)
    run(ctx, options, "revisions")


@click.command("ensure_version", short_help="Make the version table.")
@sql
@database_options
@click.pass_context
def ensure_version(ctx: click.Context, /, **options: Any) -> None:
    """Make the version table if it is missing."""
    run(ctx, options)


COMMANDS = (upgrade, downgrade, stamp, ensure_version)
