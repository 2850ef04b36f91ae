"""A URL leads to a connection or to one clear line, never to a password on the screen."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from schemadiff.errors import ConfigError
from schemadiff.runtime.connect import CannotConnect, parse_url, reason, with_connection

SECRET = "s3cr3t"


def said(error: ConfigError | CannotConnect) -> str:
    return f"{error.message}\n{error.hint}"


def test_an_unknown_database_is_named() -> None:
    with pytest.raises(ConfigError, match="'nosuch'") as caught:
        parse_url(f"nosuch://me:{SECRET}@host/db")
    assert SECRET not in said(caught.value)


def test_a_known_dialect_without_its_driver_says_what_to_install() -> None:
    with pytest.raises(ConfigError, match="not installed") as caught:
        parse_url(f"mysql+mysqldb://me:{SECRET}@host/db")
    assert caught.value.hint == "pip install mysqlclient"
    assert SECRET not in said(caught.value)


def test_text_that_is_no_url_is_not_repeated() -> None:
    with pytest.raises(ConfigError, match="no database URL") as caught:
        parse_url(SECRET)
    assert SECRET not in said(caught.value)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql+psycopg://me:{SECRET}@127.0.0.1:9/db",
        f"postgresql+asyncpg://me:{SECRET}@127.0.0.1:9/db",
        f"mysql+pymysql://me:{SECRET}@127.0.0.1:9/db",
    ],
)
def test_a_server_that_is_down_is_one_line_without_the_password(url: str) -> None:
    pytest.importorskip("asyncpg")
    with pytest.raises(CannotConnect) as caught:
        with_connection(url, lambda connection: None)
    assert SECRET not in said(caught.value)
    assert "***" in caught.value.message
    assert "\n" not in caught.value.message
    assert caught.value.exit_code == 4


def test_a_wrong_password_is_told(mariadb_engine: sa.Engine) -> None:
    url = mariadb_engine.url.set(username="nobody_here", password=SECRET)
    with pytest.raises(CannotConnect, match="nobody_here") as caught:
        with_connection(url, lambda connection: None)
    assert SECRET not in said(caught.value)


def test_reading_creates_no_sqlite_file(tmp_path: Path) -> None:
    path = tmp_path / "none.db"
    with pytest.raises(CannotConnect, match="there is no file"):
        with_connection(f"sqlite:///{path}", lambda connection: None, missing="refuse")
    assert not path.exists()


def test_where_it_does_not_matter_a_missing_file_is_an_empty_database(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/none.db"
    assert with_connection(url, lambda c: sa.inspect(c).get_table_names(), missing="imagine") == []
    assert not (tmp_path / "none.db").exists()


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(CannotConnect, match="there is no folder"):
        with_connection(f"sqlite:///{tmp_path}/no/where.db", lambda connection: None)


@pytest.mark.parametrize("driver", ["sqlite", "sqlite+aiosqlite"])
def test_the_work_is_done_on_a_connection_whatever_the_driver(tmp_path: Path, driver: str) -> None:
    if "aio" in driver:
        pytest.importorskip("aiosqlite")
    url = f"{driver}:///{tmp_path}/a.db"
    assert with_connection(url, lambda c: c.scalar(sa.text("select 42"))) == 42


def test_an_error_of_the_work_is_left_as_it_is(tmp_path: Path) -> None:
    def fail(connection: sa.Connection) -> None:
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        with_connection(f"sqlite:///{tmp_path}/a.db", fail)


@pytest.mark.parametrize(
    ("url", "line", "shown"),
    [
        ("postgresql://me:s3cr3t@h/d", "what is s3cr3t? s3cr3t!", "what is ***? ***!"),
        ("postgresql://me:a@h/d", "a table is missing at me:a@h", "a table is missing at me:***@h"),
        ("postgresql://me:a@h/d", "a word after 'a'", "a word after '***'"),
        ("postgresql://postgres:postgres@h/d", 'no user "postgres"', 'no user "postgres"'),
        ("postgresql://me:shop@h/shop", "d=shop password=shop", "d=shop password=***"),
        ("postgresql://me@h/d", "nothing to hide", "nothing to hide"),
    ],
)
def test_a_password_is_hidden_without_taking_words_along(url: str, line: str, shown: str) -> None:
    assert reason(OSError(line), sa.make_url(url)) == shown
