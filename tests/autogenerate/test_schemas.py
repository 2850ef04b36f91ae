"""A schema that models live in and a database lacks is made, and dropped on the way back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from schemadiff.autogenerate import compare_metadata, produce_migrations, render_python_code
from schemadiff.migration import MigrationContext
from schemadiff.operations import Operations

NAME = "sd_other_place"


def models() -> sa.MetaData:
    metadata = sa.MetaData()
    sa.Table("item", metadata, sa.Column("id", sa.Integer, primary_key=True), schema=NAME)
    return metadata


@pytest.fixture(params=["postgresql", "mariadb"])
def connection(request: pytest.FixtureRequest) -> Iterator[sa.Connection]:
    engine: sa.Engine = request.getfixturevalue(f"{request.param}_engine")
    with engine.connect() as connection:
        yield connection
    with engine.begin() as cleaning:
        cascade = " CASCADE" if request.param == "postgresql" else ""
        cleaning.exec_driver_sql(f"DROP SCHEMA IF EXISTS {NAME}{cascade}")


@pytest.mark.parametrize("include_schemas", [True, False])
def test_it_is_made_before_what_is_in_it(connection: sa.Connection, include_schemas: bool) -> None:
    def only_ours(name: str | None, type_: str, parents: object) -> bool:
        return type_ != "schema" or name in (None, NAME)

    opts = {"include_schemas": include_schemas, "include_name": only_ours}
    context = MigrationContext.configure(connection, opts=opts)
    assert [diff[0] for diff in compare_metadata(context, models())] == ["add_schema", "add_table"]
    script = produce_migrations(context, models())
    assert script.upgrade_ops is not None
    assert script.downgrade_ops is not None
    assert f'op.create_schema("{NAME}")' in render_python_code(script.upgrade_ops)
    for ops, left in (
        (script.upgrade_ops, []),
        (script.downgrade_ops, ["add_schema", "add_table"]),
    ):
        for op in ops.ops:
            Operations(context).invoke(op)
        assert [diff[0] for diff in compare_metadata(context, models())] == left


def test_one_that_is_there_and_empty_is_not_made_again(connection: sa.Connection) -> None:
    connection.exec_driver_sql(f"CREATE SCHEMA {NAME}")
    connection.commit()
    context = MigrationContext.configure(connection)
    assert [diff[0] for diff in compare_metadata(context, models())] == ["add_table"]


def test_one_without_any_model_is_left_alone(connection: sa.Connection) -> None:
    connection.exec_driver_sql(f"CREATE SCHEMA {NAME}")
    connection.commit()
    assert compare_metadata(MigrationContext.configure(connection), sa.MetaData()) == []
