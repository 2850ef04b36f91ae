"""`schemadiff diff` and `schemadiff inspect`: commands that take the names of states."""

from __future__ import annotations

from collections.abc import Sequence

from schemadiff.config import Config
from schemadiff.inspecting import inspected
from schemadiff.render.text import Style, unstyled
from schemadiff.states import Ground, diff_states
from schemadiff.states.formats import written


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
    config.print_stdout("%s", text.rstrip("\n"))
