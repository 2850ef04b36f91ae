"""Keys, checks, references and exclusions."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from .case import ALL, Build, M, P, S, bare, both, column, group, parent, table

primary = group("Primary keys")
uniques = group("UNIQUE constraints")
foreign = group("Foreign keys")
checks = group("CHECK constraints")
exclusions = group("EXCLUDE constraints (PostgreSQL)")

# ---- primary keys --------------------------------------------------------------------------------


def key(*columns: str, **options: Any) -> Build:
    options.setdefault("name", "pk")

    def items() -> list[Any]:
        made = [sa.Column(n, sa.Integer, nullable=False, autoincrement=False) for n in "ab"]
        return [*made, *([sa.PrimaryKeyConstraint(*columns, **options)] if columns else [])]

    return bare(items)


primary.case("a primary key", key(), key("a"), "+ primary_key t")
primary.case("columns", key("a"), key("a", "b"), "~ primary_key t columns")
primary.case("order of columns", key("a", "b"), key("b", "a"), "~ primary_key t columns")
primary.case(
    "name",
    key("a", name="one"),
    key("a", name="two"),
    "~ primary_key t name",
    on=(S, P),
    without={M: "it is always called PRIMARY"},
)
primary.case("DEFERRABLE", key("a"), key("a", deferrable=True), "~ primary_key t options", on=P)
primary.case(
    "INITIALLY DEFERRED",
    key("a", deferrable=True),
    key("a", deferrable=True, initially="DEFERRED"),
    "~ primary_key t options",
    on=P,
)
primary.case(
    "INCLUDE", key("a"), key("a", postgresql_include=["b"]), "~ primary_key t options", on=P
)
primary.case(
    "ON CONFLICT",
    key("a"),
    key("a", sqlite_on_conflict="REPLACE"),
    "~ primary_key t options",
    on=S,
)

# ---- uniques -------------------------------------------------------------------------------------


def unique(*columns: str, **options: Any) -> Build:
    options.setdefault("name", "uq")
    return table(lambda: [sa.UniqueConstraint(*columns, **options)])


def said_unique(attribute: str, on: object, what: str = "options", **options: Any) -> None:
    uniques.case(attribute, unique("a"), unique("a", **options), f"~ unique t.uq {what}", on=on)  # type: ignore[arg-type]


uniques.case("a constraint", table(), unique("a"), "+ unique t.uq", on=(S, P))
uniques.case(
    "a constraint", table(), unique("a"), "+ unique t.uq", on=M, backwards=("- index t.uq",)
)
uniques.case("columns", unique("a"), unique("b"), "~ unique t.uq columns")
uniques.case("one column more", unique("a"), unique("a", "b"), "~ unique t.uq columns")
uniques.case("order of columns", unique("a", "b"), unique("b", "a"), "~ unique t.uq columns")
uniques.case(
    "name",
    unique("a", name="one"),
    unique("a", name="two"),
    "+ unique t.two",
    "- unique t.one",
    on=(S, P),
)
uniques.case(
    "name",
    unique("a", name="one"),
    unique("a", name="two"),
    "+ unique t.two",
    "- index t.one",
    on=M,
    backwards=("+ unique t.one", "- index t.two"),
)
uniques.case(
    "said of the column",
    column(sa.Integer, unique=False),
    both(column(sa.Integer, unique=True)),
    "+ unique t.t_c_key",
    on=P,
)
said_unique("DEFERRABLE", P, "deferrable", deferrable=True)
uniques.case(
    "INITIALLY DEFERRED",
    unique("a", deferrable=True),
    unique("a", deferrable=True, initially="DEFERRED"),
    "~ unique t.uq initially_deferred",
    on=P,
)
said_unique("NULLS NOT DISTINCT", P, "nulls_not_distinct", postgresql_nulls_not_distinct=True)
said_unique("INCLUDE", P, "include", postgresql_include=["b"])
said_unique("ON CONFLICT", S, sqlite_on_conflict="IGNORE")
uniques.case(
    "constraint or unique index",
    unique("a"),
    table(lambda: [sa.Index("uq", "a", unique=True)]),
    "+ index t.uq",
    "- unique t.uq",
    on=(S, P),
)
uniques.case(
    "constraint or unique index",
    unique("a"),
    table(lambda: [sa.Index("uq", "a", unique=True)]),
    on=M,
    alike="a UNIQUE constraint is a unique index",
)
uniques.case("comment", unique("a"), unique("a", comment="why"), "~ unique t.uq comment", on=P)

# ---- foreign keys --------------------------------------------------------------------------------


def reference(target: str = "p.x", columns: tuple[str, ...] = ("a",), **options: Any) -> Build:
    options.setdefault("name", "fk")
    targets = [f"{target.partition('.')[0]}.{c}" for c in target.partition(".")[2].split("+")]
    own = table(lambda: [sa.ForeignKeyConstraint(columns, targets, **options)])
    return both(parent("p"), parent("q"), own)


def said_reference(attribute: str, what: str, on: object = ALL, **options: Any) -> None:
    foreign.case(attribute, reference(), reference(**options), f"~ foreign_key t.fk {what}", on=on)  # type: ignore[arg-type]


foreign.case(
    "a foreign key", both(parent("p"), parent("q"), table()), reference(), "+ foreign_key t.fk"
)
said_reference("columns", "columns", columns=("b",))
said_reference("columns it refers to", "target_columns", target="p.y")
said_reference("table it refers to", "target_table", target="q.x")
foreign.case(
    "order of columns",
    reference("p.x+y", ("a", "b")),
    reference("p.x+y", ("b", "a")),
    "~ foreign_key t.fk columns",
)
foreign.case(
    "name",
    reference(name="one"),
    reference(name="two"),
    "+ foreign_key t.two",
    "- foreign_key t.one",
)
said_reference("ON DELETE", "ondelete", ondelete="CASCADE")
said_reference("ON UPDATE", "onupdate", onupdate="CASCADE")
said_reference("ON DELETE RESTRICT", "ondelete", (S, P), ondelete="RESTRICT")
foreign.case(
    "ON DELETE RESTRICT",
    reference(),
    reference(ondelete="RESTRICT"),
    on=M,
    alike="RESTRICT is what InnoDB does without being told",
)
for action in ("SET NULL", "SET DEFAULT", "NO ACTION"):
    foreign.case(
        f"ON DELETE {action}",
        reference(ondelete="CASCADE"),
        reference(ondelete=action),
        "~ foreign_key t.fk ondelete",
        on=(S, P),
    )
foreign.case(
    "columns that ON DELETE sets",
    reference("p.x+y", ("a", "b"), ondelete="SET NULL (a)"),
    reference("p.x+y", ("a", "b"), ondelete="SET NULL (b)"),
    "~ foreign_key t.fk ondelete",
    on=P,
)
said_reference("MATCH", "match", P, match="FULL")
said_reference("DEFERRABLE", "deferrable", (S, P), deferrable=True)
foreign.case(
    "INITIALLY DEFERRED",
    reference(deferrable=True),
    reference(deferrable=True, initially="DEFERRED"),
    "~ foreign_key t.fk initially_deferred",
    on=(S, P),
)
foreign.case(
    "NOT VALID",
    reference(),
    reference(),
    "~ foreign_key t.fk options",
    on=P,
    aside=(
        "ALTER TABLE t DROP CONSTRAINT fk",
        "ALTER TABLE t ADD CONSTRAINT fk FOREIGN KEY (a) REFERENCES p (x) NOT VALID",
    ),
)
said_reference("comment", "comment", P, comment="why")

# ---- checks --------------------------------------------------------------------------------------


def check(text: str = "a > 0", **options: Any) -> Build:
    options.setdefault("name", "ck")
    return table(lambda: [sa.CheckConstraint(text, **options)])


def predicate(attribute: str, before: str, after: str, on: object = ALL) -> None:
    checks.case(f"predicate: {attribute}", check(before), check(after), "~ check t.ck sql", on=on)  # type: ignore[arg-type]


checks.case("a constraint", table(), check(), "+ check t.ck")
checks.case("name", check(name="one"), check(name="two"), "+ check t.two", "- check t.one")
predicate("a number", "a > 0", "a > 1")
predicate("an operator", "a > 0", "a >= 0")
predicate("a column", "a > 0", "b > 0")
predicate("a text", "s <> 'x'", "s <> 'X'")
predicate("a quote in a text", "s <> 'it''s'", "s <> 'its'")
predicate("a list", "a IN (1, 2)", "a IN (1, 3)")
predicate("AND or OR", "a > 0 AND b > 0", "a > 0 OR b > 0")
predicate("brackets", "a > 0 AND (b > 0 OR b < 9)", "(a > 0 AND b > 0) OR b < 9")
predicate("NOT", "a IS NULL", "a IS NOT NULL")
predicate("a function", "length(s) > 1", "lower(s) > '1'")
predicate("a pattern", "s LIKE 'a%'", "s LIKE 'b%'")
checks.case(
    "said of the column",
    column(sa.Integer, lambda: sa.CheckConstraint("c > 0", name="ck")),
    column(sa.Integer, lambda: sa.CheckConstraint("c > 1", name="ck")),
    "~ check t.ck sql",
    on=(S, P),
)
checks.case(
    "without a name",
    table(lambda: [sa.CheckConstraint("a > 0")]),
    table(lambda: [sa.CheckConstraint("a > 0")]),
    "- check t.t_b_check",
    on=P,
    aside=("ALTER TABLE t ADD CHECK (b > 0)",),
)
checks.case(
    "without a name",
    table(lambda: [sa.CheckConstraint("a > 0")]),
    table(lambda: [sa.CheckConstraint("a > 0"), sa.CheckConstraint("b > 0")]),
    "+ check t.CONSTRAINT_2",
    on=M,
)
checks.case(
    "without a name",
    table(lambda: [sa.CheckConstraint("a > 0")]),
    table(lambda: [sa.CheckConstraint("a > 0"), sa.CheckConstraint("b > 0")]),
    "+ check t.ck_t",
    on=S,
    backwards=("- check t.(b > 0)",),
)
checks.case(
    "made by a boolean",
    column(sa.Boolean),
    column(lambda: sa.Boolean(create_constraint=True, name="ck")),
    "+ check t.ck",
    on=(S, M),
    without={P: "BOOLEAN needs none"},
)
checks.case(
    "NOT VALID",
    check(),
    check(),
    "~ check t.ck options",
    on=P,
    aside=(
        "ALTER TABLE t DROP CONSTRAINT ck",
        "ALTER TABLE t ADD CONSTRAINT ck CHECK (a > 0) NOT VALID",
    ),
)
checks.case(
    "NO INHERIT",
    check(),
    check(),
    "~ check t.ck options",
    on=P,
    aside=(
        "ALTER TABLE t DROP CONSTRAINT ck",
        "ALTER TABLE t ADD CONSTRAINT ck CHECK (a > 0) NO INHERIT",
    ),
)
checks.case("comment", check(), check(comment="why"), "~ check t.ck comment", on=P)

# ---- exclusions ----------------------------------------------------------------------------------


def exclude(*elements: tuple[Any, str], **options: Any) -> Build:
    options.setdefault("name", "ex")

    def items() -> list[Any]:
        named = elements or (("r", "&&"),)
        made = [(sa.text(e) if "(" in e else e, operator) for e, operator in named]
        return [sa.Column("r", pg.INT4RANGE), pg.ExcludeConstraint(*made, **options)]

    return table(items)


EX = "~ exclusion t.ex sql"
exclusions.case(
    "a constraint",
    table(lambda: [sa.Column("r", pg.INT4RANGE)]),
    exclude(),
    "+ exclusion t.ex",
    on=P,
)
exclusions.case("operator", exclude(), exclude(("r", "-|-")), EX, on=P)
exclusions.case(
    "an expression",
    exclude(("int4range(a, b)", "&&")),
    exclude(("int4range(b, a)", "&&")),
    EX,
    on=P,
)
exclusions.case("WHERE", exclude(), exclude(where=sa.text("a > 0")), EX, on=P)
exclusions.case(
    "predicate", exclude(where=sa.text("a > 0")), exclude(where=sa.text("a > 1")), EX, on=P
)
exclusions.case(
    "method", exclude(("r", "="), using="gist"), exclude(("r", "="), using="btree"), EX, on=P
)
exclusions.case("DEFERRABLE", exclude(), exclude(deferrable=True), EX, on=P)
exclusions.case(
    "INITIALLY DEFERRED",
    exclude(deferrable=True),
    exclude(deferrable=True, initially="DEFERRED"),
    EX,
    on=P,
)
exclusions.case(
    "name", exclude(name="one"), exclude(name="two"), "+ exclusion t.two", "- exclusion t.one", on=P
)
exclusions.case(
    "operator class",
    exclude(ops={"r": "range_ops"}),
    exclude(),
    on=P,
    alike="range_ops is the default of the type",
)

GROUPS = (primary, uniques, foreign, checks, exclusions)
