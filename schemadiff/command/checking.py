"""`schemadiff check`: the comparison as a page for people or a document for machines."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import replace
from itertools import chain, zip_longest
from typing import Any

from schemadiff.autogenerate.comparison import UndecidedWarning
from schemadiff.config import Config
from schemadiff.diff import Change, Rename
from schemadiff.model import Table, Unmodelled, table_key
from schemadiff.render import json, text
from schemadiff.render.census import lines
from schemadiff.render.report import Report

from .comparing import Compared, compare_project, script_directory


def check(
    config: Config,
    *,
    as_json: bool = False,
    allow_empty: bool = False,
    census: bool = False,
    style: Callable[..., str] | None = None,
) -> int:
    """The exit code: 0 in sync, 1 differences, which have been printed.

    With ``census`` whatever else is in the database is printed as well; it is no difference.
    """
    counted: list[list[Unmodelled]] = []
    with warnings.catch_warnings():
        # The page has a section for what could not be decided.
        warnings.simplefilter("ignore", UndecidedWarning)
        compared = compare_project(
            config,
            script_directory(config),
            allow_empty=allow_empty,
            meanwhile=(lambda one: counted.append(unmodelled(one))) if census else None,
        )
    reports = [
        replace(report_of(one, models_name(config)), census=beside)
        for one, beside in zip_longest(compared, counted)
    ]
    said = [json.dumps(*reports)] if as_json else chain(*(_page(each, style) for each in reports))
    for line in said:
        config.print_stdout("%s", line)
    return 0 if all(one.in_sync and not one.comparison.undecided for one in compared) else 1


def _page(report: Report, style: Callable[..., str] | None) -> list[str]:
    painted = style if style is not None else text.unstyled
    beside = [] if report.census is None else lines(report.census, painted)
    return [*text.summary(report, painted), *beside]


def unmodelled(compared: Compared) -> list[Unmodelled]:
    """What is in the database and in neither side of a comparison."""
    context, comparison = compared.context, compared.comparison
    if context.connection is None:
        return []
    own = table_key(context.database.schema(context.version_table_schema), context.version_table)
    known = {own, *comparison.old, *comparison.new}
    found = context.database.census(context.connection)
    return [one for one in found if known.isdisjoint(one.keys)]


def report_of(compared: Compared, models: str) -> Report:
    """What there is to say about a comparison; nothing differs where a hook took everything out."""
    comparison = compared.comparison
    changes: tuple[Change, ...] = () if compared.in_sync else comparison.changes
    touched = {change.key.owner for change in changes if change.key.table}
    tables = {key for key, node in comparison.new.items() if isinstance(node, Table)}
    return Report(
        changes,
        compared.database_name,
        models,
        len(tables - touched - {c.old.key for c in changes if isinstance(c, Rename)}),
        compared.seconds,
        comparison.undecided,
        comparison.gaps,
        others=compared.others(),
    )


def models_name(config: Config) -> str:
    """The models as they were named; a plain word where they were handed over as objects."""
    spec: Any = config.attributes.get("target_metadata") or config.get_target_metadata()
    names = list(spec) if isinstance(spec, list | tuple) else [spec]
    said = ", ".join(name for name in names if isinstance(name, str))
    return said or "models"
