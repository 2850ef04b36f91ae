"""Indexes, tables and their options, sequences, schemas."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from .case import ALL, Build, M, P, S, bare, both, group, table

indexes = group("Indexes")
tables = group("Tables")
sequences = group("Sequences")
schemas = group("Schemas")

# ---- indexes -------------------------------------------------------------------------------------


def index(*elements: Any, extra: Any = (), **options: Any) -> Build:
    options.setdefault("name", "ix")
    name = options.pop("name")
    table_options = options.pop("table", {})

    def items() -> list[Any]:
        made = [e() if callable(e) else e for e in elements or ("a",)]
        return [*extra, sa.Index(name, *made, **options)]

    return table(items, **table_options)


def indexed(
    attribute: str, before: Build, after: Build, what: str, on: Any = ALL, **more: Any
) -> None:
    indexes.case(attribute, before, after, f"~ index t.ix {what}", on=on, **more)


def expr(text: str) -> Any:
    return lambda: sa.text(text)


indexes.case("an index", table(), index(), "+ index t.ix")
indexes.case("name", index(name="one"), index(name="two"), "+ index t.two", "- index t.one")
indexed("columns", index("a"), index("b"), "elements")
indexed("one column more", index("a"), index("a", "b"), "elements")
indexed("order of columns", index("a", "b"), index("b", "a"), "elements")
indexed("UNIQUE", index("a"), index("a", unique=True), "unique")
indexed("DESC", index("a", "b"), index(expr("a DESC"), "b"), "elements")
indexed(
    "DESC, said by SQLAlchemy",
    index(lambda: sa.asc("a")),
    index(lambda: sa.desc("a")),
    "elements",
    ALL,
)
indexed(
    "NULLS FIRST",
    index(lambda: sa.nulls_last(sa.desc("a"))),
    index(lambda: sa.nulls_first(sa.desc("a"))),
    "elements",
    P,
)
indexed(
    "expression",
    index(expr("lower(s)")),
    index(expr("upper(s)")),
    "elements",
    (S, P),
    without={M: "no functional indexes"},
)
indexed(
    "a number in an expression", index(expr("(a + 1)")), index(expr("(a + 2)")), "elements", (S, P)
)
indexed("column or expression", index("s"), index(expr("lower(s)")), "elements", (S, P))
indexed("collation", index(expr('s COLLATE "C"')), index(expr('s COLLATE "POSIX"')), "elements", P)
indexed("collation", index(expr("s COLLATE NOCASE")), index(expr("s COLLATE RTRIM")), "elements", S)
W = "where"
indexed(
    "WHERE",
    index("a"),
    index("a", postgresql_where=sa.text("b > 0")),
    W,
    P,
    without={M: "no partial indexes"},
)
indexed("WHERE", index("a"), index("a", sqlite_where=sa.text("b > 0")), W, S)
indexed(
    "predicate",
    index("a", postgresql_where=sa.text("b > 0")),
    index("a", postgresql_where=sa.text("b > 1")),
    W,
    P,
)
indexed(
    "predicate",
    index("a", sqlite_where=sa.text("b > 0")),
    index("a", sqlite_where=sa.text("b > 1")),
    W,
    S,
)
indexed(
    "predicate over a text",
    index("a", postgresql_where=sa.text("s = 'x'")),
    index("a", postgresql_where=sa.text("s = 'X'")),
    W,
    P,
)
indexed(
    "predicate over a text",
    index("a", sqlite_where=sa.text("s = 'x'")),
    index("a", sqlite_where=sa.text("s = 'X'")),
    W,
    S,
)
indexed(
    "method", index("a", postgresql_using="btree"), index("a", postgresql_using="hash"), "method", P
)
indexed(
    "method",
    index(
        "a",
        mysql_using="btree",
        mariadb_using="btree",
        table={"mysql_engine": "MEMORY", "mariadb_engine": "MEMORY"},
    ),
    index(
        "a",
        mysql_using="hash",
        mariadb_using="hash",
        table={"mysql_engine": "MEMORY", "mariadb_engine": "MEMORY"},
    ),
    "method",
    M,
)
indexed("INCLUDE", index("a"), index("a", postgresql_include=["b"]), "include", P)
indexed(
    "order of INCLUDE",
    index("a", postgresql_include=["b", "s"]),
    index("a", postgresql_include=["s", "b"]),
    "include",
    P,
)
indexed(
    "operator class",
    index("s"),
    index("s", postgresql_ops={"s": "text_pattern_ops"}),
    "elements",
    P,
)
indexed(
    "WITH",
    index("a", postgresql_with={"fillfactor": 70}),
    index("a", postgresql_with={"fillfactor": 80}),
    "options",
    P,
)
indexed(
    "WITH, said or not", index("a"), index("a", postgresql_with={"fillfactor": 80}), "options", P
)
indexed(
    "NULLS NOT DISTINCT",
    index("a", unique=True),
    index("a", unique=True, postgresql_nulls_not_distinct=True),
    "nulls_not_distinct",
    P,
)
indexes.case(
    "CONCURRENTLY",
    index("a"),
    index("a", postgresql_concurrently=True),
    on=P,
    alike="it says how the index is made, not what it is",
    aside=("SELECT 1",),
)
indexes.case(
    "TABLESPACE",
    index("a"),
    index("a", postgresql_tablespace="pg_default"),
    on=P,
    alike="pg_default is where an index goes by itself",
)
indexes.case(
    "comment",
    index("a"),
    index("a"),
    on=P,
    alike="SQLAlchemy cannot say it: it is left as it is",
    aside=("COMMENT ON INDEX ix IS 'why'",),
)
indexed(
    "length of a prefix",
    index("s", mysql_length=5, mariadb_length=5),
    index("s", mysql_length=6, mariadb_length=6),
    "elements",
    M,
)
indexed(
    "length of a prefix, said or not",
    index("s"),
    index("s", mysql_length=6, mariadb_length=6),
    "elements",
    M,
)
indexed(
    "FULLTEXT",
    index("s"),
    index("s", mysql_prefix="FULLTEXT", mariadb_prefix="FULLTEXT"),
    "method",
    M,
)
indexed(
    "IGNORED", index("a"), index("a"), "options", M, aside=("ALTER TABLE t ALTER INDEX ix IGNORED",)
)

# ---- tables --------------------------------------------------------------------------------------


def other(metadata: sa.MetaData) -> None:
    sa.Table("u", metadata, sa.Column("id", sa.Integer, primary_key=True, autoincrement=False))


def option(
    attribute: str, before: dict[str, Any], after: dict[str, Any], on: Any, **more: Any
) -> None:
    tables.case(attribute, table(**before), table(**after), "~ table t options", on=on, **more)


def mariadb_option(attribute: str, name: str, before: Any, after: Any) -> None:
    said = [
        {f"{dialect}_{name}": value for dialect in ("mysql", "mariadb")}
        for value in (before, after)
    ]
    option(attribute, *said, on=M)


def strict(value: bool | None) -> Build:
    said = {} if value is None else {"sqlite_strict": value}
    return bare(lambda: [sa.Column("a", sa.Integer)], **said)


UNSAID = "an option that the models do not mention is left to whoever runs the server"
tables.case(
    "a table", table(), both(table(), other), "+ table u", "+ column u.id", "+ primary_key u"
)
tables.case(
    "comment",
    table(comment="one"),
    table(comment='it\'s 100% "two"'),
    "~ table t comment",
    on=(P, M),
    without={S: "SQLite has no comments"},
)
tables.case("comment, said or not", table(), table(comment="one"), "~ table t comment", on=(P, M))
tables.case("STRICT", strict(None), strict(True), "~ table t options", on=S, one_way=UNSAID)
tables.case("STRICT, said both times", strict(False), strict(True), "~ table t options", on=S)
option("WITHOUT ROWID", {}, {"sqlite_with_rowid": False}, S, one_way=UNSAID)
option(
    "WITHOUT ROWID, said both times", {"sqlite_with_rowid": True}, {"sqlite_with_rowid": False}, S
)
option("UNLOGGED", {}, {"prefixes": ["UNLOGGED"]}, P, one_way=UNSAID)
option(
    "storage parameters",
    {"postgresql_with": {"fillfactor": 70}},
    {"postgresql_with": {"fillfactor": 80}},
    P,
    since="2.1",
)
tables.case(
    "storage parameters of what is kept aside (TOAST)",
    *(
        bare(
            lambda: [sa.Column("a", sa.Text)],
            postgresql_with={"toast.autovacuum_enabled": said, "fillfactor": 70},
        )
        for said in (False, True)
    ),
    "~ table t options",
    on=P,
    since="2.1",
)
option(
    "PARTITION BY",
    {"postgresql_partition_by": "RANGE (id)"},
    {"postgresql_partition_by": "LIST (id)"},
    P,
)
option(
    "PARTITION BY, said or not", {}, {"postgresql_partition_by": "RANGE (id)"}, P, one_way=UNSAID
)
tables.case(
    "TABLESPACE",
    table(),
    table(postgresql_tablespace="pg_default"),
    on=P,
    alike="pg_default is where a table goes by itself",
)
tables.case(
    "access method", table(), table(postgresql_using="heap"), on=P, alike="heap is the usual one"
)
mariadb_option("engine", "engine", "InnoDB", "Aria")
mariadb_option("character set", "charset", "utf8mb4", "latin1")
mariadb_option("collation", "collate", "utf8mb4_bin", "utf8mb4_unicode_ci")
mariadb_option("row format", "row_format", "DYNAMIC", "COMPACT")
mariadb_option("KEY_BLOCK_SIZE", "key_block_size", "4", "8")
mariadb_option("STATS_PERSISTENT", "stats_persistent", "0", "1")
mariadb_option("PAGE_COMPRESSED", "page_compressed", "0", "1")
mariadb_option("MAX_ROWS", "max_rows", "100", "200")
mariadb_option("CHECKSUM", "checksum", "0", "1")


def inherits(*parents: str) -> Build:
    def build(metadata: sa.MetaData) -> None:
        for name in ("one", "two"):
            sa.Table(name, metadata, sa.Column("a", sa.Integer))
        child = sa.Table("v", metadata, sa.Column("x", sa.Integer), postgresql_inherits=parents)
        for name in parents:
            child.add_is_dependent_on(metadata.tables[name])

    return build


tables.case("INHERITS", inherits("one"), inherits("two"), "~ table v options", on=P)

# ---- sequences -----------------------------------------------------------------------------------


def sequence(**options: Any) -> Build:
    options.setdefault("name", "sq")
    name = options.pop("name")
    return lambda metadata: sa.Sequence(name, metadata=metadata, **options)


def numbers(attribute: str, what: str, before: Build, after: Build, on: Any = (P, M)) -> None:
    sequences.case(attribute, before, after, f"~ sequence sq {what}", on=on)


sequences.case(
    "a sequence",
    sequence(),
    both(sequence(), sequence(name="tt")),
    "+ sequence tt",
    on=(P, M),
    without={S: "SQLite has no sequences"},
)
numbers("START", "start", sequence(), sequence(start=5))
numbers("INCREMENT", "increment", sequence(), sequence(increment=5))
numbers("MINVALUE", "minvalue", sequence(start=9), sequence(start=9, minvalue=5))
numbers("MAXVALUE", "maxvalue", sequence(), sequence(maxvalue=500))
numbers("CYCLE", "cycle", sequence(), sequence(cycle=True))
numbers("CACHE", "cache", sequence(cache=3), sequence(cache=5))
numbers("type", "type", sequence(), sequence(data_type=sa.Integer()), P)

# ---- schemas -------------------------------------------------------------------------------------


def placed(schema: str | None) -> Build:
    def build(metadata: sa.MetaData) -> None:
        sa.Table("u", metadata, sa.Column("a", sa.Integer), schema=schema)

    return build


schemas.case(
    "schema of a table",
    placed("one"),
    placed("two"),
    "+ column two.u.a",
    "+ table two.u",
    "- column one.u.a",
    "- table one.u",
    on=P,
    given=("CREATE SCHEMA one", "CREATE SCHEMA two"),
)
schemas.case(
    "default schema, written or not",
    placed(None),
    placed("public"),
    on=P,
    alike="it is the same schema",
)

GROUPS = (indexes, tables, sequences, schemas)
