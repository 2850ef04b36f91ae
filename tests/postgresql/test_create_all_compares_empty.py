"""Whatever SQLAlchemy can say to PostgreSQL compares empty right after ``create_all()``."""

from __future__ import annotations

import enum
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.engine import Engine

from .comparing import differences, differences_after_create_all, run


class Colour(enum.Enum):
    RED = 1
    BLUE = 2


class Tags(sa.types.TypeDecorator[object]):
    impl = sa.String
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.engine.Dialect) -> sa.types.TypeEngine[object]:
        return dialect.type_descriptor(pg.ARRAY(sa.Numeric(5, 2)))


class Xid(sa.types.UserDefinedType[object]):
    cache_ok = True

    def get_col_spec(self, **kw: object) -> str:
        return "XID8"


TYPES = [
    sa.Integer(),
    sa.BigInteger(),
    sa.SmallInteger(),
    sa.Numeric(),
    sa.Numeric(10),
    sa.Numeric(10, 2),
    sa.Float(),
    sa.Float(24),
    sa.Float(25),
    sa.REAL(),
    sa.Double(),
    sa.String(),
    sa.String(10),
    sa.String(10, collation="C"),
    sa.CHAR(),
    sa.CHAR(3),
    sa.Text(collation="POSIX"),
    sa.Unicode(9),
    sa.DateTime(),
    sa.DateTime(timezone=True),
    pg.TIMESTAMP(precision=3),
    pg.TIMESTAMP(timezone=True, precision=0),
    pg.TIME(precision=2),
    pg.TIME(timezone=True),
    sa.Date(),
    sa.Time(),
    sa.Interval(),
    sa.Interval(second_precision=3),
    pg.INTERVAL(fields="DAY TO SECOND", precision=3),
    pg.INTERVAL(fields="YEAR TO MONTH"),
    sa.Boolean(),
    sa.LargeBinary(),
    sa.Uuid(),
    sa.Uuid(native_uuid=False),
    sa.JSON(),
    pg.JSONB(),
    pg.INET(),
    pg.CIDR(),
    pg.MACADDR(),
    pg.MACADDR8(),
    pg.MONEY(),
    pg.OID(),
    pg.REGCLASS(),
    pg.BIT(3),
    pg.BIT(varying=True),
    pg.BIT(5, varying=True),
    pg.TSVECTOR(),
    pg.TSQUERY(),
    pg.INT4RANGE(),
    pg.TSTZMULTIRANGE(),
    pg.ARRAY(sa.Integer),
    pg.ARRAY(sa.String(7), dimensions=2),
    pg.ARRAY(sa.Text(collation="C")),
    pg.ARRAY(pg.TIMESTAMP(precision=3)),
    sa.ARRAY(sa.Numeric(5, 1)),
    sa.Enum(Colour),
    sa.Enum("a", "it's", "100%", name="Mixed Case"),
    sa.Enum("a", "b", native_enum=False, create_constraint=True, name="ck_kind"),
    sa.Boolean(create_constraint=True, name="ck_flag"),
    pg.ARRAY(sa.Enum("p", "q", name="letter")),
    pg.DOMAIN("positive", sa.Integer, check="VALUE > 0", not_null=True),
    pg.DOMAIN("short", sa.String(9), collation="C"),
    sa.String(20).with_variant(pg.JSONB(), "postgresql"),
    Tags(),
    Xid(),
]


@pytest.mark.parametrize("type_", TYPES, ids=repr)
def test_a_type(postgresql_engine: Engine, type_: sa.types.TypeEngine[object]) -> None:
    metadata = sa.MetaData()
    sa.Table("t", metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("c", type_))
    assert differences_after_create_all(postgresql_engine, metadata) == []


def _serial(metadata: sa.MetaData) -> None:
    for type_ in (sa.SmallInteger, sa.Integer, sa.BigInteger):
        sa.Table(type_.__name__, metadata, sa.Column("Id", type_, primary_key=True))


def _identity(metadata: sa.MetaData) -> None:
    sa.Table(
        "t",
        metadata,
        sa.Column("a", sa.BigInteger, sa.Identity(always=True, start=1, increment=1)),
        sa.Column("b", sa.Integer, sa.Identity(maxvalue=2147483647, cycle=True, cache=5)),
        sa.Column("c", sa.SmallInteger, sa.Identity(start=-1, increment=-2, minvalue=-99)),
        sa.Column("d", sa.Integer, sa.Identity(start=100), primary_key=True),
    )


def _sequences(metadata: sa.MetaData) -> None:
    one = sa.Sequence("one", metadata=metadata)
    sa.Sequence("Two", metadata=metadata, start=10, increment=5, maxvalue=1000, cycle=True)
    sa.Sequence("three", metadata=metadata, data_type=sa.SmallInteger, increment=-1)
    sa.Table("t", metadata, sa.Column("a", sa.Integer, one, server_default=one.next_value()))


def _defaults(metadata: sa.MetaData) -> None:
    spoken: list[tuple[sa.types.TypeEngine[object], object]] = [
        (sa.String(9), "it's 100% :x"),
        (sa.Integer(), "0"),
        (sa.Integer(), sa.text("1 + 1")),
        (sa.Boolean(), sa.false()),
        (sa.Boolean(), "t"),
        (sa.DateTime(), sa.func.now()),
        (sa.DateTime(), sa.text("(now() at time zone 'utc')")),
        (pg.JSONB(), sa.text("'{}'")),
        (sa.Numeric(8, 2), "1.50"),
        (sa.Text(), sa.null()),
        (pg.ARRAY(sa.Integer), "{}"),
        (pg.UUID(), sa.func.gen_random_uuid()),
        (sa.Interval(), sa.text("interval '1 day'")),
        (sa.Enum("a", "b", name="ab"), "a"),
    ]
    columns = [
        sa.Column(f"c{n}", type_, server_default=default)
        for n, (type_, default) in enumerate(spoken)
    ]
    sa.Table("t", metadata, *columns)


def _computed(metadata: sa.MetaData) -> None:
    sa.Table(
        "t",
        metadata,
        sa.Column("a", sa.Integer),
        sa.Column("Name", sa.String(10)),
        sa.Column("twice", sa.Integer, sa.Computed("a * 2", persisted=True)),
        sa.Column("low", sa.Text, sa.Computed("lower(\"Name\") || '%'", persisted=True)),
    )


def _checks(metadata: sa.MetaData) -> None:
    sa.Table(
        "t",
        metadata,
        sa.Column("a", sa.Integer, sa.CheckConstraint("a between 1 and 9")),
        sa.Column("Code", sa.String(5)),
        sa.Column("d", sa.Numeric(9, 2)),
        sa.CheckConstraint("a > 0 or d < 5", name="ck_one"),
        sa.CheckConstraint("\"Code\" in ('x', 'y')"),
        sa.CheckConstraint("d >= 0"),
        sa.CheckConstraint("\"Code\" like 'a%'", name="ck_like"),
    )


def _keys(metadata: sa.MetaData) -> None:
    sa.Table(
        "p",
        metadata,
        sa.Column("a", sa.Integer),
        sa.Column("b", sa.Integer),
        sa.Column("x", sa.Integer),
        sa.PrimaryKeyConstraint("b", "a", name="pk_p", postgresql_include=["x"]),
        sa.UniqueConstraint("a", "b", deferrable=True, initially="DEFERRED"),
        sa.UniqueConstraint("x", name="uq_x", postgresql_include=["a"]),
    )
    sa.Table(
        "c",
        metadata,
        sa.Column("a", sa.Integer),
        sa.Column("b", sa.Integer),
        sa.Column("n", sa.Integer, sa.ForeignKey("p.x"), unique=True, index=True),
        sa.ForeignKeyConstraint(
            ["b", "a"], ["p.b", "p.a"], ondelete="SET NULL", onupdate="cascade", match="FULL"
        ),
        sa.ForeignKeyConstraint(["a"], ["p.x"], name="late", initially="DEFERRED", deferrable=True),
        sa.ForeignKeyConstraint(["a"], ["p.x"], name="some", ondelete="set default (a)"),
    )


def _indexes(metadata: sa.MetaData) -> None:
    t = sa.Table(
        "t",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(50)),
        sa.Column("Mixed", sa.Text),
        sa.Column("n", sa.Integer),
        sa.Column("doc", pg.JSONB),
        sa.Column("coll", sa.Text(collation="C")),
    )
    sa.Index("i1", t.c.name, unique=True, postgresql_where=sa.text("n > 3 and name <> '%'"))
    sa.Index("i2", sa.func.lower(t.c.name), t.c.n.desc(), t.c.Mixed.asc().nulls_first())
    sa.Index("i3", t.c.doc, postgresql_using="gin", postgresql_with={"fastupdate": False})
    sa.Index("i4", t.c.doc, postgresql_using="GIN", postgresql_ops={"doc": "jsonb_path_ops"})
    sa.Index("i5", t.c.name, postgresql_ops={"name": "varchar_pattern_ops"})
    sa.Index("i6", "name", "n", postgresql_ops={"n": "DESC"}, postgresql_with={"fillfactor": 70})
    sa.Index("i7", t.c.name, postgresql_include=["n", "Mixed"], postgresql_using="btree")
    sa.Index("i8", t.c.name.collate("C"), t.c.coll)
    sa.Index("i9", sa.text("n ASC NULLS FIRST"), sa.text("(n + 1) DESC"), _table=t)
    sa.Index("i10", sa.text("lower(name) text_pattern_ops"), _table=t)
    sa.Index("i11", t.c.doc["a"].astext, (t.c.n + 1) * 2)
    sa.Index("i12", sa.cast(t.c.doc["n"].astext, sa.BigInteger))
    sa.Index("i13", sa.func.to_tsvector(sa.literal_column("'english'"), t.c.name))
    sa.Index("i14", t.c.n, unique=True, postgresql_nulls_not_distinct=True)
    sa.Index(
        "i15", sa.func.lower(t.c.name).label("low"), postgresql_ops={"low": "text_pattern_ops"}
    )
    sa.Index("i16", t.c.name, postgresql_ops={"name": "text_ops"})


def _tables(metadata: sa.MetaData) -> None:
    a = sa.Column("a", sa.Integer, comment='it\'s\n100% "a"')
    sa.Table('Plain "one" 100%', metadata, a, comment="says 'so'")
    sa.Table("quick", metadata, sa.Column("a", sa.Integer), prefixes=["UNLOGGED"])
    if sa.__version__ >= "2.1":
        sa.Table("full", metadata, sa.Column("a", sa.Integer), postgresql_with={"fillfactor": 50})
    parts = sa.Column("at", sa.Date, primary_key=True)
    sa.Table("parts", metadata, parts, postgresql_partition_by="range (at)")
    sa.Table("heir", metadata, sa.Column("z", sa.Integer), postgresql_inherits="quick")


def _exclusions(metadata: sa.MetaData) -> None:
    sa.Table(
        "t",
        metadata,
        sa.Column("Room", pg.INT4RANGE),
        sa.Column("during", pg.TSRANGE),
        pg.ExcludeConstraint(("Room", "&&"), ("during", "&&"), name="ex"),
        pg.ExcludeConstraint(
            (sa.column("during"), "="), where=sa.text("not isempty(during)"), using="gist"
        ),
    )


def _use_alter(metadata: sa.MetaData) -> None:
    key = sa.ForeignKey("b.id", use_alter=True, name="fk_a_b")
    sa.Table("a", metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("b", key))
    sa.Table("b", metadata, sa.Column("id", sa.ForeignKey("a.id"), primary_key=True))


def _a_type_named_twice(metadata: sa.MetaData) -> None:
    state = pg.ENUM("on", "off", name="state", schema=metadata.schema)
    only_named = pg.ENUM(name="state", create_type=False, schema=metadata.schema)
    for name, several in (("a", (state, only_named)), ("b", (only_named, state))):
        sa.Table(name, metadata, *(sa.Column(f"c{i}", one) for i, one in enumerate(several)))


MODELS: list[Callable[[sa.MetaData], None]] = [
    _serial,
    _identity,
    _sequences,
    _defaults,
    _computed,
    _checks,
    _keys,
    _indexes,
    _tables,
    _exclusions,
    _use_alter,
    _a_type_named_twice,
]


@pytest.mark.parametrize("build", MODELS, ids=lambda build: build.__name__.strip("_"))
def test_models(postgresql_engine: Engine, build: Callable[[sa.MetaData], None]) -> None:
    metadata = sa.MetaData()
    build(metadata)
    assert differences_after_create_all(postgresql_engine, metadata) == []


@pytest.mark.parametrize("build", MODELS, ids=lambda build: build.__name__.strip("_"))
def test_models_in_another_schema(
    postgresql_engine: Engine, build: Callable[[sa.MetaData], None]
) -> None:
    run(postgresql_engine, 'CREATE SCHEMA "Other"')
    metadata = sa.MetaData(schema="Other")
    if build in (_keys, _use_alter, _tables):
        pytest.skip("its references are written for the default schema")
    build(metadata)
    with postgresql_engine.begin() as connection:
        # A text that names a type or sequence without its schema needs the path.
        connection.exec_driver_sql('SET LOCAL search_path TO public, "Other"')
        metadata.create_all(connection)
        assert differences(connection, metadata, "", "Other") == []


def test_reading_models_leaves_the_driver_its_percent_signs(postgresql_engine: Engine) -> None:
    metadata = sa.MetaData()
    _defaults(metadata)
    with postgresql_engine.connect() as connection:
        differences(connection, metadata)
    assert differences_after_create_all(postgresql_engine, metadata) == []


def test_a_named_type_inside_a_decorator_and_an_array(postgresql_engine: Engine) -> None:
    class Letters(sa.types.TypeDecorator[object]):
        impl = sa.String
        cache_ok = True

        def load_dialect_impl(self, dialect: sa.engine.Dialect) -> sa.types.TypeEngine[object]:
            return dialect.type_descriptor(pg.ARRAY(sa.Enum("x", "y", name="letter")))

    metadata = sa.MetaData()
    sa.Table("t", metadata, sa.Column("c", Letters()))
    run(postgresql_engine, "CREATE TYPE letter AS ENUM ('x', 'y')", "CREATE TABLE t (c letter[])")
    with postgresql_engine.connect() as connection:
        assert differences(connection, metadata) == []


def test_the_default_schema_written_out(postgresql_engine: Engine) -> None:
    metadata = sa.MetaData()
    sa.Table("p", metadata, sa.Column("id", sa.Integer, primary_key=True), schema="public")
    kind = sa.Enum("a", "b", name="kind", schema="public")
    key = sa.ForeignKey("public.p.id")
    sa.Table("c", metadata, sa.Column("p_id", key), sa.Column("k", kind, server_default="a"))
    assert differences_after_create_all(postgresql_engine, metadata) == []


def test_checks_as_the_server_indents_them(postgresql_engine: Engine) -> None:
    texts = (
        "(a <> 0 AND a BETWEEN -9 AND 9) AND b > 0",
        "a > 0 OR (b > 0 OR (a < 9 AND (b < 9 AND NOT (a = 1 AND b = 1))))",
        "a = 1 OR b = 2 AND (a IS NULL OR (b IS NULL AND a = 3))",
    )
    metadata = sa.MetaData()
    checks = [sa.CheckConstraint(text, name=f"ck{at}") for at, text in enumerate(texts)]
    sa.Table("t", metadata, sa.Column("a", sa.Integer), sa.Column("b", sa.Integer), *checks)
    metadata.create_all(postgresql_engine)
    reflected = sa.MetaData()
    reflected.reflect(postgresql_engine)
    with postgresql_engine.connect() as connection:
        assert differences(connection, reflected) == []
        changed = sa.CheckConstraint("a > 0 AND (b > 0 OR a < 9)", name="ck1")
        table = reflected.tables["t"]
        table.constraints -= {c for c in table.constraints if c.name == "ck1"}
        table.append_constraint(changed)
        assert len(differences(connection, reflected)) == 1
