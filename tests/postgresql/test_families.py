"""Types that may stand for each other in keys and expressions, and texts in which a column is renamed."""

from __future__ import annotations

import pytest

from schemadiff.dialects.postgresql.families import alike
from schemadiff.dialects.postgresql.rows import with_name
from schemadiff.model import Sql

ALIKE = [
    ("integer", "bigint"),
    ("character varying(20)", "text"),
    ('text COLLATE "C"', "character varying(20)"),
    ("numeric(10,2)", "numeric"),
    ("timestamp(3) without time zone", "timestamp with time zone"),
    ("mood", "mood"),
]
UNLIKE = [
    ("integer", "numeric"),
    ("integer", "text"),
    ("character(3)", "text"),
    ("integer[]", "bigint[]"),
    ("uuid", "character varying(36)"),
]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_types_of_one_operator_family_are_alike(one: str, other: str) -> None:
    assert alike(Sql.of(one), Sql.of(other))
    assert alike(Sql.of(other), Sql.of(one))


@pytest.mark.parametrize(("one", "other"), UNLIKE)
def test_other_types_are_not(one: str, other: str) -> None:
    assert not alike(Sql.of(one), Sql.of(other))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a > 0 AND b < a", "x > 0 AND b < x"),
        ("abs(a) = 'a'", "abs(x) = 'a'"),
        ("a(a) = 1", "a(x) = 1"),
        ("a::a = 1", "x::a = 1"),
        ('"a" || lower("A")', 'x || lower("A")'),
    ],
)
def test_a_column_is_renamed_in_a_text_and_nothing_else(text: str, said: str) -> None:
    assert with_name(text, "a", "x") == said


def test_a_new_name_is_quoted_where_it_must_be() -> None:
    assert with_name("a > 0", "a", "the size") == '"the size" > 0'
