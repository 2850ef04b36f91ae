"""What is printed about revisions. Needs no database unless the database's own place is asked for."""

from __future__ import annotations

import json
import tokenize
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from schemadiff.errors import UsageError
from schemadiff.script.record import ids

from .drawing import drawn

if TYPE_CHECKING:
    from schemadiff.script import Script, ScriptDirectory


def history_lines(
    script: ScriptDirectory,
    lower: str | None,
    upper: str | None,
    *,
    verbose: bool,
    current: Iterable[str] = (),
) -> Iterator[str]:
    """A range of revisions, newest first, one line (verbose: one entry) each."""
    here = frozenset(current)
    for revision in script.walk_revisions(base=lower or "base", head=upper or "heads"):
        yield entry(revision, verbose=verbose, here=here, parents=True, doc=True)


def graph_lines(
    script: ScriptDirectory, lower: str | None, upper: str | None, current: Iterable[str] = ()
) -> Iterator[str]:
    """A range of revisions, newest first, as a graph drawn with lines."""
    here = frozenset(current)
    found = list(script.walk_revisions(base=lower or "base", head=upper or "heads"))
    names = {revision.revision for revision in found}
    return drawn(
        [revision.revision for revision in found],
        {one.revision: [name for name in one.parents if name in names] for one in found},
        {one.revision: entry(one, verbose=False, here=here, doc=True) for one in found},
    )


def record(revision: Script, here: Iterable[str] = ()) -> dict[str, object]:
    """One revision for machines."""
    return {
        "revision": revision.revision,
        "down_revisions": list(revision.parents),
        "depends_on": list(ids(revision.dependencies)),
        "branch_labels": sorted(revision.branch_labels),
        "children": sorted(revision.nextrev),
        "doc": revision.doc,
        "path": revision.path,
        "is_base": revision.is_base,
        "is_head": revision.is_head,
        "is_effective_head": revision.is_head and not revision.is_real_head,
        "is_branch_point": revision.is_branch_point,
        "is_merge_point": revision.is_merge_point,
        "is_current": revision.revision in here,
    }


def source(revision: Script) -> str:
    """The text of a revision's file, and of the SQL files beside it below lines with their names."""
    from schemadiff.sqlfiles import all_beside

    path = Path(revision.path)
    if path.suffix != ".py":
        raise UsageError(f"{path} is compiled: there is no source")
    with tokenize.open(path) as file:
        parts = [file.read().rstrip("\n")]
    parts += [f"-- {one.name}\n{one.read_text('utf-8').rstrip()}" for one in all_beside(path)]
    return "\n\n".join(parts)


def as_json(records: Iterable[object]) -> str:
    """A JSON list."""
    return json.dumps(list(records), indent=2, ensure_ascii=False)


def entry(
    revision: Script,
    *,
    verbose: bool,
    here: frozenset[str] = frozenset(),
    parents: bool = False,
    doc: bool = False,
    labels: bool = True,
) -> str:
    """One revision as ``history``, ``heads``, ``current`` and ``show`` print it."""
    return revision.cmd_format(
        verbose=verbose,
        include_branches=labels,
        include_doc=doc,
        include_parents=parents,
        current=revision.revision in here,
    )


def branch_lines(script: ScriptDirectory, *, verbose: bool) -> Iterator[str]:
    """Each branch point and, below it, what stands on it."""
    for revision in script.walk_revisions():
        if not revision.is_branch_point:
            continue
        children = [script.get_revision(name) for name in sorted(revision.nextrev)]
        pad = " " * len(revision.revision)
        below = [
            f"{pad} -> {entry(child, verbose=False, doc=verbose)}"
            for child in children
            if child is not None
        ]
        yield "\n".join([entry(revision, verbose=verbose), *below, ""])


def range_of(text: str | None) -> tuple[str | None, str | None]:
    """Both ends of ``A:B``; an end that is left out is None."""
    if text is None:
        return None, None
    if ":" not in text:
        raise UsageError("History range requires [start]:[end], [start]:, or :[end]")
    lower, _, upper = text.strip().partition(":")
    return lower or None, upper or None
