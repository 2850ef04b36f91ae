"""What ``create_all`` made differs from its models in nothing, and comes back as SQLAlchemy objects."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Connection
from sqlalchemy.schema import CreateIndex, CreateTable

from schemadiff.dialects.base import Scope
from schemadiff.dialects.other import OtherType
from schemadiff.dialects.sqlite import SQLite
from schemadiff.diff import Change, diff, pair
from schemadiff.model import Column, ForeignKey, Snapshot, column_key, table_key
from schemadiff.read.metadata import read_metadata
from schemadiff.read.objects import Objects

from .conftest import Read


def differences(connection: Connection, metadata: sa.MetaData) -> tuple[Change, ...]:
    database = SQLite(connection.dialect)
    there = database.read(connection, Scope())
    assert not there.gaps
    return diff(*pair(there, read_metadata(metadata, database), unique_is_index=False))


def rich() -> sa.MetaData:
    metadata = sa.MetaData(
        naming_convention={"pk": "pk_%(table_name)s", "ix": "ix_%(column_0_label)s"}
    )
    sa.Table(
        "Parent Table",
        metadata,
        sa.Column("Id", sa.Integer, primary_key=True),
        sa.Column(
            "code",
            sa.String(10, collation="NOCASE"),
            unique=True,
            sqlite_on_conflict_unique="ignore",
        ),
        sa.Column(
            "n",
            sa.Numeric(10, 2),
            server_default="0",
            nullable=False,
            sqlite_on_conflict_not_null="REPLACE",
        ),
        sa.Column("e", sa.Enum("a", "it's", name="e", create_constraint=True)),
        sa.Column("b", sa.Boolean(create_constraint=True), server_default=sa.true()),
        sa.Column("at", sa.DateTime, server_default=sa.func.now()),
        sa.Column("d", sa.Integer, server_default=sa.text("(strftime('%s','now'))")),
        sa.Column("g", sa.Integer, sa.Computed("n * 2", persisted=True)),
        sa.Column("v", sa.Integer, sa.Computed("n + 1")),
        sa.Column("select", sa.JSON, index=True),
        sa.UniqueConstraint("n", "at", sqlite_on_conflict="REPLACE"),
        sa.CheckConstraint("n > 0 AND code <> ')'"),
        sa.CheckConstraint("n < 100", name="small"),
        sqlite_autoincrement=True,
    )
    child = sa.Table(
        "child",
        metadata,
        sa.Column("a", sa.Integer, primary_key=True),
        sa.Column("b", sa.Text, primary_key=True),
        sa.Column("p", sa.ForeignKey("Parent Table.Id", ondelete="CASCADE", name="fk_p")),
        sa.Column(
            "q", sa.Integer, sa.ForeignKey("Parent Table.Id", deferrable=True, initially="DEFERRED")
        ),
        sqlite_with_rowid=False,
    )
    sa.Index("ix_parts", child.c.a.desc(), sa.func.lower(child.c.b), child.c.b.collate("RTRIM"))
    sa.Index("ix_some", "p", unique=True, sqlite_where=child.c.p > 0)
    sa.Table(
        "strict",
        metadata,
        sa.Column("a", sa.Integer, primary_key=True, sqlite_on_conflict_primary_key="FAIL"),
        sqlite_strict=True,
    )
    return metadata


def test_create_all_leaves_nothing_to_do(connection: Connection) -> None:
    metadata = rich()
    metadata.create_all(connection)
    assert differences(connection, metadata) == ()


def test_what_was_read_becomes_sqlalchemy_and_makes_the_same(connection: Connection) -> None:
    rich().create_all(connection)
    database = SQLite(connection.dialect)
    there = database.read(connection, Scope())
    engine = sa.create_engine("sqlite://")
    with engine.connect() as other:
        objects = Objects(there, database)
        for table in there.tables():
            made = objects.table(table.key)
            other.execute(CreateTable(made))
            for index in made.indexes:
                other.execute(CreateIndex(index))
        assert database.read(other, Scope()) == there
    engine.dispose()


TYPES = [
    sa.Integer(), sa.BigInteger(), sa.SmallInteger(), sa.String(), sa.String(7), sa.Text(collation="NOCASE"),
    sa.Numeric(), sa.Numeric(8, 3), sa.Float(), sa.Double(), sa.Boolean(), sa.Date(), sa.DateTime(), sa.Time(),
    sa.JSON(), sa.LargeBinary(), sa.Uuid(), sa.Interval(), sa.Enum("x", "yy"), sa.DECIMAL(5), sa.NCHAR(3),
    sa.Unicode(4), sa.CHAR(2), sa.VARBINARY(9), sa.TIMESTAMP(), sa.REAL(), sa.BINARY(4),
]  # fmt: skip


@pytest.mark.parametrize("type_", TYPES, ids=repr)
def test_a_type_is_read_back_as_one_with_the_same_ddl(
    type_: sa.types.TypeEngine[object], database: SQLite
) -> None:
    text = database.type_text(type_)
    assert database.type_text(database.type_from_text(text, Snapshot())) == text


def test_a_registered_type_is_found_by_its_name(database: SQLite) -> None:
    class POINT(sa.types.UserDefinedType[object]):
        def get_col_spec(self, **kw: object) -> str:
            return "POINT"

    database.dialect.ischema_names = {**database.dialect.ischema_names, "POINT": POINT}
    assert isinstance(database.type_from_text("point", Snapshot()), POINT)


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("unsigned big int", OtherType),
        ("NATIVE CHARACTER(70)", OtherType),
        ("", sa.types.NullType),
        ("DOUBLE PRECISION", sa.DOUBLE_PRECISION),
        ("WIBBLE", OtherType),
        ("VARCHAR(x)", OtherType),
    ],
)
def test_a_type_that_sqlalchemy_does_not_know_is_kept_as_it_is_declared(
    text: str, type_: type[sa.types.TypeEngine[object]], database: SQLite
) -> None:
    made = database.type_from_text(text, Snapshot())
    assert isinstance(made, type_)
    if text:
        assert made.compile(dialect=database.dialect).upper() == text.upper()


def test_a_hand_written_key_equals_the_models(connection: Connection, read: Read) -> None:
    there = read("create table t (id integer primary key, n int default '0', b bool)")
    metadata = sa.MetaData()
    sa.Table(
        "t",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("n", sa.Integer, server_default=sa.text("0")),
        sa.Column("b", sa.Boolean),
    )
    assert there[table_key("", "t")]
    assert differences(connection, metadata) == ()


@pytest.mark.parametrize(
    "declared", ["id INT PRIMARY KEY NOT NULL", "id INTEGER PRIMARY KEY DESC NOT NULL"]
)
def test_a_key_that_is_no_rowid_differs_from_one_that_is(
    declared: str, connection: Connection
) -> None:
    connection.exec_driver_sql(f"CREATE TABLE t ({declared})")
    metadata = sa.MetaData()
    sa.Table("t", metadata, sa.Column("id", sa.Integer, primary_key=True))
    assert len(differences(connection, metadata)) == 1


def test_a_text_key_without_not_null_may_be_null(connection: Connection, read: Read) -> None:
    there = read("CREATE TABLE t (code TEXT PRIMARY KEY)")
    column = there[column_key("", "t", "code")]
    assert isinstance(column, Column)
    assert column.nullable


def test_a_foreign_key_without_columns_means_the_primary_key(read: Read) -> None:
    there = read(
        "CREATE TABLE c (x REFERENCES P, y REFERENCES gone)",
        "CREATE TABLE p (Id INTEGER PRIMARY KEY)",
        wants="c",
    )
    keys = [(k.target_table, k.target_columns) for k in there.each(ForeignKey)]
    assert keys == [("p", ("Id",)), ("gone", ("y",))]


def test_of_virtual_tables_only_themselves_are_read_not_their_shadows(read: Read) -> None:
    there = read(
        "CREATE VIRTUAL TABLE docs USING fts5(body)",
        "CREATE TABLE docs_mine (a)",
        "CREATE VIEW v AS SELECT 1",
    )
    assert [table.name for table in there.tables()] == ["docs_mine", "docs"]
    assert not there.parts(table_key("", "docs"))
    assert not there.gaps


def test_shadows_of_a_module_that_is_not_loaded_are_not_read(read: Read) -> None:
    there = read(
        "CREATE TABLE places_node (a)",
        "CREATE TABLE mine (a)",
        "PRAGMA writable_schema=ON",
        "INSERT INTO sqlite_master VALUES "
        "('table', 'places', 'places', 0, 'CREATE VIRTUAL TABLE places USING nowhere(a)')",
        "PRAGMA writable_schema=RESET",
    )
    assert [table.name for table in there.tables()] == ["mine"]


def test_an_attached_schema_is_read_under_its_name(connection: Connection, read: Read) -> None:
    there = read(
        "ATTACH ':memory:' AS \"o:x\"",
        'CREATE TABLE "o:x".p (id INTEGER PRIMARY KEY)',
        'CREATE TABLE "o:x".c (p REFERENCES p)',
        'CREATE INDEX "o:x".ix ON c (p)',
        schema="o:x",
    )
    assert {key.schema for key in there} == {"o:x"}
    assert there.each(ForeignKey)[0].target_schema == "o:x"


def test_columns_added_by_alter_are_read(read: Read) -> None:
    there = read(
        "CREATE TABLE t (a INT -- first\n)",
        "ALTER TABLE t ADD COLUMN b TEXT COLLATE NOCASE DEFAULT 'x' CHECK (b <> ',')",
        'ALTER TABLE t RENAME TO "t 2"',
        'ALTER TABLE "t 2" RENAME COLUMN a TO c',
    )
    assert [c.name for c in there.each(Column)] == ["c", "b"]
    assert not there.gaps


def test_reading_takes_few_statements_whatever_the_number_of_tables(
    connection: Connection, database: SQLite
) -> None:
    for number in range(300):
        connection.exec_driver_sql(f"CREATE TABLE t{number} (id INTEGER PRIMARY KEY, a UNIQUE)")
    said: list[str] = []
    sa.event.listen(
        connection.engine,
        "before_cursor_execute",
        lambda c, cu, statement, *rest: said.append(statement),
    )
    assert len(list(database.read(connection, Scope()).tables())) == 300
    assert len(said) <= 3


# ---- any models at all -----------------------------------------------------------------------------

NAMES = ["a", "b", "Cd", "select", "x y", "é", "per%cent", "co:lon", 'q"q']
CHECKS = ["{0} > 0", "{0} <> ')'", "{0} IN (1, 2)", "({0} IS NULL OR {0} LIKE 'a%')", "{0} <> ':x'"]
DEFAULTS: list[object] = [
    "0", "it's", "a:b", "", sa.text("0"), sa.text("NULL"), sa.text("CURRENT_TIMESTAMP"), sa.func.now(),
    sa.text("abs(-1)"), sa.text("(1 + 2)"), sa.text("-1"), sa.false(), sa.text("'50%'"), sa.literal(3),
]  # fmt: skip


@st.composite
def metadatas(draw: st.DrawFn) -> sa.MetaData:
    metadata = sa.MetaData()
    for name in draw(st.lists(st.sampled_from(["t", "U v", "order"]), min_size=1, unique=True)):
        _draw_table(draw, metadata, name)
    return metadata


def _draw_table(draw: st.DrawFn, metadata: sa.MetaData, name: str) -> None:
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=5, unique=True))
    keyed = draw(st.integers(1, 2))
    columns = [
        sa.Column(
            column,
            draw(st.sampled_from(TYPES)),
            primary_key=place < keyed,
            server_default=draw(st.none() | st.sampled_from(DEFAULTS)),  # type: ignore[arg-type]
            unique=draw(st.booleans()),
            index=draw(st.booleans()),
            nullable=place >= keyed and draw(st.booleans()),
        )
        for place, column in enumerate(names)
    ]
    table = sa.Table(
        name,
        metadata,
        *columns,
        sqlite_autoincrement=draw(st.booleans()),
        sqlite_with_rowid=draw(st.booleans()),
    )
    if table.dialect_options["sqlite"]["autoincrement"]:
        table.dialect_options["sqlite"]["with_rowid"] = True  # the two exclude each other
    quoted = '"' + names[-1].replace('"', '""').replace(":", "\\:") + '"'
    for check in draw(st.lists(st.sampled_from(CHECKS), max_size=3)):
        text = check.format(quoted).replace("':x'", "'\\:x'")
        table.append_constraint(
            sa.CheckConstraint(text, name=draw(st.none() | st.just(f"ck{check}")))
        )
    targets = draw(st.lists(st.sampled_from(sorted(metadata.tables)), max_size=2))
    for target in targets:
        other = metadata.tables[target].columns.values()[0]
        table.append_constraint(
            sa.ForeignKeyConstraint(
                [names[0]], [other], ondelete=draw(st.sampled_from([None, "CASCADE"]))
            )
        )
    if draw(st.booleans()):
        some = table.columns[names[0]]
        sa.Index(f"ix {name}", sa.func.lower(some), some.desc(), sqlite_where=some.is_not(None))


@settings(max_examples=200, deadline=None)
@given(metadatas())
def test_no_models_differ_from_what_they_made(metadata: sa.MetaData) -> None:
    names = [check.name for t in metadata.tables.values() for check in t.constraints if check.name]
    if len(names) != len(set(names)):
        return
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        try:
            metadata.create_all(connection)
        except sa.exc.OperationalError:  # AUTOINCREMENT of a BIGINT and the like
            return
        assert differences(connection, metadata) == ()
    engine.dispose()
