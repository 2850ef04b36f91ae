"""Where two texts differ and only the database can tell whether their meaning does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from schemadiff.dialects.asking import Frame, Question
from schemadiff.model import (
    Check,
    Column,
    Computed,
    Exclusion,
    Index,
    Key,
    Node,
    Snapshot,
    Sql,
)


@dataclass(frozen=True, slots=True)
class Doubt:
    """One text of ``node`` (of the models) beside what the database has in its place.

    ``question`` asks how the database spells the model's text, ``again`` makes the same question about
    another text. ``put`` gives the node with its text settled.
    """

    node: Node
    attribute: str
    old: Sql
    new: Sql
    question: Question
    put: Callable[[Node, Sql], Node]

    def again(self, text: str) -> Question:
        """The same question about another spelling."""
        return replace(self.question, sql=text)


@dataclass(frozen=True, slots=True)
class IndexDoubt:
    """An index of the models that differs from the one in the database, perhaps only in spelling."""

    node: Index
    old: Index
    question: Question


AnyDoubt: TypeAlias = Doubt | IndexDoubt


def type_doubts(old: Snapshot, new: Snapshot) -> Iterator[Doubt]:
    """The columns whose types are spelt differently."""
    for before, column in _columns(old, new):
        if before.type.canonical != column.type.canonical and column.type.how != "refused":
            question = Question("type", column.type.text)
            yield Doubt(column, "type", before.type, column.type, question, _put_type)


def text_doubts(old: Snapshot, new: Snapshot) -> Iterator[AnyDoubt]:
    """Everything else that is spelt differently: defaults, generated columns, checks, exclusions, indexes."""
    for before, column in _columns(old, new):
        yield from _column_doubts(before, column, new)
    for node in new.values():
        if node.key.owner not in old:
            continue
        match node:
            case Check() | Exclusion():
                yield from _predicate_doubts(node, old, new)
            case Index():
                there = old.get(node.key)
                if isinstance(there, Index) and there != node:
                    frame = frame_of(new, node.key)
                    yield IndexDoubt(node, there, Question("index", frame=frame, index=node))


def frame_of(snapshot: Snapshot, key: Key) -> Frame:
    """The columns of the table that a key belongs to, with the types the models give them."""
    return tuple(
        (column.name, column.type.text)
        for column in snapshot.columns(key.owner)
        if column.type.how != "refused"
    )


def _columns(old: Snapshot, new: Snapshot) -> Iterator[tuple[Column, Column]]:
    for column in new.each(Column):
        before = old.get(column.key)
        if isinstance(before, Column):
            yield before, column


def _column_doubts(before: Column, column: Column, new: Snapshot) -> Iterator[Doubt]:
    default = column.default
    if default is not None and not _same(before.default, default):
        there = before.default or Sql.of("")
        question = Question("default", default.text, type=column.type.text)
        yield Doubt(column, "default", there, default, question, _put_default)
    computed, generated = column.computed, before.computed
    if computed is None or generated is None or _same(generated.sql, computed.sql):
        return
    question = Question("computed", computed.sql.text, column.type.text, frame_of(new, column.key))
    yield Doubt(column, "computed", generated.sql, computed.sql, question, _put_computed)


def _same(old: Sql | None, new: Sql) -> bool:
    return old is not None and old.canonical == new.canonical


def _predicate_doubts(node: Check | Exclusion, old: Snapshot, new: Snapshot) -> Iterator[Doubt]:
    """A predicate is in doubt beside its namesake; a nameless one beside each that might be it."""
    for there in _candidates(node, old, new):
        if there.sql.canonical != node.sql.canonical:
            question = Question(
                "check" if isinstance(node, Check) else "exclusion",
                node.sql.text,
                frame=frame_of(new, node.key),
            )
            yield Doubt(node, "sql", there.sql, node.sql, question, _put_sql)


def _candidates(node: Check | Exclusion, old: Snapshot, new: Snapshot) -> list[Check | Exclusion]:
    there = old.get(node.key)
    if isinstance(there, (Check, Exclusion)):
        return [there]
    if node.name:
        return []
    free = [one for one in old.of(node.key.owner, type(node)) if one.key not in new]
    same = [one for one in free if one.sql.canonical == node.sql.canonical]
    return same or free


def _put_type(node: Node, sql: Sql) -> Node:
    assert isinstance(node, Column)
    return replace(node, type=sql)


def _put_default(node: Node, sql: Sql) -> Node:
    assert isinstance(node, Column)
    return replace(node, default=sql if sql.canonical or sql.how != "database" else None)


def _put_computed(node: Node, sql: Sql) -> Node:
    assert isinstance(node, Column)
    assert node.computed is not None
    return replace(node, computed=Computed(sql, node.computed.persisted))


def _put_sql(node: Node, sql: Sql) -> Node:
    assert isinstance(node, (Check, Exclusion))
    return replace(node, sql=sql)
