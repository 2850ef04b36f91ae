"""What models say in MySQL's own words, and that a database made from models equals them."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import mysql

from schemadiff.autogenerate.comparison import compare
from schemadiff.dialects.base import Scope
from schemadiff.dialects.mysql import MariaDB, MySQL
from schemadiff.dialects.registry import database_for
from schemadiff.diff import Change
from schemadiff.model import (
    Check,
    Column,
    Element,
    ForeignKey,
    Index,
    Snapshot,
    Sql,
    Table,
    Unique,
    column_key,
    table_key,
)
from schemadiff.read.metadata import read_metadata
from schemadiff.read.objects import Objects
from schemadiff.runtime.migration import MigrationContext


def differences(engine: sa.Engine, metadata: sa.MetaData) -> tuple[Change, ...]:
    """What differs between a database and models, every doubt settled."""
    with engine.connect() as connection:
        comparison = compare(MigrationContext.configure(connection), metadata)
        assert comparison.undecided == ()
        return comparison.changes


def everything() -> sa.MetaData:
    """A bit of everything that MariaDB can hold."""
    metadata = sa.MetaData()
    sa.Table(
        "parent",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("kind", sa.Enum("a", "it's", "100%"), server_default="a"),
        comment="it's 100% a parent",
        mysql_engine="InnoDB",
        mysql_charset="utf8mb4",
        mysql_row_format="DYNAMIC",
    )
    sa.Table(
        "child",
        metadata,
        sa.Column("id", sa.BigInteger, primary_key=True),
        sa.Column("parent_id", sa.ForeignKey("parent.id", ondelete="RESTRICT")),
        sa.Column("other_id", sa.ForeignKey("parent.id", ondelete="CASCADE"), index=True),
        sa.Column("flag", sa.Boolean(create_constraint=True), server_default=sa.false()),
        sa.Column("name", sa.String(50, collation="utf8mb4_bin"), unique=True, comment="its name"),
        sa.Column("usual", sa.String(50, collation="utf8mb4_general_ci")),
        sa.Column("amount", sa.Numeric(10, 2), sa.CheckConstraint("amount >= 0")),
        sa.Column("document", sa.JSON, nullable=False),
        sa.Column("size", mysql.INTEGER(unsigned=True), server_default="0", nullable=False),
        sa.Column("seen", mysql.TIMESTAMP(), nullable=True),
        sa.Column("made", mysql.DATETIME(fsp=6), server_default=sa.func.now(6)),
        sa.Column("twice", sa.Integer, sa.Computed("size * 2", persisted=True)),
        sa.Column("body", mysql.LONGTEXT),
        sa.Column("national", sa.Unicode(9), server_default="ä"),
        sa.Column("word", sa.NVARCHAR(20)),
        sa.Column("raw", sa.LargeBinary(3000)),
        sa.UniqueConstraint("parent_id", "name"),
        sa.CheckConstraint("size < 100 OR name LIKE 'a%'", name="ck_size"),
        sa.Index("ix_desc", sa.desc("size"), "name"),
        sa.Index("ix_text", sa.text("size DESC"), sa.text("body(10)")),
        sa.Index("ix_prefix", "name", mysql_length=50),
        sa.Index("ix_words", "body", mysql_prefix="FULLTEXT"),
        sa.Index("ix_hash", "size", mysql_using="hash"),
    )
    sa.Table(
        "odd",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("name", sa.String(9)),
        sa.Column("other", sa.String(9, collation="utf8mb4_unicode_ci")),
        sa.Column("same", mysql.VARCHAR(9, charset="latin1")),
        mysql_engine="myisam",
        mysql_charset="latin1",
        mysql_max_rows="10",
    )
    return metadata


def test_a_database_made_from_models_equals_them(mariadb_engine: sa.Engine) -> None:
    metadata = everything()
    metadata.create_all(mariadb_engine)
    assert differences(mariadb_engine, metadata) == ()


def test_a_database_made_anew_from_what_was_read_equals_the_models(
    mariadb_engine: sa.Engine,
) -> None:
    metadata = everything()
    metadata.create_all(mariadb_engine)
    with mariadb_engine.connect() as connection:
        database = database_for(connection.dialect)
        objects = Objects(database.read(connection, Scope()), database)
    for table in objects.snapshot.tables():
        objects.table(table.key)
    metadata.drop_all(mariadb_engine)
    objects.metadata.create_all(mariadb_engine)
    assert differences(mariadb_engine, metadata) == ()


def test_the_same_under_the_name_mariadb(mariadb_engine: sa.Engine) -> None:
    engine = sa.create_engine(mariadb_engine.url.set(drivername="mariadb+pymysql"))
    metadata = sa.MetaData()
    sa.Table(
        "t",
        metadata,
        sa.Column("a", sa.String(50)),
        sa.Column("u", sa.Uuid),
        sa.Index("ix", "a", mariadb_length=5),
        mariadb_engine="MyISAM",
        mysql_engine="Aria",
        mysql_collate="utf8mb4_bin",
    )
    metadata.create_all(engine)
    assert differences(engine, metadata) == ()
    engine.dispose()


def test_a_timestamp_that_the_server_gives_a_default_equals_one_without(
    mariadb_engine: sa.Engine,
) -> None:
    command = "SET explicit_defaults_for_timestamp=0"
    url = mariadb_engine.url.update_query_dict({"init_command": command})
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    metadata = sa.MetaData()
    sa.Table("t", metadata, sa.Column("a", mysql.TIMESTAMP, nullable=False))
    metadata.create_all(engine)
    assert differences(engine, metadata) == ()


def one_table(*parts: sa.schema.SchemaItem, **arguments: str) -> sa.MetaData:
    metadata = sa.MetaData()
    sa.Table("t", metadata, sa.Column("id", sa.Integer, primary_key=True), *parts, **arguments)
    return metadata


@pytest.mark.parametrize(
    ("before", "after", "kinds"),
    [
        (one_table(), one_table(mysql_engine="MyISAM"), {"table"}),
        (one_table(mysql_engine="MyISAM"), one_table(), set()),
        (one_table(mysql_engine="MyISAM"), one_table(mysql_engine="InnoDB"), {"table"}),
        (one_table(), one_table(mysql_charset="latin1"), {"table"}),
        (one_table(mysql_row_format="COMPACT"), one_table(mysql_row_format="DYNAMIC"), {"table"}),
        (
            one_table(sa.Column("a", sa.String(9)), mysql_charset="latin1"),
            one_table(sa.Column("a", sa.String(9, collation="latin1_swedish_ci"))),
            set(),
        ),
        (
            one_table(sa.Column("a", sa.String(9)), mysql_charset="latin1"),
            one_table(sa.Column("a", sa.String(9, collation="utf8mb4_general_ci"))),
            {"column"},
        ),
        (
            one_table(sa.Column("a", sa.String(9))),
            one_table(sa.Column("a", sa.String(9, collation="utf8mb4_bin"))),
            {"column"},
        ),
        (
            one_table(sa.Column("a", sa.DateTime, server_default=sa.text("now()"))),
            one_table(sa.Column("a", sa.DateTime, server_default=sa.text("now() on update now()"))),
            {"column"},
        ),
        (
            one_table(sa.Column("a", sa.Text), sa.Index("i", "a", mysql_length=9)),
            one_table(sa.Column("a", sa.Text), sa.Index("i", "a", mysql_prefix="FULLTEXT")),
            {"index"},
        ),
        (
            one_table(sa.Column("a", sa.JSON)),
            one_table(sa.Column("a", mysql.LONGTEXT)),
            {"column"},
        ),
        (
            one_table(sa.Column("a", sa.Integer), sa.UniqueConstraint("a", name="u")),
            one_table(sa.Column("a", sa.Integer), sa.Index("u", "a")),
            {"index"},
        ),
        (
            one_table(sa.Column("a", sa.Integer)),
            one_table(sa.Column("a", sa.Integer, sa.CheckConstraint("a > 1"))),
            {"check"},
        ),
    ],
)
def test_a_change_is_seen_and_nothing_else(
    mariadb_engine: sa.Engine, before: sa.MetaData, after: sa.MetaData, kinds: set[str]
) -> None:
    before.create_all(mariadb_engine)
    assert {change.key.kind for change in differences(mariadb_engine, after)} == kinds


def test_a_check_of_a_column_equals_the_same_check_of_the_table(
    mariadb_engine: sa.Engine,
) -> None:
    check = sa.CheckConstraint("a > 1")
    one_table(sa.Column("a", sa.Integer, check)).create_all(mariadb_engine)
    model = one_table(sa.Column("a", sa.Integer), sa.CheckConstraint("a > 1"))
    assert differences(mariadb_engine, model) == ()


def test_sequences_are_compared(mariadb_engine: sa.Engine) -> None:
    metadata = sa.MetaData()
    sa.Sequence("usual", metadata=metadata, start=1, increment=1)
    sa.Sequence("other", metadata=metadata, start=1000, increment=5, cache=10)
    metadata.create_all(mariadb_engine)
    assert differences(mariadb_engine, metadata) == ()
    sa.Sequence("missing", metadata=metadata)
    assert [str(c.key) for c in differences(mariadb_engine, metadata)] == ["missing"]


def test_a_default_by_a_sequence_names_no_database(mariadb_engine: sa.Engine) -> None:
    with mariadb_engine.begin() as connection:
        connection.exec_driver_sql("CREATE SEQUENCE s")
        connection.exec_driver_sql("CREATE TABLE t (id INTEGER DEFAULT (NEXT VALUE FOR s))")
        database = database_for(connection.dialect)
        nodes = database.read(connection, Scope())
    assert [str(c.default) for c in nodes.each(Column)] == ["nextval(`s`)"]
    metadata = sa.MetaData()
    by_it = sa.Column("id", sa.Integer, server_default=sa.text("(nextval(s))"))
    sa.Table("t", metadata, by_it)
    sa.Sequence("s", metadata=metadata)
    assert differences(mariadb_engine, metadata) == ()


def test_a_unique_index_is_a_unique_constraint(mariadb_engine: sa.Engine) -> None:
    one_table(sa.Column("a", sa.Integer), sa.Index("u", "a", unique=True)).create_all(
        mariadb_engine
    )
    model = one_table(sa.Column("a", sa.Integer), sa.UniqueConstraint("a", name="u"))
    assert differences(mariadb_engine, model) == ()


# ---- without a server ------------------------------------------------------------------------


@pytest.fixture
def mariadb() -> MariaDB:
    dialect = sa.create_engine("mariadb+pymysql://").dialect
    return MariaDB(dialect)


@pytest.fixture
def database() -> MySQL:
    return MySQL(mysql.dialect())  # type: ignore[no-untyped-call]


def the_table(snapshot: Snapshot) -> Table:
    node = snapshot[table_key("", "t")]
    assert isinstance(node, Table)
    return node


def test_options_go_there_and_back(database: MySQL) -> None:
    metadata = one_table(
        mysql_engine="myisam", mysql_default_charset="latin1", mysql_row_format="fixed"
    )
    node = the_table(read_metadata(metadata, database))
    assert node.options == (
        ("collate", "latin1_swedish_ci"),
        ("engine", "MyISAM"),
        ("row_format", "fixed"),
    )
    arguments = {str(k): str(v) for k, v in database.arguments(node).items()}
    assert the_table(read_metadata(one_table(**arguments), database)) == node


def test_what_is_no_schema_is_not_compared(database: MySQL) -> None:
    metadata = one_table(mysql_auto_increment="5", mysql_data_directory="/tmp", mysql_comment="x")
    assert the_table(read_metadata(metadata, database)).options == ()


def test_an_index_goes_there_and_back(database: MySQL) -> None:
    lengths = Index("", "t", "i", (Element("a", length=5), Element("b")))
    words = Index("", "t", "i", (Element("a"),), method="FULLTEXT", options=(("with_parser", "p"),))
    assert database.arguments(lengths) == {"mysql_length": {"a": 5}}
    backwards = Index("", "t", "i", (Element("a", length=5), Element("b", descending=True)))
    assert database.arguments(backwards) == {}
    assert [database.element_text(e, backwards) for e in backwards.elements] == ["a(5)", ""]
    assert database.arguments(words) == {"mysql_prefix": "FULLTEXT", "mysql_with_parser": "p"}


def test_names_that_servers_invent(database: MySQL, mariadb: MariaDB) -> None:
    key = ForeignKey("", "t", "", ("a",), "", "p", ("id",))
    check = Check("", "t", "", Sql.of("a > 1"))
    assert database.invented_name(key, frozenset({"t_ibfk_1"})) == "t_ibfk_2"
    assert database.invented_name(check, frozenset()) == "t_chk_1"
    assert mariadb.invented_name(check, frozenset()) == "CONSTRAINT_1"
    assert database.invented_name(Unique("", "t", "", ("a", "b")), frozenset({"a"})) == "a_2"


def test_table_names_are_folded_where_the_server_folds_them(database: MySQL) -> None:
    setattr(database.dialect, "_casing", 1)  # noqa: B010  (SQLAlchemy learns it from the server)
    metadata = sa.MetaData()
    sa.Table("Parent", metadata, sa.Column("Id", sa.Integer, primary_key=True))
    sa.Table("Child", metadata, sa.Column("Id", sa.ForeignKey("Parent.Id"), primary_key=True))
    found = read_metadata(metadata, database)
    assert {key.table for key in found} == {"parent", "child"}
    assert [key.target_table for key in found.each(ForeignKey)] == ["parent"]
    assert column_key("", "child", "Id") in found


@pytest.mark.parametrize(
    "text",
    [
        "int(5)",
        "tinyint(1)",
        "int(10) unsigned zerofill",
        "decimal(10,2)",
        "varchar(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
        "enum('a','it''s','b,c)','100%')",
        "set('x','y')",
        "datetime(6)",
        "year",
        "json",
        "double(10,3)",
        "mediumtext",
        "varbinary(9)",
        "bit(3)",
        "inet6",
        "uuid",
        "point",
        "vector(3)",
        "something new(1,'2') unsigned",
        "",
        "(",
    ],
)
def test_a_type_from_text_compiles_to_that_text(database: MySQL, text: str) -> None:
    type_ = database.type_from_text(text, Snapshot())
    again = database.plain(database.type_text(type_))
    assert again.replace("integer", "int") == database.plain(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("int(11)", "INTEGER"),
        ("int(10) unsigned", "INTEGER UNSIGNED"),
        ("bigint(20) unsigned", "BIGINT UNSIGNED"),
        ("int(10) unsigned zerofill", "INTEGER(10) UNSIGNED ZEROFILL"),
        ("tinyint(4)", "TINYINT"),
        ("tinyint(1)", "TINYINT(1)"),
        ("year(4)", "YEAR"),
    ],
)
def test_a_width_that_nobody_has_said_is_not_said(database: MySQL, text: str, said: str) -> None:
    assert database.type_text(database.type_from_text(text, Snapshot())) == said


def test_a_default_is_what_the_ddl_says(database: MySQL) -> None:
    def default(text: str, type_: sa.types.TypeEngine[object] | None = None) -> str | None:
        column = sa.Column("default", type_ or sa.String(9), server_default=sa.text(text))
        node = read_metadata(one_table(column), database)[column_key("", "t", "default")]
        assert isinstance(node, Column)
        return node.default.text if node.default else None

    assert default("NULL") is None
    assert default("'a default'") == "'a default'"
    assert default("CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP", sa.DateTime()) == (
        "CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP"
    )
