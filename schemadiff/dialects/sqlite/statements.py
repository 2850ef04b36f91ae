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

from schemadiff.dialects.base import AnyColumn, Database, Statement
from schemadiff.dialects.standard import Unsupported
from schemadiff.model import (
    Check,
    Column,
    Computed,
    Element,
    ForeignKey,
    Index,
    Key,
    Node,
    PrimaryKey,
    Snapshot,
    Sql,
    Table,
    Unique,
    signature,
)

from .facts import FIRST_DROP_COLUMN, TIME_WORDS, USUAL_COLLATION, affinity
from .tokens import is_simple, literal, quoted, tokens, within_brackets

NEW = "_schemadiff_new_"
"""What the name of a table begins with while it is made anew."""


class Statements(Database):
    """What is said to SQLite."""

    if_exists_for: ClassVar[frozenset[str]] = frozenset({"table", "index"})
    needs_foreign_keys_off: ClassVar[bool] = True
    """A rebuild needs ``PRAGMA foreign_keys=OFF``, said before the transaction begins."""
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
        self, old: Snapshot, new: Snapshot, renamed: Mapping[str, str] = MappingProxyType({})
    ) -> Iterator[Statement]:
        """The statements that turn the table of ``old`` into that of ``new`` and keep its rows.

        ``renamed`` maps new column names to old ones. Raises Unsupported if the table holds something that
        was not understood and would be lost.
        """
        if old.gaps:
            what = "; ".join(map(str, old.gaps))
            raise Unsupported(f"the table is not made anew, because this would be lost: {what}")
        before, after = _only(old), _only(new)
        new = followed(new, renamed)
        columns = new.columns(after.key)
        triggers = [_trigger(one, before.schema, columns, renamed) for one in before.attached]
        yield from _rename_columns(before, old.columns(before.key), renamed)
        temporary = NEW + before.name
        yield create_table_sql(new, temporary)
        yield from _copy(old, new, renamed, temporary)
        yield from _counter(old, new, temporary)
        yield f"DROP TABLE {_qualified(before.schema, before.name)}"
        # else SQLite refuses while a view or trigger refers to the name that is not there at this moment
        yield "PRAGMA legacy_alter_table=ON"
        yield f"ALTER TABLE {_qualified(before.schema, temporary)} RENAME TO {_quote(after.name)}"
        yield "PRAGMA legacy_alter_table=OFF"
        yield from (create_index_sql(index) for index in new.indexes(after.key))
        yield from triggers

    # ---- in place ----------------------------------------------------------------------------

    def adds_in_place(self, column: AnyColumn) -> bool:
        """Whether ADD COLUMN takes the column (https://sqlite.org/lang_altertable.html#altertabaddcol)."""
        if column.primary_key or column.unique or column.foreign_keys:
            return False
        if column.computed is not None:
            return not column.computed.persisted
        default = None if column.server_default is None else self.default_text(column)
        if default is None:
            return bool(column.nullable) and column.server_default is None
        return _is_constant(default) and (bool(column.nullable) or default.upper() != "NULL")

    def drops_in_place(self, column: str, table: Snapshot | None) -> bool:
        """Whether DROP COLUMN takes the column (https://sqlite.org/lang_altertable.html#altertabdropcol)."""
        version = getattr(self.dialect, "server_version_info", None) or FIRST_DROP_COLUMN
        if table is None or tuple(version) < FIRST_DROP_COLUMN:
            return table is None
        owner = _only(table)
        if owner.attached:  # a trigger may mention it
            return False
        texts = [
            one.computed.sql.text for one in table.columns(owner.key) if one.computed is not None
        ]
        named = any(_mentions(part, column) for part in table.parts(owner.key))
        return not named and not any(_says(text, column) for text in texts)


def _only(snapshot: Snapshot) -> Table:
    found = list(snapshot.tables())
    if len(found) != 1:
        raise ValueError(f"one table is made anew at a time, not {len(found)}")
    return found[0]


def _quote(name: str) -> str:
    return name if is_simple(name) and name == name.lower() and name.isascii() else quoted(name)


def _qualified(schema: str, name: str) -> str:
    return f"{_quote(schema)}.{_quote(name)}" if schema else _quote(name)


def _is_constant(default: str) -> bool:
    """Whether a default is one that rows which stand already can be given."""
    found = tokens(default)
    if len(found) == 2 and found[0].text in ("+", "-"):
        found = found[1:]
    return len(found) == 1 and found[0].word not in TIME_WORDS


def _mentions(part: Node, column: str) -> bool:
    match part:
        case PrimaryKey(columns=columns) | Unique(columns=columns) | ForeignKey(columns=columns):
            return column in columns
        case Check(columns=columns):
            return column in columns or _says(part.sql.text, column)
        case Index():
            texts = [str(one.sql) for one in part.elements] + [str(part.where or "")]
            own = any(one.column == column for one in part.elements)
            return own or any(_says(text, column) for text in texts)
        case _:
            return False


def _says(text: str, column: str) -> bool:
    return any(token.name.lower() == column.lower() for token in tokens(text))


# ---- rebuilding --------------------------------------------------------------------------------


def _rename_columns(
    table: Table, columns: Sequence[Column], renamed: Mapping[str, str]
) -> Iterator[str]:
    """Renames first, by SQLite itself: it follows them into views and the foreign keys of other tables.

    A name that is taken is cleared first, so that names may be exchanged or taken over.
    """
    say = f"ALTER TABLE {_qualified(table.schema, table.name)} RENAME COLUMN"
    moved = {old: new for new, old in renamed.items() if old != new}
    aside = {c.name: NEW + c.name for c in columns if c.name in set(moved.values())}
    for old, free in aside.items():
        yield f"{say} {_quote(old)} TO {_quote(free)}"
    for old, new in moved.items():
        yield f"{say} {_quote(aside.get(old, old))} TO {_quote(new)}"


def _trigger(sql: str, schema: str, columns: Sequence[Column], renamed: Mapping[str, str]) -> str:
    """A stored CREATE TRIGGER for the table made anew: in its schema, its columns under their new names.

    Raises Unsupported if it says something of a column that is renamed or gone in a way that cannot be told.
    """
    stay = {renamed.get(column.name, column.name).lower(): column.name for column in columns}
    moved = {old.lower(): new for new, old in renamed.items() if old != new}
    found = tokens(sql)
    text, end = "", 0
    for place, token in enumerate(found):
        name, before = token.name.lower(), found[place - 1] if place else token
        row = before.text == "." and found[place - 2].word in ("NEW", "OLD")
        if row and name not in stay:
            raise Unsupported(
                f"a trigger uses column {token.name}, which goes: drop it first: {sql}"
            )
        if not row and name in moved and token.kind != "string":
            raise Unsupported(
                f"a trigger names column {token.name}, to be renamed: drop it first: {sql}"
            )
        written = _quote(moved[name]) if row and name in moved else token.text
        written = f"{_quote(schema)}.{written}" if schema and before.word == "TRIGGER" else written
        text, end = text + sql[end : token.start] + written, token.end
    return text


def followed(new: Snapshot, renamed: Mapping[str, str]) -> Snapshot:
    """``new`` with every text that still says an old name of a renamed column saying the new one."""
    names = {column.name.lower() for column in new.each(Column)}
    stale = {old.lower(): name for name, old in renamed.items() if old.lower() not in names}
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
        name = token.name.lower()
        calls = place + 1 < len(found) and found[place + 1].text == "("
        is_column = token.kind in ("word", "quoted") and name in stale and not calls
        written += text[end : token.start] + (_quote(stale[name]) if is_column else token.text)
        end = token.end
    return written + text[end:]


def _copy(
    old: Snapshot, new: Snapshot, renamed: Mapping[str, str], temporary: str
) -> Iterator[str]:
    table = _only(old)
    there = {column.name: column for column in old.columns(table.key)}
    targets: list[str] = []
    values: list[str] = []
    for column in new.columns(_only(new).key):
        value = _value(column, there.get(renamed.get(column.name, column.name)))
        if value is not None:
            targets.append(_quote(column.name))
            values.append(value)
    if targets:
        yield (
            f"INSERT INTO {_qualified(table.schema, temporary)} ({', '.join(targets)}) "
            f"SELECT {', '.join(values)} FROM {_qualified(table.schema, table.name)}"
        )


def _value(column: Column, before: Column | None) -> str | None:
    """What goes into a column of the new table; None where SQLite fills it by itself."""
    if column.computed is not None:
        return None
    if before is None:
        return None
    name = _quote(column.name)
    if _differs(before, column):
        name = f"CAST({name} AS {affinity(column.type.text)})"
    if before.nullable and not column.nullable and column.default is not None:
        return f"coalesce({name}, {_bracketed(column.default.text)})"
    return name


def _differs(before: Column, column: Column) -> bool:
    """Whether values must be cast: the affinity changes, and not to one that keeps all values."""
    kind = affinity(column.type.text)
    return affinity(before.type.text) != kind and kind in ("TEXT", "INTEGER", "REAL")


def _counter(old: Snapshot, new: Snapshot, temporary: str) -> Iterator[str]:
    """AUTOINCREMENT goes on where it stood (https://sqlite.org/autoinc.html)."""
    table = _only(old)
    if not (_counts(old) and _counts(new)):
        return
    counters = _qualified(table.schema, "sqlite_sequence")
    yield f"DELETE FROM {counters} WHERE name = {literal(temporary)}"
    yield (
        f"INSERT INTO {counters} (name, seq) SELECT {literal(temporary)}, seq "
        f"FROM {counters} WHERE name = {literal(table.name)}"
    )


def _counts(snapshot: Snapshot) -> bool:
    return any(column.autoincrement for column in snapshot.each(Column))


# ---- nodes → text ------------------------------------------------------------------------------


def create_table_sql(snapshot: Snapshot, name: str = "") -> str:
    """CREATE TABLE for the one table of ``snapshot``, under another name if one is given; loses nothing."""
    table = _only(snapshot)
    inline = _inline_key(snapshot, table.key)
    lines = [_column(column, inline) for column in snapshot.columns(table.key)]
    for part in snapshot.parts(table.key):
        text = "" if part is inline else _constraint(part, snapshot)
        if text:
            lines.append(text)
    body = ",\n\t".join(lines)
    return (
        f"CREATE TABLE {_qualified(table.schema, name or table.name)} (\n\t{body}\n)"
        f"{_table_options(table)}"
    )


def _table_options(table: Table) -> str:
    said = dict(table.options)
    words = ["WITHOUT ROWID"] if said.get("with_rowid") == "False" else []
    words += ["STRICT"] if said.get("strict") == "True" else []
    return f" {', '.join(words)}" if words else ""


def _inline_key(snapshot: Snapshot, table: Key) -> PrimaryKey | None:
    """The primary key if it can only be said at its column: AUTOINCREMENT, and DESC that is no rowid."""
    key = next(iter(snapshot.of(table, PrimaryKey)), None)
    if key is None or len(key.columns) != 1:
        return None
    column = next((c for c in snapshot.columns(table) if c.name == key.columns[0]), None)
    descends = _parts(key).upper().endswith(" DESC") and " COLLATE " not in _parts(key).upper()
    return key if descends or (column is not None and column.autoincrement) else None


def _parts(key: PrimaryKey | Unique) -> str:
    return dict(key.options).get("parts", "")


def _column(column: Column, inline: PrimaryKey | None) -> str:
    words = [_quote(column.name), _type(column)]
    if column.default is not None:
        words.append(f"DEFAULT {_default(column.default.text)}")
    if not column.nullable:
        words.append(f"NOT NULL{_conflict(column.options, 'on_conflict_not_null')}")
    if inline is not None and inline.columns == (column.name,):
        words.append(_key_at_column(inline, column))
    if column.computed is not None:
        kind = "STORED" if column.computed.persisted else "VIRTUAL"
        words.append(f"GENERATED ALWAYS AS ({column.computed.sql.text}) {kind}")
    return " ".join(filter(None, words))


def _type(column: Column) -> str:
    declared, _, collation = column.type.text.partition(" COLLATE ")
    usual = "" if collation in ("", USUAL_COLLATION) else f"COLLATE {collation}"
    return " ".join(filter(None, (_plain_type(declared), usual)))


def _plain_type(declared: str) -> str:
    """A declared type as it can stand in DDL: as it is unless a word of it needs quotes."""
    name, bracket, arguments = declared.partition("(")
    words = tokens(name)
    if all(word.kind == "word" and is_simple(word.text) for word in words):
        return declared
    return quoted(name) + bracket + arguments


def _default(text: str) -> str:
    """A default as it can stand behind DEFAULT: in brackets unless it is one value or has them."""
    return text if _is_value(text) else f"({text})"


def _is_value(text: str) -> bool:
    found = tokens(text)
    signed = len(found) == 2 and found[0].text in ("+", "-")
    return len(found) == 1 or signed or len(within_brackets(found)) < len(found)


def _bracketed(text: str) -> str:
    found = tokens(text)
    if len(found) == 1 and found[0].kind in ("quoted", "word") and found[0].word not in _VALUES:
        return literal(found[0].name)  # a lone name behind DEFAULT is a string, elsewhere a column
    return f"({text})"


_VALUES = TIME_WORDS | {"NULL", "TRUE", "FALSE"}


def _key_at_column(key: PrimaryKey, column: Column) -> str:
    descending = " DESC" if _parts(key) else ""
    counted = " AUTOINCREMENT" if column.autoincrement else ""
    return f"{_name(key.name)}PRIMARY KEY{descending}{_conflict(key.options)}{counted}"


def _constraint(part: Node, snapshot: Snapshot) -> str:
    match part:
        case PrimaryKey() | Unique():
            word = "PRIMARY KEY" if isinstance(part, PrimaryKey) else "UNIQUE"
            parts = _parts(part) or ", ".join(map(_quote, part.columns))
            return f"{_name(part.name)}{word} ({parts}){_conflict(part.options)}"
        case Check():
            return f"{_name(part.name)}CHECK ({part.sql.text}){_conflict(part.options)}"
        case ForeignKey():
            return _foreign_key(part)
        case _:
            return ""


def _foreign_key(key: ForeignKey) -> str:
    words = [
        f"{_name(key.name)}FOREIGN KEY{_list(key.columns)}",
        f"REFERENCES {_quote(key.target_table)}{_list(key.target_columns)}",
    ]
    words += [f"ON DELETE {key.ondelete}"] if key.ondelete else []
    words += [f"ON UPDATE {key.onupdate}"] if key.onupdate else []
    words += [f"MATCH {key.match}"] if key.match else []
    words += ["DEFERRABLE"] if key.deferrable else []
    words += ["INITIALLY DEFERRED"] if key.initially_deferred else []
    return " ".join(words)


def _list(columns: Sequence[str]) -> str:
    return signature(map(_quote, columns)) if columns else ""


def _name(name: str) -> str:
    return f"CONSTRAINT {_quote(name)} " if name else ""


def _conflict(options: Sequence[tuple[str, str]], name: str = "on_conflict") -> str:
    resolution = dict(options).get(name)
    return f" ON CONFLICT {resolution}" if resolution else ""


def create_index_sql(index: Index) -> str:
    """CREATE INDEX for an index node."""
    unique = "UNIQUE " if index.unique else ""
    elements = ", ".join(map(_element, index.elements))
    where = f" WHERE {index.where.text}" if index.where is not None else ""
    name = _qualified(index.schema, index.name)
    return f"CREATE {unique}INDEX {name} ON {_quote(index.table)} ({elements}){where}"


def _element(element: Element) -> str:
    text = _quote(element.column) if element.sql is None else element.sql.text
    collation = f" COLLATE {element.collation}" if element.collation else ""
    return f"{text}{collation}{' DESC' if element.descending else ''}"
