"""Oracle, from rows written after its manual; no Oracle has verified them."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import oracle

from schemadiff.autogenerate.matching import matched
from schemadiff.dialects.asking import Answer, Question
from schemadiff.dialects.oracle import Oracle
from schemadiff.dialects.oracle.catalogue import (
    ColumnRow,
    ConstraintRow,
    IndexRow,
    Rows,
    SequenceRow,
    TableRow,
)
from schemadiff.dialects.oracle.rows import Place, nodes_of
from schemadiff.dialects.oracle.texts import canonical
from schemadiff.dialects.oracle.types import meant, type_from_text, type_of
from schemadiff.diff import Alter, diff
from schemadiff.model import Gap, Snapshot
from schemadiff.read.metadata import read_metadata

PLAIN = ColumnRow(
    "CHILD", 1, "C", "NUMBER", 22, None, 0, 0, None, "Y", None, "NO", None, None, None
)


def server() -> Oracle:
    database = Oracle(oracle.dialect())
    database.default_schema_name = "scott"
    return database


def snapshot(rows: Rows) -> Snapshot:
    gaps: list[Gap] = []
    place = Place("", "SCOTT", server()._folded)
    return Snapshot(list(nodes_of(rows, place, gaps)), gaps)


@pytest.mark.parametrize(
    ("asked", "row"),
    [
        ("INTEGER", PLAIN),
        ("NUMBER", PLAIN._replace(scale=None)),
        ("NUMBER(19)", PLAIN._replace(precision=19)),
        ("NUMERIC(10, 2)", PLAIN._replace(precision=10, scale=2)),
        ("FLOAT", PLAIN._replace(type="FLOAT", precision=126)),
        ("VARCHAR2(20 CHAR)", PLAIN._replace(type="VARCHAR2", char_length=20, char_used="C")),
        ("VARCHAR2(20 BYTE)", PLAIN._replace(type="VARCHAR2", length=20, char_used="B")),
        ("NVARCHAR2(20)", PLAIN._replace(type="NVARCHAR2", char_length=20, char_used="C")),
        ("RAW(16)", PLAIN._replace(type="RAW", length=16)),
        ("TIMESTAMP WITH TIME ZONE", PLAIN._replace(type="TIMESTAMP(6) WITH TIME ZONE")),
        ("TIMESTAMP(3)", PLAIN._replace(type="TIMESTAMP(3)")),
        ("INTERVAL DAY TO SECOND", PLAIN._replace(type="INTERVAL DAY(2) TO SECOND(6)")),
        ("CLOB", PLAIN._replace(type="CLOB")),
    ],
)
def test_a_type_that_was_asked_for_is_the_one_in_the_dictionary(asked: str, row: ColumnRow) -> None:
    assert meant(asked) == type_of(row)


@pytest.mark.parametrize(
    "text", ["NUMBER(10, 2)", "VARCHAR2(20 CHAR)", "NVARCHAR2(20)", "RAW(16)", "CLOB", "FLOAT(63)"]
)
def test_a_type_of_the_dictionary_is_one_of_sqlalchemy(text: str) -> None:
    made = type_from_text(text, oracle.dialect())
    assert meant(made.compile(dialect=oracle.dialect())) == text


def test_a_type_that_nobody_knows_is_no_type() -> None:
    assert isinstance(type_from_text("SDO_GEOMETRY", oracle.dialect()), sa.types.NullType)


def test_texts_are_alike_whose_tokens_are() -> None:
    assert canonical('("SIZE" >  0)') == canonical("size > 0")
    assert canonical('"Size" > 0') != canonical("size > 0")
    assert canonical("'a b'") != canonical("'A B'")
    assert canonical("a != 1 -- no") == canonical("a <> 1")


def models() -> sa.MetaData:
    metadata = sa.MetaData()
    parent = sa.Table("parent", metadata, sa.Column("id", sa.Integer, primary_key=True))
    child = sa.Table(
        "child",
        metadata,
        sa.Column("id", sa.Integer, sa.Identity(start=5), primary_key=True),
        sa.Column("parent_id", sa.ForeignKey(parent.c.id, name="fk", ondelete="CASCADE")),
        sa.Column("name", sa.String(40), nullable=False, server_default="it's", comment="who"),
        sa.Column("units", sa.Integer),
        sa.Column("twice", sa.Integer, sa.Computed("units * 2")),
        sa.CheckConstraint("units > 0", name="ck"),
        sa.UniqueConstraint("name", "units", name="uq"),
        comment="children",
    )
    sa.Index("ix", child.c.units.desc(), sa.func.lower(child.c.name))
    sa.Index("bits", child.c.parent_id, oracle_bitmap=True)
    sa.Sequence("counting", increment=2, metadata=metadata)
    return metadata


def constraint(name: str, type_: str, column: str, position: int = 1) -> ConstraintRow:
    return ConstraintRow(
        "CHILD",
        name,
        type_,
        "USER NAME",
        None,
        None,
        "NOT DEFERRABLE",
        "IMMEDIATE",
        None,
        position,
        column,
        None,
        None,
        None,
    )


IDENTITY = (
    "START WITH: 5, INCREMENT BY: 1, MAX_VALUE: 9999999999999999999999999999, MIN_VALUE: 1, "
    "CYCLE_FLAG: N, CACHE_SIZE: 20, ORDER_FLAG: N, SCALE_FLAG: N, EXTEND_FLAG: N"
)
NOT_NULL = constraint("SYS_C003", "C", "ID")._replace(generated="GENERATED NAME")
DICTIONARY = Rows(
    tables=[TableRow("CHILD", "children"), TableRow("PARENT", None)],
    columns=[
        PLAIN._replace(
            name="ID",
            nullable="N",
            default='"SCOTT"."ISEQ$$_7".nextval',
            generation="BY DEFAULT",
            identity=IDENTITY,
        ),
        PLAIN._replace(name="PARENT_ID"),
        PLAIN._replace(
            name="NAME",
            type="VARCHAR2",
            char_length=40,
            char_used="C",
            nullable="N",
            default="'it''s' ",
            comment="who",
        ),
        PLAIN._replace(name="UNITS"),
        PLAIN._replace(name="TWICE", virtual="YES", default='"UNITS"*2'),
        PLAIN._replace(table="PARENT", name="ID", nullable="N"),
    ],
    constraints=[
        NOT_NULL._replace(text='"ID" IS NOT NULL'),
        constraint("SYS_C001", "P", "ID")._replace(by_index="SYS_C001"),
        constraint("SYS_C002", "P", "ID")._replace(table="PARENT", by_index="SYS_C002"),
        constraint("CK", "C", "UNITS")._replace(text="units > 0"),
        constraint("UQ", "U", "NAME")._replace(by_index="UQ"),
        constraint("UQ", "U", "UNITS", 2)._replace(by_index="UQ"),
        constraint("FK", "R", "PARENT_ID")._replace(
            ondelete="CASCADE",
            target_schema="SCOTT",
            target_table="PARENT",
            target_column="ID",
        ),
    ],
    indexes=[
        IndexRow("CHILD", "SYS_C001", "NORMAL", "UNIQUE", 1, "ID", "ASC", None),
        IndexRow("CHILD", "UQ", "NORMAL", "UNIQUE", 1, "NAME", "ASC", None),
        IndexRow("CHILD", "UQ", "NORMAL", "UNIQUE", 2, "UNITS", "ASC", None),
        IndexRow(
            "CHILD", "IX", "FUNCTION-BASED NORMAL", "NONUNIQUE", 1, "SYS_NC01$", "DESC", '"UNITS"'
        ),
        IndexRow(
            "CHILD",
            "IX",
            "FUNCTION-BASED NORMAL",
            "NONUNIQUE",
            2,
            "SYS_NC02$",
            "ASC",
            'LOWER("NAME")',
        ),
        IndexRow("CHILD", "BITS", "BITMAP", "NONUNIQUE", 1, "PARENT_ID", "ASC", None),
    ],
    sequences=[SequenceRow("COUNTING", 1, 10**28 - 1, 2, "N", 20)],
)


def asked(questions: list[Question]) -> list[Answer]:
    return server().ask(None, questions)  # type: ignore[arg-type]


def differing(metadata: sa.MetaData) -> list[tuple[str, tuple[str, ...]]]:
    there = snapshot(DICTIONARY)
    assert not there.gaps
    both = matched(
        there,
        read_metadata(metadata, server()),
        server(),
        lambda questions, setup: asked(list(questions)),
    )
    found = []
    for change in diff(both.old, both.new):
        assert isinstance(change, Alter), change
        found.append((str(change.new.key), change.attributes))
    return found


def test_rows_of_the_same_schema_are_alike() -> None:
    assert differing(models()) == []


def test_one_change_is_seen_and_nothing_else() -> None:
    metadata = models()
    metadata.tables["child"].c.name.type = sa.String(41)
    assert differing(metadata) == [("child.name", ("type",))]


def test_an_index_of_another_kind_is_said() -> None:
    row = IndexRow("T", "CTX", "DOMAIN", "NONUNIQUE", 1, "A", "ASC", None)
    rows = Rows(tables=[TableRow("T", None)], indexes=[row])
    assert [str(gap) for gap in snapshot(rows).gaps] == ["t: domain index CTX is not compared"]
