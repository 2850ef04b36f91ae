"""Measuring two rivals fairly: in alternating rounds, by their medians."""

from __future__ import annotations

import importlib.util
import sys
import time
from collections.abc import Callable, Mapping
from statistics import median

WANTED = "1.20.1"


def require_alembic() -> None:
    """Leave with advice unless the rival is installed in the version that is compared with."""
    if importlib.util.find_spec("alembic") is None:
        sys.exit(f"error: Alembic is not installed\n       pip install 'alembic=={WANTED}'")
    from alembic import __version__

    if __version__ != WANTED:
        print(f"note: Alembic {__version__}, not {WANTED}", file=sys.stderr)


def medians(rivals: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """The median seconds of each rival; one round that does not count comes first."""
    times: dict[str, list[float]] = {name: [] for name in rivals}
    for number in range(rounds + 1):
        print(f"\r  round {number}/{rounds} ", end="", file=sys.stderr, flush=True)
        for name, run in rivals.items():
            before = time.perf_counter()
            run()
            if number:
                times[name].append(time.perf_counter() - before)
    print("\r" + " " * 20 + "\r", end="", file=sys.stderr)
    return {name: median(seconds) for name, seconds in times.items()}


def row(what: str, found: Mapping[str, float], remark: str = "") -> str:
    """One line of the result: both medians, and how many times faster we are."""
    ours, theirs = found["schemadiff"], found["alembic"]
    ratio = theirs / ours
    return f"{what:<38} {ours:9.3f} s {theirs:9.3f} s {ratio:7.1f} ×   {remark}".rstrip()


HEAD = f"{'':<38} {'schemadiff':>11} {'Alembic':>11} {'faster':>9}"
