"""Whether two branches touch the same objects."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from schemadiff.command import rewriting

from .histories import History

ADD = 'op.add_column("t0", sa.Column("{}", sa.Integer))'


def branches(folder: Path, one: str, other: str) -> History:
    """Two heads on one base, that do this and that."""
    made = History(folder)
    base = made.add(())
    made.add([base], one)
    made.add([base], other)
    return made


@pytest.mark.parametrize(
    ("one", "other", "touched"),
    [
        (ADD.format("a"), ADD.format("b"), "table t0"),
        (ADD.format("a"), 'op.drop_table("t0")', "table t0"),
        (ADD.format("a"), 'op.create_index("i", "t9", ["id"])', ""),
        (
            'op.drop_table("t0")',
            'op.create_foreign_key("f", "t8", "t0", ["a"], ["id"])',
            "table t0",
        ),
        (
            'op.create_foreign_key("f", "t8", "t0", ["a"], ["id"])',
            'op.create_foreign_key("f", "t9", "t0", ["a"], ["id"])',
            "",
        ),
        (
            'op.create_table("x", sa.Column("a", sa.ForeignKey("t0.id")))',
            'op.rename_table("t0", "t5")',
            "table t0",
        ),
        (
            'with op.batch_alter_table("t0") as b: b.drop_column("id")',
            ADD.format("b"),
            "table t0",
        ),
        ('op.create_enum("e", ["a"])', 'op.drop_enum("e")', "type e"),
        (
            'op.bulk_insert(sa.table("t0", sa.column("id")), [{"id": 1}])',
            ADD.format("b"),
            "table t0",
        ),
    ],
)
def test_what_both_touch_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], one: str, other: str, touched: str
) -> None:
    made = branches(tmp_path, one, other)
    code = rewriting.merge_check(made.config(), ["heads"])
    out = capsys.readouterr().out
    assert code == (1 if touched else 0), out
    assert touched in out
    assert rewriting.merge_check(made.config(), ["heads"], as_json=True) == code
    both = json.loads(capsys.readouterr().out)["touched_by_both"]
    assert [each["object"] for each in both] == ([touched] if touched else [])


@pytest.mark.parametrize("blind", ['op.execute("UPDATE t0 SET id = 1")', "op.get_bind().begin()"])
def test_what_cannot_be_told_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], blind: str
) -> None:
    made = branches(tmp_path, blind, ADD.format("a"))
    assert rewriting.merge_check(made.config(), ["heads"]) == 0
    out = capsys.readouterr().out
    assert "cannot tell" in out
    assert made.ids[1] in out
