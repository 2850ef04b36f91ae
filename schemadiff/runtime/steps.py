"""What a run consists of: how each step is called, what it runs, and what callbacks are told of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

from schemadiff.errors import CommandError
from schemadiff.script import Script
from schemadiff.script.revision import RevisionMap
from schemadiff.script.rows import RevisionStep, StampStep

Step: TypeAlias = RevisionStep[Script] | StampStep


def short_title(step: Step) -> str:
    """``Running upgrade a -> b``"""
    return f"Running {step.verb} {', '.join(step.from_ids)} -> {', '.join(step.to_ids)}"


def title(step: Step) -> str:
    """``Running upgrade a -> b, message``"""
    doc = step.revision.doc if isinstance(step, RevisionStep) else ""
    return f"{short_title(step)}, {doc}" if doc else short_title(step)


def run(step: Step, arguments: Mapping[str, Any]) -> None:
    """Call upgrade() or downgrade() of the revision; nothing for a stamp."""
    if isinstance(step, StampStep):
        return
    function = getattr(step.revision.module, step.verb, None)
    if function is None:
        raise CommandError(f"{step.revision.path} has no function {step.verb}()")
    function(**arguments)


@dataclass(frozen=True)
class MigrationInfo:
    """What ``on_version_apply`` callbacks are told of a step: where it led from and to."""

    step: Step
    revision_map: RevisionMap[Script]

    @property
    def is_upgrade(self) -> bool:
        """Whether the step led upwards."""
        return self.step.is_upgrade

    @property
    def is_stamp(self) -> bool:
        """Whether only the version table was written."""
        return self.step.is_stamp

    @property
    def is_migration(self) -> bool:
        """Whether a revision was run."""
        return not self.step.is_stamp

    @property
    def up_revision_ids(self) -> tuple[str, ...]:
        """The upper end of the step."""
        return self.step.up_ids

    @property
    def up_revision_id(self) -> str | None:
        """The upper end of the step. Raises ValueError when there are several."""
        ids = self.step.up_ids
        if len(ids) > 1:
            raise ValueError(f"several revisions: {', '.join(ids)}; please use up_revision_ids")
        return ids[0] if ids else None

    @property
    def down_revision_ids(self) -> tuple[str, ...]:
        """The lower end of the step; empty for the base."""
        return self.step.down_ids

    @property
    def source_revision_ids(self) -> tuple[str, ...]:
        """Where the database was before the step."""
        return self.down_revision_ids if self.is_upgrade else self.up_revision_ids

    @property
    def destination_revision_ids(self) -> tuple[str, ...]:
        """Where the database is after the step."""
        return self.up_revision_ids if self.is_upgrade else self.down_revision_ids

    @cached_property
    def up_revisions(self) -> tuple[Script, ...]:
        """The upper end as revisions."""
        return self._revisions(self.up_revision_ids)

    @property
    def up_revision(self) -> Script | None:
        """The upper end as a revision. Raises ValueError when there are several."""
        return next(iter(self._revisions(filter(None, [self.up_revision_id]))), None)

    @cached_property
    def down_revisions(self) -> tuple[Script, ...]:
        """The lower end as revisions."""
        return self._revisions(self.down_revision_ids)

    @cached_property
    def source_revisions(self) -> tuple[Script, ...]:
        """Where the database was before, as revisions."""
        return self._revisions(self.source_revision_ids)

    @cached_property
    def destination_revisions(self) -> tuple[Script, ...]:
        """Where the database is after, as revisions."""
        return self._revisions(self.destination_revision_ids)

    def _revisions(self, ids: Iterable[str]) -> tuple[Script, ...]:
        found = (self.revision_map.get_revision(name) for name in ids)
        return tuple(revision for revision in found if revision is not None)
