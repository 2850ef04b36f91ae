"""The proof that a squashed history leads where the old one did, on scratch databases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection

from schemadiff.config import Config
from schemadiff.diff import diff
from schemadiff.errors import CommandError
from schemadiff.model import Snapshot
from schemadiff.read.scope import Filters, scope_of
from schemadiff.runtime.connect import with_connection
from schemadiff.runtime.migration import MigrationContext
from schemadiff.runtime.models import put_in_front
from schemadiff.runtime.project import search_path
from schemadiff.runtime.steps import Step
from schemadiff.script import ScriptDirectory
from schemadiff.states.replay import quietly, run_there
from schemadiff.states.scratch import scratch_database

Way: TypeAlias = tuple[ScriptDirectory, str | tuple[str, ...]]
"""A history, and where to go by it."""

SCHEMAS_ARE_DATABASES = frozenset({"mysql", "mariadb"})


class NotTheSame(CommandError):
    """The squashed history leads elsewhere than the old one; ``differences`` says how."""

    def __init__(self, where: str, differences: Sequence[str]) -> None:
        super().__init__(
            f"the squashed revision is not the same {where}: {differences[0]}"
            + (f" and {len(differences) - 1} more" if len(differences) > 1 else ""),
            hint="no file was changed",
        )
        self.differences = tuple(differences)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A database after a run: its schema and how many rows each table has."""

    schema: Snapshot
    rows: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Trial:
    """Both histories, and the ids between which they differ: ``replaced`` by ``new``, above ``below``."""

    config: Config
    old: ScriptDirectory
    fresh: ScriptDirectory
    replaced: tuple[str, ...]
    new: str
    below: str | tuple[str, ...]


def prove(trial: Trial, near: str | URL) -> None:
    """Nothing, if both histories lead to equal databases: up, back, and from the middle of the old one.

    ``near`` is a database beside which scratch ones are made. Raises NotTheSame, and CommandError
    when the old history cannot be run there.
    """
    put_in_front(search_path(trial.config))
    with scratch_database(near) as one, scratch_database(near) as two, quietly():
        by_old = _walked(trial, one, [(trial.old, trial.replaced[-1])])
        by_new = _by_new("after upgrade", trial, two, [(trial.fresh, trial.new)])
        _require_same("after upgrade", by_old, by_new)
        if _can_go_back(trial, one):
            _require_same(
                "after downgrade",
                _walked(trial, one, []),
                _by_new("after downgrade", trial, two, [(trial.fresh, trial.below)], up=False),
            )
    middle = trial.replaced[len(trial.replaced) // 2 - 1]
    with scratch_database(near) as three, quietly():
        way = [(trial.old, middle), (trial.fresh, trial.new)]
        where = f"from {middle}"
        _require_same(where, by_old, _by_new(where, trial, three, way))


def _by_new(where: str, trial: Trial, url: URL, ways: Iterable[Way], *, up: bool = True) -> Outcome:
    """What the new history leads to. Raises NotTheSame if it fails where the old one did not."""
    try:
        return _walked(trial, url, ways, up=up)
    except Exception as error:
        raise NotTheSame(where, [f"it fails: {error}"]) from error


def _can_go_back(trial: Trial, url: URL) -> bool:
    """Whether the old history can be taken back; what never could need not be the same."""
    try:
        _walked(trial, url, [(trial.old, trial.below)], up=False)
    except Exception:
        # Revisions that are no way back raise whatever their author liked.
        return False
    return True


def _walked(
    trial: Trial,
    url: URL,
    ways: Iterable[Way],
    *,
    up: bool = True,
) -> Outcome:
    for script, target in ways:
        with_connection(url, partial(_run, trial.config, script, target, up))
    return with_connection(url, partial(_outcome, trial.config))


def _run(
    config: Config,
    script: ScriptDirectory,
    target: str | tuple[str, ...],
    up: bool,
    connection: Connection,
) -> None:
    def steps(heads: Any, context: MigrationContext) -> Iterable[Step]:
        if up:
            return script.upgrade_steps(target, heads)
        return script.downgrade_steps(target or "base", heads)

    run_there(config, script, connection, steps)


def _outcome(config: Config, connection: Connection) -> Outcome:
    context = MigrationContext.configure(connection, opts=config.configure_options())
    database = context.database
    own = frozenset({(database.schema(context.version_table_schema), context.version_table)})
    # On MySQL a schema is another database, for which no scratch database stands.
    filters = Filters(include_schemas=database.name not in SCHEMAS_ARE_DATABASES, own_tables=own)
    database.meet(connection)
    schema = database.read(connection, scope_of(filters, connection, database, Snapshot()))
    rows = {
        str(table.key): _count(connection, table.schema, table.name) for table in schema.tables()
    }
    return Outcome(schema, rows)


def _count(connection: Connection, schema: str, name: str) -> int:
    table = sa.table(name, schema=schema or None)
    return connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def _require_same(where: str, old: Outcome, new: Outcome) -> None:
    differences = [
        f"{type(one).__name__.lower()} {one.key}" for one in diff(old.schema, new.schema)
    ]
    differences += [
        f"{table} has {old.rows.get(table, 0)} rows, now {count}"
        for table, count in new.rows.items()
        if count != old.rows.get(table, 0)
    ]
    if differences:
        raise NotTheSame(where, differences)
