"""Identifiers for new revisions."""

from __future__ import annotations

import os
from collections.abc import Collection
from datetime import UTC, datetime

from schemadiff.errors import ConfigError

DIGITS = 4
"""How long numbers are at least, so that files sort in their order."""


def new_id(kind: str, taken: Collection[str]) -> str:
    """An identifier that no revision has: ``random``, ``sequential`` or ``timestamp``.

    Raises ConfigError for any other kind.
    """
    match kind:
        case "random":
            return rev_id()
        case "sequential":
            highest = max((int(name) for name in taken if name.isdecimal()), default=0)
            return str(highest + 1).zfill(DIGITS)
        case "timestamp":
            return _free(datetime.now(UTC).strftime("%Y%m%d%H%M%S"), taken)
    raise ConfigError(
        f"revision_ids must be random, sequential or timestamp, not {kind!r}", key="revision_ids"
    )


def rev_id() -> str:
    """A new identifier: twelve hexadecimal digits."""
    return os.urandom(6).hex()


def _free(moment: str, taken: Collection[str]) -> str:
    """The moment, or the next second that no revision has taken."""
    number = int(moment)
    while str(number) in taken:
        number += 1
    return str(number)
