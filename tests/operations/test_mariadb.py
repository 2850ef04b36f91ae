"""What operations leave behind in MariaDB, where its rules are its own."""

from __future__ import annotations

import io

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import mysql

from schemadiff.dialects.terms import Unsupported
from schemadiff.errors import CommandError
from schemadiff.migration import MigrationContext
from schemadiff.operations import Operations

from .test_live import Op, columns, migrate, rows, run

T = (
    "CREATE TABLE u (id INT PRIMARY KEY)",
    "INSERT INTO u VALUES (1)",
    "CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, a INT CHECK (a > 0), b INT, c INT, "
    "CONSTRAINT fk FOREIGN KEY (b) REFERENCES u (id))",
    "INSERT INTO t (a, b, c) VALUES (7, 1, 2)",
)


@pytest.fixture
def filled(mariadb_engine: sa.Engine) -> sa.Engine:
    """A table with a row, a foreign key and a check that is part of a column."""
    run(mariadb_engine, *T)
    return mariadb_engine


def shown(engine: sa.Engine, table: str = "t") -> str:
    """SHOW CREATE TABLE."""
    return str(rows(engine, f"SHOW CREATE TABLE {table}")[0][1])


def indexes(engine: sa.Engine) -> dict[str, list[str]]:
    """The columns of each index of the table."""
    found = sa.inspect(engine).get_indexes("t")
    return {str(one["name"]): [str(name) for name in one["column_names"]] for one in found}


def test_the_check_of_a_column_survives_a_change_of_the_column(filled: sa.Engine) -> None:
    migrate(
        filled,
        lambda op: op.alter_column("t", "a", type_=sa.BigInteger(), comment="it's"),
        lambda op: op.alter_column("t", "a", new_column_name="aa", nullable=False),
    )
    assert "`aa` bigint(20) NOT NULL COMMENT 'it''s' CHECK (`aa` > 0)" in shown(filled)


def test_the_check_of_a_column_is_dropped_by_the_name_of_the_column(filled: sa.Engine) -> None:
    migrate(filled, lambda op: op.drop_constraint("a", "t", type_="check"))
    assert "CHECK" not in shown(filled)


def test_what_a_column_has_beside_its_type_stays(mariadb_engine: sa.Engine) -> None:
    run(
        mariadb_engine,
        "CREATE TABLE t (id INT PRIMARY KEY, j JSON, z INT UNSIGNED ZEROFILL, "
        "h VARCHAR(5) CHARACTER SET latin1 COLLATE latin1_bin, k INT INVISIBLE DEFAULT 3, "
        "v UUID DEFAULT uuid(), ts TIMESTAMP(3) NULL DEFAULT CURRENT_TIMESTAMP(3) "
        "ON UPDATE CURRENT_TIMESTAMP(3))",
    )
    before = shown(mariadb_engine)
    names = ("j", "z", "h", "k", "v", "ts")
    migrate(
        mariadb_engine,
        *[lambda op, name=name: op.alter_column("t", name, comment="new") for name in names],
        *[lambda op, name=name: op.alter_column("t", name, comment=None) for name in names],
    )
    assert shown(mariadb_engine) == before


def test_an_index_under_a_foreign_key_leaves_one_of_the_keys_own(filled: sa.Engine) -> None:
    migrate(filled, lambda op: op.create_index("ix", "t", ["b", "c"]))
    assert indexes(filled) == {"ix": ["b", "c"]}
    migrate(filled, lambda op: op.drop_index("ix", "t"))
    assert indexes(filled) == {"fk": ["b"]}
    migrate(filled, lambda op: op.create_unique_constraint("uq", "t", ["b"]))
    migrate(filled, lambda op: op.drop_index("fk", "t"))
    migrate(filled, lambda op: op.drop_constraint("uq", "t", type_="unique"))
    assert indexes(filled) == {"fk": ["b"]}


def test_the_index_that_a_foreign_key_stands_on_is_not_dropped_in_silence(
    filled: sa.Engine,
) -> None:
    with pytest.raises(sa.exc.OperationalError, match="needed in a foreign key"):
        migrate(filled, lambda op: op.drop_index("fk", "t"))


def test_a_column_goes_with_its_foreign_key(filled: sa.Engine) -> None:
    migrate(filled, lambda op: op.drop_column("t", "b"))
    assert sa.inspect(filled).get_foreign_keys("t") == []
    assert indexes(filled) == {}
    assert rows(filled, "SELECT id, a FROM t") == [(1, 7)]


def test_constraints_are_renamed(filled: sa.Engine) -> None:
    migrate(
        filled,
        lambda op: op.create_unique_constraint("uq", "t", ["c"]),
        lambda op: op.create_check_constraint("ck", "t", "c <> 5"),
        lambda op: op.rename_constraint("t", "uq", "uq2"),
        lambda op: op.rename_constraint("t", "ck", "ck2"),
        lambda op: op.rename_constraint("t", "fk", "fk2"),
    )
    text = shown(filled)
    assert "UNIQUE KEY `uq2` (`c`)" in text
    assert "CONSTRAINT `ck2` CHECK (`c` <> 5)" in text
    assert "CONSTRAINT `fk2` FOREIGN KEY (`b`)" in text
    with pytest.raises(Unsupported, match="drop none and create"):
        migrate(filled, lambda op: op.rename_constraint("t", "none", "some"))


def test_if_exists_is_said_of_everything(filled: sa.Engine) -> None:
    before = shown(filled)
    migrate(
        filled,
        lambda op: op.drop_column("t", "no", if_exists=True),
        lambda op: op.drop_index("no", "t", if_exists=True),
        lambda op: op.drop_constraint("no", "t", type_="foreignkey", if_exists=True),
        lambda op: op.drop_constraint("no", "t", type_="unique", if_exists=True),
        lambda op: op.drop_constraint("no", "t", type_="check", if_exists=True),
        lambda op: op.add_column("t", sa.Column("a", sa.Integer), if_not_exists=True),
        lambda op: op.drop_table("no", if_exists=True),
        lambda op: op.create_table("t", sa.Column("x", sa.Integer), if_not_exists=True),
    )
    assert shown(filled) == before
    run(filled, "CREATE TABLE bare (a INT)")
    migrate(
        filled, lambda op: op.drop_constraint("PRIMARY", "bare", type_="primary", if_exists=True)
    )


def test_columns_stand_where_they_are_wanted(filled: sa.Engine) -> None:
    def batch(op: Op) -> None:
        with op.batch_alter_table("t") as batch_op:
            batch_op.add_column(sa.Column("d", sa.Integer), insert_before="a")
            batch_op.alter_column("c", insert_before="id")
            batch_op.alter_column("a", insert_after="b")

    migrate(filled, batch)
    assert list(columns(filled, "t")) == ["c", "id", "d", "b", "a"]
    assert "CHECK (`a` > 0)" in shown(filled)


def test_a_generated_column_is_known_as_one_without_being_told(filled: sa.Engine) -> None:
    migrate(
        filled,
        lambda op: op.add_column("t", sa.Column("g", sa.Integer, sa.Computed("a + 1"))),
        lambda op: op.alter_column("t", "g", server_default=sa.Computed("a + 2", persisted=True)),
        lambda op: op.alter_column("t", "g", server_default=sa.Computed("a + 3", persisted=True)),
    )
    assert rows(filled, "SELECT g FROM t") == [(10,)]
    migrate(filled, lambda op: op.alter_column("t", "g", server_default=None))
    assert columns(filled, "t")["g"].get("computed") is None
    assert rows(filled, "SELECT g FROM t") == [(10,)]


def test_what_the_server_does_not_know_is_refused_in_one_line(filled: sa.Engine) -> None:
    with pytest.raises(Unsupported, match="f2 of t cannot be deferrable"):
        migrate(
            filled, lambda op: op.create_foreign_key("f2", "t", "u", ["c"], ["id"], deferrable=True)
        )
    with pytest.raises(Unsupported, match="has no exclude constraint"):
        migrate(filled, lambda op: op.create_exclude_constraint("x", "t", ("a", "=")))
    with pytest.raises(CommandError, match=r"dropping index ix on .* needs the name of its table"):
        migrate(filled, lambda op: op.drop_index("ix"))


def test_texts_arrive_as_they_were_written(mariadb_engine: sa.Engine) -> None:
    text = "it's 5% :a \\ ö"
    labels = ("a%", "c'd", ":e")
    run(mariadb_engine, "CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(40))")
    migrate(
        mariadb_engine,
        lambda op: op.create_table_comment("t", text),
        lambda op: op.alter_column("t", "a", comment=text, server_default=text),
        lambda op: op.add_column("t", sa.Column("e", sa.Enum(*labels), comment=text)),
        lambda op: op.create_check_constraint("ck", "t", "a <> '5%'"),
    )
    found = sa.inspect(mariadb_engine)
    assert found.get_table_comment("t") == {"text": text}
    assert [columns(mariadb_engine, "t")[name]["comment"] for name in ("a", "e")] == [text, text]
    assert "<> '5%'" in str(found.get_check_constraints("t")[0]["sqltext"])
    run(mariadb_engine, "INSERT INTO t (id, e) VALUES (1, 1), (2, 2), (3, 3)")
    assert rows(mariadb_engine, "SELECT a, e FROM t ORDER BY id") == [
        (text, label) for label in labels
    ]


def test_a_sequence_stops_going_round(mariadb_engine: sa.Engine) -> None:
    migrate(
        mariadb_engine,
        lambda op: op.create_sequence(sa.Sequence("s", maxvalue=5, cycle=True)),
        lambda op: op.alter_sequence(
            sa.Sequence("s", maxvalue=9), existing=sa.Sequence("s", maxvalue=5, cycle=True)
        ),
    )
    assert rows(mariadb_engine, "SELECT maximum_value, cycle_option FROM s") == [(9, 0)]


def test_one_modify_says_all_that_changes(filled: sa.Engine) -> None:
    said: list[str] = []
    event.listen(filled, "before_cursor_execute", lambda *args: said.append(args[2]))
    migrate(
        filled,
        lambda op: op.alter_column(
            "t", "c", type_=sa.BigInteger(), nullable=False, server_default="3", comment="c"
        ),
    )
    assert [one for one in said if one.startswith("ALTER")] == [
        "ALTER TABLE t MODIFY c BIGINT NOT NULL DEFAULT '3' COMMENT 'c'"
    ]


def test_a_new_type_leaves_the_character_set_alone_that_nobody_speaks_of(
    mariadb_engine: sa.Engine,
) -> None:
    latin = "CHARACTER SET latin1 COLLATE latin1_german2_ci"
    run(
        mariadb_engine, f"CREATE TABLE t (id INT PRIMARY KEY, a CHAR(3) {latin}, b CHAR(3) {latin})"
    )
    known = mysql.CHAR(3, charset="latin1", collation="latin1_german2_ci")
    migrate(
        mariadb_engine,
        lambda op: op.alter_column("t", "a", type_=sa.String(9), existing_type=sa.CHAR(3)),
        lambda op: op.alter_column("t", "b", type_=sa.String(9), existing_type=known),
    )
    assert f"`a` varchar(9) {latin} DEFAULT NULL" in shown(mariadb_engine)
    assert "`b` varchar(9) DEFAULT NULL" in shown(mariadb_engine)


def test_bytes_that_only_fill_up_are_cut_off(mariadb_engine: sa.Engine) -> None:
    run(
        mariadb_engine,
        "CREATE TABLE t (id INT PRIMARY KEY, a BINARY(8) NOT NULL COMMENT 'x', b BINARY(8))",
        "INSERT INTO t VALUES (1, 'ab', 'abcdefgh'), (2, x'6100000000000000', NULL)",
    )
    migrate(mariadb_engine, lambda op: op.alter_column("t", "a", type_=sa.BINARY(3)))
    assert "`a` binary(3) NOT NULL COMMENT 'x'" in shown(mariadb_engine)
    assert rows(mariadb_engine, "SELECT a FROM t ORDER BY id") == [(b"ab\0",), (b"a\0\0",)]
    with pytest.raises(sa.exc.DataError, match="Data too long for column 'b'"):
        migrate(mariadb_engine, lambda op: op.alter_column("t", "b", type_=sa.BINARY(3)))
    assert rows(mariadb_engine, "SELECT b FROM t ORDER BY id") == [(b"abcdefgh",), (None,)]


def test_constraints_that_the_server_named_are_dropped_by_what_they_say(filled: sa.Engine) -> None:
    migrate(
        filled,
        lambda op: op.create_unique_constraint(None, "t", ["b", "c"]),
        lambda op: op.create_check_constraint(None, "t", "b < 9"),
        lambda op: op.drop_constraint(None, "t", type_="unique", columns=["b", "c"]),
        lambda op: op.drop_constraint(None, "t", type_="check", condition="b < 9"),
    )
    assert sa.inspect(filled).get_unique_constraints("t") == []
    assert "b` < 9" not in shown(filled)


def test_a_foreign_key_that_the_server_named_is_dropped_by_its_columns(filled: sa.Engine) -> None:
    migrate(
        filled,
        lambda op: op.execute("INSERT INTO u VALUES (2)"),
        lambda op: op.create_foreign_key(None, "t", "u", ["c"], ["id"]),
        lambda op: op.drop_constraint(None, "t", type_="foreignkey", columns=["c"]),
    )
    assert [key["name"] for key in sa.inspect(filled).get_foreign_keys("t")] == ["fk"]
    with pytest.raises(CommandError, match="no name of its own, and 0 could be meant"):
        migrate(filled, lambda op: op.drop_constraint(None, "t", type_="foreignkey", columns=["c"]))


def test_the_index_under_a_foreign_key_goes_when_somebody_says_so(filled: sa.Engine) -> None:
    migrate(filled, lambda op: op.drop_constraint("fk", "t", type_="foreignkey"))
    assert indexes(filled) == {"fk": ["b"]}
    migrate(
        filled,
        lambda op: op.drop_index("fk", "t"),
        lambda op: op.create_foreign_key("fk", "t", "u", ["b"], ["id"]),
        lambda op: op.drop_constraint("fk", "t", type_="foreignkey", mysql_drop_index=True),
    )
    assert indexes(filled) == {}


def test_a_column_becomes_what_is_said_that_it_is(mariadb_engine: sa.Engine) -> None:
    run(
        mariadb_engine,
        "CREATE TABLE t (id INT PRIMARY KEY, "
        "a VARCHAR(16) CHARACTER SET latin1 NOT NULL DEFAULT 'x' COMMENT 'c')",
    )
    known = sa.String(255)
    migrate(mariadb_engine, lambda op: op.alter_column("t", "a", existing_type=known, comment="d"))
    said = "varchar(255) CHARACTER SET latin1 COLLATE latin1_swedish_ci NOT NULL DEFAULT 'x'"
    assert f"`a` {said} COMMENT 'd'" in shown(mariadb_engine)
    migrate(
        mariadb_engine,
        lambda op: op.alter_column(
            "t", "a", new_column_name="b", existing_type=sa.String(9), existing_nullable=True
        ),
        # A default alone is given without a look at the rest.
        lambda op: op.alter_column("t", "b", server_default="y", existing_type=sa.Integer()),
    )
    assert "`b` varchar(9) CHARACTER SET latin1" in shown(mariadb_engine)
    assert "NOT NULL" not in shown(mariadb_engine).partition("`b`")[2].partition("\n")[0]
    assert "DEFAULT 'y' COMMENT 'd'" in shown(mariadb_engine)


def test_an_existing_type_that_only_other_databases_have_is_no_hindrance(
    mariadb_engine: sa.Engine,
) -> None:
    """A revision that was written beside SQLite or PostgreSQL, where VARCHAR needs no length."""
    run(mariadb_engine, "CREATE TABLE t (a VARCHAR(20) CHARACTER SET latin1 NOT NULL)")

    def widened(op: Op) -> None:
        op.alter_column("t", "a", existing_type=sa.VARCHAR(), type_=sa.String(40), nullable=True)

    migrate(mariadb_engine, widened)
    assert "`a` varchar(40) CHARACTER SET latin1" in shown(mariadb_engine)
    buffer = io.StringIO()
    context = MigrationContext.configure(
        dialect_name="mariadb", opts={"as_sql": True, "output_buffer": buffer}
    )
    widened(Operations(context))
    assert "MODIFY a VARCHAR(40) NULL" in buffer.getvalue()
    with pytest.raises(sa.exc.CompileError):
        migrate(
            mariadb_engine,
            lambda op: op.alter_column("t", "a", existing_type=sa.VARCHAR(), nullable=False),
        )


def test_a_temporary_table_is_changed_by_what_is_said_of_it(mariadb_engine: sa.Engine) -> None:
    known = {"existing_type": sa.Integer(), "existing_nullable": True}
    with mariadb_engine.connect() as connection:
        op = Operations(MigrationContext.configure(connection))
        op.execute("CREATE TEMPORARY TABLE here (a INT)")
        op.alter_column("here", "a", nullable=False, new_column_name="b", **known)
        op.add_column("here", sa.Column("c", sa.Integer), if_not_exists=True)
        op.drop_column("here", "c")
        said = connection.exec_driver_sql("SHOW CREATE TABLE here").one()[1]
        assert "`b` int(11) NOT NULL\n" in said
        with pytest.raises(ValueError, match="No such table: 'nowhere'"):
            op.alter_column("nowhere", "a", nullable=False, **known)
