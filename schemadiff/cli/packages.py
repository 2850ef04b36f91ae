"""Options for packages with a history of their own: ``--package NAME`` and ``--all``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from typing import Any, TypeVar

import click

from schemadiff.errors import UsageError

from .settings import Settings

F = TypeVar("F", bound=Callable[..., Any])


def _choose(ctx: click.Context, parameter: click.Parameter, name: str | None) -> None:
    if name is not None:
        ctx.obj = replace(ctx.obj, package=name)


one = click.option(
    "--package",
    metavar="NAME",
    expose_value=False,
    callback=_choose,
    help="Work on the history of this package.",
)
every = click.option("--all", "all_", is_flag=True, help="The histories of all packages.")


def package_options(function: F) -> F:
    """``function`` with both options."""
    return one(every(function))


def for_every_package(
    settings: Settings, command: str, options: dict[str, Any], *arguments: Any
) -> None:
    """Run a command on one history after the other, each under its package's name.

    Raises UsageError where there is no package.
    """
    if settings.package is not None:
        raise UsageError("--all and --package exclude each other")
    packages = import_module("schemadiff.packages")
    function = getattr(import_module("schemadiff.command"), command)
    config = settings.config(command, options)
    found = packages.packages_of(config)
    if not found:
        raise UsageError(
            "there are no packages with a history",
            hint="packages = … in the configuration names them, or they register themselves",
        )
    for package in found:
        config.print_stdout("%s", f"{package.name}:")
        function(packages.config_for(config, package), *arguments, **options)
