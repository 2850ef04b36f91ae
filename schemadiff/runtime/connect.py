"""From a URL to a connection, or to one clear reason why there is none.

The work to be done is handed in, because with an asyncio driver it has to run inside the event loop.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from contextvars import copy_context
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.pool import NullPool

from schemadiff.errors import CommandError, ConfigError

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

T = TypeVar("T")

PACKAGES: Mapping[str, str] = {
    "psycopg2": "psycopg2-binary",
    "psycopg": "psycopg[binary]",
    "MySQLdb": "mysqlclient",
    "pymysql": "pymysql",
    "mysql": "mysql-connector-python",
}
"""What to install where a driver's module is called differently from its package."""


class CannotConnect(CommandError):
    """The database of ``url`` (password hidden) does not let us in; ``reason`` is its own first line."""

    def __init__(self, url: str, reason: str, hint: str = "") -> None:
        super().__init__(f"cannot connect to {url}: {reason}", hint=hint)
        self.url = url
        self.reason = reason


class NoFile(CannotConnect):
    """The SQLite file of ``url`` is not there, and is not to be made."""


def parse_url(text: str | URL) -> URL:
    """The URL, checked: its dialect exists and its driver is installed. Raises ConfigError."""
    url = _parsed(text)
    try:
        url.get_dialect().import_dbapi()
    except NoSuchModuleError as error:
        raise ConfigError(
            f"no database is called {url.drivername!r} (URL {hidden(url)})",
            hint="for example sqlite:///app.db, postgresql+psycopg://…, mysql+pymysql://…",
        ) from error
    except ImportError as error:
        raise ConfigError(
            f"the driver of {hidden(url)} is not installed: {error}", hint=_install(error)
        ) from error
    return url


def hidden(url: URL) -> str:
    """The URL as it may be shown: with *** for the password."""
    return url.render_as_string(hide_password=True)


def engine_from_url(text: str | URL, **options: object) -> sa.Engine:
    """An engine that keeps no connection open behind our back."""
    return sa.create_engine(parse_url(text), **{"poolclass": NullPool, **options})


Missing = Literal["make", "refuse", "imagine"]
"""What to do about a SQLite file that does not exist: make it, refuse, or take an empty one in memory."""


def with_connection(
    text: str | URL, work: Callable[[Connection], T], *, missing: Missing = "make"
) -> T:
    """What ``work`` returns for a connection to ``text``, which is closed afterwards.

    Raises ConfigError for a bad URL and CannotConnect.
    """
    url = _existing(parse_url(text), missing)
    if url.get_dialect().is_async:
        return _finished(_asynchronously(url, work))
    engine = engine_from_url(url)
    try:
        connection = engine.connect()
    except (DBAPIError, OSError) as error:
        raise _cannot_connect(url, error) from error
    with connection, _a_database(url):
        return work(connection)


@contextmanager
def _a_database(url: URL) -> Iterator[None]:
    """The block; SQLite finds out only when it reads that a file is something else. Raises CannotConnect."""
    try:
        yield
    except DBAPIError as error:
        if getattr(error.orig, "sqlite_errorname", "") == "SQLITE_NOTADB":
            raise _cannot_connect(url, error) from error
        raise


def _finished(task: Coroutine[object, object, T]) -> T:
    """The result of ``task``, run in an event loop of its own: where one is running already, in a thread beside it."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(task)
    from concurrent.futures import ThreadPoolExecutor

    # The thread takes the context variables along: `context` and `op` mean the same in it.
    with ThreadPoolExecutor(max_workers=1) as beside:
        return beside.submit(copy_context().run, lambda: asyncio.run(task)).result()


async def _asynchronously(url: URL, work: Callable[[Connection], T]) -> T:
    # needs greenlet, which SQLAlchemy 2.1 does not bring along; only async people have it
    from sqlalchemy.ext.asyncio import AsyncEngine

    engine = AsyncEngine(engine_from_url(url))
    try:
        connection = await _opened(engine, url)
        try:
            return await connection.run_sync(work)
        finally:
            await connection.close()
    finally:
        await engine.dispose()


async def _opened(engine: AsyncEngine, url: URL) -> AsyncConnection:
    try:
        return await engine.connect()
    except Exception as error:  # asyncpg raises its own exceptions here, unwrapped
        raise _cannot_connect(url, error) from error


def _parsed(text: str | URL) -> URL:
    try:
        return sa.make_url(text)
    except (ArgumentError, ValueError) as error:
        # The text itself may hold a password: it is never repeated.
        raise ConfigError(
            "this is no database URL",
            hint="it looks like sqlite:///app.db or postgresql+psycopg://user:password@host/name",
        ) from error


def _existing(url: URL, missing: Missing) -> URL:
    """``url``, or where its file is missing and that does not matter, one of an empty database."""
    name = url.database or ""
    if url.get_backend_name() != "sqlite" or name in ("", ":memory:") or name.startswith("file:"):
        return url
    path = Path(name)
    if path.exists():
        return url
    match missing:
        case "imagine":
            return url.set(database=":memory:")
        case "refuse":
            raise NoFile(hidden(url), f"there is no file {path}")
        case "make":
            _require_writable(url, path.parent)
            return url


def _require_writable(url: URL, folder: Path) -> None:
    if not folder.is_dir():
        raise CannotConnect(hidden(url), f"there is no folder {folder}")
    if not os.access(folder, os.W_OK):
        raise CannotConnect(hidden(url), f"the folder {folder} is not writable")


def _cannot_connect(url: URL, error: BaseException) -> CannotConnect:
    return CannotConnect(hidden(url), reason(error, url))


def reason(error: BaseException, url: URL | None = None) -> str:
    """The driver's own words in one line, without the password of ``url`` should it repeat it."""
    error = error.orig if isinstance(error, DBAPIError) and error.orig else error
    text = str(error.args[-1]) if _is_mysql(error) else str(error)
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    line = line or type(error).__name__
    return line if url is None else _without_password(line, url)


TELLING = 4
"""So many characters hardly stand in a sentence by chance."""
_SAID = ((":", "@"), ("password=", ""), ("password='", "'"))
_QUOTED = (("'", "'"), ('"', '"'))


def _without_password(line: str, url: URL) -> str:
    """A sentence less the password: wherever it stands, or only as a password where any sentence may have it.

    One that is short, or part of what is shown of the URL anyway (``postgres:postgres``), would take words and
    letters along that give nothing away.
    """
    password = str(url.password or "")
    is_shown = any(password in part for part in (url.username, url.host, url.database) if part)
    if not password:
        return line
    if len(password) >= TELLING and not is_shown:
        return line.replace(password, "***")
    for before, after in (*_SAID, *(() if is_shown else _QUOTED)):
        line = line.replace(f"{before}{password}{after}", f"{before}***{after}")
    return line


def _is_mysql(error: BaseException) -> bool:
    """MySQL's drivers carry ``(number, text)``."""
    return len(error.args) == 2 and isinstance(error.args[0], int) and error.args[0] != 0


def _install(error: ImportError) -> str:
    module = (error.name or "").partition(".")[0]
    return f"pip install {PACKAGES.get(module, module)}" if module else ""
