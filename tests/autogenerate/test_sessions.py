"""What a session or whoever runs the server has set, and no model can say."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from schemadiff.autogenerate import UndecidedWarning, compare_metadata
from schemadiff.migration import MigrationContext


def models() -> sa.MetaData:
    metadata = sa.MetaData()
    sa.Table(
        "account",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(20), unique=True),
        sa.Column("age", sa.Integer),
    )
    return metadata


def test_how_the_index_of_a_key_is_stored_is_no_difference(postgresql_engine: sa.Engine) -> None:
    with postgresql_engine.connect() as connection:
        connection.exec_driver_sql(
            "CREATE TABLE account (id SERIAL PRIMARY KEY WITH (fillfactor=70), "
            "name VARCHAR(20) UNIQUE WITH (fillfactor=60), age INTEGER)"
        )
        assert compare_metadata(MigrationContext.configure(connection), models()) == []


def test_a_limit_of_the_session_hides_nothing(mariadb_engine: sa.Engine) -> None:
    models().create_all(mariadb_engine)
    with mariadb_engine.connect() as connection:
        connection.exec_driver_sql("SET sql_select_limit=1")
        assert compare_metadata(MigrationContext.configure(connection), models()) == []
        connection.invalidate()


def test_what_cannot_be_asked_is_said_in_one_warning(mariadb_engine: sa.Engine) -> None:
    metadata = models()
    sa.Table("lot", metadata, *(sa.Column(name, sa.Boolean) for name in ("is_new", "is_sold")))
    metadata.create_all(mariadb_engine)
    with mariadb_engine.connect() as connection:
        connection.exec_driver_sql("START TRANSACTION READ ONLY")
        with pytest.warns(UndecidedWarning) as found:
            assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    [warning] = found
    assert "READ ONLY" in str(warning.message)
    for name in ("lot.is_new (type)", "lot.is_sold (type)"):
        assert name in str(warning.message)
