"""Which names the models' naming convention decides, and whether the models are needed for that."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.elements import conv

from schemadiff.read.later import LaterModels

from . import adhoc
from .adhoc import Names
from .columns import AddColumnOp
from .constraints import AddConstraintOp, CreatePrimaryKeyOp, DropConstraintOp
from .indexes import CreateIndexOp, DropIndexOp
from .operation import MigrateOperation
from .tables import CreateTableOp


class Need(IntEnum):
    """How much an operation needs the convention."""

    NOT = 0
    """Every name is final."""
    WISH = 1
    """A convention could add to a name, or name a primary key: what most files leave to the database."""
    MUST = 2
    """Something that may have to be dropped by its name one day has none."""


def convention(ops: Iterable[object], context: object) -> Names:
    """The naming convention for these operations, or items of a table; None if they need none."""
    opts = getattr(context, "opts", None) or {}
    models = opts.get("target_metadata")
    if not isinstance(models, LaterModels):
        return adhoc.convention_of(models)
    match max(map(need, ops), default=Need.NOT):
        case Need.NOT:
            return None
        case Need.WISH:
            return adhoc.convention_of(models.if_possible())
    return adhoc.convention_of(models.now())


def need(thing: object) -> Need:
    """How much an operation, a column, a constraint or an index needs a convention."""
    match thing:
        case CreateTableOp():
            return max(map(need, thing.columns), default=Need.NOT)
        case AddColumnOp():
            return need(thing.column)
        case CreatePrimaryKeyOp() | DropConstraintOp():
            return _of(thing.constraint_name, nameless=Need.WISH)
        case AddConstraintOp():
            return _of(getattr(thing, "constraint_name", None))
        case CreateIndexOp() | DropIndexOp():
            return _of(thing.index_name)
        case sa.Column():
            return max(_of_column(thing))
        case sa.PrimaryKeyConstraint():
            return _of(thing.name, nameless=Need.WISH)
        case sa.Constraint() | sa.Index():
            return _of(thing.name)
    return Need.NOT if isinstance(thing, MigrateOperation) else Need.WISH


def _of_column(column: sa.Column[Any]) -> Iterable[Need]:
    yield Need.MUST if column.unique or column.index else Need.NOT
    yield Need.WISH if column.primary_key else Need.NOT
    yield from map(need, column.constraints)
    yield from (_of(key.name) for key in column.foreign_keys)
    if isinstance(column.type, sa.types.SchemaType) and getattr(
        column.type, "create_constraint", False
    ):
        yield _of(column.type.name)


def _of(name: object, *, nameless: Need = Need.MUST) -> Need:
    if isinstance(name, conv):
        return Need.NOT
    return Need.WISH if isinstance(name, str) else nameless
