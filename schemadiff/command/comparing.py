"""The comparison of a project's (or just any) database with models, as commands make it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from schemadiff.autogenerate.comparison import Comparison, compare
from schemadiff.autogenerate.registered import with_registered
from schemadiff.config import Config
from schemadiff.errors import ConfigError, UsageError
from schemadiff.model import Table
from schemadiff.runtime.connect import Missing, hidden
from schemadiff.runtime.migration import MigrationContext
from schemadiff.runtime.project import has_env, on_database, run_environment, target_metadata
from schemadiff.runtime.steps import Step
from schemadiff.script import ScriptDirectory

from .collecting import Collection, Fill, Group
from .moving import require_all_heads

if TYPE_CHECKING:
    from schemadiff.operations.ops import MigrateOperation, UpgradeOps


Look: TypeAlias = Callable[[Any, MigrationContext], None]
"""Compares: given the heads in a database, and the context of a connection to it."""

StandIn: TypeAlias = Callable[[Any, MigrationContext, Look], None]
"""Given what the environment says, lets ``Look`` see another database."""


@dataclass(frozen=True)
class Compared:
    """One database beside its models, and what hooks make of the difference."""

    context: MigrationContext
    comparison: Comparison
    group: Group
    """What is to be written: one script, unless a ``process_revision_directives`` hook says otherwise."""
    seconds: float
    own: Sequence[MigrateOperation] = ()
    """What the comparison itself asks for."""

    @property
    def in_sync(self) -> bool:
        """Whether nothing is left to do."""
        return all(ops.is_empty() for ops in self.parts())

    def diffs(self) -> list[Any]:
        """The difference as the documented tuples."""
        return [diff for ops in self.parts() for diff in ops.as_diffs()]

    def others(self) -> list[str]:
        """What hooks, and functions that third parties have registered, add to the comparison."""
        known = {id(op) for op in _leaves(self.own)}
        return [_named(op) for op in _leaves(self.parts()) if id(op) not in known]

    def parts(self) -> list[UpgradeOps]:
        """What is to be done to this database."""
        return self.group.parts(self.context.opts["upgrade_token"])

    @property
    def database_name(self) -> str:
        """The database as it may be shown, without its password."""
        connection = self.context.connection
        if connection is None or not hasattr(connection, "engine"):
            return self.context.dialect.name
        url = connection.engine.url
        return url.database or hidden(url) if url.get_backend_name() == "sqlite" else hidden(url)


def compare_project(
    config: Config,
    script: ScriptDirectory | None,
    *,
    fill: Fill | None = None,
    first_hook: Callable[..., None] | None = None,
    allow_empty: bool = False,
    missing: Missing = "refuse",
    meanwhile: Callable[[Compared], None] | None = None,
    stand_in: StandIn | None = None,
) -> list[Compared]:
    """The comparisons that the environment makes: one, or one for each database of a multi-database env.py.

    Without ``script`` no revision files are needed: URL and models are enough. ``meanwhile`` gets each
    comparison while its connection is open. ``stand_in`` puts another database in the place of the environment's.
    Raises DatabaseNotAtHead when revisions are left to run.
    """
    found: list[Compared] = []
    collection = Collection(fill, first_hook)

    def look(heads: Any, context: MigrationContext) -> None:
        if script is not None:
            require_all_heads(script, heads, "Target database is not up to date.")
        if context.opts.get("target_metadata") is None:
            # An env.py that says nothing about models leaves them to the configuration.
            context.opts["target_metadata"] = target_metadata(config)
        found.append(_compared(context, heads, script, collection, allow_empty))
        if meanwhile is not None:
            meanwhile(found[-1])

    def steps(heads: Any, context: MigrationContext) -> Iterable[Step]:
        if stand_in is None:
            look(heads, context)
        else:
            stand_in(heads, context, look)
        return ()

    if script is None:
        _without_project(config, look)
    else:
        run_environment(config, script, steps, missing=missing, dont_mutate=True)
    if not found and script is not None:
        raise UsageError(
            f"{script.env_path} compared nothing: it did not call context.run_migrations()",
            hint="with context.begin_transaction(): context.run_migrations()",
        )
    return found


def script_directory(config: Config) -> ScriptDirectory | None:
    """The project's revision files; None where there is no project, only a URL and models."""
    options = config.script_options()
    if options.may_be_missing and not Path(options.dir).is_dir():
        return None
    return ScriptDirectory.from_config(config)


def _without_project(config: Config, look: Callable[..., object]) -> None:
    metadata = target_metadata(config)

    def work(connection: Connection) -> None:
        opts = {**config.configure_options(), "target_metadata": metadata}
        look((), MigrationContext.configure(connection, opts=opts))

    on_database(config, work, missing="refuse")


def _compared(
    context: MigrationContext,
    heads: Sequence[str],
    script: ScriptDirectory | None,
    collection: Collection,
    allow_empty: bool,
) -> Compared:
    metadata = context.opts.get("target_metadata")
    if metadata is None:
        raise _no_metadata(script)
    began = time.monotonic()
    comparison = compare(context, metadata)
    if not allow_empty:
        refuse_emptying(comparison, metadata)
    own = comparison.upgrade_ops()
    up, down = with_registered(context, metadata, own, comparison.downgrade_ops())
    group = collection.add(context, heads, up, down)
    return Compared(context, comparison, group, time.monotonic() - began, own)


def _leaves(ops: Iterable[MigrateOperation]) -> Iterator[MigrateOperation]:
    """The operations in groups, one by one."""
    for op in ops:
        inner: list[MigrateOperation] | None = getattr(op, "ops", None)
        if inner is None:
            yield op
        else:
            yield from _leaves(inner)


def _named(op: MigrateOperation) -> str:
    """An operation in a line: what it is and of what, as far as it tells."""
    try:
        said = op.to_diff_tuple()
    except NotImplementedError:
        said = ()
    words = [word for word in said[:2] if isinstance(word, str)]
    return " ".join(" ".join(words).split()) or type(op).__name__


def refuse_emptying(comparison: Comparison, metadata: sa.MetaData | Sequence[sa.MetaData]) -> None:
    """Refuse models without any table beside a database that has some: most likely nobody imported them."""
    several = [metadata] if isinstance(metadata, sa.MetaData) else metadata
    tables = sum(isinstance(node, Table) for node in comparison.old.values())
    if tables and not any(each.tables for each in several):
        raise UsageError(
            f"the models have no table at all, the database has {tables}",
            hint="are the modules imported that define the models? "
            "--allow-empty-metadata if all tables are really to go",
        )


def _no_metadata(script: ScriptDirectory | None) -> ConfigError:
    if script is not None and has_env(script):
        return ConfigError(
            "Can't proceed with --autogenerate option; environment script "
            f"{Path(script.dir) / 'env.py'} does not provide a MetaData object or sequence of "
            "objects to the context.",
            hint="context.configure(…, target_metadata=Base.metadata)",
        )
    return ConfigError(
        "nobody says what the models are",
        key="target_metadata",
        hint="say --metadata shop.models:Base, or write target_metadata = … into the configuration",
    )
