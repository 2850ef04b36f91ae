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
