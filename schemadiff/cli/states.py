"""The commands that work on states of a schema: diff and inspect."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any, TypeVar

import click

from .settings import Settings

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


COMMANDS = (diff, inspect)
