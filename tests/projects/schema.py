"""What a database holds, as plain values: every object that SQLAlchemy's Inspector sees, and the rows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, cast

import sqlalchemy as sa


def described(url: str) -> dict[str, Any]:
    """The tables of a database by name, each with its parts and rows, as JSON would give them back."""
    engine = sa.create_engine(url)
    try:
        with engine.connect() as connection:
            found = {name: _table(connection, name) for name in _names(connection)}
    finally:
        engine.dispose()
    return cast(dict[str, Any], json.loads(json.dumps(found, default=str)))


def _names(connection: sa.Connection) -> list[str]:
    return sorted(sa.inspect(connection).get_table_names())


def _table(connection: sa.Connection, name: str) -> dict[str, Any]:
    look = sa.inspect(connection)
    listed = {
        "unique": look.get_unique_constraints(name),
        "foreign keys": look.get_foreign_keys(name),
        "checks": look.get_check_constraints(name),
        "indexes": look.get_indexes(name),
    }
    quoted = connection.dialect.identifier_preparer.quote(name)
    rows = connection.execute(sa.text(f"SELECT * FROM {quoted}")).all()
    return {
        "columns": [_column(column) for column in look.get_columns(name)],
        "primary key": _said(look.get_pk_constraint(name)),
        "rows": sorted(repr(tuple(row)) for row in rows),
    } | {kind: sorted(map(_said, parts), key=repr) for kind, parts in listed.items()}


def _column(column: Mapping[str, Any]) -> dict[str, Any]:
    return _said({**column, "type": str(column["type"])})


def _said(part: Mapping[str, Any]) -> dict[str, Any]:
    """What is said of a part; what is empty, one version of SQLAlchemy says and another does not."""
    inner = {key: _said(value) if isinstance(value, dict) else value for key, value in part.items()}
    return {key: inner[key] for key in sorted(inner) if inner[key] or key == "nullable"}
