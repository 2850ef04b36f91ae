"""The command that writes a script with a project's options in it."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from .settings import Settings, database_options


@click.command(short_help="A script that is this command line with your options in it.")
@click.argument("file", type=click.Path(path_type=Path))
@database_options
@click.pass_context
def manage(ctx: click.Context, /, file: Path, **options: Any) -> None:
    """Write a Python script that runs these commands for this project, wherever it is called from.

    The configuration and the options that stand before the command's name are its defaults.

    \b
      schemadiff manage manage.py --url sqlite:///shop.db
      python manage.py upgrade
    """
    settings: Settings = ctx.obj.with_database(options["url"], options["metadata"])
    said = [*_said(settings)]
    import_module("schemadiff.command.managing").manage(settings.config("manage", {}), file, said)


def _said(settings: Settings) -> Iterator[str]:
    """The global options as they would have to be said again, less the configuration's files."""
    if settings.name != "schemadiff":
        yield f"--name={settings.name}"
    for key in settings.x:
        yield from ("-x", key)
    if settings.url:
        yield f"--url={settings.url}"
    yield from (f"--metadata={name}" for name in settings.metadata)
    if settings.package:
        yield f"--package={settings.package}"
