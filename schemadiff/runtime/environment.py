"""EnvironmentContext: what env.py talks to, and what runs in its place where a project has none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from contextvars import ContextVar
from types import TracebackType
from typing import Any, Literal, Unpack, overload

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection

from schemadiff.config import Config
from schemadiff.errors import UsageError
from schemadiff.script import ScriptDirectory

from .impl import DefaultImpl
from .migration import MigrationContext
from .options import ConfigureOptions, naming_options


class EnvironmentContext:
    """One run of the environment: the command's wishes, then the MigrationContext that env.py configures.

    As a context manager it is what ``from schemadiff import context`` means inside the block; blocks nest, and
    the outer one is back after the inner one, whatever was raised.
    """

    def __init__(self, config: Config, script: ScriptDirectory, **options: Any) -> None:
        self.config = config
        self.script = script
        self._asked: dict[str, Any] = options
        self.context_opts: dict[str, Any] = options
        self._context: MigrationContext | None = None
        self._leaves: list[Callable[[], None]] = []

    def __enter__(self) -> EnvironmentContext:
        self._leaves.append(CURRENT.enter(self))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._leaves.pop()()

    # ---- before configure() ------------------------------------------------------------------

    def is_offline_mode(self) -> bool:
        """True when SQL is written down instead of executed (``--sql``)."""
        return bool(self.context_opts.get("as_sql", False))

    def requires_connection(self) -> bool:
        """True when the command needs a database."""
        return not self.is_offline_mode()

    def get_head_revision(self) -> str | None:
        """The one head of the revision files. Raises when there are several."""
        return self.script.get_current_head()

    def get_head_revisions(self) -> tuple[str, ...]:
        """All heads of the revision files."""
        return tuple(self.script.get_heads())

    def get_starting_revision_argument(self) -> Any:
        """Where an SQL script starts from (``A`` of ``A:B``), as an id; None for the base."""
        return self.script.as_revision_number(self.context_opts.get("starting_rev"))

    def get_revision_argument(self) -> Any:
        """Where the command is to go, as an id."""
        return self.script.as_revision_number(self.context_opts["destination_rev"])

    def get_tag_argument(self) -> str | None:
        """The value of ``--tag``."""
        tag: str | None = self.context_opts.get("tag")
        return tag

    @overload
    def get_x_argument(self, as_dictionary: Literal[False] = False) -> list[str]: ...
    @overload
    def get_x_argument(self, as_dictionary: Literal[True]) -> dict[str, str]: ...
    def get_x_argument(self, as_dictionary: bool = False) -> list[str] | dict[str, str]:
        """The values of ``-x``: as given, or as a dictionary (no ``=`` means an empty value)."""
        values = list(getattr(self.config.cmd_opts, "x", None) or [])
        if not as_dictionary:
            return values
        return {name: value for name, _, value in (text.partition("=") for text in values)}

    # ---- configure() -------------------------------------------------------------------------

    @naming_options
    def configure(
        self,
        connection: Connection | None = None,
        url: str | URL | None = None,
        **options: Unpack[ConfigureOptions],
    ) -> None:
        """Say which database and how. May be called again for another database: the last call counts.

        What is not said here is as the dictionary ``config.attributes["configure"]`` says, else as the
        configuration file says, else as documented in ``DEFAULTS``.
        """
        self.context_opts = {
            "output_buffer": self.config.output_buffer or self.config.stdout,
            **self.config.configure_options(),
            **self.config.attributes.get("configure", {}),
            **self._asked,
            "script": self.script,
            **_said(options),
        }
        self._context = MigrationContext.configure(
            connection=connection,
            url=url,
            dialect_name=options.get("dialect_name"),
            dialect_opts=options.get("dialect_opts"),
            environment_context=self,
            opts=self.context_opts,
        )

    # ---- after configure() -------------------------------------------------------------------

    def get_context(self) -> MigrationContext:
        """The context that configure() made. Raises if it was not called."""
        if self._context is None:
            raise UsageError("No context has been configured yet.")
        return self._context

    def run_migrations(self, **arguments: Any) -> None:
        """Do what the command asked for; ``arguments`` go to every upgrade() and downgrade()."""
        self.get_context().run_migrations(**arguments)

    def begin_transaction(self) -> AbstractContextManager[Any]:
        """The block in which run_migrations() belongs; offline it writes BEGIN and COMMIT."""
        return self.get_context().begin_transaction()

    def execute(
        self, sql: sa.Executable | str, execution_options: Mapping[str, Any] | None = None
    ) -> None:
        """Send one statement to the database, or write it down."""
        self.get_context().execute(sql, execution_options=execution_options)

    def static_output(self, text: str) -> None:
        """Write a line into the SQL script."""
        self.get_context().impl.static_output(text)

    def get_bind(self) -> Connection:
        """The connection; offline a stand-in that writes down what it executes."""
        from schemadiff.operations.running import bind_of

        return bind_of(self.get_context())

    def get_impl(self) -> DefaultImpl:
        """The dialect's implementation."""
        return self.get_context().impl

    def is_transactional_ddl(self) -> bool:
        """Whether DDL is undone by ROLLBACK here."""
        return self.get_context().transactional_ddl


class Current:
    """The environment that is running now, innermost last.

    Each thread and task sees the one it was started in. A thread that someone else's code started without
    handing its context on (an event loop in a thread of its own) sees the newest of the process.
    """

    def __init__(self) -> None:
        self._here: ContextVar[EnvironmentContext | None] = ContextVar("environment", default=None)
        self._all: list[EnvironmentContext] = []

    def enter(self, environment: EnvironmentContext) -> Callable[[], None]:
        """Make ``environment`` the current one; call what is returned to leave it."""
        before = self._here.get()
        self._here.set(environment)
        self._all.append(environment)

        def leave() -> None:
            self._here.set(before)
            self._all.remove(environment)

        return leave

    def get(self) -> EnvironmentContext | None:
        """The current environment, None outside any."""
        here = self._here.get()
        return here if here is not None else (self._all[-1] if self._all else None)


CURRENT = Current()


def _said(options: Mapping[str, object]) -> dict[str, Any]:
    """What was said, without what was not: None hides nothing that the command or the file says."""
    return {name: value for name, value in options.items() if value is not None}
