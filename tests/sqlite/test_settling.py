"""Two texts mean the same when their tokens do; a default counts as the column will keep it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Connection

from schemadiff.dialects.asking import Question
from schemadiff.dialects.sqlite import SQLite
from schemadiff.dialects.sqlite.settling import default, expression


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a > 0", "(A>0)"),
        ("((a) + 1)", "(a)+1"),
        ("\"a\" = 'x'", "a == 'x'"),
        ("[a] != 1", "`a` <> 1"),
        ("a IN (1,2) -- why", "a in ( 1 , 2 )"),
    ],
)
def test_spellings_of_one_expression(one: str, other: str) -> None:
    assert expression(one) == expression(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a = 'x'", "a = 'X'"),
        ("a = 'a b'", "a = 'a  b'"),
        ("(a) + (b)", "a) + (b"),
        ("a = 12", "a = 1 2"),
        ('a = "B"', "a = b"),
        ('"select" > 0', "select > 0"),
        ("(a = 0) = (b = 0)", "a = 0 = b = 0"),
    ],
)
def test_expressions_that_differ(one: str, other: str) -> None:
    assert expression(one) != expression(other)


def test_quotes_of_a_known_column_do_not_count() -> None:
    assert expression('"userId" > 0', {"userid"}) == expression("userid > 0", {"userid"})


@pytest.mark.parametrize(
    ("one", "other", "declared"),
    [
        ("'0'", "0", "INTEGER"),
        ("'0'", "0", "VARCHAR(3)"),
        ("(0)", "0", "BLOB"),
        ("1.0", "'1'", "NUMERIC(10, 2)"),
        ("TRUE", "'1'", "BOOLEAN"),
        ("+5", "5", "REAL"),
        ("(-0)", "0", "INTEGER"),
        ("word", "'word'", "TEXT"),
        ('"word"', "'word'", "TEXT"),
        ("current_timestamp", "(CURRENT_TIMESTAMP)", "DATETIME"),
        ("x'0a'", "X'0A'", "BLOB"),
    ],
)
def test_defaults_that_a_column_keeps_alike(one: str, other: str, declared: str) -> None:
    assert default(one, declared) == default(other, declared)


@pytest.mark.parametrize(
    ("one", "other", "declared"),
    [
        ("'0'", "0", "BLOB"),
        ("'0'", "0", ""),
        ("'abc'", "'ABC'", "TEXT"),
        ("'1.0'", "'1'", "TEXT"),
        ("'NULL'", "NULL", "TEXT"),
        ("''", "NULL", "TEXT"),
        ("1234567890123456789", "'1234567890123456788'", "NUMERIC"),
        ("'CURRENT_TIMESTAMP'", "CURRENT_TIMESTAMP", "TEXT"),
    ],
)
def test_defaults_that_a_column_keeps_apart(one: str, other: str, declared: str) -> None:
    assert default(one, declared) != default(other, declared)


def test_null_is_no_default() -> None:
    assert default("(NULL)", "TEXT") == ""


def test_answers_need_no_connection(connection: Connection, database: SQLite) -> None:
    said: list[object] = []
    sa.event.listen(connection.engine, "before_cursor_execute", lambda *words: said.append(words))
    questions = [
        Question("type", "VARCHAR(3)"),
        Question("default", "'0'", "INTEGER"),
        Question("check", '"A" > 0', frame=(("A", "INT"),)),
    ]
    assert database.ask(connection, questions) == ["VARCHAR(3)", "0", "a > 0"]
    assert said == []


LITERALS = st.sampled_from(
    [
        "0",
        "'0'",
        "1",
        "1.0",
        "'1.0'",
        "-1",
        "'-1'",
        "'a'",
        "'A'",
        "NULL",
        "''",
        "TRUE",
        "'007'",
        "7",
        "007",
        "x'00'",
        "' 1'",
        "1e0",
        "0x1",
        "'0x1'",
        ".5",
        "0.50",
        "'0.5'",
        "+1",
        "word",
        '"word"',
        "'word'",
    ]
)


@settings(max_examples=400, deadline=None)
@given(
    LITERALS,
    LITERALS,
    st.sampled_from(["INTEGER", "TEXT", "BLOB", "REAL", "NUMERIC", "", "VARCHAR(2)"]),
)
def test_defaults_called_equal_are_kept_equal_by_sqlite(
    one: str, other: str, declared: str
) -> None:
    if default(one, declared) != default(other, declared):
        return
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        connection.exec_driver_sql(
            f"CREATE TABLE t (k, a {declared} DEFAULT {one}, b {declared} DEFAULT {other})"
        )
        connection.exec_driver_sql("INSERT INTO t (k) VALUES (1)")
        row = connection.exec_driver_sql("SELECT a, typeof(a), b, typeof(b) FROM t").one()
    assert (row[0], row[1]) == (row[2], row[3])
    engine.dispose()
