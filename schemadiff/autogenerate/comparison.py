"""The whole comparison in one visible row of steps."""

from __future__ import annotations

import gc
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from schemadiff.diff import Change, adopted, diff, invent, managed, pair, plan
from schemadiff.errors import CommandError
from schemadiff.model import Column, Gap, Snapshot, column_key
from schemadiff.operations.lower import lower
from schemadiff.operations.ops import MigrateOperation
from schemadiff.read.metadata import read_metadata
from schemadiff.read.objects import Objects
from schemadiff.read.scope import Filters, by_name, by_object, scope_of
from schemadiff.runtime.migration import MigrationContext
from schemadiff.settle import Says, Undecided, heed, never, settle


class UndecidedWarning(UserWarning):
    """Something could not be compared; the message names it and says why."""


@dataclass(frozen=True)
class Comparison:
    """What a database is beside what the models say, and what differs."""

    context: MigrationContext
    old: Snapshot
    """The database, less what filters leave out."""
    new: Snapshot
    """The models, every text in the database's own spelling."""
    undecided: tuple[Undecided, ...] = ()

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """What turns the database into the models, sorted by key."""
        return diff(self.old, self.new)

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """What was found on either side and not understood."""
        return (*self.old.gaps, *self.new.gaps)

    def upgrade_ops(self) -> list[MigrateOperation]:
        """The operations that lead from the database to the models, in an order that works."""
        return self._lowered(self.changes, self.old, self.new)

    def downgrade_ops(self) -> list[MigrateOperation]:
        """The operations that lead back; planned for themselves, not merely reversed."""
        return self._lowered(diff(self.new, self.old), self.new, self.old)

    def _lowered(
        self, changes: Sequence[Change], old: Snapshot, new: Snapshot
    ) -> list[MigrateOperation]:
        database = self.context.database
        return lower(
            plan(changes), old, new, database, Objects(old, database), Objects(new, database)
        )


def compare(context: MigrationContext, metadata: sa.MetaData | Sequence[sa.MetaData]) -> Comparison:
    """What differs between the database of ``context`` and ``metadata``.

    Nothing is left behind in the database, and a transaction of the caller's stays as it is.
    Raises CommandError offline, where there is no database to compare with.
    """
    connection = context.connection
    if connection is None:
        raise CommandError("a comparison needs a database; it cannot be made in --sql mode")
    begun_by_caller = _in_transaction(connection)
    try:
        with _no_collection():
            return _compare(context, connection, metadata)
    finally:
        if not begun_by_caller and _in_transaction(connection):
            connection.rollback()


def _compare(
    context: MigrationContext,
    connection: Connection,
    metadata: sa.MetaData | Sequence[sa.MetaData],
) -> Comparison:
    database = context.database
    filters = filters_of(context)
    database.meet(connection)
    wanted = read_metadata(metadata, database)
    scope = scope_of(filters, connection, database, wanted)
    found = by_name(filters, database.read(connection, scope), wanted)
    match = partial(
        pair,
        unique_is_index=database.unique_is_index,
        merges_equal_uniques=database.merges_equal_uniques,
    )

    found, wanted = managed(found, wanted)
    found, wanted = match(found, adopted(found, wanted))
    settled = settle(found, wanted, database, partial(database.ask, connection))
    found, wanted = match(found, settled.new)
    wanted = heed(found, wanted, says_of(context, found))
    wanted = invent(found, wanted, database.invented_name)
    found, wanted = by_object(filters, found, wanted, database)
    _warn(settled.undecided)
    return Comparison(context, found, wanted, settled.undecided)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Python's cycle collector rests: nodes form no cycles, and walking them again and again costs half the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _in_transaction(connection: Connection) -> bool:
    return bool(getattr(connection, "in_transaction", bool)())


def _warn(undecided: Sequence[Undecided]) -> None:
    for one in undecided:
        warnings.warn(str(one), UndecidedWarning, stacklevel=4)


def filters_of(context: MigrationContext) -> Filters:
    """The filters that the options of ``context`` ask for."""
    opts = context.opts
    schema = context.database.schema(context.version_table_schema)
    return Filters(
        include_schemas=bool(opts.get("include_schemas")),
        include_name=opts.get("include_name"),
        include_object=opts.get("include_object"),
        own_tables=frozenset({(schema, context.version_table)}),
    )


# ---- the user's say --------------------------------------------------------------------------


def says_of(context: MigrationContext, found: Snapshot) -> Says:
    """What ``compare_type``, ``compare_server_default`` and the types themselves say."""
    voice = _Voice(context, found)
    type_ = context.opts.get("compare_type", True)
    default = context.opts.get("compare_server_default", True)
    return Says(
        type=voice.type if type_ else never,
        default=(voice.default if callable(default) else None) if default else never,
    )


class _Voice:
    """Calls what the user has given with the SQLAlchemy objects that are documented for it."""

    def __init__(self, context: MigrationContext, found: Snapshot) -> None:
        self.context = context
        self.objects = Objects(found, context.database)

    def type(self, old: Column, new: Column) -> bool | None:
        """What the ``compare_type`` callable says, then the type's own ``compare_against_backend``."""
        callback = self.context.opts.get("compare_type", True)
        wanted = _source(new)
        if callable(callback):
            there = self.objects.column(old.key)
            said = callback(self.context, there, wanted, there.type, wanted.type)
            if said is not None:
                return bool(said)
        return self._type_itself(old, wanted)

    def _type_itself(self, old: Column, wanted: sa.Column[Any]) -> bool | None:
        own = getattr(wanted.type, "compare_against_backend", None)
        if own is None:
            dialect_impl = wanted.type.dialect_impl(self.context.dialect)
            own = getattr(dialect_impl, "compare_against_backend", None)
        if own is None:
            return None
        same = own(self.context.dialect, self.objects.column(old.key).type)
        return None if same is None else not same

    def default(self, old: Column, new: Column) -> bool | None:
        """What the ``compare_server_default`` callable says."""
        callback = self.context.opts["compare_server_default"]
        wanted = _source(new)
        said = callback(
            self.context,
            self.objects.column(column_key(old.schema, old.table, old.name)),
            wanted,
            old.default.text if old.default is not None else None,
            wanted.server_default,
            new.default.text if new.default is not None else None,
        )
        return None if said is None else bool(said)


def _source(node: Column) -> sa.Column[Any]:
    assert isinstance(node.source, sa.Column)
    return node.source
