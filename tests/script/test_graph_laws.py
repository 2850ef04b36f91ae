"""What holds for every graph of revisions."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from schemadiff.script.revision import Revision, RevisionMap
from schemadiff.script.rows import (
    DeleteRow,
    InsertRow,
    RevisionStep,
    RowChange,
    UpdateRow,
    implied,
    is_at_head,
    row_changes,
    rows_after,
)


@st.composite
def maps(draw: st.DrawFn) -> RevisionMap[Revision]:
    """A map of up to nine revisions with merges, branches and dependencies."""
    revisions: list[Revision] = []
    for number in range(draw(st.integers(1, 9))):
        known = [revision.revision for revision in revisions]
        several = (
            st.lists(st.sampled_from(known), unique=True, max_size=2) if known else st.just([])
        )
        down = draw(several)
        depends = [name for name in draw(several) if name not in down][:1]
        revisions.append(Revision(f"rev{number}", down, depends))
    order = draw(st.permutations(revisions))
    return RevisionMap(lambda: order)


@st.composite
def places(draw: st.DrawFn) -> tuple[RevisionMap[Revision], tuple[str, ...]]:
    """A map, and the rows of a database that has some of its revisions."""
    revisions = draw(maps())
    names = list(revisions.graph.down)
    applied = revisions.graph.ancestors(draw(st.lists(st.sampled_from(names), max_size=3)))
    return revisions, ends(revisions, applied)


def ends(revisions: RevisionMap[Revision], applied: set[str]) -> tuple[str, ...]:
    """The revisions of ``applied`` on which no other of them stands."""
    return tuple(n for n in sorted(applied) if applied.isdisjoint(revisions.graph.needed_by[n]))


def changed(rows: tuple[str, ...], changes: list[RowChange]) -> set[str]:
    """The rows after the changes, each of which must meet exactly one row."""
    left = set(rows)
    for change in changes:
        match change:
            case InsertRow(version):
                assert version not in left
                left.add(version)
            case DeleteRow(version):
                left.remove(version)
            case UpdateRow(old, new):
                left.remove(old)
                assert new not in left
                left.add(new)
    return left


@given(places())
def test_an_upgrade_runs_what_is_missing_each_after_what_it_needs(
    place: tuple[RevisionMap[Revision], tuple[str, ...]],
) -> None:
    revisions, rows = place
    applied = revisions.graph.ancestors(rows)
    plan = [r.revision for r in revisions.iterate_revisions("heads", rows, implicit_base=True)]
    assert set(plan) == set(revisions.graph.down) - applied
    for name in reversed(plan):
        assert applied.issuperset(revisions.graph.needs[name])
        applied.add(name)


@given(places())
def test_the_rows_are_always_the_ends_of_what_was_applied(
    place: tuple[RevisionMap[Revision], tuple[str, ...]],
) -> None:
    revisions, rows = place
    applied = revisions.graph.ancestors(rows)
    plan = list(revisions.iterate_revisions("heads", rows, implicit_base=True))
    for revision in reversed(plan):
        step = RevisionStep(revision, True)
        after = rows_after(revisions.graph, step, rows)
        assert changed(rows, row_changes(rows, after, step)) == set(after)
        applied.add(revision.revision)
        rows = after
        assert set(rows) == set(ends(revisions, applied))
    assert is_at_head(revisions.graph, rows)
    assert set(implied(revisions.graph, rows)) == set(revisions.heads)


@given(places())
def test_a_downgrade_to_base_takes_back_everything_and_leaves_no_row(
    place: tuple[RevisionMap[Revision], tuple[str, ...]],
) -> None:
    revisions, rows = place
    applied = revisions.graph.ancestors(rows)
    for revision in revisions.iterate_revisions(rows, "base", select_for_downgrade=True):
        step = RevisionStep(revision, False)
        after = rows_after(revisions.graph, step, rows)
        assert changed(rows, row_changes(rows, after, step)) == set(after)
        applied.remove(revision.revision)
        rows = after
        assert set(rows) == set(ends(revisions, applied))
    assert rows == ()


@given(places(), st.data())
def test_a_downgrade_takes_dependents_along_and_an_upgrade_brings_them_back(
    place: tuple[RevisionMap[Revision], tuple[str, ...]], data: st.DataObject
) -> None:
    revisions, rows = place
    if not rows:
        return
    applied = revisions.graph.ancestors(rows)
    target = data.draw(st.sampled_from(sorted(revisions.graph.ancestors(rows, False))))
    if target not in rows and applied.isdisjoint(revisions.graph.up[target]):
        return
    gone = {
        r.revision for r in revisions.iterate_revisions(rows, target, select_for_downgrade=True)
    }
    left = applied - gone
    assert target in left
    assert all(left.issuperset(revisions.graph.needs[name]) for name in left)


@given(maps())
def test_adding_revisions_one_by_one_gives_the_same_map(revisions: RevisionMap[Revision]) -> None:
    grown: RevisionMap[Revision] = RevisionMap(lambda: ())
    for revision in reversed(list(revisions.iterate_revisions("heads", None))):
        grown.add_revision(
            Revision(revision.revision, revision.down_revision, revision.dependencies)
        )
    assert set(grown.heads) == set(revisions.heads)
    assert set(grown.bases) == set(revisions.bases)
    assert {r.revision: (r.nextrev, r.needed_by) for r in grown} == {
        r.revision: (r.nextrev, r.needed_by) for r in revisions
    }
