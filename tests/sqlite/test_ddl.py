"""What CREATE TABLE says is read as SQLite reads it."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemadiff.dialects.sqlite.cursor import Part
from schemadiff.dialects.sqlite.ddl import (
    CheckDdl,
    ColumnDdl,
    KeyDdl,
    ReferenceDdl,
    parse_index,
    parse_part,
    parse_table,
)
from schemadiff.dialects.sqlite.tokens import tokens, unquoted


def test_names_are_read_in_every_kind_of_quotes() -> None:
    found = parse_table("CREATE TABLE 't' (\"a b\" int, [c d] int, `e``f` int, 'g' int, h)")
    assert [column.name for column in found.columns] == ["a b", "c d", "e`f", "g", "h"]
    assert found.columns[-1].type == ""


def test_comments_and_strings_hide_what_they_hold() -> None:
    found = parse_table(
        "CREATE TABLE t (a TEXT -- , b int\n DEFAULT ', c int' /* , d int */, e CHECK (e <> ')'))"
    )
    assert [column.name for column in found.columns] == ["a", "e"]
    assert found.columns[0].default == "', c int'"
    assert found.checks == (CheckDdl("", "e <> ')'"),)


def test_generated_columns_on_one_line() -> None:
    found = parse_table(
        "CREATE TABLE t (a int, g int generated always as (a*2) virtual, h as ((a+1)) stored, i as (a))"
    )
    assert found.columns[1:] == (
        ColumnDdl("g", "INT", computed="a*2"),
        ColumnDdl("h", "", computed="(a+1)", stored=True),
        ColumnDdl("i", "", computed="a"),
    )


def test_a_name_belongs_to_the_next_constraint_only() -> None:
    found = parse_table(
        "CREATE TABLE t (a INT CONSTRAINT nn NOT NULL CONSTRAINT uq UNIQUE CHECK (a > 0), CONSTRAINT x, "
        "CHECK (a > 1), CONSTRAINT ck CHECK (a > 2) UNIQUE (a))"
    )
    assert [key.name for key in found.keys] == ["uq", ""]
    assert [check.name for check in found.checks] == ["", "", "ck"]
    assert found.unplaced == ()


def test_keys_say_their_order_collation_and_conflict() -> None:
    found = parse_table(
        "CREATE TABLE t (a, b, PRIMARY KEY (a COLLATE nocase DESC, b) ON CONFLICT REPLACE)"
    )
    parts = (Part("a", "a", "NOCASE", True), Part("b", "b"))
    assert found.keys == (KeyDdl(True, "", parts, "REPLACE"),)


@pytest.mark.parametrize(
    "sql",
    ["a INTEGER PRIMARY KEY AUTOINCREMENT", "a INTEGER, PRIMARY KEY (a AUTOINCREMENT)"],
)
def test_autoincrement_is_read_in_both_places(sql: str) -> None:
    key = parse_table(f"CREATE TABLE t ({sql})").primary_key
    assert key is not None
    assert key.autoincrement
    assert key.parts == (Part("a", "a"),)


def test_references_say_everything() -> None:
    found = parse_table(
        "CREATE TABLE t (a REFERENCES p ON DELETE SET NULL NOT NULL DEFERRABLE INITIALLY DEFERRED, b, c, "
        "CONSTRAINT fk FOREIGN KEY (b, c) REFERENCES q (x, y) MATCH full ON UPDATE NO ACTION "
        "ON DELETE CASCADE NOT DEFERRABLE INITIALLY IMMEDIATE)"
    )
    assert found.references == (
        ReferenceDdl("", ("a",), "p", (), "SET NULL", deferrable=True, deferred=True),
        ReferenceDdl("fk", ("b", "c"), "q", ("x", "y"), "CASCADE", "", "FULL"),
    )
    assert found.columns[0].not_null


def test_table_options_are_read_in_any_case() -> None:
    found = parse_table("create table t (a int primary key) strict, without  rowid")
    assert (found.strict, found.without_rowid, found.unplaced) == (True, True, ())


def test_types_have_one_spelling() -> None:
    found = parse_table(
        'CREATE TABLE t (a decimal ( 10,2 ), b Double  Precision, c "my type", d unsigned big int)'
    )
    assert [column.type for column in found.columns] == [
        "DECIMAL(10, 2)",
        "DOUBLE PRECISION",
        "MY TYPE",
        "UNSIGNED BIG INT",
    ]


def test_what_cannot_be_placed_is_kept() -> None:
    found = parse_table("CREATE TABLE t (a INT WIBBLE(3) !! NOT NULL, b TEXT) WOBBLE")
    assert [column.name for column in found.columns] == ["a", "b"]
    assert found.unplaced == ("!! NOT NULL", "WOBBLE")


def test_an_index_says_its_parts_and_its_condition() -> None:
    found = parse_index(
        'CREATE UNIQUE INDEX "on" ON "t (" ("a", lower(b) DESC, c COLLATE nocase ASC) WHERE a > (1)'
    )
    assert found.unique
    assert found.where == "a > (1)"
    assert found.parts == (
        Part('"a"', "a"),
        Part("lower(b)", "", "", True),
        Part("c", "c", "NOCASE"),
    )


def test_a_part_alone_is_read_alike() -> None:
    assert parse_part('a COLLATE "NOCASE" DESC') == Part("a", "a", "NOCASE", True)
    assert parse_part("(a COLLATE NOCASE) DESC") == Part("a", "a", "NOCASE", True)
    assert parse_part("(('a') COLLATE BINARY) COLLATE NOCASE") == Part("'a'", "a", "NOCASE", False)
    assert parse_part("(lower(a) COLLATE NOCASE)") == Part("lower(a)", "", "NOCASE", False)
    assert parse_part("(a + 1) DESC") == Part("(a + 1)", "", "", True)


@given(st.text())
def test_tokens_never_fail_and_lose_no_character(sql: str) -> None:
    found = tokens(sql)
    assert all(sql[token.start : token.end] == token.text for token in found)
    for token in found:
        assert isinstance(token.name, str)


@given(st.text(alphabet="()',\"`[] aA-/*\nCREATETABLE0;:"))
def test_no_text_makes_the_parser_fail(sql: str) -> None:
    parse_table(sql)
    parse_table(f"CREATE TABLE t ({sql})")
    parse_index(f"CREATE INDEX i ON t ({sql})")


@pytest.mark.parametrize(
    "piece", ["(", "'", "''", '"', "/*", "a,", "CHECK (", "CONSTRAINT a ", "[", "-"]
)
def test_hostile_text_takes_time_in_proportion_to_its_length(piece: str) -> None:
    started = time.process_time()
    parse_table(f"CREATE TABLE t (a INT, {piece * 50_000}")
    assert time.process_time() - started < 5


@given(st.text(min_size=1))
def test_a_quoted_name_is_read_back(name: str) -> None:
    doubled = name.replace('"', '""')
    (token,) = tokens(f'"{doubled}"')
    assert unquoted(token.text) == name
