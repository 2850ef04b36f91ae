"""What `revision --sql-scripts` and `show --source` say on the command line."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, TypeVar

import click

from .settings import Settings

F = TypeVar("F", bound=Callable[..., Any])

OPTIONS = (
    click.option("--sql-scripts", is_flag=True, help="Write SQL files beside it, to be filled in."),
    click.option(
        "--dialect",
        "dialects",
        multiple=True,
        metavar="NAME",
        help="With --sql-scripts: only for this kind of database; may be repeated, '' for all others.",
    ),
)


def script_options(function: F) -> F:
    """``function`` with ``--sql-scripts`` and ``--dialect``."""
    for option in reversed(OPTIONS):
        function = option(function)
    return function


def revise(ctx: click.Context, options: dict[str, Any]) -> bool:
    """Whether a revision with SQL files was asked for, which has been written."""
    wanted, dialects = options.pop("sql_scripts"), options.pop("dialects")
    if not wanted:
        if dialects:
            raise click.UsageError("--dialect goes with --sql-scripts")
        return False
    for name in ("autogenerate", "sql", "from_", "to"):
        if options[name]:
            option = name.rstrip("_")
            raise click.UsageError(f"--sql-scripts writes empty files: not with --{option}")
    settings: Settings = ctx.obj
    config = settings.config("revision", dict(options))
    names = ("message", "head", "splice", "branch_label", "version_path", "rev_id", "depends_on")
    said = {name: options[name] for name in names}
    wish = import_module("schemadiff.command.writing").Wish(
        **{**said, "depends_on": said["depends_on"] or None}, dry_run=options["dry_run"]
    )
    import_module("schemadiff.command.sqlscripts").revision_with_scripts(config, wish, dialects)
    return True


def show_source(ctx: click.Context, rev: str) -> None:
    """What ``show --source`` prints."""
    config = ctx.obj.config("show", {})
    import_module("schemadiff.command").show(config, rev, source=True)
