"""Asking PostgreSQL how it spells things: on empty temporary tables that are undone again.

Types, defaults, generated columns, checks and exclusions stand inline in a few CREATE TEMPORARY TABLE,
indexes beside them; the answers are read back by the very code that reads a database. Nothing is ever
evaluated: a default is stored, not executed, and the tables stay empty.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias, cast

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from schemadiff.dialects.asking import Answer, Frame, Question, Refused, Unasked
from schemadiff.model import Check, Domain, Enum, Exclusion, Index, Node, Sql

from . import catalogue
from .elements import element_text
from .reading import (
    Parts,
    Reading,
    Session,
    fetched,
    left_as_it_was,
    look_only_in,
    read_parts,
    session,
    undone,
)
from .rows import Around, Naming, Relation, partition_text, predicate, with_name
from .tokens import bare, chained, is_constant, literal, named, quoted, spelled, tokens

Numbered: TypeAlias = Sequence[tuple[int, Question]]

_ROOM = 100
"""Columns and parts of one temporary table: for each expression that it writes down the server compares the names of
all columns with each other (ruleutils.c, set_relation_column_names)."""
_PREFIX = "schemadiff_asks_"


def _mark(number: int) -> str:
    """The name under which the thing that a question is about stands in a temporary table."""
    return f"{_PREFIX}{number}"


class Settling(Reading):
    """PostgreSQL's own spelling of everything."""

    def plain(self, text: str) -> str:
        """The tokens of ``text`` less brackets that never matter; unquoted words in lower case."""
        return spelled(chained(bare(tokens(text))))

    def reworded(self, sql: Sql, before: str, after: str) -> Sql:
        """A text in which a column has another name: expressions are kept as trees, so nothing else changes."""
        return Sql(with_name(sql.canonical, before, after), with_name(sql.text, before, after))

    def is_constant(self, text: str) -> bool:
        """Whether a text is made of literals alone."""
        return is_constant(text)

    def setup(self, named_types: Iterable[Node]) -> Iterable[str]:
        """Statements that make enums and domains, enums first."""
        nodes = list(named_types)
        yield from (_create_enum(node) for node in nodes if isinstance(node, Enum))
        yield from (_create_domain(node) for node in nodes if isinstance(node, Domain))

    def ask(
        self, connection: Connection, questions: Sequence[Question], setup: Iterable[str] = ()
    ) -> list[Answer]:
        """How the server spells what the questions are about; everything made for it is undone.

        A ``check`` with a ``type`` and no frame is the check of a domain over that type.
        """
        if not questions:
            return []
        with left_as_it_was(connection):
            state = session(connection)
            hindrance = _hindrance(state)
            if hindrance:
                return [Unasked(hindrance) for _ in questions]
            with undone(connection):
                for statement in setup:
                    _try(connection, statement)
                asking = _Asking(self, connection, state)
                answers = dict(asking.answers(list(enumerate(questions))))
        return [answers[number] for number in range(len(questions))]


def _hindrance(state: Session) -> str:
    if state.read_only:
        return "the transaction is read-only"
    if not state.may_make_temporary:
        return "there is no privilege to make temporary tables (GRANT TEMPORARY ON DATABASE)"
    return ""


def _try(connection: Connection, statement: str) -> None:
    """Makes a type; one that cannot be made is missing then, and the questions about it are refused."""
    savepoint = connection.begin_nested()
    try:
        execute(connection, statement)
    except sa.exc.DBAPIError as error:
        savepoint.rollback()
        if error.connection_invalidated:
            raise
    else:
        savepoint.commit()


def execute(connection: Connection, statement: str) -> None:
    """Runs a statement exactly as it is written, percent signs and colons included."""
    connection.exec_driver_sql(statement, None, {"no_parameters": True})


# ---- what is made --------------------------------------------------------------------------------


def _qualified(schema: str, name: str) -> str:
    return f"{quoted(schema)}.{quoted(name)}" if schema else quoted(name)


def _create_enum(enum: Enum) -> str:
    labels = ", ".join(literal(label) for label in enum.labels)
    return f"CREATE TYPE {_qualified(enum.schema, enum.name)} AS ENUM ({labels})"


def _create_domain(domain: Domain) -> str:
    checks = (f"CONSTRAINT {quoted(name)} CHECK ({sql.text})" for name, sql in domain.checks)
    parts = (
        f"CREATE DOMAIN {_qualified(domain.schema, domain.name)} AS {domain.type.text}",
        f"COLLATE {domain.collation}" if domain.collation else "",
        f"DEFAULT {domain.default.text}" if domain.default else "",
        "" if domain.nullable else "NOT NULL",
        *checks,
    )
    return " ".join(part for part in parts if part)


@dataclass(slots=True)
class Sketch:
    """A temporary table in the making, for all questions whose columns agree."""

    name: str
    columns: dict[str, str] = field(default_factory=dict)
    parts: list[str] = field(default_factory=list)
    indexes: list[str] = field(default_factory=list)

    def takes(self, frame: Frame) -> bool:
        """Whether the columns of ``frame`` can be among those of this table."""
        room = len(self.columns) + len(self.parts) + len(frame) < _ROOM
        return room and all(self.columns.get(name, type_) == type_ for name, type_ in frame)

    def add(self, number: int, question: Question, frame: Frame) -> None:
        """Puts what a question is about into this table."""
        self.columns.update(frame)
        if question.index is not None:
            self.indexes.append(create_index(question.index, _mark(number), self.name))
        else:
            self.parts.append(_part(question, quoted(_mark(number))))

    def statements(self) -> Iterator[str]:
        """The DDL of the table and its indexes."""
        columns = (f"{quoted(name)} {type_}" for name, type_ in self.columns.items())
        inside = ", ".join((*columns, *self.parts))
        yield f"CREATE TEMPORARY TABLE {quoted(self.name)} ({inside})"
        yield from self.indexes


def _part(question: Question, mark: str) -> str:
    sql = question.sql
    match question.about:
        case "type":
            return f"{mark} {sql}"
        case "default":
            return f"{mark} {question.type} DEFAULT {sql}"
        case "computed":
            return f"{mark} {question.type} GENERATED ALWAYS AS ({sql}) STORED"
        case "check":
            return f"CONSTRAINT {mark} CHECK ({sql})"
        case _:
            whole = sql if tokens(sql)[:1] == (("word", "exclude"),) else f"EXCLUDE {sql}"
            return f"CONSTRAINT {mark} {whole}"


def create_index(index: Index, name: str, table: str) -> str:
    """The DDL of an index under another name, on another table."""
    stored = [f"{n} = {v}" for n, v in index.options if n not in ("tablespace", "invalid")]
    parts = (
        f"CREATE {'UNIQUE ' if index.unique else ''}INDEX {quoted(name)} ON {quoted(table)}",
        f"USING {index.method}" if index.method else "",
        f"({', '.join(map(element_text, index.elements))})",
        f"INCLUDE ({', '.join(map(quoted, index.include))})" if index.include else "",
        "NULLS NOT DISTINCT" if index.nulls_not_distinct else "",
        f"WITH ({', '.join(stored)})" if stored else "",
        f"WHERE {index.where.text}" if index.where else "",
    )
    return " ".join(part for part in parts if part)


def sketches(numbered: Numbered) -> list[Sketch]:
    """As few temporary tables as carry all questions."""
    made: list[Sketch] = []
    for number, question in numbered:
        frame = _mentioned(question)
        sketch = next((one for one in made if one.takes(frame)), None)
        if sketch is None:
            sketch = Sketch(f"{_PREFIX}table_{len(made)}")
            made.append(sketch)
        sketch.add(number, question, frame)
    return made


def _mentioned(question: Question) -> Frame:
    """The columns that the question speaks of; the others would only keep tables apart."""
    names = named(question.sql) if question.index is None else _of_index(question.index)
    return tuple((name, type_) for name, type_ in question.frame if name in names)


def _of_index(index: Index) -> frozenset[str]:
    texts: list[Sql | None] = [index.where, *(element.sql for element in index.elements)]
    columns = {element.column for element in index.elements} | set(index.include)
    return frozenset(columns).union(*(named(sql.text) for sql in texts if sql is not None))


# ---- what comes back -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Asking:
    database: Reading
    connection: Connection
    state: Session

    def answers(self, numbered: Numbered) -> Iterator[tuple[int, Answer]]:
        """Each question's answer; a refusal is tracked down by halving."""
        savepoint = self.connection.begin_nested()
        try:
            found = self._together(numbered)
        except sa.exc.DBAPIError as error:
            savepoint.rollback()
            if error.connection_invalidated:
                raise
            yield from self._apart(numbered, error)
        else:
            savepoint.rollback()
            yield from found

    def _apart(self, numbered: Numbered, error: sa.exc.DBAPIError) -> Iterator[tuple[int, Answer]]:
        if len(numbered) == 1:
            yield numbered[0][0], _refusal(error)
            return
        middle = len(numbered) // 2
        yield from self.answers(numbered[:middle])
        yield from self.answers(numbered[middle:])

    def _together(self, numbered: Numbered) -> list[tuple[int, Answer]]:
        domains = [(n, q) for n, q in numbered if _is_about_domain(q)]
        partitioned = [(n, q) for n, q in numbered if q.about == "partition"]
        constants = [(n, q) for n, q in numbered if q.about == "constant"]
        apart = {n for n, _ in (*domains, *partitioned, *constants)}
        others = [(n, q) for n, q in numbered if n not in apart]
        made = sketches(others)
        self._execute([s for sketch in made for s in sketch.statements()])
        self._execute([_domain_of(number, question) for number, question in domains])
        self._execute([_partitioned_by(number, question) for number, question in partitioned])
        values = self._values([question for _, question in constants])
        naming = self.database.naming(self.state)
        look_only_in(self.connection, naming.default)
        found = self._read([sketch.name for sketch in made], naming) if made else None
        checks = dict(fetched(self.connection, catalogue.DOMAIN_CHECKS)) if domains else {}
        answers: list[tuple[int, Answer]] = [
            (number, predicate(checks[_mark(number)]).canonical) for number, _ in domains
        ]
        keys = dict(fetched(self.connection, catalogue.PARTITION_KEYS)) if partitioned else {}
        answers += [(number, partition_text(keys[_mark(number)])) for number, _ in partitioned]
        answers += [(number, value) for (number, _), value in zip(constants, values, strict=True)]
        if found is not None:
            answers += [(n, found.answer(_mark(n), question)) for n, question in others]
        return answers

    def _values(self, questions: Sequence[Question]) -> list[str]:
        """Constants as the planner writes them; what is not immutable it leaves as it is, and nothing is run."""
        if not questions:
            return []
        listed = ", ".join(
            f"CAST({q.sql} AS {q.type.partition(' COLLATE ')[0]})" for q in questions
        )
        statement = f"EXPLAIN (VERBOSE, COSTS OFF, FORMAT JSON) SELECT {listed}"
        found = self.connection.exec_driver_sql(statement, None, {"no_parameters": True}).scalar()
        (said,) = json.loads(found) if isinstance(found, str) else cast(Any, found)
        return [str(value) for value in said["Plan"]["Output"]]

    def _execute(self, statements: Sequence[str]) -> None:
        """Runs several statements in one round trip where the server has blocks."""
        if len(statements) > 1 and self.state.has_blocks:
            body = "".join(f"EXECUTE {literal(statement)};\n" for statement in statements)
            statements = [f"DO {literal(f'BEGIN {body} END')}"]
        for statement in statements:
            execute(self.connection, statement)

    def _read(self, tables: Sequence[str], naming: Naming) -> _Found:
        rows = fetched(self.connection, catalogue.TEMPORARY, names=tables)
        relations = {oid: Relation("", name) for oid, name in rows}
        around = Around(naming, relations)
        return _Found(read_parts(self.connection, self.database.facts, around))


def _is_about_domain(question: Question) -> bool:
    return question.about == "check" and bool(question.type) and not question.frame


def _domain_of(number: int, question: Question) -> str:
    mark = quoted(_mark(number))
    check = f"CONSTRAINT {mark} CHECK ({question.sql})"
    return f"CREATE DOMAIN pg_temp.{mark} AS {question.type} {check}"


def _partitioned_by(number: int, question: Question) -> str:
    columns = ", ".join(f"{quoted(name)} {type_}" for name, type_ in _mentioned(question))
    return f"CREATE TEMPORARY TABLE {quoted(_mark(number))} ({columns}) PARTITION BY {question.sql}"


def _refusal(error: sa.exc.DBAPIError) -> Answer:
    reason = str(error.orig).strip().splitlines()[0]
    # No room, no time, no lock: that says nothing about the text.
    return Unasked(reason) if isinstance(error, sa.exc.OperationalError) else Refused(reason)


class _Found:
    """What stands in the temporary tables, by its mark."""

    def __init__(self, parts: Parts) -> None:
        self._columns = {column.name: column for column in parts.columns.values()}
        self._indexes = {index.name: index for index in parts.indexes}
        self._constraints = {constraint.name: constraint for constraint in parts.constraints}

    def answer(self, mark: str, question: Question) -> Answer:
        """The canonical text, or the index, that a question is answered by."""
        if question.index is not None:
            return _as_asked(self._indexes[mark], question.index)
        if question.about in ("check", "exclusion"):
            constraint = self._constraints[mark]
            assert isinstance(constraint, (Check, Exclusion))
            return constraint.sql.canonical
        column = self._columns[mark]
        match question.about:
            case "type":
                return column.type.canonical
            case "computed":
                return column.computed.sql.canonical if column.computed else ""
            case _:
                return column.default.canonical if column.default else ""


def _as_asked(found: Index, asked: Index) -> Index:
    """The index as the server keeps it, under the name and in the place that was asked about."""
    space = tuple(option for option in asked.options if option[0] == "tablespace")
    kept = tuple(option for option in found.options if option[0] != "tablespace")
    return replace(
        asked,
        elements=found.elements,
        method=found.method,
        where=found.where,
        include=found.include,
        nulls_not_distinct=found.nulls_not_distinct,
        options=tuple(sorted((*kept, *space))),
    )
