"""The commands that show revisions, and where the database is among them."""

from __future__ import annotations

from typing import Any

import click

from . import editing, sqlscripts
from .packages import one, package_options
from .running import as_json, run, verbose
from .settings import database_options


@click.command(short_help="Where is the database?")
@verbose
@click.option("-c", "--check-heads", is_flag=True, help="Exit code 3 unless it is at every head.")
@as_json
@package_options
@database_options
@click.pass_context
def current(ctx: click.Context, /, **options: Any) -> None:
    """Print the revisions that the database is at.

    \b
      schemadiff current
      schemadiff current --check-heads    for scripts: exit code 3 if something is left to run
    """
    run(ctx, options)


@click.command(short_help="All revisions, newest first.")
@click.option("-r", "--rev-range", metavar="A:B", help="Only these; an end may be left out.")
@verbose
@click.option("-i", "--indicate-current", is_flag=True, help="Mark where the database is.")
@click.option("--graph", is_flag=True, help="Draw lines between them.")
@as_json
@package_options
@database_options
@click.pass_context
def history(ctx: click.Context, /, **options: Any) -> None:
    """Print the revisions, newest first.

    \b
      schemadiff history
      schemadiff history --graph
      schemadiff history -r 1975:ae10
      schemadiff history -r-3:            from three before the head on
      schemadiff history -r current:      what the database lacks
    """
    run(ctx, options)


@click.command(short_help="The newest revisions.")
@verbose
@click.option("--resolve-dependencies", is_flag=True, help="Leave out those that others depend on.")
@as_json
@one
@click.pass_context
def heads(ctx: click.Context, /, **options: Any) -> None:
    """Print the revisions on which nothing stands: one, unless there are branches."""
    run(ctx, options)


@click.command(short_help="One revision in full.")
@click.argument("rev", metavar="REVISION")
@click.option("--sql", is_flag=True, help="Print the SQL that it runs.")
@click.option("--dialect", metavar="NAME", help="With --sql: for which kind of database.")
@click.option("--source", is_flag=True, help="Print its file, and the SQL files beside it.")
@as_json
@one
@database_options
@click.pass_context
def show(ctx: click.Context, /, **options: Any) -> None:
    """Print all that is known of a revision.

    \b
      schemadiff show head
      schemadiff show ae10
      schemadiff show current
      schemadiff show ae10 --sql --dialect postgresql
      schemadiff show ae10 --source
    """
    if options.pop("source"):
        sqlscripts.show_source(ctx, options["rev"])
        return
    as_sql, dialect = options.pop("sql"), options.pop("dialect")
    if as_sql or dialect:
        editing.show_sql(ctx, options["rev"], dialect)
        return
    run(ctx, options, "rev")


@click.command(short_help="Where branches begin.")
@verbose
@as_json
@click.pass_context
def branches(ctx: click.Context, /, **options: Any) -> None:
    """Print the revisions on which several stand, and those that do."""
    run(ctx, options)


COMMANDS = (current, history, heads, show, branches)
