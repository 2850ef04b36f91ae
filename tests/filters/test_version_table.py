"""The version table is made by whoever runs revisions, also where models have a table for it."""

from __future__ import annotations

import sqlalchemy as sa

from schemadiff.autogenerate import compare_metadata
from schemadiff.migration import MigrationContext


def test_a_model_of_the_version_table_is_not_compared(engine: sa.Engine) -> None:
    metadata = sa.MetaData()
    sa.Table("alembic_version", metadata, sa.Column("version_num", sa.String(32), primary_key=True))
    sa.Table("versions", metadata, sa.Column("x", sa.Integer, index=True))
    for options, missing in (
        ({}, "versions"),
        ({"version_table": "versions"}, "alembic_version"),
    ):
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts=options)
            found = compare_metadata(context, metadata)
        assert [str(table) for kind, table in found if kind == "add_table"] == [missing]
    metadata.create_all(engine)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
