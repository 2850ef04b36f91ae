"""All revisions of a project by every name a person may call them by."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

from schemadiff.script.errors import (
    CycleDetected,
    DependencyCycleDetected,
    DuplicateLabel,
    DuplicateRevision,
    MissingRevision,
    MultipleHeads,
    ResolutionError,
    RevisionError,
)
from schemadiff.script.graph import Edges, Graph, cycle, graph_of
from schemadiff.script.record import Ids, Revision, ids

R = TypeVar("R", bound=Revision)

RELATIVE = re.compile(r"(?:(?P<branch>[^@]+)@)?(?P<symbol>[^@+-]+)?(?P<steps>[+-]\d+)")
"""``[label@][symbol](+|-)N``"""

SHORTEST_PREFIXED = 4
"""Ids and labels shorter than this answer to their whole name only."""


class Relative(NamedTuple):
    """``steps`` up (or down, if negative) from ``symbol``, or from where the database is."""

    text: str
    branch: str | None
    symbol: str | None
    steps: int

    def fell_short(self) -> RevisionError:
        """There are not that many revisions on the way."""
        if self.symbol:
            return RevisionError(f"Walked too far: there is no '{self.text}'")
        step = f"{self.steps:+d}"
        return RevisionError(
            f"Relative revision {step} didn't produce {abs(self.steps)} migrations"
        )


@dataclass(frozen=True, slots=True)
class Index(Generic[R]):
    """The revisions by id, the owners of branch labels, and the graph of them all.

    ``replaced`` are the revisions that stand for others, by the ids of those.
    """

    revisions: Mapping[str, R]
    labels: Mapping[str, R]
    graph: Graph
    replaced: Mapping[str, R] = field(default_factory=dict)

    # ---- one revision ------------------------------------------------------------------------

    def find(self, name: str, branch: str | None = None) -> R:
        """The revision with this id, label or unique beginning of one, on ``branch`` if given.

        Raises ResolutionError, which names the candidates when several begin like that.
        """
        found = (
            self.revisions.get(name)
            or self.labels.get(name)
            or self._standing_for(name)
            or self._beginning(name, branch)
        )
        if branch is not None and found.revision not in self.branch(branch):
            raise ResolutionError(
                f"Revision {found.revision} is not a member of branch '{branch}'", name
            )
        return found

    def _standing_for(self, name: str) -> R | None:
        """The revision that has done all that ``name`` did, and no more."""
        whole = self.replaced.get(name)
        if whole is not None and name != whole.replaces[-1]:
            raise ResolutionError(
                f"Revision '{name}' is a part of {whole.named}, which replaces it",
                name,
                hint=f"say {whole.revision}",
            )
        return whole

    def _beginning(self, start: str, branch: str | None) -> R:
        """The only revision of which an id or label begins with ``start``."""
        answers = {
            full: revision
            for names in (self.revisions, self.labels)
            for full, revision in names.items()
            if len(full) >= SHORTEST_PREFIXED and full.startswith(start)
        }
        if branch is not None:
            members = self.branch(branch)
            answers = {full: r for full, r in answers.items() if r.revision in members}
        owners = {revision.revision: revision for revision in answers.values()}
        if len(owners) == 1:
            return next(iter(owners.values()))
        raise _ambiguous(start, sorted(answers)) if owners else _unknown(start)

    def branch_owner(self, name: str) -> str:
        """The id of the revision that ``name@…`` speaks of: by label, id or beginning of one."""
        try:
            return self.find(name).revision
        except ResolutionError as error:
            if error.candidates:
                raise
            raise ResolutionError(f"No such branch: '{name}'", name) from error

    def branch(self, name: str) -> set[str]:
        """The ids below and above the revision that ``name`` speaks of, itself included."""
        return self.graph.lineage((self.branch_owner(name),))

    # ---- what a person types -----------------------------------------------------------------

    def resolve(self, said: Ids) -> tuple[str, ...]:
        """The ids that ``said`` denotes; none for the base."""
        if isinstance(said, str):
            return self._resolve_text(said)
        return tuple(dict.fromkeys(name for one in said or () for name in self.resolve(one)))

    def split(self, said: str) -> tuple[str | None, str]:
        """The branch and the symbol of ``branch@symbol``."""
        branch, at, symbol = said.rpartition("@")
        return (branch if at else None), symbol

    def _resolve_text(self, said: str) -> tuple[str, ...]:
        if said in self.revisions:
            return (said,)
        if (relative := self.relative(said)) is not None:
            return self._resolve_relative(relative)
        branch, symbol = self.split(said)
        match symbol:
            case "base":
                return ()
            case "heads" if branch is None:
                return self.graph.real_heads
            case "heads":
                return self.heads_of(branch)
            case "head":
                return self._one_head(branch)
            case _:
                return (self.find(symbol, branch).revision,)

    def heads_of(self, branch: str | None) -> tuple[str, ...]:
        """The versioned heads, of one branch if given."""
        if branch is None:
            return self.graph.heads
        members = self.branch(branch)
        return tuple(head for head in self.graph.heads if head in members)

    def _one_head(self, branch: str | None) -> tuple[str, ...]:
        heads = self.heads_of(branch)
        if len(heads) > 1:
            raise MultipleHeads(heads, f"{branch}@head" if branch else "head")
        return heads

    # ---- so many steps from there ------------------------------------------------------------

    def relative(self, said: object) -> Relative | None:
        """``said`` as a relative revision, if it is one and not the name of a revision or branch."""
        if not isinstance(said, str) or said in self.revisions or said in self.labels:
            return None
        found = RELATIVE.fullmatch(said)
        if found is None:
            return None
        return Relative(said, found["branch"], found["symbol"], int(found["steps"]))

    def start_of(self, relative: Relative) -> str | None:
        """The id that the symbol of ``relative`` denotes; None for the base."""
        prefix = f"{relative.branch}@" if relative.branch else ""
        starts = self._resolve_text(prefix + (relative.symbol or "head"))
        if len(starts) > 1:
            raise RevisionError(f"Ambiguous walk: '{relative.text}' starts at {', '.join(starts)}")
        return starts[0] if starts else None

    def _resolve_relative(self, relative: Relative) -> tuple[str, ...]:
        end, walked = self.walk(self.start_of(relative), relative.steps, relative.branch)
        if walked < abs(relative.steps):
            raise relative.fell_short()
        return () if end is None else (end,)

    def walk(self, start: str | None, steps: int, branch: str | None) -> tuple[str | None, int]:
        """Where so many steps from ``start`` lead (None is the base), and how many could be made.

        Raises RevisionError where there is more than one way to go on.
        """
        members = self.branch(branch) if branch is not None else None
        for walked in range(abs(steps)):
            ways = self._up(start) if steps > 0 else self._down(start)
            if members is not None:
                ways = tuple(way for way in ways if way is None or way in members)
            if len(ways) > 1:
                raise RevisionError(
                    f"Ambiguous walk: from {start or 'base'} there are several ways: "
                    + ", ".join(str(way) for way in ways)
                )
            if not ways:
                return start, walked
            start = ways[0]
        return start, abs(steps)

    def _up(self, name: str | None) -> tuple[str | None, ...]:
        return self.graph.bases if name is None else self.graph.up[name]

    def _down(self, name: str | None) -> tuple[str | None, ...]:
        return () if name is None else (self.graph.down[name] or (None,))


def index_of(revisions: Iterable[R]) -> Index[R]:
    """The index of ``revisions``, each of which is told its place.

    Raises DuplicateRevision, DuplicateLabel, MissingRevision, CycleDetected and its kin.
    """
    known = index_revisions(revisions)
    labels = label_owners(known)
    replaced = replacements(known)
    needs = {n: needs_of(revision, known, labels, replaced) for n, revision in known.items()}
    down = {name: revision.parents for name, revision in known.items()}
    require_no_cycle(down, CycleDetected, known)
    require_no_cycle(needs, DependencyCycleDetected, known)
    index = Index(known, labels, graph_of(down, needs), replaced)
    place(index)
    return index


def index_revisions(revisions: Iterable[R]) -> dict[str, R]:
    """``revisions`` by id."""
    known: dict[str, R] = {}
    for revision in revisions:
        other = known.setdefault(revision.revision, revision)
        if other is not revision:
            raise DuplicateRevision(
                f"Revision {revision.revision} is present more than once"
                + (f": {other.place} and {revision.place}" if other.place else ""),
                hint="give one of the files another revision identifier",
            )
    return known


def label_owners(known: Mapping[str, R]) -> dict[str, R]:
    """The revisions that carry a branch label of their own, by label."""
    owners: dict[str, R] = {}
    for revision in known.values():
        for label in revision.own_labels:
            other = known.get(label) or owners.get(label)
            if other is not None:
                raise DuplicateLabel(
                    f"Branch name '{label}' in revision {revision.named} "
                    f"already used by revision {other.named}"
                )
            owners[label] = revision
    return owners


def replacements(known: Mapping[str, R]) -> dict[str, R]:
    """The revisions that stand for others, by the ids of those.

    Raises DuplicateRevision for an id that is still in a file, or that two revisions replace.
    """
    owners: dict[str, R] = {}
    for revision in known.values():
        for name in revision.replaces:
            other = known.get(name) or owners.get(name)
            if other is not None:
                raise DuplicateRevision(
                    f"Revision {revision.named} replaces {name}, which is still there: {other.named}",
                    hint="remove the old file, or take the id out of `replaces`",
                )
            owners[name] = revision
    return owners


def needs_of(
    revision: R, known: Mapping[str, R], labels: Mapping[str, R], replaced: Mapping[str, R]
) -> tuple[str, ...]:
    """The ids of the parents and then of what ``revision`` depends on."""
    for parent in revision.parents:
        if parent not in known:
            raise _missing(revision, parent, "stands on", replaced=replaced.get(parent))
    nowhere = Index(known, labels, graph_of({}, {}))
    wanted = list(revision.parents)
    for name in ids(revision.dependencies):
        try:
            wanted.append((replaced.get(name) or nowhere.find(name)).revision)
        except ResolutionError as error:
            raise _missing(revision, name, "depends on", str(error)) from error
    return tuple(dict.fromkeys(wanted))


def require_no_cycle(edges: Edges, kind: type[CycleDetected], known: Mapping[str, R]) -> None:
    """Refuse revisions that stand on themselves."""
    found = cycle(edges)
    if found:
        raise kind(found, [known[name].named for name in found if known[name].place])


def place(index: Index[R]) -> None:
    """Tell every revision who stands on it, and which labels its branch carries."""
    for name, revision in index.revisions.items():
        revision.nextrev = frozenset(index.graph.up[name])
        revision.needed_by = frozenset(index.graph.needed_by[name])
        revision.needs = index.graph.needs[name]
        revision.branch_labels = set(revision.own_labels)
    for label, owner in index.labels.items():
        above = index.graph.descendants((owner.revision,), dependencies=False)
        for name in (*above, *_line_below(index, owner)):
            index.revisions[name].branch_labels.add(label)


def _line_below(index: Index[R], revision: R) -> Iterator[str]:
    """What leads up to ``revision`` without any fork or merge on the way."""
    while not _is_junction(revision) and revision.parents:
        revision = index.revisions[revision.parents[0]]
        if not _is_junction(revision):
            yield revision.revision


def _is_junction(revision: Revision) -> bool:
    return len(revision.needed_by) > 1 or revision.is_merge_point


def _ambiguous(start: str, candidates: list[str]) -> ResolutionError:
    said = ", ".join(f"'{name}'" for name in candidates[:9])
    more = "..." if len(candidates) > 9 else ""
    return ResolutionError(
        f"Multiple revisions start with '{start}': {said}{more}", start, candidates
    )


def _unknown(name: str) -> ResolutionError:
    short = len(name) < SHORTEST_PREFIXED
    return ResolutionError(
        f"No such revision or branch '{name}'"
        + (
            "; please ensure at least four characters are present for partial revision "
            "identifier matches"
            if short
            else ""
        ),
        name,
    )


def _missing(
    revision: Revision,
    name: str,
    relation: str,
    why: str = "",
    replaced: Revision | None = None,
) -> MissingRevision:
    if replaced is not None:
        return MissingRevision(
            f"Revision {revision.named} {relation} '{name}', which {replaced.named} replaces",
            hint=f"let it stand on '{replaced.revision}'",
        )
    return MissingRevision(
        f"Revision {revision.named} {relation} '{name}', which is in no revision file"
        + (f" ({why})" if why.startswith("Multiple") else ""),
        hint="restore the missing file, or correct the identifier",
    )
