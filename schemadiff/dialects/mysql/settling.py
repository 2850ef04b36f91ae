"""MySQL and MariaDB are asked for their spelling: temporary tables that hold all questions, read back and dropped.

CREATE and DROP TEMPORARY TABLE leave the caller's transaction as it is; CREATE INDEX and ALTER TABLE would
commit it even on a temporary table, so everything stands in the one CREATE.
https://mariadb.com/kb/en/sql-statements-that-cause-an-implicit-commit/
https://dev.mysql.com/doc/refman/8.0/en/implicit-commit.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from secrets import token_hex

from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from schemadiff.dialects.asking import Answer, Question, Refused, Unasked
from schemadiff.model import Element, Index

from .catalogue import error_number, refusal, show_create
from .nodes import Place, by_own_sequence, index_node, is_json_check
from .reading import Reading
from .showcreate import Shown, ShownColumn, shown
from .tokens import Lexis, tokens
from .types import bytes_at_most, is_bytes, split_type, with_collation

MOST_COLUMNS = 150
"""Columns of one temporary table (InnoDB's limit is 1,017, and 8,126 bytes kept in a page).

https://dev.mysql.com/doc/refman/8.0/en/innodb-limits.html
"""
MOST_BYTES = 30_000
"""Bytes of one row of a temporary table (the limit is 65,535 for all columns but BLOB and TEXT).

https://dev.mysql.com/doc/refman/8.0/en/column-count-limit.html
"""
MOST_KEYS = 40
"""Indexes of one temporary table (InnoDB's limit is 64)."""

NOBODY_MAY_ASK = frozenset({1044, 1046, 1142, 1227, 1290, 1787, 1792, 1836, 3750, 3989})
"""Errors that say nothing about a question: no privilege, no database, read-only, GTID rules.

https://dev.mysql.com/doc/mysql-errors/8.0/en/server-error-reference.html
"""
OWN = "_sd"


class _NotAskable(Exception):
    """The server makes no temporary table; ``args[0]`` is its reason."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its number, and those columns of its frame that its text can mean."""

    number: int
    question: Question
    frame: Mapping[str, tuple[str, str]]
    """Names and types by name in lower case."""

    @property
    def name(self) -> str:
        return f"{OWN}{self.number}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """Questions that fit into one temporary table."""

    asked: tuple[Asked, ...] = ()

    @property
    def frame(self) -> dict[str, tuple[str, str]]:
        return {key: column for one in self.asked for key, column in one.frame.items()}

    def halves(self) -> tuple[Sheet, Sheet]:
        middle = len(self.asked) // 2
        return Sheet(self.asked[:middle]), Sheet(self.asked[middle:])


class Settling(Reading):
    """How MySQL and MariaDB are asked."""

    def ask(
        self, connection: Connection, questions: Sequence[Question], setup: Iterable[str] = ()
    ) -> list[Answer]:
        """The answers to ``questions``, from as few temporary tables as they fit into.

        There are no named types here, so ``setup`` is always empty. Nothing is committed.
        """
        answers: dict[int, Answer] = {}
        asked: list[Asked] = []
        for number, question in enumerate(questions):
            known = self._known(question)
            if known is not None:
                answers[number] = known
            else:
                asked.append(Asked(number, question, _frame(question, self.lexis)))
        try:
            for sheet in sheets(asked, self.lexis):
                answers.update(self._answers(connection, sheet))
        except _NotAskable as error:
            answers = {one.number: Unasked(str(error)) for one in asked} | answers
        return [answers[number] for number in range(len(questions))]

    def _known(self, question: Question) -> Answer | None:
        """An answer that needs no asking, or that cannot be had without harm."""
        match question.about:
            case "exclusion":
                return Refused("there are no exclusion constraints here")
            case "default" if is_bytes(question.type, self.lexis):
                return None if _is_ascii(question.sql, self.lexis) else Unasked(_NO_BYTES)
            case "index" if question.index is not None and question.index.method:
                # InnoDB makes no FULLTEXT index on a temporary table, and has no choice in it
                elements = tuple(replace(e, length=None) for e in question.index.elements)
                return replace(question.index, elements=elements)
        return None

    def _answers(self, connection: Connection, sheet: Sheet) -> dict[int, Answer]:
        """What the server makes of a sheet; one it refuses is halved until the culprit is alone."""
        table = f"_schemadiff_question_{token_hex(6)}"
        try:
            _execute(connection, self._create(table, sheet))
        except DBAPIError as error:
            reason = _why_refused(error)
            if len(sheet.asked) == 1:
                return {sheet.asked[0].number: Refused(reason)}
            first, second = sheet.halves()
            return self._answers(connection, first) | self._answers(connection, second)
        try:
            said = shown(show_create(connection, table), self.lexis)
        finally:
            _execute(connection, f"DROP TEMPORARY TABLE {table}")
        return {one.number: self._understood(one, said) for one in sheet.asked}

    # ---- questions as DDL --------------------------------------------------------------------

    def _create(self, table: str, sheet: Sheet) -> str:
        quote = self.dialect.identifier_preparer.quote_identifier
        lines = [f"{OWN} INT NOT NULL PRIMARY KEY"]  # some servers insist on a primary key
        lines += [f"{quote(name)} {type_}" for name, type_ in sheet.frame.values()]
        lines += [self._line(one) for one in sheet.asked]
        return f"CREATE TEMPORARY TABLE {table} (\n  " + ",\n  ".join(lines) + "\n)"

    def _line(self, asked: Asked) -> str:
        question, name = asked.question, asked.name
        match question.about:
            case "type":
                return f"{name} {question.sql} NULL"
            case "default":
                return f"{name} {question.type} NULL DEFAULT {question.sql}"
            case "computed":
                return f"{name} {question.type} GENERATED ALWAYS AS ({question.sql}) VIRTUAL"
            case "check":
                return f"CONSTRAINT {name} CHECK ({question.sql})"
            case _:
                assert question.index is not None
                return self._key_line(name, question.index)

    def _key_line(self, name: str, index: Index) -> str:
        parts = ", ".join(self._part(element) for element in index.elements)
        return f"{'UNIQUE ' if index.unique else ''}KEY {name} ({parts})"

    def _part(self, element: Element) -> str:
        text = f"({element.sql})"
        if element.column:
            text = self.dialect.identifier_preparer.quote_identifier(element.column)
        length = f"({element.length})" if element.length is not None else ""
        return f"{text}{length}{' DESC' if element.descending else ''}"

    # ---- DDL as answers ----------------------------------------------------------------------

    def _understood(self, asked: Asked, said: Shown) -> Answer:
        try:
            return self._answer(asked, said)
        except KeyError:
            return Unasked("what SHOW CREATE TABLE says of it is not understood")

    def _answer(self, asked: Asked, said: Shown) -> Answer:
        """What the server wrote in place of a question, in the words of ``read``."""
        name = asked.name
        match asked.question.about:
            case "type":
                return self._type_answer(asked.question.sql, said.columns[name])
            case "default":
                default = said.columns[name].default or ""
                known = by_own_sequence(default, self.default_schema_name, self.lexis)
                return "" if known.upper() == "NULL" else known
            case "computed":
                return said.columns[name].computed or ""
            case "check":
                return said.checks[name]
            case _:
                return self._index_answer(asked, said)

    def _type_answer(self, text: str, column: ShownColumn) -> str:
        if self.facts.json_is_longtext and is_json_check(
            column.check or "", column.name, self.lexis
        ):
            return "json"
        split = split_type(text, self.lexis)
        collation = split.resolved("", self.choices) if split.says_charset else ""
        return (
            column.type if collation in ("", "binary") else with_collation(column.type, collation)
        )

    def _index_answer(self, asked: Asked, said: Shown) -> Index:
        index = asked.question.index
        assert index is not None
        place = Place("", self.facts, self.choices, self.lexis)
        columns = frozenset(name for name, _ in asked.question.frame)
        found = index_node(said.keys[asked.name], "innodb", place, columns)
        return replace(index, elements=found.elements, unique=found.unique)


def sheets(asked: Iterable[Asked], lexis: Lexis) -> Iterator[Sheet]:
    """Questions spread over as few tables as their columns agree in and as a row has room for."""
    open_: list[_OpenSheet] = []
    for one in asked:
        sheet = next((sheet for sheet in open_ if sheet.takes(one)), None)
        if sheet is None:
            sheet = _OpenSheet(lexis)
            open_.append(sheet)
        sheet.put(one)
    yield from (Sheet(tuple(sheet.asked)) for sheet in open_)


class _OpenSheet:
    """A sheet that is being filled."""

    def __init__(self, lexis: Lexis) -> None:
        self.lexis = lexis
        self.asked: list[Asked] = []
        self.frame: dict[str, tuple[str, str]] = {}
        self.bytes = 0
        self.keys = 0

    def takes(self, one: Asked) -> bool:
        """Whether a question agrees with those there already and fits in."""
        agrees = all(self.frame.get(key, column) == column for key, column in one.frame.items())
        columns = len(self.frame) + len(self.asked) + len(one.frame) + 1
        room = columns <= MOST_COLUMNS and self.bytes + self._bytes(one) <= MOST_BYTES
        return agrees and room and self.keys < MOST_KEYS

    def put(self, one: Asked) -> None:
        """The question goes onto this sheet."""
        self.bytes += self._bytes(one)
        self.keys += one.question.about == "index"
        self.frame.update(one.frame)
        self.asked.append(one)

    def _bytes(self, one: Asked) -> int:
        own = {"type": one.question.sql, "default": one.question.type}.get(one.question.about, "")
        types = [type_ for key, (_, type_) in one.frame.items() if key not in self.frame]
        return sum(bytes_at_most(type_, self.lexis) for type_ in (own, *types) if type_)


def _frame(question: Question, lexis: Lexis) -> dict[str, tuple[str, str]]:
    """The columns that a question can mean: those whose names its text has among its words."""
    texts = [question.sql] if question.about in ("check", "computed", "default") else []
    columns: set[str] = set()
    if question.index is not None:
        columns = {element.column.lower() for element in question.index.elements}
        texts = [element.sql.text for element in question.index.elements if element.sql]
    for text in texts:
        columns.update(t.value.lower() for t in tokens(text, lexis) if t.kind in ("word", "name"))
    return {
        name.lower(): (name, type_) for name, type_ in question.frame if name.lower() in columns
    }


_NO_BYTES = "a default of bytes cannot be read back as text"


def _is_ascii(default: str, lexis: Lexis) -> bool:
    """Whether a default of bytes is one literal whose bytes are text in every character set.

    Others cannot be asked about, see ``show_create``.
    """
    found = tokens(default, lexis)
    if len(found) != 1 or not default.isascii():
        return False
    text = found[0].value.lower()
    if text.startswith(("x'", "0x")):
        digits = text[2:].strip("'")
        return all(
            byte < 0x80 for byte in bytes.fromhex(digits.zfill(len(digits) + len(digits) % 2))
        )
    return found[0].kind in ("string", "number") and not text.startswith("b'")


def _execute(connection: Connection, statement: str) -> None:
    connection.exec_driver_sql(statement, execution_options={"no_parameters": True})


def _why_refused(error: DBAPIError) -> str:
    """The server's first line; raises if the error says nothing about what was asked."""
    if error.connection_invalidated:
        raise error
    if error_number(error) in NOBODY_MAY_ASK:
        raise _NotAskable(refusal(error))
    return refusal(error)
