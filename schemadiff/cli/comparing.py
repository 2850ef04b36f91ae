"""The commands that compare the database with the models."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

from . import editing, sqlscripts, states
from .packages import one
from .running import is_terminal, run, sql
from .settings import Settings, database_options


@click.command(short_help="Is the database what the models say?")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json"]),
    default="text",
    help="How to print it.",
)
@click.option(
    "--allow-empty-metadata",
    is_flag=True,
    help="Compare even if the models have no table at all and the database has some.",
)
@click.option(
    "--census",
    is_flag=True,
    help="List as well what is in the database and not in the models: views, functions …",
)
@click.option(
    "--history",
    "with_history",
    is_flag=True,
    help="Compare with the revisions as well: which of models, revisions and database has drifted?",
)
@click.option("--scratch", metavar="URL", help="With --history: where the revisions may be tried.")
@one
@database_options
@click.pass_context
def check(ctx: click.Context, /, **options: Any) -> Any:
    """Print every difference between the database and the models. Changes nothing.

    Exit code 0: in sync. 1: differences found. 3: the database lacks revisions that the project has.

    \b
      schemadiff check
      schemadiff check --format json > drift.json
      schemadiff check --url postgresql+psycopg://app@db/shop --metadata shop.models:Base
      schemadiff check --history    models, revisions and database: who has drifted?
    """
    settings: Settings = ctx.obj.with_database(options["url"], options["metadata"])
    config = settings.config("check", options)
    if options["with_history"]:
        drifting = import_module("schemadiff.command.drifting")
        return drifting.check_history(
            config,
            as_json=options["format_"] == "json",
            scratch=options["scratch"],
            **({"style": click.style} if is_terminal() else {}),
        )
    checking = import_module("schemadiff.command.checking")
    return checking.check(
        config,
        as_json=options["format_"] == "json",
        allow_empty=options["allow_empty_metadata"],
        census=options["census"],
        style=click.style if is_terminal() else None,
    )


@click.command(short_help="Write a new revision file.")
@click.option("-m", "--message", help="What it does, in a few words.")
@click.option(
    "--autogenerate",
    "-a",
    is_flag=True,
    help="Fill it with the difference between database and models.",
)
@click.option(
    "--empty", is_flag=True, help="With --autogenerate: write a file even if nothing differs."
)
@sql
@click.option("--head", default="head", show_default=True, help="The revision it stands on.")
@editing.format_
@click.option("--splice", is_flag=True, help="Allow a revision that is not a head as --head.")
@click.option("--branch-label", help="A name for the branch that begins here.")
@click.option("--version-path", help="The folder to write it into, if there are several.")
@click.option("--rev-id", help="Its id, instead of one drawn by lot.")
@click.option(
    "--depends-on",
    multiple=True,
    metavar="REVISION",
    help="Must be applied before; may be repeated.",
)
@click.option(
    "--allow-empty-metadata",
    is_flag=True,
    help="Write it even if the models have no table at all: everything is dropped.",
)
@click.option("--dry-run", is_flag=True, help="Print the file, write nothing.")
@states.between_options
@sqlscripts.script_options
@one
@database_options
@click.pass_context
def revision(ctx: click.Context, /, **options: Any) -> None:
    """Write a new revision file: empty, or with --autogenerate the difference that `check` shows.

    \b
      schemadiff revision --autogenerate -m "add account table"
      schemadiff revision -m "fill the new column"
      schemadiff revision --from history -m "add account table"    without a database
      schemadiff revision --sql-scripts -m "fill"    to be written in SQL, in files beside it
      schemadiff revision --format markdown    what --autogenerate would write, for a review

    With --autogenerate the database must be at head; where nothing differs, no file is written.
    """
    format_ = options.pop("format_")
    if sqlscripts.revise(ctx, options) or states.revise(ctx, options):
        return
    if format_ != "python":
        # It writes nothing in any case.
        options.pop("dry_run")
        editing.review(ctx, format_, options)
        return
    run(ctx, options)


COMMANDS = (check, revision)
