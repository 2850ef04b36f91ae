"""The configuration of one package: the project's, but for where the revisions are and what counts them."""

from __future__ import annotations

from collections.abc import Callable

from schemadiff.config import Config
from schemadiff.runtime.models import load_metadata
from schemadiff.runtime.project import search_path

from .finding import Package, packages_of

Include = Callable[[str | None, str, dict[str, str | None]], bool]


def config_for(config: Config, package: Package) -> Config:
    """The Config with which every command works on the package's history; the database is the project's."""
    found = Config(
        config.config_file_name,
        toml_file=config.toml_file_name,
        ini_section=config.config_ini_section,
        output_buffer=config.output_buffer,
        stdout=config.stdout,
        cmd_opts=config.cmd_opts,
        config_args=config.config_args,
        attributes=config.attributes,
    )
    url = config.get_main_option("url")
    said = {
        "script_location": package.script_location,
        "version_table": package.version_table,
        "version_table_schema": package.version_table_schema,
        "version_locations": "",
        "target_metadata": "",
        "url": url,
    }
    for name, value in said.items():
        if value is not None:
            found.set_main_option(name, value.replace("%", "%%"))
    found.attributes["target_metadata"] = list(package.target_metadata)
    found.attributes["configure"] = {"include_name": _own_tables(config, package)}
    return found


def _own_tables(config: Config, package: Package) -> Include:
    """Leaves out of a comparison what belongs to the other packages: their tables and version tables."""
    others: set[str] | None = None

    def include(name: str | None, type_: str, parents: dict[str, str | None]) -> bool:
        nonlocal others
        if type_ != "table":
            return True
        if others is None:
            others = _tables_of_others(config, package)
        return parents.get("schema_qualified_table_name") not in others

    return include


def _tables_of_others(config: Config, package: Package) -> set[str]:
    found: set[str] = set()
    for other in packages_of(config):
        if other.name != package.name:
            schema = other.version_table_schema
            found.add(f"{schema}.{other.version_table}" if schema else other.version_table)
            for metadata in load_metadata(list(other.target_metadata), search_path(config)):
                found |= set(metadata.tables)
    return found
