"""What a comparison found, as a versioned JSON document for machines."""

from __future__ import annotations

import json

from schemadiff.diff import Change

from .census import documents
from .report import Report, Undecided, action, attributes, hints_of, how, joined, plain, states

VERSION = 1


def dumps(*reports: Report) -> str:
    """The document as text, two blanks of indentation, in an order that only depends on the content.

    For several databases it is a list of their documents.
    """
    found = [document(report) for report in reports]
    return json.dumps(found[0] if len(found) == 1 else found, indent=2, ensure_ascii=False)


def document(report: Report) -> dict[str, object]:
    """The document: ``version``, ``in_sync``, ``changes``, and what is known around them."""
    counted = {} if report.census is None else {"census": documents(report.census)}
    others = {"others": list(report.others)} if report.others else {}
    return {
        "version": VERSION,
        "in_sync": not (report.changes or report.others),
        "database": report.database,
        "models": report.models,
        "changes": [_change(change) for change in joined(report.changes)],
        "undecided": [_undecided(one) for one in report.undecided],
        "gaps": [{"where": gap.where, "what": gap.what} for gap in report.gaps],
        **counted,
        **others,
    }


def _change(change: Change) -> dict[str, object]:
    key = change.key
    named = {"schema": key.schema, "table": key.table, "name": _name(change)}
    found = {"action": action(change), "kind": key.kind, **named}
    either: type = type(next(filter(None, states(change))))
    hints = hints_of(either)
    differing = {
        name: {"old": plain(old, hints[name]), "new": plain(new, hints[name]), "how": how(old, new)}
        for name, old, new in attributes(change)
    }
    if action(change) == "rename":
        before = states(change)[0]
        found["old_name"] = _own_name(before)
    return {**found, "attributes": differing}


def _name(change: Change) -> str:
    old, new = states(change)
    return _own_name(new if new is not None else old)


def _own_name(node: object) -> str:
    return str(getattr(node, "name", ""))


def _undecided(one: Undecided) -> dict[str, object]:
    where = {"kind": one.key.kind, "schema": one.key.schema, "table": one.key.table}
    what = {"name": one.key.name, "attribute": one.attribute, "old": one.old, "new": one.new}
    return {**where, **what, "reason": one.reason}
