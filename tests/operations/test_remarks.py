"""Where a person has to decide something, the revision says so."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import mysql, sqlite

from schemadiff.autogenerate.render import function_body
from schemadiff.migration import MigrationContext
from schemadiff.operations import Operations
from schemadiff.operations.ops import (
    AddColumnOp,
    AlterColumnOp,
    AlterEnumOp,
    CreateCheckConstraintOp,
    CreateForeignKeyOp,
    CreateIndexOp,
    CreatePrimaryKeyOp,
    CreateTableOp,
    CreateUniqueConstraintOp,
    DowngradeOps,
    DropColumnOp,
    DropTableOp,
    MigrateOperation,
    ModifyTableOps,
    UpgradeOps,
)
from schemadiff.operations.remarks import remarks
from schemadiff.render import layout
from schemadiff.render.construct import Construct

DIALECT = sqlite.dialect()


def told(*ops: MigrateOperation) -> list[str]:
    return list(remarks(UpgradeOps([ModifyTableOps("t", ops)]), DIALECT).values())


def dropped(name: str, type_: Any) -> DropColumnOp:
    return DropColumnOp.from_column_and_tablename(None, "t", sa.Column(name, type_))


def added(name: str, type_: Any, table: str = "t") -> AddColumnOp:
    return AddColumnOp(table, sa.Column(name, type_))


@pytest.mark.parametrize(
    ("op", "said"),
    [
        (DropTableOp("t"), "data loss: t goes with all its rows"),
        (DropColumnOp("t", "c"), "data loss: what stands in t.c goes"),
        (AlterColumnOp("t", "c", modify_nullable=False), "fails where a row has NULL in t.c"),
        (
            AlterColumnOp("t", "c", modify_type=sa.String(5), existing_type=sa.String(9)),
            "fails, or cuts, where a value of t.c is longer than 5",
        ),
        (AlterEnumOp("e", ["a"], existing=["a", "b"]), "fails where a row still has 'b'"),
    ],
)
def test_what_may_lose_or_fail_is_told(op: MigrateOperation, said: str) -> None:
    [text] = told(op)
    assert text.startswith(said)


@pytest.mark.parametrize(
    "op",
    [
        AlterColumnOp("t", "c", modify_nullable=True),
        AlterColumnOp("t", "c", modify_type=sa.String(9), existing_type=sa.String(5)),
        AlterColumnOp("t", "c", modify_type=sa.Integer(), existing_type=sa.SmallInteger()),
        AlterEnumOp("e", ["a", "b"], existing=["a"]),
        added("c", sa.Integer()),
        CreateTableOp("t", [sa.Column("id", sa.Integer())]),
    ],
)
def test_nothing_is_said_where_nothing_is_to_decide(op: MigrateOperation) -> None:
    assert told(op) == []


def test_a_column_that_may_only_have_another_name_is_told() -> None:
    [text] = told(dropped("a", sa.String(5)), added("b", sa.String(5)))
    assert 'op.alter_column("t", "a", new_column_name="b")' in text


@pytest.mark.parametrize(
    "others",
    [
        [added("b", sa.Integer())],
        [added("b", sa.String(5), "other")],
        [added("b", sa.String(5)), added("c", sa.String(5))],
    ],
)
def test_no_other_name_is_guessed_where_it_is_not_the_only_one(others: list[AddColumnOp]) -> None:
    [text] = told(dropped("a", sa.String(5)), *others)
    assert "alter_column" not in text


def test_a_table_that_may_only_have_another_name_is_told() -> None:
    old = sa.Table("a", sa.MetaData(), sa.Column("x", sa.Integer()), sa.Column("y", sa.Integer()))
    new = CreateTableOp("b", [sa.Column("x", sa.Integer()), sa.Column("y", sa.Integer())])
    found = remarks(UpgradeOps([DropTableOp.from_table(old), new]), DIALECT)
    assert 'op.rename_table("a", "b")' in next(iter(found.values()))


def test_a_downgrade_says_what_it_cannot_bring_back() -> None:
    ops = [CreateTableOp("a", [sa.Column("x", sa.Integer())]), added("b", sa.Integer())]
    assert list(remarks(DowngradeOps(ops), DIALECT).values()) == [
        "a comes back without its rows",
        "t.b comes back without what stood in it",
    ]


@pytest.mark.parametrize("as_batch", [False, True])
def test_the_remark_stands_before_what_it_is_about(as_batch: bool) -> None:
    ops = UpgradeOps([ModifyTableOps("t", [DropColumnOp("t", "c")])])
    body = function_body(ops, Construct(dialect=DIALECT), {"render_as_batch": as_batch})
    text = layout.source(body)
    assert text.index("# data loss: what stands in t.c goes") < text.index("drop_column(")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (sa.BigInteger(), sa.Integer(), "fails where a value of t.c is too large for INTEGER"),
        (sa.Integer(), sa.BigInteger(), ""),
        (sa.Numeric(12, 4), sa.Numeric(12, 2), "rounds the values of t.c to 2 places"),
        (sa.Numeric(8, 2), sa.Numeric(6, 2), "fails where a value of t.c has more than 4 digits"),
        (sa.Numeric(8, 2), sa.Numeric(12, 4), ""),
        (sa.Float(), sa.Numeric(8, 2), ""),
        (sa.DateTime(timezone=True), sa.DateTime(), "the values of t.c lose their time zone"),
        (sa.String(10), sa.Integer(), "turns the values of t.c from VARCHAR(10) into INTEGER"),
        (sa.Integer(), sa.Text(), ""),
        (sa.String(9), sa.Enum("a", "b"), "look for values of t.c that are none of 'a', 'b'"),
        (sa.String(9), sa.String(20), ""),
        (sa.types.NullType(), sa.Integer(), ""),
    ],
    ids=str,
)
def test_what_a_new_type_may_do_to_values_is_told_both_ways(
    old: sa.types.TypeEngine[object], new: sa.types.TypeEngine[object], said: str
) -> None:
    op = AlterColumnOp("t", "c", existing_type=old, modify_type=new)
    for container in (UpgradeOps([op]), DowngradeOps([op])):
        text = "".join(remarks(container, DIALECT).values())
        assert text.startswith(said)
        assert bool(text) == bool(said)


def test_a_downgrade_that_takes_labels_away_says_so() -> None:
    op = AlterEnumOp("e", ["a"], existing=["a", "b"])
    assert list(remarks(DowngradeOps([op]), DIALECT).values()) == [
        "fails where a row still has 'b'"
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (mysql.INTEGER(unsigned=True), sa.Integer(), ["fails where a value of t.c is too large"]),
        (mysql.INTEGER(), mysql.INTEGER(unsigned=True), ["fails where a value of t.c is negative"]),
        (
            sa.BigInteger(),
            mysql.MEDIUMINT(unsigned=True),
            ["fails where a value of t.c is too large", "fails where a value of t.c is negative"],
        ),
        (sa.SmallInteger(), mysql.TINYINT(), ["fails where a value of t.c is too large"]),
        (mysql.MEDIUMINT(unsigned=True), sa.Integer(), []),
        (mysql.TINYINT(), sa.SmallInteger(), []),
        (
            mysql.LONGTEXT(),
            sa.Text(),
            ["fails, or cuts, where a value of t.c is too long for TEXT"],
        ),
        (sa.Text(), mysql.MEDIUMTEXT(), []),
        (
            mysql.SET("a", "b", "c"),
            mysql.SET("a", "b"),
            ["fails, or cuts, where a value of t.c still has 'c'"],
        ),
        (mysql.SET("a"), mysql.SET("a", "b"), []),
        (mysql.SET("a"), sa.String(5), []),
    ],
)
def test_what_mysql_alone_has_may_lose_values_too(
    old: sa.types.TypeEngine[object], new: sa.types.TypeEngine[object], said: list[str]
) -> None:
    op = AlterColumnOp("t", "c", modify_type=new, existing_type=old)
    found = list(remarks(UpgradeOps([ModifyTableOps("t", [op])]), mysql.dialect()).values())
    lines = found[0].splitlines() if found else []
    assert len(lines) == len(said)
    assert all(line.startswith(wanted) for line, wanted in zip(lines, said))


# ---- keys that rows may stand in the way of ------------------------------------------------------

UNIQUE = CreateUniqueConstraintOp("uq", "t", ["a"])
BOTH = CreateUniqueConstraintOp("uq", "t", ["a", "b"])
KEY = CreateForeignKeyOp("fk", "t", "p", ["a"], ["id"])
INDEX = CreateIndexOp("ix", "t", ["a"], unique=True)
PARTIAL = CreateIndexOp("ix", "t", ["a"], unique=True, sqlite_where=sa.text("b > 0"))
REQUIRED = AddColumnOp("t", sa.Column("b", sa.Integer(), nullable=False, server_default="0"))


def _names(ops: object) -> str:
    return "-".join(type(op).__name__ for op in ops) if isinstance(ops, list) else ""


@pytest.mark.parametrize(
    ("ops", "said"),
    [
        ([UNIQUE], "fails where two rows of t have the same a"),
        ([BOTH], "fails where two rows of t have the same a and b"),
        ([INDEX], "fails where two rows of t have the same a"),
        ([PARTIAL], "fails where two rows of t that it is about have the same a"),
        ([CreatePrimaryKeyOp("pk", "t", ["a"])], "fails where two rows of t have the same a"),
        ([KEY], "fails where a value of t.a is in no row of p"),
        ([BOTH.reverse(), UNIQUE], "fails where two rows of t have the same a"),
        ([PARTIAL.reverse(), UNIQUE], "fails where two rows of t have the same a"),
        ([REQUIRED, BOTH], "fails where two rows of t have the same a and b"),
    ],
    ids=_names,
)
def test_rows_that_a_new_key_does_not_allow_are_told(
    ops: list[MigrateOperation], said: str
) -> None:
    for container in (UpgradeOps(ops), DowngradeOps(ops)):
        assert remarks(container, mysql.dialect()).get(id(ops[-1])) == said


@pytest.mark.parametrize(
    "ops",
    [
        [UNIQUE.reverse(), UNIQUE],
        [UNIQUE.reverse(), BOTH],
        [UNIQUE.reverse(), INDEX],
        [UNIQUE.reverse(), PARTIAL],
        [PARTIAL.reverse(), PARTIAL],
        [KEY.reverse(), CreateForeignKeyOp("other", "t", "p", ["a"], ["id"], ondelete="CASCADE")],
        [added("a", sa.Integer()), UNIQUE],
        [added("a", sa.Integer()), BOTH],
        [added("a", sa.Integer()), KEY],
        [CreateTableOp("t", [sa.Column("a", sa.Integer())]), KEY],
        [CreateIndexOp("ix", "t", ["a"])],
        [CreateCheckConstraintOp("ck", "t", "a > 0")],
        [CreateForeignKeyOp("fk", "t", "p", ["a"], ["id"], postgresql_not_valid=True)],
    ],
    ids=_names,
)
def test_nothing_is_told_of_a_key_that_rows_meet_or_need_not_meet(
    ops: list[MigrateOperation],
) -> None:
    assert id(ops[-1]) not in remarks(UpgradeOps(ops), mysql.dialect())


def test_sqlite_refuses_no_row_that_refers_to_nothing() -> None:
    assert told(KEY) == []


@pytest.mark.parametrize("op", [UNIQUE, INDEX, KEY, CreatePrimaryKeyOp("pk", "t", ["a"])])
def test_a_key_fails_where_it_is_told_to(engine: sa.Engine, op: MigrateOperation) -> None:
    told_of = remarks(UpgradeOps([op]), engine.dialect)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE p (id INTEGER PRIMARY KEY)"))
        connection.execute(sa.text("CREATE TABLE t (a INTEGER NOT NULL)"))
        connection.execute(sa.text("INSERT INTO t (a) VALUES (7), (7)"))
    fails = pytest.raises(sa.exc.DBAPIError) if told_of else nullcontext()
    with fails, engine.connect() as connection:
        context = MigrationContext.configure(connection)
        with context.begin_transaction():
            Operations(context).invoke(op)
