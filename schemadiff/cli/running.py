"""What the commands share: the options of several, and the way from a command to its function."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any

import click

from .packages import for_every_package
from .settings import Settings

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


def run(ctx: click.Context, options: dict[str, Any], *names: str) -> Any:
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


def is_terminal() -> bool:
    """Whether what is printed may have colours."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")
