"""`schemadiff adopt --from sqlalchemy-migrate`: a repository of numbered scripts becomes a history."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from schemadiff.adopting.numbered import Repository, adopted_files, read_repository, write
from schemadiff.config import Config
from schemadiff.editing.files import unified
from schemadiff.errors import UsageError
from schemadiff.runtime.connect import with_connection
from schemadiff.runtime.project import database_url
from schemadiff.script import ScriptDirectory

from .moving import stamp


def adopt_repository(config: Config, folder: Path, *, dry_run: bool = False) -> None:
    """Write the repository's scripts as revisions, and stamp the database with the version it is at.

    The repository itself is left alone. Raises UsageError where the project has revisions already.
    """
    repository = read_repository(folder)
    script = ScriptDirectory.from_config(config)
    if list(script.revision_map):
        raise UsageError(
            "the project has revisions already",
            hint="adopt into a fresh one: schemadiff init migrations",
        )
    place = Path(script.versions)
    changes = adopted_files(repository, folder=place)
    version = None if dry_run else _version_in_database(config, repository)
    revision = repository.revision(version or 0)
    if dry_run:
        for line in unified(changes, Path.cwd()):
            config.print_stdout("%s", line)
        return
    write(changes, place)
    for change in changes:
        assert change.new is not None
        config.print_stdout("%s", f"Adopting {change.new[0]} ...  done")
    if revision is not None:
        stamp(config, [revision], False, None, False)
    config.print_stdout("%s", _summary(repository, version, revision))


def _summary(repository: Repository, version: int | None, revision: str | None) -> str:
    several = f"{len(repository.versions)} revisions"
    if version is None:
        table = repository.version_table
        return f"{several}; {table} says nothing of this repository, so no database was stamped."
    return f"{several}; the database was at version {version}: stamped {revision or 'base'}."


def _version_in_database(config: Config, repository: Repository) -> int | None:
    """What the version table of SQLAlchemy-Migrate says; None without a database, table or row."""
    if not config.get_main_option("url"):
        return None

    def read(connection: Connection) -> int | None:
        table = sa.table(repository.version_table, sa.column("repository_id"), sa.column("version"))
        if not sa.inspect(connection).has_table(table.name):
            return None
        asked = sa.select(table.c.version).where(table.c.repository_id == repository.id)
        found: int | None = connection.execute(asked).scalar()
        return found

    return with_connection(database_url(config), read, missing="imagine")
