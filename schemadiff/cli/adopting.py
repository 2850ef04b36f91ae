"""The command that takes over a project of Alembic's, or a repository of SQLAlchemy-Migrate's."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import click

from .running import is_terminal
from .settings import Settings, database_options

ALEMBIC, MIGRATE = "alembic", "sqlalchemy-migrate"


@click.command(short_help="Take over a project of Alembic's or SQLAlchemy-Migrate's.")
@click.argument("repository", required=False, type=click.Path(path_type=Path))
@click.option(
    "--from",
    "from_",
    type=click.Choice([ALEMBIC, MIGRATE]),
    default=ALEMBIC,
    show_default=True,
    help="What it was written for.",
)
@click.option("--dry-run", is_flag=True, help="Only show what would change, as a diff.")
@click.option(
    "--toml",
    is_flag=True,
    help="Move the configuration from the ini file into pyproject.toml, too.",
)
@database_options
@click.pass_context
def adopt(ctx: click.Context, /, **options: Any) -> None:
    """Turn an Alembic project into one of schemadiff, in place; or REPOSITORY into revisions.

    The imports in env.py, in every revision file and in script.py.mako change, and not a byte else; the
    databases keep their version tables. What is not understood is refused, naming the line, and then no file
    is touched.

    \b
      schemadiff adopt --dry-run
      schemadiff -c alembic.ini adopt
      schemadiff adopt --toml      with [tool.schemadiff] instead of the section of the ini file
      schemadiff adopt --from sqlalchemy-migrate my_repository

    A repository's numbers become the ids of revisions; the database is stamped with what migrate_version says.

    To run a project as it is, without adopting it: schemadiff --alembic COMMAND
    """
    url, metadata = options.pop("url"), options.pop("metadata")
    repository, from_ = options.pop("repository"), options.pop("from_")
    settings: Settings = ctx.obj.with_database(url, metadata)
    if (repository is not None) != (from_ == MIGRATE):
        raise click.UsageError(f"REPOSITORY goes with --from {MIGRATE}", ctx=ctx)
    if repository is not None and options["toml"]:
        raise click.UsageError("a repository has no configuration for --toml to move", ctx=ctx)
    config = settings.config("adopt", options)
    if repository is not None:
        numbered = import_module("schemadiff.command.numbered")
        numbered.adopt_repository(config, repository, dry_run=options["dry_run"])
        return
    import_module("schemadiff.command.adopting").adopt(
        config,
        dry_run=options["dry_run"],
        toml=options["toml"],
        style=click.style if is_terminal() else None,
    )
