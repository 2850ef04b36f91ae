"""What the texts in a configuration stand for: variables, lists of paths, folders in packages."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path

from schemadiff.errors import ConfigError

VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")

SEPARATORS: Mapping[str, Callable[[str], list[str]]] = {
    "os": lambda text: text.split(os.pathsep),
    ":": lambda text: text.split(":"),
    ";": lambda text: text.split(";"),
    "space": lambda text: text.split(),
    "newline": lambda text: text.splitlines(),
}


def with_environment(key: str, text: str) -> str:
    """``text`` with ``${NAME}`` and ``env:NAME`` replaced by what the environment has.

    Raises ConfigError for a variable that is not set.
    """
    if text.startswith("env:"):
        return _variable(key, text.removeprefix("env:").strip())
    return VARIABLE.sub(lambda found: _variable(key, found[1]), text)


def _variable(key: str, name: str) -> str:
    value = os.environ.get(name)
    if value is None:
        raise ConfigError(
            f"{key} asks for the environment variable {name}, which is not set",
            key=key,
            hint=f"export {name}=…",
        )
    return value


def anchored(url: str, folder: Path) -> str:
    """``url`` with the file of a SQLite database looked for in ``folder``, unless its path is absolute."""
    kind, separator, path = url.partition(":///")
    if not separator or not kind.startswith("sqlite") or path.startswith((":", "file:")):
        return url
    return f"{kind}:///{folder / path}" if path else url


def split_paths(text: str, separator: str | None, otherwise: str) -> list[str]:
    """The paths in ``text``: separated as ``separator`` says, or without one by any of ``otherwise``."""
    if separator is None:
        parts = re.split(f"[{re.escape(otherwise)}\\s]+", text)
    elif separator in SEPARATORS:
        parts = SEPARATORS[separator](text)
    else:
        known = ", ".join(f"'{name}'" for name in SEPARATORS)
        raise ConfigError(
            f"'{separator}' is not a valid value for path_separator; expected one of {known}",
            key="path_separator",
        )
    return [part.strip() for part in parts if part.strip()]


def located(text: str, here: Path | None) -> Path:
    """The folder that ``text`` means: absolute, ``package:path``, or relative.

    A relative path starts at the folder ``here`` of the configuration if that is the current folder
    or above it, as a file found by looking upwards is; else at the current folder. The other of the
    two is tried where nothing is there.
    """
    if Path(text).is_absolute():
        return Path(text)
    package, colon, inner = text.partition(":")
    if colon and not Path(text).exists():
        return _in_package(package, inner)
    current = Path.cwd()
    starts = [current]
    if here is not None:
        starts = [here, current] if current.is_relative_to(here) else [current, here]
    candidates = [start / text for start in starts]
    return next((path for path in candidates if path.exists()), candidates[0])


def _in_package(package: str, inner: str) -> Path:
    """The path of what is in an importable package. Raises ConfigError."""
    try:
        spec = find_spec(package)
    except (ImportError, ValueError) as error:
        raise ConfigError(
            f"cannot find package {package} of '{package}:{inner}': {error}"
        ) from error
    if spec is None or not spec.submodule_search_locations:
        raise ConfigError(
            f"there is no package {package} for '{package}:{inner}'",
            hint="is the folder that contains it in prepend_sys_path?",
        )
    # Further colons go further down, as in package:folder:folder.
    folders = [Path(folder, *inner.split(":")) for folder in spec.submodule_search_locations]
    return next((folder for folder in folders if folder.exists()), folders[0])
