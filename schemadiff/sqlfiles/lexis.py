"""What the databases read differently where statements are told apart, each with the page that says so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

_STRING = r"'(?:[^']|'')*(?:'|(?P<open_string>\Z))"
_ESCAPED_STRING = r"'(?:[^'\\]|''|\\.)*(?:'|(?P<open_string>\Z))"
_NAME = r'"(?:[^"]|"")*(?:"|(?P<open_name>\Z))'
_ESCAPED_NAME = r'"(?:[^"\\]|""|\\.)*(?:"|(?P<open_name>\Z))'
_TICKS = r"`(?:[^`]|``)*(?:`|(?P<open_ticks>\Z))"
_SQUARE = r"\[[^\]]*(?:\]|(?P<open_square>\Z))"
_DOLLAR = r"\$(?P<tag>(?:[^\W\d]\w*)?)\$(?:(?s:.*?)\$(?P=tag)\$|(?P<open_dollar>(?s:.*)\Z))"
_POSTGRESQL_ESCAPES = r"[eE]'(?:[^'\\]|''|\\.)*(?:'|(?P<open_escape>\Z))"


@dataclass(frozen=True, slots=True)
class Lexis:
    """How one database reads comments, strings and bodies of statements."""

    quoted: tuple[str, ...]
    """What is read as a whole: strings, names and their like, as patterns."""
    line_comment: str = r"--[^\n]*"
    nested_comments: bool = False
    """``/* /* */ */`` is one comment."""
    bodies: frozenset[str] = frozenset()
    """What CREATE must make for semicolons between BEGIN and END to belong to the statement."""
    atomic: bool = False
    """BEGIN opens such a body only with ATOMIC behind it."""
    delimiter: bool = False
    """``DELIMITER //`` on a line of its own changes what ends a statement, as MySQL's client has it."""
    separator: str = ""
    """A line of this word alone ends a statement."""
    semicolons: bool = True
    """A semicolon ends a statement."""
    meta: bool = False
    r"""A backslash begins a command of psql, which is no SQL."""

    @property
    def pattern(self) -> re.Pattern[str]:
        """What the next token of a script matches."""
        return _pattern(self.quoted, self.line_comment)


@cache
def _pattern(quoted: tuple[str, ...], line_comment: str) -> re.Pattern[str]:
    parts = (
        rf"(?P<line>{line_comment})",
        r"(?P<comment>/\*)",
        f"(?P<quoted>{'|'.join(quoted)})",
        r"(?P<word>[^\W\d][\w$]*)",
        r"(?P<blank>\s+)",
        r"(?P<mark>(?s:.))",
    )
    return re.compile("|".join(parts))


STANDARD = Lexis((_STRING, _NAME))
SQLITE = Lexis((_STRING, _NAME, _TICKS, _SQUARE), bodies=frozenset({"TRIGGER"}))
"""https://sqlite.org/lang_createtrigger.html"""
POSTGRESQL = Lexis(
    (_POSTGRESQL_ESCAPES, _STRING, _NAME, _DOLLAR),
    nested_comments=True,
    bodies=frozenset({"FUNCTION", "PROCEDURE"}),
    atomic=True,
    meta=True,
)
"""https://www.postgresql.org/docs/current/sql-syntax-lexical.html and sql-createfunction.html (sql_body)"""
MYSQL = Lexis(
    (_ESCAPED_STRING, _ESCAPED_NAME, _TICKS),
    line_comment=r"--(?=\s|\Z)[^\n]*|\#[^\n]*",
    delimiter=True,
)
"""https://dev.mysql.com/doc/refman/8.0/en/comments.html and mysql-commands.html (delimiter)"""
SQL_SERVER = Lexis(
    (_STRING, _NAME, _SQUARE), nested_comments=True, separator="GO", semicolons=False
)
"""https://learn.microsoft.com/sql/t-sql/language-elements/sql-server-utilities-statements-go"""
ORACLE = Lexis((_STRING, _NAME), separator="/")
"""A line of ``/`` runs what stands before it (SQL*Plus User's Guide)."""

LEXES = {
    "sqlite": SQLITE,
    "postgresql": POSTGRESQL,
    "mysql": MYSQL,
    "mariadb": MYSQL,
    "mssql": SQL_SERVER,
    "oracle": ORACLE,
}
