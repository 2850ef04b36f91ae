"""Config: what the files of a project say, under the documented names."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from configparser import ConfigParser
from configparser import Error as IniError
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, TextIO, TypeVar, overload

from schemadiff.config import keys
from schemadiff.config.files import SECTIONS, read_ini, toml_section
from schemadiff.config.options import ScriptOptions
from schemadiff.config.values import anchored, located, split_paths, with_environment
from schemadiff.errors import ConfigError

T = TypeVar("T")

URLS = ("url", "sqlalchemy.url")
"""Two names of one key."""

HOOKS = "post_write_hooks"

DEFAULT_LOCATION = "migrations"
"""Where revision files are if a configuration does not say so: beside the configuration."""

NOTHING: Mapping[str, str] = MappingProxyType({})


class Config:
    """What the configuration files say: the ini file first, then ``pyproject.toml``.

    Nothing is read before it is asked for. Files may be missing: then there is what is set here.
    ``attributes`` is for whatever a program wants to hand to its env.py.
    """

    def __init__(
        self,
        file_: str | os.PathLike[str] | None = None,
        toml_file: str | os.PathLike[str] | None = None,
        ini_section: str = "schemadiff",
        output_buffer: TextIO | None = None,
        stdout: TextIO | None = None,
        cmd_opts: Any = None,
        config_args: Mapping[str, Any] = NOTHING,
        attributes: Mapping[str, Any] | None = None,
    ) -> None:
        self.config_file_name = None if file_ is None else os.fspath(file_)
        self.toml_file_name = None if toml_file is None else os.fspath(toml_file)
        self._section = ini_section
        # What the ini file itself says, apart from what programs set later.
        self._written: dict[str, set[str]] = {}
        self.output_buffer = output_buffer
        self.stdout = sys.stdout if stdout is None else stdout
        self.cmd_opts = cmd_opts
        self.config_args = dict(config_args)
        self.attributes: dict[str, Any] = dict(attributes or {})
        self.files_start_at: Path | None = None
        """The folder in which a database file of the configured URL lies; None for the current one."""

    # ---- the files ---------------------------------------------------------------------------

    @cached_property
    def file_config(self) -> ConfigParser:
        """The ini file; empty if there is none."""
        parser = read_ini(Path(self.config_file_name or os.devnull), self._variables(self.ini_here))
        self._written = {name: set(parser.options(name)) for name in parser.sections()}
        return parser

    @cached_property
    def _toml(self) -> tuple[str, dict[str, object]]:
        """The name and the content of our table in the TOML file."""
        if self.toml_file_name is None:
            return "", {}
        name, table = toml_section(Path(self.toml_file_name))
        return name, dict(table)

    @property
    def config_ini_section(self) -> str:
        """The name of our section in the ini file: ``alembic`` in one that has only that."""
        first, second = SECTIONS
        if self._section == first and not self.file_config.has_section(first):
            return second if self.file_config.has_section(second) else first
        return self._section

    @property
    def ini_here(self) -> Path | None:
        """The folder of the ini file."""
        return _folder(self.config_file_name)

    @property
    def toml_here(self) -> Path | None:
        """The folder of the TOML file."""
        return _folder(self.toml_file_name)

    @property
    def is_said(self) -> bool:
        """Whether any file has a section of ours."""
        return bool(self._toml[0]) or self.file_config.has_section(self.config_ini_section)

    def check(self) -> None:
        """Refuse keys that mean nothing. Raises ConfigError.

        Sections for Alembic, or of a name of one's own, may have keys for an env.py to read.
        """
        ours = SECTIONS[0]
        if self.config_file_name and self.config_ini_section == ours:
            own = self._written.get(ours, set()) - self.file_config.defaults().keys()
            keys.require_known(sorted(own), Path(self.config_file_name), ours)
        name, table = self._toml
        if self.toml_file_name and name == ours:
            keys.require_known(table, Path(self.toml_file_name), f"tool.{ours}")

    def _variables(self, here: Path | None) -> dict[str, str]:
        """What can be used as ``%(name)s``."""
        said = {name: str(value) for name, value in self.config_args.items()}
        return said | ({"here": str(here)} if here is not None else {})

    # ---- one value ---------------------------------------------------------------------------

    @overload
    def get_section_option(self, section: str, name: str, default: str) -> str: ...
    @overload
    def get_section_option(
        self, section: str, name: str, default: str | None = None
    ) -> str | None: ...
    def get_section_option(self, section: str, name: str, default: str | None = None) -> str | None:
        """A value of any section of the ini file. Raises ConfigError for a bad ``%(…)s``."""
        if not self.file_config.has_section(section):
            return default
        try:
            return self.file_config.get(section, name, fallback=default)
        except IniError as error:
            raise self._bad_interpolation(name, error, self.config_file_name) from error

    def set_section_option(self, section: str, name: str, value: str) -> None:
        """Say a value of any section, as if the ini file did (a percent sign is ``%%``)."""
        if not self.file_config.has_section(section):
            self.file_config.add_section(section)
        self.file_config.set(section, name, value)

    @overload
    def get_main_option(self, name: str, default: str) -> str: ...
    @overload
    def get_main_option(self, name: str, default: str | None = None) -> str | None: ...
    def get_main_option(self, name: str, default: str | None = None) -> str | None:
        """A text of our section: of the ini file, else of the TOML file.

        A number or a flag in TOML is given as text. ``url`` and ``sqlalchemy.url`` are one;
        environment variables in them are filled in.
        """
        section, table = self.config_ini_section, self._toml[1]
        names = sorted(URLS, key=lambda known: known != name) if name in URLS else [name]
        for known in names:
            value = self.get_section_option(section, known)
            if value is not None:
                return self._expanded(known, value)
        for known in names:
            if isinstance(table.get(known), str | bool | int):
                return self._expanded(known, _as_text(self._filled_in(known, table[known])))
        return default

    def _expanded(self, name: str, value: str) -> str:
        """A URL with its environment variables filled in; any other value as it is."""
        if name not in URLS:
            return value
        url = with_environment(name, value)
        return url if self.files_start_at is None else anchored(url, self.files_start_at)

    def set_main_option(self, name: str, value: str) -> None:
        """Say a value of our section, as if the ini file did (a percent sign is ``%%``)."""
        for known in URLS if name in URLS else (name,):
            self.set_section_option(self.config_ini_section, known, value)

    def remove_main_option(self, name: str) -> None:
        """Take a value out of our section of the ini file."""
        if self.file_config.has_section(self.config_ini_section):
            for known in URLS if name in URLS else (name,):
                self.file_config.remove_option(self.config_ini_section, known)

    def get_schemadiff_option(self, name: str, default: Any = None) -> Any:
        """A value of our section: the text in the ini file, else whatever the TOML file has."""
        value = self.get_section_option(self.config_ini_section, name)
        if value is not None:
            return value
        table = self._toml[1]
        return self._filled_in(name, table[name]) if name in table else default

    get_alembic_option = get_schemadiff_option

    def get_schemadiff_boolean_option(self, name: str) -> bool:
        """A value of our section that is yes or no; no if it is not said. Raises ConfigError."""
        value = self.get_schemadiff_option(name)
        return value is not None and keys.as_flag(name, value)

    get_alembic_boolean_option = get_schemadiff_boolean_option

    @overload
    def get_section(self, name: str) -> dict[str, str] | None: ...
    @overload
    def get_section(self, name: str, default: T) -> dict[str, str] | T: ...
    def get_section(self, name: str, default: Any = None) -> Any:
        """A section of the ini file as a dictionary; ours with the texts of the TOML file.

        Raises ConfigError for a bad ``%(…)s``.
        """
        ours = name == self.config_ini_section
        if not self.file_config.has_section(name) and not (ours and self._toml[0]):
            return default
        found = dict(self._variables(self.ini_here or self.toml_here))
        if ours:
            texts = {key: value for key, value in self._toml[1].items() if isinstance(value, str)}
            found |= {key: str(self._filled_in(key, value)) for key, value in texts.items()}
        if self.file_config.has_section(name):
            found |= self._items(name)
        if ours:
            found |= {key: url for key in URLS if (url := self.get_main_option(key)) is not None}
        return found

    def _items(self, section: str) -> dict[str, str]:
        try:
            return dict(self.file_config.items(section))
        except IniError as error:
            raise self._bad_interpolation(section, error, self.config_file_name) from error

    def _filled_in(self, name: str, value: object) -> object:
        """A value of the TOML file with its ``%(…)s`` filled in."""
        match value:
            case str():
                try:
                    return value % self._variables(self.toml_here)
                except (KeyError, ValueError, TypeError) as error:
                    raise self._bad_interpolation(name, error, self.toml_file_name) from error
            case list():
                return [self._filled_in(name, part) for part in value]
            case dict():
                return {key: self._filled_in(f"{name}.{key}", part) for key, part in value.items()}
            case bool() | int():
                return value
            case _:
                raise ConfigError(
                    f"{name} in {self.toml_file_name} cannot be a {type(value).__name__}", key=name
                )

    def _bad_interpolation(self, name: str, error: Exception, file: str | None) -> ConfigError:
        said = " ".join(str(error).split())
        return ConfigError(
            f"{name} in {file or 'the configuration'} cannot be filled in: {said}",
            key=name,
            file=None if file is None else Path(file),
            hint="a percent sign that stands for itself is written %%",
        )

    # ---- several values ----------------------------------------------------------------------

    def get_version_locations_list(self) -> list[str] | None:
        """The folders with revision files as they are said; None if they are not."""
        return self._paths("version_locations", ",")

    def get_prepend_sys_paths_list(self) -> list[str] | None:
        """What goes in front of ``sys.path`` as it is said; None if nothing is."""
        return self._paths("prepend_sys_path", ",:")

    def _paths(self, name: str, otherwise: str) -> list[str] | None:
        value = self.get_schemadiff_option(name)
        if value is None:
            return None
        if not isinstance(value, str):
            return keys.as_texts(name, value)
        separator = self.get_main_option("path_separator")
        if separator is None:
            separator = self.get_main_option("version_path_separator")
        return split_paths(value, separator, otherwise)

    def get_target_metadata(self) -> list[str]:
        """Where the models are: ``module:attribute`` each."""
        value = self.get_schemadiff_option("target_metadata")
        return [] if value is None else keys.as_texts("target_metadata", value)

    def get_hooks_list(self) -> list[dict[str, str]]:
        """The post-write hooks in order: each a dictionary with ``name``, ``type`` and its options."""
        if self.file_config.has_section(HOOKS):
            return _ini_hooks(self._items(HOOKS))
        value = self._filled_in(HOOKS, self._toml[1].get(HOOKS, []))
        if not isinstance(value, list) or not all(isinstance(hook, dict) for hook in value):
            raise ConfigError(f"{HOOKS} must be an array of tables", key=HOOKS)
        return [{key: str(part) for key, part in hook.items()} for hook in value]

    def configure_options(self) -> dict[str, object]:
        """What the files say for ``context.configure()``, by parameter. Raises ConfigError."""
        said = ((key, self.get_schemadiff_option(key.name)) for key in keys.KEYS if key.configures)
        return {key.name: keys.converted(key, value) for key, value in said if value is not None}

    def script_options(self) -> ScriptOptions:
        """What the files say about revision files; ``prepend_sys_path`` takes effect.

        Raises ConfigError for what makes no sense, and if there is no configuration.
        """
        self.check()
        self._prepend_sys_path()
        location = self.get_main_option("script_location")
        here = self.ini_here or self.toml_here
        if location is None and not self.is_said:
            raise ConfigError(
                "No 'script_location' key found in configuration.",
                key="script_location",
                hint="schemadiff init makes a project",
            )
        defaults = ScriptOptions(Path())
        slug = self.get_schemadiff_option("truncate_slug_length")
        return ScriptOptions(
            dir=(
                (here or Path.cwd()) / DEFAULT_LOCATION
                if location is None
                else located(location, here)
            ),
            version_locations=tuple(
                located(text, here) for text in self.get_version_locations_list() or ()
            ),
            file_template=self.get_main_option("file_template", defaults.file_template),
            truncate_slug_length=(
                defaults.truncate_slug_length
                if slug is None
                else keys.as_count("truncate_slug_length", slug)
            ),
            timezone=self.get_main_option("timezone"),
            recursive_version_locations=self.get_schemadiff_boolean_option(
                "recursive_version_locations"
            ),
            sourceless=self.get_schemadiff_boolean_option("sourceless"),
            output_encoding=self.get_main_option("output_encoding", defaults.output_encoding),
            hooks=tuple(self.get_hooks_list()),
            may_be_missing=location is None,
            revision_ids=self.get_main_option("revision_ids", defaults.revision_ids),
        )

    def _prepend_sys_path(self) -> None:
        here = self.ini_here or self.toml_here
        wanted = [str(located(path, here)) for path in self.get_prepend_sys_paths_list() or ()]
        sys.path[:0] = [path for path in wanted if path not in sys.path]

    # ---- the rest ----------------------------------------------------------------------------

    def get_template_directory(self) -> str:
        """The folder of the templates that ``init`` copies."""
        return str(Path(__file__).parent.parent / "templates")

    def print_stdout(self, text: str, *arg: Any) -> None:
        """Write a line on standard output, unless ``--quiet``; ``arg`` fill in its ``%`` places."""
        if not getattr(self.cmd_opts, "quiet", False):
            self.stdout.write((text % arg if arg else text) + "\n")


def _folder(file: str | None) -> Path | None:
    return None if file is None else Path(os.path.abspath(file)).parent


def _as_text(value: object) -> str:
    """A value of the TOML file as an ini file would say it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _ini_hooks(section: Mapping[str, str]) -> list[dict[str, str]]:
    """The hooks of an ini section: ``hooks = a, b`` and ``a.type = …``."""
    return [
        {"name": name}
        | {
            key.removeprefix(f"{name}."): value
            for key, value in section.items()
            if key.startswith(f"{name}.")
        }
        for name in keys.as_texts("hooks", section.get("hooks", ""))
    ]
