"""What is to be done to a database, kept so that it can be looked at before it is done."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from schemadiff.diff import Change, Drop, Rename
from schemadiff.diff.serial import decoded_change, encoded_change
from schemadiff.model import Column, Key, Snapshot, Table
from schemadiff.model.serial import Json, UnreadableDocument, decoded, encoded, opened

FORMAT = "schemadiff plan"
VERSION = 1


@dataclass(frozen=True, slots=True)
class Plan:
    """The way of one database from ``old`` to ``new``.

    ``before`` is the fingerprint of the database that it was made for, ``sql`` what it comes to.
    """

    dialect: str
    before: str
    old: Snapshot
    new: Snapshot
    renames: tuple[Rename, ...]
    changes: tuple[Change, ...]
    sql: str
    exclude: tuple[str, ...] = ()
    """Patterns of tables that took no part."""
    include_schemas: bool = False

    def losses(self) -> tuple[str, ...]:
        """The tables and columns whose rows or values are gone afterwards: ``account``, ``account.email``."""
        gone = {c.key for c in self.changes if isinstance(c, Drop) and isinstance(c.old, Table)}
        return tuple(_losses(self.changes, gone))


def _losses(changes: Sequence[Change], gone: set[Key]) -> Iterator[str]:
    for change in changes:
        if not isinstance(change, Drop):
            continue
        if isinstance(change.old, Table) or (
            isinstance(change.old, Column) and change.key.owner not in gone
        ):
            yield str(change.key)


def refused(losses: Sequence[str], allowed: Sequence[str]) -> list[str]:
    """The ``losses`` that no pattern of ``allowed`` matches."""
    return [name for name in losses if not any(fnmatchcase(name, each) for each in allowed)]


def dumps(plan: Plan) -> str:
    """The plan as a document whose ``digest`` tells whether anybody has changed it."""
    content = _content(plan)
    document = {"format": FORMAT, "version": VERSION, "digest": _digest(content), **content}
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _content(plan: Plan) -> dict[str, Json]:
    return {
        "dialect": plan.dialect,
        "before": plan.before,
        "exclude": list(plan.exclude),
        "include_schemas": plan.include_schemas,
        "sql": plan.sql.rstrip("\n").split("\n"),
        "changes": [encoded_change(change) for change in plan.changes],
        "renames": [encoded_change(change) for change in plan.renames],
        "old": [encoded(node) for node in plan.old.values()],
        "new": [encoded(node) for node in plan.new.values()],
    }


def _digest(content: dict[str, Json]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def loads(text: str, where: str) -> Plan:
    """The plan of a document. Raises UnreadableDocument, also for one that was edited."""
    document = dict(opened(text, FORMAT, VERSION, where))
    content = {k: v for k, v in document.items() if k not in ("format", "version", "digest")}
    if _digest(content) != document.get("digest"):
        raise UnreadableDocument(
            f"{where} was edited after it was made",
            hint="make a plan anew: schemadiff apply STATE --to URL --plan FILE",
        )
    try:
        renames = tuple(decoded_change(change) for change in content["renames"])
        return Plan(
            content["dialect"],
            content["before"],
            Snapshot(decoded(node) for node in content["old"]),
            Snapshot(decoded(node) for node in content["new"]),
            tuple(change for change in renames if isinstance(change, Rename)),
            tuple(decoded_change(change) for change in content["changes"]),
            "\n".join(content["sql"]) + "\n",
            tuple(content["exclude"]),
            content["include_schemas"],
        )
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableDocument(f"{where} is damaged: {error}") from error
