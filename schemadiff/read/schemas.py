"""The schemas that models live in and a database lacks."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from schemadiff.dialects.base import Database
from schemadiff.model import Schema, Snapshot


def with_missing_schemas(
    found: Snapshot, wanted: Snapshot, database: Database, there: Callable[[], Iterable[str]]
) -> Snapshot:
    """``wanted`` with the schemas that have to be made for it.

    A schema in which something was found is there; only for the others is the database asked what it has besides,
    which is what ``there`` gives. A schema that nothing of the models is in is nobody's business.
    """
    if not database.has_schemas:
        return wanted
    missing = _schemas(wanted) - _schemas(found)
    if missing:
        missing.difference_update(there())
    return wanted.having(Schema(name) for name in sorted(missing))


def _schemas(snapshot: Snapshot) -> set[str]:
    return {key.schema for key in snapshot} - {""}
