"""Snapshots and changes survive the way through JSON; what is no snapshot is refused in one clear line."""

from __future__ import annotations

import json
from dataclasses import fields

import pytest
import sqlalchemy as sa
from hypothesis import given
from strategies import pairs, snapshots

from schemadiff.dialects.registry import database_for
from schemadiff.diff import diff
from schemadiff.diff.serial import decoded_change, encoded_change
from schemadiff.model import NODE_TYPES, Gap, Key, Node, Snapshot, Sql
from schemadiff.model.nodes import Column, Element, Index
from schemadiff.model.serial import Saved, UnreadableDocument, dumps, fingerprint, loads
from schemadiff.read.metadata import read_metadata


def everything(node: Node) -> object:
    return [(f.name, getattr(node, f.name)) for f in fields(node) if f.name != "source"]


@given(snapshots())
def test_a_snapshot_comes_back_from_json_with_every_attribute(snapshot: Snapshot) -> None:
    back = loads(dumps(Saved("sqlite", snapshot))).snapshot
    assert back == snapshot
    assert {k: everything(n) for k, n in back.items()} == {
        k: everything(n) for k, n in snapshot.items()
    }


@given(pairs())
def test_a_change_comes_back_from_json(pair: tuple[Snapshot, Snapshot]) -> None:
    changes = diff(*pair)
    texts = [json.dumps(encoded_change(change)) for change in changes]
    assert tuple(decoded_change(json.loads(text)) for text in texts) == changes


@given(pairs())
def test_fingerprints_are_equal_exactly_where_snapshots_are(
    pair: tuple[Snapshot, Snapshot],
) -> None:
    old, new = pair
    assert (fingerprint(old) == fingerprint(new)) == (old == new)
    assert fingerprint(Snapshot(reversed(list(old.values())))) == fingerprint(old)


def test_what_takes_no_part_in_comparisons_comes_back_too() -> None:
    sql = Sql("lower(a)", "LOWER( a )", "database", "asked")
    nodes: list[Node] = [
        Column("", "t", "a", sql, uses=(Key("enum", "", "", "mood"),), position=3),
        Index("", "t", "i", (Element(sql=sql, descending=True, length=None),), columns=("a",)),
    ]
    snapshot = Snapshot(nodes, [Gap("t", "a trigger")])
    back = loads(dumps(Saved("mysql", snapshot, spelt=False)))
    assert [everything(n) for n in back.snapshot.values()] == [everything(n) for n in nodes]
    assert (back.dialect, back.spelt, back.snapshot.gaps) == ("mysql", False, snapshot.gaps)
    column = back.snapshot[nodes[0].key]
    assert isinstance(column, Column)
    assert (column.type.text, column.type.how, column.type.note) == (sql.text, sql.how, sql.note)


def test_models_come_back_without_their_objects() -> None:
    metadata = sa.MetaData()
    sa.Table("t", metadata, sa.Column("id", sa.Integer, sa.Identity(), primary_key=True))
    snapshot = read_metadata(metadata, database_for(sa.make_url("postgresql://").get_dialect()()))
    back = loads(dumps(Saved("postgresql", snapshot))).snapshot
    assert back == snapshot
    assert all(node.source is None for node in back.values())


def test_every_kind_of_node_is_drawn_by_the_laws_or_plain() -> None:
    assert len({node_type.kind for node_type in NODE_TYPES}) == len(NODE_TYPES)


GOOD = json.loads(dumps(Saved("sqlite", Snapshot([Column("", "t", "a", Sql.of("INT"))]))))


@pytest.mark.parametrize(
    ("document", "complaint"),
    [
        ("{", "x.json is not JSON"),
        ("[]", "x.json is no schemadiff snapshot"),
        ('{"format": "a menu"}', "x.json is no schemadiff snapshot but 'a menu'"),
        (json.dumps({**GOOD, "version": 2}), "is a schemadiff snapshot of version 2, this release"),
        (json.dumps({**GOOD, "nodes": [{"kind": "view"}]}), "no node is of kind 'view'"),
        (json.dumps({**GOOD, "nodes": [{"kind": "table", "name": "t"}]}), "Table lacks 'schema'"),
        (
            json.dumps({**GOOD, "nodes": [{"kind": "table", "schema": "", "name": 7}]}),
            "7 is no str",
        ),
        (
            json.dumps({**GOOD, "nodes": [{**GOOD["nodes"][0], "colour": "red"}]}),
            "Column has no 'colour'",
        ),
        (json.dumps({k: v for k, v in GOOD.items() if k != "nodes"}), "no 'nodes'"),
    ],
)
def test_what_is_no_snapshot_is_refused(document: str, complaint: str) -> None:
    with pytest.raises(UnreadableDocument) as refused:
        loads(document, "x.json")
    assert complaint in refused.value.message
    assert "\n" not in refused.value.message
