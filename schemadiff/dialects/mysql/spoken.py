"""A column in full, as MODIFY and CHANGE want to hear it: what is not mentioned is gone."""

from __future__ import annotations

from dataclasses import dataclass

from schemadiff.dialects.base import Database
from schemadiff.dialects.terms import Look
from schemadiff.errors import CommandError
from schemadiff.model import Check, Column, Snapshot

from .types import split_type, with_collation


@dataclass(frozen=True, slots=True)
class Spoken:
    """A column in full, as text."""

    type: str
    nullable: bool
    default: str | None = None
    generated: str = ""
    counts: bool = False
    comment: str | None = None
    invisible: bool = False
    check: str = ""
    """The expression of the check that is part of the column (MariaDB), and goes if it is not said."""

    def sql(self, database: Database, *, is_mariadb: bool) -> str:
        """What follows the name of the column."""
        said = [self.type]
        if self.generated:
            said.append(self.generated)
        # MariaDB takes neither NULL nor NOT NULL for a generated column
        if not (self.generated and (is_mariadb or self.nullable)):
            said.append("NULL" if self.nullable else "NOT NULL")
        if self.default is not None and not self.generated:
            said.append(f"DEFAULT {self.default}")
        if self.counts:
            said.append("AUTO_INCREMENT")
        if self.comment:
            said.append(f"COMMENT {database.string(self.comment)}")
        if self.invisible:
            said.append("INVISIBLE")
        if self.check:
            said.append(f"CHECK ({self.check})")
        return " ".join(said)


def as_it_is(live: Snapshot, column: Column) -> Spoken:
    """A column of a live table."""
    computed = column.computed
    generated = ""
    if computed is not None:
        kind = "STORED" if computed.persisted else "VIRTUAL"
        generated = f"GENERATED ALWAYS AS ({computed.sql.text}) {kind}"
    return Spoken(
        type=column.type.text,
        nullable=column.nullable,
        default=column.default.text if column.default is not None else None,
        generated=generated,
        counts=column.autoincrement,
        comment=column.comment,
        invisible="invisible" in dict(column.options),
        check=next((check.sql.text for check in checks_within(live, column.name)), ""),
    )


def takes_charset(type_: str) -> bool:
    """Whether a type has a character set, and says none of its own."""
    word = type_.upper().partition("(")[0].split()[0]
    is_text = word in {"CHAR", "VARCHAR", "ENUM", "SET"} or word.endswith("TEXT")
    return is_text and not split_type(type_).says_charset


def with_charset_of(live: str, new: str, existing: str | None) -> str:
    """The new type of a column, with the character set of its live one if neither new nor existing type speaks of one."""
    own = split_type(live)
    unsaid = takes_charset(new) and (existing is None or not split_type(existing).says_charset)
    return with_collation(new, own.collation) if unsaid and own.collation else new


def checks_within(live: Snapshot, column: str) -> list[Check]:
    """The checks that are part of a column."""
    return [check for check in live.each(Check) if check.within == column]


def live_column(
    database: Database, schema: str | None, table: str, column: str, look: Look
) -> tuple[Snapshot, Column] | None:
    """A live table and its column of that name; None where there is no database to look at.

    Raises CommandError if the table has no such column.
    """
    live = look(schema, table)
    if live is None:
        return None
    wanted = database.identifier(column).lower()
    for found in live.each(Column):
        if found.name.lower() == wanted:
            return live, found
    raise CommandError(f"No such column: {column!r} in table {table!r}")
