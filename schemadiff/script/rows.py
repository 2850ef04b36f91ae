"""The rows of a version table: what each step of a plan does to them, and what they imply."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

from schemadiff.script.errors import RevisionError
from schemadiff.script.graph import Graph
from schemadiff.script.index import Index
from schemadiff.script.record import Ids, Revision, ids

R = TypeVar("R", bound=Revision)


@dataclass(frozen=True, slots=True)
class InsertRow:
    """A row with ``version`` is added."""

    version: str


@dataclass(frozen=True, slots=True)
class DeleteRow:
    """The row with ``version`` is removed."""

    version: str


@dataclass(frozen=True, slots=True)
class UpdateRow:
    """The row with ``old`` says ``new`` from now on."""

    old: str
    new: str


RowChange: TypeAlias = InsertRow | DeleteRow | UpdateRow


@dataclass(frozen=True, slots=True)
class RevisionStep(Generic[R]):
    """Running one revision, up or down."""

    revision: R
    is_upgrade: bool

    is_stamp = False

    @property
    def verb(self) -> str:
        """The name of the function that the revision file has for this."""
        return "upgrade" if self.is_upgrade else "downgrade"

    @property
    def up_ids(self) -> tuple[str, ...]:
        """The upper end of the step: the revision."""
        return (self.revision.revision,)

    @property
    def down_ids(self) -> tuple[str, ...]:
        """The lower end of the step: what the revision stands on, dependencies included."""
        return self.revision.needs

    @property
    def from_ids(self) -> tuple[str, ...]:
        """Where the step starts, dependencies left out: what a log line shows."""
        return self.revision.parents if self.is_upgrade else self.up_ids

    @property
    def to_ids(self) -> tuple[str, ...]:
        """Where the step leads, dependencies left out."""
        return self.up_ids if self.is_upgrade else self.revision.parents


@dataclass(frozen=True, slots=True)
class StampStep:
    """Making the rows ``from_ids`` say ``to_ids`` without running anything."""

    from_ids: tuple[str, ...]
    to_ids: tuple[str, ...]
    is_upgrade: bool

    is_stamp = True

    @property
    def verb(self) -> str:
        """What a log line calls this."""
        return "stamp_revision"

    @property
    def up_ids(self) -> tuple[str, ...]:
        """The upper end of the step."""
        return self.to_ids if self.is_upgrade else self.from_ids

    @property
    def down_ids(self) -> tuple[str, ...]:
        """The lower end of the step."""
        return self.from_ids if self.is_upgrade else self.to_ids


Step: TypeAlias = RevisionStep[R] | StampStep


def rows_after(graph: Graph, step: Step[R], rows: Sequence[str]) -> tuple[str, ...]:
    """The rows when ``step`` is done: one for each applied revision on which no other stands.

    Raises RevisionError for taking back what the rows do not hold.
    """
    match step:
        case StampStep(from_ids, to_ids):
            return _replaced(rows, from_ids, to_ids)
        case RevisionStep(revision, True):
            return _replaced(rows, graph.needs[revision.revision], (revision.revision,))
        case RevisionStep(revision, _):
            return _without(graph, revision, rows)


def row_changes(before: Sequence[str], after: Sequence[str], step: Step[R]) -> list[RowChange]:
    """What turns the rows ``before`` into ``after``, with as many updates in place as possible.

    Where several rows become one, the others are deleted before the last is updated; where one
    becomes several, the others are inserted first.
    """
    preferred = (*step.from_ids, *step.to_ids)
    gone = _in_order([row for row in before if row not in after], preferred)
    new = _in_order([row for row in after if row not in before], preferred)
    kept = min(len(gone), len(new))
    deleted: list[RowChange] = [DeleteRow(row) for row in gone[kept:]]
    inserted: list[RowChange] = [InsertRow(row) for row in new[kept:]]
    updated: list[RowChange] = [UpdateRow(*pair) for pair in zip(gone, new)]
    return [*deleted, *inserted, *updated]


def stamp_steps(index: Index[R], targets: Ids, rows: Iterable[str]) -> list[StampStep]:
    """The steps that make a version table with ``rows`` say ``targets``, on their branches only.

    A target that is there already is left alone; ``base`` empties the table, ``branch@base`` takes
    that branch out of it.
    """
    left = index.resolve(tuple(rows))
    steps: list[StampStep] = []
    for target in _targets(targets):
        for step in _stamp(index, target, left):
            steps.append(step)
            left = _replaced(left, step.from_ids, step.to_ids)
    return steps


def implied(graph: Graph, rows: Iterable[str]) -> tuple[str, ...]:
    """The revisions at which a database with ``rows`` is: the rows, and the ends of other branches
    that the rows depend on."""
    return graph.tips(graph.ancestors(rows))


def is_at_head(graph: Graph, rows: Iterable[str]) -> bool:
    """Whether a database with ``rows`` has every revision."""
    return graph.ancestors(rows).issuperset(graph.real_heads)


def _targets(targets: Ids) -> tuple[str, ...]:
    """What was asked for, each on its own; nothing is the base."""
    return ids(targets) or ("base",)


def _stamp(index: Index[R], target: str, rows: tuple[str, ...]) -> list[StampStep]:
    """The steps for one thing asked for, which may denote several revisions."""
    found = index.resolve(target)
    if not found:
        return [StampStep((row,), (), False) for row in _rows_of(index, target, rows)]
    steps = []
    for name in found:
        step = _stamp_one(index.graph, name, rows)
        if step is not None:
            steps.append(step)
            rows = _replaced(rows, step.from_ids, step.to_ids)
    return steps


def _rows_of(index: Index[R], base: str, rows: tuple[str, ...]) -> tuple[str, ...]:
    """All rows for ``base``; for ``branch@base`` those of the branch."""
    branch = index.split(base)[0]
    if branch is None:
        return rows
    members = index.branch(branch)
    return tuple(row for row in rows if row in members)


def _stamp_one(graph: Graph, name: str, rows: tuple[str, ...]) -> StampStep | None:
    """Down from the rows above ``name``, else up from those below it, else a row of its own."""
    if name in rows:
        return None
    above = graph.descendants((name,))
    if found := tuple(row for row in rows if row in above):
        return StampStep(found, (name,), is_upgrade=False)
    below = graph.ancestors((name,))
    return StampStep(tuple(row for row in rows if row in below), (name,), is_upgrade=True)


def _without(graph: Graph, revision: R, rows: Sequence[str]) -> tuple[str, ...]:
    """The rows when ``revision`` is taken back: what only it stood on comes to light."""
    name = revision.revision
    if name not in rows:
        raise RevisionError(
            f"Revision {revision.named} cannot be taken back: the version table does not hold it",
            hint=f"it holds: {', '.join(rows) or 'nothing'}",
        )
    left = tuple(row for row in rows if row != name)
    bare = [p for p in graph.needs[name] if graph.needed_by[p] == (name,)]
    shared = [p for p in graph.needs[name] if p not in bare]
    if shared:
        applied = graph.ancestors((*left, *graph.needs[name]))
        bare += [p for p in shared if applied.isdisjoint(graph.needed_by[p])]
    return (*left, *(p for p in graph.needs[name] if p in bare))


def _replaced(rows: Iterable[str], gone: Sequence[str], new: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*(row for row in rows if row not in gone), *new)))


def _in_order(rows: list[str], preferred: tuple[str, ...]) -> list[str]:
    """``rows``, those a step names first and in its order, the others by name."""
    rank = {row: at for at, row in reversed(list(enumerate(preferred)))}
    return sorted(rows, key=lambda row: (rank.get(row, len(rank)), row))
