"""A project in a folder, used as people use it: by configuration and commands."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa

from schemadiff import command
from schemadiff.autogenerate.comparison import Comparison, compare
from schemadiff.config import Config
from schemadiff.migration import MigrationContext

from .cases import Models


@dataclass(slots=True)
class Project:
    """A folder with a configuration, revision files, and a database."""

    folder: Path
    engine: sa.Engine
    settings: Mapping[str, str] = field(default_factory=dict)
    """What the configuration says beside what every project says."""
    _revisions: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        (self.folder / "migrations" / "versions").mkdir(parents=True, exist_ok=True)

    def revise(self, models: Models) -> Path:
        """The revision file that leads from the database to ``models``; it has not been run."""
        self._revisions += 1
        name = f"{self._revisions:04}"
        command.revision(self._config(models), message="a change", autogenerate=True, rev_id=name)
        return next(iter((self.folder / "migrations").rglob(f"{name}_*.py")))

    def upgrade(self, models: Models) -> None:
        command.upgrade(self._config(models), "head")

    def downgrade(self, models: Models) -> None:
        command.downgrade(self._config(models), "base")

    def there_and_back(self, before: Models, after: Models, times: int = 2) -> None:
        """Up and down so many times, each time to where nothing differs."""
        for _ in range(times):
            self.upgrade(after)
            assert self.compared_with(after).changes == ()
            self.downgrade(after)
            assert self.compared_with(before).changes == ()

    def compared_with(self, models: Models) -> Comparison:
        """The database beside ``models``."""
        return comparison(self.engine, models)

    def _config(self, models: Models) -> Config:
        said = {
            "url": self.engine.url.render_as_string(hide_password=False).replace("%", "%%"),
            "target_metadata": f"{models.path}:metadata",
            "script_location": f"{self.folder / 'migrations'}",
            **models.options,
            **self.settings,
        }
        lines = (f"{name} = {json.dumps(value)}\n" for name, value in said.items())
        file = self.folder / "pyproject.toml"
        file.write_text("[tool.schemadiff]\n" + "".join(lines), encoding="utf-8")
        return Config(toml_file=file)


def comparison(engine: sa.Engine, models: Models) -> Comparison:
    """The database of ``engine`` beside ``models``."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=dict(models.options))
        return compare(context, models.metadata)
