"""A history with other links: which files say so, proven before any of them is changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from schemadiff.script.directory import ScriptDirectory
from schemadiff.script.entry import Script
from schemadiff.script.index import index_of
from schemadiff.script.source import read_source

from .files import FileChange
from .links import Links, links_of
from .refusal import CannotEdit
from .source import Source

NewLinks = Mapping[str, Links]
"""What the files of some revisions shall say, by the ids that these have now."""


def rewritten(script: Script, links: Links, path: Path | None = None) -> FileChange:
    """The change of the file of ``script`` to one that says ``links``, and goes by ``path`` if given."""
    here = _path(script)
    if here.suffix != ".py":
        raise CannotEdit(here, 0, "it is compiled")
    content = here.read_bytes()
    new = Source(here, content).with_links(links_of(script), links)
    return FileChange((here, content), (path or here, new))


def changes_of(script: ScriptDirectory, wanted: NewLinks) -> list[FileChange]:
    """The changes of all files whose links differ from ``wanted``, in the order of the paths."""
    known = script.revision_map.index.revisions
    differing = {name: links for name, links in wanted.items() if links != links_of(known[name])}
    return [rewritten(known[name], links) for name, links in sorted(differing.items())]


def proven(
    script: ScriptDirectory,
    changes: Sequence[FileChange],
    wanted: Iterable[Links],
    placed: Mapping[Path, Path],
) -> None:
    """Nothing, if the history is sound and says ``wanted`` once the files of ``placed`` have their names.

    Raises CannotEdit, and what a history that makes no sense raises.
    """
    links = {each.revision: each for each in wanted}
    gone = {change.old[0] for change in changes if change.old is not None}
    kept = [Script(one.source) for one in script.revision_map if _path(one) not in gone]
    revisions = {path: place for path, place in placed.items() if path.suffix == ".py"}
    new = [Script(read_source(place).at(path)) for path, place in revisions.items()]
    for one in new:
        if links_of(one) != links.get(one.revision):
            reason = "the new text would not say what it should"
            raise CannotEdit(Path(one.path), one.source.line, reason)
    index_of([*kept, *new])


def _path(script: Script) -> Path:
    return Path(script.path).resolve()
