"""`schemadiff revision --from STATE --to STATE`: a revision that needs no live database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields

from schemadiff.config import Config
from schemadiff.errors import ConfigError
from schemadiff.operations.ops import DowngradeOps, MigrationScript, UpgradeOps
from schemadiff.runtime.project import has_env, target_metadata
from schemadiff.script import Script, ScriptDirectory
from schemadiff.states import diff_states
from schemadiff.states.difference import SchemaDiff

from .replayed import offering, replayed, standing_in
from .revising import autogenerate, bodies
from .writing import Wish, write_revision


def revision_between(
    config: Config,
    from_: str | None,
    to: str | None,
    wish: Mapping[str, object],
    *,
    scratch: str | None = None,
    exclude: Sequence[str] = (),
    empty: bool = False,
) -> Script | list[Script | None] | None:
    """The revision that leads from one state to another; None where nothing differs, unless ``empty``.

    ``from_`` is the history unless said otherwise, ``to`` the project's models.
    """
    script = ScriptDirectory.from_config(config)
    if from_ in (None, "history") and to is None and not exclude:
        return _from_history(config, script, wish, scratch, empty)
    found = diff_states(
        from_ or "history", to or models_of(config), config=config, scratch=scratch, exclude=exclude
    )
    if not found and not empty:
        config.print_stdout("%s", "No new upgrade operations detected: no file was written.")
        return None
    context = found.comparison.context
    made = bodies({context.opts["upgrade_token"]: context}, _script(found))
    return write_revision(config, script, _wish(wish), made)


def _from_history(
    config: Config,
    script: ScriptDirectory,
    wish: Mapping[str, object],
    scratch: str | None,
    empty: bool,
) -> Script | list[Script | None] | None:
    """What ``--autogenerate`` writes on a database at head: one that the history has made for this."""
    if target_metadata(config) is None and not has_env(script):
        models_of(config)
    with replayed(config, script, scratch) as (replaying, url):
        return offering(
            replaying,
            url,
            lambda there: autogenerate(
                there,
                _wish(wish),
                None,
                empty=empty,
                allow_empty=bool(wish.get("allow_empty_metadata")),
                stand_in=standing_in(url),
            ),
        )


def models_of(config: Config) -> object:
    """The project's models. Raises ConfigError if nobody says what they are."""
    metadata = target_metadata(config)
    if metadata is None:
        raise ConfigError(
            "nobody says what the models are",
            key="target_metadata",
            hint="--to shop.models:Base, or target_metadata = … in the configuration",
        )
    return metadata


def _script(found: SchemaDiff) -> MigrationScript:
    opts = found.comparison.context.opts
    up = UpgradeOps(found.upgrade_ops(), upgrade_token=opts["upgrade_token"])
    down = DowngradeOps(found.downgrade_ops(), downgrade_token=opts["downgrade_token"])
    return MigrationScript(None, up, down)


def _wish(said: Mapping[str, object]) -> Wish:
    known = {field.name for field in fields(Wish)}
    return Wish(**{name: value for name, value in said.items() if name in known and value})  # type: ignore[arg-type]
