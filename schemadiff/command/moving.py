"""Commands that run revisions, or say where the database is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from schemadiff.config import Config
from schemadiff.errors import CommandError, DatabaseNotAtHead, UsageError
from schemadiff.runtime.connect import hidden, parse_url
from schemadiff.runtime.migration import MigrationContext
from schemadiff.runtime.project import run_environment
from schemadiff.runtime.steps import Step
from schemadiff.script import ScriptDirectory
from schemadiff.script.rows import implied, is_at_head


def upgrade(config: Config, revision: str, sql: bool, tag: str | None) -> None:
    """Run the revisions up to ``revision``."""
    start, target = _ends(revision, sql)
    script = ScriptDirectory.from_config(config)

    def steps(heads: Any, context: MigrationContext) -> Iterable[Step]:
        return script.upgrade_steps(target, _checked(script, heads))

    run_environment(
        config,
        script,
        steps,
        models=False,
        as_sql=sql,
        starting_rev=start,
        destination_rev=target,
        tag=tag,
    )


def downgrade(config: Config, revision: str, sql: bool, tag: str | None) -> None:
    """Undo the revisions above ``revision``."""
    start, target = _ends(revision, sql)
    if sql and start is None:
        raise UsageError("downgrade with --sql requires <fromrev>:<torev>")
    script = ScriptDirectory.from_config(config)

    def steps(heads: Any, context: MigrationContext) -> Iterable[Step]:
        return script.downgrade_steps(target, _checked(script, heads))

    run_environment(
        config,
        script,
        steps,
        models=False,
        as_sql=sql,
        starting_rev=start,
        destination_rev=target,
        tag=tag,
        missing="refuse",
    )


def stamp(
    config: Config, revisions: Sequence[str], sql: bool, tag: str | None, purge: bool
) -> None:
    """Make the version table say ``revisions``."""
    if purge and sql:
        raise UsageError("Can't use --purge with --sql mode")
    script = ScriptDirectory.from_config(config)
    start, targets = _stamp_ends(revisions, sql)

    def steps(heads: Any, context: MigrationContext) -> Iterable[Step]:
        if purge:
            context.forget_heads()
        return script.stamp_steps(targets, () if purge else _checked(script, heads))

    run_environment(
        config,
        script,
        steps,
        models=False,
        as_sql=sql,
        starting_rev=start,
        destination_rev=targets,
        tag=tag,
        purge=purge,
    )


def ensure_version(config: Config, sql: bool) -> None:
    """Make the version table if it is missing."""
    script = ScriptDirectory.from_config(config)

    def steps(heads: Any, context: MigrationContext) -> Iterable[Step]:
        with context.begin_transaction(per_migration=True):
            context.ensure_version_table()
        return ()

    run_environment(config, script, steps, models=False, as_sql=sql)


def database_heads(config: Config, script: ScriptDirectory) -> tuple[str, ...]:
    """The revisions in the version table, which is not made for this."""
    found: list[str] = []

    def look(heads: Any, context: MigrationContext) -> Iterable[Step]:
        found.extend(heads)
        return ()

    run_environment(config, script, look, models=False, missing="refuse", dont_mutate=True)
    return tuple(dict.fromkeys(found))


def shown_url(config: Config) -> str:
    """The configured database, its password hidden."""
    url = config.get_main_option("url")
    return hidden(parse_url(url)) if url else "the database that env.py connects to"


def current_revisions(script: ScriptDirectory, heads: Sequence[str]) -> tuple[str, ...]:
    """The revisions that a database with these rows is at, those its rows imply included, sorted."""
    known = _known(script, heads)
    return implied(script.revision_map.graph, known)


def require_all_heads(script: ScriptDirectory, heads: Sequence[str], message: str) -> None:
    """Refuse a database that lacks revisions. Raises DatabaseNotAtHead."""
    known = _known(script, heads)
    if not is_at_head(script.revision_map.graph, known):
        raise DatabaseNotAtHead(
            message,
            current=heads,
            heads=script.get_heads(),
            hint=f"it is at {', '.join(heads) or 'base'}, the files are at "
            f"{', '.join(script.get_heads())}: schemadiff upgrade head",
        )


def _checked(script: ScriptDirectory, heads: Iterable[str]) -> tuple[str, ...]:
    """``heads`` as the database has them, every one of which some revision file knows."""
    said = tuple(heads)
    _known(script, said)
    return said


def _known(script: ScriptDirectory, heads: Iterable[str]) -> tuple[str, ...]:
    """``heads`` by the ids that the files have now, every one of which is in a revision file."""
    known, _ = script.meet(tuple(heads))
    for head in known:
        if head not in script.revision_map:
            raise CommandError(
                f"Can't locate revision identified by '{head}'",
                hint="the database is at a revision that no file has: is this the right branch of the code? "
                "`schemadiff stamp --purge REVISION` makes it forget",
            )
    return known


def _ends(revision: str, sql: bool) -> tuple[str | None, str]:
    """The start (offline only) and the target of ``[A:]B``."""
    if ":" not in revision:
        return None, revision
    if not sql:
        raise UsageError("Range revision not allowed", hint="A:B goes with --sql")
    start, _, target = revision.partition(":")
    return start, target


def _stamp_ends(revisions: Sequence[str], sql: bool) -> tuple[str | None, tuple[str, ...]]:
    ends = [_ends(revision, sql) for revision in revisions]
    starts = {start for start, _ in ends if start is not None}
    if len(starts) > 1:
        raise UsageError(
            "Stamp operation with --sql only supports a single starting revision at a time"
        )
    return next(iter(starts), None), tuple(target for _, target in ends)
