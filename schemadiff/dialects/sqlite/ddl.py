"""What CREATE TABLE and CREATE INDEX say, read by SQLite's own grammar (https://sqlite.org/lang_createtable.html).

SQLite keeps the text of what was created and nothing else of it: names of constraints, collations, defaults,
checks and generated expressions exist only there. What the parser cannot place is kept in ``unplaced``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from .facts import USUAL_CONFLICT
from .tokens import Token, collation_name, tokens

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
_END = Token("operator", "", 0)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a key or an index: ``column`` if it is a bare name, ``text`` in any case."""

    text: str
    column: str = ""
    collation: str = ""
    descending: bool = False

    @property
    def bare(self) -> bool:
        """Whether it is a column and nothing more."""
        return bool(self.column) and not self.collation and not self.descending


@dataclass(frozen=True, slots=True)
class KeyDdl:
    """PRIMARY KEY or UNIQUE; ``inline`` where it stands at its column."""

    primary: bool
    name: str
    parts: tuple[Part, ...]
    conflict: str = ""
    autoincrement: bool = False
    inline: bool = False


@dataclass(frozen=True, slots=True)
class CheckDdl:
    """CHECK (…)"""

    name: str
    text: str
    conflict: str = ""


@dataclass(frozen=True, slots=True)
class ReferenceDdl:
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


@dataclass(frozen=True, slots=True)
class ColumnDdl:
    """A column; ``type`` is its declared type without collation, tokens joined by single blanks."""

    name: str
    type: str = ""
    collation: str = ""
    default: str | None = None
    not_null: bool = False
    not_null_conflict: str = ""
    computed: str | None = None
    stored: bool = False


@dataclass(frozen=True, slots=True)
class TableDdl:
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


@dataclass(frozen=True, slots=True)
class IndexDdl:
    """What CREATE INDEX says."""

    parts: tuple[Part, ...]
    unique: bool = False
    where: str | None = None
    unplaced: tuple[str, ...] = ()


def parse_table(sql: str) -> TableDdl:
    """What a CREATE TABLE statement says; never raises."""
    return _TableParser(sql).parsed()


def parse_index(sql: str) -> IndexDdl:
    """What a CREATE INDEX statement says; never raises."""
    cursor = _Cursor(sql)
    unique = cursor.skip_to("INDEX", stop="ON")
    cursor.skip_to("ON", stop="(")
    cursor.name()
    cursor.accept("(")
    parts = tuple(cursor.parts())
    where = cursor.rest() if cursor.accept("WHERE") else None
    return IndexDdl(parts, unique, where, tuple(filter(None, (cursor.rest(),))))


def parse_part(sql: str) -> Part:
    """What one element of an index says, given by its text alone."""
    return _part(sql, tokens(sql))


def type_name(found: Sequence[Token]) -> str:
    """A declared type in one spelling: ``NUMERIC(10, 2)``."""
    text = ""
    for token in found:
        piece = token.name.upper()
        glued = not text or text[-1] in "(+-" or piece in "(),"
        text += piece if glued else f" {piece}"
    return text


class _Cursor:
    """A place in the tokens of a statement, and the small steps from it."""

    def __init__(self, sql: str) -> None:
        self.sql = sql
        self.tokens = tokens(sql)
        self.place = 0

    @property
    def here(self) -> Token:
        return self.tokens[self.place] if self.place < len(self.tokens) else _END

    @property
    def ended(self) -> bool:
        return self.place >= len(self.tokens)

    def ahead(self, *words: str) -> bool:
        """Whether the next tokens are these words."""
        if self.here.word != words[0]:
            return False
        coming = self.tokens[self.place + 1 : self.place + len(words)]
        return tuple(token.word for token in coming) == words[1:]

    def accept(self, *words: str) -> bool:
        """Whether the next tokens are these words; if so they are passed."""
        found = self.ahead(*words)
        if found:
            self.place += len(words)
        return found

    def next(self) -> Token:
        token = self.here
        self.place += 1
        return token

    def name(self) -> str:
        return self.next().name

    def skip_to(self, word: str, stop: str) -> bool:
        """Passes everything up to and including ``word`` (or up to ``stop``); whether UNIQUE was passed."""
        passed: list[str] = []
        while not self.ended and self.here.word != stop:
            passed.append(self.next().word)
            if passed[-1] == word:
                break
        return "UNIQUE" in passed

    def slice(self, first: int, last: int) -> str:
        """The text of the tokens from ``first`` up to, not including, ``last``."""
        if last <= first:
            return ""
        return self.sql[self.tokens[first].start : self.tokens[last - 1].end]

    def rest(self) -> str:
        """The text from here to the end, which is passed."""
        first, self.place = self.place, max(self.place, len(self.tokens))
        return self.slice(first, len(self.tokens))

    def to_closing(self) -> None:
        """Passes what is left before the closing bracket of the current level."""
        self.until(frozenset())

    def until(self, stops: frozenset[str]) -> None:
        """Passes tokens up to one of ``stops`` or the closing bracket of the current level."""
        depth = 0
        while not self.ended:
            text = self.here.text
            if depth == 0 and (text == ")" or text in stops):
                return
            depth += (text == "(") - (text == ")")
            self.place += 1

    def bracketed(self) -> str:
        """The text between brackets, which are passed; empty if there are none."""
        if not self.accept("("):
            return ""
        first = self.place
        self.to_closing()
        text = self.slice(first, self.place)
        self.next()
        return text

    def parts(self) -> Iterator[Part]:
        """The parts up to the closing bracket, which is passed too."""
        while not self.ended:
            first = self.place
            self.until(frozenset({","}))
            yield _part(self.sql, self.tokens[first : self.place])
            if self.next().text != ",":
                return

    def names(self) -> tuple[str, ...]:
        """The names in brackets; none if no bracket comes."""
        if not self.accept("("):
            return ()
        return tuple(part.column or part.text for part in self.parts())

    def conflict(self) -> str:
        """The resolution after ON CONFLICT; empty for the usual one and for none."""
        if not self.accept("ON", "CONFLICT"):
            return ""
        resolution = self.next().word
        return "" if resolution == USUAL_CONFLICT else resolution


def _part(sql: str, found: Sequence[Token]) -> Part:
    descending = bool(found) and found[-1].word == "DESC"
    if len(found) > 1 and found[-1].word in ("ASC", "DESC"):
        found = found[:-1]
    collation = ""
    while len(found) > 2 and found[-2].word == "COLLATE":
        collation = collation or collation_name(found[-1].name)
        found = found[:-2]
    text = sql[found[0].start : found[-1].end] if found else ""
    bare = len(found) == 1 and found[0].kind in ("word", "quoted", "string")
    return Part(text, found[0].name if bare else "", collation, descending)


class _TableParser(_Cursor):
    """One reading of a CREATE TABLE statement."""

    def __init__(self, sql: str) -> None:
        super().__init__(sql)
        self.columns: list[ColumnDdl] = []
        self.keys: list[KeyDdl] = []
        self.checks: list[CheckDdl] = []
        self.references: list[ReferenceDdl] = []
        self.unplaced: list[str] = []
        self.constraint = ""

    def parsed(self) -> TableDdl:
        self.until(frozenset({"("}))
        self.next()
        while not self.ended and self.here.text != ")":
            self.item()
        self.next()
        return self.table(self.options())

    def table(self, words: frozenset[str]) -> TableDdl:
        return TableDdl(
            tuple(self.columns),
            tuple(self.keys),
            tuple(self.checks),
            tuple(self.references),
            "WITHOUT ROWID" in words,
            "STRICT" in words,
            tuple(self.unplaced),
        )

    def options(self) -> frozenset[str]:
        known = {"WITHOUT ROWID", "STRICT"}
        words = frozenset(" ".join(t.word for t in self.tokens[self.place :]).split(" , ")) - {""}
        self.unplaced += sorted(words - known)
        return words & known

    def item(self) -> None:
        """Reads one column or table constraint and the comma behind it (SQLite lets it be missing)."""
        if self.here.word in _TABLE_CONSTRAINT:
            self.table_constraint()
        else:
            self.column()
        self.accept(",")

    def leftover(self) -> None:
        first = self.place
        self.until(frozenset({","}))
        if self.place > first:
            self.unplaced.append(self.slice(first, self.place))

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
        self.keys.append(KeyDdl(primary, self.named(), parts, self.conflict(), autoincrement))

    def check(self) -> None:
        text = self.bracketed()
        self.checks.append(CheckDdl(self.named(), text, self.conflict()))

    def foreign_key(self) -> None:
        columns = self.names()
        if self.accept("REFERENCES"):
            self.reference(columns)
        else:
            self.leftover()

    def reference(self, columns: tuple[str, ...]) -> None:
        name, target, target_columns = self.named(), self.name(), self.names()
        said = self.reference_words()
        self.references.append(
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
        said = _Said(name, self.type())
        self.constraint = ""
        while not self.ended and self.here.text not in (",", ")"):
            self.column_constraint(said)
        self.columns.append(said.column())

    def type(self) -> str:
        first = self.place
        while self.type_goes_on():
            self.place += 1
        if self.place > first and self.here.text == "(":
            self.bracketed()
        return type_name(self.tokens[first : self.place])

    def type_goes_on(self) -> bool:
        token = self.here
        if token.kind == "word":
            return token.word not in _COLUMN_CONSTRAINT and not self.ahead("GENERATED", "ALWAYS")
        return token.kind in ("quoted", "string")

    def column_constraint(self, said: _Said) -> None:
        word = self.here.word
        match word:
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
            case "DEFERRABLE" if self.references:
                self.late_deferral()
            case _:
                self.leftover()

    def late_deferral(self) -> None:
        """Reads a deferral that stands apart from the REFERENCES it is about, the last one before it."""
        said = self.deferral()
        self.references[-1] = replace(
            self.references[-1], deferrable=bool(said), deferred="DEFERRED" in said
        )

    def column_value(self, said: _Said) -> None:
        if self.references and self.ahead("NOT", "DEFERRABLE"):
            self.late_deferral()
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
        self.keys.append(KeyDdl(primary, self.named(), (part,), conflict, counted, inline=True))


@dataclass(slots=True)
class _Said:
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
    return _part(text, tokens(text))
