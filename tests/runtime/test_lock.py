"""Processes that upgrade one database at the same time take turns."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

import schemadiff
from schemadiff.runtime.lock import MigrationLocked, lock_for, wait_until

REVISION = """\
import time
from schemadiff import op
import sqlalchemy as sa

revision = "{id}"
down_revision = {down!r}


def upgrade():
    time.sleep(0.1)
    op.create_table("t{id}", sa.Column("id", sa.Integer, primary_key=True))
    op.execute("INSERT INTO t{id} VALUES (1)")


def downgrade():
    op.drop_table("t{id}")
"""


def make_project(folder: Path, url: str, more: str = "") -> None:
    versions = folder / "migrations" / "versions"
    versions.mkdir(parents=True)
    escaped = url.replace("%", "%%")
    (folder / "schemadiff.ini").write_text(
        f"[schemadiff]\nscript_location = migrations\nurl = {escaped}\n{more}"
    )
    ids = ["a1", "a2", "a3"]
    for down, name in zip([None, *ids], ids, strict=False):
        (versions / f"{name}_.py").write_text(REVISION.format(id=name, down=down))


def start(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "schemadiff", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(Path(schemadiff.__file__).parent.parent)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def url_of(engine: sa.Engine) -> str:
    return engine.url.render_as_string(hide_password=False)


@pytest.mark.parametrize("more", ["", "transaction_per_migration = true\n"])
def test_two_processes_upgrade_at_once_and_each_revision_is_applied_once(
    engine: sa.Engine, tmp_path: Path, more: str
) -> None:
    if more and engine.dialect.name == "sqlite":
        pytest.skip("SQLite's lock is the transaction")
    make_project(tmp_path, url_of(engine), more)
    processes = [start(tmp_path, "upgrade", "head") for _ in range(2)]
    outcomes = [(process.communicate(timeout=60)[0], process.returncode) for process in processes]
    assert [code for _, code in outcomes] == [0, 0], outcomes
    said = "".join(text for text, _ in outcomes)
    assert [said.count(f"-> {name}") for name in ("a1", "a2", "a3")] == [1, 1, 1]
    with engine.connect() as connection:
        for name in ("a1", "a2", "a3"):
            assert connection.scalar(sa.text(f"SELECT count(*) FROM t{name}")) == 1
        assert connection.scalars(sa.text("SELECT version_num FROM alembic_version")).all() == [
            "a3"
        ]


def test_waiting_ends_with_one_clear_line(postgresql_engine: sa.Engine, tmp_path: Path) -> None:
    make_project(tmp_path, url_of(postgresql_engine), "migration_lock_timeout = 0\n")
    with postgresql_engine.connect() as connection:
        lock = lock_for(connection, None, "alembic_version")
        assert lock is not None
        lock.take(0)
        process = start(tmp_path, "upgrade", "head")
        said = process.communicate(timeout=60)[0]
        lock.release()
    assert process.returncode == 4
    assert "error: another process is migrating this database" in said
    assert "Traceback" not in said


def test_who_only_looks_waits_for_nobody(engine: sa.Engine, tmp_path: Path) -> None:
    make_project(tmp_path, url_of(engine))
    assert start(tmp_path, "upgrade", "a1").wait(60) == 0
    with engine.connect() as connection, connection.begin():
        lock = lock_for(connection, None, "alembic_version")
        if lock is not None:
            lock.take(0)
        process = start(tmp_path, "current")
        assert process.communicate(timeout=30)[0] == "a1\n"
        if lock is not None:
            lock.release()


def test_the_lock_is_gone_after_a_failure(engine: sa.Engine, tmp_path: Path) -> None:
    make_project(tmp_path, url_of(engine))
    broken = tmp_path / "migrations" / "versions" / "a2_.py"
    whole = broken.read_text()
    broken.write_text(whole.replace("time.sleep(0.1)", "raise RuntimeError('broken')"))
    assert start(tmp_path, "upgrade", "head").wait(60) == 4
    broken.write_text(whole)
    assert start(tmp_path, "upgrade", "head").wait(60) == 0


def test_waiting_is_bounded() -> None:
    with pytest.raises(MigrationLocked, match=r"waited 0\.2 seconds"):
        wait_until(lambda: False, 0.2)
