"""What MySQL and MariaDB say differently when something is changed.

A column is altered by saying it in full: what is not mentioned is gone. So what an operation does not mention
is read from the live table first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from types import MappingProxyType
from typing import ClassVar, Literal, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import mysql

from schemadiff.dialects.base import AnyColumn, AnyType
from schemadiff.dialects.terms import (
    ColumnChange,
    Look,
    ServerDefault,
    Statement,
    Unsupported,
    offline,
)
from schemadiff.dialects.values import plain_type
from schemadiff.errors import CommandError
from schemadiff.model import Column, ForeignKey, Index, Snapshot

from .keys import KEEPS_COUNTING, Keys, leads_a_key
from .spoken import Spoken, as_it_is, live_column, takes_charset, with_charset_of
from .tokens import tokens

T = TypeVar("T")

_OPTION_WORDS = {
    "engine": "ENGINE",
    "charset": "DEFAULT CHARACTER SET",
    "default_charset": "DEFAULT CHARACTER SET",
    "character_set": "DEFAULT CHARACTER SET",
    "collate": "COLLATE",
    "row_format": "ROW_FORMAT",
    "key_block_size": "KEY_BLOCK_SIZE",
    "auto_increment": "AUTO_INCREMENT",
    "stats_persistent": "STATS_PERSISTENT",
    "stats_auto_recalc": "STATS_AUTO_RECALC",
    "stats_sample_pages": "STATS_SAMPLE_PAGES",
    "max_rows": "MAX_ROWS",
    "min_rows": "MIN_ROWS",
    "checksum": "CHECKSUM",
    "page_compressed": "PAGE_COMPRESSED",
}

_HAS_DEFAULT = frozenset(
    {"row_format", "charset", "default_charset", "character_set", "collate"}
    | {"stats_persistent", "stats_auto_recalc", "stats_sample_pages"}
)

_NEUTRAL: tuple[tuple[type[AnyType], str], ...] = (
    (mysql.BIT, "b'0'"),
    (mysql.SET, "''"),
    (mysql.YEAR, "0"),
    (sa.Interval, "'1970-01-01 00:00:00'"),
    # a TIMESTAMP begins one second after the epoch, in UTC: a day later is after it wherever the server is
    (sa.TIMESTAMP, "'1970-01-02 00:00:00'"),
)


class Statements(Keys):
    """What is said to MySQL and MariaDB."""

    inlines_comments: ClassVar[bool] = True
    flags_counting: ClassVar[bool] = True
    heeds_references: ClassVar[bool] = False
    """REFERENCES within a column is read and forgotten before MariaDB 10.5 and MySQL 9.0."""
    places_columns: ClassVar[bool] = True
    stops_cycling: ClassVar[str] = "NOCYCLE"

    # ---- tables ------------------------------------------------------------------------------

    def comment_table(self, table: sa.Table) -> Iterator[Statement]:
        yield f"ALTER TABLE {self.table_sql(table)} COMMENT {self.string(table.comment or '')}"

    def drop_schema(
        self, name: str, if_exists: bool | None = None, cascade: bool = False
    ) -> Iterator[Statement]:
        """A schema goes with everything in it; the server has no other way, and so no word for it."""
        yield from super().drop_schema(name, if_exists)

    def alter_table_options(
        self,
        schema: str | None,
        table: str,
        old: Mapping[str, object],
        new: Mapping[str, object],
        look: Look = offline,
    ) -> Iterator[Statement]:
        """The options that ``new`` says; raises Unsupported for one nobody knows or that only ends."""
        before, after = _plain(old), _plain(new)
        said = []
        for name in sorted({*before, *after}):
            if before.get(name) == after.get(name):
                continue
            if name not in _OPTION_WORDS:
                raise Unsupported(f"{self.dialect.name} cannot change {name} of a table: {table}")
            said.append(f"{_OPTION_WORDS[name]}={after.get(name) or self._usual(name)}")
        if not said:
            return
        moves = any("CHARACTER SET" in word or "COLLATE" in word for word in said)
        live = look(schema, table) if moves else None
        if moves and live is None:
            raise Unsupported(
                f"which columns of {table} follow its character set is not known in --sql mode: run this "
                "revision online, or say op.execute('ALTER TABLE … CONVERT TO CHARACTER SET …')"
            )
        yield f"ALTER TABLE {self.qualified(schema, table)} {' '.join(said)}"
        if live is not None:
            yield from self._follow_the_table(schema, table, live)

    def _follow_the_table(
        self, schema: str | None, table: str, before: Snapshot
    ) -> Iterator[Statement]:
        """Columns that had the table's character set get the new one; the others keep their own."""
        for column in before.each(Column):
            if takes_charset(column.type.text) and column.computed is None:
                name, text = self.quote(column.name), self._said(as_it_is(before, column))
                yield f"ALTER TABLE {self.qualified(schema, table)} MODIFY {name} {text}"

    def _usual(self, option: str) -> str:
        """The value that stands for the server's own choice."""
        if option == "engine":
            return "InnoDB"
        return "DEFAULT" if option in _HAS_DEFAULT else "0"

    # ---- values ------------------------------------------------------------------------------

    def neutral_sql(self, type_: AnyType) -> str | None:
        """Zero, nothing or the epoch; MySQL takes a default of a text or JSON column as an expression only."""
        plain = plain_type(type_, self.dialect)
        own = next((text for kind, text in _NEUTRAL if isinstance(plain, kind)), None)
        text = own if own is not None else super().neutral_sql(plain)
        long = isinstance(plain, sa.Text | sa.LargeBinary | sa.JSON)
        return f"({text})" if text is not None and long and not self.speaks_mariadb else text

    # ---- columns -----------------------------------------------------------------------------

    def replaces_column(self, change: ColumnChange) -> bool:
        """A generated column that becomes, or was, a virtual one; STORED ones are changed in place."""
        if not change.computes:
            return False
        old, new = change.existing_default, change.default
        if isinstance(old, sa.Computed) and isinstance(new, sa.Computed):
            return self.persisted(old) != self.persisted(new)
        return not all(self.persisted(c) for c in (old, new) if isinstance(c, sa.Computed))

    @property
    def _has_rename_column(self) -> bool:
        """Whether the server has RENAME COLUMN (MySQL 8.0, MariaDB 10.5.2)."""
        version = getattr(self.dialect, "server_version_info", None) or (99,)
        return tuple(version) >= ((10, 5, 2) if self.speaks_mariadb else (8, 0))

    def rename_column(
        self, schema: str | None, table: str, old: str, new: str, look: Look = offline
    ) -> Iterator[Statement]:
        """RENAME COLUMN where the server has it, else CHANGE in full."""
        if self._has_rename_column:
            yield from super().rename_column(schema, table, old, new, look)
        else:
            change = ColumnChange(schema=schema, table=table, column=old, name=new)
            yield from self.alter_column(change, look)

    def informed(self, change: ColumnChange, look: Look = offline) -> ColumnChange:
        """A generated column is known to be one, even if nobody said so."""
        if change.default is False or change.existing_default is not False:
            return change
        live = live_column(self, change.schema, change.table, change.column, look)
        computed = live[1].computed if live is not None else None
        if computed is None:
            return change
        default = sa.Computed(computed.sql.text, persisted=computed.persisted)
        return replace(change, existing_default=default)

    def alter_column(self, change: ColumnChange, look: Look = offline) -> Iterator[Statement]:
        """One MODIFY, or CHANGE where the name changes too, that says the column in full.

        A BINARY that becomes shorter is cut first: the server refuses to, though it filled up what it would lose.
        """
        if change.is_empty:
            return
        if change.identifies:
            raise Unsupported(
                f"{self.dialect.name} has no identity columns: {change.table}.{change.column} counts with "
                "autoincrement=True"
            )
        live = live_column(self, change.schema, change.table, change.column, look)
        start = f"ALTER TABLE {self.qualified(change.schema, change.table)}"
        only_named = live is None and change.only_renames and change.existing_type is None
        if change.name and only_named and self._has_rename_column:
            yield from self.rename_column(change.schema, change.table, change.column, change.name)
            return
        if live is None and _only_default(change) and not self._in_full(change):
            yield f"{start} ALTER COLUMN {self.quote(change.column)} {self._new_default(change)}"
            return
        yield from self._cut(change, live)
        spoken, name = self._after(change, live), self.quote(change.column)
        rest = f"{self._place(change, look)}{self._counting_index(change, look)}"
        if change.name is None:
            yield f"{start} MODIFY {name} {self._said(spoken)}{rest}"
        elif spoken.check:  # it speaks of the column by its old name: RENAME COLUMN rewrites it
            yield f"{start} MODIFY {name} {self._said(spoken)}{rest}"
            yield from super().rename_column(
                change.schema, change.table, change.column, change.name, look
            )
        else:
            yield f"{start} CHANGE {name} {self.quote(change.name)} {self._said(spoken)}{rest}"

    def _cut(self, change: ColumnChange, live: tuple[Snapshot, Column] | None) -> Iterator[str]:
        """Values of a BINARY without the zero bytes that they cannot keep, where these are all that would go."""
        before = self._told(change) if live is None else as_it_is(*live)
        old = self._binary(self.type_from_text(before.type, Snapshot()))
        new = self._binary(change.type) if change.type is not None else None
        if old is None or new is None or new >= old or before.generated:
            return
        table, name = self.qualified(change.schema, change.table), self.quote(change.column)
        loose = replace(before, type=f"VARBINARY({old})")
        yield f"ALTER TABLE {table} MODIFY {name} {self._said(loose)}"
        yield (
            f"UPDATE {table} SET {name} = LEFT({name}, {new}) "
            f"WHERE SUBSTRING({name}, {new + 1}) = REPEAT(X'00', {old - new})"
        )

    def _binary(self, type_: AnyType) -> int | None:
        """The length of a BINARY in bytes; None for any other type."""
        plain = plain_type(type_, self.dialect)
        return (plain.length or 1) if isinstance(plain, sa.BINARY) else None

    def _place(self, change: ColumnChange, look: Look) -> str:
        before, after = change.insert_before, change.insert_after
        return self.place_sql(change.schema, change.table, change.column, before, after, look)

    def place_sql(
        self,
        schema: str | None,
        table: str,
        column: str,
        before: str | None,
        after: str | None,
        look: Look = offline,
    ) -> str:
        """FIRST or AFTER and a blank before it; to stand before another column the live table is needed."""
        if after is not None:
            return f" AFTER {self.quote(after)}"
        if before is None:
            return ""
        found = live_column(self, schema, table, before, look)
        if found is None:
            raise Unsupported(
                f"where {table}.{column} belongs cannot be said in --sql mode with insert_before: "
                "use insert_after"
            )
        live, mark = found
        earlier = [c for c in live.each(Column) if c.position < mark.position and c.name != column]
        last = max(earlier, key=lambda c: c.position, default=None)
        return f" AFTER {self.quote(last.name)}" if last is not None else " FIRST"

    def _counting_index(self, change: ColumnChange, look: Look) -> str:
        """What to add for an index under a column that begins to count, or ends to, without a key."""
        live = look(change.schema, change.table) if change.autoincrement is not None else None
        if live is None:
            return ""
        if change.autoincrement and not leads_a_key(live, change.column):
            return f", ADD INDEX {KEEPS_COUNTING} ({self.quote(change.name or change.column)})"
        kept = any(index.name == KEEPS_COUNTING for index in live.each(Index))
        return f", DROP INDEX {KEEPS_COUNTING}" if kept and not change.autoincrement else ""

    def _in_full(self, change: ColumnChange) -> bool:
        """Whether a default begins or ends that ALTER COLUMN … DEFAULT does not touch: a formula, or ON UPDATE."""
        defaults = (change.default, change.existing_default)
        return change.computes or any(self._updates(change, one) for one in defaults)

    def _updates(self, change: ColumnChange, default: ServerDefault | Literal[False]) -> bool:
        """Whether ON UPDATE is part of a default."""
        said = None if default is False else self._plain_default(change, default)
        words = [token.value for token in tokens(said or "")]
        return ("on", "update") in pairwise(words)

    def _new_default(self, change: ColumnChange) -> str:
        if change.default is None or change.default is False:
            return "DROP DEFAULT"
        return f"SET DEFAULT {self._default(change, change.default)}"

    def _default(self, change: ColumnChange, default: ServerDefault) -> str | None:
        type_ = change.type or change.existing_type or sa.types.NullType()
        return self.default_text(self.loose_column(change.column, type_, default))

    def _after(self, change: ColumnChange, live: tuple[Snapshot, Column] | None) -> Spoken:
        before = self._told(change) if live is None else self._as_said(change, as_it_is(*live))
        type_, default, generated = before.type, before.default, before.generated
        if change.type is not None:
            type_ = with_charset_of(before.type, self.type_sql(change.type), self._existing(change))
        if change.default is not False:
            generated = self._generated(change.default)
            default = self._plain_default(change, change.default)
        comment = before.comment if change.comment is False else change.comment
        counts = change.autoincrement
        if counts is None:
            counts = before.counts and (change.type is None or _can_count(change.type))
        nullable = before.nullable if change.nullable is None else change.nullable
        return Spoken(
            type_, nullable, default, generated, counts, comment, before.invisible, before.check
        )

    def _as_said(self, change: ColumnChange, live: Spoken) -> Spoken:
        """The live column, except for what the operation says that it is.

        MODIFY has always made a column what was said of it; histories count on that. A default alone
        has always been given by ALTER COLUMN, which looks at nothing else.
        """
        if _only_default(change):
            return live
        existing, default = self._existing(change), change.existing_default
        return replace(
            live,
            type=with_charset_of(live.type, existing, None) if existing else live.type,
            nullable=_either(change.existing_nullable, live.nullable),
            default=live.default if default is False else self._plain_default(change, default),
            counts=_either(change.existing_autoincrement, live.counts),
            comment=_either(change.existing_comment, live.comment),
        )

    def _plain_default(self, change: ColumnChange, default: ServerDefault) -> str | None:
        """What follows DEFAULT; a column that is generated, or counts, has none."""
        return None if self._generated(default) else self._default(change, default)

    def _existing(self, change: ColumnChange) -> str | None:
        """The type that the column is said to have; None where that says nothing here (VARCHAR without a length).

        Raises CompileError for such a type where it is the one that the column keeps.
        """
        if change.existing_type is None:
            return None
        try:
            return self.type_sql(change.existing_type)
        except sa.exc.CompileError:
            if change.type is None:
                raise
            return None

    def _told(self, change: ColumnChange) -> Spoken:
        """The column as the operation says it is; nothing else is known in a script."""
        if change.existing_type is None and change.type is None:
            raise CommandError(
                "All MySQL CHANGE/MODIFY COLUMN operations require the existing type."
            )
        if change.existing_nullable is None and change.nullable is None:
            raise CommandError(
                f"column {change.table}.{change.column} is said in full, and whether it takes NULL "
                "is not known in --sql mode",
                hint="give existing_nullable=True or existing_nullable=False",
            )
        existing = change.existing_default
        generated = self._generated(existing)
        return Spoken(
            type=self._existing(change) or "",
            nullable=change.existing_nullable is not False,
            default=None if existing is False else self._plain_default(change, existing),
            generated=generated,
            counts=bool(change.existing_autoincrement),
            comment=change.existing_comment,
        )

    def _generated(self, default: object) -> str:
        return self.computed_sql(default) if isinstance(default, sa.Computed) else ""

    def _said(self, column: Spoken) -> str:
        return column.sql(self, is_mariadb=self.speaks_mariadb)

    def add_column(
        self,
        column: AnyColumn,
        if_not_exists: bool | None = None,
        inline_references: bool = False,
        inline_primary_key: bool = False,
    ) -> Iterator[Statement]:
        """A new column; one that counts has to be the key as soon as it is there."""
        is_key = column.table.autoincrement_column is column
        counts = (column.autoincrement is True or is_key) and column.server_default is None
        statements = super().add_column(
            column, if_not_exists, inline_references, inline_primary_key or counts
        )
        for statement in statements:
            if counts and isinstance(statement, str) and "AUTO_INCREMENT" not in statement:
                yield statement.replace(" PRIMARY KEY", " AUTO_INCREMENT PRIMARY KEY")
            else:
                yield statement

    def drop_column(
        self,
        table: sa.Table,
        column: str,
        if_exists: bool | None = None,
        options: Mapping[str, object] = MappingProxyType({}),
        look: Look = offline,
    ) -> Iterator[Statement]:
        """A column goes, and first the foreign keys that it is part of: the server does not drop them with it."""
        live = look(table.schema, table.name)
        wanted = self.identifier(column).lower()
        for key in live.each(ForeignKey) if live is not None else ():
            if wanted in map(str.lower, key.columns):
                yield f"ALTER TABLE {self.table_sql(table)} DROP FOREIGN KEY {self.quote(key.name)}"
        yield from super().drop_column(table, column, if_exists, options, look)


def _plain(options: Mapping[str, object]) -> dict[str, object]:
    """Options without the prefix of their dialect."""
    return {name.partition("_")[2]: value for name, value in options.items()}


def _can_count(type_: AnyType) -> bool:
    """Whether AUTO_INCREMENT may stay when a column gets this type: it is for numbers (manual, "CREATE TABLE")."""
    return issubclass(type_._type_affinity or sa.Integer, sa.Integer | sa.Numeric | sa.Float)


def _either(said: T | None, live: T) -> T:
    return live if said is None else said


def _only_default(change: ColumnChange) -> bool:
    others = (change.nullable, change.type, change.name, change.autoincrement)
    plain = not isinstance(change.default, sa.Computed | sa.Identity)
    stays = change.comment is False and not any(one is not None for one in others)
    return change.default is not False and plain and stays
