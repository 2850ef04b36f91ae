"""The command that takes over a project of Alembic's."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any

import click

from .settings import Settings


@click.command(short_help="Take over a project that was written for Alembic.")
@click.option("--dry-run", is_flag=True, help="Only show what would change, as a diff.")
@click.option(
    "--toml",
    is_flag=True,
    help="Move the configuration from the ini file into pyproject.toml, too.",
)
@click.pass_context
def adopt(ctx: click.Context, /, **options: Any) -> None:
    """Turn an Alembic project into one of schemadiff, in place.

    The imports in env.py, in every revision file and in script.py.mako change, and not a byte else; the
    databases keep their version tables. What is not understood is refused, naming the line, and then no file
    is touched.

    \b
      schemadiff adopt --dry-run
      schemadiff -c alembic.ini adopt
      schemadiff adopt --toml      with [tool.schemadiff] instead of the section of the ini file

    To run a project as it is, without adopting it: schemadiff --alembic COMMAND
    """
    settings: Settings = ctx.obj
    is_terminal = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    import_module("schemadiff.command.adopting").adopt(
        settings.config("adopt", options),
        dry_run=options["dry_run"],
        toml=options["toml"],
        style=click.style if is_terminal else None,
    )
