"""Ask the database, once, whether what is spelt differently is different."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, TypeAlias

from schemadiff.dialects.asking import Answer, Question, Refused, Unasked
from schemadiff.dialects.base import Database
from schemadiff.model import Column, Domain, Enum, Index, Key, Node, Snapshot, Sql

from .doubt import AnyDoubt, Doubt, IndexDoubt, text_doubts, type_doubts

Ask: TypeAlias = Callable[[Sequence[Question], Sequence[str]], list[Answer]]
"""The live connection's side of it: questions and set-up statements in, answers out."""


@dataclass(frozen=True, slots=True)
class Undecided:
    """Two spellings of which nobody could tell whether they mean the same, and why."""

    key: Key
    attribute: str
    old: str
    new: str
    reason: str

    def __str__(self) -> str:
        return (
            f"{self.key.kind} {self.key}: {self.attribute} {self.old!r} in the database and "
            f"{self.new!r} in the models could not be compared: {self.reason}"
        )


class Settled(NamedTuple):
    """The models' snapshot with every text in the database's own spelling, and what stayed open."""

    new: Snapshot
    undecided: tuple[Undecided, ...] = ()


def settle(old: Snapshot, new: Snapshot, database: Database, ask: Ask) -> Settled:
    """``new`` such that plain equality with ``old`` is equality in the eyes of the database.

    ``ask`` is called at most three times, whatever the size of the schemas: for the types, for the texts,
    and once more for answers that the database itself would spell differently when given them again.
    """
    setup = tuple(database.setup(_missing_types(old, new)))
    asking = _Asking(database, ask, setup)
    unlike = old.unlike(new)
    new = asking.types_settled(new, type_doubts(unlike))
    unlike = [(there, new[node.key]) for there, node in unlike]
    new = asking.settled(new, text_doubts(unlike, old, new))
    return Settled(new, tuple(asking.undecided))


def _missing_types(old: Snapshot, new: Snapshot) -> list[Node]:
    return [n for n in new.values() if isinstance(n, (Enum, Domain)) and n.key not in old]


class _Asking:
    """One round of questions after another over one connection."""

    def __init__(self, database: Database, ask: Ask, setup: Sequence[str]) -> None:
        self.database = database
        self.ask = ask
        self.setup = setup
        self.undecided: list[Undecided] = []

    def types_settled(self, new: Snapshot, groups: Sequence[Sequence[Doubt]]) -> Snapshot:
        """``new`` with the types in doubt settled, those of a group like the first of it.

        What could not be told is said of every single column.
        """
        new = self.settled(new, [first for first, *_ in groups])
        rest: list[Node] = []
        open_: list[Doubt] = []
        for first, *others in groups:
            column = new[first.node.key]
            assert isinstance(column, Column)
            if column.type.how == "unverified":
                open_ += others
            elif column is not first.node:
                rest += [doubt.put(doubt.node, column.type) for doubt in others]
        return self.settled(new.having(rest), open_)

    def settled(self, new: Snapshot, doubts: Iterable[AnyDoubt]) -> Snapshot:
        """``new`` with ``doubts`` settled."""
        nodes: dict[Key, Node] = {}
        left: list[AnyDoubt] = []
        for doubt in doubts:
            if isinstance(doubt, Doubt) and self._plainly_same(doubt):
                _put(nodes, doubt, doubt.new.settled(doubt.old.canonical, "text"))
            else:
                left.append(doubt)
        left = [d for d in left if not _is_put(nodes, d)]
        answers = self._answers([doubt.question for doubt in left])
        second = self._second_round(left, answers)
        for doubt in left:
            answer = answers[doubt.question]
            if isinstance(doubt, IndexDoubt):
                self._settle_index(nodes, doubt, answer, second)
            else:
                self._settle_text(nodes, doubt, answer, second)
        return new.having(nodes.values()) if nodes else new

    def _plainly_same(self, doubt: Doubt) -> bool:
        if doubt.attribute == "type":
            return False
        plain = self.database.plain
        return bool(doubt.old.text) and plain(doubt.old.canonical) == plain(doubt.new.text)

    def _is_same(self, doubt: Doubt, answer: str) -> bool:
        """Whether the answer is the database's text, or one that differs from it in what never matters."""
        there = doubt.old.canonical
        plain = self.database.plain
        is_text = doubt.attribute != "type"
        return answer == there or (is_text and bool(there) and plain(answer) == plain(there))

    def _answers(self, questions: Iterable[Question]) -> dict[Question, Answer]:
        distinct = list(dict.fromkeys(questions))
        if not distinct:
            return {}
        return dict(zip(distinct, self.ask(distinct, self.setup), strict=True))

    def _second_round(
        self, doubts: Iterable[AnyDoubt], answers: dict[Question, Answer]
    ) -> dict[Question, Answer]:
        """How the database spells its own answers, and its own texts, when it is given them."""
        questions: list[Question] = []
        for doubt in doubts:
            match doubt, answers[doubt.question]:
                case IndexDoubt(), Index() as answer if doubt.named(answer) != doubt.old:
                    questions += [doubt.again(answer), doubt.again(doubt.old)]
                case Doubt(old=old), str(text) if _is_respelt(doubt, text):
                    questions += [doubt.again(text), doubt.again(old.canonical)]
                    questions += self._constants(doubt, text)
                case _:
                    pass
        return self._answers(questions)

    def _constants(self, doubt: Doubt, answer: str) -> list[Question]:
        """``0`` and ``'0'`` are one default of a bigint, though a database keeps them as they are written."""
        texts = (answer, doubt.old.canonical)
        if doubt.attribute != "default" or not all(map(self.database.is_constant, texts)):
            return []
        return [doubt.constant(text) for text in texts]

    def _settle_text(
        self,
        nodes: dict[Key, Node],
        doubt: Doubt,
        answer: Answer,
        second: dict[Question, Answer],
    ) -> None:
        match answer:
            case Refused(reason):
                _put(nodes, doubt, doubt.new.settled(doubt.new.canonical, "refused", reason))
            case Unasked(reason):
                self._leave_open(nodes, doubt, reason)
            case str(text):
                same = self._is_same(doubt, text) or _meets(doubt, text, second)
                if same:
                    _put(nodes, doubt, doubt.new.settled(doubt.old.canonical, "database"))
                elif not _is_put(nodes, doubt):
                    _put(nodes, doubt, doubt.new.settled(text, "database"))
            case Index():
                raise TypeError(f"an index was answered to a question about {doubt.attribute}")

    def _leave_open(self, nodes: dict[Key, Node], doubt: Doubt, reason: str) -> None:
        """Not equal, not different: the node is compared as if the text were the same, and it is said.

        Types that differ in any database do differ, though nobody could verify it.
        """
        if doubt.attribute == "type" and doubt.new.text == self._as_models_say(doubt.old):
            _put(nodes, doubt, doubt.new.settled(doubt.old.canonical, "text"))
            return
        if doubt.attribute == "type" and self._plainly_differ(doubt):
            _put(nodes, doubt, doubt.new.settled(doubt.new.canonical, "unverified", reason))
            return
        self.undecided.append(
            Undecided(doubt.node.key, doubt.attribute, doubt.old.text, doubt.new.text, reason)
        )
        _put(nodes, doubt, doubt.new.settled(doubt.old.canonical, "unverified", reason))

    def _plainly_differ(self, doubt: Doubt) -> bool:
        """Whether two types are two in any database: VARCHAR(80) and VARCHAR(120), INTEGER and DATE."""
        texts = (doubt.old.text, doubt.new.text)
        words = [self.database.generic_text(text, Snapshot()) for text in texts]
        return all(words) and words[0] != words[1]

    def _as_models_say(self, type_: Sql) -> str:
        """A type of the database in the words SQLAlchemy would use for it."""
        found = self.database.type_from_text(type_.text, Snapshot())
        return self.database.type_text(found)

    def _settle_index(
        self,
        nodes: dict[Key, Node],
        doubt: IndexDoubt,
        answer: Answer,
        second: dict[Question, Answer],
    ) -> None:
        match answer:
            case Index():
                same = _index_meets(doubt, answer, second)
                settled = doubt.named(doubt.old if same else answer)
                nodes[settled.key] = _in_the_models_words(settled, doubt.node)
            case Unasked(reason):
                self.undecided.append(
                    Undecided(doubt.node.key, "elements", str(doubt.old), str(doubt.node), reason)
                )
                nodes[doubt.node.key] = replace(doubt.old, source=doubt.node.source)
            case Refused() | str():
                pass


def _in_the_models_words(settled: Index, written: Index) -> Index:
    """The index as the database understands it, with the texts its author wrote."""
    if len(settled.elements) != len(written.elements):
        return settled
    elements = tuple(
        (
            replace(one, sql=Sql(one.sql.canonical, other.sql.text, "database"))
            if one.sql is not None and other.sql is not None
            else one
        )
        for one, other in zip(settled.elements, written.elements, strict=True)
    )
    where = settled.where
    if where is not None and written.where is not None:
        where = Sql(where.canonical, written.where.text, "database")
    return replace(settled, elements=elements, where=where)


def _meets(doubt: Doubt, answer: str, second: dict[Question, Answer]) -> bool:
    """Whether both texts come to the same when the database reads its own spellings once more."""
    once_more = second.get(doubt.again(answer))
    theirs = second.get(doubt.again(doubt.old.canonical))
    if not isinstance(once_more, str):
        return False
    value = second.get(doubt.constant(answer))
    if isinstance(value, str) and value == second.get(doubt.constant(doubt.old.canonical)):
        return True
    return once_more == doubt.old.canonical or once_more == theirs or theirs == answer


def _index_meets(doubt: IndexDoubt, answer: Index, second: dict[Question, Answer]) -> bool:
    """Whether both indexes come to the same when the database reads its own spellings once more."""
    once_more, theirs = second.get(doubt.again(answer)), second.get(doubt.again(doubt.old))
    if not isinstance(once_more, Index) or not isinstance(theirs, Index):
        return False
    spelt = doubt.named(once_more)
    return spelt == doubt.old or doubt.named(theirs) in (spelt, doubt.named(answer))


def _is_respelt(doubt: Doubt, answer: str) -> bool:
    """Whether an answer is another text than that of the database, and may yet mean the same."""
    if doubt.attribute == "type" or not answer:
        return False
    return bool(doubt.old.text) and answer != doubt.old.canonical


def _put(nodes: dict[Key, Node], doubt: Doubt, sql: Sql) -> None:
    node = nodes.get(doubt.node.key, doubt.node)
    nodes[node.key] = doubt.put(node, sql)


def _is_put(nodes: dict[Key, Node], doubt: AnyDoubt) -> bool:
    """Whether this very text was settled as equal already (a nameless check has several candidates)."""
    return isinstance(doubt, Doubt) and doubt.attribute == "sql" and doubt.node.key in nodes
