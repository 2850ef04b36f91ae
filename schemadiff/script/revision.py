"""The map of all revisions, under the documented names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Generic, TypeVar

from schemadiff.script.errors import (
    CycleDetected,
    DependencyCycleDetected,
    DependencyLoopDetected,
    DuplicateLabel,
    DuplicateRevision,
    LoopDetected,
    MissingRevision,
    MultipleHeads,
    RangeNotAncestorError,
    ResolutionError,
    RevisionError,
)
from schemadiff.script.graph import Graph
from schemadiff.script.index import Index, index_of
from schemadiff.script.ranges import downgrade_range, upgrade_range
from schemadiff.script.record import (
    MAX_ID_LENGTH,
    Ids,
    Revision,
    require_ids_fit,
    require_valid_id,
)

__all__ = [
    "MAX_ID_LENGTH",
    "CycleDetected",
    "DependencyCycleDetected",
    "DependencyLoopDetected",
    "DuplicateLabel",
    "DuplicateRevision",
    "LoopDetected",
    "MissingRevision",
    "MultipleHeads",
    "RangeNotAncestorError",
    "ResolutionError",
    "Revision",
    "RevisionError",
    "RevisionMap",
    "require_ids_fit",
    "require_valid_id",
]

R = TypeVar("R", bound=Revision)


class RevisionMap(Generic[R]):
    """The revisions that ``generator`` yields, read when the first of them is asked for.

    Everything that reads the map raises RevisionError when the revisions make no sense together:
    DuplicateRevision, DuplicateLabel, MissingRevision, CycleDetected and its kin.
    """

    def __init__(self, generator: Callable[[], Iterable[R]]) -> None:
        self._generator = generator
        self._index: Index[R] | None = None

    @property
    def index(self) -> Index[R]:
        """The revisions by name, and their graph."""
        if self._index is None:
            self._index = index_of(self._generator())
        return self._index

    @property
    def graph(self) -> Graph:
        """Who stands on whom."""
        return self.index.graph

    @property
    def heads(self) -> tuple[str, ...]:
        """The ids of the revisions without a child."""
        return self.graph.heads

    @property
    def bases(self) -> tuple[str, ...]:
        """The ids of the revisions without a parent."""
        return self.graph.bases

    @property
    def _real_heads(self) -> tuple[str, ...]:
        """The ids of the heads that nobody depends on."""
        return self.graph.real_heads

    @property
    def _real_bases(self) -> tuple[str, ...]:
        """The ids of the bases that depend on nothing."""
        return self.graph.real_bases

    def __iter__(self) -> Iterator[R]:
        return iter(self.index.revisions.values())

    def __len__(self) -> int:
        return len(self.index.revisions)

    def __contains__(self, name: object) -> bool:
        return name in self.index.revisions

    def add_revision(self, revision: R, _replace: bool = False) -> None:
        """Add a revision, or put it in the place of the one with its id."""
        others = [r for r in self if not (_replace and r.revision == revision.revision)]
        self._index = index_of([*others, revision])

    def get_revision(self, id_: Ids) -> R | None:
        """The one revision that ``id_`` denotes; None for the base.

        Raises MultipleHeads when they are several and ResolutionError when there is none.
        """
        found = self.get_revisions(id_)
        if len(found) > 1:
            raise MultipleHeads([revision.revision for revision in found], str(id_))
        return found[0] if found else None

    def get_revisions(self, id_: Ids) -> tuple[R, ...]:
        """The revisions that ``id_`` denotes: an id or its beginning, a label, a symbol, or several."""
        index = self.index
        return tuple(index.revisions[name] for name in index.resolve(id_))

    def get_current_head(self, branch_label: str | None = None) -> str | None:
        """The id of the one head (of a branch), None without revisions. Raises MultipleHeads."""
        heads = self.index.resolve(f"{branch_label}@head" if branch_label else "head")
        return heads[0] if heads else None

    def filter_for_lineage(
        self, targets: Iterable[str], check_against: Ids, include_dependencies: bool = False
    ) -> tuple[str, ...]:
        """Those of ``targets`` that are below or above what ``check_against`` denotes."""
        index = self.index
        against = index.resolve(check_against)
        branch = index.split(check_against)[0] if isinstance(check_against, str) else None
        if branch is not None and index.relative(check_against) is None:
            against = (*against, index.branch_owner(branch))
        if not against:
            return tuple(targets)
        members = index.graph.lineage(against, include_dependencies)
        return tuple(name for name in targets if index.find(name).revision in members)

    def iterate_revisions(
        self,
        upper: Ids,
        lower: Ids,
        implicit_base: bool = False,
        inclusive: bool = False,
        assert_relative_length: bool = True,
        select_for_downgrade: bool = False,
    ) -> Iterator[R]:
        """The revisions from ``upper`` down to ``lower``, which is not among them unless ``inclusive``.

        For a downgrade those to take back, in that order; otherwise those that an upgrade from
        ``lower`` to ``upper`` runs, in the opposite order; with ``implicit_base`` on branches
        where ``lower`` has nothing, too. Raises RangeNotAncestorError when the ends are unrelated.
        """
        index = self.index
        if select_for_downgrade:
            names = downgrade_range(
                index, upper, lower, inclusive=inclusive, exact=assert_relative_length
            )
        else:
            names = upgrade_range(
                index,
                upper,
                lower,
                implicit_base=implicit_base,
                inclusive=inclusive,
                exact=assert_relative_length,
            )
        return (index.revisions[name] for name in index.graph.newest_first(names))
