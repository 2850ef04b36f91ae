"""Running a project's environment: its env.py, or without one what the configuration says."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from schemadiff.config import Config
from schemadiff.errors import ConfigError
from schemadiff.read.later import LaterModels
from schemadiff.script import ScriptDirectory

from .connect import Missing, NoFile, parse_url, with_connection
from .environment import EnvironmentContext
from .migration import MigrationContext
from .models import load_metadata, put_in_front
from .steps import Step

Steps = Callable[[Any, MigrationContext], Iterable[Step]]
"""Given the heads in the database, the steps of a command."""


def run_environment(
    config: Config,
    script: ScriptDirectory,
    steps: Steps,
    *,
    models: bool = True,
    missing: Missing = "make",
    **options: Any,
) -> None:
    """Configure the environment and let it take ``steps``.

    ``models``: whether the command compares them; other commands import them only where a name is left to their
    naming convention. ``missing``: what becomes of a SQLite file that does not exist. Both are a matter of the
    configuration only; an env.py does as it likes.
    """
    put_in_front(search_path(config))
    with EnvironmentContext(config, script, fn=steps, **options) as environment:
        if has_env(script):
            script.run_env()
        else:
            run_configured(environment, models=models, missing=missing)


def has_env(script: ScriptDirectory) -> bool:
    """Whether the project has an env.py of its own."""
    return script.env_path.is_file()


def has_project(config: Config) -> bool:
    """Whether the configuration names a folder of revisions that is there."""
    return config.is_said and Path(config.script_options().dir).is_dir()


def run_configured(environment: EnvironmentContext, *, models: bool, missing: Missing) -> None:
    """What an env.py would do, from configuration alone."""
    config = environment.config
    metadata: Any = target_metadata(config) if models else later_metadata(config)

    def run(connection: Connection | None) -> None:
        if connection is None:
            url = parse_url(database_url(config))
            environment.configure(url=url, target_metadata=metadata, literal_binds=True)
        else:
            environment.configure(connection, target_metadata=metadata)
        with environment.begin_transaction():
            environment.run_migrations()

    if environment.is_offline_mode():
        run(None)
    else:
        on_database(config, run, missing=missing)


def on_database(
    config: Config, work: Callable[[Connection], Any], *, missing: Missing = "make"
) -> Any:
    """What ``work`` returns for the connection handed over in ``config.attributes``, or for the URL's."""
    match config.attributes.get("connection"):
        case None:
            try:
                return with_connection(database_url(config), work, missing=missing)
            except NoFile as error:
                if has_project(config):
                    error.hint = "schemadiff upgrade head makes it"
                raise
        case sa.Engine() as engine:
            with engine.connect() as connection:
                return work(connection)
        case connection:
            return work(connection)


def database_url(config: Config) -> str:
    """The configured URL. Raises ConfigError if there is none."""
    url = config.get_main_option("url")
    if not url:
        raise ConfigError(
            "no database is configured",
            key="url",
            hint="say --url sqlite:///app.db, or write url = … into the configuration",
        )
    return url


def target_metadata(config: Config) -> sa.MetaData | list[sa.MetaData] | None:
    """The configured models: one MetaData, several, or None where nothing is said about them."""
    spec = config.attributes.get("target_metadata") or config.get_target_metadata()
    if not spec:
        return None
    found = load_metadata(spec, search_path(config))
    return found[0] if len(found) == 1 else found


def later_metadata(config: Config) -> object:
    """The configured models, not imported yet; None where nothing is said about them."""
    spec = config.attributes.get("target_metadata") or config.get_target_metadata()
    return LaterModels(partial(target_metadata, config)) if spec else None


def search_path(config: Config) -> list[str]:
    """The folders from which the project's own code is imported: the configuration's, unless it names others."""
    here = config.ini_here or config.toml_here or Path.cwd()
    return [str(here / path) for path in config.get_prepend_sys_paths_list() or ["."]]
