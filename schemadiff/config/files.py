"""The configuration files: finding them and reading them."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping, Sequence
from configparser import ConfigParser
from configparser import Error as IniError
from pathlib import Path
from typing import NamedTuple

from schemadiff.errors import ConfigError, UsageError

INI = "schemadiff.ini"
TOML = "pyproject.toml"
SECTIONS = ("schemadiff", "alembic")
"""The names of our section; the second serves files that were written for Alembic."""

VARIABLES = ("SCHEMADIFF_CONFIG", "ALEMBIC_CONFIG")
"""Environment variables that name the file; the second serves projects that were run by Alembic."""


class Found(NamedTuple):
    """The configuration files of a project, as far as there are any."""

    ini: Path | None = None
    toml: Path | None = None


def find_config(
    cwd: str | Path, files: Sequence[str | Path] = (), *, upwards: bool = True
) -> Found:
    """The configuration for somebody in the folder ``cwd``.

    ``files``, or else the file that SCHEMADIFF_CONFIG (or ALEMBIC_CONFIG) names, are taken as they are; otherwise the
    nearest folder counts, from ``cwd`` upwards to the root of the repository, that has a
    ``schemadiff.ini``, a ``pyproject.toml`` with our section, or an ``alembic.ini``. Unless ``upwards``,
    only ``cwd`` itself does.
    Raises UsageError for two files of a kind and ConfigError for a file that is not there.
    """
    folder = Path(cwd).absolute()
    said = (os.environ.get(variable) for variable in VARIABLES)
    named = list(files) or [name for name in said if name][:1]
    if named:
        return _explicit([folder / name for name in named])
    for place in (folder, *folder.parents) if upwards else (folder,):
        found = Found(_ini_in(place), _toml_in(place))
        if found != Found():
            return found
        if (place / ".git").exists():
            break
    return Found()


def _explicit(paths: Sequence[Path]) -> Found:
    tomls = [path for path in paths if path.name == TOML]
    inis = [path for path in paths if path.name != TOML]
    if len(tomls) > 1:
        raise UsageError("pyproject.toml indicated more than once")
    if len(inis) > 1:
        raise UsageError("only one ini file may be indicated")
    for path in paths:
        if not path.is_file():
            raise ConfigError(f"there is no configuration file {path}", file=path)
    return Found(inis[0] if inis else None, tomls[0] if tomls else None)


def _ini_in(folder: Path) -> Path | None:
    for name in (INI, "alembic.ini"):
        if (folder / name).is_file():
            return folder / name
    return None


def _toml_in(folder: Path) -> Path | None:
    path = folder / TOML
    return path if path.is_file() and toml_section(path)[0] else None


def toml_section(path: Path) -> tuple[str, Mapping[str, object]]:
    """The name and the content of our table in a TOML file; no name where there is none."""
    try:
        text = path.read_bytes().decode()
    except FileNotFoundError:
        return "", {}
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"cannot read {path}: {error}", file=path) from error
    if not any(name in text for name in SECTIONS):
        return "", {}
    try:
        tool = tomllib.loads(text).get("tool", {})
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} is not TOML: {error}", file=path) from error
    for name in SECTIONS:
        table = tool.get(name)
        if isinstance(table, dict):
            return name, table
    return "", {}


def read_ini(path: Path, variables: Mapping[str, str]) -> ConfigParser:
    """The content of an ini file, which may be missing; ``variables`` can be used as ``%(name)s``."""
    # A literal percent sign in a folder's name must not be taken for the start of a variable.
    parser = ConfigParser({name: text.replace("%", "%%") for name, text in variables.items()})
    try:
        parser.read(path, encoding="utf-8-sig")
    except (IniError, OSError, UnicodeDecodeError) as error:
        said = " ".join(str(error).split())
        raise ConfigError(f"cannot read {path}: {said}", file=path) from error
    return parser
