"""Statements of MariaDB, written by hand in every manner."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import mysql

from .alike import Spec, spelt
from .by_hand import a, b, defaulted, made, own, typed
from .case import M

t = sa.text

typed(
    "numbers of MariaDB by hand",
    M,
    ("int(11)", sa.Integer()),
    ("int(5)", mysql.INTEGER(display_width=5)),
    ("int zerofill", mysql.INTEGER(unsigned=True, zerofill=True)),
    ("bool", mysql.TINYINT(1)),
    ("tinyint", mysql.TINYINT()),
    ("numeric", sa.Numeric()),
    ("decimal(5,2) zerofill", mysql.DECIMAL(5, 2, zerofill=True)),
    ("float(24)", sa.Float(24)),
    ("float(25)", sa.Double()),
    ("real", mysql.REAL()),
    ("bit", mysql.BIT(1)),
    ("year", mysql.YEAR(4)),
    ("datetime(0)", sa.DateTime()),
)
typed(
    "strings of MariaDB by hand",
    M,
    ("tinytext", sa.Text(60)),
    ("text", sa.Text(300)),
    ("mediumtext", sa.Text(100000)),
    ("longtext", sa.Text(2**24)),
    ("tinyblob", sa.LargeBinary(100)),
    ("varchar(20) character set binary", sa.VARBINARY(20)),
    ("varchar(20) character set utf8", mysql.VARCHAR(20, charset="utf8mb3")),
    ("varchar(20) collate utf8_general_ci", mysql.VARCHAR(20, collation="utf8mb3_general_ci")),
    ("varchar(20) binary", mysql.VARCHAR(20, collation="utf8mb4_bin")),
    ("varchar(20) ascii", mysql.VARCHAR(20, ascii=True)),
    ("nchar(20)", mysql.NCHAR(20)),
    ("varchar(20) character set utf8mb4", sa.String(20)),
    ("enum('a ','it''s','x,y')", sa.Enum("a", "it's", "x,y")),
    ("longtext collate utf8mb4_bin check (json_valid(c13))", sa.JSON()),
    ("char(36)", sa.CHAR(36)),
    ("point", Spec("POINT")),
)
defaulted(
    "defaults of MariaDB by hand",
    M,
    ("int default '0'", sa.Integer(), t("0")),
    ("int default true", sa.Integer(), "1"),
    ("int default (1+2)", sa.Integer(), t("(1 + 2)")),
    ("decimal(10,2) default 1e2", sa.Numeric(10, 2), t("100")),
    ('varchar(20) default "dq"', sa.String(20), "dq"),
    ("varchar(20) default 5", sa.String(20), "5"),
    ("varchar(36) default uuid()", sa.String(36), sa.func.uuid()),
    ("varchar(20) default 'current_timestamp()'", sa.String(20), "current_timestamp()"),
    ("bit(8) default b'00000101'", mysql.BIT(8), t("5")),
    ("datetime default localtime", sa.DateTime(), sa.func.now()),
    ("datetime default '2020-01-01'", sa.DateTime(), "2020-01-01 00:00:00"),
    (
        "datetime default null on update current_timestamp",
        sa.DateTime(),
        t("NULL ON UPDATE CURRENT_TIMESTAMP"),
    ),
    ("set('a','b') default 'b,a'", mysql.SET("a", "b"), "a,b"),
    ("varbinary(4) default x'4142'", sa.VARBINARY(4), t("'AB'")),
)
made(
    "indexes of MariaDB by hand",
    M,
    "CREATE TABLE t(id int primary key, a int, b varchar(20), x text, index i1 using hash (a), "
    "unique i2 (b(20)), key i3 (b(5) desc, a), fulltext i4 (b, x), key i5 (a) comment 'five')",
    a,
    b,
    lambda: sa.Column("x", sa.Text),
    lambda: sa.Index("i1", "a"),
    lambda: sa.UniqueConstraint("b", name="i2"),
    lambda: sa.Index("i3", t("b(5) DESC"), "a"),
    lambda: sa.Index("i4", "b", "x", mysql_prefix="FULLTEXT", mariadb_prefix="FULLTEXT"),
    lambda: sa.Index("i5", "a"),
)
made(
    "foreign keys of MariaDB by hand",
    M,
    "CREATE TABLE t(id int primary key, a int, c int, d int, key k (c, d), foreign key (a) references "
    "t(id) on delete restrict, constraint f foreign key (c) references t(id) on update no action)",
    lambda: sa.Column("a", sa.ForeignKey("t.id")),
    lambda: sa.Column("c", sa.ForeignKey("t.id", name="f", ondelete="NO ACTION")),
    lambda: sa.Column("d", sa.Integer),
    lambda: sa.Index("k", "c", "d"),
)
for number, item in enumerate(
    (
        lambda: sa.ForeignKey("t.id", name="f", match="FULL"),
        lambda: sa.ForeignKey("t.id", name="f", deferrable=True, initially="DEFERRED"),
    ),
    1,
):
    made(
        f"what MariaDB has not, {number}",
        M,
        "CREATE TABLE t(id int primary key, a int, constraint f foreign key (a) references t(id))",
        lambda item=item: sa.Column("a", sa.Integer, item()),
    )
made(
    "a foreign key into a table that is not in the models, MariaDB",
    M,
    "CREATE TABLE t(id int primary key, a int, constraint f foreign key (a) references t(id))",
    lambda: sa.Column("a", sa.ForeignKey("t.id", name="f")),
)
for engine in ("MyISAM", "Aria", "MEMORY"):
    spelt(
        f"a foreign key that {engine} forgets",
        M,
        own(
            lambda: sa.Column("a", sa.ForeignKey("t.id")),
            mysql_engine=engine,
            mariadb_engine=engine,
        ),
    )
made(
    "a foreign key that the engine of the table forgets",
    M,
    "CREATE TABLE t(id int primary key, a int, key a (a)) engine=MyISAM",
    lambda: sa.Column("a", sa.ForeignKey("t.id")),
)
made(
    "system versioning and its columns",
    M,
    "CREATE TABLE t(id int primary key, a int, u int, rs timestamp(6) generated always as row start, "
    "re timestamp(6) generated always as row end, unique (u), period for system_time(rs, re)) "
    "with system versioning",
    a,
    lambda: sa.Column("u", sa.Integer, unique=True),
    lambda: sa.Column("re", mysql.TIMESTAMP(fsp=6)),
)
made(
    "periods",
    M,
    "CREATE TABLE t(id int primary key, s date not null, e date not null, period for p (s, e), "
    "constraint q check (s < e))",
    lambda: sa.Column("s", sa.Date, nullable=False),
    lambda: sa.Column("e", sa.Date, nullable=False),
    lambda: sa.CheckConstraint("s < e", name="q"),
)
made(
    "what stands around tables, MariaDB",
    M,
    "CREATE TABLE t(id int primary key, a int invisible) AUTO_INCREMENT=7 partition by hash(id)",
    a,
    mysql_partition_by="HASH(id)",
)
for charset in ("latin1", "utf8mb3"):
    spelt(
        f"texts by length in a table of {charset}",
        M,
        own(
            *(
                lambda n=n: sa.Column(f"c{n}", sa.Text(n))
                for n in (60, 200, 300, 20000, 30000, 70000)
            ),
            mysql_charset=charset,
            mariadb_charset=charset,
        ),
    )
made(
    "texts by length in a table whose character set is not said",
    M,
    "CREATE TABLE t(id int primary key, a text(200), b text(30000)) charset latin1",
    lambda: sa.Column("a", sa.Text(200)),
    lambda: sa.Column("b", sa.Text(30000)),
)
