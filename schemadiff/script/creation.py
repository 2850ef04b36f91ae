"""A new revision before it is written: every check that needs no file."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from schemadiff.errors import CommandError
from schemadiff.script.entry import Script
from schemadiff.script.errors import DuplicateRevision, RevisionError
from schemadiff.script.filename import FileNames, create_date
from schemadiff.script.index import Index
from schemadiff.script.record import (
    MAX_ID_LENGTH,
    Ids,
    Revision,
    as_said,
    ids,
    require_ids_fit,
    require_valid_id,
)

EMPTY = "empty message"
"""What a revision file without a message has in its place."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A revision file to be: what it has to say, and where it goes."""

    revision: str
    down_revision: str | tuple[str, ...] | None
    branch_labels: str | tuple[str, ...] | None
    depends_on: str | tuple[str, ...] | None
    message: str
    create_date: datetime
    path: Path

    def template_variables(self) -> dict[str, object]:
        """What the documented variables of a ``script.py.mako`` mean here."""
        return {
            "message": self.message,
            "up_revision": self.revision,
            "down_revision": self.down_revision,
            "branch_labels": self.branch_labels,
            "depends_on": self.depends_on,
            "create_date": self.create_date,
        }

    def require_said(self, script: Script) -> None:
        """Refuse a file that does not say what the draft says. Raises CommandError."""
        said = script.source
        for name, wanted, found in (
            ("revision", self.revision, said.revision),
            ("down_revision", ids(self.down_revision), ids(said.down_revision)),
            ("branch_labels", set(ids(self.branch_labels)), set(ids(said.branch_labels))),
            ("depends_on", ids(self.depends_on), ids(said.depends_on)),
        ):
            if wanted != found:
                raise CommandError(
                    f"the text of the new revision does not assign {wanted!r} to {name}",
                    hint=f"does script.py.mako have the line {name} = ${{repr({name})}}?",
                )


def draft(
    index: Index[Script],
    locations: Sequence[str],
    names: FileNames,
    revision: str,
    message: str | None,
    *,
    head: Ids,
    splice: bool,
    branch_labels: Ids,
    version_path: str | Path | None,
    depends_on: Ids,
    timezone: str | None,
) -> Draft:
    """The new revision on ``head``. Raises RevisionError and CommandError for what cannot be."""
    require_new(index, revision, ids(branch_labels))
    parents = _parents(index, head, splice)
    now = create_date(timezone)
    folder = _location(locations, version_path, [index.revisions[name] for name in parents])
    return Draft(
        revision,
        as_said(parents),
        as_said(branch_labels),
        as_said(tuple(one for name in ids(depends_on) for one in _dependency(index, name))),
        message or EMPTY,
        now,
        folder / names.of(revision, message, now),
    )


def require_new(index: Index[Script], revision: str, labels: Sequence[str]) -> None:
    """Refuse an identifier or a label that is taken, or that could not be addressed."""
    require_valid_id(revision)
    longest = max((len(name) for name in index.revisions), default=0)
    # Whoever has longer ones has a wider table.
    require_ids_fit([Revision(revision, None)], max(MAX_ID_LENGTH, longest))
    taken = index.revisions.get(revision) or index.labels.get(revision)
    if taken is not None:
        raise DuplicateRevision(f"Revision {revision} is present already: {taken.named}")
    for label in labels:
        owner = index.labels.get(label) or index.revisions.get(label)
        if owner is not None or label == revision:
            used = owner.named if owner is not None else revision
            raise RevisionError(
                f"Branch name '{label}' in revision {revision} already used by revision {used}"
            )
        if "@" in label or ":" in label or not label.strip():
            raise RevisionError(f"'{label}' cannot be a branch label")


def _parents(index: Index[Script], head: Ids, splice: bool) -> tuple[str, ...]:
    """The ids of the revisions to stand on."""
    # Not ids(head), which hides that one was said twice.
    said = [head] if isinstance(head, str) else list(head or ())
    found = [name for one in said for name in index.resolve(one)]
    if len(set(found)) < len(found):
        raise RevisionError("Duplicate head revisions specified")
    for name in found:
        if not splice and index.graph.up[name]:
            raise RevisionError(
                f"Revision {name} is not a head revision; please specify --splice to create "
                "a new branch from this revision"
            )
    return tuple(found)


def _location(
    locations: Sequence[str], wanted: str | Path | None, parents: Sequence[Script]
) -> Path:
    """The version location of the new file: the one asked for, that of the parent, the only one."""
    if wanted is not None:
        path = Path(os.path.abspath(wanted))
        if str(path) not in locations:
            raise CommandError(
                f"Path {wanted} is not represented in current version locations",
                hint="locations: " + ", ".join(locations),
            )
        return path
    if len(locations) == 1:
        return Path(locations[0])
    for parent in parents:
        for location in locations:
            if Path(parent.path).is_relative_to(location):
                return Path(location)
    raise CommandError(
        "Multiple version locations present, please specify --version-path",
        hint="locations: " + ", ".join(locations),
    )


def _dependency(index: Index[Script], name: str) -> Sequence[str]:
    """A label as it is, anything else as the whole ids of what it denotes."""
    return [name] if name in index.labels else index.resolve(name)
