"""Where two texts differ and only the database can tell whether their meaning does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import lru_cache, partial
from typing import NamedTuple, TypeAlias

from schemadiff.dialects.asking import Frame, Question
from schemadiff.model import (
    PARTITION_BY,
    Check,
    Column,
    Computed,
    Domain,
    Exclusion,
    Index,
    Key,
    Node,
    Snapshot,
    Sql,
    Table,
    varied,
)


class Doubt(NamedTuple):
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

    def constant(self, text: str) -> Question:
        """What value of the column's type ``text`` is."""
        return Question("constant", text, self.question.type)


class IndexDoubt(NamedTuple):
    """An index of the models that differs from the one in the database, perhaps only in spelling."""

    node: Index
    old: Index
    question: Question

    def again(self, index: Index) -> Question:
        """The same question about another spelling."""
        return replace(self.question, index=index)

    def named(self, index: Index) -> Index:
        """``index`` with all that is not asked about as the models have it."""
        node = self.node
        return replace(
            index,
            schema=node.schema,
            table=node.table,
            name=node.name,
            comment=node.comment,
            columns=node.columns,
            source=node.source,
        )


AnyDoubt: TypeAlias = Doubt | IndexDoubt


Pairs: TypeAlias = Iterable[tuple[Node, Node]]
"""Nodes of the database, each beside the one of the models under the same key that is not equal to it."""


def type_doubts(pairs: Pairs) -> list[list[Doubt]]:
    """The columns whose types are spelt differently, those together that are spelt alike on both sides."""
    alike: dict[tuple[str, str], list[Doubt]] = {}
    for before, column in pairs:
        if not isinstance(before, Column) or not isinstance(column, Column):
            continue
        if before.type.canonical != column.type.canonical and _is_said(column.type):
            group = alike.setdefault((before.type.canonical, column.type.text), [])
            question = group[0].question if group else Question("type", column.type.text)
            group.append(Doubt(column, "type", before.type, column.type, question, _put_type))
    return list(alike.values())


def text_doubts(pairs: Pairs, old: Snapshot, new: Snapshot) -> Iterator[AnyDoubt]:
    """Everything else that is spelt differently: defaults, generated columns, checks, exclusions, indexes."""
    frames = _Frames(new)
    for there, node in pairs:
        match there, node:
            case Column(), Column():
                yield from _column_doubts(there, node, frames)
            case Domain(), Domain():
                yield from _domain_doubts(there, node)
            case Table(), Table():
                yield from _table_doubts(there, node, frames)
            case (Check() | Exclusion()), (Check() | Exclusion()):
                yield from _predicate_doubts(node, [there], frames)
            case Index(), Index():
                frame = frames.of(node.key, *_texts_of(node))
                yield IndexDoubt(node, there, Question("index", frame=frame, index=node))
            case _:
                pass
    for node in old.lacking(new):
        if isinstance(node, (Check, Exclusion)) and not node.name:
            yield from _predicate_doubts(node, _candidates(node, old, new), frames)


class _Frames:
    """What an answer may depend on beside a text: the columns that it may mention, with the models' types.

    A name that occurs somewhere in a text counts as mentioned: one too many does no harm. Quotes do not count,
    for those within a name are doubled in a text.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._columns: dict[Key, list[tuple[str, tuple[str, str]]]] = {}

    def of(self, key: Key, *texts: str) -> Frame:
        """The columns of the table of ``key`` that ``texts`` may mention."""
        said = _bare(" ".join(texts))
        return tuple([column for bare, column in self._of_table(key.owner) if bare in said])

    def _of_table(self, table: Key) -> list[tuple[str, tuple[str, str]]]:
        found = self._columns.get(table)
        if found is None:
            found = self._columns[table] = [
                (_bare(column.name), (column.name, column.type.text))
                for column in self.snapshot.columns(table)
                if _is_said(column.type)
            ]
        return found


_QUOTES = str.maketrans("", "", '"`[]')


@lru_cache(10_000)  # most tables have an id
def _bare(text: str) -> str:
    """A text without quotes, in one case."""
    return text.casefold().translate(_QUOTES)


def _is_said(type_: Sql) -> bool:
    """Whether a type is one that the database may know."""
    return type_.how not in ("refused", "any")


def _texts_of(index: Index) -> Iterator[str]:
    for element in index.elements:
        yield element.column if element.sql is None else element.sql.text
    yield from index.include
    if index.where is not None:
        yield index.where.text


def _column_doubts(before: Column, column: Column, frames: _Frames) -> Iterator[Doubt]:
    default = column.default
    if default is not None and not _same(before.default, default):
        there = before.default or Sql.of("")
        frame = frames.of(column.key, default.text)
        question = Question("default", default.text, column.type.text, frame)
        yield Doubt(column, "default", there, default, question, _put_default)
    computed, generated = column.computed, before.computed
    if computed is None or generated is None or _same(generated.sql, computed.sql):
        return
    frame = frames.of(column.key, computed.sql.text)
    question = Question("computed", computed.sql.text, column.type.text, frame)
    yield Doubt(column, "computed", generated.sql, computed.sql, question, _put_computed)


def _table_doubts(there: Table, node: Table, frames: _Frames) -> Iterator[Doubt]:
    """How a table is partitioned, where both sides say so."""
    before, after = (dict(table.options).get(PARTITION_BY, "") for table in (there, node))
    if before and after and before != after:
        question = Question("partition", after, frame=frames.of(node.key, after))
        yield Doubt(node, PARTITION_BY, Sql.of(before), Sql.of(after), question, _put_partition)


def _domain_doubts(there: Domain, node: Domain) -> Iterator[Doubt]:
    """A domain's type and default, and its checks, which pair by name or else by their place."""
    if there.type.canonical != node.type.canonical:
        question = Question("type", node.type.text)
        yield Doubt(node, "type", there.type, node.type, question, _put_domain_type)
    if node.default is not None and not _same(there.default, node.default):
        question = Question("default", node.default.text, node.type.text)
        before = there.default or Sql.of("")
        yield Doubt(node, "default", before, node.default, question, _put_domain_default)
    for place, ((_, old), (name, new)) in enumerate(zip(there.checks, node.checks)):
        if old.canonical != new.canonical:
            question = Question("check", new.text, node.type.text)
            put = partial(_put_domain_check, place, name)
            yield Doubt(node, "checks", old, new, question, put)


def _same(old: Sql | None, new: Sql) -> bool:
    return old is not None and old.canonical == new.canonical


def _predicate_doubts(
    node: Check | Exclusion, candidates: Iterable[Check | Exclusion], frames: _Frames
) -> Iterator[Doubt]:
    """A predicate is in doubt beside each that might be it."""
    for there in candidates:
        if there.sql.canonical != node.sql.canonical:
            question = Question(
                "check" if isinstance(node, Check) else "exclusion",
                node.sql.text,
                frame=frames.of(node.key, node.sql.text),
            )
            yield Doubt(node, "sql", there.sql, node.sql, question, _put_sql)


def _candidates(node: Check | Exclusion, old: Snapshot, new: Snapshot) -> list[Check | Exclusion]:
    """Those of the database that a nameless predicate of the models may be, the same ones first of all."""
    free = [one for one in old.of(node.key.owner, type(node)) if one.key not in new]
    same = [one for one in free if one.sql.canonical == node.sql.canonical]
    return same or free


def _put_type(node: Node, sql: Sql) -> Node:
    assert isinstance(node, Column)
    return varied(node, type=sql)


def _put_default(node: Node, sql: Sql) -> Node:
    assert isinstance(node, Column)
    return varied(node, default=sql if sql.canonical or sql.how != "database" else None)


def _put_partition(node: Node, sql: Sql) -> Node:
    assert isinstance(node, Table)
    options = dict(node.options) | {PARTITION_BY: sql.canonical}
    return replace(node, options=tuple(sorted(options.items())))


def _put_domain_type(node: Node, sql: Sql) -> Node:
    assert isinstance(node, Domain)
    return varied(node, type=sql)


def _put_domain_default(node: Node, sql: Sql) -> Node:
    assert isinstance(node, Domain)
    return varied(node, default=sql if sql.canonical or sql.how != "database" else None)


def _put_domain_check(place: int, name: str, node: Node, sql: Sql) -> Node:
    assert isinstance(node, Domain)
    checks = (*node.checks[:place], (name, sql), *node.checks[place + 1 :])
    return replace(node, checks=checks)


def _put_computed(node: Node, sql: Sql) -> Node:
    assert isinstance(node, Column)
    assert node.computed is not None
    return varied(node, computed=Computed(sql, node.computed.persisted))


def _put_sql(node: Node, sql: Sql) -> Node:
    assert isinstance(node, (Check, Exclusion))
    return varied(node, sql=sql)
