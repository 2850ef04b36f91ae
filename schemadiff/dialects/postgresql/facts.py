"""Named truths about PostgreSQL, each with the page of its manual (https://www.postgresql.org/docs/)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

IDENTIFIER_BYTES = 63
"""Longer names are cut, in bytes (current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS)."""

CONSTANT_WORDS = frozenset({"true", "false", "null"})
"""Reserved words that are values, never a column unless quoted (current/sql-keywords-appendix.html)."""

TYPE_ALIASES: Mapping[str, str] = {
    "bigserial": "bigint",
    "bool": "boolean",
    "char": "character",
    "char varying": "character varying",
    "dec": "numeric",
    "decimal": "numeric",
    "double": "double precision",
    "float4": "real",
    "float8": "double precision",
    "int": "integer",
    "int2": "smallint",
    "int4": "integer",
    "int8": "bigint",
    "national character varying": "character varying",
    "nchar": "character",
    "serial": "integer",
    "smallserial": "smallint",
    "time": "time without time zone",
    "timestamp": "timestamp without time zone",
    "timestamptz": "timestamp with time zone",
    "timetz": "time with time zone",
    "varbit": "bit varying",
    "varchar": "character varying",
}
"""The second names of built-in types (current/datatype.html, table 8.1) and what ``format_type`` says."""

FLOAT_REAL_BITS = 24
"""FLOAT(1) to FLOAT(24) are real, above that double precision (current/datatype-numeric.html)."""

INTEGER_MAXIMUM: Mapping[str, int] = {
    "smallint": 2**15 - 1,
    "integer": 2**31 - 1,
    "bigint": 2**63 - 1,
}
"""Where an ascending sequence of a type ends if nobody says so (current/sql-createsequence.html)."""

ON_WORDS = frozenset({"on", "true", "yes", "1"})
OFF_WORDS = frozenset({"off", "false", "no", "0"})
"""How a storage parameter says yes and no (current/config-setting.html)."""

FLAGS = frozenset(
    {
        *("autosummarize", "deduplicate_items", "fastupdate", "user_catalog_table"),
        *("autovacuum_enabled", "toast.autovacuum_enabled"),
        *("vacuum_truncate", "toast.vacuum_truncate"),
    }
)
"""Storage parameters that are yes or no (current/sql-createindex.html, current/sql-createtable.html)."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a server of one version has."""

    version: tuple[int, ...]

    @property
    def nulls_not_distinct(self) -> bool:
        """UNIQUE NULLS NOT DISTINCT, since 15 (15/sql-createtable.html)."""
        return self.version >= (15,)

    @property
    def set_null_columns(self) -> bool:
        """ON DELETE SET NULL (columns), since 15 (15/sql-createtable.html)."""
        return self.version >= (15,)

    @property
    def not_enforced(self) -> bool:
        """CHECK and FOREIGN KEY may be NOT ENFORCED, since 18 (18/sql-createtable.html)."""
        return self.version >= (18,)

    @property
    def periods(self) -> bool:
        """Keys may be WITHOUT OVERLAPS and PERIOD, since 18 (18/sql-createtable.html)."""
        return self.version >= (18,)
