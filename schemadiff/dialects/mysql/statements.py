"""What MySQL and MariaDB say differently when something is changed.

A column is altered by saying it in full: what is not mentioned is gone. So what an operation does not mention
is read from the live table first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

import sqlalchemy as sa

from schemadiff.dialects.base import AnyColumn, Database
from schemadiff.dialects.standard import (
    ColumnChange,
    Look,
    ServerDefault,
    Statement,
    Unsupported,
    offline,
)
from schemadiff.errors import CommandError
from schemadiff.model import Column, ForeignKey, Index, PrimaryKey, Snapshot, Unique

KEEPS_COUNTING = "schemadiff_keeps_counting"
"""The index of an AUTO_INCREMENT column while its table has no primary key."""
_MARIADB_IF_EXISTS = frozenset({"table", "index", "column", "constraint", "sequence", "schema"})
_MYSQL_IF_EXISTS = frozenset({"table", "schema"})
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


@dataclass(frozen=True, slots=True)
class _Spoken:
    """A column in full, as text."""

    type: str
    nullable: bool
    default: str | None
    generated: str
    counts: bool
    comment: str | None
    invisible: bool


class Statements(Database):
    """What is said to MySQL and MariaDB."""

    inlines_comments: ClassVar[bool] = True

    @property
    def speaks_mariadb(self) -> bool:
        """Whether the server is a MariaDB, which knows IF EXISTS nearly everywhere."""
        return bool(getattr(self.dialect, "is_mariadb", False))

    def guard(self, what: str, wanted: bool | None, words: str) -> str:
        known = _MARIADB_IF_EXISTS if self.speaks_mariadb else _MYSQL_IF_EXISTS
        if wanted and what in known:
            return f"{words} "
        return super().guard(what, wanted, words)

    # ---- tables ------------------------------------------------------------------------------

    def comment_table(self, table: sa.Table) -> Iterator[Statement]:
        yield f"ALTER TABLE {self.table_sql(table)} COMMENT {self.string(table.comment or '')}"

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
        yield f"ALTER TABLE {self.qualified(schema, table)} {' '.join(said)}"
        if live is not None:
            yield from self._follow_the_table(schema, table, live)

    def _follow_the_table(
        self, schema: str | None, table: str, before: Snapshot
    ) -> Iterator[Statement]:
        """Columns that had the table's character set get the new one; the others keep their own."""
        for column in before.each(Column):
            if _is_text(column.type.text) and column.computed is None:
                name, text = self.quote(column.name), self._text(_as_it_is(column))
                yield f"ALTER TABLE {self.qualified(schema, table)} MODIFY {name} {text}"

    def _usual(self, option: str) -> str:
        """The value that stands for the server's own choice."""
        if option == "engine":
            return "InnoDB"
        return "DEFAULT" if option in _HAS_DEFAULT else "0"

    # ---- columns -----------------------------------------------------------------------------

    def replaces_column(self, change: ColumnChange) -> bool:
        """A generated column that becomes, or was, a virtual one; STORED ones are changed in place."""
        if not change.computes:
            return False
        old, new = change.existing_default, change.default
        if isinstance(old, sa.Computed) and isinstance(new, sa.Computed):
            return self.persisted(old) != self.persisted(new)
        return not all(self.persisted(c) for c in (old, new) if isinstance(c, sa.Computed))

    def rename_column(
        self, schema: str | None, table: str, old: str, new: str, look: Look = offline
    ) -> Iterator[Statement]:
        """RENAME COLUMN where the server has it (MySQL 8.0, MariaDB 10.5.2), else CHANGE in full."""
        version = getattr(self.dialect, "server_version_info", None) or (99,)
        if tuple(version) >= ((10, 5, 2) if self.speaks_mariadb else (8, 0)):
            yield from super().rename_column(schema, table, old, new, look)
        else:
            change = ColumnChange(schema=schema, table=table, column=old, name=new)
            yield from self.alter_column(change, look)

    def alter_column(self, change: ColumnChange, look: Look = offline) -> Iterator[Statement]:
        """One MODIFY, or CHANGE where the name changes too, that says the column in full."""
        live = self._live(change, look)
        start = f"ALTER TABLE {self.qualified(change.schema, change.table)}"
        if live is None and _only_default(change):
            yield f"{start} ALTER COLUMN {self.quote(change.column)} {self._new_default(change)}"
            return
        spoken = self._text(self._after(change, live))
        name = self.quote(change.column)
        index = self._counting_index(change, look)
        if change.name is None:
            yield f"{start} MODIFY {name} {spoken}{index}"
        else:
            yield f"{start} CHANGE {name} {self.quote(change.name)} {spoken}{index}"

    def _counting_index(self, change: ColumnChange, look: Look) -> str:
        """What to add for an index under a column that begins to count, or ends to, without a key."""
        live = look(change.schema, change.table) if change.autoincrement is not None else None
        if live is None:
            return ""
        if change.autoincrement and not _leads_a_key(live, change.column):
            return f", ADD INDEX {KEEPS_COUNTING} ({self.quote(change.name or change.column)})"
        kept = any(index.name == KEEPS_COUNTING for index in live.each(Index))
        return f", DROP INDEX {KEEPS_COUNTING}" if kept and not change.autoincrement else ""

    def _live(self, change: ColumnChange, look: Look) -> Column | None:
        table = look(change.schema, change.table)
        if table is None:
            return None
        wanted = self.identifier(change.column).lower()
        for column in table.each(Column):
            if column.name.lower() == wanted:
                return column
        raise CommandError(f"No such column: {change.column!r} in table {change.table!r}")

    def _new_default(self, change: ColumnChange) -> str:
        if change.default is None or change.default is False:
            return "DROP DEFAULT"
        return f"SET DEFAULT {self._default(change, change.default)}"

    def _default(self, change: ColumnChange, default: ServerDefault) -> str | None:
        type_ = change.type or change.existing_type or sa.types.NullType()
        return self.default_text(self.loose_column(change.column, type_, default))

    def _after(self, change: ColumnChange, live: Column | None) -> _Spoken:
        before = self._told(change) if live is None else _as_it_is(live)
        type_, default, generated = before.type, before.default, before.generated
        if change.type is not None:
            type_ = self.type_sql(change.type)
        if change.default is not False:
            generated = self._generated(change.default)
            default = None if generated else self._default(change, change.default)
        comment = before.comment if change.comment is False else change.comment
        counts = before.counts if change.autoincrement is None else change.autoincrement
        nullable = before.nullable if change.nullable is None else change.nullable
        return _Spoken(type_, nullable, default, generated, counts, comment, before.invisible)

    def _told(self, change: ColumnChange) -> _Spoken:
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
        return _Spoken(
            type="" if change.existing_type is None else self.type_sql(change.existing_type),
            nullable=change.existing_nullable is not False,
            default=None if generated or existing is False else self._default(change, existing),
            generated=generated,
            counts=bool(change.existing_autoincrement),
            comment=change.existing_comment,
            invisible=False,
        )

    def _generated(self, default: object) -> str:
        return self.computed_sql(default) if isinstance(default, sa.Computed) else ""

    def _text(self, column: _Spoken) -> str:
        said = [column.type]
        if column.generated:
            said.append(column.generated)
        # MariaDB takes neither NULL nor NOT NULL for a generated column
        if not (column.generated and (self.speaks_mariadb or column.nullable)):
            said.append("NULL" if column.nullable else "NOT NULL")
        if column.default is not None and not column.generated:
            said.append(f"DEFAULT {column.default}")
        if column.counts:
            said.append("AUTO_INCREMENT")
        if column.comment:
            said.append(f"COMMENT {self.string(column.comment)}")
        if column.invisible:
            said.append("INVISIBLE")
        return " ".join(said)

    def add_column(
        self,
        column: AnyColumn,
        if_not_exists: bool | None = None,
        inline_references: bool = False,
        inline_primary_key: bool = False,
    ) -> Iterator[Statement]:
        """A new column; one that counts has to be the key as soon as it is there."""
        counts = column.autoincrement is True and column.server_default is None
        statements = super().add_column(
            column, if_not_exists, inline_references, inline_primary_key or counts
        )
        for statement in statements:
            if counts and isinstance(statement, str) and "AUTO_INCREMENT" not in statement:
                yield statement.replace(" PRIMARY KEY", " AUTO_INCREMENT PRIMARY KEY")
            else:
                yield statement

    # ---- indexes and constraints -------------------------------------------------------------

    def add_constraint(
        self, constraint: sa.Constraint, look: Look = offline
    ) -> Iterator[Statement]:
        """A primary key takes over from the index that kept AUTO_INCREMENT going, if there is one."""
        table = constraint.table
        live = look(table.schema, table.name) if _is_primary(constraint) else None
        if live is None or not any(index.name == KEEPS_COUNTING for index in live.each(Index)):
            yield from super().add_constraint(constraint, look)
            return
        names = ", ".join(self.quote(c.name) for c in constraint.columns)  # type: ignore[attr-defined]
        yield (
            f"ALTER TABLE {self.table_sql(table)} ADD PRIMARY KEY ({names}), "
            f"DROP INDEX {KEEPS_COUNTING}"
        )

    def drop_constraint(
        self, constraint: sa.Constraint, if_exists: bool | None = None, look: Look = offline
    ) -> Iterator[Statement]:
        """A foreign key goes with the index that the server made for it and for nothing else.

        A column that counts has to be a key at every moment: while the primary key is away it gets an index.
        """
        table = constraint.table
        if _is_primary(constraint):
            yield self._drop_primary_key(table, look)
            return
        is_key = isinstance(constraint, sa.ForeignKeyConstraint)
        live = look(table.schema, table.name) if is_key else None
        indexes = list(_only_for(live, str(constraint.name))) if live is not None else []
        yield from super().drop_constraint(constraint, if_exists, look)
        for index in indexes:
            yield f"ALTER TABLE {self.table_sql(table)} DROP INDEX {self.quote(index.name)}"

    def _drop_primary_key(self, table: sa.Table, look: Look) -> str:
        live = look(table.schema, table.name)
        counting = (
            [c.name for c in live.each(Column) if c.autoincrement] if live is not None else []
        )
        keep = "".join(f", ADD INDEX {KEEPS_COUNTING} ({self.quote(name)})" for name in counting)
        return f"ALTER TABLE {self.table_sql(table)} DROP PRIMARY KEY{keep}"

    def rename_index(
        self, schema: str | None, table: str, old: str, new: str
    ) -> Iterator[Statement]:
        """RENAME INDEX (MySQL 5.7, MariaDB 10.5.2)."""
        yield (
            f"ALTER TABLE {self.qualified(schema, table)} "
            f"RENAME INDEX {self.quote(old)} TO {self.quote(new)}"
        )

    def rename_constraint(
        self, schema: str | None, table: str, old: str, new: str
    ) -> Iterator[Statement]:
        raise Unsupported(
            f"{self.dialect.name} cannot rename a constraint: drop {old} and create {new}"
        )

    def drop_constraint_named(
        self, table: sa.Table, name: str, if_exists: bool | None = None
    ) -> Iterator[Statement]:
        raise Unsupported(
            "No generic 'DROP CONSTRAINT' in MySQL - please specify constraint type: "
            "type_='foreignkey', 'primary', 'unique' or 'check'"
        )


def _is_primary(constraint: sa.Constraint) -> bool:
    return isinstance(constraint, sa.PrimaryKeyConstraint)


def _leads_a_key(live: Snapshot, column: str) -> bool:
    """Whether a key or index begins with the column, as one that counts must have."""
    firsts = [key.columns[0] for key in live.each(PrimaryKey)]
    firsts += [key.columns[0] for key in live.each(Unique)]
    firsts += [index.elements[0].column for index in live.each(Index)]
    return column in firsts


def _only_for(live: Snapshot, key: str) -> Iterator[Index]:
    """The index that stands for one foreign key alone."""
    implied = (("implied_by", key),)
    others = [fk.columns for fk in live.each(ForeignKey) if fk.name != key]
    for index in live.each(Index):
        columns = tuple(element.column for element in index.elements)
        if index.options == implied and not any(columns[: len(o)] == o for o in others):
            yield index


def _plain(options: Mapping[str, object]) -> dict[str, object]:
    """Options without the prefix of their dialect."""
    return {name.partition("_")[2]: value for name, value in options.items()}


def _is_text(type_: str) -> bool:
    """Whether a type has a character set, and says none of its own."""
    text = type_.upper()
    word = text.partition("(")[0].split()[0]
    own = "CHARACTER SET" in text or "COLLATE" in text
    return not own and (word in {"CHAR", "VARCHAR", "ENUM", "SET"} or word.endswith("TEXT"))


def _only_default(change: ColumnChange) -> bool:
    others = (change.nullable, change.type, change.name, change.autoincrement)
    plain = not isinstance(change.default, sa.Computed | sa.Identity)
    stays = change.comment is False and not any(one is not None for one in others)
    return change.default is not False and plain and stays


def _as_it_is(live: Column) -> _Spoken:
    computed = live.computed
    generated = ""
    if computed is not None:
        kind = "STORED" if computed.persisted else "VIRTUAL"
        generated = f"GENERATED ALWAYS AS ({computed.sql.text}) {kind}"
    hidden = dict(live.options)
    return _Spoken(
        type=live.type.text,
        nullable=live.nullable,
        default=live.default.text if live.default is not None else None,
        generated=generated,
        counts=live.autoincrement,
        comment=live.comment,
        invisible="invisible" in hidden,
    )
