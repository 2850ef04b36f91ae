"""The commands that keep house: a project is made, heads are joined, a file is opened."""

from __future__ import annotations

from typing import Any

import click

from . import editing
from .running import as_json, run
from .settings import Settings, database_options


@click.command(short_help="A folder for revision files.")
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
    run(ctx, options, "directory")


@click.command("list_templates", short_help="What init can make.")
@as_json
@click.pass_context
def list_templates(ctx: click.Context, /, **options: Any) -> None:
    """Print the templates that `init -t` knows."""
    run(ctx, options)


@click.command(short_help="Join several heads.")
@click.argument("revisions", nargs=-1, required=True, metavar="REVISION...")
@click.option("-m", "--message", help="What it does, in a few words.")
@click.option("--branch-label", help="A name for the joined branch.")
@click.option("--rev-id", help="Its id, instead of one drawn by lot.")
@click.option("--splice", is_flag=True, help="Allow revisions that are no heads.")
@click.option("--check", is_flag=True, help="Write nothing; say which objects two branches touch.")
@as_json
@click.pass_context
def merge(ctx: click.Context, /, **options: Any) -> Any:
    """Write a revision file that stands on several, so that there is one head again.

    With --check the exit code is 1 if two of the branches touch the same object.

    \b
      schemadiff merge heads --check
      schemadiff merge heads --check --format json
      schemadiff merge heads -m "join"
      schemadiff merge ae10 27c6 -m "join"
    """
    as_json = options.pop("as_json")
    if options.pop("check"):
        return editing.merge_check(ctx, options["revisions"], as_json)
    if as_json:
        raise click.UsageError("--format json goes with --check", ctx=ctx)
    return run(ctx, options, "revisions")


@click.command(short_help="Open a revision file in $EDITOR.")
@click.argument("rev", metavar="REVISION")
@click.pass_context
def edit(ctx: click.Context, /, **options: Any) -> None:
    """Open the file of a revision in $VISUAL or $EDITOR.

    \b
      schemadiff edit head
    """
    run(ctx, options, "rev")


@click.command(short_help="Tab completion for your shell.")
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


STARTING = (init, list_templates)
COMMANDS = (edit, completion)
