"""What only PostgreSQL has, or does by itself: made by ``create_all()``, or by statements that say the same."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.schema import SchemaItem

from .alike import Spec, spelt
from .case import P, bare, both, column, table

# ---- types with names ----------------------------------------------------------------------------

spelt(
    "a domain whose name goes to NOT NULL, not to CHECK",
    P,
    column(
        lambda: pg.DOMAIN(
            "d", sa.String(9), check="length(VALUE) > 0", not_null=True, constraint_name="ck"
        )
    ),
)
spelt(
    "a domain with a name that is cut",
    P,
    column(pg.DOMAIN("d" * 70, sa.Integer, check="VALUE > 0")),
)
spelt(
    "a domain known by another class",
    P,
    column(Spec("d")),
    "CREATE DOMAIN d AS int CHECK (VALUE > 0)",
)
spelt("an enum known by another class", P, column(Spec("mood[]")), "CREATE TYPE mood AS ENUM ('a')")

# ---- names ---------------------------------------------------------------------------------------


def unquoted(metadata: sa.MetaData) -> None:
    """Names that their author keeps from being quoted, which the server folds."""
    name = sa.quoted_name("MyT", quote=False)
    sa.Table(
        name,
        metadata,
        sa.Column("Id", sa.Integer, primary_key=True, quote=False),
        sa.Column(sa.quoted_name("C", quote=False), sa.Integer, unique=True),
        sa.UniqueConstraint("Id", "C", name=sa.quoted_name("MyUq", quote=False)),
        sa.Index(sa.quoted_name("MyIx", quote=False), "C"),
    )


spelt("names that nobody quotes", P, unquoted)

# ---- tables --------------------------------------------------------------------------------------

spelt("a temporary table", P, both(table(), lambda m: sa.Table("x", m, prefixes=["TEMPORARY"])))
spelt("a constant indexed", P, table(lambda: [sa.Index("one", sa.text("(true)"), unique=True)]))


def counting(type_: object) -> list[SchemaItem]:
    return [sa.Column("id", type_, primary_key=True, autoincrement=True)]  # type: ignore[call-overload]


spelt("SERIAL in the place of a number", P, bare(lambda: counting(sa.Numeric(10, 0))))

# ---- what counts ---------------------------------------------------------------------------------


def asks(metadata: sa.MetaData) -> None:
    """Keys for which SQLAlchemy asks a sequence, and one whose default does."""
    own = sa.Sequence("t_id_seq", metadata=metadata)
    sa.Table("t", metadata, sa.Column("id", sa.Integer, own, primary_key=True))
    other = sa.Sequence("u_id_seq", metadata=metadata)
    server_default = other.next_value()
    sa.Table(
        "u", metadata, sa.Column("id", sa.Integer, server_default=server_default, primary_key=True)
    )


counter = bare(lambda: [sa.Column("id", sa.Integer, primary_key=True)])
spelt("keys that ask a sequence", P, asks)
spelt(
    "keys that ask a sequence, made as SERIAL",
    P,
    asks,
    "CREATE TABLE t (id serial PRIMARY KEY)",
    "CREATE TABLE u (id serial PRIMARY KEY)",
)
spelt(
    "SERIAL with a sequence that belongs to nobody",
    P,
    counter,
    "CREATE SEQUENCE t_id_seq",
    "CREATE TABLE t (id int DEFAULT nextval('t_id_seq') PRIMARY KEY)",
)
spelt(
    "the default of SERIAL, written out",
    P,
    bare(
        lambda: [
            sa.Column("id", sa.Integer, server_default=sa.text("nextval('t_id_seq'::regclass)"))
        ]
    ),
    "CREATE TABLE t (id serial)",
    "ALTER TABLE t ALTER id DROP NOT NULL",
)
spelt(
    "a sequence that belongs to a column",
    P,
    both(bare(lambda: [sa.Column("n", sa.Integer)]), lambda m: sa.Sequence("s", metadata=m)),
    "CREATE TABLE t (n int)",
    "CREATE SEQUENCE s OWNED BY t.n",
)

# ---- tables that something else keeps ------------------------------------------------------------

KEPT = {
    "a partition": "CREATE TABLE t PARTITION OF p FOR VALUES IN (1)",
    "a view": "CREATE VIEW t AS SELECT 1 AS a",
    "a materialized view": "CREATE MATERIALIZED VIEW t AS SELECT 1 AS a",
    "a table of an extension": "CREATE EXTENSION citext; CREATE TABLE t (a int);"
    " ALTER EXTENSION citext ADD TABLE t",
}


def parent_of_a_partition(metadata: sa.MetaData) -> None:
    sa.Table("p", metadata, sa.Column("a", sa.Integer), postgresql_partition_by="LIST (a)")


kept = both(
    parent_of_a_partition,
    bare(lambda: [sa.Column("a", sa.Integer), sa.Column("b", sa.Integer, index=True)]),
)
for kind, made in KEPT.items():
    spelt(f"the model of {kind}", P, kept, "CREATE TABLE p (a int) PARTITION BY LIST (a)", made)

spelt(
    "a child that repeats what it inherits",
    P,
    both(
        bare(lambda: [sa.Column("a", sa.Integer), sa.CheckConstraint("a > 0", name="ck")]),
        lambda m: sa.Table(
            "child",
            m,
            sa.Column("a", sa.Integer),
            sa.Column("b", sa.Integer),
            sa.CheckConstraint("a > 0", name="ck"),
            postgresql_inherits="t",
        ),
    ),
    "CREATE TABLE t (a int, CONSTRAINT ck CHECK (a > 0))",
    "CREATE TABLE child (b int) INHERITS (t)",
)

for key in (
    'RANGE ("a", b)',
    "list (a)",
    "HASH(a,  s)",
    "RANGE (date_trunc('day', at))",
    "LIST ((at::date))",
    "LIST (lower(s))",
    'LIST (s COLLATE "C" text_pattern_ops)',
):
    spelt(
        f"partitioned by {key}",
        P,
        bare(
            lambda: [
                sa.Column("a", sa.Integer),
                sa.Column("b", sa.Integer),
                sa.Column("s", sa.String(9)),
                sa.Column("at", sa.DateTime),
            ],
            postgresql_partition_by=key,
        ),
    )

# ---- schemas -------------------------------------------------------------------------------------

spelt(
    "types that search_path finds elsewhere",
    P,
    table(
        lambda: [
            sa.Column("c", sa.Enum("a", "b", name="mood"), server_default="a"),
            sa.Column("d", sa.ARRAY(pg.DOMAIN("code", sa.Integer, check="VALUE > 0"))),
        ]
    ),
    'CREATE SCHEMA "Other"',
    "CREATE TYPE \"Other\".mood AS ENUM ('a', 'b')",
    'CREATE DOMAIN "Other".code AS int CHECK (VALUE > 0)',
    'SET search_path TO public, "Other"',
)
spelt(
    "pg_catalog in front of the path",
    P,
    table(schema="public"),
    "SET search_path TO pg_catalog, public",
)
spelt("all names quoted", P, counter, "SET quote_all_identifiers TO on")

# ---- defaults ------------------------------------------------------------------------------------

CONSTANTS = (
    ("bigint DEFAULT 0", sa.BigInteger, "0"),
    ("smallint DEFAULT -1", sa.SmallInteger, "-1"),
    ("double precision DEFAULT 1.5", sa.Double, "1.5"),
    ("numeric(5,2) DEFAULT 0.0", sa.Numeric(5, 2), "0"),
    ("varchar(5) DEFAULT 'it''s'::text", sa.String(5), "it's"),
    ("text COLLATE \"C\" DEFAULT 'x'::varchar", sa.Text(collation="C"), "x"),
    ("text[] DEFAULT ARRAY[]::text[]", sa.ARRAY(sa.Text), "{}"),
    ("jsonb DEFAULT '{}'::json", pg.JSONB, "{}"),
    ("timestamp DEFAULT '2020-01-01'::date", sa.DateTime, "2020-01-01 00:00:00"),
    ("boolean DEFAULT NULL::boolean", sa.Boolean, sa.text("NULL")),
)
spelt(
    "constants in other words",
    P,
    bare(
        lambda: [sa.Column(f"c{n}", t, server_default=d) for n, (_, t, d) in enumerate(CONSTANTS)]
    ),
    f"CREATE TABLE t ({', '.join(f'c{n} {said}' for n, (said, *_) in enumerate(CONSTANTS))})",
)
left = sa.FetchedValue
spelt(
    "a default that is left to the database",
    P,
    bare(
        lambda: [
            sa.Column("a", sa.Integer, left(), primary_key=True),
            sa.Column("b", sa.Integer, left(), nullable=False),
            sa.Column("c", sa.Integer, left()),
            sa.Column("d", sa.Integer, left()),
        ]
    ),
    "CREATE TABLE t (a serial PRIMARY KEY, b int GENERATED ALWAYS AS IDENTITY,"
    " c int GENERATED ALWAYS AS (a * 2) STORED, d int DEFAULT 5)",
)

# ---- indexes ---------------------------------------------------------------------------------------

spelt(
    "the WHERE of an index that was made of the catalogue's own words",
    P,
    bare(
        lambda: [
            sa.Column("a", sa.String(9)),
            sa.Index("ix", "a", postgresql_where=sa.text("a NOT IN ('x', 'y')")),
        ]
    ),
    "CREATE TABLE t (a varchar(9))",
    "CREATE INDEX ix ON t (a) WHERE a::text <> ALL (ARRAY['x'::varchar::text, 'y'::varchar::text])",
)
