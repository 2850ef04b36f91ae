"""The labels of PostgreSQL's enumerations: added, renamed, taken away, in columns with rows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from schemadiff.autogenerate import compare_metadata, produce_migrations, render_python_code
from schemadiff.dialects.postgresql.labels import additions
from schemadiff.migration import MigrationContext
from schemadiff.operations import Operations

from .scripts import script

LABELS = st.lists(st.sampled_from("abcdefg"), unique=True)


@given(LABELS, LABELS)
def test_additions_lead_from_the_old_labels_to_the_new(old: list[str], new: list[str]) -> None:
    found = additions(old, new)
    if found is None:
        assert [label for label in new if label in old] != old
        return
    made = list(old)
    for label, word, of in found:
        made.insert(made.index(of) + (word == "AFTER") if word else len(made), label)
    assert made == new


def test_labels_that_are_only_added_write_no_table_anew() -> None:
    said = script(
        "postgresql",
        lambda op: op.alter_enum("mood", ["a", "b", "c", "d"], existing=["b", "c"], schema="s"),
    )
    assert said == [
        "ALTER TYPE s.mood ADD VALUE 'a' BEFORE 'b'",
        "ALTER TYPE s.mood ADD VALUE 'd'",
    ]


def test_labels_are_renamed_in_place() -> None:
    said = script(
        "postgresql",
        lambda op: op.alter_enum("m", ["x", "b"], existing=["a", "b"], mapping={"a": "x"}),
    )
    assert said == ["ALTER TYPE m RENAME VALUE 'a' TO 'x'"]


def test_an_enumeration_keeps_its_variants() -> None:
    mood = sa.Enum("a", name="mood").with_variant(sa.String(9), "postgresql")
    (said,) = script("postgresql", lambda op: op.create_table("t", sa.Column("m", mood)))
    assert "m VARCHAR(9)" in said


def test_an_enumeration_that_is_a_variant_is_made_with_its_column() -> None:
    mood = sa.String(9).with_variant(sa.Enum("a", name="mood"), "postgresql")
    said = script("postgresql", lambda op: op.add_column("t", sa.Column("m", mood)))
    assert ["CREATE TYPE mood" in said[0], said[1]] == [True, "ALTER TABLE t ADD COLUMN m mood"]


@pytest.fixture
def moods(postgresql_engine: sa.Engine) -> Iterator[sa.Connection]:
    """A table whose rows have moods."""
    with postgresql_engine.begin() as connection:
        for statement in (
            "CREATE TYPE mood AS ENUM ('sad', 'ok')",
            "CREATE TABLE t (id int PRIMARY KEY, m mood DEFAULT 'ok', many mood[])",
            "INSERT INTO t VALUES (1, 'sad', '{sad,ok}'), (2, 'ok', NULL)",
        ):
            connection.exec_driver_sql(statement)
    with postgresql_engine.connect() as connection:
        yield connection


def _rows(connection: sa.Connection) -> list[tuple[object, ...]]:
    found = connection.exec_driver_sql("SELECT m::text, many::text FROM t ORDER BY id")
    return [tuple(row) for row in found]


def test_values_of_a_label_that_goes_become_another_one(moods: sa.Connection) -> None:
    with Operations.context(MigrationContext.configure(moods)) as op:
        op.alter_enum("mood", ["ok", "it's"], existing=["sad", "ok"], mapping={"sad": "it's"})
    assert _rows(moods) == [("it's", "{it's,ok}"), ("ok", None)]


def test_a_label_that_rows_have_cannot_go_unmapped(moods: sa.Connection) -> None:
    with (
        Operations.context(MigrationContext.configure(moods)) as op,
        pytest.raises(sa.exc.DataError, match="invalid input value for enum mood"),
    ):
        op.alter_enum("mood", ["ok"], existing=["sad", "ok"])


def _models(*labels: str, default: str) -> sa.MetaData:
    metadata = sa.MetaData()
    mood = sa.Enum(*labels, name="mood")
    sa.Table(
        "t",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("m", mood, server_default=default),
        sa.Column("many", sa.ARRAY(mood)),
    )
    return metadata


@pytest.mark.parametrize(("default", "replaces"), [("ok", False), ("new", True)])
def test_a_new_type_is_made_only_where_a_new_label_is_used_at_once(
    moods: sa.Connection, default: str, replaces: bool
) -> None:
    context = MigrationContext.configure(moods)
    wanted = _models("sad", "new", "ok", default=default)
    made = produce_migrations(context, wanted)
    assert made.upgrade_ops is not None
    assert ("replace=True" in render_python_code(made.upgrade_ops)) == replaces
    with Operations.context(context) as op:
        for one in made.upgrade_ops.ops:
            op.invoke(one)
    moods.commit()
    assert compare_metadata(MigrationContext.configure(moods), wanted) == []
    assert _rows(moods) == [("sad", "{sad,ok}"), ("ok", None)]


def test_a_row_with_a_label_that_goes_is_named_and_so_is_what_to_do(moods: sa.Connection) -> None:
    op = Operations(MigrationContext.configure(moods))
    with pytest.raises(sa.exc.DataError) as failure:
        op.alter_enum("mood", ["ok"], existing=["sad", "ok"])
    said = str(failure.value.orig)
    assert "a row of t has a value in m that the new type mood does not take" in said
    assert "Give op.alter_enum(…) a mapping" in said


def test_comments_and_foreign_keys_are_there_again_after_a_type_was_made_anew(
    moods: sa.Connection,
) -> None:
    for statement in (
        "CREATE TABLE p (m mood CONSTRAINT pk PRIMARY KEY)",
        "INSERT INTO p VALUES ('sad'), ('ok')",
        "ALTER TABLE t ADD CONSTRAINT fk FOREIGN KEY (m) REFERENCES p DEFERRABLE",
        "ALTER TABLE t ADD CONSTRAINT ck CHECK (m <> 'sad' OR id > 0)",
        "CREATE INDEX ix ON t (id) WHERE m = 'sad'",
        "COMMENT ON CONSTRAINT fk ON t IS 'of the key'",
        "COMMENT ON CONSTRAINT ck ON t IS 'of the check'",
        "COMMENT ON INDEX ix IS 'it''s'",
    ):
        moods.exec_driver_sql(statement)
    comments = "SELECT description FROM pg_description WHERE objoid > 16384 AND classoid <> 'pg_namespace'::regclass ORDER BY 1"
    keys = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 't'::regclass"
    before = [moods.exec_driver_sql(query).all() for query in (comments, keys + " ORDER BY 1")]
    op = Operations(MigrationContext.configure(moods))
    op.alter_enum("mood", ["ok", "sad"], existing=["sad", "ok"])
    after = [moods.exec_driver_sql(query).all() for query in (comments, keys + " ORDER BY 1")]
    assert len(before[0]) == 3
    assert after == before


def test_what_comes_after_a_change_of_labels_says_the_new_ones(moods: sa.Connection) -> None:
    context = MigrationContext.configure(moods)
    wanted = _models("ok", "new", default="ok")
    for name in ("m", "many"):
        wanted.tables["t"].columns[name].nullable = False
    made = produce_migrations(context, wanted)
    assert made.upgrade_ops is not None
    assert made.downgrade_ops is not None
    up, down = (render_python_code(ops) for ops in (made.upgrade_ops, made.downgrade_ops))
    assert up.count('existing_type=sa.Enum("ok", "new", name="mood")') == 1
    assert up.count('existing_type=sa.ARRAY(sa.Enum("ok", "new", name="mood"))') == 1
    assert down.index("alter_enum") < down.index("alter_column")
    assert down.count('postgresql.ENUM("sad", "ok", name="mood", create_type=False)') == 2
    tuples = compare_metadata(context, wanted)
    assert {tuple(one[4]["existing_type"].enums) for (one,) in tuples[1:] if one[3] == "m"} == {
        ("sad", "ok")
    }
