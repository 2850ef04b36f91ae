"""Nodes as CREATE TABLE and CREATE INDEX: nothing that was read is lost."""

from __future__ import annotations

from collections.abc import Sequence

from schemadiff.model import (
    Check,
    Column,
    Element,
    ForeignKey,
    Index,
    Key,
    Node,
    PrimaryKey,
    Snapshot,
    Table,
    Unique,
    signature,
)

from .facts import TIME_WORDS, USUAL_COLLATION
from .tokens import is_simple, literal, quoted, tokens, within_brackets


def only(snapshot: Snapshot) -> Table:
    """The one table of ``snapshot``. Raises ValueError if it has none or several."""
    found = list(snapshot.tables())
    if len(found) != 1:
        raise ValueError(f"one table is made anew at a time, not {len(found)}")
    return found[0]


def quote(name: str) -> str:
    """A name as it stands in SQL, quoted unless it is plain and lower-case."""
    return name if is_simple(name) and name == name.lower() and name.isascii() else quoted(name)


def qualified(schema: str, name: str) -> str:
    """A name behind its schema's."""
    return f"{quote(schema)}.{quote(name)}" if schema else quote(name)


def create_table_sql(snapshot: Snapshot, name: str = "") -> str:
    """CREATE TABLE for the one table of ``snapshot``, under another name if one is given; loses nothing."""
    table = only(snapshot)
    inline = _inline_key(snapshot, table.key)
    lines = [_column(column, inline) for column in snapshot.columns(table.key)]
    for part in snapshot.parts(table.key):
        text = "" if part is inline else _constraint(part, snapshot)
        if text:
            lines.append(text)
    body = ",\n\t".join(lines)
    return (
        f"CREATE TABLE {qualified(table.schema, name or table.name)} (\n\t{body}\n)"
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
    if column is None:
        return None
    descends = _parts(key).upper().endswith(" DESC") and " COLLATE " not in _parts(key).upper()
    is_integer = column.type.text.partition(" COLLATE ")[0].upper() == "INTEGER"
    return key if column.autoincrement or (descends and is_integer) else None


def _parts(key: PrimaryKey | Unique) -> str:
    return dict(key.options).get("parts", "")


def _column(column: Column, inline: PrimaryKey | None) -> str:
    words = [quote(column.name), _type(column)]
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


def bracketed(text: str) -> str:
    """A default as it can stand in any expression."""
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
            parts = _parts(part) or ", ".join(map(quote, part.columns))
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
        f"REFERENCES {quote(key.target_table)}{_list(key.target_columns)}",
    ]
    words += [f"ON DELETE {key.ondelete}"] if key.ondelete else []
    words += [f"ON UPDATE {key.onupdate}"] if key.onupdate else []
    words += [f"MATCH {key.match}"] if key.match else []
    words += ["DEFERRABLE"] if key.deferrable else []
    words += ["INITIALLY DEFERRED"] if key.initially_deferred else []
    return " ".join(words)


def _list(columns: Sequence[str]) -> str:
    return signature(map(quote, columns)) if columns else ""


def _name(name: str) -> str:
    return f"CONSTRAINT {quote(name)} " if name else ""


def _conflict(options: Sequence[tuple[str, str]], name: str = "on_conflict") -> str:
    resolution = dict(options).get(name)
    return f" ON CONFLICT {resolution}" if resolution else ""


def create_index_sql(index: Index) -> str:
    """CREATE INDEX for an index node."""
    unique = "UNIQUE " if index.unique else ""
    elements = ", ".join(map(_element, index.elements))
    where = f" WHERE {index.where.text}" if index.where is not None else ""
    name = qualified(index.schema, index.name)
    return f"CREATE {unique}INDEX {name} ON {quote(index.table)} ({elements}){where}"


def _element(element: Element) -> str:
    text = quote(element.column) if element.sql is None else element.sql.text
    collation = f" COLLATE {element.collation}" if element.collation else ""
    return f"{text}{collation}{' DESC' if element.descending else ''}"
