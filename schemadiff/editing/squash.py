"""Several revisions that stand on one another as a single one, which replaces them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from schemadiff.errors import UsageError
from schemadiff.hooks.formatting import format_source
from schemadiff.operations.ops import MigrateOperation, ModifyTableOps
from schemadiff.render.call import Call, Line, Statement
from schemadiff.render.construct import Construct
from schemadiff.render.imports import parsed
from schemadiff.render.layout import imports
from schemadiff.render.module import revision_source
from schemadiff.script.creation import Draft
from schemadiff.script.entry import Script
from schemadiff.script.index import Index
from schemadiff.script.record import as_said, ids

from .joining import Step, joined, steps_of
from .links import Links, links_of
from .telling import Notes, Untold, operations
from .together import Refers, refers_of, together


@dataclass(frozen=True)
class Squashed:
    """The new revision's text and links, the links of all that named one of the old ones.

    ``remarks`` say which functions stay as they are, and why.
    """

    text: str
    links: Links
    others: Mapping[str, Links]
    remarks: tuple[str, ...] = ()


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


def squashed(
    index: Index[Script],
    scripts: Sequence[Script],
    draft: Draft,
    *,
    forget: bool = False,
    apart: str = "",
) -> Squashed:
    """The one revision that ``draft`` describes in the place of ``scripts``.

    The operations of the old ones are put together, as far as they can be told; where they cannot, and everywhere if
    ``apart`` says why, the old functions are called in their order. With ``forget`` only those that are called remain.
    """
    steps = steps_of(scripts)
    notes = Notes()
    up, down = (
        _Way(verb, several, apart, notes)
        for verb, several in (("upgrade", steps), ("downgrade", steps[::-1]))
    )
    refers = refers_of([*up.ops, *down.ops])
    called = {step.script.revision for step in (*up.untold, *down.untold)}
    kept = [script for script in scripts if not forget or script.revision in called]
    found = joined(kept)
    upgrades, downgrades = up.lines(refers), down.lines(refers)
    needed = (*sorted(notes.imports), *imports((*upgrades, *downgrades)))
    for one in parsed(needed):
        if found.binds(one) and not apart:
            reason = f"{one.bound} means something else in one of the revisions"
            return squashed(index, scripts, draft, forget=forget, apart=reason)
    replaces = [scripts[-1].revision] if forget else found.replaces
    text = revision_source(
        message=draft.message,
        revision=draft.revision,
        down_revision=draft.down_revision,
        branch_labels=draft.branch_labels,
        depends_on=draft.depends_on,
        replaces=replaces,
        create_date=draft.create_date,
        upgrades=upgrades,
        downgrades=downgrades,
        imports=(*found.import_lines(), *needed),
    )
    middle = [MIDDLE] if found.code and len(called) < len(scripts) and not forget else []
    whole = "\n".join([text.rstrip("\n"), *middle, *found.code]) + "\n"
    links = Links(draft.revision, ids(draft.down_revision), ids(draft.depends_on), tuple(replaces))
    return Squashed(
        format_source(whole, draft.path),
        links,
        _others(index, scripts, draft.revision),
        (
            (f"the old functions are called as they are: {apart}",)
            if apart
            else (*up.remarks, *down.remarks)
        ),
    )


class _Way:
    """One direction of all steps: what each does, as operations or as a call of its own function."""

    def __init__(self, verb: str, steps: Sequence[Step], apart: str, notes: Notes) -> None:
        self.notes = notes
        self.ops: list[MigrateOperation] = []
        self.untold: list[Step] = []
        self.remarks: list[str] = []
        for step in steps:
            try:
                self.ops += _told(step, verb, apart, notes)
            except Untold as error:
                self.ops.append(_OwnFunction(step.here(verb)))
                self.untold.append(step)
                self.remarks.append(f"{step.here(verb)}() is called as it is: {error}")

    def lines(self, refers: Refers) -> tuple[Line, ...]:
        """The body of the function."""
        construct = self.notes.construct
        return tuple(line for op in together(self.ops, refers) for line in _lines(op, construct))


def _told(step: Step, verb: str, apart: str, notes: Notes) -> Sequence[MigrateOperation]:
    if apart:
        raise Untold(0, apart)
    return operations(step.text, step.script.module, step.there(verb), notes)


class _OwnFunction(MigrateOperation):
    """A function of the new file is called."""

    def __init__(self, name: str) -> None:
        self.name = name

    def as_call(self, construct: Construct) -> tuple[Line, ...]:
        return (Statement(Call(self.name)),)


def _lines(op: MigrateOperation, construct: Construct) -> Sequence[Line]:
    return op.as_batch(construct) if isinstance(op, ModifyTableOps) else op.as_call(construct)


def _others(index: Index[Script], scripts: Sequence[Script], new: str) -> dict[str, Links]:
    gone = {script.revision: new for script in scripts}
    return {
        name: links_of(script).naming(gone)
        for name, script in index.revisions.items()
        if name not in gone
    }


MIDDLE = """

# What follows is for databases in the middle of what this revision replaces; when there are none any more, what
# upgrade() and downgrade() do not call may go.\
"""
_ENDS = "choose ends between which the history is a single line"
