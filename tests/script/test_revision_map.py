"""Every name a revision can be called by, and every plan between two of them."""

from __future__ import annotations

import time

import pytest

from schemadiff.errors import CommandError
from schemadiff.script.revision import (
    CycleDetected,
    DependencyCycleDetected,
    DependencyLoopDetected,
    DuplicateLabel,
    DuplicateRevision,
    LoopDetected,
    MissingRevision,
    MultipleHeads,
    RangeNotAncestorError,
    ResolutionError,
    Revision,
    RevisionError,
    RevisionMap,
    require_ids_fit,
)
from schemadiff.script.rows import (
    DeleteRow,
    InsertRow,
    RevisionStep,
    StampStep,
    UpdateRow,
    is_at_head,
    row_changes,
    rows_after,
    stamp_steps,
)

Map = RevisionMap[Revision]


def revisions(*several: Revision) -> Map:
    return RevisionMap(lambda: several)


def line(*names: str) -> list[Revision]:
    return [Revision(name, below) for name, below in zip(names, (None, *names))]


@pytest.fixture
def fork() -> Map:
    """base1 - trunk1 < (left1 - left2 | right1 - right2), with the labels left and right."""
    return revisions(
        *line("base1", "trunk1"),
        Revision("left1", "trunk1", branch_labels="left"),
        Revision("left2", "left1"),
        Revision("right1", "trunk1", branch_labels=("right",)),
        Revision("right2", "right1"),
    )


@pytest.fixture
def merged(fork: Map) -> Map:
    """The fork with both sides merged by merge1."""
    fork.add_revision(Revision("merge1", ("left2", "right2")))
    return fork


@pytest.fixture
def two_trees() -> Map:
    """one1 - one2 and two1 - two2, where two2 depends on one1."""
    return revisions(
        Revision("one1", None, branch_labels="one"),
        Revision("one2", "one1"),
        Revision("two1", None, branch_labels="two"),
        Revision("two2", "two1", dependencies="one1"),
    )


def named(found: object) -> list[str]:
    return [str(revision) for revision in found]  # type: ignore[attr-defined]


def up(map_: Map, target: object, rows: object = ()) -> list[str]:
    found = map_.iterate_revisions(target, rows, implicit_base=True)  # type: ignore[arg-type]
    return named(found)[::-1]


def down(map_: Map, rows: object, target: object) -> list[str]:
    found = map_.iterate_revisions(rows, target, select_for_downgrade=True)  # type: ignore[arg-type]
    return named(found)


# ---- names ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("base1", ["base1"]),
        ("tru", ["trunk1"]),
        ("heads", ["left2", "right2"]),
        ("base", []),
        (None, []),
        ("left@head", ["left2"]),
        ("left@heads", ["left2"]),
        ("left", ["left1"]),
        ("right@base", []),
        ("right1@head", ["right2"]),
        ("left@left2", ["left2"]),
        ("left@head-1", ["left1"]),
        ("trunk1-1", ["base1"]),
        ("right1+1", ["right2"]),
        ("left@trunk1+1", ["left1"]),
        (("left2", "right2"), ["left2", "right2"]),
    ],
)
def test_what_is_said_denotes_revisions(fork: Map, said: object, meant: list[str]) -> None:
    assert named(fork.get_revisions(said)) == meant  # type: ignore[arg-type]


def test_head_is_refused_where_there_are_several(fork: Map) -> None:
    with pytest.raises(MultipleHeads, match="Multiple head revisions are present") as caught:
        fork.get_revision("head")
    assert caught.value.heads == ("left2", "right2")
    assert "'<branchname>@head'" in str(caught.value)


def test_the_advice_for_several_heads_of_a_branch_does_not_repeat_the_branch() -> None:
    several = revisions(
        Revision("aaaa", None, branch_labels="lab"), Revision("b", "aaaa"), Revision("c", "aaaa")
    )
    with pytest.raises(MultipleHeads) as caught:
        several.get_revision("lab@head")
    assert "<branchname>@lab@head" not in str(caught.value)
    assert "'lab@heads'" in str(caught.value)


def test_an_ambiguous_beginning_names_the_candidates() -> None:
    with pytest.raises(ResolutionError, match="Multiple revisions start with 'ab'") as caught:
        revisions(Revision("abc1", None), Revision("abd1", "abc1")).get_revision("ab")
    assert caught.value.candidates == ("abc1", "abd1")


def test_a_short_unknown_name_says_why_it_may_not_be_found() -> None:
    with pytest.raises(ResolutionError, match="No such revision or branch 'ab'; please ensure"):
        revisions(Revision("abc", None)).get_revision("ab")


def test_a_revision_of_another_branch_is_refused(fork: Map) -> None:
    with pytest.raises(ResolutionError, match="Revision right1 is not a member of branch 'left'"):
        fork.get_revision("left@right1")
    with pytest.raises(ResolutionError, match="No such branch: 'middle'"):
        fork.get_revision("middle@head")


def test_labels_reach_up_to_the_tips_and_down_to_the_fork(fork: Map) -> None:
    labels = {revision.revision: revision.branch_labels for revision in fork}
    assert labels == {
        "base1": set(),
        "trunk1": set(),
        "left1": {"left"},
        "left2": {"left"},
        "right1": {"right"},
        "right2": {"right"},
    }


def test_a_label_with_a_minus_sign_is_still_a_label() -> None:
    map_ = revisions(Revision("aaaa", None, branch_labels="release-1"), Revision("bbbb", "aaaa"))
    assert named(map_.get_revisions("release-1")) == ["aaaa"]
    assert named(map_.get_revisions("release-1@head")) == ["bbbb"]


def test_filter_for_lineage_keeps_what_is_below_and_above(two_trees: Map) -> None:
    assert two_trees.filter_for_lineage(("one2", "two2"), "one") == ("one2",)
    assert two_trees.filter_for_lineage(("one2", "two2"), "one@head") == ("one2",)
    assert two_trees.filter_for_lineage(("one2", "two2"), "one", True) == ("one2", "two2")
    assert two_trees.filter_for_lineage(("one2", "two2"), None) == ("one2", "two2")


def test_heads_that_others_depend_on_are_not_real_heads() -> None:
    map_ = revisions(Revision("one1", None), Revision("two1", None, "one1"))
    assert map_.heads == ("one1", "two1")
    assert map_._real_heads == ("two1",)
    assert map_._real_bases == ("one1",)


# ---- what is wrong -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "error", "words"),
    [
        ([Revision("a", "b"), Revision("b", "a")], CycleDetected, r"Cycle is detected in revisions"),
        (
            [Revision("a", None, "b"), Revision("b", "a")],
            DependencyCycleDetected,
            "Dependency cycle is detected in revisions",
        ),
        ([Revision("a", None), Revision("a", None)], DuplicateRevision, "Revision a is present more"),
        ([Revision("b", "a")], MissingRevision, "Revision b stands on 'a'"),
        ([Revision("b", None, "aaaa")], MissingRevision, "Revision b depends on 'aaaa'"),
        (
            [Revision("a", None, None, "x"), Revision("b", None, None, "x")],
            DuplicateLabel,
            "Branch name 'x' in revision b already used by revision a",
        ),
    ],
)  # fmt: skip
def test_revisions_that_make_no_sense_are_refused(
    wrong: list[Revision], error: type[RevisionError], words: str
) -> None:
    with pytest.raises(error, match=words) as caught:
        _ = revisions(*wrong).heads
    assert isinstance(caught.value, CommandError)
    assert caught.value.exit_code == 4


def test_a_cycle_names_only_those_on_it() -> None:
    wrong = [*line("a", "b"), Revision("c", ("b", "e")), Revision("d", "c"), Revision("e", "d")]
    with pytest.raises(CycleDetected) as caught:
        _ = revisions(*wrong, Revision("f", "e")).heads
    assert set(caught.value.revisions) == {"c", "d", "e"}


def test_a_revision_on_itself_is_refused_at_once() -> None:
    with pytest.raises(LoopDetected, match=r"Self-loop is detected in revisions \(a\)"):
        Revision("a", "a")
    with pytest.raises(DependencyLoopDetected, match="Dependency self-loop"):
        Revision("a", None, "a")


@pytest.mark.parametrize("bad", ["a@b", "a-b", "a+b", "a:b", "", " ", "head", "base", "current"])
def test_an_identifier_that_could_not_be_addressed_is_refused(bad: str) -> None:
    with pytest.raises(RevisionError):
        Revision(bad, None)


def test_bad_characters_are_named() -> None:
    with pytest.raises(RevisionError) as caught:
        Revision("a@b", None)
    assert str(caught.value) == "Character(s) '@' not allowed in revision identifier 'a@b'"


def test_an_identifier_longer_than_the_version_table_is_refused() -> None:
    with pytest.raises(RevisionError, match="33 characters long, the version table holds 32"):
        require_ids_fit([Revision("a" * 33, None)])
    require_ids_fit([Revision("a" * 33, None)], width=64)


# ---- upgrades ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "rows", "plan"),
    [
        ("left2", (), ["base1", "trunk1", "left1", "left2"]),
        ("left@head", ("trunk1",), ["left1", "left2"]),
        ("heads", ("left2",), ["right1", "right2"]),
        ("right@+1", ("left2",), ["right1"]),
        ("left@+1", ("trunk1",), ["left1"]),
        ("+1", ("left1",), ["left2"]),
        ("+2", (), ["base1", "trunk1"]),
        ("trunk1", ("left2",), []),
        ("base1+1", (), ["base1", "trunk1"]),
        ("left@head-1", (), ["base1", "trunk1", "left1"]),
    ],
)
def test_an_upgrade_runs(fork: Map, target: str, rows: tuple[str, ...], plan: list[str]) -> None:
    assert up(fork, target, rows) == plan


def test_an_upgrade_brings_dependencies(two_trees: Map) -> None:
    assert up(two_trees, "two@head") == ["one1", "two1", "two2"]
    assert up(two_trees, "one@+1", ("two2",)) == ["one2"]


def test_relative_upgrades_that_cannot_be_are_refused(fork: Map) -> None:
    with pytest.raises(RevisionError, match=r"Relative revision \+5 didn't produce 5 migrations"):
        up(fork, "+5", ("left1",))
    with pytest.raises(RevisionError, match="Ambiguous walk"):
        up(fork, "+1", ("trunk1",))
    with pytest.raises(RevisionError, match="Ambiguous upgrade from multiple current revisions"):
        up(fork, "+1", ("left1", "right1"))
    with pytest.raises(RevisionError, match="Walked too far"):
        up(fork, "base1-2", ())


def test_rows_that_stand_on_one_another_are_refused(fork: Map) -> None:
    with pytest.raises(RevisionError, match=r"revision left2 overlaps with .* trunk1"):
        up(fork, "heads", ("trunk1", "left2"))


# ---- downgrades ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "target", "plan"),
    [
        (("left2", "right2"), "trunk1", ["left2", "left1", "right2", "right1"]),
        (("left2", "right2"), "left@trunk1", ["left2", "left1"]),
        (("left2", "right2"), "left@-1", ["left2"]),
        (("left2",), "-2", ["left2", "left1"]),
        (("left2",), "base", ["left2", "left1", "trunk1", "base1"]),
        (("left2",), "left2", []),
        (("left2",), "left2-1", ["left2"]),
    ],
)
def test_a_downgrade_takes_back(
    fork: Map, rows: tuple[str, ...], target: str, plan: list[str]
) -> None:
    assert down(fork, rows, target) == plan


def test_one_step_back_from_a_merge_takes_back_the_merge(merged: Map) -> None:
    assert down(merged, ("merge1",), "-1") == ["merge1"]
    with pytest.raises(RevisionError, match="Ambiguous walk"):
        down(merged, ("merge1",), "-2")


def test_a_step_back_from_several_heads_is_refused(fork: Map) -> None:
    with pytest.raises(RevisionError, match="Ambiguous downgrade") as caught:
        down(fork, ("left2", "right2"), "-1")
    assert caught.value.hint == "say which branch: <branch>@-1"


def test_a_step_back_on_a_branch_that_has_not_run_is_refused(fork: Map) -> None:
    with pytest.raises(RevisionError, match="didn't produce 1 migrations"):
        down(fork, ("left2",), "right@-1")


def test_a_downgrade_of_a_branch_takes_its_dependents_along(two_trees: Map) -> None:
    assert down(two_trees, ("one2", "two2"), "one@base") == ["one2", "two2", "one1"]
    assert down(two_trees, ("one2", "two2"), "two@base") == ["two2", "two1"]


def test_a_target_that_has_not_run_is_refused(fork: Map) -> None:
    with pytest.raises(RangeNotAncestorError, match="does not refer to ancestor/descendant"):
        down(fork, ("left2",), "right1")


# ---- listings ------------------------------------------------------------------------------------


def test_a_range_is_listed_newest_first_one_branch_at_a_time(merged: Map) -> None:
    assert named(merged.iterate_revisions("heads", "base")) == [
        "merge1", "left2", "left1", "right2", "right1", "trunk1", "base1",
    ]  # fmt: skip
    assert named(merged.iterate_revisions("left2", "trunk1", inclusive=True)) == [
        "left2", "left1", "trunk1",
    ]  # fmt: skip


def test_relative_ends_count_from_the_other_end(fork: Map) -> None:
    assert named(fork.iterate_revisions("left2", "-2", inclusive=True)) == [
        "left2",
        "left1",
        "trunk1",
    ]
    assert named(fork.iterate_revisions("+1", "base1")) == ["trunk1"]


def test_a_range_beyond_the_files_is_cut_where_that_is_allowed(fork: Map) -> None:
    found = fork.iterate_revisions("left2", "-9", assert_relative_length=False)
    assert named(found) == ["left2", "left1", "trunk1", "base1"]


def test_unrelated_ends_are_refused(fork: Map) -> None:
    with pytest.raises(RangeNotAncestorError) as caught:
        fork.iterate_revisions("left2", "right1")
    assert caught.value.lower == "right1"


# ---- version rows --------------------------------------------------------------------------------


def rows(map_: Map, name: str, is_upgrade: bool, before: tuple[str, ...]) -> list[object]:
    revision = map_.get_revision(name)
    assert revision is not None
    step = RevisionStep(revision, is_upgrade)
    return list(row_changes(before, rows_after(map_.graph, step, before), step))


def test_rows_of_each_kind_of_step(merged: Map) -> None:
    assert rows(merged, "base1", True, ()) == [InsertRow("base1")]
    assert rows(merged, "trunk1", True, ("base1",)) == [UpdateRow("base1", "trunk1")]
    assert rows(merged, "right1", True, ("left2",)) == [InsertRow("right1")]
    assert rows(merged, "merge1", True, ("left2", "right2")) == [
        DeleteRow("right2"), UpdateRow("left2", "merge1"),
    ]  # fmt: skip
    assert rows(merged, "merge1", False, ("merge1",)) == [
        InsertRow("right2"), UpdateRow("merge1", "left2"),
    ]  # fmt: skip
    assert rows(merged, "right1", False, ("left2", "right1")) == [DeleteRow("right1")]
    assert rows(merged, "left1", False, ("left1",)) == [UpdateRow("left1", "trunk1")]
    assert rows(merged, "base1", False, ("base1",)) == [DeleteRow("base1")]


def test_a_dependency_is_folded_into_what_depends_on_it(two_trees: Map) -> None:
    assert rows(two_trees, "two2", True, ("one1", "two1")) == [
        DeleteRow("one1"), UpdateRow("two1", "two2"),
    ]  # fmt: skip
    assert is_at_head(two_trees.graph, ("one2", "two2"))
    assert not is_at_head(two_trees.graph, ("two2",))


def test_taking_back_what_has_not_run_is_refused(fork: Map) -> None:
    with pytest.raises(RevisionError, match="cannot be taken back"):
        rows(fork, "left1", False, ("right1",))


@pytest.mark.parametrize(
    ("targets", "before", "steps"),
    [
        ("left2", ("trunk1",), [StampStep(("trunk1",), ("left2",), True)]),
        ("trunk1", ("left2", "right1"), [StampStep(("left2", "right1"), ("trunk1",), False)]),
        ("left2", ("left2",), []),
        ("left2", (), [StampStep((), ("left2",), True)]),
        ("base", ("left2", "right1"), [StampStep((x,), (), False) for x in ("left2", "right1")]),
        ("right@base", ("right1",), [StampStep(("right1",), (), False)]),
        ("heads", ("trunk1",), [
            StampStep(("trunk1",), ("left2",), True), StampStep((), ("right2",), True),
        ]),
    ],
)  # fmt: skip
def test_stamping(fork: Map, targets: str, before: tuple[str, ...], steps: list[StampStep]) -> None:
    assert stamp_steps(fork.index, targets, before) == steps


# ---- size ----------------------------------------------------------------------------------------


def test_the_cost_of_a_plan_grows_with_the_history_and_no_faster() -> None:
    seconds_there_and_back(100)  # what is done once
    few = min(seconds_there_and_back(500) for _ in range(3))
    assert min(seconds_there_and_back(5000) for _ in range(3)) < 50 * few  # a square would be 100


def seconds_there_and_back(size: int) -> float:
    """What it takes to plan the way up and down a line of ``size`` revisions, and to follow it."""
    names = [f"r{number:05}" for number in range(size)]
    many = revisions(*line(*names))
    began = time.perf_counter()
    version: tuple[str, ...] = ()
    for name in up(many, "head"):
        revision = many.get_revision(name)
        assert revision is not None
        version = rows_after(many.graph, RevisionStep(revision, True), version)
    assert version == (names[-1],)
    assert len(down(many, version, "base")) == size
    return time.perf_counter() - began
