"""What only changed its name is found, and what might be something else is not."""

from __future__ import annotations

from dataclasses import replace

from schemadiff.diff import Rename, apply, confirmed, diff, plan, renamed, renames, reverse
from schemadiff.model import (
    Check,
    Column,
    ForeignKey,
    Index,
    Key,
    Node,
    PrimaryKey,
    Snapshot,
    Sql,
    Table,
    table_key,
)
from schemadiff.model.nodes import Element

INTEGER, TEXT = Sql.of("INTEGER"), Sql.of("TEXT")


def table(name: str, *columns: str, renamed_from: str = "") -> list[Node]:
    return [
        Table("", name, renamed_from=renamed_from),
        *(Column("", name, column, INTEGER, position=i) for i, column in enumerate(columns)),
        PrimaryKey("", name, f"{name}_pkey", columns[:1]),
    ]


def names(found: tuple[Rename, ...]) -> list[tuple[str, str]]:
    return [(str(one.old.key), str(one.new.key)) for one in found]


def test_a_table_with_the_same_columns_and_a_similar_name_is_a_rename() -> None:
    old, new = Snapshot(table("user", "id", "email")), Snapshot(table("users", "id", "email"))
    assert names(renames(old, new)) == [("user", "users")]


def test_a_small_table_with_another_name_altogether_is_none() -> None:
    old, new = Snapshot(table("colour", "id", "name")), Snapshot(table("size", "id", "name"))
    assert renames(old, new) == ()


def test_many_columns_tell_a_table_whatever_its_name() -> None:
    columns = ("id", "a", "b", "c", "d")
    old, new = Snapshot(table("invoice", *columns)), Snapshot(table("bill", *columns))
    assert names(renames(old, new)) == [("invoice", "bill")]


def test_two_candidates_are_no_rename() -> None:
    old = Snapshot([*table("item_a", "id", "x"), *table("item_b", "id", "x")])
    new = Snapshot(table("item_c", "id", "x"))
    assert renames(old, new) == ()


def test_what_the_author_says_counts_whatever_it_looks_like() -> None:
    old = Snapshot(table("colour", "id", "name"))
    new = Snapshot(table("size", "id", "name", renamed_from="colour"))
    assert names(renames(old, new)) == [("colour", "size")]


def test_a_column_in_the_same_place_with_a_similar_name_is_a_rename() -> None:
    old = Snapshot(table("t", "id", "created", "x"))
    new = Snapshot(table("t", "id", "created_at", "x"))
    assert names(renames(old, new)) == [("t.created", "t.created_at")]


def test_a_column_that_comes_elsewhere_is_another_one() -> None:
    old = Snapshot(table("t", "id", "created", "x"))
    new = Snapshot(table("t", "id", "x", "created_at"))
    assert renames(old, new) == ()


def test_a_column_that_a_check_speaks_of_is_not_guessed() -> None:
    check = Check("", "t", "ck", Sql.of("created > 0"), columns=("created",))
    old = Snapshot([*table("t", "id", "created"), check])
    new = Snapshot(table("t", "id", "created_at"))
    assert renames(old, new) == ()


def test_a_guess_of_another_type_is_not_confirmed() -> None:
    old = Snapshot(table("t", "id", "owner"))
    new = Snapshot(table("t", "id", "owner_id"))
    other = new.having([Column("", "t", "owner_id", TEXT, position=1)])
    (guess,) = renames(old, new)
    after = renamed(old, (guess,))
    assert confirmed(guess, after, new)
    assert not confirmed(guess, after, other)


def test_everything_that_refers_to_a_renamed_table_follows() -> None:
    key = ForeignKey("", "order", "fk", ("user",), "", "user", ("id",))
    index = Index("", "user", "ix", (Element("email"),))
    old = Snapshot([*table("user", "id", "email"), index, *table("order", "id", "user"), key])
    after = renamed(old, renames(old, Snapshot(table("users", "id", "email"))))
    assert after[key.key] == replace(key, target_table="users")
    assert Key("index", "", "users", "ix") in after
    assert table_key("", "user") not in after


def test_everything_that_names_a_renamed_column_follows() -> None:
    key = ForeignKey("", "b", "fk", ("a_id",), "", "a", ("ident",))
    old = Snapshot([*table("a", "ident", "x"), *table("b", "id", "a_id"), key])
    new = Snapshot([*table("a", "ident_no", "x"), *table("b", "id", "a_id")])
    after = renamed(old, renames(old, new))
    assert after[key.key] == replace(key, target_columns=("ident_no",))
    assert after[Key("primary_key", "", "a", "")] == PrimaryKey("", "a", "a_pkey", ("ident_no",))


def test_a_plan_with_renames_leads_there_and_back() -> None:
    old = Snapshot([*table("user", "id", "mail", "x"), Index("", "user", "ix", (Element("mail"),))])
    new = Snapshot(
        [*table("users", "id", "mail_to", "x"), Index("", "users", "ix2", (Element("mail_to"),))]
    )
    found = renames(old, Snapshot(table("users", "id", "mail", "x")))
    column = Column("", "users", "mail", INTEGER, position=1)
    found = (*found, Rename(column, replace(column, name="mail_to")))
    after = renamed(old, found)
    there = apply(plan((*found, *diff(after, new))), old)
    assert there == new
    back = tuple(reverse(one) for one in reversed(found))
    assert apply(plan((*diff(new, after), *back)), there) == old
