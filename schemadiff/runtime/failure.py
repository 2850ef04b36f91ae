"""What is said about a run that failed half-way: what was done, what was not, what the database is at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import event
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import DBAPIError

_ROWS = frozenset({"INSERT", "UPDATE", "DELETE", "REPLACE", "WITH"})
"""How statements begin that change rows, and nothing else."""
_ASKS = frozenset({"SELECT", "SHOW", "SET", "CALL", "DO", "EXPLAIN", "VALUES", "TABLE"})

_NOT_UNDERSTOOD = frozenset({1064, 1149})
"""Errors of MySQL and MariaDB that come before a statement is begun (ER_PARSE_ERROR, ER_SYNTAX_ERROR)."""


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
    """What the step under way has changed so far: the statements that have been carried out."""
    under_way: str = ""
    """The statement that is being carried out."""
    fixed: int = 0
    """How many of those statements are committed already: a revision may leave its transaction on the way."""
    outside: bool = False
    """Whether the statement under way is in no transaction."""

    def begin_step(self) -> None:
        self.statements.clear()
        self.under_way = ""
        self.fixed = 0
        self.outside = False

    def carried_out(self, changes: bool) -> None:
        """The statement under way is done; one that only asked is forgotten."""
        if changes:
            self.statements.append(self.under_way)
        self.under_way = ""

    def end_step(self, title: str) -> None:
        self.done.append(title)
        if not self.one_transaction:
            self.kept = len(self.done)

    def committed(self) -> None:
        """Everything up to here stays."""
        self.kept = len(self.done)
        self.fixed = len(self.statements)

    @contextmanager
    def outside_transaction(self) -> Iterator[None]:
        """The block in which each statement is committed by itself."""
        self.committed()
        self.outside = True
        try:
            yield
        finally:
            self.committed()
        self.outside = False

    def describe(self, title: str, error: BaseException, aim: Sequence[str] = ()) -> str:
        """The facts below the complaint, one in a line; ``aim`` are the revisions the step leads to."""
        return "\n".join(self._lines(title, error, " ".join(aim) or "base"))

    def _lines(self, title: str, error: BaseException, aim: str) -> Iterator[str]:
        yield f"while {title[:1].lower()}{title[1:]}"
        if self.outside:
            yield "that was in no transaction: what it began may be left (an INVALID index of PostgreSQL: drop it)"
        if self.only_written:
            yield "the script ends here and is not complete: do not run it"
            return
        if isinstance(error, DBAPIError) and error.statement:
            yield f"statement: {_one_line(error.statement)}"
        if self.undone_by_rollback and self.fixed:
            reason = "this revision left its transaction on the way; of it these statements are committed:"
            yield from _halfway(
                self.statements[: self.fixed], self.statements[self.fixed :], reason
            )
            yield _how_to_go_on(aim)
        elif self.undone_by_rollback:
            undone = [*self.done[self.kept :], title]
            fate = "in the caller's transaction, not committed" if self.callers else "rolled back"
            yield f"{fate}: {'; '.join(_short(step) for step in undone)}"
        else:
            yield from self._left_behind(aim, error)
        if self.kept:
            yield f"done and kept: {'; '.join(_short(step) for step in self.done[: self.kept])}"

    def _left_behind(self, aim: str, error: BaseException) -> Iterator[str]:
        """What stays of the step that failed, on a database that cannot undo it, and how to go on."""
        stays, undone = self._fates(began=_has_begun(error))
        lost = isinstance(error, DBAPIError) and error.connection_invalidated
        if lost:
            yield "the connection was lost: whether that statement was carried out has to be looked up"
        elif not stays:
            yield "of this revision nothing was changed: mend the cause and run this again"
            yield f"if an earlier run was cut off, what it began is still there; {_how_to_go_on(aim)}"
            return
        reason = "this database cannot undo DDL; of this revision these statements were carried out before:"
        if stays:
            yield from _halfway(stays, undone, reason)
        yield _how_to_go_on(aim)

    def _fates(self, *, began: bool) -> tuple[list[str], list[str]]:
        """What was carried out for good, and what was rolled back.

        Rows that were changed are committed as soon as the next DDL begins, even if that fails
        (https://mariadb.com/kb/en/sql-statements-that-cause-an-implicit-commit/).
        """
        tried = [*self.statements, self.under_way] if self.under_way and began else self.statements
        last = max((i for i, text in enumerate(tried) if _commits(text)), default=-1)
        return self.statements[: last + 1], self.statements[last + 1 :]


@contextmanager
def overheard(connection: object, progress: Progress) -> Iterator[None]:
    """The block's statements are noted in ``progress``; stand-ins for a connection are left alone."""
    if not isinstance(connection, Connection):
        yield
        return

    def begin(conn: Connection, cursor: object, statement: str, *rest: object) -> None:
        progress.under_way = statement

    def end(conn: Connection, cursor: DBAPICursor, statement: str, *rest: object) -> None:
        progress.carried_out(changes=cursor.description is None or _first_word(statement) in _ROWS)

    event.listen(connection, "before_cursor_execute", begin)
    event.listen(connection, "after_cursor_execute", end)
    try:
        yield
    finally:
        event.remove(connection, "before_cursor_execute", begin)
        event.remove(connection, "after_cursor_execute", end)


def _halfway(stays: Sequence[str], undone: Sequence[str], reason: str) -> Iterator[str]:
    yield reason
    yield from (f"  {_one_line(text)}" for text in stays)
    if undone:
        yield "and these were rolled back:"
        yield from (f"  {_one_line(text)}" for text in undone)


def _how_to_go_on(aim: str) -> str:
    return (
        "to go on: undo by hand what was carried out and run this again, or carry out the rest by hand "
        f"and stamp {aim}"
    )


def _has_begun(error: BaseException) -> bool:
    """Whether a statement that failed was understood by the server, and carried out as far as it went."""
    if not isinstance(error, DBAPIError) or error.orig is None:
        return False
    return next(iter(error.orig.args), None) not in _NOT_UNDERSTOOD


def _commits(sql: str) -> bool:
    """Whether a statement commits what came before it, on a database whose DDL does."""
    return _first_word(sql) not in _ROWS | _ASKS


def _first_word(sql: str) -> str:
    return next(iter(sql.split(None, 1)), "").upper()


def _one_line(sql: str) -> str:
    line = " ".join(sql.split())
    return line if len(line) <= 300 else f"{line[:297]}..."


def _short(title: str) -> str:
    """``upgrade a -> b`` of ``Running upgrade a -> b, with a long message``."""
    return title.removeprefix("Running ").partition(",")[0]
