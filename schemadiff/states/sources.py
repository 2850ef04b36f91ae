"""States of a schema by where they come from: a live database, models, or a snapshot that was kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Protocol, TypeAlias, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection

from schemadiff.dialects.registry import language
from schemadiff.errors import UsageError
from schemadiff.model import Snapshot
from schemadiff.model.serial import Saved, UnreadableDocument, loads
from schemadiff.runtime.connect import Missing, hidden, parse_url, with_connection
from schemadiff.runtime.models import metadata_of

T = TypeVar("T")


class Run(Protocol):
    """Carries out work on a connection and returns what it returns; leaves no transaction open."""

    def __call__(self, work: Callable[[Connection], T], /) -> T: ...


@dataclass(frozen=True, slots=True)
class Live:
    """A database that can be read and asked."""

    label: str
    run: Run
    url: URL
    is_scratch: bool = False
    """Whether the database was made for this and is empty of anybody else's things."""


@dataclass(frozen=True, slots=True)
class Models:
    """SQLAlchemy MetaData."""

    label: str
    metadata: tuple[sa.MetaData, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """A snapshot in the language of ``dialect``; ``spelt`` if a database has spelt its texts."""

    label: str
    dialect: str
    snapshot: Snapshot = field(compare=False)
    spelt: bool = True


Source: TypeAlias = Live | Models | Kept


def family(source: Source) -> str:
    """The language that a state is written in; ``""`` for models, which speak all of them."""
    match source:
        case Live(url=url):
            name = url.get_backend_name()
        case Kept(dialect=dialect):
            name = dialect
        case Models():
            return ""
    return language(name)


def live(
    url: str | URL, label: str = "", *, is_scratch: bool = False, missing: Missing = "refuse"
) -> Live:
    """The database of a URL, connected to only when it is needed. Raises ConfigError for a bad URL.

    ``missing`` is what becomes of a SQLite file that does not exist.
    """
    parsed = parse_url(url)
    shown = (parsed.database or "") if parsed.get_backend_name() == "sqlite" else ""
    return Live(label or shown or hidden(parsed), _by_url(parsed, missing), parsed, is_scratch)


def _by_url(url: URL, missing: Missing) -> Run:
    def run(work: Callable[[Connection], T], /) -> T:
        return with_connection(url, work, missing=missing)

    return run


def kept(path: Path) -> Kept:
    """The snapshot of a JSON file. Raises UnreadableDocument."""
    return of_saved(loads(text_of(path), str(path)), str(path))


def text_of(path: Path) -> str:
    """The text of a document in a file. Raises UnreadableDocument."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise UnreadableDocument(f"cannot read {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UnreadableDocument(f"cannot read {path}: it is no text in UTF-8") from error


def of_saved(saved: Saved, label: str) -> Kept:
    """A snapshot that was read from a document."""
    return Kept(label, saved.dialect, saved.snapshot, saved.spelt)


def of_object(thing: object) -> Source | None:
    """The state that an object stands for: an Engine, a Connection, MetaData or what has one; else None."""
    match thing:
        case Live() | Models() | Kept():
            return thing
        case Saved():
            return of_saved(thing, "snapshot")
        case sa.Engine():
            return Live(_shown(thing.url), _by_engine(thing), thing.url)
        case Connection():
            return Live(_shown(thing.engine.url), partial(_on_connection, thing), thing.engine.url)
        case URL():
            return live(thing)
        case Path():
            return None
    several = list(thing) if isinstance(thing, list | tuple) else [thing]
    found = [metadata_of(item) for item in several]
    if not found or None in found:
        return None
    return Models("models", tuple(metadata for metadata in found if metadata is not None))


def _shown(url: URL) -> str:
    return (url.database or "") if url.get_backend_name() == "sqlite" else hidden(url)


def _by_engine(engine: sa.Engine) -> Run:
    def run(work: Callable[[Connection], T], /) -> T:
        with engine.connect() as connection:
            return work(connection)

    return run


def _on_connection(connection: Connection, work: Callable[[Connection], T], /) -> T:
    """What ``work`` returns; a transaction that it begins by reading is ended, the caller's own is kept."""
    begun_by_caller = connection.in_transaction()
    try:
        return work(connection)
    finally:
        if not begun_by_caller and connection.in_transaction():
            connection.rollback()


def refuse_unknown(thing: object) -> UsageError:
    """What to say of an object that is no state."""
    return UsageError(
        f"{type(thing).__name__} is no state of a schema",
        hint="an Engine, a Connection, MetaData, a declarative base, a URL or another state's name",
    )
