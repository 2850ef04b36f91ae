"""What rows of a standing table may stand in the way of: keys that the database refuses where they do.

Of a CHECK nothing is said: its condition says by itself where it fails.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import TypeAlias

from sqlalchemy.engine import Dialect

from schemadiff.dialects.registry import database_for

from .columns import AddColumnOp
from .constraints import (
    CreateForeignKeyOp,
    CreatePrimaryKeyOp,
    CreateUniqueConstraintOp,
    DropConstraintOp,
)
from .indexes import CreateIndexOp, DropIndexOp
from .operation import AlterTableOp, MigrateOperation
from .tables import CreateTableOp

Place: TypeAlias = tuple[str | None, str]
"""The schema and the name of a table."""


@dataclass(frozen=True, slots=True)
class Demand:
    """What a key wants of the rows of a table: no two alike in ``columns``, or each among the rows of ``target``."""

    place: Place
    columns: tuple[str, ...]
    target: tuple[str, ...] = ()
    """A table and its columns."""
    where: tuple[str, ...] = ()
    """The conditions of the rows that it is about, if it is not about all of them."""

    def is_met_by(self, other: Demand) -> bool:
        """Whether rows that met ``other`` meet this one: no two alike in fewer columns is more."""
        alike = (self.place, self.target) == (other.place, other.target)
        if self.target:
            return alike and self.columns == other.columns
        return alike and other.where in ((), self.where) and {*other.columns} <= {*self.columns}

    def __str__(self) -> str:
        table, names = self.place[1], " and ".join(self.columns)
        if self.target:
            return f"fails where a value of {table}.{names} is in no row of {self.target[0]}"
        which = " that it is about" if self.where else ""
        return f"fails where two rows of {table}{which} have the same {names}"


def refusals(ops: Sequence[MigrateOperation], dialect: Dialect | None) -> dict[int, str]:
    """What is to be said of the keys, by their ``id()``, that ``ops`` add to rows which never had to meet them."""
    heeds_keys = dialect is None or database_for(dialect).heeds_foreign_keys
    before = [demand for op in ops if (demand := _demand(_dropped(op))) is not None]
    new = {(op.schema, op.table_name) for op in ops if isinstance(op, CreateTableOp)}
    found: dict[int, str] = {}
    for op in ops:
        demand = _demand(op)
        if demand is None or demand.place in new or any(map(demand.is_met_by, before)):
            continue
        if demand.target and not heeds_keys:
            continue
        if not _is_of_new(demand.columns, list(_added(ops, demand.place))):
            found[id(op)] = str(demand)
    return found


def _dropped(op: MigrateOperation) -> MigrateOperation | None:
    """The operation that makes again what ``op`` drops, where that is known."""
    return op._reverse if isinstance(op, DropConstraintOp | DropIndexOp) else None


def _demand(op: MigrateOperation | None) -> Demand | None:
    """What an operation wants of rows; None where it is nothing, or cannot be said in a few words."""
    if not isinstance(op, AlterTableOp):
        return None
    place = (op.schema, op.table_name)
    match op:
        case CreateUniqueConstraintOp() | CreatePrimaryKeyOp():
            return Demand(place, tuple(op.columns))
        case CreateIndexOp(unique=True):
            names = tuple(c for c in op.columns if isinstance(c, str))
            return Demand(place, names, where=_where(op.kw)) if [*names] == [*op.columns] else None
        case CreateForeignKeyOp() if not op.kw.get("postgresql_not_valid"):
            return Demand(place, tuple(op.local_cols), (op.referent, *op.remote_cols))
    return None


def _where(arguments: Mapping[str, object]) -> tuple[str, ...]:
    said = ((name, value) for name, value in sorted(arguments.items()) if value is not None)
    return tuple(f"{name}={value}" for name, value in said if name.endswith("_where"))


def _added(ops: Sequence[MigrateOperation], place: Place) -> Iterator[AddColumnOp]:
    return (op for op in ops if isinstance(op, AddColumnOp) and (op.schema, op.table_name) == place)


def _is_of_new(columns: Sequence[str], added: Sequence[AddColumnOp]) -> bool:
    """Whether a key is over columns that come in the same revision: rows hold nothing there that was not said."""
    return {op.column.name for op in added} >= {*columns} or bool(_empty(added) & {*columns})


def _empty(added: Sequence[AddColumnOp]) -> Set[str]:
    """Columns that have NULL in every row, which neither equals another nor refers to any."""
    columns = (op.column for op in added)
    return {c.name for c in columns if c.nullable and c.server_default is None}
