"""The table in which a database keeps its revisions: one row for each head, as Alembic's databases have it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from schemadiff.errors import CommandError
from schemadiff.script.errors import RevisionError
from schemadiff.script.record import MAX_ID_LENGTH


def usual_shape(
    *, version_table: str, version_table_schema: str | None, version_table_pk: bool
) -> sa.Table:
    """The table where no dialect wants another; each call makes one in a MetaData of its own."""
    table = sa.Table(
        version_table,
        sa.MetaData(),
        sa.Column("version_num", sa.String(MAX_ID_LENGTH), nullable=False),
        schema=version_table_schema,
    )
    if version_table_pk:
        table.append_constraint(sa.PrimaryKeyConstraint("version_num", name=f"{version_table}_pkc"))
    return table


@dataclass(frozen=True)
class VersionTable:
    """Name and shape of the version table, and the statements that go with it."""

    name: str = "alembic_version"
    schema: str | None = None
    primary_key: bool = True
    shape: Callable[..., sa.Table] = usual_shape
    """Makes the table; a dialect may have its own."""

    @cached_property
    def table(self) -> sa.Table:
        """The table, for statements."""
        return self.shape(
            version_table=self.name,
            version_table_schema=self.schema,
            version_table_pk=self.primary_key,
        )

    def exists(self, connection: Connection) -> bool:
        return sa.inspect(connection).has_table(self.name, schema=self.schema)

    def heads(self, connection: Connection) -> tuple[str, ...]:
        """The revisions in the table, sorted; nothing where there is no table."""
        if not self.exists(connection):
            return ()
        return tuple(sorted(connection.scalars(sa.select(self.table.c.version_num))))

    def room(self, connection: Connection | None) -> float:
        """How many characters of an id the table holds: as it is in the database, or as it would be made."""
        columns: dict[str, object] = {"version_num": self.table.c.version_num.type}
        if connection is not None and self.exists(connection):
            found = sa.inspect(connection).get_columns(self.name, schema=self.schema)
            columns = {each["name"].lower(): each["type"] for each in found}
        return getattr(columns.get("version_num"), "length", None) or float("inf")

    def require_room(
        self, connection: Connection | None, ids: Iterable[str], named: Callable[[str], str]
    ) -> None:
        """Refuse ids that the table cannot hold, before anything is run for them. Raises RevisionError.

        Nothing is asked for ids of ordinary length; a project whose ids are longer has widened the column,
        perhaps in a revision of its own.
        """
        for name in ids:
            if len(name) > MAX_ID_LENGTH and len(name) > (room := self.room(connection)):
                raise RevisionError(
                    f"Revision identifier {named(name)} is {len(name)} characters long, "
                    f"{self.name}.version_num holds {room}",
                    hint="shorten the identifier, or widen the column",
                )

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
