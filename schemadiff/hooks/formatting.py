"""Python source as the project's formatter would write it."""

from __future__ import annotations

import tomllib
import warnings
from collections.abc import Mapping
from pathlib import Path


def format_source(source: str, filename: str | Path | None = None) -> str:
    """``source`` formatted by black, with the settings of the ``pyproject.toml`` nearest to ``filename``.

    Where black is missing or fails, ``source`` as it is, and a warning: a formatter never costs a revision.
    """
    try:
        return _formatted(source, _settings(filename))
    except Exception as error:
        # black promises no stable interface and no set of exceptions; the text is right without it.
        warnings.warn(f"{filename or 'source'} is not formatted: {error}", stacklevel=2)
        return source


def _formatted(source: str, settings: Mapping[str, object]) -> str:
    from black import format_str
    from black.const import DEFAULT_LINE_LENGTH
    from black.mode import Mode, TargetVersion

    targets = settings.get("target-version", ())
    names = [targets] if isinstance(targets, str) else targets
    assert isinstance(names, list | tuple), "target-version is a list"
    length = settings.get("line-length", DEFAULT_LINE_LENGTH)
    assert isinstance(length, int), "line-length is a number"
    mode = Mode(
        target_versions={TargetVersion[str(name).upper()] for name in names},
        line_length=length,
        string_normalization=not settings.get("skip-string-normalization", False),
        magic_trailing_comma=not settings.get("skip-magic-trailing-comma", False),
    )
    return format_str(source, mode=mode)


def _settings(filename: str | Path | None) -> Mapping[str, object]:
    start = Path(filename).absolute().parent if filename else Path.cwd()
    for folder in (start, *start.parents):
        file = folder / "pyproject.toml"
        if file.is_file():
            found = tomllib.loads(file.read_text(encoding="utf-8")).get("tool", {}).get("black", {})
            return found if isinstance(found, dict) else {}
    return {}
