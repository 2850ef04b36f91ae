"""What SQLite says differently when something is changed; a standing table is made anew from its nodes.

The procedure is the one of https://sqlite.org/lang_altertable.html#otheralter: create, copy, drop, rename, put
back. ``PRAGMA foreign_keys`` does nothing inside a transaction, so whoever runs a rebuild has it off before the
transaction begins: dropping the old table would delete or change the rows of the tables that refer to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import ClassVar

import sqlalchemy as sa

from schemadiff.dialects.base import AnyColumn, AnyType, Database, Statement
from schemadiff.dialects.other import OtherType
from schemadiff.dialects.terms import ColumnChange, Look, Unsupported, offline
from schemadiff.model import (
    Check,
    Column,
    Computed,
    ForeignKey,
    Index,
    Node,
    PrimaryKey,
    Snapshot,
    Sql,
    Table,
    Unique,
)

from .facts import FIRST_DROP_COLUMN, TIME_WORDS, affinity
from .tokens import folded, literal, tokens
from .writing import bracketed, create_index_sql, create_table_sql, only, qualified, quote

_NEUTRAL = {"INTEGER": "0", "NUMERIC": "0", "REAL": "0.0", "TEXT": "''", "BLOB": "x''"}

NEW = "_schemadiff_new_"
"""What the name of a table begins with while it is made anew."""


class Statements(Database):
    """What is said to SQLite."""

    if_exists_for: ClassVar[frozenset[str]] = frozenset({"table", "index"})
    column_options: ClassVar[frozenset[str]] = frozenset(
        {"on_conflict_not_null", "on_conflict_primary_key", "on_conflict_unique"}
    )
    before_a_script: ClassVar[tuple[str, ...]] = ("PRAGMA foreign_keys=OFF",)
    """A rebuild would take the rows along that refer to the table's."""
    heeds_foreign_keys: ClassVar[bool] = False
    """They are enforced on a connection that asks for it (https://sqlite.org/foreignkeys.html#fk_enable)."""
    foreign_key_check: ClassVar[str] = "PRAGMA foreign_key_check"
    """Gives a row for every row that refers to nothing; none means that all is well."""

    # ---- whole tables ------------------------------------------------------------------------

    def create_table_sql(self, snapshot: Snapshot, name: str = "") -> str:
        """CREATE TABLE for the one table of ``snapshot``, under another name if one is given."""
        return create_table_sql(snapshot, name)

    def create_index_sql(self, index: Index) -> str:
        """CREATE INDEX for an index node."""
        return create_index_sql(index)

    def rebuild(
        self,
        old: Snapshot,
        new: Snapshot,
        renamed: Mapping[str, str] = MappingProxyType({}),
        filled: Mapping[str, str] = MappingProxyType({}),
        look: Look = offline,
    ) -> Iterator[Statement]:
        """The statements that turn the table of ``old`` into that of ``new`` and keep its rows.

        ``renamed`` maps new column names to old ones; ``filled`` says what rows get in new columns. Raises
        Unsupported if the table holds something that was not understood and would be lost.
        """
        if old.gaps:
            what = "; ".join(map(str, old.gaps))
            raise Unsupported(f"the table is not made anew, because this would be lost: {what}")
        before, after = only(old), only(new)
        new = followed(new, renamed)
        columns = new.columns(after.key)
        _refuse_counting(old, new, renamed)
        yield from _rename_columns(before, old.columns(before.key), renamed)
        triggers = _triggers(before, columns, renamed, look)
        temporary = NEW + before.name
        yield create_table_sql(new, temporary)
        yield from _copy(old, new, renamed, filled, temporary)
        yield from _counter(old, new, temporary)
        yield f"DROP TABLE {qualified(before.schema, before.name)}"
        # else SQLite refuses while a view or trigger refers to the name that is not there at this moment
        yield "PRAGMA legacy_alter_table=ON"
        yield f"ALTER TABLE {qualified(before.schema, temporary)} RENAME TO {quote(after.name)}"
        yield "PRAGMA legacy_alter_table=OFF"
        yield from (create_index_sql(index) for index in new.indexes(after.key))
        yield from triggers
        if _a_column_goes(old.columns(before.key), columns, renamed):
            yield _look_through(after, columns[0])

    # ---- what there is none of ---------------------------------------------------------------

    def refuse(self, constraint: sa.Constraint) -> None:
        """Only foreign keys can wait for the end of a transaction (https://sqlite.org/lang_createtable.html)."""
        if not isinstance(constraint, sa.ForeignKeyConstraint):
            self.without_deferral(constraint)

    def refuse_identity(self, change: ColumnChange, table: Snapshot) -> None:
        """Only the rowid counts by itself, and needs no word for it (https://sqlite.org/autoinc.html)."""
        column = next(c for c in table.each(Column) if self.is_name(c.name, change.column))
        if not (_is_key(column, table) and self.counts_by_itself(column)):
            raise _counts_not(column)

    def comment_table(self, table: sa.Table) -> Iterator[Statement]:
        """Nothing: SQLite keeps no comments."""
        return iter(())

    def create_schema(self, name: str, if_not_exists: bool | None = None) -> Iterator[Statement]:
        """Raises Unsupported: a schema is a file, and attached to a connection."""
        raise Unsupported(f"sqlite has no CREATE SCHEMA: attach a database as {name!r}")

    def drop_schema(
        self, name: str, if_exists: bool | None = None, cascade: bool = False
    ) -> Iterator[Statement]:
        """Raises Unsupported."""
        raise Unsupported(f"sqlite has no DROP SCHEMA: detach the database {name!r}")

    def create_sequence(
        self, sequence: sa.Sequence, if_not_exists: bool | None = None
    ) -> Iterator[Statement]:
        """Raises Unsupported."""
        raise Unsupported(f"sqlite has no sequences: {sequence.name}")

    def drop_sequence(
        self, sequence: sa.Sequence, if_exists: bool | None = None
    ) -> Iterator[Statement]:
        """Raises Unsupported."""
        raise Unsupported(f"sqlite has no sequences: {sequence.name}")

    def alter_sequence(self, old: sa.Sequence, new: sa.Sequence) -> Iterator[Statement]:
        """Raises Unsupported."""
        raise Unsupported(f"sqlite has no sequences: {new.name}")

    # ---- in place ----------------------------------------------------------------------------

    def neutral_sql(self, type_: AnyType) -> str | None:
        """What a row may get in a column of this type; where SQLAlchemy does not know it, by its affinity."""
        if isinstance(type_, OtherType):
            return _NEUTRAL[affinity(type_.text)]
        return super().neutral_sql(type_)

    def add_column(
        self,
        column: AnyColumn,
        if_not_exists: bool | None = None,
        inline_references: bool = False,
        inline_primary_key: bool = False,
    ) -> Iterator[Statement]:
        """A new column with all it asks for in its own words: SQLite adds no constraint afterwards."""
        words = self.guard("column", if_not_exists, "IF NOT EXISTS")
        checks = [self.ddl_compiler.process(check) for check in self._checks_beside(column)]
        specification = " ".join([self.column_sql(column), *checks])
        references = self.references(column) if column.foreign_keys else ""
        yield f"{self.adding(column.table)} {words}{specification}{references}"

    def _checks_beside(self, column: AnyColumn) -> list[sa.CheckConstraint]:
        """The CHECKs that the type of a column brings along."""
        found = [item for item in column.table.constraints if isinstance(item, sa.CheckConstraint)]
        made = [item for item in found if not self.skips(item) and _is_made(item, self)]
        return sorted(made, key=lambda item: item._creation_order)

    def adds_in_place(self, column: AnyColumn) -> bool:
        """Whether ADD COLUMN takes the column (https://sqlite.org/lang_altertable.html#altertabaddcol)."""
        if column.primary_key or column.unique or len(column.foreign_keys) > 1:
            return False
        if column.computed is not None:
            return not column.computed.persisted and not column.foreign_keys
        default = None if column.server_default is None else self.default_text(column)
        if column.foreign_keys and (default is not None or self._names_key(column)):
            return False
        if default is None:
            return bool(column.nullable) and column.server_default is None
        return _is_constant(default) and (bool(column.nullable) or default.upper() != "NULL")

    def _names_key(self, column: AnyColumn) -> bool:
        """Whether a foreign key has a name: SQLAlchemy's Inspector does not see those written at a column."""
        keys = (one.constraint for one in column.foreign_keys)
        return any(key is not None and self.constraint_name(key) for key in keys)

    def drops_in_place(self, column: str, table: Snapshot | None) -> bool:
        """Whether DROP COLUMN takes the column (https://sqlite.org/lang_altertable.html#altertabdropcol)."""
        version = getattr(self.dialect, "server_version_info", None) or FIRST_DROP_COLUMN
        if table is None or tuple(version) < FIRST_DROP_COLUMN:
            return table is None
        owner = only(table)
        if owner.attached:  # a trigger may mention it
            return False
        texts = [
            one.computed.sql.text for one in table.columns(owner.key) if one.computed is not None
        ]
        named = any(_mentions(part, column) for part in table.parts(owner.key))
        return not named and not any(_says(text, column) for text in texts)


def _is_made(check: sa.CheckConstraint, database: Database) -> bool:
    """Whether the type of a column wants its CHECK on this database."""
    rule = check._create_rule
    return rule is None or bool(rule(database.ddl_compiler))


def _is_constant(default: str) -> bool:
    """Whether a default is one that rows which stand already can be given."""
    found = tokens(default)
    if len(found) == 2 and found[0].text in ("+", "-"):
        found = found[1:]
    return len(found) == 1 and found[0].word not in TIME_WORDS


def _mentions(part: Node, column: str) -> bool:
    def among(names: Sequence[str]) -> bool:
        return folded(column) in map(folded, names)

    match part:
        case PrimaryKey(columns=columns) | Unique(columns=columns) | ForeignKey(columns=columns):
            return among(columns)
        case Check(columns=columns):
            return among(columns) or _says(part.sql.text, column)
        case Index():
            texts = [str(one.sql) for one in part.elements] + [str(part.where or "")]
            own = among([one.column for one in part.elements])
            return own or any(_says(text, column) for text in texts)
        case _:
            return False


def _says(text: str, column: str) -> bool:
    return any(folded(token.name) == folded(column) for token in tokens(text))


# ---- rebuilding --------------------------------------------------------------------------------


def _rename_columns(
    table: Table, columns: Sequence[Column], renamed: Mapping[str, str]
) -> Iterator[str]:
    """Renames first, by SQLite itself: it follows them into views and the foreign keys of other tables.

    A name that is taken is cleared first, so that names may be exchanged or taken over.
    """
    say = f"ALTER TABLE {qualified(table.schema, table.name)} RENAME COLUMN"
    moved = {old: new for new, old in renamed.items() if old != new}
    aside = {c.name: NEW + c.name for c in columns if c.name in set(moved.values())}
    for old, free in aside.items():
        yield f"{say} {quote(old)} TO {quote(free)}"
    for old, new in moved.items():
        yield f"{say} {quote(aside.get(old, old))} TO {quote(new)}"


def _a_column_goes(
    old: Sequence[Column], new: Sequence[Column], renamed: Mapping[str, str]
) -> bool:
    kept = {renamed.get(column.name, column.name) for column in new}
    return any(column.name not in kept for column in old)


def _look_through(table: Table, column: Column) -> str:
    """What makes SQLite look through all views and triggers, and refuse what says a column that is not there.

    DROP COLUMN does so by itself; of a renaming, to the same name as well, it is the first step.
    """
    name = quote(column.name)
    return f"ALTER TABLE {qualified(table.schema, table.name)} RENAME COLUMN {name} TO {name}"


def _triggers(
    table: Table, columns: Sequence[Column], renamed: Mapping[str, str], look: Look
) -> list[str]:
    """The statements that make the triggers again; where SQLite has renamed the columns in them, as it says them now."""
    again = look(table.schema or None, table.name) if renamed and table.attached else None
    now = table.attached if again is None else only(again).attached
    return [
        _trigger(sql, table.schema, columns, renamed if sql == before else {})
        for before, sql in zip(table.attached, now, strict=True)
    ]


def _trigger(sql: str, schema: str, columns: Sequence[Column], renamed: Mapping[str, str]) -> str:
    """A stored CREATE TRIGGER for the table made anew: in its schema, its columns under their new names.

    Raises Unsupported if it says something of a column that is renamed or gone in a way that cannot be told.
    """
    stay = {folded(renamed.get(column.name, column.name)): column.name for column in columns}
    moved = {folded(old): new for new, old in renamed.items() if old != new}
    found = tokens(sql)
    text, end = "", 0
    for place, token in enumerate(found):
        name, before = folded(token.name), found[place - 1] if place else token
        row = before.text == "." and found[place - 2].word in ("NEW", "OLD")
        if row and name not in stay:
            raise Unsupported(
                f"a trigger uses column {token.name}, which goes: drop it first: {sql}"
            )
        if not row and name in moved and token.kind != "string":
            raise Unsupported(
                f"a trigger names column {token.name}, to be renamed: drop it first: {sql}"
            )
        written = quote(moved[name]) if row and name in moved else token.text
        written = f"{quote(schema)}.{written}" if schema and before.word == "TRIGGER" else written
        text, end = text + sql[end : token.start] + written, token.end
    return text


def followed(new: Snapshot, renamed: Mapping[str, str]) -> Snapshot:
    """``new`` with every text that still says an old name of a renamed column saying the new one."""
    names = {folded(column.name) for column in new.each(Column)}
    stale = {folded(old): name for name, old in renamed.items() if folded(old) not in names}
    return Snapshot((_followed(node, stale) for node in new.values()), new.gaps) if stale else new


def _followed(node: Node, stale: Mapping[str, str]) -> Node:
    def sql(one: Sql) -> Sql:
        return Sql(_renamed(one.canonical, stale), _renamed(one.text, stale))

    match node:
        case Column(computed=Computed() as computed):
            return replace(node, computed=replace(computed, sql=sql(computed.sql)))
        case Check():
            return replace(node, sql=sql(node.sql))
        case PrimaryKey() | Unique():
            said = tuple(
                (name, _renamed(value, stale) if name == "parts" else value)
                for name, value in node.options
            )
            return replace(node, options=said)
        case Index():
            elements = tuple(
                one if one.sql is None else replace(one, sql=sql(one.sql)) for one in node.elements
            )
            where = None if node.where is None else sql(node.where)
            return replace(node, elements=elements, where=where)
        case _:
            return node


def _renamed(text: str, stale: Mapping[str, str]) -> str:
    """An expression over one table, in which every name that calls nothing is a column's."""
    found = tokens(text)
    written, end = "", 0
    for place, token in enumerate(found):
        name = folded(token.name)
        calls = place + 1 < len(found) and found[place + 1].text == "("
        is_column = token.kind in ("word", "quoted") and name in stale and not calls
        written += text[end : token.start] + (quote(stale[name]) if is_column else token.text)
        end = token.end
    return written + text[end:]


def _copy(
    old: Snapshot,
    new: Snapshot,
    renamed: Mapping[str, str],
    filled: Mapping[str, str],
    temporary: str,
) -> Iterator[str]:
    table = only(old)
    there = {column.name: column for column in old.columns(table.key)}
    targets: list[str] = []
    values: list[str] = []
    for column in new.columns(only(new).key):
        before = there.get(renamed.get(column.name, column.name))
        value = _value(column, before, filled.get(column.name))
        if value is not None:
            targets.append(quote(column.name))
            values.append(value)
    if targets:
        yield (
            f"INSERT INTO {qualified(table.schema, temporary)} ({', '.join(targets)}) "
            f"SELECT {', '.join(values)} FROM {qualified(table.schema, table.name)}"
        )


def _value(column: Column, before: Column | None, filled: str | None) -> str | None:
    """What goes into a column of the new table; None where SQLite fills it by itself."""
    if column.computed is not None:
        return None
    if before is None:
        return None if filled is None else bracketed(filled)
    name = quote(column.name)
    cast = _cast(before, column)
    value = f"CAST({name} AS {cast})" if cast else name
    if before.nullable and not column.nullable and column.default is not None:
        return f"coalesce({value}, {bracketed(column.default.text)})"
    return value


def _cast(before: Column, column: Column) -> str:
    """The type that values are cast to; empty where the new column takes or converts them by itself.

    A column converts what it can without loss and keeps the rest as it is; CAST would make 0 of ``'abc'``
    (https://sqlite.org/datatype3.html#type_affinity). Only between text and bytes nothing is lost by it.
    """
    declared = column.type.text.upper()
    change = (affinity(before.type.text), affinity(declared))
    if change == ("BLOB", "TEXT") or (change == ("TEXT", "BLOB") and "BLOB" in declared):
        return change[1]
    return ""


def _refuse_counting(old: Snapshot, new: Snapshot, renamed: Mapping[str, str]) -> None:
    """Raises Unsupported for a column that is to begin to count and is not the key."""
    counted = {column.name for column in old.each(Column) if column.autoincrement}
    for column in new.each(Column):
        begins = column.autoincrement and renamed.get(column.name, column.name) not in counted
        if begins and not _is_key(column, new):
            raise _counts_not(column)


def _is_key(column: Column, table: Snapshot) -> bool:
    return any(key.columns == (column.name,) for key in table.each(PrimaryKey))


def _counts_not(column: Column) -> Unsupported:
    return Unsupported(
        f"sqlite has no identity columns: {column.table}.{column.name} does not count",
        hint="only an INTEGER PRIMARY KEY counts, and does so by itself",
    )


def _counter(old: Snapshot, new: Snapshot, temporary: str) -> Iterator[str]:
    """AUTOINCREMENT goes on where it stood (https://sqlite.org/autoinc.html)."""
    table = only(old)
    if not (_counts(old) and _counts(new)):
        return
    counters = qualified(table.schema, "sqlite_sequence")
    yield f"DELETE FROM {counters} WHERE name = {literal(temporary)}"
    yield (
        f"INSERT INTO {counters} (name, seq) SELECT {literal(temporary)}, seq "
        f"FROM {counters} WHERE name = {literal(table.name)}"
    )


def _counts(snapshot: Snapshot) -> bool:
    return any(column.autoincrement for column in snapshot.each(Column))
