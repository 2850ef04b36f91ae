"""One revision: what its file says, and what its place among the others adds to that."""

from __future__ import annotations

from collections.abc import Iterable

from schemadiff.script.errors import DependencyLoopDetected, LoopDetected, RevisionError

MAX_ID_LENGTH = 32
"""How much the ``version_num`` column of a version table holds unless somebody has widened it."""

ILLEGAL = "@-+:"
"""Characters with a meaning of their own in what a person types (``label@head-2``, ``a:b``)."""

SYMBOLS = frozenset({"head", "heads", "base", "current"})
"""Words that never name a single revision file."""

Ids = str | Iterable[str] | None
"""No id, one, or several."""


class Revision:
    """A revision: its id, its parents, what it depends on, the branch labels it carries.

    ``nextrev``, ``needed_by``, ``needs`` and inherited ``branch_labels`` are filled in by the map
    that the revision is put into. Raises RevisionError for an id that cannot be addressed.
    """

    nextrev: frozenset[str] = frozenset()
    """The ids of the children."""

    needed_by: frozenset[str] = frozenset()
    """The ids of the children and of the revisions that depend on this one."""

    needs: tuple[str, ...] = ()
    """The ids of the parents and then of the revisions that this one depends on."""

    replaces: tuple[str, ...] = ()
    """The ids of revisions that are gone, oldest first: whoever has the last of them has this one."""

    def __init__(
        self,
        revision: str,
        down_revision: Ids,
        dependencies: Ids = None,
        branch_labels: Ids = None,
    ) -> None:
        require_valid_id(revision, self.place)
        self.revision = revision
        self.down_revision = as_said(down_revision)
        self.dependencies = as_said(dependencies)
        self.own_labels = ids(branch_labels)
        self.branch_labels = set(self.own_labels)
        if revision in self.parents:
            raise LoopDetected([revision], [self.place])
        if revision in ids(self.dependencies):
            raise DependencyLoopDetected([revision], [self.place])

    @property
    def place(self) -> str:
        """Where the revision is written, for messages; nothing if it is in no file."""
        return ""

    @property
    def named(self) -> str:
        """The id and, as far as it is known, the place."""
        return f"{self.revision} ({self.place})" if self.place else self.revision

    @property
    def parents(self) -> tuple[str, ...]:
        """The ids of the parents."""
        return ids(self.down_revision)

    @property
    def is_base(self) -> bool:
        """Whether there is no parent."""
        return not self.parents

    @property
    def is_head(self) -> bool:
        """Whether there is no child."""
        return not self.nextrev

    @property
    def is_real_head(self) -> bool:
        """Whether there is no child, and nobody depends on this revision either."""
        return not self.needed_by

    @property
    def is_branch_point(self) -> bool:
        """Whether there are several children."""
        return len(self.nextrev) > 1

    @property
    def is_merge_point(self) -> bool:
        """Whether there are several parents."""
        return len(self.parents) > 1

    def __str__(self) -> str:
        return self.revision

    def __repr__(self) -> str:
        return f"Revision({self.revision!r}, {self.down_revision!r})"


def ids(said: Ids) -> tuple[str, ...]:
    """What is said as one id, several or None, as a tuple without repetitions."""
    if said is None:
        return ()
    return (said,) if isinstance(said, str) else tuple(dict.fromkeys(said))


def as_said(said: Ids) -> str | tuple[str, ...] | None:
    """None, one id, or a tuple of several: the forms that revision files use."""
    several = ids(said)
    return several if len(several) > 1 else (several[0] if several else None)


def require_valid_id(name: str, place: str = "") -> None:
    """Refuse an id that could not be addressed, written in ``place``. Raises RevisionError."""
    where = f" ({place})" if place else ""
    illegal = [character for character in ILLEGAL if character in name]
    if illegal:
        said = ", ".join(f"'{character}'" for character in sorted(illegal))
        raise RevisionError(
            f"Character(s) {said} not allowed in revision identifier '{name}'{where}"
        )
    if not name.strip() or name in SYMBOLS:
        raise RevisionError(f"'{name}' cannot be a revision identifier{where}")


def require_ids_fit(revisions: Iterable[Revision], width: int = MAX_ID_LENGTH) -> None:
    """Refuse revisions whose id a version table of this width could not hold. Raises RevisionError."""
    for revision in revisions:
        if len(revision.revision) > width:
            raise RevisionError(
                f"Revision identifier {revision.named} is {len(revision.revision)} characters "
                f"long, the version table holds {width}",
                hint="shorten the identifier",
            )
