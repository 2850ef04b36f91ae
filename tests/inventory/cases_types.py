"""Every argument of every type."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import mysql, sqlite
from sqlalchemy.dialects import postgresql as pg

from .case import ALL, Build, M, P, S, column, group, table

types = group("Types")


def differ(attribute: str, before: object, after: object, on: object = ALL, **more: object) -> None:
    """The type of the column ``c`` changes."""
    types.case(attribute, column(before), column(after), "~ column t.c type", on=on, **more)  # type: ignore[arg-type]


class Vector(sa.types.UserDefinedType[object]):
    """A type that only the database knows, as add-ons bring them."""

    cache_ok = True

    def __init__(self, dimensions: int) -> None:
        self.dimensions = dimensions

    def get_col_spec(self, **kw: object) -> str:
        return f"bit({self.dimensions})"


class Trimmed(sa.types.TypeDecorator[str]):
    """A text of some length."""

    impl = sa.String
    cache_ok = True


def varied(length: int) -> sa.types.TypeEngine[str]:
    return (
        sa.Text()
        .with_variant(sa.String(length), "postgresql")
        .with_variant(sa.String(length), "mysql", "mariadb")
        .with_variant(sa.String(length), "sqlite")
    )


differ("another type", sa.Integer(), sa.String(20))
differ("length of a string", sa.String(10), sa.String(20))
differ("length of CHAR", sa.CHAR(3), sa.CHAR(4))
differ("length of a national string", sa.Unicode(10), sa.Unicode(20))
differ(
    "length of bytes",
    sa.VARBINARY(10),
    sa.VARBINARY(20),
    (S, M),
    without={P: "BYTEA has no length"},
)
differ("length of BINARY", sa.BINARY(10), sa.BINARY(20), (S, M), without={P: "no such type"})
differ("length of bits", pg.BIT(3), pg.BIT(4), P, without={S: "no such type"})
differ("length of bits", mysql.BIT(3), mysql.BIT(4), M)
differ("bits of varying length", pg.BIT(3), pg.BIT(3, varying=True), P)
differ("precision of a number", sa.Numeric(10, 2), sa.Numeric(12, 2))
differ("scale of a number", sa.Numeric(10, 2), sa.Numeric(10, 3))
differ(
    "precision of a float",
    sa.Float(24),
    sa.Float(53),
    (P, M),
    without={S: "SQLAlchemy writes FLOAT"},
)
differ("precision and scale of DOUBLE", mysql.DOUBLE(10, 2), mysql.DOUBLE(12, 3), M)
differ("float or double", sa.REAL(), sa.DOUBLE_PRECISION(), P)
differ("float or double", sa.REAL(), sa.Float(), S)
differ("float or double", sa.Float(), sa.Double(), M)
differ("size of an integer", sa.Integer(), sa.BigInteger())
differ("a small integer", sa.SmallInteger(), sa.Integer())
differ("size of an integer", mysql.TINYINT(), mysql.MEDIUMINT(), M)
differ("UNSIGNED", mysql.INTEGER(), mysql.INTEGER(unsigned=True), M)
differ("UNSIGNED", mysql.NUMERIC(10, 2), mysql.NUMERIC(10, 2, unsigned=True), M)
differ("ZEROFILL", mysql.INTEGER(unsigned=True), mysql.INTEGER(zerofill=True, unsigned=True), M)
differ("display width", mysql.INTEGER(5), mysql.INTEGER(7), M)
differ("boolean or integer", sa.Boolean(), sa.Integer())
differ("time zone of a timestamp", sa.DateTime(), sa.DateTime(timezone=True), P)
differ("time zone of a time", sa.Time(), sa.Time(timezone=True), P)
differ("fractional seconds of a timestamp", pg.TIMESTAMP(precision=3), pg.TIMESTAMP(), P)
differ("fractional seconds of a timestamp", mysql.DATETIME(fsp=3), mysql.DATETIME(fsp=6), M)
differ("fractional seconds of a time", pg.TIME(precision=2), pg.TIME(precision=3), P)
differ("fractional seconds of a time", mysql.TIME(fsp=2), mysql.TIME(), M)
differ("timestamp or datetime", mysql.TIMESTAMP(), mysql.DATETIME(), M)
differ("date or timestamp", sa.Date(), sa.DateTime())
differ("fields of an interval", pg.INTERVAL(), pg.INTERVAL(fields="YEAR TO MONTH"), P)
differ("fractional seconds of an interval", pg.INTERVAL(precision=2), pg.INTERVAL(precision=4), P)
differ(
    "collation of a string", sa.String(9, collation="NOCASE"), sa.String(9, collation="RTRIM"), S
)
differ("collation of a string", sa.String(9, collation="C"), sa.String(9, collation="POSIX"), P)
differ(
    "collation of a string",
    sa.String(9, collation="utf8mb4_bin"),
    sa.String(9, collation="utf8mb4_unicode_ci"),
    M,
)
differ("collation of a string, said or not", sa.Text(), sa.Text(collation="NOCASE"), S)
differ("collation of a string, said or not", sa.Text(), sa.Text(collation="C"), P)
differ("collation of a string, said or not", sa.Text(), sa.Text(collation="utf8mb4_bin"), M)
differ(
    "character set of a string",
    mysql.VARCHAR(9, charset="latin1"),
    mysql.VARCHAR(9, charset="ascii"),
    M,
)
differ("bytes or text", mysql.VARCHAR(9), mysql.VARBINARY(9), M)
differ("size of a text", mysql.TEXT(), mysql.LONGTEXT(), M)
differ("size of bytes", mysql.BLOB(), mysql.MEDIUMBLOB(), M)
differ("text or string", sa.String(20), sa.Text())
differ("element of an array", sa.ARRAY(sa.Integer), sa.ARRAY(sa.BigInteger), P)
differ("length in an array", sa.ARRAY(sa.String(5)), sa.ARRAY(sa.String(6)), P)
differ("array or not", sa.Integer(), sa.ARRAY(sa.Integer), P)
types.case(
    "dimensions of an array",
    column(sa.ARRAY(sa.Integer, dimensions=1)),
    column(sa.ARRAY(sa.Integer, dimensions=3)),
    on=P,
    alike="the type is the same, whatever the number of dimensions (manual, 8.15.1)",
)
differ("JSON or JSONB", pg.JSON(), pg.JSONB(), P)
differ("JSON or text", sa.JSON(), sa.Text())
differ("UUID or string", sa.Uuid(), sa.String(36), P)
differ("UUID or string", sa.UUID(), sa.String(36), M)
differ("range", pg.INT4RANGE(), pg.INT8RANGE(), P)
differ("multirange", pg.INT4MULTIRANGE(), pg.INT8MULTIRANGE(), P)
differ("network address", pg.INET(), pg.CIDR(), P)
differ("a type the user defines", Vector(3), Vector(4), (S, P, M))
differ("a decorated type", Trimmed(10), Trimmed(20))
differ("a variant of a type", varied(10), varied(20))
differ("a year", mysql.YEAR(), mysql.SMALLINT(), M)
differ("DATE kept as", sqlite.DATE(), sa.Text(), S)


# ---- enumerations ------------------------------------------------------------------------------


def mood(*labels: str, **options: object) -> Build:
    options.setdefault("name", "mood")
    return column(lambda: sa.Enum(*labels, **options))  # type: ignore[arg-type]


BEFORE, AFTER = ("sad", "ok"), ("sad", "ok", "it's")
types.case("labels of an enum", mood(*BEFORE), mood(*AFTER), "~ enum mood labels", on=P)
types.case("labels of an enum", mood(*BEFORE), mood(*AFTER), "~ column t.c type", on=M)
types.case("order of labels", mood("a", "b"), mood("b", "a"), "~ enum mood labels", on=P)
types.case("order of labels", mood("a", "b"), mood("b", "a"), "~ column t.c type", on=M)
types.case(
    "name of an enum",
    mood("a", "b"),
    mood("a", "b", name="state"),
    "+ enum state",
    "- enum mood",
    "~ column t.c type",
    on=P,
    without={M: "ENUM has no name"},
)
types.case(
    "labels of an enum, checked",
    mood(*BEFORE, native_enum=False, create_constraint=True, length=9, name="ck_mood"),
    mood(*AFTER, native_enum=False, create_constraint=True, length=9, name="ck_mood"),
    "~ check t.ck_mood sql",
)
types.case(
    "length of an enum kept as a string",
    mood("a", "b", native_enum=False, length=9),
    mood("a", "b", native_enum=False, length=12),
    "~ column t.c type",
)
differ(
    "collation of an enum", mysql.ENUM("a", "b"), mysql.ENUM("a", "b", collation="utf8mb4_bin"), M
)
differ("labels of a SET", mysql.SET("a", "b"), mysql.SET("a", "b", "c"), M)
types.case(
    "array of an enum: labels",
    column(lambda: sa.ARRAY(sa.Enum("a", name="mood"))),
    column(lambda: sa.ARRAY(sa.Enum("a", "b", name="mood"))),
    "~ enum mood labels",
    on=P,
)


# ---- domains -----------------------------------------------------------------------------------


def email(base: object = None, **options: object) -> Build:
    return column(lambda: pg.DOMAIN("email", base or sa.String(50), **options))  # type: ignore[arg-type]


def over(length: int) -> Build:
    def items() -> list[sa.Column[object]]:
        base = pg.DOMAIN("email", sa.String(length))
        return [sa.Column("c", base), sa.Column("d", pg.DOMAIN("short", base))]

    return table(items)


domains = group("Domains (PostgreSQL)")
CHANGED = "~ domain email "
domains.case("type", email(), email(sa.String(60)), CHANGED + "type", on=P)
domains.case("NOT NULL", email(), email(not_null=True), CHANGED + "nullable", on=P)
domains.case("default", email(default="a"), email(default="it's"), CHANGED + "default", on=P)
domains.case(
    "default, said or not",
    email(),
    email(default=sa.text("upper('a')")),
    CHANGED + "default",
    on=P,
)
domains.case(
    "check",
    email(check="length(VALUE) > 3"),
    email(check="length(VALUE) > 4"),
    CHANGED + "checks",
    on=P,
)
domains.case(
    "name of the check",
    email(check="length(VALUE) > 3", constraint_name="one"),
    email(check="length(VALUE) > 3", constraint_name="two"),
    CHANGED + "checks",
    on=P,
)
domains.case(
    "collation", email(collation="C"), email(collation="POSIX"), CHANGED + "collation", on=P
)
domains.case(
    "domain over a domain",
    over(50),
    over(60),
    "~ domain email type",
    on=P,
)

GROUPS = (types, domains)
