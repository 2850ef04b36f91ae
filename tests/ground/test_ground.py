"""The databases under the other tests are what those take them for."""

from __future__ import annotations

import sqlalchemy as sa


def test_every_database_is_fresh_and_empty(engine: sa.Engine) -> None:
    assert sa.inspect(engine).get_table_names() == []
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE left_behind (id INTEGER)")


def test_every_database_is_fresh_and_empty_again(engine: sa.Engine) -> None:
    test_every_database_is_fresh_and_empty(engine)


def test_mariadb_speaks_utf8mb4(mariadb_engine: sa.Engine) -> None:
    with mariadb_engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT @@character_set_database").scalar() == "utf8mb4"


def test_postgresql_speaks_utf8(postgresql_engine: sa.Engine) -> None:
    with postgresql_engine.connect() as connection:
        assert connection.exec_driver_sql("SHOW server_encoding").scalar() == "UTF8"
