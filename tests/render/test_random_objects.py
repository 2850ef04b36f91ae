"""Random tables, with types, defaults, constraints and indexes of every kind, read back from their source.

A bounded sample by default; ``--render-objects=10000`` asks for more.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from decimal import Decimal

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import mysql, postgresql
from sqlalchemy.schema import CreateIndex
from sqlalchemy.types import TypeEngine

from schemadiff.render.construct import Construct, escaped
from schemadiff.render.layout import expression

from .evaluating import DIALECTS, evaluated
from .test_objects import CONVENTION, create_table, ddl

NAMES = (
    "a",
    "b",
    "Mixed Case",
    "per%cent",
    "ünï",
    "quo'te",
    'dou"ble',
    "select",
    "co:lon",
    "x" * 40,
)
TEXTS = ("", "it's", '"', "100%", "%(x)s", ":x", "a::int", "\\", "\n", "ünï", "$1", "12:30")
Chance = random.Random
Anything = TypeEngine[object]

SIMPLE: tuple[Callable[[Chance], Anything], ...] = (
    lambda r: sa.Integer(),
    lambda r: sa.SmallInteger(),
    lambda r: sa.String(r.choice([1, 5, 80]), collation=r.choice([None, "C"])),
    lambda r: sa.Numeric(r.choice([None, 10]), 2, asdecimal=r.choice([True, False])),
    lambda r: sa.Float(precision=r.choice([None, 20])),
    lambda r: sa.DateTime(timezone=r.choice([True, False])),
    lambda r: sa.Interval(),
    lambda r: sa.LargeBinary(r.choice([None, 9])),
    lambda r: sa.Boolean(),
    lambda r: sa.Uuid(as_uuid=r.choice([True, False])),
    lambda r: sa.JSON(none_as_null=r.choice([True, False])),
    lambda r: sa.Enum(*labels(r), name=r.choice(NAMES), native_enum=r.choice([True, False])),
)  # fmt: skip

OF_POSTGRESQL: tuple[Callable[[Chance], Anything], ...] = (
    lambda r: postgresql.JSONB(),
    lambda r: postgresql.ARRAY(plain(r), dimensions=r.choice([None, 1, 2])),
    lambda r: postgresql.DOMAIN(r.choice(NAMES), plain(r), check="VALUE <> ':x%'", not_null=True),
    lambda r: postgresql.ENUM(*labels(r), name=r.choice(NAMES)),
    lambda r: postgresql.INTERVAL(fields="DAY TO SECOND", precision=3),
    lambda r: postgresql.TSRANGE(),
    lambda r: postgresql.ARRAY(postgresql.ENUM(*labels(r), name="e")),
    lambda r: postgresql.BIT(r.choice([1, 8]), varying=r.choice([True, False])),
)  # fmt: skip

OF_MYSQL: tuple[Callable[[Chance], Anything], ...] = (
    lambda r: mysql.INTEGER(unsigned=r.choice([True, False])),
    lambda r: mysql.SET(*labels(r)),
    lambda r: mysql.ENUM(*labels(r), charset="latin1"),
    lambda r: mysql.DATETIME(fsp=6),
    lambda r: mysql.VARCHAR(9, charset="utf8mb4", collation="utf8mb4_bin"),
)  # fmt: skip

OWN = {"postgresql": OF_POSTGRESQL, "mysql": OF_MYSQL, "sqlite": ()}


def labels(r: Chance) -> list[str]:
    return r.sample([text for text in TEXTS if text and "," not in text], r.randint(1, 4))


def plain(r: Chance) -> Anything:
    return r.choice(SIMPLE[:6])(r)


def type_(r: Chance, dialect: str) -> Anything:
    made = r.choice((*SIMPLE, *OWN[dialect]))(r)
    if r.random() < 0.15 and not isinstance(made, sa.Enum):
        made = made.with_variant(plain(r), r.choice(["oracle", "mssql"]))
    return made


def default(r: Chance) -> object:
    return r.choice(
        (
            None,
            r.choice(TEXTS),
            sa.text(escaped(f"'{r.choice(TEXTS)}'".replace("''", "x"))),
            sa.func.now(),
            sa.literal(Decimal("1.50")),
            sa.null(),
            sa.false(),
        )
    )


def column(r: Chance, name: str, dialect: str) -> sa.Column[object]:
    extra: list[sa.schema.SchemaItem] = []
    named: dict[str, object] = {"nullable": r.choice([True, False])}
    kind = r.random()
    if kind < 0.1:
        extra.append(sa.Computed("a % 2 + 1", persisted=r.choice([True, None])))
    elif kind < 0.2 and dialect == "postgresql":
        extra.append(
            sa.Identity(always=r.choice([True, False]), start=r.choice([None, 5]), cycle=True)
        )
        return sa.Column(name, sa.Integer(), *extra)
    else:
        named["server_default"] = default(r)
    if r.random() < 0.3:
        named["comment"] = r.choice(TEXTS)
    if r.random() < 0.2:
        named["unique"] = True
    if r.random() < 0.1:
        extra.append(sa.ForeignKey(r.choice(["o.id", "other.o.id"]), ondelete="CASCADE"))
    return sa.Column(name, type_(r, dialect), *extra, **named)  # type: ignore[arg-type]


def constraints(r: Chance, names: Sequence[str], dialect: str) -> list[sa.schema.SchemaItem]:
    some = list(r.sample(names, r.randint(1, len(names))))
    name = r.choice([None, r.choice(NAMES)])
    found: list[sa.schema.SchemaItem] = []
    if r.random() < 0.5:
        found.append(sa.UniqueConstraint(*some, name=name))
    if r.random() < 0.5:
        text = escaped(f"a <> '{r.choice(TEXTS[3:])}'")
        found.append(sa.CheckConstraint(text, name=r.choice(["ck", "c k"])))
    if r.random() < 0.3 and dialect == "postgresql":
        found.append(
            postgresql.ExcludeConstraint(
                (sa.column("a"), "="), where=sa.text("a > 1"), using="gist"
            )
        )
    if r.random() < 0.5:
        found.append(sa.PrimaryKeyConstraint(some[0], name=r.choice([None, "the key"])))
    return found


def table(r: Chance, dialect: str) -> sa.Table:
    names = ["a", *r.sample(NAMES[1:], r.randint(0, 5))]
    metadata = sa.MetaData(naming_convention=r.choice([None, CONVENTION]))
    for schema in (None, "other"):
        sa.Table("o", metadata, sa.Column("id", sa.Integer()), schema=schema)
    made = sa.Table(
        r.choice(NAMES),
        metadata,
        *(column(r, name, dialect) for name in names),
        *constraints(r, names, dialect),
        schema=r.choice([None, "other", "Sche ma"]),
        comment=r.choice([None, *TEXTS]),
    )
    if r.random() < 0.5:
        where = {f"{dialect}_where": sa.column("a") > 5} if dialect != "mysql" else {}
        elements = r.choice([[made.c.a], [sa.func.lower(made.c.a)], [made.c[names[-1]].desc()]])
        sa.Index(r.choice(NAMES), *elements, unique=r.choice([True, False]), **where)
    return made


def indexes_again(made: sa.Table, again: sa.Table, construct: Construct) -> list[str]:
    """The DDL of the indexes of ``made``, read back from their source onto ``again``."""
    found = []
    for index in made.indexes:
        elements = evaluated(construct.index_elements(index))
        assert isinstance(elements, list)
        own = [again.c[e] if isinstance(e, str) else e for e in elements]
        named = {name: evaluated(value) for name, value in construct.dialect_keywords(index)}
        copy = sa.Index(index.name, *own, unique=index.unique, _table=again, **named)  # type: ignore[arg-type]
        found.append(str(CreateIndex(copy).compile(dialect=construct.dialect)))
    return sorted(found)


@pytest.mark.parametrize("dialect", sorted(OWN))
def test_random_tables_read_back(dialect: str, pytestconfig: pytest.Config) -> None:
    wanted = int(pytestconfig.getoption("--render-objects"))
    objects, seed = 0, 0
    while objects < wanted / len(OWN):
        made = table(random.Random(f"{dialect} {seed}"), dialect)
        construct = Construct(dialect=DIALECTS[dialect])
        again = evaluated(create_table(made, construct), made.metadata.naming_convention)
        where = f"seed {seed}: {expression(create_table(made, construct))}"
        assert isinstance(again, sa.Table)
        assert ddl(again, DIALECTS[dialect]) == ddl(made, DIALECTS[dialect]), where
        before = sorted(
            str(CreateIndex(i).compile(dialect=DIALECTS[dialect])) for i in made.indexes
        )
        assert indexes_again(made, again, construct) == before, where
        objects += 1 + len(made.columns) * 2 + len(made.constraints) + len(made.indexes)
        seed += 1
