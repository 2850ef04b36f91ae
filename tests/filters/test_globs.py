"""Declared patterns: what they leave out is neither created nor dropped, and may be referred to."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from schemadiff.autogenerate import compare_metadata
from schemadiff.migration import MigrationContext
from schemadiff.read.globs import Globs


def names(connection: sa.Connection, metadata: sa.MetaData, **opts: object) -> list[str]:
    context = MigrationContext.configure(connection, opts=dict(opts))
    return sorted(f"{diff[0]} {diff[1].name}" for diff in compare_metadata(context, metadata))


def table(metadata: sa.MetaData, name: str, *items: sa.schema.SchemaItem) -> sa.Table:
    return sa.Table(name, metadata, sa.Column("id", sa.Integer, primary_key=True), *items)


def test_an_excluded_table_is_neither_created_nor_dropped(engine: sa.Engine) -> None:
    there, models = sa.MetaData(), sa.MetaData()
    for name in ("spatial_ref_sys", "old"):
        table(there, name)
    for name in ("spatial_new", "fresh"):
        table(models, name)
    with engine.begin() as connection:
        there.create_all(connection)
        assert names(connection, models, exclude=["spatial_*"]) == [
            "add_table fresh",
            "remove_table old",
        ]


def test_only_what_is_included_takes_part(engine: sa.Engine) -> None:
    there, models = sa.MetaData(), sa.MetaData()
    table(there, "app_old"), table(there, "other_old")
    table(models, "app_new"), table(models, "other_new")
    with engine.begin() as connection:
        there.create_all(connection)
        assert names(connection, models, include=["app_*"], exclude=["*_never"]) == [
            "add_table app_new",
            "remove_table app_old",
        ]


def test_a_foreign_key_to_an_excluded_table_works(engine: sa.Engine) -> None:
    there, models = sa.MetaData(), sa.MetaData()
    table(there, "audit_log")
    table(models, "audit_log", sa.Column("more", sa.Integer))
    key = sa.Column("log", sa.ForeignKey("audit_log.id", name="fk_log"))
    table(models, "account", key)
    with engine.begin() as connection:
        there.create_all(connection)
        assert names(connection, models, exclude=["audit_*"]) == ["add_table account"]
        models.tables["account"].create(connection)
        assert names(connection, models, exclude=["audit_*"]) == []
        assert names(connection, sa.MetaData(), exclude=["audit_*"]) == ["remove_table account"]


def test_sequences_go_with_patterns_and_types_with_their_columns(
    postgresql_engine: sa.Engine,
) -> None:
    models = sa.MetaData()
    table(models, "app_one", sa.Column("mood", sa.Enum("a", "b", name="mood")))
    sa.Sequence("app_numbers", metadata=models)
    with postgresql_engine.begin() as connection:
        connection.exec_driver_sql("CREATE SEQUENCE stranger")
        assert [d[0] for d in _diffs(connection, models, include=["app_*"])] == [
            "add_sequence",
            "add_table",
        ]
        models.create_all(connection)
        assert _diffs(connection, models, include=["app_*"]) == []


def _diffs(
    connection: sa.Connection, models: sa.MetaData, **opts: object
) -> list[tuple[object, ...]]:
    context = MigrationContext.configure(connection, opts=dict(opts))
    return list(compare_metadata(context, models))


def test_a_pattern_may_name_the_schema(postgresql_engine: sa.Engine) -> None:
    with postgresql_engine.begin() as connection:
        for schema in ("audit", "app"):
            connection.exec_driver_sql(f"CREATE SCHEMA {schema}")
            connection.exec_driver_sql(f"CREATE TABLE {schema}.log (a int)")
        connection.exec_driver_sql("CREATE TABLE log (a int)")
        opts: dict[str, object] = {"include_schemas": True}
        found = _diffs(connection, sa.MetaData(), exclude=["audit.*", "public.log"], **opts)
        assert [(diff[0], diff[1].schema) for diff in found] == [("remove_table", "app")]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("pattern", "schema", "name", "matches"),
    [
        ("a*", "", "account", True),
        ("a*", "shop", "account", True),
        ("shop.*", "shop", "account", True),
        ("main.account", "", "account", True),
        ("A*", "", "account", False),
        ("accoun[st]", "", "account", True),
        ("100%", "", "100%", True),
    ],
)
def test_what_a_pattern_means(pattern: str, schema: str, name: str, matches: bool) -> None:
    assert Globs(exclude=(pattern,)).wants(schema, name, "main") is not matches
    assert Globs(include=(pattern,)).wants(schema, name, "main") is matches
