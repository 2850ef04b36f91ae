"""What a comparison found, as a page for people: by table, both spellings, and what to do next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple, Protocol

from schemadiff.diff import Alter, Change, Create, Drop, Rename
from schemadiff.model import Column, ForeignKey, Index, Key, Node, Table, Unique, signature

from .describe import differing, node, title
from .report import Report, Undecided, how, joined, note, shown
from .width import columns

_HOW = {
    "database": "asked the database",
    "unverified": "not verified",
    "refused": "the database refuses it",
}
_COLOURS = {"+": "green", "-": "red", "~": "yellow"}
_WIDEST_NAME = 32
WIDTH = 80


class Style(Protocol):
    """Puts colours around a text; ``click.style`` is one."""

    def __call__(self, text: str, /, *, fg: str | None = None, bold: bool | None = None) -> str: ...


def unstyled(text: str, /, *, fg: str | None = None, bold: bool | None = None) -> str:
    """``text`` as it is."""
    return text


class _Row(NamedTuple):
    mark: str
    name: str
    says: str
    remark: str = ""


def summary(
    report: Report,
    style: Style = unstyled,
    width: int = WIDTH,
    closing: Callable[[int, Report], Iterable[str]] | None = None,
) -> list[str]:
    """The page, line by line; ``closing`` says what to do next, given the number of differences."""
    differences = shown(report.changes)
    lines = _header(report, differences, style, width)
    for _, group in groupby(_by_table(differences), key=_owner):
        lines += _group(list(group), report, style)
    lines += _section("Added by hooks", report.others, style)
    lines += _section("Not decided", (_undecided(one) for one in report.undecided), style)
    lines += _section("Not understood, not compared", map(str, report.gaps), style)
    return [*lines, "", *(closing or _footer)(len(differences) + len(report.others), report)]


# ---- around the changes ------------------------------------------------------------------------


def _header(report: Report, differences: Sequence[Change], style: Style, width: int) -> list[str]:
    who = " ⇄ ".join(part for part in (report.database, report.models) if part)
    what = " · ".join(_counts(report, differences))
    gap = " " * max(width - columns(who) - columns(what), 3)
    return [f"{style(who, bold=True)}{gap}{what}" if who else what]


def _counts(report: Report, differences: Sequence[Change]) -> Iterator[str]:
    tables = {change.key.owner for change in differences if change.key.table}
    if tables:
        yield f"{_count(len(tables), 'table')} {'differs' if len(tables) == 1 else 'differ'}"
    elif not (differences or report.others):
        yield "no differences"
    if report.in_sync is not None:
        yield f"{report.in_sync} in sync"
    if report.seconds is not None:
        yield f"{report.seconds:.1f} s"


def _footer(number: int, report: Report) -> Iterator[str]:
    if number:
        yield (
            f"{_count(number, 'difference')}. Write {'it' if number == 1 else 'them'} as a revision: "
            'schemadiff revision --autogenerate -m "…"'
        )
    elif not report.undecided:
        yield "Nothing to do: the database is what the models say."
    if report.undecided:
        yield f"{_count(len(report.undecided), 'spelling')} could not be decided: compare by eye."


def _section(heading: str, texts: Iterable[str], style: Style) -> list[str]:
    found = [f"  {text}" for text in texts]
    return ["", style(heading, bold=True), *found] if found else []


def _undecided(one: Undecided) -> str:
    kind = one.key.kind.replace("_", " ")
    return f"{kind} {one.key}: {one.attribute}  {one.old} ? {one.new}   ({one.reason})"


# ---- the changes -------------------------------------------------------------------------------


def _by_table(changes: Sequence[Change]) -> list[Change]:
    return sorted(changes, key=lambda change: (_owner(change), _order(change)))


def _owner(change: Change) -> Key:
    """The table whose group a change stands in; objects of no table stand together, first."""
    return change.key.owner if change.key.table else Key("schema", "", "", "")


def _order(change: Change) -> tuple[int, int, str]:
    kinds = (
        "table",
        "column",
        "primary_key",
        "unique",
        "check",
        "exclusion",
        "foreign_key",
        "index",
    )
    kind = kinds.index(change.key.kind) if change.key.kind in kinds else -1
    either = change.old if isinstance(change, Drop) else change.new
    return kind, either.position if isinstance(either, Column) else 0, change.key.name


def _group(changes: list[Change], report: Report, style: Style) -> list[str]:
    first = changes[0]
    if isinstance(first, Create | Drop) and first.key.kind == "table":
        node_ = first.new if isinstance(first, Create) else first.old
        row = _Row(_mark(first), _table_name(node_.key), _size(first.key, report))
        return ["", *_rows([row], style, "")]
    rows = [row for change in changes for row in _change_rows(change)]
    if not first.key.table:
        return ["", *_rows(rows, style, "")]
    return ["", style(_table_name(first.key), bold=True), *_rows(rows, style, "  ")]


def _rows(rows: Sequence[_Row], style: Style, pad: str) -> list[str]:
    widest = min(max((columns(row.name) for row in rows), default=0), _WIDEST_NAME)
    return [_line(row, widest, style, pad) for row in rows]


def _line(row: _Row, widest: int, style: Style, pad: str) -> str:
    name = row.name + " " * max(widest - columns(row.name), 0)
    remark = f"   ({row.remark})" if row.remark else ""
    return f"{pad}{style(row.mark, fg=_COLOURS[row.mark])} {name}  {row.says}{remark}".rstrip()


def _mark(change: Change) -> str:
    match change:
        case Create():
            return "+"
        case Drop():
            return "-"
    return "~"


def _change_rows(change: Change) -> Iterator[_Row]:
    match change:
        case Create(node_) | Drop(node_):
            yield _Row(_mark(change), _name(node_), node(node_))
        case Rename(old, new):
            yield _Row("~", _name(old), f"renamed to {_name(new)}")
        case Alter(old, new):
            yield from _alter_rows(change, old, new)


def _alter_rows(change: Alter, old: Node, new: Node) -> Iterator[_Row]:
    before, after = node(old), node(new)
    if not isinstance(new, Column | Table) and before != after and not _points_alike(old, new):
        yield _Row("~", _name(new), f"{before} → {after}", _first_remark(change))
        return
    for label, said, says, values in differing(change):
        text = f"{label}  {said} → {says}" if label else f"{said} → {says}"
        yield _Row("~", _name(new), text, _remark(*values))


def _points_alike(old: Node, new: Node) -> bool:
    """Whether both are the same foreign key, of which only options differ."""
    match old, new:
        case ForeignKey(), ForeignKey():
            return old.signature == new.signature
        case _:
            return False


def _first_remark(change: Alter) -> str:
    found = (_remark(*values) for *_, values in differing(change))
    return next((remark for remark in found if remark), "")


def _remark(old: object, new: object) -> str:
    way = _HOW.get(how(old, new), "")
    said = note(old, new)
    return f"{way}: {said}" if way and said else way


def _name(value: Node) -> str:
    if isinstance(value, Table):
        return "table"
    name = title(value.key, value.name)
    if isinstance(value, ForeignKey | Unique) and not value.name:
        name = f"{name} {signature(value.columns)}"
    if value.key.table:
        return name
    kind = value.key.kind.replace("_", " ")
    return f"{kind} {value.key}"


def _table_name(key: Key) -> str:
    return f"{key.schema}.{key.table}" if key.schema else key.table


def _size(table: Key, report: Report) -> str:
    """How much comes or goes with a table: ``6 columns, 2 indexes``."""
    parts = Counter(
        change.key.kind
        for change in joined(report.changes)
        if change.key.owner == table and change.key != table
    )
    counted = (
        (parts[Column.kind], "column"),
        (parts[ForeignKey.kind], "foreign key"),
        (parts[Index.kind], "index"),
    )
    return ", ".join(_count(number, noun) for number, noun in counted if number)


def _count(number: int, noun: str) -> str:
    if number == 1:
        return f"1 {noun}"
    return f"{number} {noun}es" if noun.endswith("x") else f"{number} {noun}s"
