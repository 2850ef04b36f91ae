"""What a database holds that models do not describe: counted by kind, and listed."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from schemadiff.model import Unmodelled

from .text import Style, unstyled
from .width import columns


def lines(found: Sequence[Unmodelled], style: Style = unstyled) -> list[str]:
    """The list for people, by kind; it ends with what this means."""
    if not found:
        return ["", "In the database there is nothing beside what the models describe."]
    ordered = sorted(found)
    kinds = {kind: list(each) for kind, each in groupby(ordered, lambda one: one.kind)}
    widest = max(columns(_counted(kind, each)) for kind, each in kinds.items())
    page = ["", style("In the database, not in the models (left as it is)", bold=True)]
    for kind, each in kinds.items():
        head = _counted(kind, each)
        for number, one in enumerate(each):
            left = head if not number else ""
            page.append(f"  {left}{' ' * (widest - columns(left))}   {one.where}")
    return page


def documents(found: Sequence[Unmodelled]) -> list[dict[str, str]]:
    """The list for machines."""
    return [one._asdict() for one in sorted(found)]


def _counted(kind: str, found: Sequence[Unmodelled]) -> str:
    return f"{len(found)} {kind if len(found) == 1 else _plural(kind)}"


def _plural(kind: str) -> str:
    if kind.endswith("s"):
        return kind if kind.endswith("ics") else f"{kind}es"
    return f"{kind[:-1]}ies" if kind.endswith("y") else f"{kind}s"
