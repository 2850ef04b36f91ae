"""Two states become one difference, whatever they are."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from fnmatch import fnmatchcase
from functools import partial
from typing import Any

from sqlalchemy.engine import Connection

from schemadiff.autogenerate.comparison import Comparison, no_collection, says_of
from schemadiff.autogenerate.matching import matched
from schemadiff.dialects.asking import Answer, Question, Unasked
from schemadiff.dialects.base import Database
from schemadiff.dialects.registry import database_for
from schemadiff.diff.pair import IMPLIED
from schemadiff.model import Index, Node, Options, Snapshot, Sql
from schemadiff.read.globs import Globs
from schemadiff.read.metadata import read_metadata
from schemadiff.read.schemas import with_missing_schemas
from schemadiff.read.scope import Filters, by_name, by_object, scope_of
from schemadiff.runtime.migration import MigrationContext
from schemadiff.settle import Ask, Says, heed, never, settle

from .across import neutral, without_implied
from .difference import SchemaDiff
from .kinds import dialect_named
from .sources import Kept, Live, Models, Source, family


@dataclass(frozen=True, slots=True)
class Terms:
    """How two states are compared, whatever they are."""

    exclude: tuple[str, ...] = ()
    """Patterns of table names (``schema.name`` outside the default schema) that take no part."""
    globs: Globs = field(default_factory=Globs)
    """What the project's configuration includes and excludes."""
    filters: Filters = field(default_factory=Filters)
    """What an env.py leaves out of its database, which is the second of the two states."""
    include_schemas: bool = False
    version_table: tuple[str | None, str] = (None, "alembic_version")
    """Schema and name of the table that is ours."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """What ``configure()`` is told: whether types and defaults are compared, and how what differs is written."""
    asked: Live | None = None
    """A database of the right kind that can be asked where neither state is one."""
    dialect: str = "sqlite"
    """The language of states that have none of their own."""


def compare_sources(a: Source, b: Source, terms: Terms = Terms()) -> SchemaDiff:
    """What turns ``a`` into ``b``.

    States of different kinds of databases are compared as far as that has meaning, and it is said so.
    Nothing is left behind in any database.
    """
    began = time.monotonic()
    with no_collection():
        kinds = {family(source) for source in (a, b)} - {""}
        found = _across(a, b, terms) if len(kinds) > 1 else _of_one_kind(a, b, terms)
    return replace(found, seconds=time.monotonic() - began)


def _of_one_kind(a: Source, b: Source, terms: Terms) -> SchemaDiff:
    host = next((source for source in (a, b) if isinstance(source, Live)), terms.asked)
    if host is None:
        kind = family(a) or family(b) or terms.dialect
        return _compared(a, b, _Sides.without_database(a, b, kind, terms), terms)
    # Another database is read before: with an asyncio driver two cannot be connected to at once.
    apart = {id(s): read_apart(s, terms) for s in (a, b) if isinstance(s, Live) and s is not host}

    def work(connection: Connection) -> SchemaDiff:
        return _compared(a, b, _Sides.on(connection, a, b, host, apart, terms), terms)

    return host.run(work)


@dataclass(frozen=True)
class _Sides:
    """Both states as snapshots in one language, and who can be asked about it."""

    database: Database
    old: Snapshot
    new: Snapshot
    ask: Ask | None
    context: MigrationContext
    schemas: Callable[[], Iterable[str]] = tuple
    """What schemas the database has that is asked, where one is."""

    @classmethod
    def without_database(cls, a: Source, b: Source, kind: str, terms: Terms) -> _Sides:
        dialect = dialect_named(kind)
        database = database_for(dialect)
        old, new = (_at_hand(source, database) for source in (a, b))
        assert old is not None
        assert new is not None
        context = MigrationContext.configure(dialect=dialect, opts=terms.options)
        return cls(database, old, new, None, context)

    @classmethod
    def on(
        cls,
        connection: Connection,
        a: Source,
        b: Source,
        host: Live,
        apart: Mapping[int, Snapshot],
        terms: Terms,
    ) -> _Sides:
        database = database_for(connection.dialect)
        database.meet(connection)
        at_hand = [apart.get(id(s), _at_hand(s, database)) for s in (a, b)]
        read = partial(read_live, connection, database, terms)
        both = (
            at_hand[0] if at_hand[0] is not None else read(at_hand[1] or Snapshot()),
            at_hand[1] if at_hand[1] is not None else read(at_hand[0] or Snapshot()),
        )
        context = MigrationContext.configure(
            dialect=connection.dialect, opts={**terms.options, "as_sql": True}
        )
        context.database = database
        schemas = partial(database.schemas, connection)
        return cls(database, *both, partial(database.ask, connection), context, schemas)


def _at_hand(source: Source, database: Database) -> Snapshot | None:
    """A state for which no database is needed."""
    match source:
        case Models(metadata=metadata):
            return read_metadata(metadata, database)
        case Kept(snapshot=snapshot):
            return snapshot
        case Live():
            return None


def read_apart(source: Live, terms: Terms, wanted: Snapshot | None = None) -> Snapshot:
    """A database by itself; of other schemas only what ``wanted`` has, unless they are asked for."""

    def work(connection: Connection) -> Snapshot:
        database = database_for(connection.dialect)
        database.meet(connection)
        return read_live(connection, database, terms, wanted or Snapshot())

    return source.run(work)


def read_live(
    connection: Connection, database: Database, terms: Terms, wanted: Snapshot
) -> Snapshot:
    """A live database; of other schemas only what ``wanted`` has, unless they are asked for."""
    schema, name = terms.version_table
    filters = replace(
        terms.filters,
        include_schemas=terms.include_schemas,
        own_tables=frozenset({(database.schema(schema), name)}),
    )
    return database.read(connection, scope_of(filters, connection, database, wanted))


def _compared(a: Source, b: Source, sides: _Sides, terms: Terms) -> SchemaDiff:
    old, new = (_taking_part(side, terms, sides.database) for side in (sides.old, sides.new))
    old, new = _filtered(old, new, terms.filters, sides.database)
    spelt = (_is_spelt(a), _is_spelt(b))
    flipped = spelt == (False, True)
    found, wanted = (new, old) if flipped else (old, new)
    database = sides.database
    ask = sides.ask or (partial(_as_written, database) if spelt[0] == spelt[1] else _nobody)
    if spelt == (False, False):
        # The database spells the model that stands for it too.
        found = settle(wanted, found, database, ask).new
    wanted = with_missing_schemas(found, wanted, database, sides.schemas)
    of_models = spelt[0] != spelt[1]
    if spelt == (True, True):
        wanted = _explicit(found, wanted)
    says = partial(_says, sides.context, of_models and any(isinstance(s, Models) for s in (a, b)))
    result = matched(found, wanted, database, ask, says, of_models=of_models)
    new = result.new if sides.ask is not None else _unverified(result.new)
    comparison = Comparison(
        sides.context, result.old, new, result.undecided, result.renames, _has_names(a, b)
    )
    return SchemaDiff(comparison, a.label, b.label, flipped)


def _says(context: MigrationContext, of_models: bool, found: Snapshot) -> Says:
    """What the configuration says of types and defaults; of models, as a comparison with a database asks it.

    Of states that are none, only whether types and defaults are compared at all: callables speak of columns of models.
    """
    return says_of(context, found) if of_models else _whether(context.opts)


def _whether(options: Mapping[str, Any]) -> Says:
    """Whether types are compared, and defaults."""
    names = ("compare_type", "compare_server_default")
    types, defaults = (None if options.get(name, True) else never for name in names)
    return Says(types, defaults)


def _explicit(found: Snapshot, wanted: Snapshot) -> Snapshot:
    """``wanted`` as if people had written it: an index that only serves a foreign key is none of its own."""
    implied = [i for i in wanted.each(Index) if IMPLIED in dict(i.options)]
    plain = (replace(i, options=_less(i.options)) for i in implied if i.key in found)
    return wanted.without([i.key for i in implied]).having(plain) if implied else wanted


def _less(options: Options) -> Options:
    return tuple(option for option in options if option[0] != IMPLIED)


def _is_spelt(source: Source) -> bool:
    return source.spelt if isinstance(source, Kept) else isinstance(source, Live)


def _has_names(*sources: Source) -> bool:
    """Whether models make constraint names from names, so that a name of the database must be final."""
    several = [one for s in sources if isinstance(s, Models) for one in s.metadata]
    return any(set(one.naming_convention) - {"ix"} for one in several)


def without_tables(snapshot: Snapshot, patterns: Sequence[str]) -> Snapshot:
    """``snapshot`` less the tables whose names match, with all that belongs to them."""
    if not patterns:
        return snapshot
    gone = {t.key for t in snapshot.tables() if any(fnmatchcase(str(t.key), p) for p in patterns)}
    return snapshot.without([key for key in snapshot if key.table and key.owner in gone])


def _taking_part(snapshot: Snapshot, terms: Terms, database: Database) -> Snapshot:
    """``snapshot`` less what the command or the configuration leaves out."""
    left = without_tables(snapshot, terms.exclude)
    return terms.globs.applied(left, database.default_schema_name)


def _filtered(
    old: Snapshot, new: Snapshot, filters: Filters, database: Database
) -> tuple[Snapshot, Snapshot]:
    """Both sides less what the environment of ``new`` leaves out, which is the database to its filters."""
    if filters.include_name is None and filters.include_object is None:
        return old, new
    every = replace(filters, include_schemas=True)
    named = by_name(every, new, old, unique_is_index=database.unique_is_index)
    left, wanted = by_object(every, named, old, database)
    return wanted, left


# ---- nobody to ask ---------------------------------------------------------------------------


def _nobody(questions: Sequence[Question], setup: Sequence[str]) -> list[Answer]:
    return [Unasked("there is no database to ask") for _ in questions]


def _as_written(
    database: Database, questions: Sequence[Question], setup: Sequence[str]
) -> list[Answer]:
    """Texts that were written in one manner differ where their words do."""
    return [q.index if q.index is not None else database.plain(q.sql) for q in questions]


def _unverified(snapshot: Snapshot) -> Snapshot:
    """``snapshot`` with every text that nobody was asked about marked so."""
    return snapshot.having(_marked(snapshot.values()))


def _marked(nodes: Iterable[Node]) -> Iterable[Node]:
    for node in nodes:
        texts = {f.name: getattr(node, f.name) for f in fields(node) if f.init}
        doubtful: dict[str, Any] = {
            name: replace(sql, how="unverified")
            for name, sql in texts.items()
            if isinstance(sql, Sql) and sql.how == "database"
        }
        if doubtful:
            yield replace(node, **doubtful)


# ---- different kinds of databases ------------------------------------------------------------


def _across(a: Source, b: Source, terms: Terms) -> SchemaDiff:
    """Databases of different kinds, by what both of them mean."""
    old, new = without_implied(*(_neutral(source, terms) for source in (a, b)))
    context = MigrationContext.configure(dialect_name="default", opts=terms.options)
    comparison = Comparison(context, old, heed(old, new, _whether(terms.options)))
    languages = (family(a), family(b))
    kinds = " and ".join(languages)
    remark = (
        f"{kinds} are different databases: tables, columns, generic types, keys and indexes are "
        "compared; defaults, checks, generated columns and options are not"
    )
    return SchemaDiff(comparison, a.label, b.label, remarks=(remark,), languages=languages)


def _neutral(source: Source, terms: Terms) -> Snapshot:
    database = database_for(dialect_named(family(source)))
    match source:
        case Kept(snapshot=snapshot):
            pass
        case Live():
            snapshot = read_apart(source, terms)
        case Models():
            raise TypeError("models speak every language")
    return neutral(_taking_part(snapshot, terms, database), database)
