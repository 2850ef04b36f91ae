"""Statements of SQLite, written by hand in every manner."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from .alike import Spec, spelt
from .by_hand import a, b, defaulted, made, own, typed
from .case import S, both

t = sa.text

for number, statement in enumerate(
    (
        "CREATE TABLE t(id INTEGER PRIMARY KEY,a INTEGER,b VARCHAR(20))",
        "create table t(id integer primary key,a int,b varchar ( 20 ))",
        "CREATE TABLE `t`(`id` INTEGER PRIMARY KEY,`a` INTEGER,`b` VARCHAR(20))",
        "CREATE TABLE [t]([id] INTEGER PRIMARY KEY,[a] INTEGER,[b] VARCHAR(20))",
        "CREATE TABLE 't'('id' INTEGER PRIMARY KEY,'a' INTEGER,'b' VARCHAR(20))",
        "CREATE TABLE t(id INTEGER PRIMARY KEY, -- a key, (odd\n a INTEGER /* , c TEXT */, b VARCHAR(20))",
        "CREATE TABLE IF NOT EXISTS main . t ( id INTEGER PRIMARY KEY ASC , a INTEGER NULL , b VARCHAR(20))",
        "CREATE TABLE t(id INTEGER CONSTRAINT pk PRIMARY KEY,a INTEGER CONSTRAINT n NULL,b VARCHAR(20))",
        "CREATE TABLE t(id INTEGER, a INTEGER, b VARCHAR(20), PRIMARY KEY(id ASC))",
        "CREATE TABLE t(b VARCHAR(20), a INTEGER, id INTEGER PRIMARY KEY ON CONFLICT ABORT)",
        "CREATE TABLE t(id INTEGER PRIMARY KEY, a INTEGER DEFAULT NULL, b VARCHAR(20) DEFAULT (NULL))",
        "CREATE TABLE t(id INTEGER PRIMARY KEY, a INT, b VARCHAR(20) COLLATE binary)",
    ),
    1,
):
    made(f"a table by hand, {number}", S, statement, a, b)

WORDS = (
    "check",
    "default",
    "primary",
    "constraint",
    "references",
    "key",
    "generated",
    "always",
    "unique",
)
made(
    "keywords as names",
    S,
    f"CREATE TABLE t(id INTEGER PRIMARY KEY, {', '.join(f'[{word}] TEXT' for word in WORDS)})",
    *(lambda word=word: sa.Column(word, sa.Text) for word in WORDS),
)
made(
    "no type, and no type said",
    S,
    "CREATE TABLE t(id INTEGER PRIMARY KEY, generated, always, hidden, g AS (id + 1))",
    *(lambda n=n: sa.Column(n, sa.types.NullType()) for n in ("generated", "always", "hidden")),
    lambda: sa.Column("g", sa.types.NullType(), sa.Computed("id + 1")),
)
typed(
    "types of SQLite by hand",
    S,
    ("DOUBLE PRECISION", sa.DOUBLE_PRECISION()),
    ("decimal ( 10 , 5 )", sa.DECIMAL(10, 5)),
    ("numeric", sa.Numeric()),
    ("BLOB", sa.LargeBinary(50)),
    ("DATETIME", sa.DateTime(timezone=True)),
    ("DATETIME", sa.Interval()),
    ("CHAR(32)", sa.Uuid()),
    ("json", sqlite.JSON()),
    ("bool", sa.Boolean()),
    ("VARCHAR(5)", sa.Enum("aaaaa", "b", native_enum=False)),
    ("VARCHAR(9) COLLATE 'nocase'", sa.String(9, collation="NOCASE")),
    ("VARCHAR(9) NULL COLLATE RTRIM", sa.String(9, collation="RTRIM")),
    *(
        (said, Spec(said))
        for said in (
            "VARCHAR(10, 2)",
            "UNSIGNED BIG INT",
            "LONG INTEGER (5)",
            "FLOAT(+3, -2)",
            "INT UNSIGNED",
            "TIMESTAMP WITH TIME ZONE",
            "GENERATED",
        )
    ),
)
defaulted(
    "defaults of SQLite by hand",
    S,
    ("INTEGER DEFAULT '0'", sa.Integer(), t("0")),
    ("INTEGER DEFAULT +5", sa.Integer(), "5"),
    ("INTEGER DEFAULT - 5", sa.Integer(), t("-5")),
    ("INTEGER DEFAULT ((5))", sa.Integer(), t("5")),
    ("INTEGER DEFAULT 0X1F", sa.Integer(), t("0x1f")),
    ("BLOB DEFAULT x'ab'", sa.LargeBinary(), t("X'AB'")),
    ("BOOLEAN DEFAULT TRUE", sa.Boolean(), sa.true()),
    ("BOOLEAN DEFAULT '0'", sa.Boolean(), sa.false()),
    ("DATETIME DEFAULT (CURRENT_TIMESTAMP)", sa.DateTime(), sa.func.now()),
    ("VARCHAR DEFAULT word", sa.String(), "word"),
    ('VARCHAR DEFAULT "dq"', sa.String(), "dq"),
    ("NUMERIC(10, 2) DEFAULT 1.50", sa.Numeric(10, 2), "1.5"),
    ("FLOAT DEFAULT .5", sa.Float(), t("0.5")),
    ("DATETIME DEFAULT (datetime( 'now' ))", sa.DateTime(), t("(DATETIME('now'))")),
    ("INTEGER DEFAULT (/* one */ 1)", sa.Integer(), t("1")),
    ("VARCHAR DEFAULT 'a--b'", sa.String(), "a--b"),
    ("BIGINT DEFAULT 9223372036854775807", sa.BigInteger(), t("9223372036854775807")),
    ("BIGINT DEFAULT (abs(random()) % 10)", sa.BigInteger(), t("(abs(random())%10)")),
)
made(
    "generated columns by hand",
    S,
    "CREATE TABLE t(id INTEGER PRIMARY KEY, a INTEGER, g1 INTEGER AS (a*2), g2 INTEGER generated "
    "always as (a * 2 /* , ) */) stored, g3 INTEGER NOT NULL CONSTRAINT g GENERATED ALWAYS AS ([a]*2))",
    a,
    lambda: sa.Column("g1", sa.Integer, sa.Computed("a * 2")),
    lambda: sa.Column("g2", sa.Integer, sa.Computed("a * 2", persisted=True)),
    lambda: sa.Column("g3", sa.Integer, sa.Computed("a * 2"), nullable=False),
)
REFERENCES = (
    ("REFERENCES t", {}),
    ("references T (ID)", {}),
    (
        "REFERENCES t ON UPDATE CASCADE ON DELETE SET NULL",
        {"ondelete": "SET NULL", "onupdate": "CASCADE"},
    ),
    ("REFERENCES t(id) DEFERRABLE INITIALLY IMMEDIATE", {"deferrable": True}),
    ("REFERENCES t(id) NOT DEFERRABLE INITIALLY DEFERRED", {}),
    ("REFERENCES t(id) ON DELETE NO ACTION MATCH simple", {}),
    (
        "REFERENCES t(id) ON DELETE CASCADE MATCH FULL DEFERRABLE",
        {"ondelete": "CASCADE", "match": "FULL", "deferrable": True},
    ),
    ("REFERENCES t(id) ON DELETE CASCADE ON DELETE RESTRICT NOT NULL", {"ondelete": "RESTRICT"}),
    ("CONSTRAINT fk REFERENCES t(id)", {"name": "fk"}),
)
made(
    "foreign keys by hand",
    S,
    "CREATE TABLE t(id INTEGER PRIMARY KEY"
    + "".join(f", c{n} INTEGER {said}" for n, (said, _) in enumerate(REFERENCES))
    + ")",
    *(
        lambda n=n, said=said, words=words: sa.Column(
            f"c{n}", sa.ForeignKey("t.id", **words), nullable="NOT NULL" not in said
        )
        for n, (said, words) in enumerate(REFERENCES)
    ),
)
made(
    "constraints by hand",
    S,
    "CREATE TABLE t(id INTEGER PRIMARY KEY, a INTEGER UNIQUE CHECK(a>0) CONSTRAINT c2 CHECK((a) < 9), "
    "b VARCHAR(20) CONSTRAINT ub UNIQUE ON CONFLICT IGNORE CHECK(b NOT LIKE '%)(%'), "
    'UNIQUE(a, b) CONSTRAINT x CONSTRAINT c3 CHECK("a" <> 5 -- five\n), CHECK(a>0))',
    a,
    b,
    lambda: sa.UniqueConstraint("a"),
    lambda: sa.UniqueConstraint("a", "b"),
    lambda: sa.UniqueConstraint("b", name="ub", sqlite_on_conflict="IGNORE"),
    lambda: sa.CheckConstraint("a > 0"),
    lambda: sa.CheckConstraint("a > 0"),
    lambda: sa.CheckConstraint("(a) < 9", name="c2"),
    lambda: sa.CheckConstraint("b NOT LIKE '%)(%'"),
    lambda: sa.CheckConstraint("a != 5", name="c3"),
)
spelt(
    "indexes by hand",
    S,
    own(
        a,
        b,
        lambda: sa.Index("i1", "a"),
        lambda: sa.Index("i2", t("b COLLATE NOCASE DESC"), "a", unique=True),
        lambda: sa.Index("i3", t("lower(b)"), t("(a + 1)")),
        lambda: sa.Index("i4", "a", sqlite_where=t("b IN ('x', 'y') AND a IS NOT NULL")),
        lambda: sa.Index("i5", t("CASE WHEN a > 0 THEN b END")),
    ),
    "CREATE TABLE t(id INTEGER PRIMARY KEY, a INTEGER, b VARCHAR(20))",
    "create index if not exists main.i1 on T ( A asc )",
    "CREATE UNIQUE INDEX [i2] ON [t](b collate nocase desc, 'a' /* c */)",
    'CREATE INDEX i3 ON t( LOWER ( "b" ) , a+1 -- one\n)',
    "CREATE INDEX i4 ON t(a) WHERE (b in ('x','y') and a IS NOT NULL)",
    "CREATE INDEX i5 ON t(case when a>0 then b end)",
)
spelt(
    "what ALTER TABLE leaves",
    S,
    own(
        a,
        lambda: sa.Column("b", sa.Text(collation="NOCASE"), server_default="x", nullable=False),
        lambda: sa.Column("c", sa.ForeignKey("t.id")),
        lambda: sa.CheckConstraint("a > 0"),
        lambda: sa.Column("g", sa.Integer, sa.Computed("a + 1")),
        lambda: sa.Index("ix", "a", sqlite_where=t("a > 1")),
    ),
    "CREATE TABLE old(id INTEGER, x INTEGER CHECK(x>0), g INTEGER AS (x+1), gone, PRIMARY KEY(id) -- key\n)",
    "CREATE INDEX ix ON old(x) WHERE x>1",
    "ALTER TABLE old RENAME TO t",
    "ALTER TABLE t RENAME COLUMN x TO a",
    "ALTER TABLE t ADD b TEXT DEFAULT 'x' NOT NULL COLLATE NOCASE",
    "ALTER TABLE t ADD COLUMN c INTEGER REFERENCES t(id)",
    "ALTER TABLE t DROP COLUMN gone",
)
spelt(
    "what stands around tables",
    S,
    both(own(a, lambda: sa.Index("ix", "a")), own(name="u", schema="aux")),
    "ATTACH ':memory:' AS aux",
    "CREATE TABLE aux.u(id INTEGER PRIMARY KEY)",
    "CREATE TABLE aux.other(id INTEGER PRIMARY KEY)",
    "CREATE TABLE t(id INTEGER PRIMARY KEY, a INTEGER)",
    "CREATE INDEX ix ON t(a)",
    "CREATE VIEW v AS SELECT * FROM t",
    "CREATE TRIGGER tr AFTER INSERT ON t BEGIN SELECT 1; END",
    "CREATE TEMP TABLE tt(x)",
    "INSERT INTO t VALUES (1, 2)",
    "ANALYZE",
)
spelt(
    "a foreign key into a table that is not in the models",
    S,
    own(lambda: sa.Column("q_id", sa.ForeignKey("q.id"))),
    "CREATE TABLE t(id INTEGER PRIMARY KEY, q_id INTEGER REFERENCES q(id))",
)
made(
    "brackets by hand",
    S,
    "CREATE TABLE t(id INTEGER PRIMARY KEY, a INTEGER, b VARCHAR(20), g INTEGER AS ((a * 2) + 1), "
    "d INTEGER DEFAULT ((1) + 2), CHECK ((a > 0) AND ((b IS NULL) OR (length(b) > 2))))",
    a,
    b,
    lambda: sa.Column("g", sa.Integer, sa.Computed("a * 2 + 1")),
    lambda: sa.CheckConstraint("a > 0 AND (b IS NULL OR length(b) > 2)"),
    lambda: sa.Column("d", sa.Integer, server_default=t("(1 + 2)")),
)
