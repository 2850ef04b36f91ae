"""Revisions whose work is written in SQL: ``sqlscripts.run(__file__, "upgrade")`` carries it out.

The SQL is in files beside the revision file: ``ae10_fill.upgrade.postgresql.sql`` for one kind of database,
``ae10_fill.upgrade.sql`` for those that have no file of their own.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from sqlalchemy import exc

from schemadiff.errors import CommandError
from schemadiff.execute.sink import Sink
from schemadiff.execute.text import TextSink
from schemadiff.operations.proxy import current
from schemadiff.sqlfiles import Piece, Unfinished, candidates, split

__all__ = ["has", "run"]

DELIMITED = frozenset({"mysql", "mariadb"})
"""Databases whose client cuts a script at every semicolon unless it is told another end."""

Direction = Literal["upgrade", "downgrade"]


def has(revision_file: str | Path, direction: Direction) -> bool:
    """Whether there is SQL for the database of the migration that is running."""
    return any(path.is_file() for path in candidates(Path(revision_file), direction, _dialect()))


def run(revision_file: str | Path, direction: Direction) -> None:
    """Carry out the SQL beside a revision file, or write it down where a script is written.

    Raises CommandError for a file that is missing or does not parse; the error of a statement that fails says
    where it stands.
    """
    tried = candidates(Path(revision_file), direction, _dialect())
    file = next((path for path in tried if path.is_file()), None)
    if file is None:
        raise CommandError(
            f"no SQL for {_dialect()}: there is no {' and no '.join(path.name for path in tried)}",
            hint=f"write one of them in {tried[0].parent}",
        )
    sink: Sink = current("sqlscripts.run").get_context().sink
    for piece in statements_of(file, _dialect()):
        _execute(sink, file, piece)


def statements_of(file: Path, dialect: str) -> list[Piece]:
    """The statements of a file. Raises CommandError, naming file, line and statement."""
    try:
        # Not read_text: it takes a carriage return, in a string too, for the end of a line.
        return split(file.read_bytes().decode("utf-8-sig"), dialect)
    except Unfinished as error:
        hint = f"in: {error.statement}" if error.statement else ""
        raise CommandError(f"{file}, {error}", hint=hint) from error
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"cannot read {file}: {error}") from error


def _execute(sink: Sink, file: Path, piece: Piece) -> None:
    try:
        if isinstance(sink, TextSink) and _dialect() in DELIMITED and _holds_ends(piece):
            sink.buffer.write(f"DELIMITER //\n{piece.text}//\nDELIMITER ;\n\n")
        else:
            sink.execute(piece.text)
    except exc.DBAPIError as error:
        error.add_note(f"{file}, line {piece.line}: {piece.beginning}")
        raise


def _holds_ends(piece: Piece) -> bool:
    return len(split(piece.text, _dialect())) > 1


def _dialect() -> str:
    name: str = current("sqlscripts.run").get_context().dialect.name
    return name
