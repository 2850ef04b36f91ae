"""PostgreSQL: an upgrade fails at each of its statements, or is killed; what is left, and whether it can go on."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from schemadiff import command
from schemadiff.config import Config
from schemadiff.dialects.base import Scope
from schemadiff.dialects.registry import database_for
from schemadiff.model import Snapshot

RICH = '''
"""rich"""
import os, signal
import sqlalchemy as sa
from schemadiff import op

revision, down_revision = "0001", None


def upgrade() -> None:
    op.create_enum("level", ["low", "high"])
    op.alter_enum("mood", ["sad", "ok", "glad"], existing=["sad", "ok"])
    op.create_table("new", sa.Column("id", sa.Integer, primary_key=True), sa.Column("m", sa.Enum("low", "high", name="level")))
    op.add_column("t", sa.Column("n", sa.Integer, nullable=False, server_default="5"))
    op.alter_column("t", "n", server_default=None)
    op.alter_column("t", "a", type_=sa.Integer(), existing_type=sa.String(5))
    op.create_check_constraint("ck", "t", "n > 0")
    op.execute("INSERT INTO new (id) VALUES (5)")
    op.create_foreign_key("fk", "t", "new", ["n"], ["id"], deferrable=True, initially="DEFERRED")
    if os.environ.get("KILLED"):
        os.kill(os.getpid(), signal.SIGKILL)
    op.drop_constraint("fk", "t")
    op.create_index("ix", "t", ["a"])
    op.drop_column("t", "gone")
    op.rename_table("t", "u")
    op.bulk_insert(sa.table("new", sa.column("id", sa.Integer)), [{"id": 1}, {"id": 2}])


def downgrade() -> None:
    pass
'''
CONCURRENT = '''
"""concurrent"""
import sqlalchemy as sa
from schemadiff import op

revision, down_revision = "0001", None


def upgrade() -> None:
    op.add_column("t", sa.Column("n", sa.Integer))
    op.create_index("ix", "t", ["a"], unique=True, postgresql_concurrently=True)
    op.add_column("t", sa.Column("m", sa.Integer))
    op.execute("SELECT 1 / (SELECT count(*) FROM switch)")


def downgrade() -> None:
    pass
'''
BEFORE = (
    "CREATE TYPE mood AS ENUM ('sad', 'ok')",
    "CREATE TABLE t (id int PRIMARY KEY, a varchar(5), gone text)",
    "INSERT INTO t VALUES (1, '7', 'x'), (2, '8', NULL)",
)


@pytest.fixture
def config(postgresql_engine: sa.Engine, tmp_path: Path) -> Config:
    """A project on a database with rows."""
    with postgresql_engine.begin() as connection:
        for statement in BEFORE:
            connection.exec_driver_sql(statement)
    (tmp_path / "migrations" / "versions").mkdir(parents=True)
    url = postgresql_engine.url.render_as_string(hide_password=False).replace("%", "%%")
    said = {"url": url, "script_location": str(tmp_path / "migrations")}
    lines = (f"{name} = {json.dumps(value)}\n" for name, value in said.items())
    file = tmp_path / "pyproject.toml"
    file.write_text("[tool.schemadiff]\n" + "".join(lines), encoding="utf-8")
    return Config(toml_file=file)


def write(config: Config, source: str) -> None:
    folder = Path(str(config.get_main_option("script_location")))
    (folder / "versions" / "0001_it.py").write_text(source.lstrip(), encoding="utf-8")


def state(engine: sa.Engine) -> Snapshot:
    """What the database is, less the version table."""
    with engine.connect() as connection:
        database = database_for(connection.dialect)
        return database.read(connection, Scope(wants=lambda s, t: not t.endswith("_version")))


def rows(engine: sa.Engine, sql: str) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(sql)]


class Broken(Exception):
    """What is raised in place of a statement."""


@contextmanager
def failing_at(number: int) -> Iterator[None]:
    """The block in which the statement of that number, from the first to the version's, is not carried out."""
    seen: list[str] = []

    def count(conn: object, cursor: object, statement: str, *rest: object) -> None:
        done = bool(seen) and "_version" in seen[-1]
        if not done and (seen or statement.startswith("CREATE TYPE level")):
            seen.append(statement)
            if len(seen) == number:
                raise Broken(statement)

    event.listen(sa.Engine, "before_cursor_execute", count)
    try:
        yield
    finally:
        event.remove(sa.Engine, "before_cursor_execute", count)


def _broken_at(number: int, config: Config) -> Broken | None:
    with failing_at(number):
        try:
            command.upgrade(config, "head")
        except Broken as broken:
            return broken
    return None


def test_a_failure_at_any_statement_leaves_the_database_as_it_was(
    config: Config, postgresql_engine: sa.Engine
) -> None:
    write(config, RICH)
    before = state(postgresql_engine)
    number = 1
    while failed := _broken_at(number, config):
        assert "rolled back: upgrade  -> 0001" in failed.__notes__[0]
        assert state(postgresql_engine) == before
        assert rows(postgresql_engine, "SELECT a, gone FROM t ORDER BY id") == [
            ("7", "x"),
            ("8", None),
        ]
        number += 1
    assert number > 16
    assert rows(postgresql_engine, "SELECT a, n FROM u ORDER BY id") == [(7, 5), (8, 5)]
    assert rows(postgresql_engine, "SELECT count(*) FROM new") == [(3,)]


def test_an_upgrade_that_was_killed_can_be_run_again(
    config: Config, postgresql_engine: sa.Engine
) -> None:
    write(config, RICH)
    before = state(postgresql_engine)
    words = [
        sys.executable,
        "-m",
        "schemadiff",
        "-c",
        str(config.toml_file_name),
        "upgrade",
        "head",
    ]
    killed = subprocess.run(words, env={"KILLED": "1"}, capture_output=True, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert state(postgresql_engine) == before
    command.upgrade(config, "head")
    assert rows(postgresql_engine, "SELECT a, n FROM u ORDER BY id") == [(7, 5), (8, 5)]


def test_what_a_revision_committed_on_its_way_is_named(
    config: Config, postgresql_engine: sa.Engine
) -> None:
    write(config, CONCURRENT)
    with postgresql_engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE switch (a int)")
    with pytest.raises(sa.exc.DataError) as failed:
        command.upgrade(config, "head")
    said = failed.value.__notes__[0]
    kept, _, undone = said.partition("and these were rolled back:")
    assert "ADD COLUMN n INTEGER" in kept
    assert "CREATE UNIQUE INDEX CONCURRENTLY ix" in kept
    assert "ADD COLUMN m INTEGER" in undone
    assert "stamp 0001" in undone
    found = sa.inspect(postgresql_engine)
    assert [column["name"] for column in found.get_columns("t")] == ["id", "a", "gone", "n"]
    assert [index["name"] for index in found.get_indexes("t")] == ["ix"]


def test_an_index_that_could_not_be_built_is_spoken_of(
    config: Config, postgresql_engine: sa.Engine
) -> None:
    write(config, CONCURRENT)
    with postgresql_engine.begin() as connection:
        connection.exec_driver_sql("UPDATE t SET a = 'same'")
    with pytest.raises(sa.exc.IntegrityError) as failed:
        command.upgrade(config, "head")
    said = failed.value.__notes__[0]
    assert "INVALID index" in said
    assert "ADD COLUMN n INTEGER" in said
    assert rows(
        postgresql_engine, "SELECT indisvalid FROM pg_index WHERE indexrelid = 'ix'::regclass"
    ) == [(False,)]
