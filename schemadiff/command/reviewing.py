"""Revisions in other forms, for a review: the next one as SQL, JSON or Markdown, any as SQL."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO

from schemadiff.config import Config
from schemadiff.operations import Operations
from schemadiff.operations.ops import MigrateOperation
from schemadiff.render import json
from schemadiff.render.markdown import markdown
from schemadiff.runtime.connect import parse_url
from schemadiff.runtime.migration import MigrationContext
from schemadiff.script import Script, ScriptDirectory
from schemadiff.states.statements import script_of

from .checking import models_name, report_of
from .comparing import Compared, compare_project

FORMATS = ("sql", "json", "markdown")


def review(config: Config, format_: str, *, allow_empty: bool = False) -> None:
    """Print what a revision written now would do, as one of FORMATS; write nothing."""
    script = ScriptDirectory.from_config(config)
    compared = compare_project(config, script, allow_empty=allow_empty, missing="imagine")
    models = models_name(config)
    if format_ == "json":
        config.print_stdout("%s", json.dumps(*(report_of(one, models) for one in compared)))
        return
    for one in compared:
        config.print_stdout("%s", _page(one, models, format_).rstrip("\n"))


def _page(compared: Compared, models: str, format_: str) -> str:
    match format_:
        case "sql":
            database = compared.context.database
            return script_of(_operations(compared), compared.comparison.old, database)
        case _:
            return markdown(report_of(compared, models))


def _operations(compared: Compared) -> Iterator[MigrateOperation]:
    """What the revision would do once hooks have had their say."""
    for ops in compared.parts():
        yield from ops.ops


def show_sql(config: Config, rev: str, dialect: str | None) -> None:
    """Print the SQL of the upgrades of the revisions that ``rev`` denotes, for a kind of database."""
    script = ScriptDirectory.from_config(config)
    for found in script.get_revisions(rev):
        config.print_stdout("%s", _sql(found, dialect or _configured(config)).rstrip("\n"))


def _sql(script: Script, dialect: str) -> str:
    buffer = StringIO()
    opts = {"as_sql": True, "literal_binds": True, "output_buffer": buffer}
    context = MigrationContext.configure(dialect_name=dialect, opts=opts)
    context.sink.comment(f"{script.revision}: {script.doc}")
    with Operations.context(context):
        script.module.upgrade()
    return buffer.getvalue()


def _configured(config: Config) -> str:
    url = config.get_main_option("url")
    return parse_url(url).get_backend_name() if url else "default"
