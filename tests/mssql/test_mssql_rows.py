"""SQL Server, from rows written after its manual; no SQL Server has verified them."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import mssql

from schemadiff.autogenerate.matching import matched
from schemadiff.dialects.asking import Answer, Question
from schemadiff.dialects.mssql import SQLServer
from schemadiff.dialects.mssql.catalogue import (
    CheckRow,
    ColumnRow,
    IndexRow,
    KeyRow,
    Rows,
    SequenceRow,
    TableRow,
)
from schemadiff.dialects.mssql.rows import Place, nodes_of
from schemadiff.dialects.mssql.settling import Asked, Shown, numbers_in, sheets
from schemadiff.dialects.mssql.types import type_from_text, type_of
from schemadiff.diff import Alter, diff
from schemadiff.model import Column, Element, Gap, Identity, Index, Snapshot, Sql
from schemadiff.model import Sequence as SequenceNode
from schemadiff.read.metadata import read_metadata

USUAL = "SQL_Latin1_General_CP1_CI_AS"
PLAIN = ColumnRow(
    1, 1, "c", "sys", "int", False, 4, 10, 0, None, True, None, None, False, None, None
)


def server() -> SQLServer:
    database = SQLServer(mssql.dialect())
    database.default_schema_name, database.collation = "dbo", USUAL
    return database


def snapshot(rows: Rows) -> Snapshot:
    gaps: list[Gap] = []
    return Snapshot(list(nodes_of(rows, Place("", "dbo", USUAL), gaps)), gaps)


@pytest.mark.parametrize(
    ("type_", "length", "precision", "scale", "text"),
    [
        ("int", 4, 10, 0, "int"),
        ("varchar", 50, 0, 0, "varchar(50)"),
        ("varchar", -1, 0, 0, "varchar(max)"),
        ("nvarchar", 100, 0, 0, "nvarchar(50)"),
        ("nchar", 20, 0, 0, "nchar(10)"),
        ("varbinary", -1, 0, 0, "varbinary(max)"),
        ("decimal", 9, 18, 4, "decimal(18, 4)"),
        ("datetime2", 8, 27, 7, "datetime2(7)"),
        ("time", 5, 16, 0, "time(0)"),
        ("datetimeoffset", 10, 34, 3, "datetimeoffset(3)"),
        ("float", 8, 53, 0, "float"),
        ("float", 4, 24, 0, "float(24)"),
        ("uniqueidentifier", 16, 0, 0, "uniqueidentifier"),
    ],
)
def test_a_type_is_spelt_with_what_it_was_given(
    type_: str, length: int, precision: int, scale: int, text: str
) -> None:
    row = PLAIN._replace(type=type_, length=length, precision=precision, scale=scale)
    assert type_of(row, USUAL) == text
    made = type_from_text(text, mssql.dialect())
    assert made.compile(dialect=mssql.dialect()).lower() in (text, text.replace("int", "integer"))


def test_a_collation_is_said_where_it_is_not_the_usual_one() -> None:
    row = PLAIN._replace(type="varchar", length=9, collation=USUAL)
    assert type_of(row, USUAL) == "varchar(9)"
    assert type_of(row._replace(collation="Latin1_General_BIN2"), USUAL).endswith(
        " COLLATE Latin1_General_BIN2"
    )


def test_a_type_of_a_person_has_its_schema_and_is_no_type_of_sqlalchemy() -> None:
    text = type_of(PLAIN._replace(type="phone", type_schema="dbo", of_person=True), USUAL)
    assert text == "dbo.phone"
    assert isinstance(type_from_text(text, mssql.dialect()), sa.types.NullType)


def models() -> sa.MetaData:
    metadata = sa.MetaData()
    parent = sa.Table("parent", metadata, sa.Column("id", sa.Integer, primary_key=True))
    child = sa.Table(
        "child",
        metadata,
        sa.Column("id", sa.Integer, sa.Identity(start=5, increment=2), primary_key=True),
        sa.Column("parent_id", sa.ForeignKey(parent.c.id, name="fk", ondelete="SET NULL")),
        sa.Column("name", sa.Unicode(40), nullable=False, server_default="it's"),
        sa.Column("size", sa.Integer),
        sa.Column("twice", sa.Integer, sa.Computed("size * 2", persisted=True)),
        sa.CheckConstraint("size > 0", name="ck"),
        sa.UniqueConstraint("name", "size", name="uq"),
    )
    sa.Index("ix", child.c.size.desc(), mssql_include=["name"], mssql_where=child.c.size > 5)
    sa.Sequence("counting", start=10, metadata=metadata)
    return metadata


def index(name: str, column: str, position: int = 1, **said: object) -> IndexRow:
    row = IndexRow(2, name, 2, False, False, False, None, column, position, False, False)
    return row._replace(**said)  # type: ignore[arg-type]


CATALOGUE = Rows(
    tables=[TableRow(2, "child", 0), TableRow(1, "parent", 0)],
    columns=[
        PLAIN._replace(name="id", nullable=False, seed=1, increment=1),
        PLAIN._replace(table=2, name="id", nullable=False, seed=5, increment=2),
        PLAIN._replace(table=2, name="parent_id"),
        PLAIN._replace(
            table=2,
            name="name",
            type="nvarchar",
            length=80,
            nullable=False,
            collation=USUAL,
            default="('it''s')",
        ),
        PLAIN._replace(table=2, name="size"),
        PLAIN._replace(table=2, name="twice", computed="([size]*(2))", persisted=True),
    ],
    indexes=[
        index("PK__parent__1", "id", table=1, kind=1, unique=True, is_key=True),
        index("PK__child__2", "id", kind=1, unique=True, is_key=True),
        index("uq", "name", unique=True, is_unique_key=True),
        index("uq", "size", 2, unique=True, is_unique_key=True),
        index("ix", "size", where="([size]>(5))", descending=True),
        index("ix", "name", 0, where="([size]>(5))", included=True),
    ],
    keys=[KeyRow(2, "fk", 1, "parent_id", "dbo", "parent", "id", "SET_NULL", "NO_ACTION")],
    checks=[CheckRow(2, "ck", "([size]>(0))")],
    sequences=[
        SequenceRow("counting", "bigint", 10, 1, -(2**63), 2**63 - 1, False, True, None),
    ],
)
SPELT = {
    "INTEGER": "int",
    "NVARCHAR(40)": "nvarchar(40)",
    "NVARCHAR(41)": "nvarchar(41)",
    "'it''s'": "('it''s')",
    "size * 2": "([size]*(2))",
    "size > 0": "([size]>(0))",
    "size > 5": "([size]>(5))",
}


def recorded(questions: Sequence[Question], setup: Sequence[str]) -> list[Answer]:
    """What the server would answer, by the way its documentation shows it to spell."""
    return [_recorded(question) for question in questions]


def _recorded(question: Question) -> Answer:
    if question.index is None:
        return SPELT.get(question.sql, question.sql)
    row = IndexRow(0, "x", 2, False, False, False, "([size]>(5))", "size", 1, False, True)
    rows = Rows(tables=[TableRow(0, "t", 0)], indexes=[row])
    (found,) = snapshot(rows).each(Index)
    asked = Asked(0, "x", question)
    return server().answer(asked, Shown({}, {}, {"x": found}))


def differing(metadata: sa.MetaData) -> list[tuple[str, tuple[str, ...]]]:
    there = snapshot(CATALOGUE)
    assert not there.gaps
    both = matched(there, read_metadata(metadata, server()), server(), recorded)
    found = []
    for change in diff(both.old, both.new):
        assert isinstance(change, Alter), change
        found.append((str(change.new.key), change.attributes))
    return found


def test_rows_of_the_same_schema_are_alike() -> None:
    assert differing(models()) == []


def test_one_change_is_seen_and_nothing_else() -> None:
    metadata = models()
    metadata.tables["child"].c.name.type = sa.Unicode(41)
    assert differing(metadata) == [("child.name", ("type",))]


def test_the_key_of_a_table_with_a_clustered_index_is_not_clustered() -> None:
    metadata = models()
    (index_,) = metadata.tables["child"].indexes
    index_.dialect_options["mssql"]["clustered"] = True
    assert ("child.ix", ("options",)) in differing(metadata)
    assert ("child", ("options",)) in differing(metadata)


def test_a_sequence_says_what_the_server_did_not_choose() -> None:
    (found,) = snapshot(CATALOGUE).each(SequenceNode)
    assert found == SequenceNode("", "counting", start=10)


def test_a_counting_column_is_told_from_one_that_counts_its_own_way() -> None:
    columns = {str(c.key): c for c in snapshot(CATALOGUE).each(Column)}
    assert columns["parent.id"].autoincrement
    assert columns["parent.id"].identity is None
    assert not columns["child.id"].autoincrement
    assert columns["child.id"].identity == Identity(start=5, increment=2)


def test_what_is_not_compared_is_said() -> None:
    rows = Rows(
        tables=[TableRow(2, "t", 2)], indexes=[index("cs", "a", kind=6), index("xml", "b", kind=3)]
    )
    assert [str(gap) for gap in snapshot(rows).gaps] == [
        "t: system versioning is not compared",
        "t: columnstore index cs is not compared",
        "t: index xml is of a kind that is not compared",
    ]


def test_questions_over_the_same_columns_share_a_temporary_table() -> None:
    frame = (("size", "INTEGER"),)
    node = Index("", "t", "ix", (Element("size", descending=True),), where=Sql.of("size > 5"))
    questions = [
        Question("type", "NVARCHAR(40)"),
        Question("default", "'a'", "VARCHAR(9)"),
        Question("check", "size > 0", frame=frame),
        Question("computed", "size * 2", "INTEGER", frame),
        Question("index", frame=frame, index=node),
    ]
    asked = [Asked(number, f"_sd_{number}", one) for number, one in enumerate(questions)]
    texts = [list(server().statements_of("#t", sheet)) for sheet in sheets(asked)]
    assert texts == [
        [
            "CREATE TABLE #t (\n  _sd int NULL,\n  _sd_0 NVARCHAR(40) NULL,"
            "\n  _sd_1 VARCHAR(9) NULL DEFAULT 'a'\n)"
        ],
        [
            "CREATE TABLE #t (\n  _sd int NULL,\n  size INTEGER,"
            "\n  CONSTRAINT _sd_2 CHECK (size > 0),\n  _sd_3 AS (size * 2)\n)",
            "CREATE INDEX _sd_4 ON #t (size DESC) WHERE size > 5",
        ],
    ]


def test_a_type_without_a_collation_is_not_given_that_of_tempdb() -> None:
    row = PLAIN._replace(type="varchar", length=9, collation="Latin1_General_BIN2")
    shown = Shown({"q": row}, {}, {})
    plain = Asked(0, "q", Question("type", "VARCHAR(9)"))
    said = Asked(0, "q", Question("type", "VARCHAR(9) COLLATE Latin1_General_BIN2"))
    assert server().answer(plain, shown) == "varchar(9)"
    assert server().answer(said, shown) == "varchar(9) COLLATE Latin1_General_BIN2"


def test_an_error_is_known_by_its_number_with_either_driver() -> None:
    by_pymssql = Exception(262, b"CREATE TABLE permission denied")
    by_pyodbc = Exception("42000", "[42000] [SQL Server]CREATE TABLE permission denied (262)")
    assert 262 in numbers_in(by_pymssql)
    assert 262 in numbers_in(by_pyodbc)
