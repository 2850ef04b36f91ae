"""What differs between two states, as Markdown for a review or a release note."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from schemadiff.diff import Alter, Change, Create, Drop, Rename
from schemadiff.model import Key, Table

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
        yield from _group(owner, list(group))
    for one in report.undecided:
        yield f"* not decided: {_escaped(str(one))}"
    for gap in report.gaps:
        yield f"* not compared: {_escaped(str(gap))}"


def _owner(change: Change) -> str:
    return str(change.key.owner) if change.key.table else ""


def _group(owner: str, changes: Sequence[Change]) -> Iterator[str]:
    whole = next(
        (c for c in changes if isinstance(c, Create | Drop) and c.key.kind == "table"), None
    )
    if isinstance(whole, Create):
        yield f"## {_escaped(owner)} (new)"
    elif isinstance(whole, Drop):
        yield f"## {_escaped(owner)} (gone)"
    else:
        yield f"## {_escaped(owner) or 'named objects'}"
        yield ""
        for change in changes:
            yield from _change(change)
    yield ""


def _change(change: Change) -> Iterator[str]:
    match change:
        case Create(new):
            yield f"* **new** {_kind(change.key)} {_code(_name(new, change.key))}: {_code(node(new))}"
        case Drop(old):
            yield f"* **gone** {_kind(change.key)} {_code(_name(old, change.key))}: {_code(node(old))}"
        case Rename(old, new):
            yield f"* **renamed** {_kind(change.key)} {_code(_name(old, old.key))} → {_code(_name(new, new.key))}"
        case Alter(_, new):
            for label, before, after, _ in differing(change):
                what = f"{_kind(change.key)} {_code(_name(new, change.key))} {label}".rstrip()
                yield f"* **changed** {what}: {_code(before)} → {_code(after)}"


def _name(value: object, key: Key) -> str:
    own = str(getattr(value, "name", ""))
    return own if isinstance(value, Table) else title(key, own)


def _kind(key: Key) -> str:
    return key.kind.replace("_", " ")


def _code(text: str) -> str:
    ticks = "``" if "`" in text else "`"
    return f"{ticks}{text}{ticks}" if text else ""


def _escaped(text: str) -> str:
    return "".join(f"\\{c}" if c in "\\`*_{}[]<>#|" else c for c in text)
