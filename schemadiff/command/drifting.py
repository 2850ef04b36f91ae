"""`schemadiff check --history`: models, revisions and database side by side, and which of them has drifted."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.engine import URL

from schemadiff.autogenerate.comparison import UndecidedWarning
from schemadiff.config import Config
from schemadiff.errors import UsageError
from schemadiff.render import json, text
from schemadiff.render.report import Report, shown
from schemadiff.render.text import Style, unstyled
from schemadiff.runtime.project import has_env
from schemadiff.script import ScriptDirectory
from schemadiff.states import Ground, SchemaDiff
from schemadiff.states.comparing import compare_sources
from schemadiff.states.difference import closing
from schemadiff.states.opening import opened, terms_for
from schemadiff.states.sources import live

from .checking import models_name, report_of
from .comparing import compare_project
from .replayed import Told, offering, replayed, standing_in, told


@dataclass(frozen=True, slots=True)
class Drift:
    """What lies between the three: all of it nothing, if they agree."""

    of_models: Report
    """From where the revisions lead to what the models say."""
    of_database: SchemaDiff
    """From where the revisions that were run lead to what the database is."""
    at: tuple[str, ...]
    heads: tuple[str, ...]

    @property
    def is_behind(self) -> bool:
        """Whether revisions are left to run."""
        return set(self.at) != set(self.heads)

    @property
    def exit_code(self) -> int:
        """1 for a difference, 3 where only revisions are left to run, else 0."""
        if _number(self.of_models) or self.of_database:
            return 1
        return 3 if self.is_behind else 0

    def verdicts(self) -> Iterator[str]:
        """Who has drifted, and what to do about it."""
        if _number(self.of_models):
            yield f"The models are ahead of the revisions ({_said(self.of_models)}): schemadiff revision --from history"
        if self.is_behind:
            at, heads = (", ".join(each) or "base" for each in (self.at, self.heads))
            yield f"The database is at {at}, the revisions lead to {heads}: schemadiff upgrade"
        if self.of_database:
            yield (
                f"The database was changed by something else than revisions ({_said(self.of_database.report())}): "
                "write a revision that says so, or take it back"
            )
        if not self.exit_code:
            yield "Models, revisions and database agree."


def check_history(
    config: Config,
    *,
    as_json: bool = False,
    scratch: str | None = None,
    style: Style = unstyled,
) -> int:
    """The exit code: 0 all three agree, 1 something differs, 3 revisions are left to run; it is said which."""
    found = drift(config, scratch)
    sides = (found.of_models, found.of_database.report())
    if as_json:
        said: Sequence[str] = [json.dumps(*sides)]
    else:
        pages = (text.summary(side, style, closing=closing) for side in sides)
        said = [*(line for page in pages for line in (*page, "")), *found.verdicts()]
    for line in said:
        config.print_stdout("%s", line)
    return found.exit_code


def drift(config: Config, scratch: str | None = None) -> Drift:
    """The project's models, revisions and database beside each other. Nothing is changed in any of them."""
    script = ScriptDirectory.from_config(config)
    said = told(config, script)
    heads = tuple(script.get_heads())
    asked = said if has_env(script) else None
    with replayed(config, script, scratch, asked) as (replaying, url):
        of_models = _of_models(replaying, script, url)
        history = live(url, "history", is_scratch=True)
        state = history if set(said.heads) == set(heads) else _history_at(said.heads)
        of_database = _of_database(replaying, state, said, url)
    return Drift(of_models, of_database, said.heads, heads)


def _of_models(config: Config, script: ScriptDirectory, url: URL) -> Report:
    """What `check` would say of a database that only the revisions have made."""
    with warnings.catch_warnings():
        # The page has a section for what could not be decided.
        warnings.simplefilter("ignore", UndecidedWarning)
        (compared,) = offering(
            config, url, lambda there: compare_project(there, script, stand_in=standing_in(url))
        )
    return replace(report_of(compared, models_name(config)), database="history")


def _of_database(config: Config, state: object, said: Told, scratch: URL) -> SchemaDiff:
    ground = Ground(config, scratch.render_as_string(hide_password=False), told=said.opts)
    with opened([state, live(said.url)], ground) as (history, there):
        return compare_sources(history, there, terms_for([history, there], ground))


def _history_at(at: tuple[str, ...]) -> str:
    """The history as far as it was run."""
    if len(at) > 1:
        raise UsageError(
            f"the database is at several revisions: {', '.join(at)}",
            hint="schemadiff upgrade heads first, or compare: schemadiff diff history@REVISION URL",
        )
    return f"history@{at[0] if at else 'base'}"


def _number(found: Report) -> int:
    return len(shown(found.changes)) + len(found.others)


def _said(found: Report) -> str:
    number = _number(found)
    return f"{number} difference" + ("" if number == 1 else "s")
