"""The whole comparison in one visible row of steps."""

from __future__ import annotations

import gc
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from schemadiff.diff import Change, Rename, diff, plan, reverse, with_dependants
from schemadiff.errors import CommandError
from schemadiff.model import Column, Gap, Snapshot, column_key
from schemadiff.read.globs import Globs
from schemadiff.read.metadata import read_metadata
from schemadiff.read.objects import Objects
from schemadiff.read.plain import is_plain
from schemadiff.read.schemas import with_missing_schemas
from schemadiff.read.scope import Filters, by_name, by_object, scope_of, taking_part
from schemadiff.runtime.migration import MigrationContext
from schemadiff.settle import Says, Undecided, never

from .matching import matched

if TYPE_CHECKING:
    from schemadiff.operations.ops import MigrateOperation


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
    renames: tuple[Rename, ...] = ()
    """What the database calls otherwise; ``old`` has the names of the models already."""
    final_names: bool = False
    """Whether names of the database must be kept from a naming convention of the models."""

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """What turns the database into the models: renamings, then the rest sorted by key."""
        return (*self.renames, *diff(self.old, self.new))

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """What was found on either side and not understood."""
        return (*self.old.gaps, *self.new.gaps)

    def differences(self) -> list[MigrateOperation]:
        """The differences as operations: the upgrade less what only makes room for it meanwhile."""
        return self._operations(self.changes, self.old, self.new, for_revision=False)

    def upgrade_ops(self) -> list[MigrateOperation]:
        """The operations that lead from the database to the models, in an order that works."""
        changes = (*self.renames, *diff(self.old, self._named))
        return self._operations(changes, self.old, self._named)

    def downgrade_ops(self) -> list[MigrateOperation]:
        """The operations that lead back; planned for themselves, not merely reversed."""
        back = tuple(reverse(rename) for rename in reversed(self.renames))
        return self._operations((*diff(self._named, self.old), *back), self._named, self.old)

    @cached_property
    def _named(self) -> Snapshot:
        """``new``, with a name for each foreign key that a revision has to name."""
        if not self.changes:
            return self.new
        # Loaded where something differs: most comparisons find that nothing does.
        from schemadiff.operations.nameless import with_key_names

        return with_key_names(
            self.old,
            self.new,
            self.context.database,
            lambda old, new: self._plan(diff(old, new), old, new),
        )

    def _operations(
        self, changes: Sequence[Change], old: Snapshot, new: Snapshot, *, for_revision: bool = True
    ) -> list[MigrateOperation]:
        """``changes`` as operations; ``for_revision``: with what has to step aside meanwhile, in common words."""
        if not changes:
            return []
        from schemadiff.operations.lower import lower

        database = self.context.database
        planned = self._plan(changes, old, new, making_room=for_revision)
        objects_old, objects_new = (
            Objects(side, database, final_names=self.final_names, standard_types=for_revision)
            for side in (old, new)
        )
        return lower(
            planned, old, new, database, objects_old, objects_new, making_room=for_revision
        )

    def _plan(
        self, changes: Sequence[Change], old: Snapshot, new: Snapshot, *, making_room: bool = True
    ) -> tuple[Change, ...]:
        from schemadiff.operations.labels import types_made_anew

        database = self.context.database
        if making_room and database.alters_in_place:
            remade = types_made_anew(changes, database)
            changes = with_dependants(changes, old, new, database.ties, remade)
        return plan(changes, old, new)


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
        with no_collection():
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
    database.meet(connection)
    filters = filters_of(context)
    wanted = taking_part(filters, read_metadata(metadata, database))
    scope = scope_of(filters, connection, database, wanted)
    read = database.read(connection, scope)
    found = by_name(filters, read, wanted, unique_is_index=database.unique_is_index)
    wanted = with_missing_schemas(found, wanted, database, partial(database.schemas, connection))
    result = matched(
        found, wanted, database, partial(database.ask, connection), partial(says_of, context)
    )
    old, new = by_object(filters, result.old, result.new, database)
    renames = tuple(r for r in result.renames if r.new.key in old)
    _warn(result.undecided)
    return Comparison(context, old, new, result.undecided, renames, _has_convention(metadata))


def _has_convention(metadata: sa.MetaData | Sequence[sa.MetaData]) -> bool:
    """Whether models make constraint names from names; SQLAlchemy's own convention is for indexes alone."""
    several = [metadata] if isinstance(metadata, sa.MetaData) else metadata
    return any(set(one.naming_convention) - {"ix"} for one in several)


@contextmanager
def no_collection() -> Iterator[None]:
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
    """One warning for each reason: a connection that may not ask has the same for every column."""
    alike: dict[str, list[Undecided]] = {}
    for one in undecided:
        alike.setdefault(one.reason, []).append(one)
    for reason, several in alike.items():
        warnings.warn(_said_of(reason, several), UndecidedWarning, stacklevel=4)


def _said_of(reason: str, several: Sequence[Undecided]) -> str:
    if len(several) == 1:
        return str(several[0])
    names = [f"{one.key} ({one.attribute})" for one in several[:NAMED]]
    more = f" and {len(several) - NAMED:,} more" if len(several) > NAMED else ""
    return f"could not be compared: {reason}: {', '.join(names)}{more}"


NAMED = 100
"""So many are named in one warning."""


def filters_of(context: MigrationContext) -> Filters:
    """The filters that the options of ``context`` ask for."""
    opts = context.opts
    schema = context.database.schema(context.version_table_schema)
    return Filters(
        include_schemas=bool(opts.get("include_schemas")),
        include_name=opts.get("include_name"),
        include_object=opts.get("include_object"),
        own_tables=frozenset({(schema, context.version_table)}),
        globs=Globs(tuple(opts.get("include") or ()), tuple(opts.get("exclude") or ())),
        default_schema=context.database.default_schema_name,
    )


# ---- the user's say --------------------------------------------------------------------------


def says_of(context: MigrationContext, found: Snapshot) -> Says:
    """What ``compare_type``, ``compare_server_default`` and the types themselves say."""
    voice = _Voice(context, found)
    type_ = context.opts.get("compare_type", True)
    default = context.opts.get("compare_server_default", True)
    if type_ is True and default is True:
        # Nothing but the types themselves may have a say, and SQLAlchemy's own have none.
        return Says(voice.type_itself, silent=_is_of_plain_type)
    return Says(
        type=(voice.type if callable(type_) else voice.type_itself) if type_ else never,
        default=(voice.default if callable(default) else None) if default else never,
    )


def _is_of_plain_type(column: Column) -> bool:
    return is_plain(_source(column).type)


class _Voice:
    """Calls what the user has given with the SQLAlchemy objects that are documented for it."""

    def __init__(self, context: MigrationContext, found: Snapshot) -> None:
        self.context = context
        self.objects = Objects(found, context.database)

    def type(self, old: Column, new: Column) -> bool | None:
        """What the ``compare_type`` callable says, then the type's own ``compare_against_backend``."""
        wanted, there = _source(new), self.objects.column(old.key)
        said = self.context.opts["compare_type"](
            self.context, there, wanted, there.type, wanted.type
        )
        return bool(said) if said is not None else self.type_itself(old, new)

    def type_itself(self, old: Column, new: Column) -> bool | None:
        """What the ``compare_against_backend`` of the models' type says."""
        wanted = _source(new)
        if is_plain(wanted.type):
            return None
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
