"""What a project's own command line says to whoever called it."""

from __future__ import annotations

import sys
import warnings
from typing import NoReturn


def msg(text: str, newline: bool = True, flush: bool = False, quiet: bool = False) -> None:
    """Print a line on standard output, unless ``quiet``."""
    if not quiet:
        print(text, end="\n" if newline else "", flush=flush)


def warn(text: str, stacklevel: int = 2) -> None:
    """Warn, at the place of the caller."""
    warnings.warn(text, UserWarning, stacklevel=stacklevel)


def err(message: str, quiet: bool = False) -> NoReturn:
    """Print the message on standard error and leave with the status of a failure."""
    if not quiet:
        print(f"error: {message}", file=sys.stderr)
    sys.exit(4)
