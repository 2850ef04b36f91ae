"""Rendered source, run: what an expression makes when only its own imports are there."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import SimpleNamespace

import sqlalchemy as sa
from sqlalchemy.dialects import mssql, mysql, oracle, postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.elements import conv

from schemadiff.render.call import Expression
from schemadiff.render.layout import expression, expression_imports

DIALECTS: dict[str, Dialect] = {
    "sqlite": sqlite.dialect(),
    "postgresql": postgresql.dialect(),
    "mysql": mysql.dialect(),
    "mssql": mssql.dialect(),
    "oracle": oracle.dialect(),
}


def evaluated(value: Expression, convention: Mapping[str, str] | None = None) -> object:
    """The object that the source of ``value`` makes; ``op`` makes tables and marks names.

    ``convention`` is that of the models, which operations apply to names that are not marked.
    """
    names: dict[str, object] = {}
    exec("\n".join(i for i in expression_imports(value) if " op" not in i), names)
    names["op"] = SimpleNamespace(f=conv, create_table=partial(_table, convention))
    return eval(expression(value), names)


def _table(
    convention: Mapping[str, str] | None, name: str, *args: sa.schema.SchemaItem, **kwargs: object
) -> sa.Table:
    made = sa.Table(name, sa.MetaData(naming_convention=convention), *args, **kwargs)  # type: ignore[arg-type]
    for key in made.foreign_keys:
        _make_target(made.metadata, key.target_fullname)
    return made


def _make_target(metadata: sa.MetaData, target: str) -> None:
    table, _, column = target.rpartition(".")
    schema, _, name = table.rpartition(".")
    found = sa.Table(name, metadata, schema=schema or None, keep_existing=True)
    if column not in found.columns:
        found.append_column(sa.Column(column, sa.Integer()))


def in_each_dialect(clause: object) -> dict[str, str]:
    """How each dialect compiles something, or why it does not."""
    return {name: _compiled(clause, dialect) for name, dialect in DIALECTS.items()}


def _compiled(clause: object, dialect: Dialect) -> str:
    try:
        return str(clause.compile(dialect=dialect))  # type: ignore[attr-defined]
    except (sa.exc.SQLAlchemyError, AttributeError, NotImplementedError, TypeError) as error:
        return f"{type(error).__name__}"
