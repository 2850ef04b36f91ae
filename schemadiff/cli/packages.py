"""Options for packages with a history of their own: ``--package NAME`` and ``--all``."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar

import click

from schemadiff.errors import UsageError

from .settings import Settings

if TYPE_CHECKING:
    from schemadiff.config import Config

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
    own = {package.name: packages.config_for(config, package) for package in found}
    if options.get("as_json"):
        config.print_stdout("%s", _one_document(own, lambda c: function(c, *arguments, **options)))
        return
    for name, of_package in own.items():
        config.print_stdout("%s", f"{name}:")
        function(of_package, *arguments, **options)


def _one_document(configs: Mapping[str, Config], command: Callable[[Config], object]) -> str:
    """What the command prints for each package, as one JSON object by their names."""
    found: dict[str, object] = {}
    for name, config in configs.items():
        config.stdout = io.StringIO()
        command(config)
        found[name] = json.loads(config.stdout.getvalue())
    return json.dumps(found, indent=2, ensure_ascii=False)
