"""What a person should decide before a revision runs: rows that go or stand in its way, and what may only have another name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy.engine import Dialect

from schemadiff.dialects.base import AnyColumn

from .alter import AlterColumnOp
from .columns import AddColumnOp, DropColumnOp
from .containers import DowngradeOps, OpContainer
from .conversions import losses
from .objects import AlterEnumOp
from .operation import MigrateOperation
from .refusals import refusals
from .tables import CreateTableOp, DropTableOp

Remarks = Mapping[int, str]
"""What is to be said before an operation, by its ``id()``."""


def remarks(ops: OpContainer, dialect: Dialect | None) -> Remarks:
    """What is to be said before each of ``ops`` and of the operations in them.

    An upgrade is told what it loses, a downgrade what it cannot bring back.
    """
    flat = list(_flat(ops))
    refused = refusals(flat, dialect)
    if isinstance(ops, DowngradeOps):
        return {**refused, **{id(op): text for op in flat if (text := _back(op, dialect))}}
    alone = {id(op): text for op in flat if (text := _ahead(op, dialect))}
    return {**refused, **alone, **_perhaps_renamed(flat, dialect)}


def _flat(ops: OpContainer) -> Iterator[MigrateOperation]:
    for op in ops.ops:
        if isinstance(op, OpContainer):
            yield from _flat(op)
        else:
            yield op


def _ahead(op: MigrateOperation, dialect: Dialect | None) -> str:
    match op:
        case DropTableOp():
            return f"data loss: {op.table_name} goes with all its rows"
        case DropColumnOp() if op.to_column().computed is None:
            return f"data loss: what stands in {op.table_name}.{op.column_name} goes"
        case AlterEnumOp():
            return _relabelled(op)
        case AlterColumnOp():
            return "\n".join(_altered(op, dialect))
    return ""


def _back(op: MigrateOperation, dialect: Dialect | None) -> str:
    match op:
        case CreateTableOp():
            return f"{op.table_name} comes back without its rows"
        case AddColumnOp() if op.column.computed is None:
            return f"{op.table_name}.{op.column.name} comes back without what stood in it"
        case AlterEnumOp():
            return _relabelled(op)
        case AlterColumnOp():
            return "\n".join(_altered(op, dialect))
    return ""


def _relabelled(op: AlterEnumOp) -> str:
    gone = [each for each in op.existing if each not in op.labels]
    return f"fails where a row still has {', '.join(map(repr, gone))}" if gone else ""


def _altered(op: AlterColumnOp, dialect: Dialect | None) -> Iterator[str]:
    name = f"{op.table_name}.{op.column_name}"
    if op.modify_nullable is False and op.existing_nullable is not False:
        yield f"fails where a row has NULL in {name}: fill it before"
    if op.existing_type is not None and op.modify_type is not None:
        yield from losses(name, op.existing_type, op.modify_type, dialect)


# ---- one that goes and one that comes ------------------------------------------------------------


def _perhaps_renamed(ops: Sequence[MigrateOperation], dialect: Dialect | None) -> dict[int, str]:
    """A column or table that goes, beside the only new one that looks like it."""
    found: dict[int, str] = {}
    for op in ops:
        match op:
            case DropColumnOp():
                new = [
                    each.column.name for each in _new_columns(ops) if _is_like(op, each, dialect)
                ]
                if len(new) == 1:
                    how = f"op.alter_column({op.table_name!r}, {op.column_name!r}, new_column_name={new[0]!r})"
                    found[id(op)] = f"{_ahead(op, dialect)}\n{_renaming(new[0], how)}"
            case DropTableOp():
                tables = [each.table_name for each in _new_tables(ops) if _is_same_table(op, each)]
                if len(tables) == 1:
                    how = f"op.rename_table({op.table_name!r}, {tables[0]!r})"
                    found[id(op)] = f"{_ahead(op, dialect)}\n{_renaming(tables[0], how)}"
    return found


def _renaming(new: str, how: str) -> str:
    written = how.replace("'", '"')
    return f"if it is only called {new} from now on, write instead of both:\n{written}"


def _new_columns(ops: Sequence[MigrateOperation]) -> list[AddColumnOp]:
    return [op for op in ops if isinstance(op, AddColumnOp)]


def _new_tables(ops: Sequence[MigrateOperation]) -> list[CreateTableOp]:
    return [op for op in ops if isinstance(op, CreateTableOp)]


def _is_like(old: DropColumnOp, new: AddColumnOp, dialect: Dialect | None) -> bool:
    """Whether a new column of the same table has the type of the old one; what is generated holds no rows."""
    if (new.schema, new.table_name) != (old.schema, old.table_name):
        return False
    gone, come = old.to_column(), new.column
    if gone.computed is not None or come.computed is not None:
        return False
    return _said(gone, dialect) == _said(come, dialect)


def _said(column: AnyColumn, dialect: Dialect | None) -> tuple[str, object]:
    return column.type.compile(dialect=dialect), column.nullable


def _is_same_table(old: DropTableOp, new: CreateTableOp) -> bool:
    """Whether a new table has the columns of the old one."""
    if new.schema != old.schema:
        return False
    names = [column.name for column in old.to_table().columns]
    return bool(names) and names == [column.name for column in new.to_table().columns]
