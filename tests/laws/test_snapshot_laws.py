"""A snapshot remembers what it was compared with; what it answers is the same as if it did not."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from strategies import pairs, snapshots

from schemadiff.model import Column, Node, Snapshot


def looked_at_anew(old: Snapshot, new: Snapshot) -> list[tuple[Node, Node]]:
    return [(node, new[key]) for key, node in old.items() if key in new and new[key] != node]


@st.composite
def changed(draw: st.DrawFn, snapshot: Snapshot) -> Snapshot:
    """``snapshot`` after a step of a comparison: some columns say something else, some nodes are gone."""
    if not snapshot:
        return snapshot
    chosen = st.lists(st.sampled_from(sorted(snapshot)), min_size=1, max_size=3)
    columns = [node for key in draw(chosen) if isinstance(node := snapshot[key], Column)]
    put = [replace(column, comment=draw(st.sampled_from("abc"))) for column in columns]
    return snapshot.having(put).without(draw(chosen))


@given(pairs(), st.data())
def test_what_differs_is_the_same_however_often_it_was_asked(
    pair: tuple[Snapshot, Snapshot], data: st.DataObject
) -> None:
    family = [[pair[0]], [pair[1]]]
    for _ in range(4):
        side = data.draw(st.integers(0, 1))
        parent = data.draw(st.sampled_from(family[side]))
        family[side].append(data.draw(changed(parent)))
        one, other = (data.draw(st.sampled_from(members)) for members in family)
        assert one.unlike(other) == looked_at_anew(one, other)
        assert other.unlike(one) == looked_at_anew(other, one)


@given(snapshots())
def test_where_a_node_came_from_does_not_count(snapshot: Snapshot) -> None:
    for node in snapshot.values():
        assert replace(node, source=None) == node
        assert hash(replace(node, source=None)) == hash(node)
