"""Commands that report do so for people, for machines, and as a picture."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemadiff.command.drawing import drawn

from .conftest import Cli

REVISION = '"""{doc}"""\nrevision = "{name}"\ndown_revision = {down!r}\ndef upgrade(): pass\ndef downgrade(): pass\n'


def write(name: str, down: object) -> None:
    folder = Path("migrations/versions")
    text = REVISION.format(doc=f"the {name}", name=name, down=down)
    (folder / f"{name}.py").write_text(text)


@pytest.fixture
def diamond(project: Cli) -> Cli:
    """a – (b, c) – m"""
    for name, down in (("a", None), ("b", "a"), ("c", "a"), ("m", ("b", "c"))):
        write(name, down)
    return project


def found(text: str) -> Any:
    return json.loads(text)


def test_a_history_is_drawn_with_lines(diamond: Cli) -> None:
    assert diamond("history", "--graph").out == (
        "* m (head) (mergepoint), the m\n"
        "|\\\n"
        "* | b, the b\n"
        "| * c, the c\n"
        "|/\n"
        "* a (branchpoint), the a\n"
    )


def test_what_is_reported_can_be_had_as_json(diamond: Cli) -> None:
    history = found(diamond("history", "--format", "json").out)
    assert [one["revision"] for one in history] == ["m", "b", "c", "a"]
    assert history[0]["down_revisions"] == ["b", "c"]
    assert [one["revision"] for one in found(diamond("heads", "--format", "json").out)] == ["m"]
    (point,) = found(diamond("branches", "--format", "json").out)
    assert (point["revision"], point["children"]) == ("a", ["b", "c"])
    (shown,) = found(diamond("show", "m", "--format", "json").out)
    assert shown["doc"] == "the m"
    assert shown["is_merge_point"] is True
    diamond("upgrade", "b")
    (here,) = found(diamond("current", "--format", "json").out)
    assert (here["revision"], here["is_current"], here["is_head"]) == ("b", True, False)
    marked = found(diamond("history", "-i", "--format", "json").out)
    assert [one["revision"] for one in marked if one["is_current"]] == ["b"]
    templates = found(diamond("list_templates", "--format", "json").out)
    assert {"name", "synopsis"} == set(templates[0])


@pytest.mark.parametrize("more", [(), ("--autogenerate",)])
def test_a_dry_run_prints_the_file_and_writes_none(project: Cli, more: Sequence[str]) -> None:
    outcome = project("revision", "--dry-run", "-m", "start", *more)
    assert outcome.code == 0
    assert outcome.out.startswith('"""start\n')
    assert ("create_table" in outcome.out) == bool(more)
    assert list(Path("migrations/versions").iterdir()) == []
    assert not Path("app.db").exists()


# ---- laws of drawing ---------------------------------------------------------------------------


@st.composite
def graphs(draw: st.DrawFn) -> Mapping[str, Sequence[str]]:
    """Revisions, the oldest first, each on up to three older ones."""
    size = draw(st.integers(1, 12))
    return {
        str(number): draw(
            st.lists(st.sampled_from([str(below) for below in range(number)]), unique=True, max_size=3)
        )
        if number
        else []
        for number in range(size)
    }  # fmt: skip


@given(graphs())
def test_every_line_that_is_drawn_leads_from_a_child_to_its_parent(
    parents: Mapping[str, Sequence[str]],
) -> None:
    order = list(reversed(parents))
    lines = list(drawn(order, parents, {name: f"<{name}>" for name in order}))
    edges = {(child, parent) for child, several in parents.items() for parent in several}
    assert traced(lines) == edges


def traced(lines: Sequence[str]) -> set[tuple[str, str]]:
    """The edges that somebody sees who follows the lines with a finger."""
    ends: dict[int, set[str]] = {}
    crossing: dict[int, set[str]] = {}
    edges: set[tuple[str, str]] = set()
    for line in lines:
        picture, _, text = line.partition("<")
        after: dict[int, set[str]] = {}
        slanted: dict[int, set[str]] = {}
        for place, sign in enumerate(picture):
            match sign:
                case "*":
                    name = text.rstrip(">")
                    coming = ends.get(place, set()) | crossing.get(place, set())
                    edges |= {(child, name) for child in coming}
                    after.setdefault(place, set()).add(name)
                case "|":
                    passes = picture[place - 1 : place] == "/" and place in crossing
                    coming = set() if passes else crossing.get(place, set())
                    after.setdefault(place, set()).update(coming | ends.get(place, set()))
                case "/":
                    straight = picture[place + 1 : place + 2] == "|"
                    coming = set() if straight else ends.get(place + 1, set())
                    slanted[place - 1] = coming | crossing.get(place + 1, set())
                case "\\":
                    after.setdefault(place + 1, set()).update(ends.get(place - 1, set()))
        ends, crossing = after, slanted
    return edges
