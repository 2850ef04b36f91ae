"""Named truths about SQLite, each with the page that says so."""

from __future__ import annotations

from typing import Literal, TypeAlias

Affinity: TypeAlias = Literal["INTEGER", "TEXT", "BLOB", "REAL", "NUMERIC"]

MAIN = "main"
"""The schema of a name without one (https://sqlite.org/lang_naming.html)."""

FIRST_TABLE_LIST = (3, 37, 0)
"""PRAGMA table_list, which knows shadow tables, came with 3.37 (https://sqlite.org/pragma.html#pragma_table_list)."""

FIRST_DROP_COLUMN = (3, 35, 0)
"""ALTER TABLE DROP COLUMN came with 3.35 (https://sqlite.org/lang_altertable.html#altertabdropcol)."""

USUAL_COLLATION = "BINARY"
"""The collation of a column that names none (https://sqlite.org/datatype3.html#collation)."""

USUAL_CONFLICT = "ABORT"
"""What happens on a violation when nothing is said (https://sqlite.org/lang_conflict.html)."""

SAME_TYPE = {"INT": "INTEGER", "BOOL": "BOOLEAN"}
"""Declared types that mean the same: equal affinity (https://sqlite.org/datatype3.html#determination_of_column_affinity),
and SQLAlchemy reads both as one type. The exception is a primary key: only ``INTEGER`` spelled out makes a
column the rowid (https://sqlite.org/lang_createtable.html#rowid), so there the two are told apart.
Every other difference of the declared type is one: a model that changes VARCHAR(80) to VARCHAR(120) means it."""

TIME_WORDS = frozenset({"CURRENT_TIME", "CURRENT_DATE", "CURRENT_TIMESTAMP"})
"""Words that are values, not names (https://sqlite.org/lang_createtable.html#the_default_clause)."""

PREFIX_NOT = 3
SIGN = 12
OPERATORS = {
    word: binds
    for binds, words in {
        1: "OR",
        2: "AND",
        4: "= == <> != IS NOT DISTINCT FROM BETWEEN IN MATCH LIKE REGEXP GLOB ISNULL NOTNULL",
        5: "< > <= >=",
        6: "ESCAPE",
        7: "& | << >>",
        8: "+ -",
        9: "* / %",
        10: "|| -> ->>",
        11: "COLLATE",
        SIGN: "~",
    }.items()
    for word in words.split()
}
"""How tightly each operator binds (https://sqlite.org/lang_expr.html#operators): ``NOT`` as part of ``IS NOT`` and
the like, and ``PREFIX_NOT`` by itself; ``+`` and ``-`` between operands, and ``SIGN`` in front of one."""

# fmt: off
RESERVED = frozenset({
    "ADD", "ALL", "ALTER", "AND", "AS", "ASC", "AUTOINCREMENT", "BETWEEN", "CASE", "CAST",
    "CHECK", "COLLATE", "COMMIT", "CONSTRAINT", "CREATE", "CROSS", "CURRENT_DATE",
    "CURRENT_TIME", "CURRENT_TIMESTAMP", "DEFAULT", "DEFERRABLE", "DELETE", "DESC",
    "DISTINCT", "DROP", "ELSE", "ESCAPE", "EXCEPT", "EXISTS", "FALSE", "FOREIGN", "FROM",
    "FULL", "GLOB", "GROUP", "HAVING", "IF", "IN", "INDEX", "INNER", "INSERT",
    "INTERSECT", "INTO", "IS", "ISNULL", "JOIN", "LEFT", "LIKE", "LIMIT", "MATCH",
    "NATURAL", "NOT", "NOTHING", "NOTNULL", "NULL", "ON", "OR", "ORDER", "OUTER",
    "PRIMARY", "RAISE", "REFERENCES", "REGEXP", "RETURNING", "RIGHT", "SELECT", "SET",
    "TABLE", "THEN", "TO", "TRANSACTION", "TRUE", "UNION", "UNIQUE", "UPDATE", "USING",
    "VALUES", "WHEN", "WHERE",
})
# fmt: on
"""Words that, unquoted, may stand for something else than a name (https://sqlite.org/lang_keywords.html)."""


def affinity(declared: str) -> Affinity:
    """The affinity of a declared type, by the five rules of https://sqlite.org/datatype3.html section 3.1.

    ``ANY`` keeps every value as it comes in a STRICT table, so nothing is assumed about it.
    """
    name = declared.partition(" COLLATE ")[0].upper()
    if "INT" in name:
        return "INTEGER"
    if any(part in name for part in ("CHAR", "CLOB", "TEXT")):
        return "TEXT"
    if not name or "BLOB" in name or name == "ANY":
        return "BLOB"
    if any(part in name for part in ("REAL", "FLOA", "DOUB")):
        return "REAL"
    return "NUMERIC"
