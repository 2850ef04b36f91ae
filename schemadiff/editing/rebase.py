"""Putting the revisions of one branch on top of another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from schemadiff.errors import UsageError
from schemadiff.script.entry import Script
from schemadiff.script.index import Index

from .links import Links, links_of


def rebased(index: Index[Script], mine: str, onto: str) -> Mapping[str, Links]:
    """The new links of what only ``mine`` stands on: what stood on shared revisions stands on ``onto``.

    Raises UsageError when there is nothing to move.
    """
    own = own_revisions(index, mine, onto)
    return {
        name: _moved(index.revisions[name], own, onto) for name in own if name in index.revisions
    }


def own_revisions(index: Index[Script], mine: str, onto: str) -> set[str]:
    """``mine`` and what it stands on, less what ``onto`` stands on."""
    graph = index.graph
    below = graph.ancestors((onto,))
    if mine in below:
        raise UsageError(f"{onto} stands on {mine} already", hint="say your own head first")
    own = graph.ancestors((mine,), dependencies=False) - below
    if onto in graph.ancestors((mine,)):
        raise UsageError(f"{mine} stands on {onto} already: nothing to do")
    needed = sorted(graph.descendants(own) & below)
    if needed:
        raise UsageError(f"{onto} depends on what would be moved: {', '.join(needed)}")
    return own


def other_head(index: Index[Script], mine: str) -> str:
    """The only head besides ``mine``. Raises UsageError when there is none, or a choice."""
    others = [head for head in index.graph.heads if mine not in index.graph.ancestors((head,))]
    if len(others) == 1:
        return others[0]
    if not others:
        raise UsageError("there is only one head: nothing to rebase onto")
    raise UsageError(
        f"there are several other heads: {', '.join(others)}", hint="say which: --onto"
    )


def _moved(script: Script, own: set[str], onto: str) -> Links:
    links = links_of(script)
    parents = tuple(parent if parent in own else onto for parent in links.down_revision)
    return replace(links, down_revision=tuple(dict.fromkeys(parents)) or (onto,))
