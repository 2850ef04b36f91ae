"""Golden files: what came out when somebody looked at it and found it right."""

from __future__ import annotations

import ast
import difflib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from schemadiff.diff import Alter, Change, Create, Drop, Rename
from schemadiff.model import Computed, Element, Identity, Node


def told(changes: Iterable[Change]) -> list[str]:
    """Changes as lines for people, sorted: ``alter column account.name: type VARCHAR(80) → VARCHAR(120)``."""
    return sorted(line for change in changes for line in _lines(change))


def nameless(revision: str) -> list[str]:
    """The operations of a revision file that are given None for the name of what they make or drop."""
    calls = [node for node in ast.walk(ast.parse(revision)) if isinstance(node, ast.Call)]
    return [ast.unparse(call) for call in calls if _is_nameless(call)]


def _is_nameless(call: ast.Call) -> bool:
    named = [keyword.value for keyword in call.keywords if keyword.arg in ("name", "index_name")]
    if isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value) in ("op", "batch_op"):
        named += call.args[:1]
    return any(isinstance(value, ast.Constant) and value.value is None for value in named)


def _lines(change: Change) -> Iterator[str]:
    what = f"{change.key.kind} {change.key}"
    match change:
        case Create(new):
            yield f"create {what}{_content(new)}"
        case Drop(old):
            yield f"drop {what}{_content(old)}"
        case Rename(old, new):
            yield f"rename {old.key.kind} {old.key} → {new.key}"
        case Alter(old, new):
            for name in change.attributes:
                yield f"alter {what}: {name} {_plain(getattr(old, name))} → {_plain(getattr(new, name))}"


def _content(node: Node) -> str:
    named = {"schema", "table", "name"}
    said = [
        f"{f.name} {_plain(getattr(node, f.name))}"
        for f in fields(node)
        if f.compare and f.name not in named and getattr(node, f.name) != f.default
    ]
    return f": {', '.join(said)}" if said else ""


def _plain(value: object) -> str:
    match value:
        case tuple():
            return f"({', '.join(map(_plain, value))})"
        case Element() | Computed() | Identity():
            return " ".join([type(value).__name__.lower(), *_said(value)])
        case _:
            return str(value)


def _said(value: Element | Computed | Identity) -> Iterator[str]:
    for f in fields(value):
        if (said := getattr(value, f.name)) != f.default:
            yield f"{f.name} {_plain(said)}"


def changes_match(path: Path, database: str, now: list[str], update: bool) -> None:
    """Fail unless ``now`` is what the file says for ``database``; or make it so."""
    known: dict[str, list[str]] = json.loads(path.read_text()) if path.exists() else {}
    if update:
        known[database] = now
        text = json.dumps(dict(sorted(known.items())), indent=2, ensure_ascii=False)
        path.write_text(text + "\n", encoding="utf-8")
    _same(known.get(database, []), now, path)


def text_matches(path: Path, now: str, update: bool) -> None:
    """Fail unless ``now`` is what the file says, its date apart; or make it so."""
    now = re.sub(r"(?m)^Create Date: .*$", "Create Date: (masked)", now)
    if update:
        path.write_text(now, encoding="utf-8")
    known = path.read_text(encoding="utf-8") if path.exists() else ""
    _same(known.splitlines(), now.splitlines(), path)


def _same(known: list[str], now: list[str], path: Path) -> None:
    if known != now:
        lines = difflib.unified_diff(known, now, f"{path.parent.name}/{path.name}", "now", "", "")
        advice = "look at it; if it is right: bin/test --update-golden tests/harness"
        pytest.fail("\n".join([*lines, advice]), pytrace=False)
