"""Histories and SQL files carried out on an empty database."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from copy import copy, deepcopy
from pathlib import Path
from typing import Any

from sqlalchemy import exc
from sqlalchemy.engine import URL, Connection

from schemadiff.config import Config
from schemadiff.errors import CommandError, UsageError
from schemadiff.runtime.connect import reason, with_connection
from schemadiff.runtime.environment import EnvironmentContext
from schemadiff.runtime.migration import MigrationContext
from schemadiff.runtime.models import put_in_front
from schemadiff.runtime.project import Steps, later_metadata, search_path
from schemadiff.runtime.steps import Step
from schemadiff.runtime.telling import progress
from schemadiff.script import ScriptDirectory
from schemadiff.sqlscripts import statements_of


def on_scratch(config: Config, url: URL) -> Config:
    """The same configuration, which knows no database but the one of ``url``."""
    other = copy(config)
    other.file_config = deepcopy(config.file_config)
    other.attributes = {k: v for k, v in config.attributes.items() if k != "connection"}
    other.set_main_option("url", url.render_as_string(False).replace("%", "%%"))
    return other


def run_there(
    config: Config, script: ScriptDirectory, connection: Connection, steps: Steps
) -> None:
    """Take ``steps`` on ``connection``, without env.py: it might connect to another database.

    Names are left to the naming convention of the models that the configuration names.
    """
    config = on_scratch(config, connection.engine.url)
    models: Any = later_metadata(config)
    with EnvironmentContext(config, script, fn=steps) as environment:
        environment.configure(connection, target_metadata=models)
        with environment.begin_transaction():
            environment.run_migrations()


def replay(config: Config, script: ScriptDirectory, url: URL, revision: str = "heads") -> None:
    """Run the revisions up to ``revision`` on the empty database of ``url``."""

    def steps(heads: Any, context: MigrationContext) -> Iterable[Step]:
        return script.upgrade_steps(revision, heads) if revision != "base" else ()

    put_in_front(search_path(config))

    with quietly():
        with_connection(url, lambda connection: run_there(config, script, connection, steps))


@contextmanager
def quietly() -> Iterator[None]:
    """The block without the lines that say which revision is run: nobody's database is touched."""
    log = progress()
    before = log.level
    log.setLevel(logging.WARNING)
    try:
        yield
    finally:
        log.setLevel(before)


def run_scripts(path: Path, url: URL) -> None:
    """Carry out the SQL files of a folder, or one file, in the database of ``url``.

    Raises CommandError naming file, line and statement.
    """
    files = sorted(path.glob("*.sql")) if path.is_dir() else [path]
    if not files:
        raise UsageError(f"no .sql files in {path}")

    def run(connection: Connection) -> None:
        for file in files:
            run_file(connection, file)
        connection.commit()

    with_connection(url, run)


def run_file(connection: Connection, file: Path) -> None:
    """Carry out the statements of one file. Raises CommandError naming file, line and statement."""
    for piece in statements_of(file, connection.dialect.name):
        try:
            connection.exec_driver_sql(piece.text, execution_options={"no_parameters": True})
        except exc.DBAPIError as error:
            where = f"{file}, line {piece.line}"
            raise CommandError(
                f"{where}: {reason(error)}", hint=f"in: {piece.beginning}"
            ) from error
