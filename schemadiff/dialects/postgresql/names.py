"""The names that PostgreSQL cuts and the ones that it invents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count

from schemadiff.model import (
    Check,
    Element,
    Exclusion,
    ForeignKey,
    Index,
    Node,
    PrimaryKey,
    Unique,
)

from .elements import parse_element, parse_exclusion
from .facts import IDENTIFIER_BYTES
from .tokens import Token, closing, tokens


def cut(name: str, length: int = IDENTIFIER_BYTES) -> str:
    """``name`` cut to ``length`` bytes, never inside a character."""
    return name.encode()[:length].decode(errors="ignore")


def folded(name: str) -> str:
    """``name`` as an unquoted identifier is understood: the letters of ASCII in lower case."""
    return name.encode().lower().decode()


def invented(node: Node, taken: frozenset[str]) -> str:
    """The name a constraint or index gets when nobody gives it one; ``""`` for what has no such name.

    The server's own rule (makeObjectName, ChooseIndexName and ChooseConstraintName in its sources):
    ``table_columns_label``, the longer part cut first, a number behind the label while it is taken.
    """
    match node:
        case PrimaryKey():
            return _free(node.table, "", "pkey", taken)
        case Unique():
            return _free(node.table, _joined((*node.columns, *node.include)), "key", taken)
        case Exclusion():
            return _free(node.table, _joined(tuple(_elements(_excluded(node)))), "excl", taken)
        case Index():
            return _free(
                node.table, _joined((*_elements(node.elements), *node.include)), "idx", taken
            )
        case ForeignKey():
            return _free(node.table, _joined(node.columns), "fkey", taken)
        case Check():
            # Only a check over exactly one column is named after it.
            column = node.columns[0] if len(set(node.columns)) == 1 else ""
            return _free(node.table, column, "check", taken)
        case _:
            return ""


def of_domain_check(domain: str, said: str | None, not_null: bool) -> str:
    """The name of a domain's CHECK.

    SQLAlchemy writes ``CONSTRAINT said NOT NULL CHECK (…)``: the name is that of the NOT NULL, if there is one.
    """
    return cut(said) if said and not not_null else composed(domain, "", "check")


def _elements(elements: Iterable[Element]) -> Iterator[str]:
    seen: set[str] = set()
    for element in elements:
        wanted = element.column or _of_expression(element)
        numbered = (f"{wanted}{number}" for number in count(1))
        name = wanted if wanted not in seen else next(n for n in numbered if n not in seen)
        seen.add(name)
        yield name


def _of_expression(element: Element) -> str:
    """A function call goes by the function's name, everything else by ``expr``."""
    items = tokens(element.sql.text) if element.sql is not None else ()
    if ("symbol", "(") in items and items[0].name is not None:
        start = items.index(Token("symbol", "("))
        if closing(items, start) == len(items) - 1:
            return items[start - 1].name or "expr"
    return "expr"


def _excluded(exclusion: Exclusion) -> Iterator[Element]:
    parts = parse_exclusion(exclusion.sql.text)
    return (parse_element(text) for text, _ in parts.elements) if parts else iter(())


def _joined(columns: tuple[str, ...]) -> str:
    """Column names as one, no more of them than may be seen in the end."""
    joined = ""
    for column in columns:
        joined = f"{joined}_{column}" if joined else column
        if len(joined.encode()) > IDENTIFIER_BYTES:
            break
    return joined


def _free(first: str, second: str, label: str, taken: frozenset[str]) -> str:
    labels = (label if number == 0 else f"{label}{number}" for number in count())
    return next(name for one in labels if (name := composed(first, second, one)) not in taken)


def composed(first: str, second: str, label: str) -> str:
    """``first_second_label``, the longer of the first two cut until all of it fits."""
    room = IDENTIFIER_BYTES - len(label.encode()) - 1 - (1 if second else 0)
    one, two = len(first.encode()), len(second.encode())
    while one + two > room:
        if one > two:
            one -= 1
        else:
            two -= 1
    parts = (cut(first, one), cut(second, two), label) if second else (cut(first, one), label)
    return "_".join(parts)
