"""Names for constraints that have none: SQLite invents no names, and a revision has to call things something."""

from __future__ import annotations

from itertools import count

from schemadiff.model import Check, ForeignKey, Node, PrimaryKey, Unique


def invented(node: Node, taken: frozenset[str]) -> str:
    """``uq_account_email``: what it is, its table and its columns, numbered while taken; ``""`` for other nodes."""
    name = "_".join(_parts(node))
    if not name or name not in taken:
        return name
    return next(each for n in count(1) if (each := f"{name}_{n}") not in taken)


def _parts(node: Node) -> tuple[str, ...]:
    match node:
        case PrimaryKey(table=table):
            return ("pk", table)
        case Unique(table=table, columns=columns):
            return ("uq", table, *columns)
        case ForeignKey(table=table, columns=columns, target_table=target):
            return ("fk", table, *columns, target)
        case Check(table=table, columns=columns):
            return ("ck", table, *columns)
        case _:
            return ()
