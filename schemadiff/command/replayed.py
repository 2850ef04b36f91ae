"""A project's environment, asked what it says, and put on a scratch database that the revisions have made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from sqlalchemy.engine import URL, Connection

from schemadiff.config import Config
from schemadiff.errors import UsageError
from schemadiff.runtime.connect import Missing, with_connection
from schemadiff.runtime.migration import MigrationContext
from schemadiff.runtime.project import has_env, run_environment
from schemadiff.runtime.steps import Step
from schemadiff.script import ScriptDirectory
from schemadiff.states import Ground
from schemadiff.states.replay import on_scratch, replay
from schemadiff.states.scratch import scratch_database

from .comparing import Look, StandIn

T = TypeVar("T")

HEEDED = ("version_table", "version_table_schema", "transaction_per_migration")
"""What env.py tells ``configure()`` and the replay heeds, which does not run it."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the environment says: which database, where it is among the revisions, and the options in force."""

    url: URL
    heads: tuple[str, ...]
    opts: Mapping[str, Any]


def told(config: Config, script: ScriptDirectory, missing: Missing = "refuse") -> Told:
    """What the environment says; the database is only read. Raises UsageError where it is several."""
    found: list[Told] = []

    def look(heads: tuple[str, ...], context: MigrationContext) -> Iterable[Step]:
        if context.connection is not None:
            found.append(Told(context.connection.engine.url, heads, context.opts))
        return ()

    run_environment(config, script, look, models=False, missing=missing, dont_mutate=True)
    if len(found) != 1:
        raise _not_one(script, len(found))
    return found[0]


def _not_one(script: ScriptDirectory, number: int) -> UsageError:
    if number:
        return UsageError(
            f"{script.env_path} works on several databases, and a history is replayed on one",
            hint="without env.py: schemadiff diff history models --scratch URL",
        )
    return UsageError(
        f"{script.env_path} did not call context.run_migrations() on a connection",
        hint="with context.begin_transaction(): context.run_migrations()",
    )


@contextmanager
def replayed(
    config: Config, script: ScriptDirectory, scratch: str | None, said: Told | None = None
) -> Iterator[tuple[Config, URL]]:
    """A scratch database at the heads of the revisions, and the configuration with which they were run there.

    It is made beside ``scratch``, the configured database or the one that env.py connects to. ``said`` is what
    the environment is known to say. env.py does not run the revisions: it might do so elsewhere.
    """
    with scratch_database(_near(config, script, scratch, said)) as url:
        if has_env(script):
            heeded = said or offering(config, url, lambda there: told(there, script))
            config = _heeding(config, heeded)
        replay(config, script, url)
        yield config, url


def _near(config: Config, script: ScriptDirectory, scratch: str | None, said: Told | None) -> str:
    ground = Ground(config, scratch)
    if scratch is not None or not has_env(script) or (said is None and ground.project_url):
        return ground.near([])
    return (said or told(config, script)).url.render_as_string(hide_password=False)


def _heeding(config: Config, said: Told) -> Config:
    """``config`` with what env.py says that matters to revisions."""
    options = {name: said.opts[name] for name in HEEDED if said.opts.get(name) is not None}
    other = copy(config)
    other.attributes = {
        **config.attributes,
        "configure": {**options, **config.attributes.get("configure", {})},
    }
    if said.opts.get("target_metadata") is not None:
        other.attributes["target_metadata"] = said.opts["target_metadata"]
    return other


def offering(config: Config, url: URL, work: Callable[[Config], T]) -> T:
    """What ``work`` returns for a configuration that knows no database but ``url``, and offers a connection to it."""
    there = on_scratch(config, url)
    if url.get_dialect().is_async:
        return work(there)  # an env.py with an event loop of its own could not run inside ours

    def with_offer(connection: Connection) -> T:
        there.attributes["connection"] = connection
        return work(there)

    return with_connection(url, with_offer)


def standing_in(url: URL) -> StandIn:
    """What takes the place of a database that env.py connects to: the one of ``url``, with the options of env.py."""

    def on(heads: Any, context: MigrationContext, look: Look) -> None:
        connection = context.connection
        if connection is not None and connection.engine.url.database == url.database:
            look(heads, context)
        else:
            _require_alike(context, url)
            with_connection(url, partial(_instead, context, look))

    return on


def _instead(context: MigrationContext, look: Look, connection: Connection) -> None:
    other = MigrationContext.configure(
        connection, environment_context=context.environment_context, opts=context.opts
    )
    look(other.get_current_heads(), other)


def _require_alike(context: MigrationContext, url: URL) -> None:
    kind = url.get_dialect().name
    if context.dialect.name != kind:
        raise UsageError(
            f"env.py connects to {context.dialect.name}, and the revisions were run on {kind}",
            hint="--scratch URL names a server on which a scratch database of the same kind may be made",
        )
