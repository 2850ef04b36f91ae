"""A script cut into its statements: strings, dollar quotes, comments and bodies stay whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .lexis import LEXES, STANDARD, Lexis


@dataclass(frozen=True, slots=True)
class Piece:
    """One statement without its end, and the line of the script on which it begins (from 1)."""

    text: str
    line: int

    @property
    def beginning(self) -> str:
        """The statement in one short line, for people."""
        flat = " ".join(self.text[:1000].split())
        return flat if len(flat) <= 70 else f"{flat[:67]}…"


class Unfinished(ValueError):
    """A script that does not parse; ``line`` is where the trouble begins, ``what`` it is and ``statement`` where it is in."""

    def __init__(self, line: int, what: str, statement: str = "") -> None:
        super().__init__(f"line {line}: {what}")
        self.line = line
        self.what = what
        self.statement = statement


def split(script: str, dialect: str = "") -> list[Piece]:
    """The statements of ``script`` in their order, read as the database named ``dialect`` reads them.

    Comments stay in the statement they stand in; what holds nothing but comments is no statement. Raises
    Unfinished for a string, comment, name or body that is never closed, and for what only the database's own
    client carries out: commands of psql, COPY with rows behind it, GO.
    """
    return list(_Reader(script, LEXES.get(dialect, STANDARD)).pieces())


_OPEN = {
    "open_string": "a string that is never closed",
    "open_escape": "a string that is never closed",
    "open_name": "a quoted name that is never closed",
    "open_ticks": "a quoted name that is never closed",
    "open_square": "a quoted name that is never closed",
    "open_dollar": "a dollar quote that is never closed",
}
_COMMENT_MARK = re.compile(r"/\*|\*/")
_DELIMITER = re.compile(r"delimiter[ \t]+(\S+)[^\n]*", re.IGNORECASE)
_META = re.compile(r"\\(\w+|\S?)[^\n]*")
_GO = re.compile(r"GO(?:[ \t]+\d+)?[ \t]*;?[ \t\r]*$", re.IGNORECASE | re.MULTILINE)
"""A line that sqlcmd takes for the end of a batch. Whoever has a column of that name hardly writes it thus."""
_HARMLESS = frozenset({"restrict", "unrestrict"})
"""What pg_dump writes to guard against psql itself; without psql it means nothing."""


class _Reader:
    """One pass through a script."""

    def __init__(self, script: str, lexis: Lexis) -> None:
        self.script = script
        self.lexis = lexis
        self.token = lexis.pattern
        self.place = 0
        self.end = ";" if lexis.semicolons else ""
        self._counted = (0, 1)
        """A place, and the line that it is on: lines are counted on from there, not from the beginning each time."""
        self._begin_statement(0)

    def _begin_statement(self, place: int) -> None:
        self.start = place
        self.first: int | None = None
        """Where the first thing that is neither blank nor comment stands."""
        self.words: list[str] = []
        self.depth = 0
        self.opened_at = 0

    def pieces(self) -> Iterator[Piece]:
        while self.place < len(self.script):
            if self._at_end():
                yield from self._finished(self.place)
                self.place += len(self.end)
                self._begin_statement(self.place)
            elif (length := self._separator()) is not None:
                yield from self._finished(self.place)
                self.place += length
                self._begin_statement(self.place)
            elif not self._command():
                self._step()
        if self.depth:
            raise self._unfinished(self.opened_at, "a BEGIN without its END")
        yield from self._finished(self.place)

    # ---- what is no part of a statement ------------------------------------------------------

    def _at_end(self) -> bool:
        return bool(self.end) and not self.depth and self.script.startswith(self.end, self.place)

    def _separator(self) -> int | None:
        """The length of a separator's line that begins here, None if there is none."""
        word = self.lexis.separator
        begins = self.script[self.place : self.place + len(word)].upper() == word
        if not word or not begins or not self._at_line_start():
            return None
        end = self.script.find("\n", self.place)
        line = self.script[self.place : end if end >= 0 else len(self.script)]
        return len(line) if line.strip().upper() == word else None

    def _command(self) -> bool:
        """Whether a command of the database's own client stood here, which has been taken note of."""
        if self.first is not None or not self._at_line_start():
            return False
        if self.lexis.delimiter and (found := _DELIMITER.match(self.script, self.place)):
            self.end = found[1]
        elif self.lexis.meta and (found := _META.match(self.script, self.place)):
            if found[1] not in _HARMLESS:
                raise self._of_psql(found)
        else:
            return False
        self.place = found.end()
        self._begin_statement(self.place)
        return True

    def _of_psql(self, found: re.Match[str]) -> Unfinished:
        what = f"\\{found[1]} is a command of psql, not SQL"
        return Unfinished(self._line(found.start()), what)

    def _require_sql(self, start: int, kind: str | None) -> None:
        """Raises Unfinished where a client's own command stands inside or behind a statement."""
        is_meta = self.lexis.meta and kind == "mark" and self.script[start] == "\\"
        if is_meta and (found := _META.match(self.script, start)):
            raise self._of_psql(found)
        begins_line = kind == "word" and self.script[start - 1 : start] in ("", "\n")
        if begins_line and (go := _GO.match(self.script, start)):
            what = f"{go.group().strip()} is a command of sqlcmd, not SQL"
            raise Unfinished(self._line(start), what)

    def _at_line_start(self) -> bool:
        before = self.script.rfind("\n", 0, self.place) + 1
        return not self.script[before : self.place].strip()

    # ---- steps -------------------------------------------------------------------------------

    def _step(self) -> None:
        start = self.place
        found = self.token.match(self.script, start)
        assert found is not None  # the last alternative takes any character
        self.place = found.end()
        kind = found.lastgroup
        if kind == "quoted" and self.place == len(self.script):
            self._require_closed(start, found)
        if kind == "comment":
            self._skip_comment(start)
        elif kind not in ("line", "blank"):
            self._require_sql(start, kind)
            word = found.group() if kind == "word" else None
            self._note(start, self._before_end(start, word))

    def _require_closed(self, start: int, found: re.Match[str]) -> None:
        for name, value in found.groupdict().items():
            if name in _OPEN and value is not None:
                raise self._unfinished(start, _OPEN[name])

    def _unfinished(self, start: int, what: str) -> Unfinished:
        """What is never closed from ``start`` on, with the statement that it is in."""
        begun = Piece(self.script[start if self.first is None else self.first :], 0)
        return Unfinished(self._line(start), what, begun.beginning)

    def _before_end(self, start: int, word: str | None) -> str | None:
        """The word up to an end that stands in it: a client looks for ``$$`` before it knows of names."""
        if word is None or not self.end or self.end not in word:
            return word
        self.place = self.script.index(self.end, start)
        return self.script[start : self.place]

    def _note(self, start: int, word: str | None) -> None:
        if self.first is None:
            self.first = start
        if word is not None:
            self._count(word.upper(), start)

    def _skip_comment(self, start: int) -> None:
        if self.lexis.delimiter and re.match(r"/\*M?!", self.script[start : start + 4]):
            self._note(start, None)  # a comment that MySQL carries out
        depth = 1
        while depth:
            mark = _COMMENT_MARK.search(self.script, self.place)
            if mark is None:
                raise self._unfinished(start, "a comment that is never closed")
            self.place = mark.end()
            if mark.group() == "*/":
                depth -= 1
            elif self.lexis.nested_comments:
                depth += 1

    def _count(self, word: str, place: int) -> None:
        """Counts what opens and closes a body, in statements that can have one."""
        self.words.append(word)
        if self.lexis.meta and self._copies_from_client():
            assert self.first is not None  # the word COPY
            said = " ".join(self.script[self.first : self.place].split())
            what = f"{said} takes its rows from a client such as psql: write INSERT"
            raise Unfinished(self._line(self.first), what)
        if not self._has_body():
            return
        before = self.words[-2]
        opens = (word == "ATOMIC" and before == "BEGIN") if self.lexis.atomic else word == "BEGIN"
        if (opens and not self.depth) or (self.depth and word in ("CASE", "BEGIN")):
            self.opened_at = self.opened_at if self.depth else place
            self.depth += 1
        elif self.depth and word == "END":
            self.depth -= 1

    def _copies_from_client(self) -> bool:
        """Whether it is COPY with rows behind it; one with a query reads from a table of that name."""
        ends = self.words[0] == "COPY" and self.words[-2:] == ["FROM", "STDIN"]
        return ends and "SELECT" not in self.words

    def _has_body(self) -> bool:
        return (
            len(self.words) > 1
            and self.words[0] == "CREATE"
            and not self.lexis.bodies.isdisjoint(self.words[1:4])
        )

    # ---- pieces ------------------------------------------------------------------------------

    def _finished(self, end: int) -> Iterator[Piece]:
        if self.first is not None:
            lead = self.script[self.start : end]
            text = lead.strip()
            begins = self.start + len(lead) - len(lead.lstrip())
            yield Piece(text, self._line(self.first if begins < self.first else begins))

    def _line(self, place: int) -> int:
        counted, line = self._counted
        if place < counted:
            return line - self.script.count("\n", place, counted)
        line += self.script.count("\n", counted, place)
        self._counted = (place, line)
        return line
