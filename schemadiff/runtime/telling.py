"""Where a run tells how far it is: the logger that people's logging sections name."""

from __future__ import annotations

import logging
import sys


def progress() -> logging.Logger:
    """The logger of runs; where this package stands in for Alembic (``--alembic``), the one of Alembic's name."""
    package = __name__.partition(".")[0]
    stands_in = sys.modules.get("alembic") is sys.modules[package]
    return logging.getLogger(f"{'alembic' if stands_in else package}.runtime.migration")
