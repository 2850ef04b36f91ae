"""`schemadiff check --history`: models, revisions and database side by side, and which of them has drifted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from schemadiff.config import Config
from schemadiff.errors import UsageError
from schemadiff.render import json, text
from schemadiff.render.text import Style, unstyled
from schemadiff.runtime.migration import MigrationContext
from schemadiff.runtime.project import database_url, on_database
from schemadiff.script import ScriptDirectory
from schemadiff.states import SchemaDiff, diff_states
from schemadiff.states.difference import closing

from .between import models_of


@dataclass(frozen=True, slots=True)
class Drift:
    """What lies between the three: all of it nothing, if they agree."""

    of_models: SchemaDiff
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
        if self.of_models or self.of_database:
            return 1
        return 3 if self.is_behind else 0

    def verdicts(self) -> Iterator[str]:
        """Who has drifted, and what to do about it."""
        if self.of_models:
            yield f"The models are ahead of the revisions ({_number(self.of_models)}): schemadiff revision --from history"
        if self.is_behind:
            at, heads = (", ".join(each) or "base" for each in (self.at, self.heads))
            yield f"The database is at {at}, the revisions lead to {heads}: schemadiff upgrade"
        if self.of_database:
            yield (
                f"The database was changed by something else than revisions ({_number(self.of_database)}): "
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
    sides = (found.of_models, found.of_database)
    if as_json:
        said: Sequence[str] = [json.dumps(*(side.report() for side in sides))]
    else:
        pages = (text.summary(side.report(), style, closing=closing) for side in sides)
        said = [*(line for page in pages for line in (*page, "")), *found.verdicts()]
    for line in said:
        config.print_stdout("%s", line)
    return found.exit_code


def drift(config: Config, scratch: str | None = None) -> Drift:
    """The project's models, revisions and database beside each other. Nothing is changed in any of them."""
    script = ScriptDirectory.from_config(config)
    at = on_database(config, lambda connection: _heads(config, connection), missing="refuse")
    heads = tuple(script.get_heads())
    of_models = diff_states("history", models_of(config), config=config, scratch=scratch)
    there = database_url(config)
    of_database = diff_states(_history_at(at, heads), there, config=config, scratch=scratch)
    return Drift(of_models, of_database, at, heads)


def _heads(config: Config, connection: Connection) -> tuple[str, ...]:
    context = MigrationContext.configure(connection, opts=config.configure_options())
    return tuple(context.get_current_heads())


def _history_at(at: tuple[str, ...], heads: tuple[str, ...]) -> str:
    """The history as far as it was run."""
    if set(at) == set(heads):
        return "history"
    if len(at) > 1:
        raise UsageError(
            f"the database is at several revisions: {', '.join(at)}",
            hint="schemadiff upgrade heads first, or compare: schemadiff diff history@REVISION URL",
        )
    return f"history@{at[0] if at else 'base'}"


def _number(found: SchemaDiff) -> str:
    return f"{len(found)} difference" + ("" if len(found) == 1 else "s")
