"""`schemadiff revision --from STATE --to STATE`: a revision that needs no live database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields

from schemadiff.config import Config
from schemadiff.errors import ConfigError
from schemadiff.operations.ops import DowngradeOps, MigrationScript, UpgradeOps
from schemadiff.runtime.project import target_metadata
from schemadiff.script import Script, ScriptDirectory
from schemadiff.states import SchemaDiff, diff_states

from .revising import bodies
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
) -> Script | None:
    """The revision that leads from one state to another; None where nothing differs, unless ``empty``.

    ``from_`` is the history unless said otherwise, ``to`` the project's models.
    """
    script = ScriptDirectory.from_config(config)
    found = diff_states(
        from_ or "history", to or _models(config), config=config, scratch=scratch, exclude=exclude
    )
    if not found and not empty:
        config.print_stdout("%s", "No new upgrade operations detected: no file was written.")
        return None
    context = found.comparison.context
    made = bodies({context.opts["upgrade_token"]: context}, _script(found))
    return write_revision(config, script, _wish(wish), made)


def _models(config: Config) -> object:
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
