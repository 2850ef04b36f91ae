"""Which packages have a history of their own, and in what order they are upgraded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from importlib.metadata import EntryPoint, entry_points

from schemadiff.config import Config
from schemadiff.config.keys import as_text, as_texts
from schemadiff.errors import ConfigError

GROUP = "schemadiff.migrations"
"""Entry points: the name is the package's, the value a folder that is a package (``kotti.migrations``) or an
attribute (``kotti:migrations``) with the settings as a dictionary."""

SETTINGS = ("script_location", "version_table", "version_table_schema", "target_metadata", "depends_on")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Package:
    """A history: where its revisions are, which table counts them, what has to be there first."""

    name: str
    script_location: str
    version_table: str
    version_table_schema: str | None = None
    target_metadata: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()


def packages_of(config: Config) -> tuple[Package, ...]:
    """The packages that take part, each after those it depends on.

    They are the ones that ``packages`` in the configuration names, or without it all that registered
    themselves. Raises ConfigError for a package that nobody knows, and for a circle.
    """
    registered = {point.name: point for point in entry_points(group=GROUP)}
    said = config.get_schemadiff_option("packages")
    names = sorted(registered) if said is None else as_texts("packages", said)
    return _in_order([_package(config, name, registered.get(name)) for name in names])


def find(config: Config, name: str) -> Package:
    """The package called ``name``. Raises ConfigError, naming those there are."""
    known = packages_of(config)
    for package in known:
        if package.name == name:
            return package
    there = ", ".join(package.name for package in known) or "none"
    raise ConfigError(f"there is no package '{name}' with a history", hint=f"there are: {there}")


def _package(config: Config, name: str, point: EntryPoint | None) -> Package:
    """What the package says of itself, and above that what the configuration says of it."""
    said = {**_registered(name, point), **_configured(config, name)}
    for key in said:
        if key not in SETTINGS:
            raise ConfigError(
                f"unknown key '{key}' for package '{name}'",
                key=key,
                hint=f"known: {', '.join(SETTINGS)}",
            )
    schema = said.get("version_table_schema")
    return Package(
        name,
        as_text("script_location", said.get("script_location", f"{name}:migrations")),
        as_text("version_table", said.get("version_table", f"{name}_schemadiff_versions")),
        None if schema is None else as_text("version_table_schema", schema),
        tuple(as_texts("target_metadata", said.get("target_metadata", []))),
        tuple(as_texts("depends_on", said.get("depends_on", []))),
    )


def _registered(name: str, point: EntryPoint | None) -> Mapping[str, object]:
    if point is None:
        return {}
    if not point.attr:
        module, _, folder = point.module.rpartition(".")
        return {"script_location": f"{module}:{folder}" if module else f"{folder}:"}
    found = point.load()
    if isinstance(found, Mapping):
        return {str(key): value for key, value in found.items()}
    raise ConfigError(
        f"{point.value}, which package '{name}' has registered, is no dictionary",
        hint=f"for example {{'script_location': '{name}:migrations'}}",
    )


def _configured(config: Config, name: str) -> Mapping[str, object]:
    """What ``[tool.schemadiff.package.NAME]`` or the ini section ``[package:NAME]`` says."""
    section = f"package:{name}"
    if config.file_config.has_section(section):
        own = config.file_config.options(section)
        defaults = config.file_config.defaults()
        return {key: config.get_section_option(section, key) for key in own if key not in defaults}
    tables = config.get_schemadiff_option("package", {})
    table = tables.get(name, {}) if isinstance(tables, Mapping) else None
    if not isinstance(table, Mapping):
        raise ConfigError(f"package.{name} must be a table", key="package")
    return table


def _in_order(packages: Sequence[Package]) -> tuple[Package, ...]:
    by_name = {package.name: package for package in packages}
    for package in packages:
        for needed in package.depends_on:
            if needed not in by_name:
                raise ConfigError(
                    f"package '{package.name}' depends on '{needed}', which is not among the packages",
                    key="depends_on",
                    hint="packages = … in the configuration names those that take part",
                )
    sorter = TopologicalSorter({package.name: package.depends_on for package in packages})
    try:
        return tuple(by_name[name] for name in sorter.static_order())
    except CycleError as error:
        circle = " → ".join(error.args[1])
        raise ConfigError(
            f"packages depend on each other in a circle: {circle}", key="depends_on"
        ) from error
