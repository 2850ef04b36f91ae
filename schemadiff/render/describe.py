"""Nodes and their attributes in a few words each, for people."""

from __future__ import annotations

from collections.abc import Iterator

from schemadiff.diff import Alter
from schemadiff.model import (
    Check,
    Column,
    Computed,
    Domain,
    Element,
    Enum,
    Exclusion,
    ForeignKey,
    Identity,
    Index,
    Key,
    Node,
    Options,
    PrimaryKey,
    Schema,
    Sequence,
    Sql,
    Table,
    Unique,
    signature,
)

from .report import attributes

_SPOKEN = {
    "ondelete": "on delete",
    "onupdate": "on update",
    "nullable": "",
    "type": "",
    "sql": "",
    "labels": "",
}
"""Attributes whose values speak for themselves."""


def node(value: Node) -> str:
    """What a node is, in the order in which its database would say it."""
    return ", ".join(part for part in _parts(value) if part)


def _parts(value: Node) -> Iterator[str]:
    match value:
        case Column():
            yield from _column(value)
        case PrimaryKey(columns=columns) | Unique(columns=columns):
            yield signature(columns)
            yield from _constraint(value)
        case Check(sql=sql) | Exclusion(sql=sql):
            yield one_line(sql.text)
        case ForeignKey():
            yield from _foreign_key(value)
        case Index():
            yield from _index(value)
        case Enum(labels=labels):
            yield " | ".join(labels)
        case Domain(type=type_, nullable=nullable):
            yield type_.text
            yield "" if nullable else "not null"
        case Sequence():
            yield from _numbers(value)
        case Table(comment=comment):
            yield f"comment {comment!r}" if comment else ""
        case Schema():
            return
    yield from _options(getattr(value, "options", ()))


def _column(column: Column) -> Iterator[str]:
    yield one_line(column.type.text)
    yield "nullable" if column.nullable else "not null"
    if column.default is not None:
        yield f"default {one_line(column.default.text)}"
    if column.computed is not None:
        yield spoken(column.computed)
    if column.identity is not None:
        yield spoken(column.identity)
    if column.autoincrement:
        yield "counts by itself"


def _constraint(constraint: PrimaryKey | Unique) -> Iterator[str]:
    if isinstance(constraint, Unique):
        yield "nulls not distinct" if constraint.nulls_not_distinct else ""
        yield f"including {signature(constraint.include)}" if constraint.include else ""
        yield _deferral(constraint)


def _foreign_key(key: ForeignKey) -> Iterator[str]:
    actions = (("on delete", key.ondelete), ("on update", key.onupdate), ("match", key.match))
    said = [f"{clause} {action.lower()}" for clause, action in actions if action]
    target = f"{key.target} {signature(key.target_columns)}"
    yield " ".join((f"{signature(key.columns)} → {target}", *said))
    yield _deferral(key)


def _deferral(constraint: Unique | ForeignKey) -> str:
    if constraint.initially_deferred:
        return "deferred"
    return "deferrable" if constraint.deferrable else ""


def _index(index: Index) -> Iterator[str]:
    words = ("unique" if index.unique else "", f"using {index.method}" if index.method else "")
    yield " ".join(filter(None, (signature(map(element, index.elements)), *words)))
    yield f"where {one_line(index.where.text)}" if index.where is not None else ""
    yield f"including {signature(index.include)}" if index.include else ""
    yield "nulls not distinct" if index.nulls_not_distinct else ""


def element(value: Element) -> str:
    """One part of an index with its order, operator class and length."""
    length = f"({value.length})" if value.length is not None else ""
    collation = f'collate "{value.collation}"' if value.collation else ""
    order = "desc" if value.descending else ""
    nulls = f"nulls {value.nulls.lower()}" if value.nulls else ""
    words = (f"{one_line(str(value))}{length}", collation, value.opclass, order, nulls)
    return " ".join(filter(None, words))


def _numbers(value: Sequence | Identity) -> Iterator[str]:
    for name in ("start", "increment", "minvalue", "maxvalue", "cache"):
        number = getattr(value, name)
        if number is not None:
            yield f"{name} {number}"
    if value.cycle:
        yield "cycle"


def _options(options: Options) -> Iterator[str]:
    return (f"{name} {value}".rstrip() for name, value in options)


# ---- attributes --------------------------------------------------------------------------------


def differing(change: Alter) -> Iterator[tuple[str, str, str, tuple[object, object]]]:
    """Label, old and new spelling of each attribute that differs, and the two values."""
    for name, old, new in attributes(change):
        label = _SPOKEN.get(name, name.replace("_", " "))
        yield label, _spelt(name, old), _spelt(name, new), (old, new)


def _spelt(name: str, value: object) -> str:
    if name == "nullable":
        return "nullable" if value else "not null"
    return spoken(value)


def spoken(value: object) -> str:
    """A value of an attribute in words; ``none`` where there is none."""
    match value:
        case None | "" | ():
            return "none"
        case bool():
            return "yes" if value else "no"
        case Sql(text=text):
            return one_line(text)
        case Computed(sql, persisted):
            return f"computed {'stored' if persisted else 'virtual'} {one_line(sql.text)}"
        case Identity(always=always):
            kind = "identity always" if always else "identity by default"
            return ", ".join((kind, *_numbers(value)))
        case Element():
            return element(value)
        case (str() as name, inner):
            return f"{name} {spoken(inner)}"
        case tuple():
            return ", ".join(map(spoken, value))
    return one_line(str(value))


def one_line(text: str) -> str:
    """``text`` without line breaks, and without the blanks around them."""
    return " ".join(part.strip() for part in text.splitlines()) if "\n" in text else text


def title(key: Key, name: str) -> str:
    """How an object is called in a list of its table's objects."""
    if key.kind == "primary_key":
        return "primary key"
    return name or key.kind.replace("_", " ")
