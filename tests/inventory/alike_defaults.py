"""Server defaults in every spelling."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import mysql
from sqlalchemy.dialects import postgresql as pg

from .alike import defaults, spelt
from .case import ALL, M, P, S, table

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
