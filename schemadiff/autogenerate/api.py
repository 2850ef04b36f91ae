"""The documented ways to compare a database with models."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from schemadiff.operations.ops import (
    CreateDomainOp,
    CreateEnumOp,
    DowngradeOps,
    DropDomainOp,
    DropEnumOp,
    MigrationScript,
    UpgradeOps,
)
from schemadiff.runtime.migration import MigrationContext

from .comparison import compare, no_collection
from .context import AutogenContext
from .registered import with_registered
from .render import render_python_code

__all__ = [
    "AutogenContext",
    "compare_metadata",
    "produce_migrations",
    "render_python_code",
]


def compare_metadata(
    context: MigrationContext, metadata: sa.MetaData | Sequence[sa.MetaData]
) -> list[Any]:
    """The differences between the database of ``context`` and ``metadata``, as tuples; empty if there are none.

    Each is a tuple such as ``('add_column', schema, table, Column)``; what changes in one column is a list
    of tuples. The models are what is wanted, the database is what there is. What a revision does only to
    make room for a change (a foreign key that steps aside while the type of its column changes) is none.
    """
    with no_collection():  # until the snapshots are gone: there would be nothing in them to collect
        ops, _ = with_registered(context, metadata, compare(context, metadata).differences(), ())
    return UpgradeOps([op for op in ops if not isinstance(op, IMPLIED)]).as_diffs()


IMPLIED = (CreateEnumOp, DropEnumOp, CreateDomainOp, DropDomainOp)
"""A named type comes and goes with the columns of that type, and their change has told of it."""


def produce_migrations(
    context: MigrationContext, metadata: sa.MetaData | Sequence[sa.MetaData]
) -> MigrationScript:
    """The operations that lead from the database to ``metadata``, and those that lead back."""
    made = compare(context, metadata)
    up, down = with_registered(context, metadata, made.upgrade_ops(), made.downgrade_ops())
    return MigrationScript(None, upgrade_ops=UpgradeOps(up), downgrade_ops=DowngradeOps(down))
