"""MigrationContext: one database, its version table, and how what is done to it is wrapped in transactions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Dialect, Engine
from sqlalchemy.engine.default import DefaultDialect

from schemadiff.dialects.base import Database
from schemadiff.dialects.registry import database_for, told
from schemadiff.errors import CommandError, UsageError
from schemadiff.execute import ConnectionSink, Sink, TextSink
from schemadiff.script import Script, ScriptDirectory
from schemadiff.script.revision import RevisionMap
from schemadiff.script.rows import RevisionStep, StampStep

from .failure import Progress
from .impl import DefaultImpl, implementation
from .lock import SessionLock, lock_for
from .options import Opts, callbacks, merged, output_buffer, require_sense
from .steps import MigrationInfo, Step
from .transaction import Transaction, is_open, is_real, make_real, no_trace, transaction_on
from .version_table import VersionTable

if TYPE_CHECKING:  # a comparison does without operations
    from schemadiff.operations.late import Late

__all__ = ["MigrationContext", "MigrationInfo", "RevisionStep", "StampStep"]

Migrations = Callable[[tuple[str, ...], "MigrationContext"], Iterable[Step]]
"""Given the heads in the database, the steps to take; called once by ``run_migrations``."""


class MigrationContext:
    """What `op` works on: a connection or a text file, the dialect, the options in force.

    Made by ``MigrationContext.configure(connection)`` stand-alone, or by ``EnvironmentContext.configure``.
    """

    def __init__(
        self,
        dialect: Dialect,
        connection: Connection | None,
        opts: Mapping[str, Any],
        environment_context: object = None,
    ) -> None:
        self.environment_context = environment_context
        self.opts: Opts = merged(opts)
        self.dialect = dialect
        self.as_sql: bool = bool(opts.get("as_sql", False))
        self.connection = None if self.as_sql else connection
        self.database: Database = database_for(dialect)
        self.transactional_ddl = self._has_transactional_ddl()
        self.transaction_per_migration: bool = self.opts["transaction_per_migration"]
        require_sense(self.opts, self.connection is not None)
        self.output_buffer = output_buffer(opts)
        self.on_version_apply_callbacks = callbacks(self.opts.get("on_version_apply"))
        self._migrations: Migrations | None = opts.get("fn")
        self._transaction: Transaction | None = None
        self._lock: SessionLock | None = None
        self._is_callers = self.connection is not None and is_open(self.connection)
        self._progress = self._fresh_progress()
        self.sink: Sink = self._sink()
        self.late: Late | None = None
        self.impl = DefaultImpl.for_context(self)
        self.versions = VersionTable(
            self.opts["version_table"],
            self.opts["version_table_schema"],
            self.opts["version_table_pk"],
            self.impl.version_table_impl,
        )

    # ---- making one --------------------------------------------------------------------------

    @classmethod
    def configure(
        cls,
        connection: Connection | None = None,
        url: str | URL | None = None,
        dialect_name: str | None = None,
        dialect: Dialect | None = None,
        environment_context: object = None,
        dialect_opts: Mapping[str, Any] | None = None,
        opts: Mapping[str, Any] | None = None,
    ) -> MigrationContext:
        """A context for the first of ``connection``, ``url``, ``dialect_name`` and ``dialect`` that is given.

        ``opts`` are the parameters of ``EnvironmentContext.configure``. Only with a connection can anything
        be executed; the others serve ``--sql``.
        """
        if isinstance(connection, Engine) or hasattr(connection, "run_sync"):
            raise UsageError(
                f"configure() needs a Connection, not {type(connection).__name__}",
                hint="with engine.connect() as connection: … (asyncio: connection.run_sync(…))",
            )
        if connection is not None:
            dialect = connection.dialect
        elif url or dialect_name:
            version = (opts or {}).get("server_version")
            dialect = _dialect(url, str(dialect_name), dialect_opts or {}, version)
        elif dialect is None:
            raise UsageError("configure() needs one of connection, url, dialect_name, dialect")
        return cls(dialect, connection, opts or {}, environment_context)

    def _has_transactional_ddl(self) -> bool:
        said = self.opts.get("transactional_ddl")
        if said is None and type(self.database) is Database:
            said = implementation(self.dialect).transactional_ddl
        return self.database.transactional_ddl if said is None else bool(said)

    def _sink(self) -> Sink:
        if self.connection is not None:
            return ConnectionSink(self.connection)
        return TextSink(
            self.output_buffer,
            self.dialect,
            literal_binds=self.opts["literal_binds"],
            batch_separator=self.opts.get(f"{self.dialect.name}_batch_separator", ""),
        )

    # ---- what it knows -----------------------------------------------------------------------

    @property
    def bind(self) -> Connection | None:
        """The connection, or None where SQL is only written down."""
        return self.connection

    @property
    def script(self) -> ScriptDirectory | None:
        """The revision files, if there are any."""
        script: ScriptDirectory | None = self.opts.get("script")
        return script

    @property
    def config(self) -> Any:
        """The Config of the environment, or None stand-alone."""
        return getattr(self.environment_context, "config", None)

    @property
    def version_table(self) -> str:
        """The name of the version table."""
        return self.versions.name

    @property
    def version_table_schema(self) -> str | None:
        """The schema of the version table, None for the default one."""
        return self.versions.schema

    def get_current_heads(self) -> tuple[str, ...]:
        """The revisions that the version table holds, sorted; offline the ones a script starts from."""
        if self.connection is None:
            return self._start(self.opts.get("starting_rev"))
        with no_trace(self.connection):
            return self.versions.heads(self.connection)

    def _start(self, revision: str | Sequence[str] | None) -> tuple[str, ...]:
        """The heads that an SQL script starts from, as whole ids where the files are known."""
        if self.script is not None:
            return tuple(found.revision for found in self.script.get_revisions(revision))
        if revision is None or revision == "base":
            return ()
        return (revision,) if isinstance(revision, str) else tuple(revision)

    def get_current_revision(self) -> str | None:
        """The one revision in the version table, or None. Raises CommandError when there are several."""
        heads = self.get_current_heads()
        if len(heads) > 1:
            raise CommandError(
                f"Version table {self.version_table!r} has more than one head present; "
                "please use get_current_heads()"
            )
        return heads[0] if heads else None

    # ---- doing -------------------------------------------------------------------------------

    def execute(
        self, sql: sa.Executable | str, execution_options: Mapping[str, Any] | None = None
    ) -> None:
        """Send one statement to the database, or write it down."""
        statement = sa.text(sql) if isinstance(sql, str) else sql
        if execution_options:
            statement = statement.execution_options(**execution_options)
        self.sink.execute(statement)

    def run_migrations(self, **arguments: Any) -> None:
        """Take the steps that the command asked for; ``arguments`` go to every upgrade() and downgrade()."""
        if self._migrations is None or self.script is None:
            raise UsageError("nothing to run: this context was not made by a command")
        with self._alone():
            steps = self._migrations(self.get_current_heads(), self)
            if steps == ():
                return
            # Read again: a command may have emptied the table meanwhile.
            heads = self.get_current_heads()
            self._run(steps, self.script.revision_map, heads, arguments)

    def stamp(self, script_directory: ScriptDirectory, revision: str | Sequence[str]) -> None:
        """Make the version table say ``revision``, without running anything."""
        heads = self.get_current_heads()
        with self.begin_transaction():
            steps = script_directory.stamp_steps(revision, heads)
            # Only now: a database in the middle of a squashed revision takes that one apart.
            self._run(steps, script_directory.revision_map, heads, {})

    def _run(
        self,
        steps: Iterable[Step],
        revision_map: RevisionMap[Script],
        heads: Sequence[str],
        arguments: Mapping[str, Any],
    ) -> None:
        # Brings all operations along, which a comparison of what is in sync does without.
        from .stepping import Run

        self._progress = self._fresh_progress()
        Run(self, revision_map, self._progress, arguments).take_all(steps, heads)

    def _fresh_progress(self) -> Progress:
        one = self.transactional_ddl and (self._is_callers or not self.transaction_per_migration)
        written = self.connection is None
        return Progress(self.transactional_ddl, one, self._is_callers, only_written=written)

    def ensure_version_table(self) -> None:
        """The version table, made if it is missing."""
        if self.connection is None or not self.versions.exists(self.connection):
            self.sink.execute(self.versions.create())

    def forget_heads(self) -> None:
        """An empty version table, whatever it held."""
        with self.begin_transaction(per_migration=True):
            if self.connection is not None and self.versions.exists(self.connection):
                self.sink.execute(self.versions.delete_all())

    # ---- one at a time -----------------------------------------------------------------------

    @property
    def _patience(self) -> float | None:
        """How many seconds to wait for another process that migrates; None where nobody has to wait."""
        moves = self._migrations is not None and not self.opts.get("dont_mutate")
        return float(self.opts["migration_lock_timeout"]) if moves else None

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """No other process migrates the database; in a transaction of ours that stays so until it ends."""
        connection, patience = self.connection, self._patience
        if connection is None or patience is None or not is_real(connection) or self._lock:
            yield
            return
        versions = self.versions
        self._lock = lock_for(
            connection, versions.schema, versions.name, for_transaction=self._is_callers
        )
        if self._lock is not None:
            with no_trace(connection):
                self._lock.take(patience)
        try:
            yield
        finally:
            if self._transaction is None:
                self._release()

    def _release(self) -> None:
        """Let the next process go on; a session that is gone has let it already."""
        lock, self._lock = self._lock, None
        if lock is not None and not lock.connection.closed and not lock.connection.invalidated:
            with no_trace(lock.connection):
                lock.release()

    # ---- transactions ------------------------------------------------------------------------

    def begin_transaction(self, per_migration: bool = False) -> AbstractContextManager[Any]:
        """One transaction for everything where DDL can be undone, else (or on request) one for each revision.

        A transaction that the caller has begun is joined and never committed.
        """
        wanted = per_migration == (self.transaction_per_migration or not self.transactional_ddl)
        if self._transaction is not None:
            return nullcontext()
        if self.connection is None:
            return self._written() if wanted and self.transactional_ddl else nullcontext()
        if self._is_callers:
            make_real(self.connection)
            return nullcontext()
        if not is_real(self.connection):
            return nullcontext()
        # A revision never runs outside a transaction, even if nobody has begun one around them all.
        return self._begun() if wanted or per_migration else nullcontext()

    @contextmanager
    def autocommit_block(self) -> Iterator[None]:
        """The block runs outside any transaction (CREATE INDEX CONCURRENTLY); what came before is committed."""
        if self.connection is None:
            with self._between_transactions():
                yield
        elif self._transaction is not None:
            with self._transaction.autocommit(), self._progress.outside_transaction():
                yield
        elif is_open(self.connection):
            raise CommandError(
                "autocommit_block() would have to commit a transaction that the caller has begun",
                hint="hand over a connection without an open transaction",
            )
        else:
            with transaction_on(self.connection).autocommit():
                yield

    @contextmanager
    def _begun(self) -> Iterator[Transaction]:
        assert self.connection is not None
        self._transaction = transaction_on(self.connection, self._patience)
        outermost = self._lock is None
        try:
            with self._transaction.held() as transaction:
                yield transaction
        finally:
            self._transaction = None
            if outermost:
                self._release()

    @contextmanager
    def _written(self) -> Iterator[None]:
        for statement in self.database.before_a_script:
            self.sink.execute(statement)
        self.sink.begin()
        yield
        self.sink.commit()

    @contextmanager
    def _between_transactions(self) -> Iterator[None]:
        if self.transactional_ddl:
            self.sink.commit()
        yield
        if self.transactional_ddl:
            self.sink.begin()


def _dialect(
    url: str | URL | None, name: str, arguments: Mapping[str, Any], version: str | None
) -> Dialect:
    """The dialect of ``url``, else the one called ``name``; no driver is needed for it."""
    if not url and name == "default":
        return DefaultDialect(**arguments)
    return told(sa.make_url(url or f"{name}://"), arguments, version)
