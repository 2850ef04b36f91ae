"""Foreign keys with ``use_alter`` carried out: each is made as soon as there is what it refers to."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import ReflectedForeignKeyConstraint

from schemadiff.errors import CommandError
from schemadiff.read.metadata import constraint_node

from . import late
from .adhoc import Names
from .constraints import CreateForeignKeyOp, DropConstraintOp
from .late import Late, LateKey
from .operation import MigrateOperation
from .sending import Context, asked, found_table, looking, send
from .tables import CreateTableOp


@contextmanager
def whole(context: Context) -> Iterator[None]:
    """The block, at whose end every foreign key is made that still waits; raises CommandError if one cannot be."""
    before = _known(context)
    context.late = replace(before, waiting=(), has_end=True)
    try:
        yield
        for key in context.late.waiting:
            if _target_is_there(key, context) is False:
                raise _never_came(key)
            _make(key, context)
    finally:
        context.late = replace(_known(context), waiting=before.waiting, has_end=before.has_end)


@contextmanager
def followed(op: CreateTableOp, table: sa.Table, context: Context) -> Iterator[None]:
    """The block makes a table; then come the foreign keys that waited for it, and those of its own that need not wait."""
    stood = is_there(context, op.schema, op.table_name) if op.if_not_exists else False
    yield
    own = () if stood else late.keys_of(table, context.database, unsure=stood is None)
    if not context.dialect.supports_alter:  # they are in the table
        context.late = replace(_known(context), made=(*_known(context).made, *own))
        return
    _serve(late.place(context.database, op.schema, op.table_name), own, context)


def is_done(op: MigrateOperation, context: Context, names: Names) -> bool:
    """Whether nothing is left to do: to make a key that its table brought already, to drop one that still waits.

    One that is made in other words takes the place of the one that the table brought.
    """
    known, database, look = _known(context), context.database, looking(context)
    match op:
        case DropConstraintOp():
            waits = any(late.meant(op, key, database, names) for key in known.waiting)
            if waits:
                note(op, context, names)
            return waits
        case CreateForeignKeyOp():
            for key in [k for k in known.made if late.meant(op, k, database, names)]:
                if _stands(key, context):
                    if late.says_the_same(op, key, database, names):
                        return True
                    send(key.op.reverse().statements(database, look), context)
            return _stands_from_before(op, context, names)
    return False


def _stands(key: LateKey, context: Context) -> bool:
    """Whether a key that was made late is there still, as far as anybody can look: SQL may have dropped it."""
    database, keys = context.database, _live_keys(key.op, context)
    return keys is None or any(
        database.are_names(one["constrained_columns"], key.op.local_cols)
        and database.is_name(one["referred_table"], key.op.referent_table)
        for one in keys
    )


def _stands_from_before(op: CreateForeignKeyOp, context: Context, names: Names) -> bool:
    """Whether a table that an earlier run made has just this key, as a history has it that makes late keys again."""
    database, connection = context.database, asked(context)
    fresh = late.place(database, op.schema, op.table_name) in _known(context).tables
    if fresh or not context.dialect.supports_alter:
        return False
    made = op.to_constraint(names=names)
    name = database.constraint_name(made)
    called = (one["name"] or "" for one in _live_keys(op, context) or ())
    if connection is None or not any(database.is_name(one, name) for one in called if name):
        return False
    live = found_table(database, connection, op.schema, op.table_name)
    key = constraint_node(database, made)
    return live is not None and key is not None and live.get(key.key) == key


def _live_keys(
    op: CreateForeignKeyOp, context: Context
) -> Sequence[ReflectedForeignKeyConstraint] | None:
    """The foreign keys of the table that gets one; None where nobody can look."""
    connection = asked(context)
    if connection is None:
        return None
    try:
        return sa.inspect(connection).get_foreign_keys(op.source_table, schema=op.schema)
    except sa.exc.NoSuchTableError:
        return ()


def note(op: MigrateOperation, context: Context, names: Names) -> None:
    """Remembers of an operation that has been carried out what late keys have to know."""
    context.late = late.after(_known(context), op, context.database, names)


def is_there(context: Context, schema: str | None, table: str) -> bool | None:
    """Whether the database has a table; None where nobody can look."""
    connection = asked(context)
    return None if connection is None else sa.inspect(connection).has_table(table, schema)


def _known(context: Context) -> Late:
    return context.late or Late()


def _serve(here: late.Place, own: Sequence[LateKey], context: Context) -> None:
    """Makes the keys that a new table was waited for by, and of its own those that need not wait."""
    known, database = _known(context), context.database
    ready = [key for key in known.waiting if late.target(key, database) == here]
    context.late = replace(known, waiting=tuple(k for k in known.waiting if k not in ready))
    for key in own:
        if late.target(key, database) == here or _target_is_there(key, context):
            ready.append(key)
        else:
            _wait(key, context)
    for key in ready:
        _make(key, context)


def _wait(key: LateKey, context: Context) -> None:
    known = _known(context)
    context.late = replace(known, waiting=(*known.waiting, key))
    if not known.has_end:
        warnings.warn(
            f"{key.op.source_table}: its foreign key {key.named} (use_alter=True) is made as soon as "
            f"op.create_table() makes {key.op.referent}, and not at all if it does not",
            stacklevel=2,
        )


def _make(key: LateKey, context: Context) -> None:
    send(key.statements(context.database, looking(context)), context)
    known = _known(context)
    waiting = tuple(one for one in known.waiting if one is not key)
    context.late = replace(known, waiting=waiting, made=(*known.made, key))


def _target_is_there(key: LateKey, context: Context) -> bool | None:
    """Whether there is what a key refers to; None if nobody can tell."""
    there = is_there(context, key.op.kw.get("referent_schema"), key.op.referent_table)
    made = late.target(key, context.database) in _known(context).tables
    return made or None if there is None else there


def _never_came(key: LateKey) -> CommandError:
    return CommandError(
        f"table {key.op.source_table}: its foreign key {key.named} (use_alter=True) refers to table "
        f"{key.op.referent}, which is not there",
        hint=f"make {key.op.referent} in the same revision or before it, or leave the key away here and "
        "say op.create_foreign_key(…) where it is made",
    )
