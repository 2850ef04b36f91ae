"""A project whose revisions reach the database as SQL scripts, by hand of the database's own client."""

from __future__ import annotations

import io
from collections.abc import Callable

import sqlalchemy as sa
from ground.client import fed

from schemadiff import command
from schemadiff.config import Config

from .cases import Models
from .project import Project


class Scripted(Project):
    """A project that says which server its scripts are for."""

    @classmethod
    def of(cls, project: Project) -> Scripted:
        """The same project, for the server that it has."""
        return cls(project.folder, project.engine, {"server_version": _version(project.engine)})

    def upgrade(self, models: Models) -> None:
        self._run(command.upgrade, models, "base:head")

    def downgrade(self, models: Models) -> None:
        """Back to base, and to where a script from base may begin."""
        self._run(command.downgrade, models, "head:base")
        with self.engine.begin() as connection:
            connection.exec_driver_sql("DROP TABLE alembic_version")

    def _run(self, written: Callable[..., None], models: Models, revisions: str) -> None:
        config: Config = self._config(models)
        config.output_buffer = script = io.StringIO()
        written(config, revisions, sql=True)
        fed(self.engine, script.getvalue())


def _version(engine: sa.Engine) -> str:
    with engine.connect() as connection:
        question = "SHOW server_version" if engine.name == "postgresql" else "SELECT version()"
        return str(connection.exec_driver_sql(question).scalar_one())
