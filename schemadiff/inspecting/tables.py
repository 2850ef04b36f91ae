"""A schema as SQLAlchemy Core tables: Python that makes the same MetaData again."""

from __future__ import annotations

import builtins
from collections.abc import Iterator

from schemadiff.dialects.base import Database
from schemadiff.model import Key, Snapshot
from schemadiff.render import layout
from schemadiff.render.call import Call, Comment, Line, Literal, Statement, Verbatim
from schemadiff.render.imports import block

from .names import Names, identifier
from .parts import Parts, comment_of


def tables_source(snapshot: Snapshot, database: Database) -> str:
    """A module whose ``metadata`` has the tables of ``snapshot``."""
    parts = Parts(snapshot, database)
    imports = ("import sqlalchemy as sa",)
    statements = list(_statements(parts))
    needed = block((*imports, *layout.imports(statements)))
    text = "\n".join(layout.source([statement]) for statement in statements)
    return f"{needed}\n\nmetadata = sa.MetaData()\n{_missing(snapshot)}\n{text}".rstrip() + "\n"


def _missing(snapshot: Snapshot) -> str:
    said = comment_of(snapshot)
    return "\n" + layout.source([Comment(f"not in here:\n{said}")]) if said else ""


def _statements(parts: Parts) -> Iterator[Line]:
    names = Names({"sa", "metadata", "postgresql", "mysql", "sqlite", *dir(builtins)})
    for sequence in parts.sequences("metadata"):
        yield Statement(sequence)
    for key in parts.tables():
        yield Statement(table_call(parts, key), names.given(identifier(str(key).replace(".", "_"))))


def table_call(parts: Parts, key: Key, metadata: str = "metadata") -> Call:
    """``sa.Table(…)`` in the MetaData of that name."""
    arguments = (
        Literal(key.table),
        Verbatim(metadata),
        *(call for _, call in parts.columns(key)),
        *parts.constraints(key),
        *parts.indexes(key),
    )
    made = parts.construct.sqlalchemy("Table", *arguments, named=parts.keywords(key))
    return Call(made.function, made.args, made.kwargs, made.imports, tall=True)
