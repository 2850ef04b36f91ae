"""Models that compare empty right after ``create_all()``, whatever the database makes of their spelling."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import mysql, sqlite
from sqlalchemy.dialects import postgresql as pg

from .case import ALL, Build, M, P, S, both, parent, table

LONG = "a_name_of_sixty_three_bytes_or_more_is_cut_by_the_server_where_it_may_be_so_long"


@dataclass(frozen=True, slots=True)
class Spelt:
    """A model, the databases it is for, and what must be there before it."""

    name: str
    databases: Sequence[str]
    build: Build
    given: tuple[str, ...] = ()


SPELT: list[Spelt] = []


def spelt(name: str, on: Sequence[str], build: Build, *given: str) -> None:
    SPELT.append(Spelt(name, (on,) if isinstance(on, str) else tuple(on), build, given))


def types(name: str, on: Sequence[str], *found: Any) -> None:
    """A table with a column of each type."""
    spelt(
        name, on, table(lambda: [sa.Column(f"c{n}", t, nullable=True) for n, t in enumerate(found)])
    )


class Spec(sa.types.UserDefinedType[object]):
    """A type in the words of the database."""

    cache_ok = True

    def __init__(self, text: str) -> None:
        self.text = text

    def get_col_spec(self, **kw: object) -> str:
        return self.text


def specs(name: str, on: Sequence[str], *texts: str) -> None:
    types(name, on, *map(Spec, texts))


def defaults(name: str, on: Sequence[str], *pairs: tuple[Any, Any]) -> None:
    """A table with a column of each type with a server default."""
    spelt(
        name,
        on,
        table(lambda: [sa.Column(f"c{n}", t, server_default=d) for n, (t, d) in enumerate(pairs)]),
    )


def checks(name: str, on: Sequence[str], *texts: str) -> None:
    spelt(
        name, on, table(lambda: [sa.CheckConstraint(t, name=f"ck{n}") for n, t in enumerate(texts)])
    )


def generated(name: str, on: Sequence[str], *pairs: tuple[Any, str]) -> None:
    spelt(
        name,
        on,
        table(
            lambda: [
                sa.Column(f"c{n}", type_, sa.Computed(text, persisted=True))
                for n, (type_, text) in enumerate(pairs)
            ]
        ),
    )


# ---- types in every spelling ---------------------------------------------------------------------

specs("numbers of PostgreSQL", P, "int", "int2", "int4", "int8", "INTEGER", "smallint", "bigint")
specs("decimals", P, "decimal", "numeric(5)", "NUMERIC(5,2)", "dec(5, 2)", "numeric (5 , 2)")
specs("negative scale", P, "numeric(5,-2)")
specs("floats", P, "float", "float4", "float8", "float(1)", "float(24)", "float(25)", "real")
specs("double", P, "double precision", "DOUBLE  PRECISION")
specs("strings", P, "char", "character", "char(3)", "bpchar", "varchar", "character varying(3)")
specs("more strings", P, "text", "name", '"char"', "national character varying(3)", "nchar(3)")
specs("times", P, "timestamp", "timestamptz", "timestamp(3)", "timestamptz(3)", "time", "timetz(2)")
specs(
    "times in words",
    P,
    "timestamp with time zone",
    "timestamp (3) without time zone",
    "TIMESTAMP(3) WITH TIME ZONE",
    "time without time zone",
    "time(2) with time zone",
)
specs(
    "intervals",
    P,
    "interval",
    "interval year",
    "interval day to second(3)",
    "interval(3)",
    "INTERVAL HOUR TO MINUTE",
    "interval second (2)",
)
specs("bits", P, "bit", "bit(1)", "bit varying", "bit varying(5)", "varbit(5)")
specs("arrays", P, "int[]", "int[3]", "int[][]", "int ARRAY", "integer ARRAY[4]", "varchar(3)[]")
specs("booleans", P, "bool", "boolean")
specs("geometry", P, "point", "line", "lseg", "box", "path", "polygon", "circle")
specs("network", P, "inet", "cidr", "macaddr", "macaddr8")
specs("documents", P, "json", "jsonb", "xml", "jsonpath", "tsvector", "tsquery")
specs("system types", P, "oid", "regclass", "regtype", "pg_lsn", "xid8", "uuid", "bytea", "money")
specs("ranges", P, "int4range", "numrange", "tstzrange", "daterange", "int4multirange")
specs("qualified types", P, "pg_catalog.int4", 'pg_catalog."varchar"', "pg_catalog.timestamptz")
specs("quoted types", P, '"int4"', '"timestamptz"', '"bool"[]')
specs("a type of a schema", P, "text")
types("types of SQLAlchemy", P, pg.INTERVAL(fields="DAY"), pg.BIT(), pg.TSVECTOR(), pg.OID())
types("an array with a collation", P, sa.ARRAY(sa.String(9, collation="C")))
types("uuid, kept as a string", ALL, sa.Uuid(native_uuid=False), sa.Uuid())
types("pickles and enums", ALL, sa.PickleType(), sa.Interval(), sa.LargeBinary(), sa.Unicode(5))
types(
    "exact and rounded", ALL, sa.Numeric(), sa.Numeric(5), sa.DECIMAL(5, 2), sa.Float(), sa.REAL()
)
types("floats with digits", ALL, sa.Float(10), sa.Float(53), sa.Double(), sa.DOUBLE_PRECISION())

specs("numbers of MariaDB", M, "int", "integer", "int4", "int8", "middleint", "bool", "boolean")
specs(
    "more numbers",
    M,
    "tinyint",
    "tinyint(1)",
    "tinyint(4)",
    "bigint unsigned",
    "int unsigned zerofill",
)
specs("decimals of MariaDB", M, "dec", "dec(5)", "fixed(5,2)", "numeric", "decimal(5,2) unsigned")
specs(
    "floats of MariaDB",
    M,
    "float",
    "float(5)",
    "float(30)",
    "float(5,2)",
    "real",
    "double precision",
)
specs("SERIAL", M, "bigint unsigned")
specs(
    "strings of MariaDB", M, "char", "character(3)", "nchar(3)", "national varchar(3)", "varchar(3)"
)
specs(
    "more strings of MariaDB", M, "character varying(3)", "char varying(3)", "long", "long varchar"
)
specs("texts by length", M, "text(10)", "text(300)", "text(70000)", "blob(10)", "blob(70000)")
specs("bytes", M, "binary", "binary(3)", "varbinary(3)", "tinyblob", "longblob")
specs("times of MariaDB", M, "datetime", "datetime(3)", "time(6)", "year", "year(4)", "date")
specs("JSON and friends", M, "json", "uuid", "inet6", "geometry", "point", "bit", "bit(7)")
specs("enums", M, "enum('a','b')", "ENUM ( 'a' , 'it''s' )", "set('a','b')", 'enum("a","b")')
specs(
    "character sets",
    M,
    "varchar(3) character set latin1",
    "varchar(3) charset ascii collate ascii_bin",
    "text collate utf8mb4_bin",
    "char(3) binary",
    "varchar(3) ascii",
    "varchar(3) unicode",
    "varchar(3) character set utf8",
    "varchar(3) byte",
)
types(
    "types of MariaDB in SQLAlchemy", M, mysql.TINYINT(1), mysql.YEAR(), mysql.BIT(), mysql.SET("a")
)
types("ENUM with quotes", M, mysql.ENUM("it's", 'say "x"', "a\\b", "100%", ""), sa.Enum("x", "y"))

specs(
    "types of SQLite",
    S,
    "INT",
    "integer",
    "UNSIGNED BIG INT",
    "VARYING CHARACTER(255)",
    "NATIVE CHARACTER (70)",
    "DOUBLE PRECISION",
    "DECIMAL(10,5)",
    "varchar ( 3 )",
    "BLOB",
    "",
    "ANY",
    '"my type"',
    "my_type(1,2)",
)
types("dates of SQLite", S, sqlite.DATETIME(), sqlite.DATE(), sqlite.TIME(), sqlite.JSON())

# ---- server defaults -----------------------------------------------------------------------------

t = sa.text
defaults(
    "texts",
    ALL,
    *(
        (sa.String(30), x)
        for x in ("a", "", " ", "it's", '"', "''", "\\", "%", "%s", ":x", "é", "日本")
    ),
)
defaults("texts of many lines", ALL, (sa.String(30), "a\nb"), (sa.String(30), "tab\there"))
defaults(
    "texts like keywords",
    ALL,
    *((sa.String(30), x) for x in ("NULL", "null", "true", "now()", "0")),
)
defaults("numbers", ALL, *((sa.Integer, x) for x in ("0", "-1", "007", "+5")))
defaults("numbers as SQL", ALL, *((sa.Integer, t(x)) for x in ("0", "-1", "(7)", "(-7)")))
defaults("decimals", ALL, *((sa.Numeric(10, 2), x) for x in ("0", "1.5", "1.50", "-0.10", "1e2")))
defaults("decimals as SQL", ALL, *((sa.Numeric(10, 2), t(x)) for x in ("0", "1.5", "1.50", "1e2")))
defaults("floats", ALL, *((sa.Float, t(x)) for x in ("0", "1.5", "0.1", "1e10")))
defaults(
    "booleans", ALL, (sa.Boolean, sa.true()), (sa.Boolean, sa.false()), (sa.Boolean, t("true"))
)
defaults("booleans as texts", P, *((sa.Boolean, x) for x in ("t", "1", "yes", "on", "FALSE")))
defaults("booleans as numbers", (S, M), (sa.Boolean, "1"), (sa.Boolean, t("0")))
defaults("NULL", ALL, (sa.Integer, t("NULL")), (sa.String(3), t("null")))
defaults("the time", ALL, (sa.DateTime, sa.func.now()), (sa.DateTime, t("CURRENT_TIMESTAMP")))
defaults(
    "the time in other words",
    M,
    *(
        (sa.DateTime, t(x))
        for x in ("now()", "current_timestamp()", "localtime", "LOCALTIMESTAMP()")
    ),
)
defaults(
    "the time with a precision",
    M,
    (mysql.DATETIME(fsp=6), t("CURRENT_TIMESTAMP(6)")),
    (mysql.DATETIME(fsp=3), t("now(3)")),
)
defaults("the date", (S, P), (sa.Date, t("CURRENT_DATE")), (sa.Time, t("CURRENT_TIME")))
defaults(
    "the time, PostgreSQL",
    P,
    *(
        (sa.DateTime, t(x))
        for x in (
            "(now() AT TIME ZONE 'utc')",
            "timezone('utc', now())",
            "LOCALTIMESTAMP",
            "CURRENT_TIMESTAMP(3)",
            "transaction_timestamp()",
            "'now'::timestamp",
            "'2020-01-01'",
            "'epoch'",
        )
    ),
)
defaults(
    "casts",
    P,
    (pg.JSONB, t("'{}'")),
    (pg.JSONB, t("'{}'::jsonb")),
    (pg.JSONB, t("'{\"a\": [1,  2]}'")),
    (sa.JSON, t("'{}'::json")),
)
defaults(
    "arrays",
    P,
    (sa.ARRAY(sa.Integer), t("'{}'")),
    (sa.ARRAY(sa.Text), t("ARRAY[]::text[]")),
    (sa.ARRAY(sa.String(9)), t("array['a','b']")),
)
defaults(
    "intervals",
    P,
    (sa.Interval, t("'1 day'")),
    (sa.Interval, t("interval '90 minutes'")),
    (sa.Interval, t("make_interval(days => 3)")),
)
defaults(
    "other types",
    P,
    (pg.UUID, t("gen_random_uuid()")),
    (pg.INET, "10.0.0.1"),
    (pg.BIT(3), t("B'101'")),
    (pg.BYTEA, t("'\\x00'")),
    (pg.MONEY, t("'1.00'")),
    (pg.TSVECTOR, t("''::tsvector")),
    (pg.INT4RANGE, t("'[1,2)'")),
)
defaults(
    "expressions",
    P,
    (sa.Integer, t("1 + 2")),
    (sa.Text, t("'a' || 'b'")),
    (sa.Text, t("CURRENT_USER")),
    (sa.Text, t("lower('A')")),
    (sa.BigInteger, t("(extract(epoch from now())*1000)::bigint")),
    (sa.Integer, t("CASE WHEN true THEN 1 ELSE 2 END")),
    (sa.Text, t("coalesce(null, 'x')")),
    (sa.Text, t("E'a\\nb'")),
    (sa.Text, t("$$it's$$")),
    (sa.Text, t("U&'\\00e9'")),
)
defaults(
    "a text for a number",
    P,
    (sa.Integer, "5"),
    (sa.BigInteger, t("'5'::bigint")),
    (sa.SmallInteger, "5"),
    (sa.Float, "1.5"),
)
defaults("a longer text than fits", P, (sa.CHAR(3), "a"), (sa.String(3), t("'abc'::text")))
spelt(
    "a sequence",
    P,
    table(
        lambda: [
            sa.Column("c", sa.Integer, server_default=t("nextval('sq')")),
            sa.Column("d", sa.BigInteger, server_default=t("nextval('\"Odd Name\"'::regclass)")),
        ]
    ),
    "CREATE SEQUENCE sq",
    'CREATE SEQUENCE "Odd Name"',
)
spelt(
    "a sequence of SQLAlchemy",
    (P, M),
    lambda metadata: sa.Table(
        "t",
        metadata,
        sa.Column(
            "id",
            sa.Integer,
            (s := sa.Sequence("sq", metadata=metadata)),
            server_default=s.next_value(),
            primary_key=True,
        ),
    ),
)
defaults(
    "expressions of MariaDB",
    M,
    (sa.Integer, t("(1 + 2)")),
    (sa.String(36), t("(uuid())")),
    (sa.String(9), t("(concat('a', 'b'))")),
    (mysql.JSON, t("'{}'")),
    (mysql.JSON, t("('[]')")),
    (mysql.JSON, t("(json_array())")),
    (sa.Text, t("'x'")),
    (sa.Text, t("('x')")),
    (sa.String(9), t("(lower('A'))")),
    (sa.Integer, t("(NULL)")),
)
defaults(
    "bytes of MariaDB",
    M,
    (mysql.BIT(3), t("b'101'")),
    (mysql.BIT(8), t("5")),
    (mysql.BINARY(2), t("'a'")),
    (mysql.VARBINARY(4), t("0x41")),
)
defaults(
    "enums of MariaDB",
    M,
    (mysql.ENUM("a", "it's"), "it's"),
    (mysql.SET("a", "b"), "a,b"),
    (mysql.ENUM("1", "2"), "2"),
)
defaults(
    "times of MariaDB",
    M,
    (sa.DateTime, "2020-01-01 00:00:00"),
    (sa.Date, "2020-1-2"),
    (sa.Time, "10:00"),
    (mysql.YEAR, "2020"),
    (mysql.TIMESTAMP, t("'2020-01-01'")),
    (mysql.TIMESTAMP, t("NULL")),
)
spelt(
    "ON UPDATE",
    M,
    table(
        lambda: [
            sa.Column(
                "c1",
                sa.TIMESTAMP,
                server_default=t("CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP"),
            ),
            sa.Column("c2", sa.DateTime, server_default=t("NULL ON UPDATE CURRENT_TIMESTAMP")),
            sa.Column(
                "c3",
                mysql.TIMESTAMP(fsp=3),
                server_default=t("now(3) on update now(3)"),
                nullable=False,
            ),
            sa.Column("c4", sa.TIMESTAMP, nullable=False),
            sa.Column("c5", sa.TIMESTAMP, nullable=True),
        ]
    ),
)
defaults(
    "expressions of SQLite",
    S,
    (sa.Integer, t("(1+2)")),
    (sa.String, t("(lower('A'))")),
    (sa.DateTime, t("(datetime('now'))")),
    (sa.String, t("(strftime('%Y', 'now'))")),
    (sa.JSON, t("(json_array())")),
    (sa.LargeBinary, t("x'00'")),
    (sa.String, t('"quoted"')),
    (sa.Integer, t("0x10")),
)

# ---- generated columns, checks, indexes ------------------------------------------------------------

generated(
    "computed",
    ALL,
    (sa.Integer, "a + b"),
    (sa.Integer, "(a) + (b)"),
    (sa.Integer, "a*b+1"),
    (sa.String(80), "upper(s)"),
)
generated(
    "computed texts",
    P,
    (sa.Text, "s || ' ' || s"),
    (sa.Text, "coalesce(s, 'it''s')"),
    (sa.Integer, "CASE WHEN a>1 THEN 1 ELSE 0 END"),
    (sa.Boolean, "a IN (1,2)"),
    (sa.Boolean, "s LIKE 'a%'"),
    (pg.TSVECTOR, "to_tsvector('english', coalesce(s,''))"),
    (sa.Numeric(10, 2), "a * 1.5"),
    (sa.Integer, "length(s)"),
)
generated(
    "computed texts of MariaDB",
    M,
    (sa.String(90), "concat(s, ' ', s)"),
    (sa.String(90), "coalesce(s, 'it''s')"),
    (sa.Integer, "case when a>1 then 1 else 0 end"),
    (sa.Boolean, "a in (1,2)"),
    (sa.Boolean, "s like 'a%'"),
    (sa.Integer, "if(a>1,1,0)"),
    (sa.Integer, "length(s)"),
)
generated(
    "computed texts of SQLite",
    S,
    (sa.Text, "s || ' ' || s"),
    (sa.Text, "coalesce(s, 'it''s')"),
    (sa.Boolean, "a IN (1,2)"),
    (sa.Boolean, "s LIKE 'a%'"),
)
CHECKS = (
    "a > 0",
    "a>=0 AND b>=0",
    "(a > 0)",
    "((a) > (b))",
    "a BETWEEN 1 AND 5",
    "a IN (1,2,3)",
    "s IN ('x','it''s')",
    "NOT (a > 5)",
    "a IS NOT NULL",
    "s <> ''",
    "s LIKE 'a%'",
    "length(s) > 3",
    "a != b",
    "a % 2 = 0",
    "a = 1 OR (b = 2 AND a < 9)",
    "coalesce(a, 0) > 0",
    "CASE WHEN a > 1 THEN b > 1 ELSE b < 1 END",
    "lower(s) = s",
    "a > -1",
    "a * 2 > 10 - b",
    "abs(a) > 1.5",
)
checks("checks", ALL, *CHECKS)
checks(
    "checks of PostgreSQL",
    P,
    "s ~ '^[a-z]+$'",
    "s ~* 'x'",
    "s SIMILAR TO 'a|b'",
    "a::text = s",
    "CAST(a AS text) = s",
    "s = ANY (ARRAY['a','b'])",
    "char_length(s) <= 5",
    "s ILIKE '%x%'",
    "position('a' in s) > 0",
    "substring(s from 1 for 2) = 'ab'",
    "extract(year from now()) > 2000",
    "(a, b) = (1, 2)",
    "a IS DISTINCT FROM b",
    "num_nonnulls(a, b) = 1",
    "s !~ 'x'",
    "a > 0 IS TRUE",
    "s COLLATE \"C\" > 'a'",
    "trim(s) <> ''",
    "s NOT IN ('a', 'b')",
    "a NOT BETWEEN 1 AND 2",
    "a & 1 = 0",
    "b <@ int4range(1, 5)",
    "'x' || s > 'a'",
    "now() > '2020-01-01'",
    "s IS NOT NULL AND s <> '' OR a IS NULL",
)
checks(
    "checks of MariaDB",
    M,
    "s REGEXP '^[a-z]+$'",
    "s RLIKE 'x'",
    "char_length(s) <= 5",
    "json_valid(s)",
    "a XOR b",
    "a <=> b",
    "s NOT IN ('a','b')",
    "a DIV 2 > 0",
    "a & 1 = 0",
    "ifnull(a, 0) > 0",
    "s > 'a' COLLATE utf8mb4_bin",
    "trim(s) <> ''",
    "cast(a as char) = s",
    "!a",
    "a && b",
    "s = binary 'x'",
    "date '2020-01-01' < '2021-01-01'",
    "a IS TRUE",
)
checks(
    "checks of SQLite",
    S,
    "s GLOB 'a*'",
    "json_valid(s)",
    "typeof(a) = 'integer'",
    "a IS b",
    "a ISNULL",
    "a NOTNULL",
    "a == b",
    '"a" > 0',
    "[a] > 0",
    "`a` > 0",
    "s NOT LIKE '%!%' ESCAPE '!'",
    "a /* a comment */ > 0",
    "CAST(a AS TEXT) = s",
)


def indexes(name: str, on: Sequence[str], *made: Any) -> None:
    spelt(
        name,
        on,
        table(lambda: [sa.Index(f"ix{n}", *_texts(e), **o) for n, (e, o) in enumerate(made)]),
    )


def _texts(elements: Iterable[str]) -> list[Any]:
    return [e if e.isidentifier() else sa.text(e) for e in elements]


indexes(
    "indexes",
    (S, P),
    (["a", "b"], {}),
    (["a DESC"], {}),
    (["lower(s)"], {}),
    (["lower(s)", "a"], {"unique": True}),
    (["(a + b)"], {}),
    (["coalesce(s, '')"], {}),
    (["s", "lower(s) DESC"], {}),
)
indexes(
    "indexes of MariaDB",
    M,
    (["a", "b"], {}),
    (["s"], {"mysql_length": 5, "mariadb_length": 5}),
    (["s", "a"], {"mysql_length": {"s": 3}, "mariadb_length": {"s": 3}}),
)
indexes(
    "indexes of PostgreSQL",
    P,
    (["a DESC NULLS LAST"], {}),
    (["a ASC NULLS FIRST"], {}),
    (["s text_pattern_ops"], {}),
    (["lower(s) text_pattern_ops"], {}),
    (["s varchar_pattern_ops DESC"], {}),
    (['s COLLATE "C"'], {}),
    (["(s || 'x')"], {}),
    (["((a))"], {}),
    (["(a::text)"], {}),
    (["to_tsvector('english', s)"], {"postgresql_using": "gin"}),
    (["int4range(a, b)"], {"postgresql_using": "gist"}),
    (["a"], {"postgresql_using": "brin", "postgresql_with": {"pages_per_range": 4}}),
    (["a"], {"postgresql_using": "HASH"}),
    (["a"], {"postgresql_where": sa.text("b > 0 AND s IN ('x','y')")}),
    (["a"], {"postgresql_where": sa.text("s = 'x'")}),
    (["a"], {"postgresql_where": sa.text("b IS NOT NULL")}),
    (["a"], {"postgresql_with": {"fillfactor": 50, "deduplicate_items": "off"}}),
    (["a"], {"postgresql_include": ["b", "s"]}),
    (["a"], {"unique": True, "postgresql_nulls_not_distinct": True}),
)
indexes(
    "indexes of SQLite",
    S,
    (["a COLLATE NOCASE"], {}),
    (["a"], {"sqlite_where": sa.text("b > 0 AND s IN ('x','y')")}),
    (["a"], {"sqlite_where": sa.text("b IS NOT NULL")}),
    (["s COLLATE RTRIM DESC"], {}),
)

# ---- names ---------------------------------------------------------------------------------------

NAMES = (
    "Mixed Case",
    "order",
    "select",
    "with%percent",
    "with:colon",
    "it's",
    "ümläut",
    "日本語",
    "a.b",
    "a-b",
    "UPPER",
    "1st",
    "$x",
    "a b  c",
    "back\\slash",
    "tab\tle",
    "(x)",
    "semi;colon",
)


def quoted(metadata: sa.MetaData) -> None:
    """Every kind of name in every place, SQLAlchemy's objects doing the quoting."""
    for number, name in enumerate(NAMES):
        own = sa.Table(
            f"{name}{number}",
            metadata,
            sa.Column("id", sa.Integer, primary_key=True),
            sa.Column(name, sa.Integer, nullable=False),
            sa.UniqueConstraint(name, name=f"uq {name}"),
        )
        sa.Index(f"ix {name}", own.c[name])
        own.append_constraint(sa.CheckConstraint(own.c[name] > 0, name=f"ck {name}{number}"))
        own.append_constraint(
            sa.ForeignKeyConstraint([own.c[name]], [own.c.id], name=f"fk {name}{number}")
        )


spelt("names of every kind", ALL, quoted)
spelt(
    "names that are cut",
    P,
    both(
        lambda metadata: sa.Table(
            "t" * 60,
            metadata,
            sa.Column("c" * 60, sa.Integer, unique=True),
            sa.Column("d" * 60, sa.Integer, sa.CheckConstraint(f"{'d' * 60} > 0")),
            sa.Column("e", sa.ForeignKey("u.id")),
            sa.Column("id", sa.Integer, primary_key=True),
        ),
        lambda metadata: sa.Table("u", metadata, sa.Column("id", sa.Integer, primary_key=True)),
    ),
)
spelt(
    "names that SQLAlchemy cuts",
    ALL,
    lambda metadata: sa.Table(
        "u",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("x" * 50, sa.Integer, index=True),
        sa.Column("y" * 50, sa.Integer, index=True, unique=True),
    ),
)


def conventional(metadata: sa.MetaData) -> None:
    metadata.naming_convention = {
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
    sa.Table(
        "a_rather_long_table_name_for_a_test",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("a_rather_long_column_name", sa.Integer, unique=True, index=True),
        sa.Column(
            "another_rather_long_column_name", sa.Boolean(create_constraint=True, name="flag")
        ),
        sa.Column("parent", sa.ForeignKey("a_rather_long_table_name_for_a_test.id")),
        sa.UniqueConstraint("a_rather_long_column_name", "another_rather_long_column_name"),
        sa.CheckConstraint("parent > 0", name="positive"),
    )


spelt("a naming convention", ALL, conventional)
spelt(
    "nothing has a name",
    ALL,
    both(
        parent("p"),
        table(
            lambda: [
                sa.UniqueConstraint("a"),
                sa.UniqueConstraint("b", "a"),
                sa.UniqueConstraint("a", "b"),
                sa.CheckConstraint("a > 0"),
                sa.CheckConstraint("a > b"),
                sa.CheckConstraint("s <> ''"),
                sa.ForeignKeyConstraint(["a"], ["p.x"]),
                sa.ForeignKeyConstraint(["b"], ["p.x"]),
                sa.ForeignKeyConstraint(["a", "b"], ["p.x", "p.y"]),
            ]
        ),
    ),
)

# ---- tables and schemas ----------------------------------------------------------------------------


def cycle(metadata: sa.MetaData) -> None:
    sa.Table(
        "a",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("b", sa.ForeignKey("b.id", name="fk_b", use_alter=True)),
    )
    sa.Table(
        "b",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("a", sa.ForeignKey("a.id", name="fk_a")),
        sa.Column("own", sa.ForeignKey("b.id", name="fk_own")),
    )


spelt("tables that refer to each other", ALL, cycle)
spelt("no columns", P, lambda metadata: sa.Table("t", metadata))
spelt(
    "no key",
    ALL,
    lambda metadata: sa.Table(
        "t", metadata, sa.Column("a", sa.Integer), sa.Column("b", sa.String(9), unique=True)
    ),
)
spelt(
    "a key of texts",
    ALL,
    lambda metadata: sa.Table(
        "t",
        metadata,
        sa.Column("a", sa.String(9), primary_key=True),
        sa.Column("b", sa.String(9), primary_key=True),
    ),
)
spelt(
    "a key that counts, in second place",
    M,
    lambda metadata: sa.Table(
        "t",
        metadata,
        sa.Column("a", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("b", sa.Integer, primary_key=True, autoincrement=True),
        sa.Index("ix", "b"),
    ),
)
spelt(
    "options of SQLite",
    S,
    lambda metadata: sa.Table(
        "t",
        metadata,
        sa.Column("a", sa.Integer, primary_key=True),
        sqlite_with_rowid=False,
        sqlite_strict=True,
    ),
)
spelt(
    "autoincrement of SQLite",
    S,
    lambda metadata: sa.Table(
        "t", metadata, sa.Column("a", sa.Integer, primary_key=True), sqlite_autoincrement=True
    ),
)
spelt(
    "options of MariaDB",
    M,
    table(
        list,
        **{
            f"{d}_{n}": v
            for d in ("mysql", "mariadb")
            for n, v in {
                "engine": "innodb",
                "charset": "utf8",
                "collate": "utf8_bin",
                "row_format": "dynamic",
                "auto_increment": "100",
                "comment": "x",
            }.items()
        },
    ),
)
spelt(
    "engines of MariaDB",
    M,
    table(
        list,
        mysql_engine="myisam",
        mariadb_engine="MyISAM",
        mysql_pack_keys="1",
        mariadb_pack_keys="1",
    ),
)
spelt(
    "partitions of MariaDB",
    M,
    table(
        list,
        mysql_partition_by="HASH(id)",
        mysql_partitions="4",
        mariadb_partition_by="HASH(id)",
        mariadb_partitions="4",
    ),
)
spelt(
    "partitions",
    P,
    lambda metadata: sa.Table(
        "t",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", sa.Date, primary_key=True),
        sa.Index("ix", "at"),
        postgresql_partition_by="range (at)",
    ),
)
spelt(
    "a schema that has partitions",
    P,
    table(),
    "CREATE TABLE IF NOT EXISTS part (a int) PARTITION BY LIST (a)",
    "CREATE TABLE part_1 PARTITION OF part FOR VALUES IN (1)",
    "DROP TABLE part",
)
spelt(
    "several schemas",
    P,
    both(
        *(
            lambda metadata, s=s: sa.Table(
                "t",
                metadata,
                sa.Column("id", sa.Integer, primary_key=True),
                sa.Column("m", sa.Enum("a", "b", name="mood", schema=s)),
                sa.Column("r", sa.ForeignKey("public.t.id")),
                schema=s,
            )
            for s in ("one", "public", "Two Words")
        )
    ),
)
spelt(
    "a schema for everything",
    P,
    lambda metadata: (
        setattr(metadata, "schema", "one"),
        sa.Table(
            "t",
            metadata,
            sa.Column("id", sa.Integer, primary_key=True),
            sa.Column("m", sa.Enum("a", name="mood")),
            sa.Column("d", pg.DOMAIN("dd", sa.Text)),
            sa.Column("r", sa.ForeignKey("one.t.id")),
        ),
        sa.Sequence("sq", metadata=metadata),
    ),
)
spelt(
    "identity in every manner",
    P,
    table(
        lambda: [
            sa.Column(
                "c1",
                sa.SmallInteger,
                sa.Identity(start=1, increment=1, minvalue=1, maxvalue=32767, cycle=False, cache=1),
            ),
            sa.Column("c2", sa.Integer, sa.Identity(always=True, start=-1, increment=-1)),
            sa.Column("c3", sa.BigInteger, sa.Identity(nominvalue=True, nomaxvalue=True)),
            sa.Column("c4", sa.Integer, sa.Identity(minvalue=0, start=5, maxvalue=10, cycle=True)),
        ]
    ),
)
spelt(
    "SERIAL in every size",
    P,
    both(
        *(
            lambda metadata, n=n, t=t: sa.Table(
                f"t{n}", metadata, sa.Column("id", t, primary_key=True)
            )
            for n, t in enumerate((sa.Integer, sa.SmallInteger, sa.BigInteger))
        )
    ),
)
spelt(
    "sequences",
    (P, M),
    both(
        *(
            lambda metadata, n=n, o=o: sa.Sequence(f"s{n}", metadata=metadata, **o)
            for n, o in enumerate(
                (
                    {},
                    {"start": 1},
                    {"increment": 2},
                    {"increment": -1, "start": -1},
                    {"minvalue": 0, "start": 0},
                    {"maxvalue": 99, "cycle": True},
                    {"cache": 1},
                )
            )
        )
    ),
)
spelt(
    "deferrable in every manner",
    (P,),
    both(
        parent("p"),
        table(
            lambda: [
                sa.UniqueConstraint("a", name="u1", deferrable=True),
                sa.UniqueConstraint("b", name="u2", deferrable=True, initially="IMMEDIATE"),
                sa.UniqueConstraint("a", "b", name="u3", initially="deferred", deferrable=True),
                sa.ForeignKeyConstraint(["a"], ["p.x"], name="f1", initially="DEFERRED"),
                sa.ForeignKeyConstraint(
                    ["b"],
                    ["p.x"],
                    name="f2",
                    deferrable=False,
                    match="simple",
                    ondelete="no action",
                    onupdate="restrict",
                ),
            ]
        ),
    ),
)
spelt(
    "actions in small letters",
    ALL,
    both(
        parent("p"),
        table(
            lambda: [
                sa.ForeignKeyConstraint(
                    ["a"], ["p.x"], name="f1", ondelete="cascade", onupdate="cascade"
                ),
                sa.ForeignKeyConstraint(
                    ["b"], ["p.x"], name="f2", ondelete="restrict", onupdate="no action"
                ),
            ]
        ),
    ),
)
spelt(
    "domains over domains",
    P,
    lambda metadata: sa.Table(
        "t",
        metadata,
        sa.Column(
            "a",
            (
                base := pg.DOMAIN(
                    "base",
                    sa.String(50),
                    check="VALUE <> ''",
                    not_null=True,
                    default="x",
                    collation="C",
                )
            ),
        ),
        sa.Column("b", pg.DOMAIN("upon", base, check=sa.text("length(VALUE) > 3"))),
    ),
)
spelt(
    "comments",
    (P, M),
    table(
        lambda: [
            sa.Column("c", sa.Integer, comment='it\'s "100%" \\ :x\né'),
            sa.Column("d", sa.Integer, comment=""),
        ],
        comment="",
    ),
)
spelt(
    "comments of constraints",
    P,
    table(
        lambda: [
            sa.UniqueConstraint("a", name="u", comment="it's"),
            sa.CheckConstraint("a > 0", name="c", comment="why"),
        ]
    ),
)
spelt(
    "enums of every kind",
    ALL,
    table(
        lambda: [
            sa.Column("c1", sa.Enum("a", "it's", "x\\y", "100%", name="e1")),
            sa.Column("c2", sa.Enum("a", "b", name="e2", native_enum=False)),
            sa.Column(
                "c3", sa.Enum("a", "b", name="e3", native_enum=False, create_constraint=True)
            ),
            sa.Column("c4", sa.Boolean(create_constraint=True, name="bb")),
            sa.Column("c5", sa.Enum("Ä", "日", name="Mixed E"), server_default="Ä"),
        ]
    ),
)
spelt(
    "exclusions",
    P,
    table(
        lambda: [
            sa.Column("r", pg.TSTZRANGE),
            pg.ExcludeConstraint(
                (sa.column("a"), "="),
                ("r", "&&"),
                name="ex",
                using="gist",
                where=sa.text("a > 0 AND s IN ('x', 'y')"),
            ),
            pg.ExcludeConstraint(
                (sa.text("int4range(a, b)"), "&&"),
                name="ex2",
                deferrable=True,
                initially="DEFERRED",
            ),
            pg.ExcludeConstraint(
                ("s", "="), name="ex3", using="btree", ops={"s": "text_pattern_ops"}
            ),
        ]
    ),
    "CREATE EXTENSION IF NOT EXISTS btree_gist",
)
