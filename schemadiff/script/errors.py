"""What can be wrong with revisions and with the names people call them by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from schemadiff.errors import CommandError


class RevisionError(CommandError):
    """A revision, or a request for one, that makes no sense."""


class ResolutionError(RevisionError):
    """No single revision answers to ``argument``; ``candidates`` are the ids that nearly do."""

    def __init__(
        self, message: str, argument: str, candidates: Sequence[str] = (), *, hint: str = ""
    ) -> None:
        super().__init__(message, hint=hint)
        self.argument = argument
        self.candidates = tuple(candidates)


class MultipleHeads(RevisionError):
    """``argument`` asks for the one head where ``heads`` are several."""

    def __init__(self, heads: Sequence[str], argument: str) -> None:
        branch = argument.partition("@")[0] if "@" in argument else ""
        narrow = "" if branch else "'<branchname>@head' to narrow to a specific head, "
        super().__init__(
            f"Multiple head revisions are present for given argument '{argument}'; please "
            f"specify a specific target revision, {narrow}or "
            f"'{branch + '@' if branch else ''}heads' for all heads",
            hint="heads: " + ", ".join(heads),
        )
        self.heads = tuple(heads)
        self.argument = argument


class RangeNotAncestorError(RevisionError):
    """The two ends of a range do not stand on one another."""

    def __init__(self, lower: object, upper: object) -> None:
        super().__init__(
            f"Requested range {_said(lower)}:{_said(upper)} does not refer to "
            "ancestor/descendant revisions along the same branch"
        )
        self.lower = lower
        self.upper = upper


class DuplicateRevision(RevisionError):
    """Two files have one id."""


class DuplicateLabel(RevisionError):
    """Two revisions carry one branch label."""


class MissingRevision(RevisionError):
    """A revision stands on, or depends on, one that does not exist."""


class CycleDetected(RevisionError):
    """Revisions that stand on themselves by way of each other."""

    kind: ClassVar[str] = "Cycle"

    def __init__(self, revisions: Sequence[str], places: Sequence[str] = ()) -> None:
        known = "; ".join(place for place in places if place)
        super().__init__(
            f"{self.kind} is detected in revisions ({', '.join(revisions)})"
            + (f": {known}" if known else ""),
            hint="change down_revision or depends_on in one of them",
        )
        self.revisions = tuple(revisions)


class DependencyCycleDetected(CycleDetected):
    """A cycle that goes through ``depends_on``."""

    kind = "Dependency cycle"


class LoopDetected(CycleDetected):
    """A revision that stands on itself."""

    kind = "Self-loop"


class DependencyLoopDetected(DependencyCycleDetected, LoopDetected):
    """A revision that depends on itself."""

    kind = "Dependency self-loop"


def _said(end: object) -> str:
    """An end of a range as a person would say it."""
    match end:
        case None | ():
            return "base"
        case str():
            return end
        case tuple() | list() | set() | frozenset():
            return ", ".join(str(part) for part in end)
        case _:
            return str(end)
