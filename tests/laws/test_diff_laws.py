"""What holds of diff, reverse, plan and apply for whatever schemas they meet."""

from __future__ import annotations

from hypothesis import given
from strategies import dangling, pairs, snapshots

from schemadiff.diff import Alter, apply, diff, plan, reverse, with_dependants
from schemadiff.model import Snapshot

Pair = tuple[Snapshot, Snapshot]


@given(snapshots())
def test_nothing_differs_from_itself(snapshot: Snapshot) -> None:
    assert diff(snapshot, snapshot) == ()


@given(pairs())
def test_what_is_drawn_is_sound(pair: Pair) -> None:
    assert [complaint for snapshot in pair for complaint in dangling(snapshot)] == []


@given(pairs())
def test_the_way_back_is_the_reverse_of_the_way_there(pair: Pair) -> None:
    old, new = pair
    there, back = diff(old, new), diff(new, old)
    assert {reverse(change) for change in there} == set(back)
    assert len(there) == len(back)


@given(pairs())
def test_reversing_twice_changes_nothing(pair: Pair) -> None:
    old, new = pair
    changes = diff(old, new)
    assert tuple(reverse(reverse(change)) for change in changes) == changes


@given(pairs())
def test_a_plan_is_legal_and_leads_to_the_new_schema(pair: Pair) -> None:
    old, new = pair
    assert apply(plan(diff(old, new)), old) == new


@given(pairs())
def test_a_plan_undone_backwards_leads_home(pair: Pair) -> None:
    old, new = pair
    undone = tuple(reverse(change) for change in diff(old, new))
    assert apply(plan(undone), new) == old


@given(pairs())
def test_a_plan_does_not_depend_on_the_order_it_is_given(pair: Pair) -> None:
    old, new = pair
    changes = diff(old, new)
    assert plan(reversed(changes)) == plan(changes)


@given(pairs())
def test_every_change_says_what_it_changes(pair: Pair) -> None:
    old, new = pair
    for change in diff(old, new):
        if isinstance(change, Alter):
            assert change.attributes


@given(pairs())
def test_no_reference_ever_stands_without_the_key_it_refers_to(pair: Pair) -> None:
    old, new = pair
    now = old
    for change in plan(with_dependants(diff(old, new), old, new)):
        now = apply([change], now)
        assert list(dangling(now)) == []
