"""What was said on the command line outside the commands' own options, and the Config made of it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from schemadiff.config import Config

ANSWERS = frozenset(
    {
        "branches",
        "check",
        "current",
        "diff",
        "heads",
        "history",
        "inspect",
        "list_templates",
        "show",
    }
)
"""The commands whose output is what they were called for."""

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Settings:
    """The global options."""

    files: tuple[str, ...] = ()
    name: str = "schemadiff"
    x: tuple[str, ...] = ()
    quiet: bool = False
    url: str | None = None
    metadata: tuple[str, ...] = ()
    traceback: bool = False
    package: str | None = None

    def with_database(self, url: str | None, metadata: Sequence[str]) -> Settings:
        """These settings with what was said after the command's name, which counts for more."""
        return replace(self, url=url or self.url, metadata=tuple(metadata) or self.metadata)

    def config(self, command: str, options: dict[str, object]) -> Config:
        """The Config that the command works with; ``options`` are its own, for env.py's ``cmd_opts``."""
        from schemadiff.config import Config

        ini, toml = self._files(may_be_missing=command == "init")
        config = Config(
            ini,
            toml_file=toml,
            ini_section=self.name,
            stdout=sys.stdout,
            cmd_opts=SimpleNamespace(**{**self._said(command), **options}),
        )
        here = config.ini_here or config.toml_here
        if self.url:
            config.set_main_option("url", self.url.replace("%", "%%"))
        elif here and not self.files and here in Path.cwd().parents:  # found by looking upwards
            config.files_start_at = here
        if self.metadata:
            config.attributes["target_metadata"] = list(self.metadata)
            sys.path.append(str(Path.cwd()))  # said here, and perhaps meant from here
        return config if self.package is None else self._of_package(config, self.package)

    @staticmethod
    def _of_package(config: Config, name: str) -> Config:
        packages = import_module("schemadiff.packages")
        found: Config = packages.config_for(config, packages.find(config, name))
        return found

    def _said(self, command: str) -> dict[str, object]:
        """The global options as env.py finds them in ``cmd_opts``."""
        # What was asked for is said in any case.
        quiet = self.quiet and command not in ANSWERS
        return {"cmd": command, "x": list(self.x), "name": self.name, "quiet": quiet}

    def _files(self, may_be_missing: bool) -> tuple[Path | None, Path | None]:
        """The ini file and the TOML file."""
        from schemadiff.config import find_config

        if may_be_missing and self.files:
            paths = [Path(file) for file in self.files]
            tomls = [path for path in paths if path.name == "pyproject.toml"]
            inis = [path for path in paths if path not in tomls]
            return next(iter(inis), None), next(iter(tomls), None)
        found = find_config(Path.cwd(), self.files, upwards=not may_be_missing)
        return found.ini, found.toml


def global_options(function: F) -> F:
    """``function`` with the options that stand before the command's name."""
    for option in reversed(
        (
            click.option(
                "-c", "--config", "files", multiple=True, metavar="FILE",
                help="Configuration: an .ini file or pyproject.toml (default: those in this folder).",
            ),
            click.option("-n", "--name", default="schemadiff", help="Section of the .ini file."),
            click.option("-x", multiple=True, metavar="KEY=VALUE", help="A value for env.py; may be repeated."),
            click.option("-q", "--quiet", is_flag=True, help="Say nothing but results and errors."),
            *DATABASE,
            click.option("--package", metavar="NAME", help="Work on the history of this package."),
            click.option(
                "--alembic", is_flag=True, help="`import alembic` means schemadiff, in this process only.",
            ),
            click.option(
                "--traceback", "--raiseerr", is_flag=True, help="Show where in the code an error was raised.",
            ),
        )
    ):  # fmt: skip
        function = option(function)
    return function


def database_options(function: F) -> F:
    """``function`` with ``--url`` and ``--metadata``, for a command that needs a database."""
    for option in reversed(DATABASE):
        function = option(function)
    return function


DATABASE = (
    click.option("--url", metavar="URL", help="The database, instead of the configured one."),
    click.option(
        "--metadata",
        multiple=True,
        metavar="MODULE:ATTR",
        help="The models, instead of the configured ones; may be repeated.",
    ),
)
