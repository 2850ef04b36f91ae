"""Generated columns, checks and indexes in every spelling."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from .alike import checks, generated, indexes, spelt
from .case import ALL, M, P, S, table

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


def expressions(metadata: sa.MetaData) -> None:
    """Checks in SQLAlchemy's own words."""
    own = table()(metadata)
    assert isinstance(own, sa.Table)
    a, b, s = own.c.a, own.c.b, own.c.s
    for number, said in enumerate(
        (
            a.is_distinct_from(b),
            sa.case((a > 1, b > 1), else_=b < 1),
            ~a.between(1, 5),
            s.like("a!%", escape="!"),
            s.contains("y", autoescape=True),
            sa.not_(sa.and_(a > 0, sa.or_(b > 1, s == "it's"))),
            sa.func.coalesce(a, 0) + sa.func.coalesce(b, 0) == 1,
            sa.cast(a, sa.String(10)) == "1",
            sa.tuple_(a, b) != sa.tuple_(1, 2),
            a % 2 == 0,
            s.not_in([":x", "100%", '"', "a\nb"]),
        )
    ):
        own.append_constraint(sa.CheckConstraint(said, name=f"ck{number}"))


spelt("checks of SQLAlchemy", ALL, expressions)
checks("checks that name the table", M, "t.a > 0", "`t`.`a` > 0 or t.b = 1", "t.s <> 't.a'")

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
