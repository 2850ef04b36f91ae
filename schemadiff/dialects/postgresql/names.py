"""The names that PostgreSQL cuts and the ones that it invents."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from schemadiff.model import (
    Check,
    Exclusion,
    ForeignKey,
    Index,
    Node,
    PrimaryKey,
    Unique,
)

from .facts import IDENTIFIER_BYTES


def cut(name: str, length: int = IDENTIFIER_BYTES) -> str:
    """``name`` cut to ``length`` bytes, never inside a character."""
    return name.encode()[:length].decode(errors="ignore")


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
            return _free(node.table, _joined(node.columns), "excl", taken)
        case Index():
            return _free(node.table, _joined((*_elements(node), *node.include)), "idx", taken)
        case ForeignKey():
            return _free(node.table, _joined(node.columns), "fkey", taken)
        case Check():
            # Only a check over exactly one column is named after it.
            column = node.columns[0] if len(set(node.columns)) == 1 else ""
            return _free(node.table, column, "check", taken)
        case _:
            return ""


def _elements(index: Index) -> Iterator[str]:
    seen: set[str] = set()
    for element in index.elements:
        wanted = element.column or "expr"
        numbered = (f"{wanted}{number}" for number in count(1))
        name = wanted if wanted not in seen else next(n for n in numbered if n not in seen)
        seen.add(name)
        yield name


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
