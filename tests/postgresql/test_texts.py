"""Tokens, types and index columns as text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.engine import Engine

from schemadiff.dialects.other import OtherType
from schemadiff.dialects.postgresql import PostgreSQL
from schemadiff.dialects.postgresql.elements import (
    ExclusionParts,
    parse_action,
    parse_element,
    parse_exclusion,
)
from schemadiff.dialects.postgresql.rows import identifier, partition_text
from schemadiff.dialects.postgresql.tokens import (
    chained,
    literal,
    spelled,
    tokens,
    without_brackets,
)
from schemadiff.dialects.postgresql.types import canonical_type
from schemadiff.model import Domain, Element, Enum, Exclusion, Snapshot, Sql

from .comparing import run

SNAPSHOT = Snapshot(
    [
        Enum("", "kind", ("a", "it's")),
        Enum("s", "Odd kind", ("x",)),
        Domain("", "pos", Sql.of("integer"), checks=(("pos_check", Sql.of("VALUE > 0")),)),
    ]
)
TYPES = [
    "integer",
    "bigint",
    "smallint",
    "boolean",
    "text",
    "character varying",
    "character varying(10)",
    'character varying(10)[] COLLATE "C"',
    "character(3)",
    "numeric",
    "numeric(10,0)",
    "numeric(10,2)",
    "real",
    "double precision",
    "timestamp without time zone",
    "timestamp(3) with time zone",
    "time(2) with time zone[]",
    "interval",
    "interval(3)",
    "interval day to second(3)",
    "interval year to month",
    "bit(3)",
    "bit varying",
    "bit varying(5)",
    "json",
    "jsonb",
    "bytea",
    "uuid",
    "inet",
    "tsvector",
    "tstzrange",
    "int4multirange",
    "money",
    "xml",
    "bpchar",
    '"char"',
    "name",
    "pg_lsn",
    "kind",
    "kind[]",
    's."Odd kind"',
    "pos",
    "hstore",
    "public.something(4,x)",
]


@pytest.mark.parametrize("text", TYPES)
def test_every_type_text_comes_back_from_its_sqlalchemy_type(text: str) -> None:
    database = PostgreSQL(pg.dialect())  # type: ignore[no-untyped-call]
    type_ = database.type_from_text(text, SNAPSHOT)
    assert database.type_text(type_) == text


def test_a_type_is_known_by_a_name_that_only_sqlalchemy_quotes() -> None:
    domain = Domain("", "new", Sql.of("integer"))
    for text in ("new", "new[]"):
        database = PostgreSQL(pg.dialect())  # type: ignore[no-untyped-call]
        found = database.type_from_text(text, Snapshot([domain]))
        assert not isinstance(found, OtherType)


def test_a_type_that_nobody_knows_keeps_its_text() -> None:
    database = PostgreSQL(pg.dialect())  # type: ignore[no-untyped-call]
    type_ = database.type_from_text("pg_lsn", SNAPSHOT)
    assert isinstance(type_, OtherType)
    assert repr(type_) == "OtherType('pg_lsn')"


@pytest.mark.parametrize("text", [t for t in TYPES if "kind" not in t and "pos" not in t][:-2])
def test_canonical_types_are_what_the_server_says(postgresql_engine: Engine, text: str) -> None:
    run(postgresql_engine, f"CREATE TABLE t (c {text})")
    with postgresql_engine.connect() as connection:
        said = connection.exec_driver_sql(
            "SELECT format_type(atttypid, atttypmod) FROM pg_attribute"
            " WHERE attrelid = 't'::regclass AND attname = 'c'"
        ).scalar()
    assert said == text.removesuffix(' COLLATE "C"')
    assert canonical_type(text) == text
    assert canonical_type(text.upper()) == text or '"' in text


@given(st.text())
def test_a_literal_is_one_token(text: str) -> None:
    assert len(tokens(literal(text))) == 1


@given(st.text())
def test_an_identifier_is_one_token_that_means_itself(text: str) -> None:
    (token,) = tokens(identifier(text))
    assert token.name == text


@given(st.text("()'\"$ aE/*-+=\\\n", max_size=30))
def test_no_text_is_too_odd_for_tokens(text: str) -> None:
    assert "".join(t.text for t in tokens(text)).replace(" ", "") in text.lower().replace(
        " ", ""
    ) or tokens(text)
    without_brackets(text)
    parse_element(text)
    parse_exclusion(text)
    canonical_type(text)


@pytest.mark.parametrize(
    ("text", "element"),
    [
        ("a", Element("a")),
        ('"A b"', Element("A b")),
        ("((a))", Element("a")),
        ("a DESC", Element("a", descending=True)),
        ("a desc nulls first", Element("a", descending=True)),
        ("a DESC NULLS LAST", Element("a", descending=True, nulls="last")),
        ('(a COLLATE "C")', Element("a", collation='"C"')),
        ('a COLLATE pg_catalog."C" text_ops', Element("a", collation='"C"', opclass="text_ops")),
        ("a gist_trgm_ops(siglen=32)", Element("a", opclass="gist_trgm_ops(siglen=32)")),
        ("public.f(a, b) ASC", Element(sql=Sql.of("public.f(a, b)"))),
        ("((a + b) * c)", Element(sql=Sql.of("(a + b) * c"))),
        ("(a + 1) x_ops DESC", Element(sql=Sql.of("a + 1"), opclass="x_ops", descending=True)),
        ("a + b", Element(sql=Sql.of("a + b"))),
    ],
)
def test_index_columns_are_taken_apart(text: str, element: Element) -> None:
    assert parse_element(text) == element


def test_exclusions_are_taken_apart_and_put_together() -> None:
    text = (
        'EXCLUDE USING gist ("Room" WITH =, lower(a, b) x_ops WITH OPERATOR(s.&&))'
        " WHERE ((a > 0)) DEFERRABLE INITIALLY DEFERRED"
    )
    assert parse_exclusion(text) == ExclusionParts(
        "gist",
        (('"Room"', "="), ("lower(a, b) x_ops", "OPERATOR(s.&&)")),
        "a > 0",
        True,
        True,
    )
    database = PostgreSQL(pg.dialect())  # type: ignore[no-untyped-call]
    made = database.exclusion(Exclusion("", "t", "ex", Sql.of(text)))
    assert (made.name, made.deferrable, made.initially) == ("ex", True, "DEFERRED")


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("", ""),
        ("no action", ""),
        ("restrict", "RESTRICT"),
        ('set null (p_id, "B")', 'SET NULL (p_id, "B")'),
        ("SET  DEFAULT", "SET DEFAULT"),
    ],
)
def test_referential_actions_have_one_spelling(text: str, action: str) -> None:
    assert parse_action(text) == action


def test_partition_keys_have_one_spelling() -> None:
    assert partition_text("range(at,lower( b ))") == partition_text("RANGE (at, lower(b))")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("(a = 1) AND ((b = 2) AND (c = 3))", "( a = 1 ) and ( b = 2 ) and ( c = 3 )"),
        ("((a AND b) AND c) AND d", "a and b and c and d"),
        ("(a OR b) AND c", "( a or b ) and c"),
        ("a OR (b AND c)", "a or ( b and c )"),
        ("NOT (a AND b) AND c", "not ( a and b ) and c"),
        ("a AND (b AND c) = d", "a and ( b and c ) = d"),
        ("f(a AND b) AND c", "f ( a and b ) and c"),
        ("a AND (b BETWEEN 1 AND 2)", "a and ( b between 1 and 2 )"),
    ],
)
def test_brackets_in_a_chain_are_left_out(text: str, left: str) -> None:
    assert spelled(chained(tokens(text))) == left


def test_a_negative_scale_is_a_number() -> None:
    database = PostgreSQL(pg.dialect())  # type: ignore[no-untyped-call]
    assert repr(database.type_from_text("numeric(3,-1)", SNAPSHOT)).endswith("scale=-1)")
