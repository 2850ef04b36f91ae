"""One state by itself."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.engine import Connection

from schemadiff.dialects.base import Database
from schemadiff.dialects.registry import database_for
from schemadiff.model import Snapshot
from schemadiff.read.metadata import read_metadata

from .comparing import Terms, read_live, without_tables
from .kinds import dialect_named
from .sources import Kept, Live, Models, Source, family


@dataclass(frozen=True, slots=True)
class Seen:
    """A state in the language of ``database``; ``spelt`` if a database has spelt its texts."""

    database: Database
    snapshot: Snapshot
    spelt: bool
    groundwork: tuple[str, ...] = ()
    """The SQL of what the state stands on and is no part of it."""


def seen(source: Source, terms: Terms) -> Seen:
    """What a state is, less what is left out by ``terms``."""
    match source:
        case Live():
            return source.run(lambda connection: _live(connection, terms))
        case Kept(snapshot=snapshot, spelt=spelt):
            database = database_for(dialect_named(source.dialect))
        case Models(metadata=metadata):
            database = database_for(dialect_named(family(source) or terms.dialect))
            snapshot, spelt = read_metadata(metadata, database), False
    return Seen(database, without_tables(snapshot, terms.exclude), spelt)


def _live(connection: Connection, terms: Terms) -> Seen:
    database = database_for(connection.dialect)
    database.meet(connection)
    found = read_live(connection, database, terms, Snapshot())
    left = without_tables(found, terms.exclude)
    return Seen(database, left, True, database.groundwork(connection, left))
