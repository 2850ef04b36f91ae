"""A revision that fails or is killed half-way in MariaDB, which cannot undo DDL: what is said of it is exact."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from ground import Server
from sqlalchemy import event

from schemadiff import command
from schemadiff.config import Config

from .test_live import run
from .test_scripts_mariadb import contents, nodes

BASE = (
    "CREATE TABLE u (id INT PRIMARY KEY)",
    "INSERT INTO u VALUES (1)",
    "CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(9), b INT, "
    "CONSTRAINT fk FOREIGN KEY (b) REFERENCES u (id))",
    "INSERT INTO t VALUES (1, '7', 1)",
)
REVISION = '''
"""rich"""

import sqlalchemy as sa
from schemadiff import op

revision = "r1"
down_revision = None


def upgrade():
    op.execute("INSERT INTO u VALUES (2)")
    op.execute("UPDATE t SET b = 2")
    op.add_column("t", sa.Column("c", sa.Integer, server_default="5", nullable=False))
    op.execute("UPDATE t SET c = 6")
    op.drop_constraint("fk", "t", type_="foreignkey", mysql_drop_index=True)
    op.alter_column("t", "b", type_=sa.BigInteger())
    op.alter_column("u", "id", type_=sa.BigInteger())
    op.create_foreign_key("fk", "t", "u", ["b"], ["id"])
    op.create_table("v", sa.Column("id", sa.Integer, primary_key=True))
    op.execute("INSERT INTO v VALUES (1)")
    op.drop_column("t", "a")
    op.execute("UPDATE v SET id = 3")


def downgrade():
    pass
'''
KILLED = """
import os, signal, sys
import sqlalchemy as sa
from schemadiff import command
from schemadiff.config import Config

left = [int(sys.argv[2])]

def strike(*rest):
    left[0] -= rest[2].split()[0] in {"INSERT", "UPDATE", "ALTER", "CREATE", "DROP"}
    if left[0] < 0:
        os.kill(os.getpid(), signal.SIGKILL)

sa.event.listen(sa.Engine, "before_cursor_execute", strike)
command.upgrade(Config(toml_file=sys.argv[1]), "head")
"""
CHANGES = {"INSERT", "UPDATE", "ALTER", "CREATE", "DROP"}
FIRST, LAST = 2, 15
"""The statements of the revision among those that change something: the version table comes before."""

DDL = {"ALTER", "CREATE", "DROP"}
FAILURES = {"refused": "ALTER TABLE no_such ADD x INT", "not understood": "ALTER TABEL t"}
"""What goes wrong instead of DDL: rows that were changed before are committed by the one and not by the other."""

Fresh = Callable[[], Any]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "place" in metafunc.fixturenames:
        step = 1 if metafunc.config.getoption("--converge-all") else 3
        found = [(one, place) for one in FAILURES for place in range(FIRST, LAST + 1)]
        metafunc.parametrize(("failure", "place"), found[::step])


@pytest.fixture
def fresh(server: Callable[[str], Server]) -> Fresh:
    """Makes databases."""
    return server("mariadb").fresh


def project(folder: Path, engine: sa.Engine) -> Path:
    """The configuration of a project with the one revision, on a filled database."""
    run(engine, *BASE)
    versions = folder / "migrations" / "versions"
    versions.mkdir(parents=True, exist_ok=True)
    (versions / "r1.py").write_text(REVISION, encoding="utf-8")
    url = engine.url.render_as_string(hide_password=False)
    file = folder / "pyproject.toml"
    file.write_text(
        f"[tool.schemadiff]\nurl = '{url}'\nscript_location = '{folder / 'migrations'}'\n"
    )
    return file


@contextmanager
def watched(fail_at: int = 0, failure: str = "") -> Iterator[list[str]]:
    """The statements that change something; ``failure`` is said instead of the one of that number."""
    said: list[str] = []

    def note(*rest: Any) -> tuple[str, Any]:
        if rest[2].split()[0] in CHANGES:
            said.append(" ".join(rest[2].split()))
            if len(said) == fail_at:
                return failure, ()
        return rest[2], rest[3]

    event.listen(sa.Engine, "before_cursor_execute", note, retval=True)
    try:
        yield said
    finally:
        event.remove(sa.Engine, "before_cursor_execute", note)


def complaint(file: Path, fail_at: int = 0, failure: str = "") -> list[str]:
    """The lines below the complaint of an upgrade that fails."""
    with watched(fail_at, failure), pytest.raises(sa.exc.DBAPIError) as caught:
        command.upgrade(Config(toml_file=file), "head")
    return "\n".join(getattr(caught.value, "__notes__", [])).splitlines()


def carried_out(lines: list[str]) -> list[str]:
    """The statements that the complaint says to have been carried out for good."""
    head = next((i for i, line in enumerate(lines) if "carried out before" in line), None)
    if head is None:
        return []
    rest = lines[head + 1 :]
    end = next(i for i, line in enumerate(rest) if not line.startswith("  "))
    return [line.strip() for line in rest[:end]]


def state(engine: sa.Engine) -> object:
    """Everything but the version table."""
    kept = [node for node in nodes(engine) if "version" not in node.key.table + str(node.key)]
    return kept, {name: rows for name, rows in contents(engine).items() if "version" not in name}


@pytest.fixture(scope="module")
def whole(server: Callable[[str], Server], tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The statements of the revision when nothing goes wrong, and what they lead to."""
    with server("mariadb").fresh() as engine:
        file = project(tmp_path_factory.mktemp("whole"), engine)
        with watched() as said:
            command.upgrade(Config(toml_file=file), "head")
        return said, state(engine)


def test_what_is_said_to_have_been_carried_out_is_what_was(
    failure: str, place: int, whole: Any, fresh: Fresh, tmp_path: Path
) -> None:
    said, arrived = whole
    like = (
        FAILURES[failure] if said[place - 1].split()[0] in DDL else "INSERT INTO no_such VALUES (1)"
    )
    with fresh() as engine, fresh() as other:
        file = project(tmp_path, engine)
        lines = complaint(file, place, like)
        assert lines[-1].endswith("and stamp r1")
        done = carried_out(lines)
        run(other, *BASE, *done)
        assert state(other) == state(engine)
        # carrying out the rest by hand and stamping, as the last line says, leads to the end
        assert said[FIRST - 1 : FIRST - 1 + len(done)] == done
        run(engine, *said[FIRST - 1 + len(done) : LAST])
        command.stamp(Config(toml_file=file), "r1")
        assert state(engine) == arrived
        command.upgrade(Config(toml_file=file), "head")


@pytest.mark.parametrize("killed_at", [3, 7, 11])
def test_after_a_kill_the_next_run_says_what_to_do(
    killed_at: int, whole: Any, fresh: Fresh, tmp_path: Path
) -> None:
    with fresh() as engine:
        file = project(tmp_path, engine)
        arguments = [sys.executable, "-c", KILLED, str(file), str(killed_at)]
        ran = subprocess.run(arguments, capture_output=True, text=True, check=False)
        assert ran.returncode == -signal.SIGKILL, ran.stderr
        if killed_at < 4:  # only rows were changed, and the server has rolled that back
            command.upgrade(Config(toml_file=file), "head")
            assert state(engine) == whole[1]
            return
        lines = complaint(file)
        assert any("an earlier run was cut off, what it began is still there" in x for x in lines)
        assert lines[-1].endswith("and stamp r1")


def test_where_nothing_was_changed_the_cause_is_all_there_is_to_mend(
    fresh: Fresh, tmp_path: Path
) -> None:
    with fresh() as engine:
        lines = complaint(project(tmp_path, engine), 1, "SELECT no_such_column")
        assert carried_out(lines) == []
        assert "of this revision nothing was changed: mend the cause and run this again" in lines
