"""What all operations have in common."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar, TypeAlias

from schemadiff.dialects.base import Database
from schemadiff.dialects.terms import Look, Statement, Unsupported, offline
from schemadiff.model import Column, Key, Node, Snapshot
from schemadiff.render.call import Line
from schemadiff.render.construct import Construct

from .adhoc import Names

Diff: TypeAlias = tuple[Any, ...] | list[tuple[Any, ...]]
"""One entry of what ``compare_metadata`` returns."""


class CannotRebuild(Unsupported):
    """A table must be rebuilt, and there is no database to read it from."""


class Irreversible(ValueError):
    """An operation that does not know the state before it, and so cannot be undone."""


@dataclass(frozen=True, slots=True)
class TableEdit:
    """One table as it is to be, by its nodes; ``renamed`` maps new column names to the old ones.

    ``filled`` says for new columns, as SQL, what the rows that stand get: a default that one change gives and
    the next one takes away has done its work. ``fallen`` are the columns that went, and what went with them: that
    comes back with a new column of the same name, but no values do (``renewed``).
    """

    table: Snapshot
    renamed: Mapping[str, str] = field(default_factory=dict)
    filled: Mapping[str, str] = field(default_factory=dict)
    fallen: tuple[Node, ...] = ()
    renewed: frozenset[Key] = frozenset()

    def statements(
        self, live: Snapshot, database: Database, look: Look, always: bool = False
    ) -> Iterator[Statement]:
        """The rebuild that makes of ``live`` what is wanted; nothing if it is that, unless ``always``."""
        if always or self.renamed or self.renewed or not _is_same(live, self.table):
            old = live.without(self.renewed)
            yield from database.rebuild(old, self.table, self.renamed, self.filled, look)


def _is_same(one: Snapshot, other: Snapshot) -> bool:
    """Whether two tables say the same, the order of their columns included."""
    return one == other and _order(one) == _order(other)


def _order(table: Snapshot) -> list[str]:
    columns = sorted(table.each(Column), key=lambda column: column.position)
    return [column.name for column in columns]


class MigrateOperation:
    """Something done to a schema: it says what to execute, how to undo it, and how it is written."""

    @cached_property
    def info(self) -> dict[Any, Any]:
        """A place for a user's own notes on this operation."""
        return {}

    def reverse(self) -> MigrateOperation:
        """The operation that undoes this one. Raises Irreversible if it does not know how."""
        raise Irreversible(f"{type(self).__name__} is not reversible")

    def to_diff_tuple(self) -> Diff:
        """This operation as ``compare_metadata`` lists it."""
        raise NotImplementedError(f"{type(self).__name__} has no diff tuple")

    def statements(
        self, database: Database, look: Look = offline, names: Names = None
    ) -> Iterator[Statement]:
        """What to execute, in order. ``names`` is the naming convention for constraints without a name."""
        raise NotImplementedError(f"{type(self).__name__} executes nothing by itself")

    def as_call(self, construct: Construct) -> tuple[Line, ...]:
        """The lines of a revision file that do the same."""
        raise NotImplementedError(f"{type(self).__name__} cannot be written as source")


class TableOperation(MigrateOperation):
    """Something done to one standing table."""

    table_name: str
    schema: str | None
    needs_rebuild: ClassVar[bool] = True
    """Whether a database that cannot alter tables in place must rebuild one for this."""
    looks_first: ClassVar[bool] = True
    """Whether it depends on the table if that must be done."""

    def in_place(self, database: Database, table: Snapshot | None) -> bool:
        """Whether the database can do this by a statement of its own, without rebuilding ``table``."""
        return database.alters_in_place or not self.needs_rebuild

    def has_words(self, database: Database) -> bool:
        """Whether a database that rebuilds tables has a statement for this at all, though it may refuse it."""
        return self.in_place(database, None)

    def edited(self, edit: TableEdit, database: Database, names: Names = None) -> TableEdit:
        """The table's nodes after this operation."""
        raise NotImplementedError(f"{type(self).__name__} cannot be part of a rebuild")

    def direct(self, database: Database, look: Look, names: Names) -> Iterator[Statement]:
        """What to execute on a database that alters tables in place."""
        raise NotImplementedError(f"{type(self).__name__} executes nothing by itself")

    def statements(
        self, database: Database, look: Look = offline, names: Names = None
    ) -> Iterator[Statement]:
        """What to execute: ALTER where the database can, else a rebuild of the table."""
        if database.alters_in_place or not (self.needs_rebuild and self.looks_first):
            return self.direct(database, look, names)
        table = look(self.schema, self.table_name)
        if self.in_place(database, table):
            return self.direct(database, look, names)
        if table is None:
            raise cannot_rebuild(database, self.table_name, [self])
        edit = self.edited(TableEdit(table), database, names)
        return edit.statements(table, database, look)


class AlterTableOp(TableOperation):
    """Something done to a standing table."""

    def __init__(self, table_name: str, *, schema: str | None = None) -> None:
        self.table_name = table_name
        self.schema = schema


def cannot_rebuild(database: Database, table: str, ops: Iterable[TableOperation]) -> CannotRebuild:
    """The error of a rebuild that has no table to look at."""
    names = dict.fromkeys(_name(op) for op in ops)
    return CannotRebuild(
        f"{', '.join(names) or 'batch_alter_table'} on table {table!r} cannot be written as SQL: "
        f"{database.dialect.name} makes the table anew, and must read it from a live database first",
        hint="hand the table over: op.batch_alter_table(…, copy_from=Table(…))",
    )


def must_rebuild(database: Database, table: str, op: TableOperation) -> Unsupported:
    """The error of an operation that needs the rebuild its author does not want."""
    return Unsupported(
        f"{_name(op)} on table {table!r}: {database.dialect.name} has no statement for it and makes "
        "the table anew, which recreate='never' forbids",
        hint="leave recreate away, or say recreate='auto'",
    )


def _name(op: TableOperation) -> str:
    """``alter_column`` for an AlterColumnOp."""
    name = type(op).__name__.removesuffix("Op")
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")
