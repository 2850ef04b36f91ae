"""The command line as a whole: what stands before a command, and the commands in the order of a day's work."""

from __future__ import annotations

from importlib import import_module
from itertools import chain
from typing import Any

import click

from schemadiff import __version__

from . import comparing, editing, keeping, looking, moving, states
from .adopting import adopt
from .manage import manage
from .settings import Settings, global_options


class InOrder(click.Group):
    """A group that lists its commands in the order of a day's work."""

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


for _command in chain(
    comparing.COMMANDS,
    moving.COMMANDS,
    looking.COMMANDS,
    keeping.STARTING,
    (keeping.merge,),
    editing.COMMANDS,
    keeping.COMMANDS,
    states.COMMANDS,
    (adopt, manage),
):
    group.add_command(_command)
