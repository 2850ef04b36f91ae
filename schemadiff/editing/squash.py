"""Several revisions that stand on one another as a single one, which replaces them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from schemadiff.errors import UsageError
from schemadiff.hooks.formatting import format_source
from schemadiff.render.call import Call, Line, Statement
from schemadiff.render.module import revision_source
from schemadiff.script.creation import Draft
from schemadiff.script.entry import Script
from schemadiff.script.index import Index
from schemadiff.script.record import as_said, ids
from schemadiff.script.replaced import function_name

from .joining import joined
from .links import Links, links_of


@dataclass(frozen=True)
class Squashed:
    """The new revision's text and links, the links of all that named one of the old ones."""

    text: str
    links: Links
    others: Mapping[str, Links]


def chain(index: Index[Script], lower: str, upper: str) -> list[Script]:
    """The revisions from ``lower`` to ``upper``, both included, oldest first.

    Raises UsageError where they are not a single line: branches and merges in between would be lost.
    """
    found = [index.revisions[upper]]
    while found[-1].revision != lower:
        one = found[-1]
        if one.is_base:
            raise UsageError(f"{upper} does not stand on {lower}")
        if one.is_merge_point:
            raise UsageError(f"{one.named} merges branches, which a squash cannot keep", hint=_ENDS)
        below = index.revisions[one.parents[0]]
        if set(index.graph.needed_by[below.revision]) != {one.revision}:
            raise UsageError(f"other revisions stand on {below.named}", hint=_ENDS)
        found.append(below)
    if len(found) < 2:
        raise UsageError(
            "a squash takes two revisions at least", hint="schemadiff squash FIRST:LAST"
        )
    return found[::-1]


def depends_on(scripts: Sequence[Script]) -> str | tuple[str, ...] | None:
    """What the revisions depend on besides each other."""
    own = {script.revision for script in scripts}
    wanted = (name for script in scripts for name in ids(script.dependencies))
    return as_said(tuple(dict.fromkeys(name for name in wanted if name not in own)))


def squashed(index: Index[Script], scripts: Sequence[Script], draft: Draft) -> Squashed:
    """The one revision that ``draft`` describes in the place of ``scripts``."""
    found = joined(scripts)
    text = revision_source(
        message=draft.message,
        revision=draft.revision,
        down_revision=draft.down_revision,
        branch_labels=draft.branch_labels,
        depends_on=draft.depends_on,
        replaces=found.replaces,
        create_date=draft.create_date,
        upgrades=_calls("upgrade", found.replaces),
        downgrades=_calls("downgrade", found.replaces[::-1]),
        imports=found.import_lines(),
    )
    whole = "\n".join([text.rstrip("\n"), *found.code]) + "\n"
    links = Links(
        draft.revision, ids(draft.down_revision), ids(draft.depends_on), tuple(found.replaces)
    )
    return Squashed(
        format_source(whole, draft.path), links, _others(index, scripts, draft.revision)
    )


def path_of(scripts: Sequence[Script]) -> Path:
    """The folder of the last of the old files."""
    return Path(scripts[-1].path).parent


def _calls(verb: str, names: Sequence[str]) -> tuple[Line, ...]:
    return tuple(Statement(Call(function_name(verb, name))) for name in names)


def _others(index: Index[Script], scripts: Sequence[Script], new: str) -> dict[str, Links]:
    gone = {script.revision: new for script in scripts}
    return {
        name: links_of(script).naming(gone)
        for name, script in index.revisions.items()
        if name not in gone
    }


_ENDS = "choose ends between which the history is a single line"
