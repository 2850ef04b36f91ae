"""Tables, indexes and sequences drawn by lot, as each database can have them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from schemadiff.render.construct import escaped

from .evaluating import DIALECTS
from .random_types import NAMES, TEXTS, Chance, type_
from .test_objects import CONVENTION

SCHEMAS = (None, "other", "Sche ma", "per%cent", 'dou"ble')
ACTIONS = (None, "CASCADE", "SET NULL", "NO ACTION", "RESTRICT")
TABLE_OPTIONS: Mapping[str, tuple[Mapping[str, object], ...]] = {
    "postgresql": (
        {"postgresql_partition_by": "RANGE (a)"},
        {"postgresql_tablespace": "Fast % disk"},
        {"postgresql_with_oids": True, "postgresql_on_commit": "PRESERVE ROWS"},
        {"postgresql_inherits": ("o", "p")},
    ),
    "mysql": (
        {"mysql_default_charset": "utf8mb4", "mysql_engine": "InnoDB", "mysql_row_format": "DYNAMIC"},
        {"mariadb_engine": "Aria", "mysql_engine": "MyISAM"},
    ),
    "sqlite": ({"sqlite_autoincrement": True}, {"sqlite_with_rowid": False}, {"sqlite_strict": True}),
    "mssql": (),
    "oracle": ({"oracle_compress": True}, {"oracle_compress": 6}, {"oracle_on_commit": "DROP"}),
}  # fmt: skip
A = sa.column("a", sa.Integer())
INDEX_OPTIONS: Mapping[str, tuple[Mapping[str, object], ...]] = {
    "postgresql": (
        {"postgresql_where": A > 5},
        {"postgresql_where": sa.text(r"b <> '\:x%'")},
        {"postgresql_using": "gin", "postgresql_with": {"fastupdate": False}},
        {"postgresql_include": ["a"], "postgresql_nulls_not_distinct": True},
        {"postgresql_concurrently": True, "postgresql_tablespace": "Fast"},
        {"postgresql_ops": {"a": "int4_ops"}},
    ),
    "mysql": ({"mysql_length": 5}, {"mysql_prefix": "FULLTEXT"}, {"mysql_using": "btree"}),
    "sqlite": ({"sqlite_where": A > 5}, {"sqlite_where": sa.text("a IS NOT NULL")}),
    "mssql": (
        {"mssql_clustered": True},
        {"mssql_include": ["a"]},
        {"mssql_where": sa.text("a > 1")},
        {"mssql_columnstore": True},
    ),
    "oracle": ({"oracle_bitmap": True}, {"oracle_compress": 1}),
}
IDENTITIES = frozenset({"postgresql", "oracle", "mssql"})


def default(r: Chance) -> object:
    return r.choice(
        (
            None,
            r.choice(TEXTS),
            sa.text(escaped(f"'{r.choice(TEXTS)}'".replace("''", "x"))),
            sa.func.now(),
            sa.func.coalesce(sa.null(), sa.literal("it's 5% :x")),
            sa.literal(Decimal("1.50")),
            sa.literal(5) % 3,
            sa.null(),
            sa.false(),
            sa.FetchedValue(),
        )
    )


def numbers(r: Chance) -> dict[str, object]:
    named: dict[str, object] = {
        "start": r.randint(1, 9),
        "increment": r.choice([1, 10, -1]),
        "minvalue": r.choice([1, -5]),
        "maxvalue": r.choice([99, 2**40]),
        "nominvalue": True,
        "nomaxvalue": True,
        "cycle": r.choice([True, False]),
        "cache": r.choice([1, 20]),
    }
    return {name: named[name] for name in r.sample(sorted(named), r.randint(0, 5))}


def sequence(r: Chance) -> sa.Sequence:
    return sa.Sequence(
        r.choice(NAMES),
        schema=r.choice(SCHEMAS),
        data_type=r.choice([None, sa.BigInteger(), sa.SmallInteger()]),
        optional=r.choice([True, False]),
        **numbers(r),  # type: ignore[arg-type]
    )


def column(r: Chance, name: str, dialect: str) -> sa.Column[object]:
    named: dict[str, object] = {"nullable": r.choice([True, False])}
    if r.random() < 0.3:
        named["comment"] = r.choice(TEXTS)
    if r.random() < 0.2:
        named["unique"] = True
    if r.random() < 0.1:
        named["autoincrement"] = r.choice([True, False, "ignore_fk"])
    if r.random() < 0.05 and name != "a":
        named["key"] = f"key of {name}"
    if r.random() < 0.1 and name != "a":
        name = sa.quoted_name(name, quote=True)
    extra: list[sa.schema.SchemaItem] = []
    kind = r.random()
    if kind < 0.1:
        extra.append(sa.Computed(r"a % 2 + ascii('\:x')", persisted=r.choice([True, None])))
    elif kind < 0.2 and dialect in IDENTITIES:
        identity = sa.Identity(always=r.choice([True, False]), **numbers(r))  # type: ignore[arg-type]
        return sa.Column(name, sa.Integer(), identity, **named)  # type: ignore[arg-type]
    elif kind < 0.25:
        counting = sequence(r)
        # One that is optional is not written down; SQL Server alone makes such a column NOT NULL.
        counting.optional = counting.optional and dialect != "mssql"
        return sa.Column(name, sa.Integer(), counting, **named)  # type: ignore[arg-type]
    else:
        named["server_default"] = default(r)
    if r.random() < 0.1:
        target = r.choice(["o.id", "other.o.id"])
        extra.append(sa.ForeignKey(target, ondelete=r.choice(ACTIONS), onupdate=r.choice(ACTIONS)))
    return sa.Column(name, type_(r, dialect), *extra, **named)  # type: ignore[arg-type]


def _name(r: Chance) -> str | None:
    return r.choice([None, r.choice(NAMES), sa.quoted_name("Forced", quote=True)])


def deferral(r: Chance) -> dict[str, object]:
    return r.choice(  # type: ignore[return-value]
        [{}, {"deferrable": True}, {"deferrable": False}, {"deferrable": True, "initially": "DEFERRED"}]
    )  # fmt: skip


def constraints(r: Chance, names: Sequence[str], dialect: str) -> list[sa.schema.SchemaItem]:
    some = list(r.sample(names, r.randint(1, len(names))))
    found: list[sa.schema.SchemaItem] = []
    if r.random() < 0.5:
        found.append(sa.UniqueConstraint(*some, name=_name(r), **deferral(r)))  # type: ignore[arg-type]
    if r.random() < 0.5:
        text = escaped(f"a <> '{r.choice(TEXTS[3:])}'")
        found.append(sa.CheckConstraint(text, name=r.choice(["ck", "c k", "per%cent"])))
    if r.random() < 0.2:
        found.append(sa.CheckConstraint(A.between(1, 5) & (A % 2 == 0), name="between"))
    if r.random() < 0.3 and len(some) > 1:
        keys = [f"o.{name}" for name in ("id", "b")]
        found.append(sa.ForeignKeyConstraint(some[:2], keys, name=_name(r), **deferral(r)))  # type: ignore[arg-type]
    if r.random() < 0.3 and dialect == "postgresql":
        found.append(exclusion(r))
    if r.random() < 0.5:
        name = r.choice([None, "the key", 'dou"ble'])
        found.append(sa.PrimaryKeyConstraint(*some[: r.randint(1, 2)], name=name))
    return found


def exclusion(r: Chance) -> postgresql.ExcludeConstraint:
    element = r.choice([sa.column("a"), sa.func.int4range(sa.column("a"), 5), sa.text("(a + 1)")])
    return postgresql.ExcludeConstraint(
        (element, r.choice(["=", "&&"])),
        name=_name(r),
        where=r.choice([None, sa.text("a > 1"), A > 5]),
        using=r.choice(["gist", "spgist"]),
        **deferral(r),  # type: ignore[arg-type]
    )


def table(r: Chance, dialect: str) -> sa.Table:
    """A table that SQLAlchemy itself can make: what it refuses is drawn again."""
    while True:
        try:
            made = drawn(r, dialect)
            for part in (CreateTable(made), *map(CreateIndex, made.indexes)):
                str(part.compile(dialect=DIALECTS[dialect]))
        except (TypeError, sa.exc.SQLAlchemyError):
            continue
        return made


def drawn(r: Chance, dialect: str) -> sa.Table:
    names = ["a", *r.sample(NAMES[1:], r.randint(0, 5))]
    metadata = sa.MetaData(naming_convention=r.choice([None, CONVENTION]))
    for schema in (None, "other"):
        parts = (sa.Column("id", sa.Integer()), sa.Column("b", sa.Integer()))
        sa.Table("o", metadata, *parts, schema=schema)
    columns = [column(r, name, dialect) for name in names]
    options = r.choice(({}, *TABLE_OPTIONS[dialect]))
    made = sa.Table(
        r.choice(NAMES),
        metadata,
        *columns,
        *constraints(r, [each.key for each in columns], dialect),
        schema=r.choice(SCHEMAS),
        comment=r.choice([None, *TEXTS]),
        prefixes=r.choice([None, ["TEMPORARY"]]),
        info=r.choice([None, {"a": [1, "x"]}]),
        **options,  # type: ignore[arg-type]
    )
    for _ in range(r.choice([0, 0, 1, 2])):
        index(r, made, dialect)
    return made


def first(made: sa.Table) -> sa.Column[object]:
    return next(iter(made.c))


Elements = Callable[[sa.Table], Sequence[object]]
ELEMENTS: tuple[Elements, ...] = (
    lambda made: [first(made)],
    lambda made: list(made.c)[:3],
    lambda made: [sa.func.lower(first(made))],
    lambda made: [list(made.c)[-1].desc(), first(made)],
    lambda made: [A + 1, sa.literal_column("a || ':x%'")],
    lambda made: [sa.cast(first(made), sa.String(5))],
)


def index(r: Chance, made: sa.Table, dialect: str) -> sa.Index:
    options = r.choice(({}, *INDEX_OPTIONS[dialect]))
    elements = r.choice(ELEMENTS)(made)
    unique = r.choice([True, False])
    name = f"{r.choice(NAMES)}{len(made.indexes)}"
    return sa.Index(name, *elements, unique=unique, _table=made, **options)  # type: ignore[arg-type]
