"""What SQLAlchemy's objects say in MySQL's and MariaDB's own words, and the way back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy.dialects import mysql
from sqlalchemy.engine import Dialect
from sqlalchemy.schema import SchemaItem
from sqlalchemy.sql.compiler import IdentifierPreparer

from schemadiff.dialects.base import AnyColumn, AnyType, Database
from schemadiff.diff.pair import INVENTED_KEY
from schemadiff.model import (
    ANY,
    FORGOTTEN,
    Check,
    Column,
    Computed,
    Element,
    ForeignKey,
    Index,
    Node,
    Options,
    PrimaryKey,
    Sequence,
    Snapshot,
    Sql,
    Table,
    Unique,
    options,
    varied,
)

from .choices import Choices, charset_of, engine_name, full_collation, modern
from .facts import (
    COMPARED_OPTIONS,
    ENGINES_WITH_FOREIGN_KEYS,
    GENERIC_NUMBERS,
    SHOWN_WIDTHS,
    facts_of,
)
from .nodes import PRIMARY, action, method, unusual_options
from .sequences import unusual
from .tokens import Lexis, bare, is_word, outside, plain, tokens, unqualified, written
from .types import canonical_type, split_type, text_of_size, type_from_text

N = TypeVar("N", bound=Node)
FOLDS_TABLE_NAMES = (1,)
"""Values of lower_case_table_names with which table names are kept in lower case.

https://dev.mysql.com/doc/refman/8.0/en/identifier-case-sensitivity.html
"""
_INVENTED_CHECK = "_chk_"
"""What MySQL puts between a table's name and a number where a check has no name of its own."""
CHARSET_WORDS = ("charset", "character_set", "default_charset", "default_character_set")
COLLATE_WORDS = ("collate", "default_collate", "collation")


class Modelling(Database):
    """What models say to MySQL and MariaDB."""

    def __init__(self, dialect: Dialect) -> None:
        super().__init__(dialect)
        self.facts = facts_of(dialect)
        self.choices = Choices()
        ansi_quotes = bool(getattr(dialect, "_server_ansiquotes", False))
        self.speak(Lexis(ansi_quotes, bool(getattr(dialect, "_backslash_escapes", True))))
        words: set[str] = getattr(self.dialect.identifier_preparer, "reserved_words", set())
        self.reserved = frozenset(words)

    def speak(self, lexis: Lexis) -> None:
        """Names and strings are quoted as the session reads them, and where its own kind of server needs it."""
        self.lexis = lexis
        own: Any = self.dialect
        own._backslash_escapes = lexis.backslash_escapes
        if lexis.ansi_quotes:
            make: Callable[..., IdentifierPreparer] = self.dialect.preparer
            self.dialect.identifier_preparer = make(self.dialect, server_ansiquotes=True)
        if self.facts.mariadb:
            as_mariadb = getattr(self.dialect.identifier_preparer, "_set_mariadb", None)
            if as_mariadb is not None:
                as_mariadb()
        self.ddl_compiler = self.dialect.ddl_compiler(self.dialect, None)  # type: ignore[arg-type]

    # ---- names -------------------------------------------------------------------------------

    def table_name(self, name: str) -> str:
        """The identity of a table's name, which the server may keep in lower case."""
        folds = getattr(self.dialect, "_casing", 0) in FOLDS_TABLE_NAMES
        return str(name).lower() if folds else str(name)

    def invented_name(self, node: Node, taken: frozenset[str]) -> str:
        """The name InnoDB gives a key, the server a check, and both an index (after its first column).

        A primary key is called PRIMARY, whatever its author says.

        https://dev.mysql.com/doc/refman/8.0/en/create-table-foreign-keys.html
        https://mariadb.com/kb/en/constraint/
        """
        match node:
            case PrimaryKey():
                return PRIMARY
            case ForeignKey():
                return _numbered(f"{node.table}{INVENTED_KEY}", taken)
            case Check():
                pattern = "CONSTRAINT_" if self.facts.mariadb else f"{node.table}{_INVENTED_CHECK}"
                return _numbered(pattern, taken)
            case Unique(columns=(first, *_)):
                return first if first not in taken else _numbered(f"{first}_", taken, 2)
            case Index(elements=(element, *_)):
                first = element.column or "functional_index"
                return first if first not in taken else _numbered(f"{first}_", taken, 2)
        return ""

    def name_along(self, node: ForeignKey | Check, table: str) -> str:
        """A key that begins as InnoDB's own names do is renamed along with its table, whoever named it.

        So is a check of MySQL. Only the beginning counts, letter by letter (MariaDB 10.11, tried).

        https://dev.mysql.com/doc/refman/8.0/en/rename-table.html
        """
        infix = INVENTED_KEY if isinstance(node, ForeignKey) else _INVENTED_CHECK
        name, before = node.name, f"{node.table}{infix}"
        follows = isinstance(node, ForeignKey) or not self.facts.mariadb
        if not follows or not name.startswith(before):
            return name
        return f"{table}{infix}{name.removeprefix(before)}"

    # ---- MetaData → nodes --------------------------------------------------------------------

    def default_text(self, column: AnyColumn) -> str | None:
        """What follows DEFAULT in the column's DDL, ON UPDATE included; None for DEFAULT NULL.

        Taken from the whole of the column's DDL, for it is there that SQLAlchemy puts brackets around
        an expression.
        """
        try:
            text = self.ddl_compiler.get_column_specification(column)
        except sa.exc.CompileError:  # a type that cannot be said; the default still can
            return super().default_text(column)
        for _, token in outside(tokens(text, self.lexis)):
            if is_word(token, "default"):
                default = text[token.end :].strip()
                return None if default.upper() == "NULL" else default
        return None

    def autoincrement(self, column: AnyColumn) -> bool:
        """Whether the column's DDL says AUTO_INCREMENT, by SQLAlchemy's rule."""
        counts = column is column.table.autoincrement_column
        generated = column.server_default is None or column.identity is not None
        sequence = column.default if isinstance(column.default, sa.Sequence) else None
        takes_sequence = bool(self.dialect.supports_sequences and sequence)
        return bool(counts and generated) and not (
            takes_sequence and sequence is not None and not sequence.optional
        )

    def action(self, action_: str | None) -> str:
        """A referential action; ``""`` for RESTRICT and NO ACTION, which InnoDB does by itself."""
        return action((action_ or "").upper())

    def complete(self, node: N, source: SchemaItem) -> N:
        """``node`` with the ``mysql_``/``mariadb_`` arguments of ``source``, its names as the server has them."""
        return cast(N, self._folded(self._completed(node, source)))

    def _completed(self, node: Node, source: SchemaItem) -> Node:
        match node, source:
            case Table(), sa.Table():
                comment = node.comment or self._table_arguments(source).get("comment")
                return varied(node, comment=comment, options=self._table_options(source))
            case Column(), sa.Column():
                return self._complete_column(node, source)
            case Index(), sa.Index():
                return self._complete_index(node, source)
            case Check(), _:
                return varied(node, sql=self._unqualified(node.sql, node.table))
            case ForeignKey(), sa.ForeignKeyConstraint():
                return self._complete_foreign_key(node, source)
            case Unique(), _:
                return varied(node, deferrable=False, initially_deferred=False)
            case Sequence(), _:
                return unusual(node)
        return node

    def _unqualified(self, sql: Sql, table: str) -> Sql:
        """A text without the table in front of its columns, where SQLAlchemy leaves it (IS DISTINCT FROM)."""
        return Sql.of(unqualified(sql.text, table, self.lexis)) if "." in sql.text else sql

    def _complete_foreign_key(self, node: ForeignKey, source: sa.ForeignKeyConstraint) -> Node:
        """The key less what no server has: MATCH and DEFERRABLE. One that is not kept at all is marked."""
        forgets = self._engine(source.table) not in ENGINES_WITH_FOREIGN_KEYS
        if not (forgets or node.match or node.deferrable or node.initially_deferred):
            return node
        said = options(**{FORGOTTEN: "yes" if forgets else None})
        return varied(node, match="", deferrable=False, initially_deferred=False, options=said)

    def _engine(self, table: sa.Table) -> str:
        """The engine of a table in lower case: what is said, or else what it has or gets."""
        said = self._table_arguments(table).get("engine")
        place = self.schema(table.schema), self.table_name(table.name)
        return (said or self.choices.table_engine(*place)).lower()

    def _folded(self, node: Node) -> Node:
        match node:
            case Table(name=name) if self.table_name(name) != name:
                return replace(node, name=self.table_name(name))
            case ForeignKey(table=table, target_table=target):
                own, other = self.table_name(table), self.table_name(target)
                return replace(node, table=own, target_table=other)
            case Column() | PrimaryKey() | Unique() | Check() | Index():
                table = self.table_name(node.table)
                return node if table == node.table else replace(node, table=table)
        return node

    def _table_arguments(self, table: sa.Table) -> dict[str, str]:
        """The dialect arguments of a table, under their names without prefix."""
        prefix = f"{self.dialect.name}_"
        return {
            str(name)[len(prefix) :].lower(): str(value)
            for name, value in table.kwargs.items()
            if str(name).startswith(prefix) and value is not None
        }

    def _table_collation(self, table: sa.Table) -> str:
        """The collation that a new column of ``table`` gets; ``""`` if nobody knows."""
        said = self._collation_said(self._table_arguments(table))
        place = self.schema(table.schema), self.table_name(table.name)
        return said or self.choices.table_collation(*place)

    def _collation_said(self, arguments: Mapping[str, str]) -> str:
        charset = next((arguments[word] for word in CHARSET_WORDS if word in arguments), "")
        collation = next((arguments[word] for word in COLLATE_WORDS if word in arguments), "")
        if collation:
            return full_collation(collation, modern(charset.lower()))
        return self.choices.of_charset(charset) if charset else ""

    def mentioned_options(self, table: sa.Table) -> tuple[str, ...]:
        """What the author of ``table`` has set; whoever names a character set means a collation too."""
        names = self._table_arguments(table)
        says_charset = any(word in names for word in (*CHARSET_WORDS, *COLLATE_WORDS))
        return (*names, "collate") if says_charset else tuple(names)

    def _table_options(self, table: sa.Table) -> Options:
        arguments = self._table_arguments(table)
        said = {
            name: value.lower() if name != "engine" else engine_name(value)
            for name, value in arguments.items()
            if name in COMPARED_OPTIONS
        }
        said["collate"] = self._collation_said(arguments)
        return unusual_options(said, self.schema(table.schema), self.choices)

    def _complete_column(self, node: Column, source: AnyColumn) -> Column:
        """The column with its collation in the one spelling, or without if it is its table's own.

        MariaDB has no NOT NULL for generated columns (mariadb.com/kb/en/generated-columns).
        """
        if source.computed is not None:
            nullable = node.nullable or self.facts.mariadb
            node = varied(node, nullable=nullable, mentions=self._named_in(source.table, node))
        if self.choices.timestamps and node.default is None and not node.nullable:
            first = tokens(node.type.text, self.lexis)[:1]
            if any(is_word(token, "timestamp") for token in first):
                return replace(node, default=ANY)
        computed = node.computed
        if computed is not None and "." in computed.sql.text:
            plain = Computed(self._unqualified(computed.sql, node.table), computed.persisted)
            node = varied(node, computed=plain)
        if not split_type(node.type.text, self.lexis).says_charset:
            return self._sized(node, source) if node.type.text[:5].upper() == "TEXT(" else node
        collation = self._table_collation(source.table)
        text = canonical_type(node.type.text, collation, self.choices, self.lexis)
        return varied(node, type=replace(node.type, canonical=text, text=text))

    def _named_in(self, table: sa.Table, node: Column) -> tuple[str, ...]:
        """The columns whose names occur in what a column is generated from; for the order of steps only."""
        found = tokens(node.computed.sql.text if node.computed else "", self.lexis)
        words = {token.value.lower() for token in found if token.kind in ("word", "name")}
        others = (column.name for column in table.columns if column.name != node.name)
        return tuple(name for name in others if name.lower() in words)

    def _sized(self, node: Column, source: AnyColumn) -> Column:
        """The column with the type that TEXT(n) is in its table's character set, if questions are asked in another."""
        charset = charset_of(self._table_collation(source.table))
        if charset == charset_of(self.choices.collation("")):
            return node
        text = text_of_size(node.type.text, self.choices.widths.get(charset, 0), self.lexis)
        if text == node.type.text:
            return node
        return varied(node, type=replace(node.type, canonical=text, text=text))

    def _complete_index(self, node: Index, source: sa.Index) -> Index:
        assert source.table is not None
        length = self._argument(source, "length")
        names = {column.name for column in source.table.columns}
        parts = (key_part(element, names, self.lexis) for element in node.elements)
        kind = str(self._argument(source, "prefix") or "").upper()
        return replace(
            node,
            elements=tuple(_with_length(element, length) for element in parts),
            unique=node.unique or kind == "UNIQUE",
            method=kind if kind in ("FULLTEXT", "SPATIAL") else self._method(source, source.table),
            options=options(with_parser=self._argument(source, "with_parser")),
        )

    def _method(self, index: sa.Index, table: sa.Table) -> str:
        using = str(self._argument(index, "using") or "").upper()
        return method(using, self._engine(table)) if using else ""

    def _argument(self, item: sa.Index, name: str) -> object:
        """A dialect argument as SQLAlchemy's DDL looks it up."""
        prefixes = [self._prefix(name), *(["mysql"] if name in ("using", "with_parser") else [])]
        found = (item.dialect_options[prefix].get(name) for prefix in prefixes)
        return next((value for value in found if value is not None), None)

    # ---- nodes → SQLAlchemy ------------------------------------------------------------------

    def type_from_text(self, text: str, snapshot: Snapshot) -> AnyType:
        """The SQLAlchemy type of a COLUMN_TYPE; one that SQLAlchemy lacks keeps its text."""
        return type_from_text(text, self.dialect, self.lexis)

    def generic(self, type_: AnyType) -> AnyType:
        """TINYINT(1) is what BOOLEAN makes here (https://mariadb.com/kb/en/boolean/)."""
        if isinstance(type_, mysql.TINYINT) and type_.display_width == 1:
            return sa.Boolean()
        return super().generic(type_)

    def makes_alike(self, generic: AnyType, type_: AnyType) -> bool:
        """BOOLEAN makes TINYINT(1), and whole numbers are shown with a usual width where none is said."""
        if isinstance(type_, mysql.TINYINT):
            return type_.display_width == 1 and isinstance(generic, sa.Boolean) and is_plain(type_)
        if type(type_) in GENERIC_NUMBERS and is_plain(type_):
            width = type_.display_width  # type: ignore[attr-defined]
            return width in (None, SHOWN_WIDTHS[type(type_)][0])
        return super().makes_alike(generic, type_)

    def arguments(self, node: Node) -> dict[str, object]:
        """The ``mysql_``/``mariadb_`` arguments that say what is unusual about a table or an index."""
        match node:
            case Table():
                found = dict(_table_words(node.options))
            case Index():
                found = dict(_index_words(node))
            case _:
                return {}
        return {f"{self._prefix(name)}_{name}": value for name, value in found.items()}

    def element_text(self, element: Element, index: Index) -> str:
        """The lengths of prefixes, which SQLAlchemy cannot say as soon as one of them has an order as well."""
        if element.length is None or not _orders_prefixes(index):
            return ""
        order = " DESC" if element.descending else ""
        return f"{self.quote(element.column)}({element.length}){order}"

    def _prefix(self, argument: str) -> str:
        """SQLAlchemy 2.0 hears USING and WITH PARSER under ``mysql_`` only."""
        old = sa.__version__.startswith("2.0.") and argument in ("using", "with_parser")
        return "mysql" if old else self.dialect.name

    # ---- settling, without asking ------------------------------------------------------------

    def plain(self, text: str) -> str:
        """A text less blanks, outer brackets, letter case outside strings, and quotes no name needs."""
        return plain(text, self.lexis, self.reserved)


def is_plain(type_: AnyType) -> bool:
    """Whether a whole number is neither UNSIGNED nor ZEROFILL."""
    return not getattr(type_, "unsigned", False) and not getattr(type_, "zerofill", False)


def _numbered(stem: str, taken: frozenset[str], start: int = 1) -> str:
    number = start
    while f"{stem}{number}" in taken:
        number += 1
    return f"{stem}{number}"


def key_part(element: Element, names: Collection[str], lexis: Lexis) -> Element:
    """An element written as text (``a DESC``, ``a(10)``) as the column, length and order it stands for.

    https://dev.mysql.com/doc/refman/8.0/en/create-index.html, key_part
    """
    if element.sql is None:
        return element
    text = element.sql.text
    found = tokens(text, lexis)
    if found and is_word(found[-1], "asc", "desc"):
        descending = found[-1].value == "desc"
        element, found = replace(element, descending=descending), found[:-1]
    if not found:
        return element
    match [token.value for token in found]:
        case [name] if name in names:
            return replace(element, column=name, sql=None)
        case [name, "(", length, ")"] if name in names and length.isdecimal():
            return replace(element, column=name, sql=None, length=int(length))
    return replace(element, sql=Sql.of(written(text, bare(found))))


def _with_length(element: Element, length: object) -> Element:
    """The element with its prefix length: one number for all, or numbers by column."""
    if isinstance(length, Mapping):
        found = length.get(element.column)
        return replace(element, length=int(str(found))) if found is not None else element
    return replace(element, length=int(str(length))) if length is not None else element


def _table_words(found: Options) -> Iterator[tuple[str, object]]:
    for name, value in found:
        if name == "collate":
            yield "charset", charset_of(value)
        yield name, value.upper() if name == "row_format" else value


def _orders_prefixes(index: Index) -> bool:
    """Whether there are both lengths of prefixes and elements that run backwards."""
    elements = index.elements
    return any(e.descending for e in elements) and any(e.length is not None for e in elements)


def _index_words(index: Index) -> Iterator[tuple[str, object]]:
    lengths = {e.column: e.length for e in index.elements if e.length is not None}
    if lengths and not _orders_prefixes(index):
        yield "length", lengths
    if index.method in ("FULLTEXT", "SPATIAL"):
        yield "prefix", index.method
    elif index.method:
        yield "using", index.method.lower()
    for name, value in index.options:
        if name == "with_parser":
            yield name, value
