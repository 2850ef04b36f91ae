"""Brackets that change nothing: what is taken for one, SQLite takes for one."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from schemadiff.dialects.sqlite.brackets import needed
from schemadiff.dialects.sqlite.facts import OPERATORS
from schemadiff.dialects.sqlite.settling import expression
from schemadiff.dialects.sqlite.tokens import tokens, within_brackets

NOT_BETWEEN = {
    "NOT",
    "DISTINCT",
    "FROM",
    "BETWEEN",
    "ISNULL",
    "NOTNULL",
    "ESCAPE",
    "COLLATE",
    "~",
    "IN",
}
connection = sqlite3.connect(":memory:")
connection.execute('CREATE TABLE t (a INTEGER, b TEXT COLLATE NOCASE, c REAL, "order" BLOB)')

BETWEEN_OPERANDS = [word for word in OPERATORS if word not in NOT_BETWEEN] + [
    "IS NOT",
    "NOT LIKE",
    "IS DISTINCT FROM",
]
operands = st.sampled_from(["a", "b", '"order"', "t.a", "1", "2.5", "'x'", "NULL", "x'00'", "TRUE"])


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    made = st.one_of(
        st.builds("{} {} {}".format, inner, st.sampled_from(BETWEEN_OPERANDS), inner),
        st.builds("{} {}".format, st.sampled_from(["NOT", "-", "+", "~"]), inner),
        st.builds("{} {}BETWEEN {} AND {}".format, inner, st.sampled_from(["", "NOT "]), inner, inner),
        st.builds("{} IN ({}, {})".format, inner, inner, inner),
        st.builds("{} LIKE {} ESCAPE {}".format, inner, inner, inner),
        st.builds("{} {}".format, inner, st.sampled_from(["ISNULL", "NOT NULL", "COLLATE BINARY"])),
        st.builds("CASE {} WHEN {} THEN {} ELSE {} END".format, inner, inner, inner, inner),
        st.builds("coalesce({}, {})".format, inner, inner),
        st.builds("CAST({} AS VARCHAR(10))".format, inner),
    )  # fmt: skip
    return made | made.map("({})".format)


def program(sql: str) -> list[object]:
    """What SQLite makes of an expression; nothing of one that it does not accept."""
    try:
        return [row[1:7] for row in connection.execute(f"EXPLAIN SELECT {sql} FROM t")]
    except sqlite3.Error:
        return []


def less(sql: str) -> str:
    return " ".join(token.text for token in needed(within_brackets(tokens(sql))))


@given(st.recursive(operands, _larger, max_leaves=8))
def test_without_them_sqlite_runs_the_same_program(sql: str) -> None:
    made = program(sql)
    assume(made)
    assert program(less(sql)) == made


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("(a > 0) AND (b < 5)", "a > 0 AND b < 5"),
        ("CASE WHEN (a > 0) THEN (b) ELSE (c+1) END", "CASE WHEN a > 0 THEN b ELSE c + 1 END"),
        ("(a BETWEEN 1 AND 5) OR (c IS NULL)", "a BETWEEN 1 AND 5 OR c IS NULL"),
        ("NOT (a > 3)", "NOT a > 3"),
        ("lower((b)) = ('x')", "lower(b) = 'x'"),
        ("(a*b)+c", "a * b + c"),
        ("CAST((a) AS TEXT)", "CAST(a AS TEXT)"),
    ],
)
def test_they_do_not_count(one: str, other: str) -> None:
    assert expression(one, "abc") == expression(other, "abc")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a * (b + c)", "a * b + c"),
        ("a - (b - c)", "a - b - c"),
        ("NOT (a AND b)", "NOT a AND b"),
        ("a > 0 AND (b OR c)", "a > 0 AND b OR c"),
        ("(a, b) = (1, 2)", "a, b = 1, 2"),
        ("a IN (1)", "a IN 1"),
        ("a BETWEEN (b AND c) AND 2", "a BETWEEN b AND c AND 2"),
    ],
)
def test_others_count(one: str, other: str) -> None:
    assert expression(one, "abc") != expression(other, "abc")


@given(
    st.text(alphabet="(),a1'+- ")
    | st.lists(st.sampled_from(["(", ")", "CASE", "END", "AND", "a"])).map(" ".join)
)
def test_any_text_is_taken(sql: str) -> None:
    assert len(needed(tokens(sql))) <= len(tokens(sql))
