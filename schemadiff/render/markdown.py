"""What differs between two states, as Markdown for a review or a release note."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from schemadiff.diff import Alter, Change, Create, Drop, Rename
from schemadiff.model import Column, Key, Node, Table

from .describe import differing, node, title
from .report import Report, shown


def markdown(report: Report) -> str:
    """The differences as headings and lists, grouped by table."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield f"# {_escaped(report.database)} → {_escaped(report.models)}"
    yield ""
    changes = sorted(shown(report.changes), key=lambda change: (_owner(change), change.key))
    if not changes:
        yield "Nothing differs."
    for owner, group in groupby(changes, key=_owner):
        yield from _group(owner, list(group), report.changes)
    for one in report.undecided:
        yield f"* not decided: {_escaped(str(one))}"
    for gap in report.gaps:
        yield f"* not compared: {_escaped(str(gap))}"


def _owner(change: Change) -> str:
    return str(change.key.owner) if change.key.table else ""


def _group(owner: str, changes: Sequence[Change], every: Sequence[Change]) -> Iterator[str]:
    whole = next(
        (c for c in changes if isinstance(c, Create | Drop) and c.key.kind == "table"), None
    )
    if isinstance(whole, Create):
        yield f"## {_escaped(owner)} (new)"
        yield ""
        yield from _parts(whole.key, every)
    elif isinstance(whole, Drop):
        yield f"## {_escaped(owner)} (gone)"
    else:
        yield f"## {_escaped(owner) or 'named objects'}"
        yield ""
        for change in changes:
            yield from _change(change)
    yield ""


def _parts(table: Key, changes: Sequence[Change]) -> Iterator[str]:
    """What a new table consists of: its columns in their order, then the rest."""
    created = [change.new for change in changes if isinstance(change, Create)]
    parts = [one for one in created if one.key.owner == table and one.key != table]
    for one in sorted(parts, key=lambda one: (_place(one), one.key)):
        yield f"* {_called(one, one.key)}: {_code(node(one))}"


def _place(one: Node) -> tuple[bool, int]:
    return (False, one.position) if isinstance(one, Column) else (True, 0)


def _change(change: Change) -> Iterator[str]:
    match change:
        case Create(new):
            yield f"* **new** {_called(new, change.key)}: {_code(node(new))}"
        case Drop(old):
            yield f"* **gone** {_called(old, change.key)}: {_code(node(old))}"
        case Rename(old, new):
            yield f"* **renamed** {_called(old, old.key)} → {_code(_name(new, new.key))}"
        case Alter(_, new):
            for label, before, after, _ in differing(change):
                what = f"{_called(new, change.key)} {label}".rstrip()
                yield f"* **changed** {what}: {_code(before)} → {_code(after)}"


def _called(value: object, key: Key) -> str:
    """The kind and the name of an object, its kind alone where that is how it is called."""
    name = _name(value, key)
    return _kind(key) if name == _kind(key) else f"{_kind(key)} {_code(name)}"


def _name(value: object, key: Key) -> str:
    own = str(getattr(value, "name", ""))
    return own if isinstance(value, Table) else title(key, own)


def _kind(key: Key) -> str:
    return key.kind.replace("_", " ")


def _code(text: str) -> str:
    """``text`` as code, between more backticks than it has in a row, and apart from them where it begins with one."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    ticks = "`" * (longest + 1)
    blank = " " if "`" in (text[:1], text[-1:]) else ""
    return f"{ticks}{blank}{text}{blank}{ticks}" if text else ""


def _escaped(text: str) -> str:
    return "".join(f"\\{c}" if c in "\\`*_{}[]<>#|" else c for c in text)
