"""The commands: what each is called, what it takes, and what its help teaches."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any, TypeVar

import click

from schemadiff import __version__

from . import editing, states
from .adopting import adopt
from .packages import for_every_package, one, package_options
from .settings import Settings, database_options, global_options

F = TypeVar("F", bound=Callable[..., Any])


class InOrder(click.Group):
    """A group that lists its commands in the order of a day's work, and knows them by unique beginnings."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


@click.group(
    cls=InOrder,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="schemadiff COMMAND --help explains a command, with examples.",
)
@click.version_option(__version__, prog_name="schemadiff", message="%(prog)s %(version)s")
@global_options
@click.pass_context
def group(ctx: click.Context, /, **options: Any) -> None:
    """Compare a database with SQLAlchemy models, write the difference as revision files, run them.

    \b
    First steps:
      schemadiff init migrations                     a folder for revision files
      schemadiff revision --autogenerate -m "start"  write what the models have and the database lacks
      schemadiff upgrade head                        run it
      schemadiff check                               is anything left to do?

    Without a project, in any folder:

    \b
      schemadiff check --url sqlite:///shop.db --metadata shop.models:Base

    Exit codes: 0 fine or in sync, 1 differences found, 2 usage or configuration, 3 the database is not at
    head, 4 something failed.
    """
    if options.pop("alembic"):
        import_module("schemadiff.adopting.alias").install()
    ctx.obj = Settings(**options)


def _run(ctx: click.Context, options: dict[str, Any], *names: str) -> Any:
    """What the documented function of the command's name returns: ``names`` are its positional arguments."""
    settings: Settings = ctx.obj
    if "url" in options:
        settings = settings.with_database(options.pop("url"), options.pop("metadata"))
    name = str(ctx.info_name).replace("-", "_")
    if options.pop("all_", False):
        arguments = [options.pop(argument) for argument in names]
        return for_every_package(settings, name, options, *arguments)
    config = settings.config(name, options)
    function = getattr(import_module("schemadiff.command"), name)
    return function(config, *(options.pop(argument) for argument in names), **options)


def _no_option(ctx: click.Context, parameter: click.Parameter, value: str) -> str:
    """The revision; ``-1`` is one, ``--nonsense`` is an option that nobody knows."""
    if value.startswith("-") and not value[1:2].isdigit():
        raise click.NoSuchOption(value, ctx=ctx)
    return value


revisions = click.argument("revisions", nargs=-1, required=True, metavar="REVISION...")
sql = click.option(
    "--sql", is_flag=True, help="Write SQL to standard output instead of executing it."
)
tag = click.option("--tag", help="Any text, for env.py to ask for.")
verbose = click.option("-v", "--verbose", is_flag=True, help="Say more.")
as_json = click.option(
    "--format",
    "as_json",
    type=click.Choice(["text", "json"]),
    default="text",
    callback=lambda ctx, parameter, value: value == "json",
    help="How to print it.",
)
GO_ON = {"ignore_unknown_options": True}
"""So that ``downgrade -1`` is a revision and not an option."""


# ---- comparing -------------------------------------------------------------------------------


@group.command(short_help="Is the database what the models say?")
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
    """
    settings: Settings = ctx.obj.with_database(options["url"], options["metadata"])
    config = settings.config("check", options)
    checking = import_module("schemadiff.command.checking")
    return checking.check(
        config,
        as_json=options["format_"] == "json",
        allow_empty=options["allow_empty_metadata"],
        census=options["census"],
        style=click.style if _is_terminal() else None,
    )


@group.command(short_help="Write a new revision file.")
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
@one
@database_options
@click.pass_context
def revision(ctx: click.Context, /, **options: Any) -> None:
    """Write a new revision file: empty, or with --autogenerate the difference that `check` shows.

    \b
      schemadiff revision --autogenerate -m "add account table"
      schemadiff revision -m "fill the new column"
      schemadiff revision --from history -m "add account table"    without a database
      schemadiff revision --format markdown    what --autogenerate would write, for a review

    With --autogenerate the database must be at head; where nothing differs, no file is written.
    """
    format_ = options.pop("format_")
    if states.revise(ctx, options):
        return
    if format_ != "python":
        # It writes nothing in any case.
        options.pop("dry_run")
        editing.review(ctx, format_, options)
        return
    _run(ctx, options)


# ---- moving ----------------------------------------------------------------------------------


@group.command(short_help="Run revisions up to REVISION.", context_settings=GO_ON)
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
    _run(ctx, options, "revision")


@group.command(short_help="Undo revisions down to REVISION.", context_settings=GO_ON)
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
    _run(ctx, options, "revision")


@group.command(short_help="Say that the database is at REVISION; run nothing.")
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
    _run(ctx, options, "revisions")


@group.command("ensure_version", short_help="Make the version table.")
@sql
@database_options
@click.pass_context
def ensure_version(ctx: click.Context, /, **options: Any) -> None:
    """Make the version table if it is missing."""
    _run(ctx, options)


# ---- looking ---------------------------------------------------------------------------------


@group.command(short_help="Where is the database?")
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
    _run(ctx, options)


@group.command(short_help="All revisions, newest first.")
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
    _run(ctx, options)


@group.command(short_help="The newest revisions.")
@verbose
@click.option("--resolve-dependencies", is_flag=True, help="Leave out those that others depend on.")
@as_json
@one
@click.pass_context
def heads(ctx: click.Context, /, **options: Any) -> None:
    """Print the revisions on which nothing stands: one, unless there are branches."""
    _run(ctx, options)


@group.command(short_help="One revision in full.")
@click.argument("rev", metavar="REVISION")
@click.option("--sql", is_flag=True, help="Print the SQL that it runs.")
@click.option("--dialect", metavar="NAME", help="With --sql: for which kind of database.")
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
    """
    as_sql, dialect = options.pop("sql"), options.pop("dialect")
    if as_sql or dialect:
        editing.show_sql(ctx, options["rev"], dialect)
        return
    _run(ctx, options, "rev")


@group.command(short_help="Where branches begin.")
@verbose
@as_json
@click.pass_context
def branches(ctx: click.Context, /, **options: Any) -> None:
    """Print the revisions on which several stand, and those that do."""
    _run(ctx, options)


# ---- keeping house ---------------------------------------------------------------------------


@group.command(short_help="A folder for revision files.")
@click.argument("directory", default="migrations")
@click.option("-t", "--template", default="generic", show_default=True, help="See list_templates.")
@click.option("--package", is_flag=True, help="Make the folders importable (__init__.py).")
@database_options
@click.pass_context
def init(ctx: click.Context, /, **options: Any) -> None:
    """Make a folder for revision files and write where it is into the configuration.

    \b
      schemadiff init migrations
      schemadiff init migrations --url sqlite:///shop.db --metadata shop.models:Base
    """
    url, metadata = options.pop("url"), options.pop("metadata")
    settings: Settings = ctx.obj
    ctx.obj = settings.with_database(url, metadata)
    _run(ctx, options, "directory")


@group.command("list_templates", short_help="What init can make.")
@as_json
@click.pass_context
def list_templates(ctx: click.Context, /, **options: Any) -> None:
    """Print the templates that `init -t` knows."""
    _run(ctx, options)


@group.command(short_help="Join several heads.")
@revisions
@click.option("-m", "--message", help="What it does, in a few words.")
@click.option("--branch-label", help="A name for the joined branch.")
@click.option("--rev-id", help="Its id, instead of one drawn by lot.")
@click.option("--splice", is_flag=True, help="Allow revisions that are no heads.")
@click.option("--check", is_flag=True, help="Write nothing; say which objects two branches touch.")
@click.pass_context
def merge(ctx: click.Context, /, **options: Any) -> Any:
    """Write a revision file that stands on several, so that there is one head again.

    With --check the exit code is 1 if two of the branches touch the same object.

    \b
      schemadiff merge heads --check
      schemadiff merge heads -m "join"
      schemadiff merge ae10 27c6 -m "join"
    """
    if options.pop("check"):
        return editing.merge_check(ctx, options["revisions"])
    return _run(ctx, options, "revisions")


for command in editing.COMMANDS:
    group.add_command(command)


@group.command(short_help="Open a revision file in $EDITOR.")
@click.argument("rev", metavar="REVISION")
@click.pass_context
def edit(ctx: click.Context, /, **options: Any) -> None:
    """Open the file of a revision in $VISUAL or $EDITOR.

    \b
      schemadiff edit head
    """
    _run(ctx, options, "rev")


@group.command(short_help="Tab completion for your shell.")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, /, shell: str) -> None:
    """Print what your shell must read to complete commands and options.

    \b
      schemadiff completion bash >> ~/.bashrc
      schemadiff completion fish > ~/.config/fish/completions/schemadiff.fish
    """
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None
    click.echo(kind(ctx.find_root().command, {}, "schemadiff", "_SCHEMADIFF_COMPLETE").source())


for _command in states.COMMANDS:
    group.add_command(_command)


group.add_command(adopt)


def _is_terminal() -> bool:
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")
