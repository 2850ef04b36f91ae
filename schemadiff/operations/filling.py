"""What existing rows get in a new column that takes no NULL and has no default."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from schemadiff.dialects.base import AnyColumn, Database
from schemadiff.dialects.values import NoLiteral
from schemadiff.model import Column, ForeignKey, Index, PrimaryKey, Snapshot, Unique


@dataclass(frozen=True, slots=True)
class Filling:
    """SQL that is the default of a new column for as long as it is being added, and a word to the reader.

    Without SQL nothing would do: each row wants a value of its own, or one that stands in another table.
    """

    sql: str | None
    remark: str


def filling_for(
    node: Column, column: AnyColumn, table: Snapshot, database: Database
) -> Filling | None:
    """The filling of a column that is new in a standing table; None where no row can lack a value."""
    if not _wants_value(node):
        return None
    name = f"{node.table}.{node.name}"
    if said := _default_of_model(column, database):
        return Filling(said, f"existing rows get the model's default in {name}")
    chosen = None if _wants_its_own(node, table) else database.neutral_sql(column.type)
    if chosen is None:
        return Filling(
            None,
            f"{name} is NOT NULL, and no value would do for existing rows:\n"
            "this works on an empty table only",
        )
    return Filling(
        chosen,
        f"{name} is NOT NULL and has no default; existing rows get\n"
        f"{chosen}, which is made up: write what is right for them",
    )


def _wants_value(node: Column) -> bool:
    given = (node.default, node.computed, node.identity)
    return not node.nullable and not node.autoincrement and given == (None, None, None)


def _default_of_model(column: AnyColumn, database: Database) -> str | None:
    """The scalar that the model gives to new rows, as SQL; None for none, and for one only Python can write."""
    default = column.default
    if not isinstance(default, sa.ColumnDefault) or not default.is_scalar:
        return None
    try:
        return database.literal_sql(default.arg, column.type)
    except NoLiteral:
        return None


def _wants_its_own(node: Column, table: Snapshot) -> bool:
    """Whether no two rows may share a value, or the value has to stand somewhere else."""
    for part in table.parts(node.key.owner):
        match part:
            case ForeignKey() if node.name in part.columns:
                return True
            case PrimaryKey() | Unique() if part.columns == (node.name,):
                return True
            case Index(unique=True) if [e.column for e in part.elements] == [node.name]:
                return True
    return False
