"""Constraints that create and drop themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import sqlalchemy as sa

from schemadiff import changeset

from ._engine import connection, operations

LONGEST = 60
"""Characters of a name that every database takes, Oracle before 12.2 excepted."""


class _Changes:
    """A constraint that creates and drops itself."""

    guessed = False
    """Whether nobody gave it a name."""

    def create(self, *args: object, **kw: object) -> None:
        """Adds the constraint to its table."""
        changeset.create_constraint(operations(), self._itself())

    def drop(self, *args: object, cascade: bool = False, **kw: object) -> None:
        """Drops the constraint; one without a name of its own is found by its columns if need be."""
        constraint = self._itself()
        if self.guessed and constraint.name not in (None, *_names(constraint.table)):
            constraint.name = None
        changeset.drop_constraint(operations(), constraint, cascade=cascade)

    def _itself(self) -> sa.Constraint:
        return cast(sa.Constraint, self)

    def _belongs_to(self, table: sa.Table | None) -> None:
        """What has no columns, or only names of some, is told its table."""
        if table is not None and getattr(self, "parent", None) is None:
            table.append_constraint(self._itself())

    def _named(self, pattern: str, columns: Any = None) -> None:
        """Without a name of its own and on a table already it gets the one SQLAlchemy-Migrate gives."""
        constraint = self._itself()
        if constraint.name is None and getattr(constraint, "parent", None) is not None:
            over = list(getattr(constraint, "columns", ())) if columns is None else columns
            names = [getattr(column, "name", column) for column in over]
            said = {"first": next(iter(names), ""), "columns": "_".join(names)}
            name = pattern.format(table=constraint.table.name, **said)
            # The database gives one of its own where this is too long.
            constraint.name = name if len(name) <= LONGEST else None
            self.guessed = True


class PrimaryKeyConstraint(_Changes, sa.PrimaryKeyConstraint):
    """A primary key of columns, or of names of columns of ``table``; without any, ``table``'s own."""

    def __init__(self, *columns: Any, table: sa.Table | None = None, **kw: Any) -> None:
        if table is not None and not columns:
            kw.setdefault("name", table.primary_key.name)
        super().__init__(*_of(table, columns), **kw)
        self._belongs_to(table)
        self._named("{table}_pkey")


class UniqueConstraint(_Changes, sa.UniqueConstraint):
    """A UNIQUE constraint over columns, or names of columns of ``table``."""

    def __init__(self, *columns: Any, table: sa.Table | None = None, **kw: Any) -> None:
        super().__init__(*_of(table, columns), **kw)
        self._belongs_to(table)
        self._named("{table}_{columns}_key")


class ForeignKeyConstraint(_Changes, sa.ForeignKeyConstraint):
    """A foreign key from columns to others; ``table`` where both are names."""

    def __init__(
        self, columns: Any, refcolumns: Any, *args: Any, table: Any = None, **kw: Any
    ) -> None:
        super().__init__(_of(table, columns), list(refcolumns), *args, **kw)
        self._belongs_to(table)
        self._named("{table}_{first}_fkey")


class CheckConstraint(_Changes, sa.CheckConstraint):
    """A CHECK constraint on the table of ``columns``, or on ``table``."""

    def __init__(
        self, sqltext: Any, *args: Any, columns: Any = (), table: Any = None, **kw: Any
    ) -> None:
        found = _of(table, columns)
        owner = found[0].table if found and isinstance(found[0], sa.Column) else table
        super().__init__(sqltext, *args, **{**kw, "table": owner})
        self._named("{table}_{columns}_check", found)


KINDS: dict[type[sa.Constraint], type[Any]] = {
    sa.PrimaryKeyConstraint: PrimaryKeyConstraint,
    sa.UniqueConstraint: UniqueConstraint,
    sa.ForeignKeyConstraint: ForeignKeyConstraint,
    sa.CheckConstraint: CheckConstraint,
}
"""What stands here for each of SQLAlchemy's."""


def _of(table: sa.Table | None, columns: Any) -> list[Any]:
    return [
        table.columns[column] if table is not None and isinstance(column, str) else column
        for column in columns
    ]


def _names(table: sa.Table) -> set[str | None]:
    """What the constraints of a table are called in the database."""
    if operations().migration_context.connection is None:
        return {str(constraint.name) for constraint in table.constraints if constraint.name}
    return set(_read_names(table))


def _read_names(table: sa.Table) -> Iterator[str | None]:
    seen = sa.inspect(connection())
    yield seen.get_pk_constraint(table.name, table.schema).get("name")
    for read in (seen.get_unique_constraints, seen.get_foreign_keys, seen.get_check_constraints):
        yield from (one["name"] for one in read(table.name, table.schema))
