"""``from schemadiff import context``: the environment that is running now, as a module.

Every name is looked up on the current EnvironmentContext when it is used, so an overridden method counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any, Literal, Unpack, overload

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection

from schemadiff.config import Config
from schemadiff.runtime.environment import CURRENT, EnvironmentContext
from schemadiff.runtime.impl import DefaultImpl
from schemadiff.runtime.migration import MigrationContext
from schemadiff.runtime.options import ConfigureOptions, naming_options
from schemadiff.script import ScriptDirectory

config: Config
script: ScriptDirectory


def _now(name: str) -> EnvironmentContext:
    environment = CURRENT.get()
    if environment is None:
        raise NameError(
            f"context.{name} is there only while a command runs env.py, or inside an EnvironmentContext block"
        )
    return environment


def __getattr__(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(name)
    return getattr(_now(name), name)


def is_offline_mode() -> bool:
    """True when SQL is written down instead of executed (``--sql``)."""
    return _now("is_offline_mode").is_offline_mode()


def requires_connection() -> bool:
    """True when the command needs a database."""
    return _now("requires_connection").requires_connection()


def get_head_revision() -> str | None:
    """The one head of the revision files. Raises when there are several."""
    return _now("get_head_revision").get_head_revision()


def get_head_revisions() -> tuple[str, ...]:
    """All heads of the revision files."""
    return _now("get_head_revisions").get_head_revisions()


def get_starting_revision_argument() -> Any:
    """Where an SQL script starts from (``A`` of ``A:B``), as an id; None for the base."""
    return _now("get_starting_revision_argument").get_starting_revision_argument()


def get_revision_argument() -> Any:
    """Where the command is to go, as an id."""
    return _now("get_revision_argument").get_revision_argument()


def get_tag_argument() -> str | None:
    """The value of ``--tag``."""
    return _now("get_tag_argument").get_tag_argument()


@overload
def get_x_argument(as_dictionary: Literal[False] = False) -> list[str]: ...
@overload
def get_x_argument(as_dictionary: Literal[True]) -> dict[str, str]: ...
def get_x_argument(as_dictionary: bool = False) -> list[str] | dict[str, str]:
    """The values of ``-x``: as given, or as a dictionary (no ``=`` means an empty value)."""
    environment = _now("get_x_argument")
    return environment.get_x_argument(True) if as_dictionary else environment.get_x_argument()


@naming_options
def configure(
    connection: Connection | None = None,
    url: str | URL | None = None,
    **options: Unpack[ConfigureOptions],
) -> None:
    """Say which database and how; see ``EnvironmentContext.configure``."""
    _now("configure").configure(connection=connection, url=url, **options)


def get_context() -> MigrationContext:
    """The context that configure() made. Raises if it was not called."""
    return _now("get_context").get_context()


def run_migrations(**arguments: Any) -> None:
    """Do what the command asked for; ``arguments`` go to every upgrade() and downgrade()."""
    _now("run_migrations").run_migrations(**arguments)


def begin_transaction() -> AbstractContextManager[Any]:
    """The block in which run_migrations() belongs; offline it writes BEGIN and COMMIT."""
    return _now("begin_transaction").begin_transaction()


def execute(sql: sa.Executable | str, execution_options: Mapping[str, Any] | None = None) -> None:
    """Send one statement to the database, or write it down."""
    _now("execute").execute(sql, execution_options=execution_options)


def static_output(text: str) -> None:
    """Write a line into the SQL script."""
    _now("static_output").static_output(text)


def get_bind() -> Connection:
    """The connection; offline a stand-in that writes down what it executes."""
    return _now("get_bind").get_bind()


def get_impl() -> DefaultImpl:
    """The dialect's implementation."""
    return _now("get_impl").get_impl()


def is_transactional_ddl() -> bool:
    """Whether DDL is undone by ROLLBACK here."""
    return _now("is_transactional_ddl").is_transactional_ddl()
