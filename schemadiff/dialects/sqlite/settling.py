"""When two texts mean the same. SQLite keeps what was written, so nothing is asked: tokens are compared."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from sqlalchemy.engine import Connection

from schemadiff.dialects.asking import Answer, Question
from schemadiff.dialects.base import Database
from schemadiff.model import Element, Index, Sql

from .brackets import needed
from .facts import SAME_TYPE, TIME_WORDS, USUAL_COLLATION, Affinity, affinity
from .tokens import Token, folded, is_simple, literal, quoted, tokens, unquoted, within_brackets

_SAME_OPERATOR = {"==": "=", "!=": "<>"}
_EXACT_DIGITS = 15
"""As many digits survive a trip through a floating point number (https://sqlite.org/floatingpoint.html)."""


def expression(text: str, columns: Collection[str] = ()) -> str:
    """The canonical form of an expression over ``columns`` (lower-cased names).

    Case of words, blanks, comments and brackets that change nothing do not count, nor how a column is quoted. A
    word in double quotes that is no column may be a string (https://sqlite.org/quirks.html#dblquote): kept exact.
    """
    found = needed(within_brackets(tokens(text)))
    return " ".join(_canonical(token, columns) for token in found)


def _canonical(token: Token, columns: Collection[str]) -> str:
    match token.kind:
        case "word" | "number":
            return folded(token.text)
        case "quoted":
            return _name(token.name, columns)
        case "blob":
            return token.text.upper()
        case _:
            return _SAME_OPERATOR.get(token.text, token.text)


def _name(name: str, columns: Collection[str]) -> str:
    plain = folded(name)
    known = plain in columns or name == plain
    return plain if known and is_simple(plain) else quoted(plain if known else name)


@lru_cache(maxsize=1024)
def default(text: str, declared: str) -> str:
    """The canonical form of the DEFAULT of a column of a declared type; ``""`` where it says NULL.

    A lone value counts as the column will keep it: with the affinity of its type applied
    (https://sqlite.org/datatype3.html#type_affinity).
    """
    found = within_brackets(tokens(text))
    sign, value = _signed(found)
    if value is None:
        return expression(text)
    match value.kind:
        case "number":
            return _kept(sign + value.text, affinity(declared))
        case "string" | "quoted" if not sign:
            return _kept_string(unquoted(value.text), affinity(declared))
        case "word" if not sign:
            return _word(value.word, value.text, affinity(declared))
        case _:
            return expression(text)


def _signed(found: Sequence[Token]) -> tuple[str, Token | None]:
    """The sign (only where it is a minus) and the one value of a default that is no expression."""
    if len(found) == 1:
        return "", found[0]
    if len(found) == 2 and found[0].text in ("+", "-"):
        return found[0].text.replace("+", ""), found[1]
    return "", None


def _word(word: str, text: str, kind: Affinity) -> str:
    if word in TIME_WORDS:
        return word.lower()
    if word in ("TRUE", "FALSE"):
        return _kept("1" if word == "TRUE" else "0", kind)
    return "" if word == "NULL" else _kept_string(text, kind)


def _kept(number: str, kind: Affinity) -> str:
    exact = _exact(number)
    if exact is None or kind == "BLOB":
        return number.lower()
    if kind == "TEXT":
        whole = number.removeprefix("-").isdigit()
        return literal(str(int(number))) if whole else number.lower()
    return exact


def _kept_string(value: str, kind: Affinity) -> str:
    exact = _exact(value) if kind in ("INTEGER", "REAL", "NUMERIC") else None
    return literal(value) if exact is None else exact


def _exact(number: str) -> str | None:
    """A plain decimal number without what does not count; None where precision may be lost."""
    digits = number.removeprefix("-")
    plain = digits.replace(".", "", 1)
    if not (plain.isascii() and plain.isdigit()) or len(plain) > _EXACT_DIGITS:
        return None
    value = Decimal(number)
    return format(value.normalize() if value else abs(value.normalize()), "f")


def spelt(canonical: str, text: str) -> Sql:
    """The SQL that is written as ``text`` and compared by ``canonical``."""
    return Sql.of(text) if canonical == text else Sql(canonical, text)


def declared_type(text: str, keys_the_table: bool) -> str:
    """The canonical form of a declared type, as one SQLAlchemy would use where two mean the same."""
    name, collate, collation = text.partition(" COLLATE ")
    same = name if keys_the_table else SAME_TYPE.get(name, name)
    return same + collate + collation


def element(one: Element, columns: Collection[str], collation: str) -> Element:
    """An index element with its expression canonical, and no collation said that its column has anyway."""
    usual = collation or USUAL_COLLATION
    sql = one.sql
    if sql is None and one.collation != usual:
        return one
    return replace(
        one,
        collation="" if one.column and one.collation == usual else one.collation,
        sql=None if sql is None else sql.settled(expression(sql.text, columns), sql.how),
    )


class Settling(Database):
    """What SQLite would answer, without asking it."""

    def plain(self, text: str) -> str:
        """The tokens of an expression, case and quotes of plain names folded."""
        return expression(text)

    def ask(
        self, connection: Connection, questions: Sequence[Question], setup: Iterable[str] = ()
    ) -> list[Answer]:
        """The canonical form of every text; the connection is not used."""
        return [self._answer(question) for question in questions]

    def _answer(self, question: Question) -> Answer:
        columns = {folded(name) for name, _ in question.frame}
        match question.about:
            case "type":
                return question.sql
            case "default":
                return default(question.sql, question.type)
            case "index" if question.index is not None:
                return _index(question.index, columns)
            case _:
                return expression(question.sql, columns)


def _index(index: Index, columns: Collection[str]) -> Index:
    where: Sql | None = index.where
    if where is not None:
        where = where.settled(expression(where.text, columns), where.how)
    elements = tuple(element(one, columns, "") for one in index.elements)
    return replace(index, elements=elements, where=where)
