"""`schemadiff revision --sql-scripts`: a revision whose work is written in SQL files beside it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from schemadiff.config import Config
from schemadiff.errors import CommandError
from schemadiff.render.call import Call, Line, Literal, Statement, Verbatim
from schemadiff.script import Script, ScriptDirectory
from schemadiff.sqlfiles import DIRECTIONS, beside

from .writing import Bodies, Wish, write_revision

IMPORT = "from schemadiff import sqlscripts"


def body(direction: str) -> tuple[Line, ...]:
    """The one line of ``upgrade()`` or ``downgrade()`` that carries out the SQL beside the file."""
    file = Verbatim("__file__")
    return (Statement(Call("sqlscripts.run", (file, Literal(direction)), imports=(IMPORT,))),)


def revision_with_scripts(config: Config, wish: Wish, dialects: Sequence[str]) -> Script | None:
    """The new revision, with an SQL file each way for each of ``dialects``, or generic ones.

    None for a dry run. If a file cannot be written, none is left.
    """
    script = ScriptDirectory.from_config(config)
    written = write_revision(config, script, wish, Bodies(body("upgrade"), body("downgrade")))
    if written is None:
        return None
    made = [Path(written.path)]
    try:
        for path in _paths(made[0], dialects):
            with path.open("x", encoding="utf-8") as file:
                made.append(path)
                file.write(f"-- {written.doc}: {_meaning(path, written)}\n")
    except OSError as error:
        for path in made:
            path.unlink(missing_ok=True)
        raise CommandError(f"cannot write {error.filename}: {error.strerror}") from error
    for path in made[1:]:
        config.print_stdout("%s", f"Generating {path} ...  done")
    return written


def _paths(revision: Path, dialects: Sequence[str]) -> list[Path]:
    return [
        beside(revision, direction, dialect)
        for dialect in dict.fromkeys(dialects or [""])
        for direction in DIRECTIONS
    ]


def _meaning(path: Path, revision: Script) -> str:
    if ".upgrade." in path.name:
        return f"bring the database to {revision.revision}"
    return f"take the database back to before {revision.revision}"
