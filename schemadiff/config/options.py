"""What a configuration says about the revision files, as one value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

FILE_TEMPLATE = "%(rev)s_%(slug)s"
SLUG_LENGTH = 40


@dataclass(frozen=True, slots=True)
class ScriptOptions:
    """Where revision files are and how new ones are named.

    ``version_locations`` empty means ``versions`` in ``dir``. ``may_be_missing``: the location was
    not named by anybody, so that a folder that is not there yet is no mistake. ``revision_ids``: how new
    ids are made, ``random``, ``sequential`` (0001, 0002 …) or ``timestamp`` (20260131120059, in UTC).
    """

    dir: Path
    version_locations: tuple[Path, ...] = ()
    file_template: str = FILE_TEMPLATE
    truncate_slug_length: int = SLUG_LENGTH
    timezone: str | None = None
    recursive_version_locations: bool = False
    sourceless: bool = False
    output_encoding: str = "utf-8"
    hooks: tuple[Mapping[str, str], ...] = ()
    may_be_missing: bool = False
    revision_ids: str = "random"
