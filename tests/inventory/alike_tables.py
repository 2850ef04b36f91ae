"""Names of every kind; tables, keys and schemas said in every manner."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from .alike import spelt
from .case import ALL, M, P, S, both, parent, table

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
