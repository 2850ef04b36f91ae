"""The table in which a database keeps its revisions: one row for each head, as Alembic's databases have it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from schemadiff.errors import CommandError

LONGEST = 32
"""Characters of a revision id that fit the column."""


@dataclass(frozen=True, slots=True)
class VersionTable:
    """Name and shape of the version table, and the statements that go with it."""

    name: str = "alembic_version"
    schema: str | None = None
    primary_key: bool = True

    @property
    def table(self) -> sa.Table:
        """The table, for statements; each call makes a new one in a MetaData of its own."""
        table = sa.Table(
            self.name,
            sa.MetaData(),
            sa.Column("version_num", sa.String(LONGEST), nullable=False),
            schema=self.schema,
        )
        if self.primary_key:
            table.append_constraint(sa.PrimaryKeyConstraint("version_num", name=f"{self.name}_pkc"))
        return table

    def exists(self, connection: Connection) -> bool:
        return sa.inspect(connection).has_table(self.name, schema=self.schema)

    def heads(self, connection: Connection) -> tuple[str, ...]:
        """The revisions in the table, sorted; nothing where there is no table."""
        if not self.exists(connection):
            return ()
        return tuple(sorted(connection.scalars(sa.select(self.table.c.version_num))))

    def create(self) -> sa.Executable:
        return sa.schema.CreateTable(self.table)

    def insert(self, version: str) -> sa.Insert:
        # Inline: a RETURNING clause would only be noise in an SQL script.
        return self.table.insert().values(version_num=sa.literal_column(_quoted(version))).inline()

    def update(self, old: str, new: str) -> sa.Update:
        table = self.table
        return (
            table.update()
            .values(version_num=sa.literal_column(_quoted(new)))
            .where(table.c.version_num == sa.literal_column(_quoted(old)))
        )

    def delete(self, version: str) -> sa.Delete:
        table = self.table
        return table.delete().where(table.c.version_num == sa.literal_column(_quoted(version)))

    def delete_all(self) -> sa.Delete:
        return self.table.delete()

    def expect_one(self, found: int, what: str) -> None:
        """Refuse to go on when somebody else has changed the row meanwhile."""
        if found not in (1, -1):  # -1: the driver does not count
            raise CommandError(
                f"Online migration expected to match one row when {what} in {self.name!r}; "
                f"{found} found",
                hint="is another process upgrading the same database?",
            )


Run = Callable[[sa.Executable], int]
"""Runs a statement and tells how many rows it met (-1: not counted)."""


def _quoted(version: str) -> str:
    """A revision id as an SQL string; ``%`` is doubled by the compiler where the driver needs it."""
    doubled = version.replace("'", "''")
    return f"'{doubled}'"
