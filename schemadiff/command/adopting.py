"""`schemadiff adopt`: a project that was written for Alembic becomes one of ours."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from schemadiff.adopting.project import Adoption, adoption
from schemadiff.config import Config
from schemadiff.editing.files import FileChange
from schemadiff.script import ScriptDirectory


def adopt(
    config: Config,
    *,
    dry_run: bool = False,
    toml: bool = False,
    style: Callable[..., str] | None = None,
) -> None:
    """Change the project's files, all or none; with ``dry_run`` print what would change.

    With ``toml`` the configuration moves from the ini file into ``[tool.schemadiff]`` of pyproject.toml.
    Raises CannotEdit, naming file and line, for what is not understood.
    """
    plan = adoption(config, toml=toml)
    if dry_run:
        for line in plan.diff(Path.cwd()):
            config.print_stdout("%s", _coloured(line, style) if style else line)
    else:
        plan.carry_out()
        for change in plan.all_changes:
            config.print_stdout("%s", _done(change))
    for line in _summary(config, plan, dry_run):
        config.print_stdout("%s", line)


def _done(change: FileChange) -> str:
    if change.new is not None:
        return f"Adopting {change.new[0]} ...  done"
    return f"Removing {change.old[0] if change.old else ''} ...  done"


def _summary(config: Config, plan: Adoption, dry_run: bool) -> list[str]:
    heads = ScriptDirectory.from_config(config).get_heads()
    would = "would change" if dry_run else "changed"
    several = f"{len(plan.revisions)} revisions, heads: {', '.join(sorted(heads)) or 'none'}"
    lines = [f"{len(plan.all_changes)} files {would}; the graph is the same: {several}."]
    if plan.unread:
        lines.append("Not part of the project's scripts, but they import Alembic too:")
        lines += [f"  {path}" for path in plan.unread]
    return lines


def _coloured(line: str, style: Callable[..., str]) -> str:
    colours = {"+": "green", "-": "red", "@": "cyan"}
    colour = colours.get(line[:1])
    return style(line, fg=colour) if colour else line
