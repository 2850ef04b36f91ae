"""Which revisions lie between two ends: the plan of an upgrade, of a downgrade, of a listing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from schemadiff.script.errors import RangeNotAncestorError, RevisionError
from schemadiff.script.index import Index, Relative
from schemadiff.script.record import Ids, Revision

R = TypeVar("R", bound=Revision)


def upgrade_range(
    index: Index[R], upper: Ids, lower: Ids, *, implicit_base: bool, inclusive: bool, exact: bool
) -> set[str]:
    """The revisions that are below ``upper`` and not below ``lower``, dependencies included.

    With ``implicit_base`` also those of branches on which ``lower`` has nothing yet; with
    ``inclusive`` ``lower`` itself. ``exact`` refuses relative ends that lead beyond the files.
    """
    graph = index.graph
    low = _lower_end(index, lower, upper, exact)
    targets = _upper_end(index, upper, low, exact)
    _require_apart(index, low)
    below = graph.ancestors(targets)
    wanted = below - graph.ancestors(low)
    if low and not implicit_base:
        if below.isdisjoint(low):
            raise RangeNotAncestorError(lower, upper)
        wanted &= graph.descendants(low)
    if not low:
        wanted &= _above_base(index, lower)
    return wanted | set(low) if inclusive else wanted


def downgrade_range(
    index: Index[R], upper: Ids, lower: Ids, *, inclusive: bool, exact: bool
) -> set[str]:
    """The revisions to take back so that ``upper``, what the database has, becomes ``lower``.

    What depends on one of them goes with it. ``branch@base`` takes back that branch.
    """
    graph = index.graph
    current = index.resolve(upper)
    _require_apart(index, current)
    active = graph.ancestors(current)
    relative = index.relative(lower)
    if relative is not None and relative.symbol is None:
        return graph.descendants(_steps_back(index, relative, current, exact)) & active
    targets = index.resolve(lower)
    if not active.issuperset(targets):
        raise RangeNotAncestorError(lower, upper)
    gone = graph.descendants(_first_to_go(index, lower, targets, inclusive)) & active
    if not gone and not set(targets) <= set(current):
        raise RangeNotAncestorError(lower, upper)
    return gone


def _lower_end(index: Index[R], lower: Ids, upper: Ids, exact: bool) -> tuple[str, ...]:
    """The ids of the lower end; ``-3`` is counted from the upper one."""
    relative = index.relative(lower)
    if relative is None or relative.symbol is not None:
        return index.resolve(lower)
    if relative.steps > 0:
        raise relative.fell_short()
    starts = index.resolve(upper)
    if len(starts) > 1:
        raise RevisionError(f"Ambiguous walk: '{relative.text}' starts at {', '.join(starts)}")
    return _walked(index, starts[0] if starts else None, relative, exact)


def _upper_end(index: Index[R], upper: Ids, low: tuple[str, ...], exact: bool) -> tuple[str, ...]:
    """The ids of the upper end; ``+2`` is counted from the lower one."""
    relative = index.relative(upper)
    if relative is None:
        return index.resolve(upper)
    if relative.symbol is not None:
        return _walked(index, index.start_of(relative), relative, exact)
    if relative.steps < 0:
        raise relative.fell_short()
    starts = _standing(index, relative.branch, low)
    if not starts and relative.branch is not None:
        # Nothing of the branch itself has run: it begins where what it grows from has got to.
        shared = index.graph.ancestors(low) & index.branch(relative.branch)
        starts = index.graph.tips(shared)
    if len(starts) > 1:
        raise RevisionError(
            f"Ambiguous upgrade from multiple current revisions: {', '.join(starts)}",
            hint=f"say which branch: <branch>@{relative.text}",
        )
    return _walked(index, starts[0] if starts else None, relative, exact)


def _walked(index: Index[R], start: str | None, relative: Relative, exact: bool) -> tuple[str, ...]:
    end, walked = index.walk(start, relative.steps, relative.branch)
    if exact and walked < abs(relative.steps):
        raise relative.fell_short()
    return () if end is None else (end,)


def _standing(index: Index[R], branch: str | None, current: tuple[str, ...]) -> tuple[str, ...]:
    """Where the database stands, on one branch if given: its rows there, or else what they imply."""
    if branch is None:
        return current
    members = index.branch(branch)
    rows = tuple(name for name in current if name in members)
    tips = index.graph.tips(index.graph.ancestors(current))
    return rows or tuple(name for name in tips if name in members)


def _above_base(index: Index[R], lower: Ids) -> set[str]:
    """Everything; for ``branch@base`` what stands on the bases of that branch."""
    branch = index.split(lower)[0] if isinstance(lower, str) else None
    if branch is None:
        return set(index.revisions)
    below = index.graph.ancestors((index.branch_owner(branch),), dependencies=False)
    bases = [name for name in index.graph.bases if name in below]
    return index.graph.descendants(bases, dependencies=False)


def _steps_back(
    index: Index[R], relative: Relative, current: tuple[str, ...], exact: bool
) -> tuple[str, ...]:
    """The last of so many revisions taken back one after the other from where the database is.

    One step back from a merge takes back the merge; a second one would have to choose a parent.
    """
    if relative.steps > 0:
        raise relative.fell_short()
    tips = _standing(index, relative.branch, current)
    if len(tips) > 1:
        raise RevisionError(
            f"Ambiguous downgrade from multiple current revisions: {', '.join(tips)}",
            hint=f"say which branch: <branch>@{relative.text}",
        )
    if not tips:
        if exact:
            raise relative.fell_short()
        return ()
    last, walked = index.walk(tips[0], relative.steps + 1, relative.branch)
    if last is None or (exact and walked < -relative.steps - 1):
        raise relative.fell_short()
    return (last,)


def _first_to_go(
    index: Index[R], lower: Ids, targets: tuple[str, ...], inclusive: bool
) -> tuple[str, ...]:
    """The lowest revisions to take back: the children of the targets, or for the base the bases."""
    if inclusive and targets:
        return targets
    branch = _branch_of(index, lower)
    children = [child for name in targets for child in index.graph.up[name]]
    first = tuple(dict.fromkeys(children)) if targets else index.graph.bases
    if branch is None:
        return _not_needed(index, first, targets)
    members = index.branch(branch)
    return tuple(name for name in first if name in members)


def _not_needed(
    index: Index[R], first: tuple[str, ...], targets: tuple[str, ...]
) -> tuple[str, ...]:
    """``first`` without what other targets stand on: those stay."""
    if len(targets) < 2:
        return first
    kept = index.graph.ancestors(targets)
    return tuple(name for name in first if name not in kept)


def _branch_of(index: Index[R], said: Ids) -> str | None:
    if not isinstance(said, str):
        return None
    relative = index.relative(said)
    return relative.branch if relative is not None else index.split(said)[0]


def _require_apart(index: Index[R], names: Iterable[str]) -> None:
    """Refuse revisions of which one stands on another: a version table never says that."""
    several = tuple(names)
    if len(several) < 2:
        return
    for name in several:
        others = index.graph.ancestors((name,), dependencies=False) & set(several) - {name}
        if others:
            raise RevisionError(
                f"Requested revision {name} overlaps with other requested revisions "
                + ", ".join(index.graph.sorted(others))
            )
