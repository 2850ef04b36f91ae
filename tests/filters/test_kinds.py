"""What a filter refuses by its kind and name is neither made nor dropped, nor is what stands on it."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from schemadiff.autogenerate import compare_metadata
from schemadiff.migration import MigrationContext

KINDS = {
    "unique_constraint": "u1",
    "index": "i1",
    "check_constraint": "c1",
    "foreign_key_constraint": "f1",
}


def full() -> sa.MetaData:
    return models(
        sa.UniqueConstraint("a", name="u1"),
        sa.CheckConstraint("a > 0", name="c1"),
        sa.ForeignKeyConstraint(["p"], ["t.id"], name="f1"),
        sa.Index("i1", "b"),
    )


def models(*parts: Any) -> sa.MetaData:
    metadata = sa.MetaData()
    columns = [sa.Column(name, sa.Integer) for name in ("a", "b", "p")]
    sa.Table("t", metadata, sa.Column("id", sa.Integer, primary_key=True), *columns, *parts)
    return metadata


def names(engine: sa.Engine, metadata: sa.MetaData, **opts: Any) -> set[str]:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=opts)
        return {diff[1].name for diff in compare_metadata(context, metadata)}


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_of_object_is_refused_by_name_and_by_object(engine: sa.Engine, kind: str) -> None:
    others = set(KINDS.values()) - {KINDS[kind]}

    def by_name(name: str, type_: str, parents: Any) -> bool:
        return (type_, name) != (kind, KINDS[kind])

    def by_object(item: Any, name: str, type_: str, *rest: Any) -> bool:
        return (type_, name) != (kind, KINDS[kind])

    assert names(engine, full(), include_object=by_object) <= {"t", "i1"}
    full().create_all(engine)
    assert names(engine, models(), include_name=by_name) == others
    assert names(engine, models(), include_object=by_object) == others


def test_uniques_take_part_where_indexes_do_not(engine: sa.Engine) -> None:
    full().create_all(engine)
    metadata = models(sa.UniqueConstraint("a", name="u1"))

    def no_indexes(name: str, type_: str, parents: Any) -> bool:
        return type_ != "index"

    assert names(engine, metadata, include_name=no_indexes) == {"c1", "f1"}


def test_what_stands_on_a_column_that_is_left_out_is_left_out(engine: sa.Engine) -> None:
    full().create_all(engine)
    metadata = sa.MetaData()
    sa.Table("t", metadata, sa.Column("id", sa.Integer, primary_key=True))

    def no_columns(name: str, type_: str, parents: Any) -> bool:
        return type_ != "column" or name == "id"

    def no_column_objects(item: Any, name: str, type_: str, *rest: Any) -> bool:
        return no_columns(name, type_, None)

    assert names(engine, metadata, include_name=no_columns) == set()
    assert names(engine, metadata, include_object=no_column_objects) == set()


def test_a_condition_of_ddl_may_be_a_callable(engine: sa.Engine) -> None:
    def never(ddl: Any, target: Any, bind: Any, **kw: Any) -> bool:
        return kw["dialect"].name == "none"

    metadata = models(sa.Index("i1", "a").ddl_if(callable_=never))
    metadata.create_all(engine)
    assert names(engine, metadata) == set()
