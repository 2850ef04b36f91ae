"""`schemadiff diff` and `schemadiff inspect`: commands that take the names of states."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from schemadiff.config import Config
from schemadiff.hooks.formatting import format_source
from schemadiff.inspecting import inspected
from schemadiff.render.text import Style, unstyled
from schemadiff.runtime.migration import MigrationContext
from schemadiff.runtime.project import on_database
from schemadiff.script import ScriptDirectory
from schemadiff.states import Ground, diff_states
from schemadiff.states.formats import written
from schemadiff.states.opening import terms_for
from schemadiff.states.scratch import scratch_database
from schemadiff.states.sources import live
from schemadiff.states.testing import tried


def diff(
    config: Config,
    a: str,
    b: str,
    *,
    format_: str = "summary",
    exclude: Sequence[str] = (),
    include_schemas: bool = False,
    scratch: str | None = None,
    dialect: str | None = None,
    style: Style = unstyled,
) -> int:
    """The exit code: 0 nothing differs, 1 something does, which has been printed."""
    found = diff_states(
        a,
        b,
        exclude=exclude,
        include_schemas=include_schemas,
        config=config,
        scratch=scratch,
        dialect=dialect,
    )
    config.print_stdout("%s", written(found, format_, style).rstrip("\n"))
    return 1 if found else 0


def try_history(config: Config, *, scratch: str | None = None) -> int:
    """The exit code: 0 every revision leads there and back, 1 one does not, which has been named."""
    script = ScriptDirectory.from_config(config)
    ground = Ground(config, scratch)
    with scratch_database(ground.near([])) as url:
        found = tried(config, script, url, terms_for([live(url)], ground))
    for each in found:
        config.print_stdout(
            "%s", f"{each.revision.revision}  {each.verdict}  {each.revision.doc}".rstrip()
        )
        for line in each.what.splitlines():
            config.print_stdout("%s", f"    {line}".rstrip())
    bad = sum(not each.is_fine for each in found)
    noun = "revision" if len(found) == 1 else "revisions"
    config.print_stdout("%s", f"{len(found)} {noun} tried, {bad} to be looked at.")
    return 1 if bad else 0


def unstamp(config: Config) -> None:
    """Take the version table out of the database; nothing else is touched."""

    def work(connection: Connection) -> bool:
        context = MigrationContext.configure(connection, opts=config.configure_options())
        there = context.versions.exists(connection)
        if there:
            connection.execute(sa.schema.DropTable(context.versions.table))
        connection.commit()
        return there

    name = str(config.configure_options().get("version_table") or "alembic_version")
    gone = on_database(config, work, missing="refuse")
    config.print_stdout("%s", f"Dropped {name}." if gone else f"There was no {name}.")


def inspect(
    config: Config,
    state: str,
    *,
    format_: str = "python",
    exclude: Sequence[str] = (),
    include_schemas: bool = False,
    scratch: str | None = None,
    dialect: str | None = None,
) -> None:
    """Print a state as models, as a snapshot, as SQL or as a picture."""
    ground = Ground(config, scratch, dialect)
    text = inspected(state, format_, ground, exclude=exclude, include_schemas=include_schemas)
    if format_ in ("python", "declarative"):
        text = format_source(text)
    config.print_stdout("%s", text.rstrip("\n"))
