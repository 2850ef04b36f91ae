"""Which node is which, and what is none of the models' business."""

from __future__ import annotations

from dataclasses import replace

from schemadiff.diff import Ties, adopted, diff, invent, managed, pair, with_dependants
from schemadiff.model import (
    ANY,
    VIRTUAL,
    Check,
    Column,
    Enum,
    ForeignKey,
    Index,
    Node,
    PrimaryKey,
    Sequence,
    Snapshot,
    Sql,
    Table,
    Unique,
)
from schemadiff.model.nodes import Element

T = Table("", "t")
A, B = (Column("", "t", name, Sql.of("INTEGER")) for name in "ab")


def both(*nodes: Node) -> Snapshot:
    return Snapshot([T, A, B, *nodes])


def paired(old: Snapshot, new: Snapshot, **facts: bool) -> tuple[Snapshot, Snapshot]:
    return pair(
        old,
        new,
        unique_is_index=facts.get("unique_is_index", False),
        **{k: v for k, v in facts.items() if k != "unique_is_index"},
    )


def test_nameless_constraints_take_the_name_of_what_says_the_same() -> None:
    old = both(
        PrimaryKey("", "t", "t_pkey", ("a",)),
        Unique("", "t", "t_b_key", ("b",)),
        Check("", "t", "t_a_check", Sql.of("a > 0")),
        ForeignKey("", "t", "t_b_fkey", ("b",), "", "t", ("a",)),
    )
    new = both(
        PrimaryKey("", "t", "", ("a",)),
        Unique("", "t", "", ("b",)),
        Check("", "t", "", Sql.of("a > 0")),
        ForeignKey("", "t", "", ("b",), "", "t", ("a",)),
    )
    assert diff(*paired(old, new)) == ()


def test_a_name_that_its_author_chose_is_never_exchanged() -> None:
    old, new = both(Unique("", "t", "uq_old", ("b",))), both(Unique("", "t", "uq_new", ("b",)))
    assert len(diff(*paired(old, new))) == 2


def test_a_unique_index_is_the_unique_constraint_of_its_name_where_both_are_one() -> None:
    old = both(Index("", "t", "b", (Element("b"),), unique=True))
    for wanted in (Unique("", "t", "b", ("b",)), Unique("", "t", "", ("b",))):
        assert diff(*paired(old, both(wanted), unique_is_index=True)) == ()
        assert diff(*paired(old, both(wanted))) != ()


def test_an_index_that_only_serves_a_foreign_key_is_nobodys() -> None:
    implied = Index("", "t", "fk", (Element("b"),), options=(("implied_by", "fk"),))
    assert diff(*paired(both(implied), both())) == ()
    assert diff(*paired(both(implied), both(replace(implied, options=())))) == ()


def test_of_a_table_that_goes_only_an_index_that_its_server_would_make_again_is_nobodys() -> None:
    def gone(name: str, key: str) -> int:
        index = Index("", "t", name, (Element("b"),), options=(("implied_by", key),))
        return len(diff(*paired(both(index), Snapshot())))

    assert gone("fk", "fk") == gone("b", "t_ibfk_1") == gone("old_ibfk_1", "t_ibfk_1")
    assert gone("b", "fk") == gone("fk", "fk") + 1


def test_a_unique_over_the_primary_key_is_not_made_where_the_database_merges_them() -> None:
    key = PrimaryKey("", "t", "t_pkey", ("a",))
    old, new = both(key), both(key, Unique("", "t", "", ("a",)))
    assert diff(*paired(old, new, merges_equal_uniques=True)) == ()
    assert diff(*paired(old, new)) != ()


def test_what_is_added_without_a_name_gets_one() -> None:
    new = invent(both(), both(Unique("", "t", "", ("b",))), lambda node, taken: "t_b_key")
    assert Unique("", "t", "t_b_key", ("b",)).key in new


def test_a_sequence_is_compared_only_with_models_that_have_sequences() -> None:
    old = both(Sequence("", "calls"))
    assert diff(*managed(old, both())) == ()
    assert len(diff(*managed(old, both(Sequence("", "other"))))) == 2


def test_an_enum_that_no_column_uses_was_made_by_somebody_else() -> None:
    state = Enum("", "state", ("on", "off"))
    assert diff(*managed(both(state), both())) == ()
    user = Column("", "t", "c", Sql.of("state"), uses=(state.key,))
    assert len(diff(*managed(both(state, user), both()))) == 2


def test_a_model_of_a_virtual_table_stands_for_whatever_is_there() -> None:
    virtual = Table("", "docs", options=((VIRTUAL, "CREATE VIRTUAL TABLE docs USING fts5(body)"),))
    model = [Table("", "docs"), Column("", "docs", "body", Sql.of("TEXT"))]
    assert diff(*managed(both(virtual), both(*model))) == ()
    assert len(diff(*managed(both(virtual), both()))) == 1


def test_a_default_left_to_the_database_is_whatever_it_is() -> None:
    old, new = both(replace(B, default=Sql.of("now()"))), both(replace(B, default=ANY))
    assert diff(old, adopted(old, new)) == ()
    assert adopted(Snapshot(), new)[B.key] == B


def test_table_options_count_as_far_as_the_models_mention_them() -> None:
    old = Snapshot([replace(T, options=(("engine", "MyISAM"),))])
    assert diff(old, adopted(old, Snapshot([T]))) == ()
    said = Snapshot([replace(T, mentioned=("engine",))])
    assert len(diff(old, adopted(old, said))) == 1


def test_not_valid_is_no_difference_once_a_constraint_is_valid() -> None:
    check = Check("", "t", "ck", Sql.of("a > 0"))
    old, new = both(check), both(replace(check, options=(("not_valid", "True"),)))
    assert diff(old, adopted(old, new)) == ()
    assert diff(new, adopted(new, new)) == ()


def test_the_newer_labels_count_where_columns_disagree() -> None:
    old = both(Enum("", "state", ("on",)))
    new = both(Enum("", "state", ("on",), others=(("on", "off"),)))
    (change,) = diff(old, adopted(old, new))
    assert change.key.name == "state"


def test_a_type_that_is_only_named_has_the_labels_it_has() -> None:
    old, new = both(Enum("", "state", ("on",))), both(Enum("", "state", ()))
    assert diff(old, adopted(old, new)) == ()


KEY = PrimaryKey("", "t", "t_pkey", ("a",))
REFERENCE = ForeignKey("", "u", "fk", ("t_a",), "", "t", ("a",))
U = [Table("", "u"), Column("", "u", "t_a", Sql.of("INTEGER")), REFERENCE]


def test_a_foreign_key_steps_aside_while_the_key_it_refers_to_changes() -> None:
    old = both(KEY, *U)
    new = both(replace(KEY, columns=("a", "b")), Unique("", "t", "uq", ("a",)), *U)
    steps = with_dependants(diff(old, new), old, new)
    assert [type(step).__name__ for step in steps if step.key == REFERENCE.key] == [
        "Drop",
        "Create",
    ]


def test_a_foreign_key_steps_aside_for_a_type_only_where_it_holds_types() -> None:
    old = both(KEY, *U)
    new = old.having([replace(A, type=Sql.of("BIGINT"))])
    changes = diff(old, new)
    assert with_dependants(changes, old, new) == changes
    assert len(with_dependants(changes, old, new, Ties(keys_hold_types=True))) == 3


def test_a_foreign_key_steps_aside_for_its_index_only_where_it_leans_on_it() -> None:
    index = Index("", "u", "ix", (Element("t_a"),))
    old, new = both(KEY, *U, index), both(KEY, *U)
    changes = diff(old, new)
    assert with_dependants(changes, old, new) == changes
    assert len(with_dependants(changes, old, new, Ties(keys_hold_indexes=True))) == 3
