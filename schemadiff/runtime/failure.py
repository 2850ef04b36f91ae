"""What is said about a run that failed half-way: what was done, what was not, what the database is at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import event
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError


@dataclass(slots=True)
class Progress:
    """How far a run has come."""

    undone_by_rollback: bool
    """Whether a failure undoes everything that has not been committed."""
    one_transaction: bool
    """Whether all steps are in one transaction, not each in its own."""
    callers: bool = False
    """Whether that transaction is the caller's, who decides what becomes of it."""
    only_written: bool = False
    """Whether nothing is executed, and an SQL script written instead."""
    done: list[str] = field(default_factory=list)
    """The steps that are complete, as they were logged."""
    kept: int = 0
    """How many of those are committed and stay, come what may."""
    statements: list[str] = field(default_factory=list)
    """What the step under way has sent to the database so far."""

    def begin_step(self) -> None:
        self.statements.clear()

    def end_step(self, title: str) -> None:
        self.done.append(title)
        if not self.one_transaction:
            self.kept = len(self.done)

    def committed(self) -> None:
        """Everything up to here stays."""
        self.kept = len(self.done)

    def describe(self, title: str, error: BaseException) -> str:
        """The facts below the complaint, one in a line."""
        return "\n".join(self._lines(title, error))

    def _lines(self, title: str, error: BaseException) -> Iterator[str]:
        yield f"while {title[:1].lower()}{title[1:]}"
        if self.only_written:
            yield "the script ends here and is not complete: do not run it"
            return
        if isinstance(error, DBAPIError) and error.statement:
            yield f"statement: {_one_line(error.statement)}"
        if self.undone_by_rollback:
            undone = [*self.done[self.kept :], title]
            fate = "in the caller's transaction, not committed" if self.callers else "rolled back"
            yield f"{fate}: {'; '.join(_short(step) for step in undone)}"
        else:
            yield from self._left_behind()
        if self.kept:
            yield f"done and kept: {'; '.join(_short(step) for step in self.done[: self.kept])}"

    def _left_behind(self) -> Iterator[str]:
        """What stays of the step that failed, on a database that cannot undo it."""
        before = self.statements[:-1]
        if before:
            yield "this database cannot undo DDL; of this revision these statements were carried out before:"
            yield from (f"  {_one_line(text)}" for text in before)


@contextmanager
def overheard(connection: object, progress: Progress) -> Iterator[None]:
    """The block's statements are noted in ``progress``; stand-ins for a connection are left alone."""
    if not isinstance(connection, Connection):
        yield
        return

    def note(conn: Connection, cursor: object, statement: str, *rest: object) -> None:
        progress.statements.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    try:
        yield
    finally:
        event.remove(connection, "before_cursor_execute", note)


def _one_line(sql: str) -> str:
    line = " ".join(sql.split())
    return line if len(line) <= 300 else f"{line[:297]}..."


def _short(title: str) -> str:
    """``upgrade a -> b`` of ``Running upgrade a -> b, with a long message``."""
    return title.removeprefix("Running ").partition(",")[0]
