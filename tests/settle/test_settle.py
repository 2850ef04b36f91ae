"""Spellings are settled by asking, once, and what cannot be asked is neither equal nor different."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.dialects import sqlite

from schemadiff.dialects.asking import Answer, Question, Refused, Unasked
from schemadiff.dialects.base import Database
from schemadiff.diff import diff
from schemadiff.model import Check, Column, Index, Node, Snapshot, Sql, Table
from schemadiff.model.nodes import Element
from schemadiff.settle import Says, heed, never, settle

DATABASE = Database(sqlite.dialect())
COLUMN = Column("", "t", "a", Sql.of("integer"))


class Server:
    """Answers from a list of spellings, and remembers how often it was asked."""

    def __init__(self, **spellings: Answer) -> None:
        self.spellings = spellings
        self.rounds: list[list[str]] = []

    def __call__(self, questions: Sequence[Question], setup: Sequence[str]) -> list[Answer]:
        self.rounds.append([question.sql for question in questions])
        return [self.spellings.get(question.sql, question.sql) for question in questions]


def state(*nodes: Node) -> Snapshot:
    return Snapshot([Table("", "t"), *nodes])


def test_equal_texts_are_not_asked_about() -> None:
    server = Server()
    assert diff(state(COLUMN), settle(state(COLUMN), state(COLUMN), DATABASE, server).new) == ()
    assert server.rounds == []


def test_a_type_is_asked_about_once_however_many_columns_have_it() -> None:
    server = Server(INT="integer")
    columns = [replace(COLUMN, name=f"c{i}", type=Sql.of("INT")) for i in range(50)]
    old = state(*(replace(column, type=Sql.of("integer")) for column in columns))
    assert diff(old, settle(old, state(*columns), DATABASE, server).new) == ()
    assert server.rounds == [["INT"]]


def test_a_default_is_equal_if_the_database_spells_both_alike() -> None:
    old = state(replace(COLUMN, default=Sql.of("now()")))
    new = state(replace(COLUMN, default=Sql.of("CURRENT_TIMESTAMP")))
    assert diff(old, settle(old, new, DATABASE, Server(CURRENT_TIMESTAMP="now()")).new) == ()
    assert len(diff(old, settle(old, new, DATABASE, Server()).new)) == 1


def test_an_answer_that_is_no_fixed_point_is_asked_about_again() -> None:
    old = state(Check("", "t", "ck", Sql.of("a = ANY (twice)")))
    new = state(Check("", "t", "ck", Sql.of("a IN (1)")))
    server = Server(**{"a IN (1)": "a = ANY (once)", "a = ANY (once)": "a = ANY (twice)"})
    assert diff(old, settle(old, new, DATABASE, server).new) == ()


def test_a_text_that_the_database_refuses_is_a_difference_that_says_so() -> None:
    old = state(replace(COLUMN, default=Sql.of("1")))
    new = state(replace(COLUMN, default=Sql.of("nonsense(")))
    settled = settle(old, new, DATABASE, Server(**{"nonsense(": Refused("syntax error")}))
    (column,) = settled.new.each(Column)
    assert column.default is not None
    assert (column.default.how, column.default.note) == ("refused", "syntax error")
    assert len(diff(old, settled.new)) == 1


def test_what_could_not_be_asked_is_undecided_and_named() -> None:
    old = state(replace(COLUMN, default=Sql.of("now()")))
    new = state(replace(COLUMN, default=Sql.of("CURRENT_TIMESTAMP")))
    settled = settle(old, new, DATABASE, Server(CURRENT_TIMESTAMP=Unasked("read-only")))
    (one,) = settled.undecided
    assert (str(one.key), one.attribute, one.reason) == ("t.a", "default", "read-only")
    assert diff(old, settled.new) == ()


def test_an_index_is_what_the_database_makes_of_it() -> None:
    made = Index("", "t", "ix", (Element(sql=Sql.of("lower(a)")),))
    written = replace(made, elements=(Element(sql=Sql.of("LOWER(a)")),))

    def ask(questions: Sequence[Question], setup: Sequence[str]) -> list[Answer]:
        return [made for _ in questions]

    old, new = state(COLUMN, made), state(COLUMN, written)
    settled = settle(old, new, DATABASE, ask).new
    assert diff(old, settled) == ()
    (index,) = settled.each(Index)
    assert index.elements[0].sql is not None
    assert index.elements[0].sql.text == "LOWER(a)"


def test_a_nameless_check_is_compared_with_each_that_might_be_it() -> None:
    old = state(
        COLUMN, Check("", "t", "one", Sql.of("(a > 1)")), Check("", "t", "two", Sql.of("(a > 2)"))
    )
    new = state(COLUMN, Check("", "t", "", Sql.of("a > 2")))
    settled = settle(old, new, DATABASE, Server(**{"a > 2": "(a > 2)"})).new
    (check,) = settled.each(Check)
    assert check.sql.canonical == "(a > 2)"


def test_the_users_say_overrules_in_both_directions() -> None:
    old = state(replace(COLUMN, type=Sql.of("text")))
    new = state(COLUMN)
    assert diff(old, heed(old, new, Says(type=never))) == ()
    assert len(diff(new, heed(new, new, Says(type=lambda a, b: True)))) == 1
    assert diff(new, heed(new, new, Says(type=lambda a, b: None))) == ()
