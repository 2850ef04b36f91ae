"""A revision file from wish to disk: named, laid out, formatted, written whole, hooks run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from schemadiff.config import Config
from schemadiff.hooks.formatting import format_source
from schemadiff.hooks.run import run_hooks
from schemadiff.render.call import Line
from schemadiff.script import Script, ScriptDirectory
from schemadiff.script.creation import Draft


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked of a new revision."""

    message: str | None = None
    head: str | Sequence[str] = "head"
    splice: bool = False
    branch_label: str | Sequence[str] | None = None
    version_path: str | Path | None = None
    rev_id: str | None = None
    depends_on: str | Sequence[str] | None = None
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Bodies:
    """What upgrade() and downgrade() do, and the imports hooks ask for; with further template variables."""

    upgrades: Sequence[Line] = ()
    downgrades: Sequence[Line] = ()
    imports: Sequence[str] = ()
    others: tuple[tuple[str, object], ...] = ()


def write_revision(
    config: Config, script: ScriptDirectory, wish: Wish, bodies: Bodies = Bodies()
) -> Script | None:
    """The new revision, whose file has been written and formatted and given to the post-write hooks.

    None for a dry run, which only prints the text.
    """

    def source(draft: Draft) -> str:
        text = script.text_of(
            draft,
            upgrades=bodies.upgrades,
            downgrades=bodies.downgrades,
            imports=bodies.imports,
            **{"config": config, **dict(bodies.others)},
        )
        return text if script.template_path.is_file() else format_source(text, draft.path)

    if wish.dry_run:
        config.print_stdout("%s", source(_drafted(script, wish)).rstrip())
        return None
    written = script.generate_revision(
        wish.rev_id,
        wish.message,
        head=wish.head,
        splice=wish.splice,
        branch_labels=wish.branch_label,
        version_path=wish.version_path,
        depends_on=wish.depends_on,
        source=source,
    )
    config.print_stdout("%s", f"Generating {written.path} ...  done")
    run_hooks(written.path, script.hooks, lambda text: config.print_stdout("%s", text))
    return written


def _drafted(script: ScriptDirectory, wish: Wish) -> Draft:
    return script.draft(
        wish.rev_id,
        wish.message,
        wish.head,
        wish.splice,
        wish.branch_label,
        wish.version_path,
        wish.depends_on,
    )


def only(found: Iterable[Script | None]) -> Script | list[Script | None] | None:
    """One revision as itself, several as a list, none as None."""
    several = list(found)
    return several if len(several) > 1 else next(iter(several), None)
