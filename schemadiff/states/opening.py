"""From the names of states to states that can be compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from schemadiff.config import Config
from schemadiff.dialects.registry import language
from schemadiff.errors import UsageError
from schemadiff.read.globs import Globs
from schemadiff.read.scope import Filters
from schemadiff.runtime.connect import CannotConnect, parse_url
from schemadiff.runtime.models import load_metadata
from schemadiff.runtime.project import has_env, has_project, search_path
from schemadiff.script import ScriptDirectory

from .comparing import Terms
from .names import DatabaseName, HistoryName, ModelsName, ScriptsName, SnapshotName, named
from .replay import replay, run_scripts
from .scratch import scratch_database
from .sources import (
    Live,
    Models,
    Source,
    family,
    kept,
    live,
    of_object,
    refuse_unknown,
)

MEMORY = "sqlite://"


@dataclass(frozen=True)
class Ground:
    """What states stand on: the project, if there is one, and where a scratch database may be made."""

    config: Config | None = None
    scratch: str | None = None
    """The URL of a database beside which others may be made."""
    dialect: str | None = None
    """The kind of database to be imagined where no state says."""
    told: Mapping[str, Any] | None = None
    """The options of ``configure()`` in force, where env.py was asked; else the configuration's count."""

    @property
    def options(self) -> Mapping[str, Any]:
        """What is said of comparisons."""
        if self.told is not None:
            return self.told
        return self.config.configure_options() if self.config is not None else {}

    @property
    def project_url(self) -> str | None:
        """The database of the project; None where an env.py is left to know it, whatever stands for one."""
        url = self.config.get_main_option("url") if self.config is not None else None
        return None if url and not _names_a_database(url) and self._env() else url

    def _env(self) -> Path | None:
        """The project's env.py, if it has one."""
        if self.config is None or not has_project(self.config):
            return None
        script = ScriptDirectory.from_config(self.config)
        return script.env_path if has_env(script) else None

    def near(self, sources: Sequence[Source]) -> str:
        """The URL of a database of the kind that ``sources`` are of; SQLite in memory if nobody says."""
        kind = self.dialect or next((k for k in map(family, sources) if k), "")
        lives = (s.url.render_as_string(False) for s in sources if isinstance(s, Live))
        known = [url for url in (self.scratch, *lives, self.project_url) if url]
        if not kind:
            return known[0] if known else self._guessed()
        alike = (url for url in known if _family_of(url) == language(kind))
        return next(alike, MEMORY if kind == "sqlite" else f"{kind}://")

    def _guessed(self) -> str:
        """SQLite in memory. Raises UsageError where an env.py knows better, which is not run for this."""
        if env := self._env():
            raise UsageError(
                f"only {env} knows what kind of database this is for, and it is not run",
                hint="--scratch URL names a server on which a scratch database may be made",
            )
        return MEMORY


def _names_a_database(url: str) -> bool:
    """Whether there is such a kind of database: ``driver://user:pass@localhost/dbname`` only holds a place."""
    try:
        make_url(url).get_dialect()
    except (ArgumentError, NoSuchModuleError):
        return False
    return True


def _family_of(url: str) -> str:
    return language(parse_url(url).get_backend_name())


@contextmanager
def opened(states: Sequence[object], ground: Ground) -> Iterator[list[Source]]:
    """The states that names and objects stand for; what was made for them is gone after the block.

    Raises UsageError for what is no state, and whatever keeps it from being read.
    """
    with ExitStack() as stack:
        at_hand = {i: source for i, s in enumerate(states) if (source := _at_hand(s, ground))}
        near = ground.scratch or ground.near(list(at_hand.values()))
        yield [
            at_hand[i] if i in at_hand else _replayed(str(state), ground, near, stack)
            for i, state in enumerate(states)
        ]


def _at_hand(state: object, ground: Ground) -> Source | None:
    """A state that needs no scratch database; None for one that does."""
    if not isinstance(state, str | Path):
        source = of_object(state)
        if source is None:
            raise refuse_unknown(state)
        return source
    match named(str(state)):
        case DatabaseName(url=url):
            return live(url)
        case SnapshotName(path=path):
            return kept(path)
        case ModelsName(spec=spec):
            search = search_path(ground.config) if ground.config is not None else ["."]
            return Models(spec, tuple(load_metadata(spec, search)))
        case HistoryName() | ScriptsName():
            return None


def _replayed(state: str, ground: Ground, near: str, stack: ExitStack) -> Source:
    """A state that had to be made: a history or SQL files, carried out on a scratch database."""
    name = named(state)
    config = ground.config if ground.config is not None else Config()
    script = ScriptDirectory.from_config(config) if isinstance(name, HistoryName) else None
    url = stack.enter_context(scratch_database(near))
    if isinstance(name, HistoryName):
        assert script is not None
        replay(config, script, url, name.revision)
    elif isinstance(name, ScriptsName):
        run_scripts(name.path, url)
    return live(url, state, is_scratch=True)


def terms_for(
    sources: Sequence[Source],
    ground: Ground,
    *,
    exclude: Sequence[str] = (),
    include_schemas: bool = False,
) -> Terms:
    """The terms on which ``sources`` are compared, a database to be asked among them if one can be had."""
    options = ground.options
    near = ground.near(sources)
    schema, table = options.get("version_table_schema"), options.get("version_table")
    has_database = any(isinstance(source, Live) for source in sources)
    return Terms(
        exclude=tuple(exclude),
        globs=Globs(_texts(options.get("include")), _texts(options.get("exclude"))),
        filters=Filters(
            include_name=options.get("include_name"), include_object=options.get("include_object")
        ),
        include_schemas=include_schemas or bool(options.get("include_schemas")),
        version_table=(
            str(schema) if schema else None,
            str(table) if table else "alembic_version",
        ),
        options=options,
        asked=None if has_database else _reachable(near),
        dialect=near.partition("://")[0].partition("+")[0],
    )


def _texts(said: object) -> tuple[str, ...]:
    return tuple(map(str, said)) if isinstance(said, list | tuple) else ()


def _reachable(url: str) -> Live | None:
    """The database of ``url`` if it lets us in."""
    if url.endswith("://") and url != MEMORY:
        return None
    found = live(url)
    if found.url.get_backend_name() == "sqlite":
        return live(MEMORY)
    if not found.url.database:
        return None  # MySQL makes no temporary table outside a database
    try:
        found.run(lambda connection: None)
    except CannotConnect:
        return None
    return found
