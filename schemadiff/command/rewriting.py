"""Commands that change revision files: rebase, rename, squash; and what two branches both touch."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import combinations
from pathlib import Path

from schemadiff.config import Config
from schemadiff.dialects.registry import language
from schemadiff.editing.files import FileChange, replace_files, unified
from schemadiff.editing.history import changes_of, proven, rewritten
from schemadiff.editing.links import Links
from schemadiff.editing.proving import NotTheSame, Trial, prove
from schemadiff.editing.rebase import other_head, own_revisions, rebased
from schemadiff.editing.rename import renamed, renamed_path
from schemadiff.editing.squash import Squashed, chain, depends_on, squashed
from schemadiff.editing.touching import Branch, Touched, branch_of, shared
from schemadiff.errors import CommandError, UsageError
from schemadiff.runtime.connect import parse_url
from schemadiff.runtime.models import put_in_front
from schemadiff.runtime.project import search_path
from schemadiff.script import Script, ScriptDirectory
from schemadiff.script.revision import RevisionMap
from schemadiff.script.source import read_source
from schemadiff.sqlfiles import all_beside

Style = Callable[..., str]
"""Text and colours, as text for a terminal."""

COLOURS = {"+": "green", "-": "red", "@": "cyan"}


def rebase(
    config: Config, rev: str, onto: str | None, *, dry_run: bool, style: Style | None
) -> None:
    """Put what only ``rev`` stands on, on top of ``onto``; without one, of the only other head."""
    script = ScriptDirectory.from_config(config)
    index = script.revision_map.index
    mine = _one(script, rev)
    other = _one(script, onto) if onto is not None else other_head(index, mine)
    wanted = rebased(index, mine, other)
    _carry_out(config, script, changes_of(script, wanted), wanted.values(), dry_run, style)
    if not dry_run:
        count = len(own_revisions(index, mine, other))
        _say(config, f"{count} revisions of {mine} now stand on {other}.")
        _say(
            config,
            f"A database at any of them that lacks {other} would never get it: "
            "downgrade such a database first, with the old files.",
        )


def rename(
    config: Config, old: str, new: str, *, forget: bool, dry_run: bool, style: Style | None
) -> None:
    """Give a revision the id ``new`` in every file; unless ``forget``, databases at the old id go on."""
    script = ScriptDirectory.from_config(config)
    index = script.revision_map.index
    name = _one(script, old)
    if index.revisions[name].replaces and not forget:
        raise UsageError(
            f"{name} replaces other revisions: databases at {name} would not find their way",
            hint="--forget if no database is at it",
        )
    wanted = renamed(index, name, new, remember=not forget)
    own = index.revisions[name]
    here = Path(own.path).resolve()
    changes = [
        rewritten(own, wanted[name], renamed_path(here, name, new)),
        *_moved(all_beside(here), name, new),
        *changes_of(script, {each: links for each, links in wanted.items() if each != name}),
    ]
    _carry_out(config, script, changes, wanted.values(), dry_run, style)


def _moved(paths: Iterable[Path], name: str, new: str) -> Iterable[FileChange]:
    """The SQL files of a revision under the names they have from now on."""
    for path in paths:
        content = path.read_bytes()
        yield FileChange((path, content), (renamed_path(path, name, new), content))


def squash(
    config: Config,
    rev_range: str,
    *,
    message: str | None,
    rev_id: str | None,
    url: str | None,
    forget: bool = False,
    dry_run: bool,
    style: Style | None,
) -> None:
    """Put one revision in the place of those from ``A`` to ``B``, proven equal on scratch databases.

    What cannot be put together, or proves to be something else then, is called as it is; it is said why.
    """
    script = ScriptDirectory.from_config(config)
    index = script.revision_map.index
    lower, _, upper = rev_range.partition(":")
    if not lower or not upper:
        raise UsageError("squash takes a range: schemadiff squash FIRST:LAST")
    old = chain(index, _one(script, lower), _one(script, upper))
    draft = script.draft(
        rev_id,
        message or f"{old[0].doc} … {old[-1].doc}",
        head=old[0].parents or "base",
        splice=True,
        version_path=Path(old[-1].path).parent,
        depends_on=depends_on(old),
    )
    near = parse_url(url or "sqlite://")

    def carry_out(made: Squashed) -> None:
        new = FileChange(None, (draft.path, made.text.encode(script.output_encoding)))
        changes = [new, *map(_removed, old), *changes_of(script, made.others)]
        wanted = [made.links, *made.others.values()]

        def proof(placed: Mapping[Path, Path]) -> None:
            proven(script, changes, wanted, placed)
            fresh = _with_files(script, changes, placed)
            replaced = made.links.replaces
            prove(Trial(config, script, fresh, replaced, draft.revision, old[0].parents), near)

        remarks = (*made.remarks, *_proven_elsewhere(config, near.get_backend_name()))
        _show_or_replace(config, changes, proof, dry_run, style, remarks)

    put_in_front(search_path(config))
    try:
        carry_out(squashed(index, old, draft, forget=forget))
    except NotTheSame as error:
        carry_out(squashed(index, old, draft, forget=forget, apart=str(error)))


def _proven_elsewhere(config: Config, kind: str) -> Iterator[str]:
    """What is to be said where the project's database is of another kind than that of the proof."""
    with suppress(CommandError):  # a URL that nobody can read here is no reason to stop
        own = _dialect(config)
        if own != "default" and language(own) != language(kind):
            yield f"proven on {kind}, not on {own}: --url names a server for a proof on one"


def merge_check(config: Config, revisions: Sequence[str], *, as_json: bool = False) -> int:
    """The exit code: 0 where no two of the branches touch the same object, 1 where some do."""
    script = ScriptDirectory.from_config(config)
    heads = [found.revision for found in script.get_revisions(revisions)]
    if len(heads) < 2:
        raise UsageError("there are no two branches to compare", hint="schemadiff heads")
    dialect = _dialect(config)
    branches = {head: _branch(script, head, heads, dialect) for head in heads}
    both = [
        (one, other, touched, names)
        for one, other in combinations(heads, 2)
        for touched, names in shared(branches[one], branches[other]).items()
    ]
    unknown = [(head, line) for head in heads for line in dict.fromkeys(branches[head].unknown)]
    if as_json:
        _say(config, _meetings(heads, both, unknown))
        return int(bool(both))
    for one, other, touched, names in both:
        _say(config, f"{one} and {other} both touch {touched}: {', '.join(names)}")
    for head, line in unknown:
        _say(config, f"{head}: cannot tell what {line}")
    if not both:
        _say(config, f"{', '.join(heads)}: no object is touched by two of them.")
    return int(bool(both))


def _meetings(
    heads: Sequence[str],
    both: Iterable[tuple[str, str, Touched, Sequence[str]]],
    unknown: Iterable[tuple[str, str]],
) -> str:
    """What ``merge --check`` found, for machines."""
    found = {
        "heads": list(heads),
        "touched_by_both": [
            {"heads": [one, other], "object": str(touched), "revisions": list(names)}
            for one, other, touched, names in both
        ],
        "unknown": [{"head": head, "what": line} for head, line in unknown],
    }
    return json.dumps(found, indent=2, ensure_ascii=False)


def _branch(script: ScriptDirectory, head: str, heads: Sequence[str], dialect: str) -> Branch:
    graph = script.revision_map.graph
    others = graph.ancestors([each for each in heads if each != head])
    own = graph.ancestors((head,)) - others
    revisions = script.revision_map.index.revisions
    return branch_of((revisions[name] for name in reversed(graph.newest_first(own))), dialect)


def _dialect(config: Config) -> str:
    url = config.get_main_option("url")
    return parse_url(url).get_backend_name() if url else "default"


def _one(script: ScriptDirectory, said: str) -> str:
    """The id of the one revision that ``said`` denotes."""
    found = script.get_revision(said)
    if found is None:
        raise UsageError(f"'{said}' is no revision")
    return found.revision


def _removed(script: Script) -> FileChange:
    path = Path(script.path).resolve()
    return FileChange((path, path.read_bytes()), None)


def _with_files(
    script: ScriptDirectory, changes: Sequence[FileChange], placed: Mapping[Path, Path]
) -> ScriptDirectory:
    """The same folder as it is going to be."""
    gone = {change.old[0] for change in changes if change.old is not None}
    kept = [Script(s.source) for s in script.revision_map if Path(s.path).resolve() not in gone]
    scripts = [*kept, *(Script(read_source(place)) for place in placed.values())]
    fresh = copy.copy(script)
    fresh.revision_map = RevisionMap(lambda: scripts)
    return fresh


def _carry_out(
    config: Config,
    script: ScriptDirectory,
    changes: Sequence[FileChange],
    wanted: Iterable[Links],
    dry_run: bool,
    style: Style | None,
) -> None:
    links = list(wanted)
    _show_or_replace(
        config, changes, lambda placed: proven(script, changes, links, placed), dry_run, style
    )


def _show_or_replace(
    config: Config,
    changes: Sequence[FileChange],
    proof: Callable[[Mapping[Path, Path]], None],
    dry_run: bool,
    style: Style | None,
    remarks: Iterable[str] = (),
) -> None:
    """Print what would change, which is proven all the same; or change it. Remarks go beside what is printed."""
    replace_files(changes, proof, for_show=dry_run)
    for remark in remarks:
        _say(config, remark)
    if dry_run:
        for line in unified(changes, Path.cwd()):
            _say(config, _coloured(line, style))
        return
    for change in changes:
        _say(config, _told(change))


def _told(change: FileChange) -> str:
    match change:
        case FileChange((old, _), (new, _)):
            return f"changed {new}" if old == new else f"changed {old} → {new}"
        case FileChange(None, (new, _)):
            return f"made {new}"
        case FileChange((old, _), None):
            return f"removed {old}"
    return ""


def _coloured(line: str, style: Style | None) -> str:
    colour = COLOURS.get(line[:1])
    return style(line, fg=colour) if style is not None and colour else line


def _say(config: Config, line: str) -> None:
    config.print_stdout("%s", line)


__all__ = ["merge_check", "rebase", "rename", "squash"]
