"""What CREATE TABLE and CREATE INDEX say, read by SQLite's own grammar (https://sqlite.org/lang_createtable.html).

SQLite keeps the text of what was created and nothing else of it: names of constraints, collations, defaults,
checks and generated expressions exist only there. What the parser cannot place is kept in ``unplaced``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from .cursor import Cursor, Part, part_of, split, type_name
from .tokens import collation_name, tokens

_TABLE_CONSTRAINT = frozenset({"CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"})
_COLUMN_CONSTRAINT = frozenset(
    {
        "CONSTRAINT",
        "PRIMARY",
        "NOT",
        "NULL",
        "UNIQUE",
        "CHECK",
        "DEFAULT",
        "COLLATE",
        "REFERENCES",
        "AS",
        "DEFERRABLE",
    }
)


class KeyDdl(NamedTuple):
    """PRIMARY KEY or UNIQUE; ``inline`` where it stands at its column."""

    primary: bool
    name: str
    parts: tuple[Part, ...]
    conflict: str = ""
    autoincrement: bool = False
    inline: bool = False


class CheckDdl(NamedTuple):
    """CHECK (…)"""

    name: str
    text: str
    conflict: str = ""


class ReferenceDdl(NamedTuple):
    """REFERENCES; ``target_columns`` is empty where the target's primary key is meant."""

    name: str
    columns: tuple[str, ...]
    target: str
    target_columns: tuple[str, ...]
    ondelete: str = ""
    onupdate: str = ""
    match: str = ""
    deferrable: bool = False
    deferred: bool = False


class ColumnDdl(NamedTuple):
    """A column; ``type`` is its declared type without collation, tokens joined by single blanks."""

    name: str
    type: str = ""
    collation: str = ""
    default: str | None = None
    not_null: bool = False
    not_null_conflict: str = ""
    computed: str | None = None
    stored: bool = False


class TableDdl(NamedTuple):
    """What CREATE TABLE says, in its order."""

    columns: tuple[ColumnDdl, ...]
    keys: tuple[KeyDdl, ...] = ()
    checks: tuple[CheckDdl, ...] = ()
    references: tuple[ReferenceDdl, ...] = ()
    without_rowid: bool = False
    strict: bool = False
    unplaced: tuple[str, ...] = ()

    @property
    def primary_key(self) -> KeyDdl | None:
        """The primary key, if there is one."""
        return next((key for key in self.keys if key.primary), None)


class IndexDdl(NamedTuple):
    """What CREATE INDEX says."""

    parts: tuple[Part, ...]
    unique: bool = False
    where: str | None = None
    unplaced: tuple[str, ...] = ()


def parse_table(sql: str) -> TableDdl:
    """What a CREATE TABLE statement says; never raises."""
    statement = split(sql)
    said = _Said.of(map(_parse_item, statement.items))
    return TableDdl(
        tuple(said.columns),
        tuple(said.keys),
        tuple(said.checks),
        tuple(said.references),
        "WITHOUT ROWID" in (words := _options(statement.tail)),
        "STRICT" in words,
        (*said.unplaced, *sorted(words - _OPTIONS)),
    )


def parse_index(sql: str) -> IndexDdl:
    """What a CREATE INDEX statement says; never raises."""
    statement = split(sql)
    head, tail = Cursor(statement.head), Cursor(statement.tail)
    where = tail.rest() if tail.accept("WHERE") else None
    parts = tuple(map(parse_part, statement.items))
    return IndexDdl(parts, head.skip_to("INDEX"), where, tuple(filter(None, (tail.rest(),))))


@lru_cache(maxsize=4096)
def parse_part(sql: str) -> Part:
    """What one element of an index says, given by its text alone."""
    return part_of(sql, tokens(sql))


_OPTIONS = frozenset({"WITHOUT ROWID", "STRICT"})


@lru_cache(maxsize=64)
def _options(sql: str) -> frozenset[str]:
    """What stands behind the closing bracket of a CREATE TABLE statement."""
    words = " ".join(token.word for token in tokens(sql))
    return frozenset(words.split(" , ")) - {""}


@dataclass(slots=True)
class _Said:
    """What items of a CREATE TABLE statement say.

    ``deferral`` is one that stands before any REFERENCES of its own: it is about the last one before it.
    """

    columns: list[ColumnDdl] = field(default_factory=list)
    keys: list[KeyDdl] = field(default_factory=list)
    checks: list[CheckDdl] = field(default_factory=list)
    references: list[ReferenceDdl] = field(default_factory=list)
    unplaced: list[str] = field(default_factory=list)
    deferral: tuple[str, ...] | None = None

    @classmethod
    def of(cls, items: Iterable[_Said]) -> _Said:
        """All that the items say, in their order."""
        whole = cls()
        for item in items:
            if item.deferral is not None:
                whole.defer(item.deferral)
            whole.columns += item.columns
            whole.keys += item.keys
            whole.checks += item.checks
            whole.references += item.references
            whole.unplaced += item.unplaced
        return whole

    def defer(self, said: tuple[str, ...]) -> None:
        """Applies a deferral that stands apart from the REFERENCES it is about, the last one before it."""
        if not self.references:
            self.deferral = said
            return
        last = self.references[-1]
        deferred = last._replace(deferrable=bool(said), deferred="DEFERRED" in said)
        self.references[-1] = deferred


@lru_cache(maxsize=4096)
def _parse_item(sql: str) -> _Said:
    """What stands between two commas of a CREATE TABLE statement: tables have much in common, so it is kept."""
    return _ItemParser(sql).parsed()


class _ItemParser(Cursor):
    """One reading of a column, or of table constraints (SQLite lets the comma between them be missing)."""

    def __init__(self, sql: str) -> None:
        super().__init__(sql)
        self.said = _Said()
        self.constraint = ""

    def parsed(self) -> _Said:
        while not self.ended:
            before = self.place
            if self.word in _TABLE_CONSTRAINT:
                self.table_constraint()
            else:
                self.column()
            if self.place == before:  # a bracket that closes nothing
                self.said.unplaced.append(self.next().text)
        return self.said

    def leftover(self) -> None:
        first = self.place
        self.until(frozenset({","}))
        if self.place > first:
            self.said.unplaced.append(self.slice(first, self.place))

    def named(self) -> str:
        """The name for the constraint that comes now; a name is good for one constraint only."""
        name, self.constraint = self.constraint, ""
        return name

    # ---- table constraints -------------------------------------------------------------------

    def table_constraint(self) -> None:
        self.constraint = ""
        while self.accept("CONSTRAINT"):
            self.constraint = self.name()
        if self.accept("PRIMARY", "KEY"):
            self.table_key(primary=True)
        elif self.accept("UNIQUE"):
            self.table_key(primary=False)
        elif self.accept("CHECK"):
            self.check()
        elif self.accept("FOREIGN", "KEY"):
            self.foreign_key()
        else:
            self.leftover()

    def table_key(self, primary: bool) -> None:
        self.accept("(")
        parts = tuple(self.parts())
        autoincrement = False
        if parts and parts[-1].text.upper().endswith("AUTOINCREMENT"):
            autoincrement, parts = True, (*parts[:-1], _without_last_word(parts[-1]))
        self.said.keys.append(KeyDdl(primary, self.named(), parts, self.conflict(), autoincrement))

    def check(self) -> None:
        text = self.bracketed()
        self.said.checks.append(CheckDdl(self.named(), text, self.conflict()))

    def foreign_key(self) -> None:
        columns = self.names()
        if self.accept("REFERENCES"):
            self.reference(columns)
        else:
            self.leftover()

    def reference(self, columns: tuple[str, ...]) -> None:
        name, target, target_columns = self.named(), self.name(), self.names()
        said = self.reference_words()
        self.said.references.append(
            ReferenceDdl(
                name,
                columns,
                target,
                target_columns,
                said.get("DELETE", ""),
                said.get("UPDATE", ""),
                said.get("MATCH", ""),
                "DEFERRABLE" in said,
                "DEFERRED" in said,
            )
        )

    def reference_words(self) -> dict[str, str]:
        said: dict[str, str] = {}
        while True:
            if self.ahead("ON", "CONFLICT"):
                return said
            if self.accept("ON"):
                event = self.next().word
                said[event] = self.action()
            elif self.accept("MATCH"):
                said["MATCH"] = self.name().upper()
            elif self.ahead("DEFERRABLE") or self.ahead("NOT", "DEFERRABLE"):
                said.update(dict.fromkeys(self.deferral(), ""))
            else:
                return said

    def deferral(self) -> tuple[str, ...]:
        """Which of DEFERRABLE and DEFERRED the coming clause makes a foreign key."""
        refused = self.accept("NOT")
        self.next()
        deferred = self.accept("INITIALLY", "DEFERRED")
        self.accept("INITIALLY", "IMMEDIATE")
        if refused:
            return ()
        return ("DEFERRABLE", "DEFERRED") if deferred else ("DEFERRABLE",)

    def action(self) -> str:
        first = self.next().word
        if first in ("SET", "NO"):
            first = f"{first} {self.next().word}"
        return "" if first == "NO ACTION" else first

    # ---- columns -----------------------------------------------------------------------------

    def column(self) -> None:
        name = self.name()
        said = _ColumnSaid(name, self.type())
        self.constraint = ""
        while not self.ended and self.here.text not in (",", ")"):
            self.column_constraint(said)
        self.said.columns.append(said.column())

    def type(self) -> str:
        first = self.place
        while self.type_goes_on():
            self.place += 1
        if self.place > first and self.here.text == "(":
            self.bracketed()
        return type_name(self.tokens[first : self.place])

    def type_goes_on(self) -> bool:
        kind = self.here.kind
        if kind == "word":
            return self.word not in _COLUMN_CONSTRAINT and not self.ahead("GENERATED", "ALWAYS")
        return kind in ("quoted", "string")

    def column_constraint(self, said: _ColumnSaid) -> None:
        match self.word:
            case "CONSTRAINT":
                self.next()
                self.constraint = self.name()
            case "NOT" | "NULL" | "DEFAULT" | "COLLATE" | "GENERATED" | "AS":
                self.column_value(said)
                self.constraint = ""
            case "PRIMARY" | "UNIQUE":
                self.column_key(said.name)
            case "CHECK":
                self.next()
                self.check()
            case "REFERENCES":
                self.next()
                self.reference((said.name,))
            case "DEFERRABLE":
                self.said.defer(self.deferral())
            case _:
                self.leftover()

    def column_value(self, said: _ColumnSaid) -> None:
        if self.ahead("NOT", "DEFERRABLE"):
            self.said.defer(self.deferral())
        elif self.accept("NOT", "NULL"):
            said.not_null, said.not_null_conflict = True, self.conflict()
        elif self.accept("NULL"):
            self.conflict()
        elif self.accept("DEFAULT"):
            said.default = self.default()
        elif self.accept("COLLATE"):
            said.collation = collation_name(self.name())
        elif self.accept("GENERATED", "ALWAYS", "AS") or self.accept("AS"):
            said.computed = self.bracketed()
            said.stored = self.accept("STORED")
            self.accept("VIRTUAL")
        else:
            self.leftover()

    def default(self) -> str:
        first = self.place
        if self.here.text == "(":
            self.bracketed()
        else:
            self.accept("+") or self.accept("-")
            self.next()
        return self.slice(first, min(self.place, len(self.tokens)))

    def column_key(self, column: str) -> None:
        primary = self.accept("PRIMARY", "KEY") or not self.accept("UNIQUE")
        descending = primary and self.accept("DESC")
        self.accept("ASC")
        conflict = self.conflict()
        counted = self.accept("AUTOINCREMENT")
        part = Part(column, column, "", descending)
        self.said.keys.append(
            KeyDdl(primary, self.named(), (part,), conflict, counted, inline=True)
        )


@dataclass(slots=True)
class _ColumnSaid:
    """What was said about a column so far."""

    name: str
    type: str
    collation: str = ""
    default: str | None = None
    not_null: bool = False
    not_null_conflict: str = ""
    computed: str | None = None
    stored: bool = False

    def column(self) -> ColumnDdl:
        return ColumnDdl(
            self.name,
            self.type,
            self.collation,
            self.default,
            self.not_null,
            self.not_null_conflict,
            self.computed,
            self.stored,
        )


def _without_last_word(part: Part) -> Part:
    """The part before the AUTOINCREMENT that SQLite allows inside PRIMARY KEY (a AUTOINCREMENT)."""
    text = part.text[: -len("AUTOINCREMENT")].rstrip()
    return part_of(text, tokens(text))
