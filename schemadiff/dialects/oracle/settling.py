"""When two texts mean the same. Oracle keeps what was written, so nothing is asked: tokens are compared.

It could not be asked without harm, either: every DDL statement commits the caller's transaction
(https://docs.oracle.com/en/database/oracle/oracle-database/23/sqlrf/COMMIT.html), but for private temporary
tables, which know no defaults and no constraints.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlalchemy.engine import Connection

from schemadiff.dialects.asking import Answer, Question, Refused

from .reading import Reading
from .rows import sql
from .texts import canonical
from .types import meant


class Settling(Reading):
    """How texts are compared."""

    def ask(
        self, connection: Connection, questions: Sequence[Question], setup: Iterable[str] = ()
    ) -> list[Answer]:
        """The canonical form of every text; the connection is not used."""
        return [_answer(question) for question in questions]

    def plain(self, text: str) -> str:
        return canonical(text)


def _answer(question: Question) -> Answer:
    match question.about:
        case "type":
            return meant(question.sql)
        case "exclusion":
            return Refused("there are no exclusion constraints here")
        case "index" if question.index is not None:
            elements = (
                one if one.sql is None else replace(one, sql=sql(one.sql.text))
                for one in question.index.elements
            )
            return replace(question.index, elements=tuple(elements))
        case "default":
            text = canonical(question.sql)
            return "" if text == "NULL" else text
        case _:
            return canonical(question.sql)
