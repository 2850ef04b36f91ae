"""A snapshot remembers what it was compared with; what it answers is the same as if it did not."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from strategies import pairs, snapshots

from schemadiff.model import Node, Snapshot


def looked_at_anew(old: Snapshot, new: Snapshot) -> list[tuple[Node, Node]]:
    return [(node, new[key]) for key, node in old.items() if key in new and new[key] != node]


@st.composite
def changed(draw: st.DrawFn, snapshot: Snapshot, others: Snapshot) -> Snapshot:
    """``snapshot`` after a step of a comparison: some nodes as the others have them, some gone."""
    keys = sorted({*snapshot, *others})
    if not keys:
        return snapshot
    chosen = st.lists(st.sampled_from(keys), max_size=4)
    put = [others[key] for key in draw(chosen) if key in others]
    return snapshot.having(put).without(draw(chosen))


@given(pairs(), st.data())
def test_what_differs_is_the_same_however_often_it_was_asked(
    pair: tuple[Snapshot, Snapshot], data: st.DataObject
) -> None:
    old, new = lines = pair
    family = [[old], [new]]
    for _ in range(4):
        side = data.draw(st.integers(0, 1))
        parent = data.draw(st.sampled_from(family[side]))
        family[side].append(data.draw(changed(parent, lines[1 - side])))
        one, other = (data.draw(st.sampled_from(members)) for members in family)
        assert one.unlike(other) == looked_at_anew(one, other)
        assert other.unlike(one) == looked_at_anew(other, one)


@given(snapshots())
def test_where_a_node_came_from_does_not_count(snapshot: Snapshot) -> None:
    for node in snapshot.values():
        assert replace(node, source=None) == node
        assert hash(replace(node, source=None)) == hash(node)
