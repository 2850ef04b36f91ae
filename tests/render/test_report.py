"""What a person and what a machine is told about the same differences."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from hypothesis import given
from hypothesis import strategies as st

from schemadiff.diff import Alter, Change, Create, Drop, Rename
from schemadiff.model import (
    Check,
    Column,
    Computed,
    Domain,
    Element,
    Enum,
    ForeignKey,
    Gap,
    Identity,
    Index,
    Key,
    PrimaryKey,
    Sequence,
    Sql,
    Table,
    Unique,
    column_key,
)
from schemadiff.render.json import document, dumps
from schemadiff.render.report import Report
from schemadiff.render.text import summary


@dataclass(frozen=True)
class Open:
    key: Key
    attribute: str
    old: str
    new: str
    reason: str


def column(name: str, type_: str = "INTEGER", position: int = 0, **kwargs: object) -> Column:
    return Column("", "account", name, Sql.of(type_), position=position, **kwargs)  # type: ignore[arg-type]


ASKED = Sql("x", "CURRENT_TIMESTAMP AT TIME ZONE 'utc'", how="database")
CHANGES: list[Change] = [
    Create(column("last_login", "TIMESTAMP", 9)),
    Alter(column("email", "VARCHAR(80)", 1), column("email", "VARCHAR(120)", 1)),
    Alter(
        column("made", position=2, default=Sql.of("now()")),
        column("made", position=2, default=ASKED),
    ),
    Drop(Index("", "account", "ix_account_old", (Element("name", descending=True),))),
    Drop(PrimaryKey("", "order", "", ("id",))),
    Create(PrimaryKey("", "order", "", ("id", "region"))),
    Create(ForeignKey("", "order", "fk", ("a_id",), "", "account", ("id",), ondelete="CASCADE")),
    Create(Table("", "invoice")),
    Create(Column("", "invoice", "id", Sql.of("INTEGER"))),
    Create(Index("", "invoice", "ix", (Element("id"),))),
    Drop(Table("old", "gone")),
    Drop(Column("old", "gone", "id", Sql.of("INTEGER"))),
    Alter(Enum("", "colour", ("red",)), Enum("", "colour", ("red", "blue"))),
]


def page(*changes: Change, **kwargs: object) -> list[str]:
    return summary(Report(changes, **kwargs))  # type: ignore[arg-type]


def test_the_page() -> None:
    lines = page(*CHANGES, database="shop.db", models="shop.models:Base", in_sync=41, seconds=0.31)
    assert lines == [
        "shop.db ⇄ shop.models:Base                  4 tables differ · 41 in sync · 0.3 s",
        "",
        "~ enum colour  red → red | blue",
        "",
        "account",
        "  ~ email           VARCHAR(80) → VARCHAR(120)",
        "  ~ made            default  now() → CURRENT_TIMESTAMP AT TIME ZONE 'utc'"
        "   (asked the database)",
        "  + last_login      TIMESTAMP, nullable",
        "  - ix_account_old  (name desc)",
        "",
        "+ invoice  1 column, 1 index",
        "",
        "order",
        "  ~ primary key  (id) → (id, region)",
        "  + fk           (a_id) → account (id) on delete cascade",
        "",
        "- old.gone  1 column",
        "",
        '9 differences. Write them as a revision: schemadiff revision --autogenerate -m "…"',
    ]


def test_nothing_to_do_is_said() -> None:
    assert page(database="shop.db", in_sync=3)[-1].startswith("Nothing to do")
    assert "no differences · 3 in sync" in page(database="shop.db", in_sync=3)[0]


def test_one_difference_is_singular() -> None:
    assert page(CHANGES[0])[0] == "1 table differs"
    assert page(CHANGES[0])[-1].startswith("1 difference. Write it as")


def test_what_is_undecided_or_not_understood_is_listed() -> None:
    undecided = [Open(column_key("", "t", "c"), "default", "a", "b", "read-only")]
    lines = page(undecided=undecided, gaps=[Gap("t", "a strange constraint")])
    assert "  column t.c: default  a ? b   (read-only)" in lines
    assert "  t: a strange constraint" in lines
    assert not any("Nothing to do" in line for line in lines)


def test_each_kind_says_what_matters() -> None:
    lines = page(
        Create(Unique("", "t", "u", ("a", "b"), deferrable=True)),
        Create(Check("", "t", "", Sql.of("a >\n  1"))),
        Create(Index("", "t", "i", (Element(sql=Sql.of("lower(a)")),), unique=True, method="gin")),
        Create(Column("", "t", "g", Sql.of("INT"), computed=Computed(Sql.of("a + 1"), True))),
        Create(Column("", "t", "h", Sql.of("INT"), nullable=False, identity=Identity(start=5))),
        Create(Sequence("", "s", start=3, cycle=True)),
        Rename(Index("", "t", "old", ()), Index("", "t", "new", ())),
    )
    assert lines[2:-2] == [
        "+ sequence s  start 3, cycle",
        "",
        "t",
        "  + g      INT, nullable, computed stored a + 1",
        "  + h      INT, not null, identity by default, start 5",
        "  + u      (a, b), deferrable",
        "  + check  a > 1",
        "  + i      ((lower(a))) unique using gin",
        "  ~ old    renamed to new",
    ]


def test_a_refusal_is_shown_with_the_database_s_own_words() -> None:
    refused = Sql("q", "a > b", how="refused", note="no column b")
    (line,) = page(Alter(Check("", "t", "c", Sql.of("a > 1")), Check("", "t", "c", refused)))[3:-2]
    assert line == "  ~ c  a > 1 → a > b   (the database refuses it: no column b)"


def test_colours_are_the_caller_s() -> None:
    def style(text: str, /, *, fg: str | None = None, bold: bool | None = None) -> str:
        return f"<{fg or 'bold'}>{text}</>"

    lines = summary(Report([CHANGES[0]], database="db"), style)
    assert lines[0].startswith("<bold>db</>")
    assert lines[3] == "  <green>+</> last_login  TIMESTAMP, nullable"


def test_the_document() -> None:
    found = document(Report([CHANGES[2]], "shop.db", "shop.models:Base"))
    assert found == {
        "version": 1,
        "in_sync": False,
        "database": "shop.db",
        "models": "shop.models:Base",
        "changes": [
            {
                "action": "alter",
                "kind": "column",
                "schema": "",
                "table": "account",
                "name": "made",
                "attributes": {
                    "default": {
                        "old": "now()",
                        "new": "CURRENT_TIMESTAMP AT TIME ZONE 'utc'",
                        "how": "database",
                    }
                },
            }
        ],
        "undecided": [],
        "gaps": [],
    }


def test_nested_values_are_objects() -> None:
    made = Index("", "t", "i", (Element("a", length=3),), options=(("fillfactor", "70"),))
    (change,) = json.loads(dumps(Report([Create(made)])))["changes"]
    assert change["attributes"]["elements"]["new"][0]["length"] == 3
    assert change["attributes"]["options"]["new"] == {"fillfactor": "70"}
    assert change["attributes"]["elements"]["old"] is None


def test_the_checks_of_a_domain_are_texts_by_name() -> None:
    domain = Domain("", "email", Sql.of("text"), checks=(("email_check", Sql.of("VALUE <> ''")),))
    (change,) = json.loads(dumps(Report((Create(domain),))))["changes"]
    assert change["attributes"]["checks"]["new"] == {"email_check": "VALUE <> ''"}


def test_a_rename_says_both_names() -> None:
    renamed = Rename(Table("", "a"), Table("", "b"))
    (change,) = json.loads(dumps(Report([renamed])))["changes"]
    assert (change["action"], change["old_name"], change["name"]) == ("rename", "a", "b")


@given(st.permutations(CHANGES))
def test_the_order_of_the_changes_changes_nothing(changes: list[Change]) -> None:
    assert summary(Report(changes)) == summary(Report(CHANGES))
    assert dumps(Report(changes)) == dumps(Report(CHANGES))


def test_options_are_an_object_where_there_are_none_as_well() -> None:
    old = Table("", "t")
    change = Alter(old, replace(old, options=(("engine", "InnoDB"),)))
    (told,) = document(Report((change,), "a", "b"))["changes"]  # type: ignore[misc]
    assert told["attributes"]["options"]["old"] == {}
    assert told["attributes"]["options"]["new"] == {"engine": "InnoDB"}
