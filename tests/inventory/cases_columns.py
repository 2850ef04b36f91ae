"""What a column says beside its type."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import mysql
from sqlalchemy.dialects import postgresql as pg

from .case import ALL, Build, M, P, S, bare, both, column, group, table

columns = group("Columns")


def changed(
    attribute: str, before: Build, after: Build, what: str, on: object = ALL, **more: Any
) -> None:
    """An attribute of the column ``c`` changes."""
    columns.case(attribute, before, after, f"~ column t.c {what}", on=on, **more)  # type: ignore[arg-type]


columns.case("a column", table(), column(sa.Integer), "+ column t.c")
columns.case(
    "order of columns",
    bare(lambda: [sa.Column("a", sa.Integer), sa.Column("b", sa.Integer)]),
    bare(lambda: [sa.Column("b", sa.Integer), sa.Column("a", sa.Integer)]),
    alike="columns are named in SQL; no database but MariaDB can move one",
)
changed("NULL or NOT NULL", column(sa.Integer), column(sa.Integer, nullable=False), "nullable")
changed(
    "ON CONFLICT of NOT NULL",
    column(sa.Integer, nullable=False),
    column(sa.Integer, nullable=False, sqlite_on_conflict_not_null="IGNORE"),
    "options",
    S,
)
changed(
    "comment",
    column(sa.Integer, comment="one"),
    column(sa.Integer, comment='it\'s 100% "two"\nlines\\'),
    "comment",
    (P, M),
    without={S: "SQLite has no comments"},
)
changed(
    "comment, said or not",
    column(sa.Integer),
    column(sa.Integer, comment="one"),
    "comment",
    (P, M),
)
columns.case(
    "INVISIBLE",
    column(sa.Integer),
    column(sa.Integer),
    on=M,
    alike="SQLAlchemy cannot say it: it is left as it is",
    aside=("ALTER TABLE t MODIFY c INTEGER INVISIBLE",),
)
columns.case(
    "STORAGE, COMPRESSION",
    column(sa.Text),
    column(sa.Text),
    on=P,
    alike="SQLAlchemy cannot say it: it is left as it is",
    aside=("ALTER TABLE t ALTER c SET STORAGE EXTERNAL",),
)

# ---- server defaults -----------------------------------------------------------------------------


def default(
    attribute: str, type_: Any, before: Any, after: Any, on: object = ALL, **more: Any
) -> None:
    """The server default of the column ``c`` changes; None is no default."""
    changed(
        f"default: {attribute}",
        column(type_, server_default=before),
        column(type_, server_default=after),
        "default",
        on,
        **more,
    )


default("said or not", sa.Integer, None, "7")
default("a number", sa.Integer, "7", "8")
default("a negative number", sa.Integer, sa.text("-7"), sa.text("7"))
default("a fraction", sa.Numeric(10, 2), sa.text("1.50"), sa.text("1.25"))
default("a text", sa.String(20), "a", "b")
default("letter case of a text", sa.String(20), "a", "A")
default("a text, its last blank", sa.String(20), "a", "a ")
default("quotes in a text", sa.String(20), "it's", 'it"s')
default("a backslash in a text", sa.String(20), "a\\b", "a\\\\b")
default("a percent sign in a text", sa.String(20), "1%", "1%%")
default("a colon in a text", sa.String(20), ":a", ":b")
default("an empty text", sa.String(20), None, "")
default("letters beyond ASCII", sa.String(20), "é", "è")
default("a boolean", sa.Boolean, sa.true(), sa.false())
default("JSON", sa.JSON, sa.text("'{}'"), sa.text("'[]'"), (S, P))
default("JSON", mysql.JSON, sa.text("('{}')"), sa.text("('[]')"), M)
default("the time", sa.DateTime, None, sa.func.current_timestamp())
default("a date", sa.Date, "2020-01-01", "2020-01-02")
default("a function", sa.DateTime(timezone=True), sa.func.now(), sa.func.clock_timestamp(), P)
default("a function", sa.String(20), sa.text("(lower('A'))"), sa.text("(upper('A'))"), (S, M))
default("an expression", sa.Integer, sa.text("(1 + 2)"), sa.text("(1 + 3)"))
default("a cast", pg.JSONB, sa.text("'{}'::jsonb"), sa.text("'{\"a\": 1}'::jsonb"), P)
default("an array", sa.ARRAY(sa.Integer), sa.text("'{}'"), sa.text("'{1}'"), P)
default("an interval", sa.Interval, sa.text("'1 day'"), sa.text("'2 days'"), P)
default("a UUID", sa.Uuid, None, sa.func.gen_random_uuid(), P)
default("a label of an enum", mysql.ENUM("a", "b"), "a", "b", M)
default("bits", mysql.BIT(3), sa.text("b'101'"), sa.text("b'111'"), M)
default("bytes", sa.LargeBinary, sa.text("x'00'"), sa.text("x'01'"), S)
changed(
    "default: a label of an enum",
    column(lambda: sa.Enum("a", "b", name="mood"), server_default="a"),
    column(lambda: sa.Enum("a", "b", name="mood"), server_default="b"),
    "default",
    P,
)
default(
    "a sequence",
    sa.Integer,
    sa.text("nextval('one')"),
    sa.text("currval('one')"),
    P,
    given=("CREATE SEQUENCE one",),
)
columns.case(
    "default: a sequence without a model",
    column(sa.Integer, server_default=sa.text("nextval('one')")),
    column(sa.Integer, server_default=sa.text("nextval('one'::regclass)")),
    on=P,
    alike="the column goes on counting by it",
    given=("CREATE SEQUENCE one",),
)
columns.case(
    "default: a day or as many hours",
    column(sa.Interval(), server_default="1 day"),
    column(sa.Interval(), server_default="24 hours"),
    "~ column t.c default",
    on=P,
)
columns.case(
    "default: a sequence without a model, or none",
    column(sa.Integer, server_default=sa.text("nextval('one')")),
    column(sa.Integer),
    "~ column t.c default",
    on=P,
    given=("CREATE SEQUENCE one",),
)
default(
    "a sequence",
    sa.Integer,
    sa.text("(NEXT VALUE FOR one)"),
    sa.text("(NEXT VALUE FOR two)"),
    M,
    given=("CREATE SEQUENCE one", "CREATE SEQUENCE two"),
)
default(
    "a function of the user",
    sa.Integer,
    sa.text("f(1)"),
    sa.text("f(2)"),
    P,
    given=("CREATE FUNCTION f(n int) RETURNS int LANGUAGE sql AS 'SELECT n'",),
)
default(
    "ON UPDATE",
    sa.TIMESTAMP,
    sa.text("CURRENT_TIMESTAMP"),
    sa.text("CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP"),
    M,
)

# ---- computed columns ----------------------------------------------------------------------------


def computed(text: str, **options: Any) -> Build:
    return column(sa.Integer, lambda: sa.Computed(text, **options))


changed(
    "computed: expression",
    computed("a + b", persisted=True),
    computed("a - b", persisted=True),
    "computed",
)
changed(
    "computed: a text in the expression",
    column(sa.String(50), lambda: sa.Computed("s || 'x'", persisted=True)),
    column(sa.String(50), lambda: sa.Computed("s || 'X'", persisted=True)),
    "computed",
    (S, P),
)
changed(
    "computed: stored or virtual",
    computed("a + b", persisted=True),
    computed("a + b", persisted=False),
    "computed",
    (S, M),
    without={P: "VIRTUAL comes with PostgreSQL 18; seen there"},
)
changed(
    "computed or plain",
    column(sa.Integer),
    computed("a + b", persisted=True),
    "computed",
)
changed(
    "computed or a default",
    column(sa.Integer, server_default="1"),
    computed("a + b", persisted=True),
    "default computed",
)

# ---- identity, SERIAL, AUTO_INCREMENT --------------------------------------------------------------


def identity(**options: Any) -> Build:
    return column(sa.Integer, lambda: sa.Identity(**options), nullable=False)


NONE = {"sqlite mariadb": "no identity columns"}
changed("identity: ALWAYS", identity(), identity(always=True), "identity", P, without=NONE)
changed("identity: START", identity(), identity(start=5), "identity", P, without=NONE)
changed("identity: INCREMENT", identity(), identity(increment=5), "identity", P, without=NONE)
changed(
    "identity: MINVALUE", identity(), identity(minvalue=-5, start=1), "identity", P, without=NONE
)
changed("identity: MAXVALUE", identity(), identity(maxvalue=500), "identity", P, without=NONE)
changed("identity: CYCLE", identity(), identity(cycle=True), "identity", P, without=NONE)
changed("identity: CACHE", identity(), identity(cache=5), "identity", P, without=NONE)
changed(
    "identity or plain", column(sa.Integer, nullable=False), identity(), "identity", P, without=NONE
)


def key(type_: Any = sa.Integer, *args: Any, **options: Any) -> Build:
    table_options = options.pop("table", {})
    return bare(
        lambda: [sa.Column("c", type_, *(make() for make in args), primary_key=True, **options)],
        **table_options,
    )


changed(
    "SERIAL or plain",
    key(autoincrement=False),
    key(),
    "autoincrement",
    P,
    without={S: "an INTEGER PRIMARY KEY counts by itself, whatever is said"},
)
changed("SERIAL or identity", key(), key(sa.Integer, sa.Identity), "identity autoincrement", P)
changed("SERIAL or BIGSERIAL", key(), key(sa.BigInteger), "type", P)


def shared(metadata: sa.MetaData) -> None:
    number = sa.Column("n", sa.Integer, server_default=sa.text("nextval('ids')"))
    sa.Table("x", metadata, number)


columns.case(
    "SERIAL or a sequence that is shared",
    both(key(), shared),
    both(key(), shared),
    "~ column t.c default autoincrement",
    on=P,
    given=("CREATE SEQUENCE ids",),
    aside=("ALTER TABLE t ALTER c SET DEFAULT nextval('ids')",),
)
changed("AUTO_INCREMENT or plain", key(autoincrement=False), key(), "autoincrement", M)
changed(
    "AUTOINCREMENT or plain",
    key(),
    key(table={"sqlite_autoincrement": True}),
    "autoincrement",
    S,
)

GROUPS = (columns,)
