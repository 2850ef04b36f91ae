"""What is read of a MariaDB database."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from schemadiff.dialects.base import Scope
from schemadiff.dialects.mysql import MariaDB
from schemadiff.dialects.registry import database_for
from schemadiff.model import (
    Check,
    Column,
    Element,
    ForeignKey,
    Index,
    Key,
    Options,
    PrimaryKey,
    Sequence,
    Snapshot,
    Table,
    column_key,
    table_key,
)


def read(engine: sa.Engine, *statements: str, scope: Scope | None = None) -> Snapshot:
    """What is read after some statements."""
    with engine.connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement, execution_options={"no_parameters": True})
        return database_for(connection.dialect).read(connection, scope or Scope())


def column(snapshot: Snapshot, name: str) -> Column:
    node = snapshot[column_key("", "t", name)]
    assert isinstance(node, Column)
    return node


def part(snapshot: Snapshot, kind: str, name: str) -> object:
    return next(n for k, n in snapshot.items() if k.kind == kind and k.name == name)


def test_mariadb_is_recognised_behind_a_mysql_url(mariadb_engine: sa.Engine) -> None:
    with mariadb_engine.connect() as connection:
        assert isinstance(database_for(connection.dialect), MariaDB)


def test_an_empty_database_is_an_empty_snapshot(mariadb_engine: sa.Engine) -> None:
    assert read(mariadb_engine) == Snapshot()


def test_views_and_sequences_are_no_tables(mariadb_engine: sa.Engine) -> None:
    found = read(mariadb_engine, "CREATE VIEW v AS SELECT 1", "CREATE SEQUENCE s")
    assert list(found.values()) == [Sequence("", "s")]


def test_a_sequence_says_only_what_is_unusual(mariadb_engine: sa.Engine) -> None:
    found = read(
        mariadb_engine,
        "CREATE SEQUENCE a START 5 INCREMENT 2 MAXVALUE 99 CYCLE CACHE 3",
        "CREATE SEQUENCE b INCREMENT -1",
        "CREATE SEQUENCE c START 1 MINVALUE 1",
    )
    assert list(found.values()) == [
        Sequence("", "a", 5, 2, None, 99, True, 3),
        Sequence("", "b", increment=-1),
        Sequence("", "c"),
    ]


@pytest.mark.parametrize(
    ("ddl", "default"),
    [
        ("int DEFAULT 0", "0"),
        ("int DEFAULT '0'", "0"),
        ("int DEFAULT NULL", None),
        ("int", None),
        ("int NOT NULL", None),
        ("varchar(9) DEFAULT ''", "''"),
        ("varchar(9) DEFAULT 'it''s'", "'it''s'"),
        ("varchar(9) DEFAULT 'NULL'", "'NULL'"),
        ("int DEFAULT (1 + 2)", "(1 + 2)"),
        ("datetime(6) DEFAULT now(6)", "current_timestamp(6)"),
        (
            "datetime DEFAULT now() ON UPDATE now()",
            "current_timestamp() ON UPDATE current_timestamp()",
        ),
        ("datetime NULL ON UPDATE now()", "NULL ON UPDATE current_timestamp()"),
        (
            "datetime NOT NULL ON UPDATE now()",
            "'0000-00-00 00:00:00' ON UPDATE current_timestamp()",
        ),
        ("bit(3) DEFAULT b'101'", "b'101'"),
    ],
)
def test_a_default_is_what_follows_the_word(
    mariadb_engine: sa.Engine, ddl: str, default: str | None
) -> None:
    node = column(read(mariadb_engine, f"CREATE TABLE t (c {ddl})"), "c")
    assert (node.default.text if node.default else None) == default


def test_a_default_of_undecodable_bytes_is_read_without_harm(mariadb_engine: sa.Engine) -> None:
    found = read(mariadb_engine, "CREATE TABLE t (c varbinary(9) DEFAULT x'41ff')")
    assert column(found, "c").default is not None


@pytest.mark.parametrize(
    ("ddl", "type_"),
    [
        ("varchar(20)", "varchar(20)"),
        ("varchar(20) COLLATE utf8mb4_general_ci", "varchar(20)"),
        (
            "varchar(20) CHARACTER SET latin1",
            "varchar(20) CHARACTER SET latin1 COLLATE latin1_swedish_ci",
        ),
        ("enum('a','b''c','d,e')", "enum('a','b''c','d,e')"),
        ("int unsigned zerofill", "int(10) unsigned zerofill"),
        ("boolean", "tinyint(1)"),
        ("json", "json"),
        ("longtext", "longtext"),
        ("point", "point"),
    ],
)
def test_a_type_says_its_collation_only_where_it_is_not_the_tables(
    mariadb_engine: sa.Engine, ddl: str, type_: str
) -> None:
    node = column(read(mariadb_engine, f"CREATE TABLE t (c {ddl})"), "c")
    assert node.type.canonical == type_


def test_the_check_that_json_brings_is_not_a_check(mariadb_engine: sa.Engine) -> None:
    found = read(
        mariadb_engine, "CREATE TABLE t (j json, k text CHECK (json_valid(k)), n int CHECK (n > 1))"
    )
    assert {check.name for check in found.each(Check)} == {"k", "n"}


def test_a_check_of_a_column_says_so_and_one_of_the_table_does_not(
    mariadb_engine: sa.Engine,
) -> None:
    found = read(mariadb_engine, "CREATE TABLE t (a int CHECK (a > 1), CONSTRAINT k CHECK (a < 9))")
    own, other = part(found, "check", "a"), part(found, "check", "k")
    assert isinstance(own, Check)
    assert isinstance(other, Check)
    assert (own.within, own.columns, other.within) == ("a", ("a",), "")
    assert (other.options, other.sql.text, other.columns) == ((), "`a` < 9", ("a",))


def test_a_generated_column_has_its_expression_and_no_default(mariadb_engine: sa.Engine) -> None:
    found = read(
        mariadb_engine,
        "CREATE TABLE t (a int, b int AS (a*2) STORED, c varchar(9) AS (concat(a,'x')) VIRTUAL)",
    )
    stored, virtual = column(found, "b"), column(found, "c")
    assert stored.computed is not None
    assert virtual.computed is not None
    assert (stored.computed.sql.text, stored.computed.persisted) == ("`a` * 2", True)
    assert (virtual.computed.sql.text, virtual.computed.persisted) == ("concat(`a`,'x')", False)
    assert stored.default is virtual.default is None


@pytest.mark.parametrize(
    ("ddl", "options"),
    [
        ("", ()),
        ("ENGINE=InnoDB ROW_FORMAT=DYNAMIC CHARSET=utf8mb4", ()),
        ("ENGINE=MyISAM", (("engine", "MyISAM"),)),
        ("COLLATE utf8mb4_bin", (("collate", "utf8mb4_bin"),)),
        ("CHARSET latin1", (("collate", "latin1_swedish_ci"),)),
        ("ROW_FORMAT=COMPACT", (("row_format", "compact"),)),
        ("KEY_BLOCK_SIZE=8", (("key_block_size", "8"), ("row_format", "compressed"))),
        ("STATS_PERSISTENT=1", (("stats_persistent", "1"),)),
    ],
)
def test_a_table_option_that_the_server_would_choose_is_none(
    mariadb_engine: sa.Engine, ddl: str, options: Options
) -> None:
    found = read(mariadb_engine, f"CREATE TABLE t (a int) {ddl}")
    table = found[table_key("", "t")]
    assert isinstance(table, Table)
    assert table.options == options


def test_comments_are_read(mariadb_engine: sa.Engine) -> None:
    found = read(mariadb_engine, "CREATE TABLE t (a int COMMENT 'it''s a') COMMENT 'it''s t'")
    table = found[table_key("", "t")]
    assert isinstance(table, Table)
    assert (table.comment, column(found, "a").comment) == ("it's t", "it's a")


def test_the_primary_key_has_no_name_and_its_order(mariadb_engine: sa.Engine) -> None:
    found = read(
        mariadb_engine, "CREATE TABLE t (a int, b int, CONSTRAINT pk_t PRIMARY KEY (b, a))"
    )
    assert list(found.each(PrimaryKey)) == [PrimaryKey("", "t", "", ("b", "a"))]


def test_an_index_has_lengths_orders_and_kinds(mariadb_engine: sa.Engine) -> None:
    found = read(
        mariadb_engine,
        "CREATE TABLE t (a varchar(20), b int, c text, p point NOT NULL, KEY k (a(5), b DESC),"
        " KEY h (b) USING HASH, FULLTEXT KEY f (c), SPATIAL KEY s (p), UNIQUE u (c))",
    )
    indexes = {index.name: index for index in found.each(Index)}
    assert indexes["k"].elements == (Element("a", length=5), Element("b", descending=True))
    assert {name: index.method for name, index in indexes.items()} == {
        "k": "",
        "h": "",
        "f": "FULLTEXT",
        "s": "SPATIAL",
        "u": "",
    }
    assert [name for name, index in indexes.items() if index.unique] == ["u"]
    assert all(e.length is None for name in "fsu" for e in indexes[name].elements)


def test_hash_is_the_usual_index_of_a_memory_table(mariadb_engine: sa.Engine) -> None:
    found = read(
        mariadb_engine,
        "CREATE TABLE t (a int, b int, KEY h (a), KEY o (b) USING BTREE) ENGINE=MEMORY",
    )
    assert {i.name: i.method for i in found.each(Index)} == {"h": "", "o": "BTREE"}


def test_a_foreign_key_has_its_actions_but_not_those_that_do_nothing(
    mariadb_engine: sa.Engine,
) -> None:
    found = read(
        mariadb_engine,
        "CREATE TABLE p (id int PRIMARY KEY)",
        "CREATE TABLE t (a int, b int, CONSTRAINT fa FOREIGN KEY (a) REFERENCES p (id)"
        " ON DELETE SET NULL ON UPDATE RESTRICT, FOREIGN KEY (b) REFERENCES p (id) ON DELETE NO ACTION)",
    )
    keys = {key.name: key for key in found.each(ForeignKey)}
    assert (keys["fa"].ondelete, keys["fa"].onupdate) == ("SET NULL", "")
    assert (keys["t_ibfk_1"].ondelete, keys["t_ibfk_1"].columns) == ("", ("b",))


def test_an_index_that_a_foreign_key_brought_is_marked_and_others_are_not(
    mariadb_engine: sa.Engine,
) -> None:
    found = read(
        mariadb_engine,
        "CREATE TABLE p (id int PRIMARY KEY)",
        "CREATE TABLE t (a int, b int, c int, KEY mine (c), FOREIGN KEY (c) REFERENCES p (id),"
        " CONSTRAINT fa FOREIGN KEY (a) REFERENCES p (id), FOREIGN KEY (b) REFERENCES p (id))",
    )
    assert {i.name: i.options for i in found.each(Index)} == {
        "fa": (("implied_by", "fa"),),
        "b": (("implied_by", "t_ibfk_2"),),
        "mine": (),
    }
    assert {key.name: key.index for key in found.each(ForeignKey)} == {
        "fa": "fa",
        "t_ibfk_1": "",
        "t_ibfk_2": "b",
    }


def test_only_wanted_tables_are_read(mariadb_engine: sa.Engine) -> None:
    scope = Scope(wants=lambda schema, table: table == "t")
    found = read(
        mariadb_engine, "CREATE TABLE t (a int)", "CREATE TABLE other (a int)", scope=scope
    )
    assert {key.table for key in found} == {"t"}


def test_the_default_schema_by_name_is_the_default_schema(mariadb_engine: sa.Engine) -> None:
    assert mariadb_engine.url.database is not None
    scope = Scope(schemas=(mariadb_engine.url.database,))
    found = read(mariadb_engine, "CREATE TABLE t (a int)", scope=scope)
    assert Key("table", "", "t", "") in found


def test_partitions_and_system_versions_are_gaps(mariadb_engine: sa.Engine) -> None:
    found = read(
        mariadb_engine,
        "CREATE TABLE t (a int) PARTITION BY HASH (a) PARTITIONS 2",
        "CREATE TABLE v (a int) WITH SYSTEM VERSIONING",
    )
    assert {gap.where for gap in found.gaps} == {"t", "v"}
    assert {table.name for table in found.tables()} == {"t", "v"}


def test_the_number_of_statements_does_not_grow_with_the_tables(mariadb_engine: sa.Engine) -> None:
    counted: list[str] = []
    sa.event.listen(
        mariadb_engine, "before_cursor_execute", lambda *args: counted.append(str(args[2]))
    )
    with mariadb_engine.connect() as connection:
        for number in range(12):
            connection.exec_driver_sql(f"CREATE TABLE t{number} (a int, KEY (a))")
        database = database_for(connection.dialect)
        database.meet(connection)
        counted.clear()
        database.read(connection, Scope())
    assert len(counted) == 7


def test_names_need_not_be_ascii_nor_free_of_quotes(mariadb_engine: sa.Engine) -> None:
    found = read(mariadb_engine, "CREATE TABLE `t` (`ä``b%` int, KEY `k%s` (`ä``b%`))")
    assert column(found, "ä`b%").type.text == "int(11)"
    assert [i.elements for i in found.each(Index)] == [(Element("ä`b%"),)]
