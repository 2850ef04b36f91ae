"""What a new revision file is called, and when it was made."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from schemadiff.config.options import FILE_TEMPLATE, SLUG_LENGTH
from schemadiff.errors import CommandError, ConfigError

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class FileNames:
    """How files are named: a template with tokens, and the longest slug."""

    template: str = FILE_TEMPLATE
    slug_length: int = SLUG_LENGTH

    def of(self, revision: str, message: str | None, made: datetime) -> PurePosixPath:
        """The path of the file below its version location. Raises ConfigError for a bad template."""
        tokens = {
            "rev": revision,
            "slug": slug(message or "", self.slug_length),
            "epoch": int(made.timestamp()),
            "year": made.year,
            "month": made.month,
            "day": made.day,
            "hour": made.hour,
            "minute": made.minute,
            "second": made.second,
        }
        try:
            path = PurePosixPath(self.template % tokens + ".py")
        except (KeyError, ValueError, TypeError) as error:
            raise ConfigError(
                f"file_template {self.template!r} cannot be filled in: {error}",
                key="file_template",
                hint="tokens: " + ", ".join(f"%({name})s" for name in tokens),
            ) from error
        if path.is_absolute() or ".." in path.parts:
            raise CommandError(f"file_template leads out of the version location: {path}")
        return path


def slug(message: str, longest: int = SLUG_LENGTH) -> str:
    """``message`` in lower case, its words joined by ``_``; cut between words if it is too long."""
    words = "_".join(re.findall(r"\w+", message)).lower()
    if len(words) <= longest:
        return words
    cut = words[:longest]
    return cut.rpartition("_")[0] + "_" if "_" in cut else cut + "_"


def create_date(timezone: str | None) -> datetime:
    """Now, on the clock of ``timezone`` or, without one, of this computer."""
    if timezone is None:
        return datetime.now()
    return datetime.now(UTC).astimezone(zone(timezone))


def zone(name: str) -> ZoneInfo:
    """The time zone of this name, in capitals if need be. Raises CommandError."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # slow to import, seldom needed

    for spelling in (name, name.upper()):
        try:
            return ZoneInfo(spelling)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
    raise CommandError(
        f"Can't locate timezone: {name}",
        hint="a name such as UTC or Europe/Paris; on Windows: pip install tzdata",
    )
