"""What a server chooses by itself, so that saying it and not saying it are the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

ENGINES = {
    name.lower(): name
    for name in ("InnoDB", "MyISAM", "Aria", "MEMORY", "ARCHIVE", "CSV", "BLACKHOLE", "MERGE")
}
"""Engines as the catalogue writes them."""


@dataclass(frozen=True, slots=True)
class Choices:
    """The defaults of a server, learnt when it is read; until then those of a new installation."""

    engine: str = "InnoDB"
    row_format: str = "dynamic"
    timestamps: bool = False
    """A TIMESTAMP that is NOT NULL and has no DEFAULT is given one."""
    collations: Mapping[str, str] = field(default_factory=dict)
    """The default collation of each schema; ``""`` is the connection's default schema."""
    tables: Mapping[str, str] = field(default_factory=dict)
    """The collations of those tables of the default schema that have another one than the schema."""
    engines: Mapping[str, str] = field(default_factory=dict)
    """The engine of those tables of the default schema that have another one than the server's choice."""
    of_charsets: Mapping[str, str] = field(default_factory=dict)
    """The default collation of each character set."""
    widths: Mapping[str, int] = field(default_factory=dict)
    """How many bytes a character of each character set takes at most."""

    def collation(self, schema: str) -> str:
        """The collation of a new table of ``schema``; ``""`` if nobody told."""
        return self.collations.get(schema, "")

    def table_collation(self, schema: str, table: str) -> str:
        """The collation of a table of which the models say none: the one it has, or gets."""
        own = "" if schema else self.tables.get(table, "")
        return own or self.collation(schema)

    def table_engine(self, schema: str, table: str) -> str:
        """The engine of a table of which the models say none: the one it has, or gets."""
        own = "" if schema else self.engines.get(table, "")
        return own or self.engine

    def of_charset(self, charset: str) -> str:
        """The collation that comes with a character set."""
        name = modern(charset.lower())
        return modern(self.of_charsets.get(name, "")) or _USUAL.get(name, f"{name}_general_ci")


_USUAL = {
    "latin1": "latin1_swedish_ci",
    "swe7": "swe7_swedish_ci",
    "big5": "big5_chinese_ci",
    "sjis": "sjis_japanese_ci",
    "gbk": "gbk_chinese_ci",
    "gb2312": "gb2312_chinese_ci",
    "tis620": "tis620_thai_ci",
    "binary": "binary",
}


def modern(name: str) -> str:
    """A character set or collation with ``utf8`` written as what it is an alias of, ``utf8mb3``.

    https://dev.mysql.com/doc/refman/8.0/en/charset-unicode-utf8mb3.html
    """
    if name == "utf8" or name.startswith("utf8_"):
        return "utf8mb3" + name[4:]
    return name


def charset_of(collation: str) -> str:
    """The character set that a collation belongs to: what stands before the first underscore."""
    return collation.partition("_")[0]


def full_collation(collation: str, charset: str) -> str:
    """A collation with its character set in front, which MariaDB lets one leave out (``uca1400_ai_ci``).

    https://mariadb.com/kb/en/supported-character-sets-and-collations/
    """
    name = modern(collation.lower())
    return f"{charset}_{name}" if name.startswith("uca1400_") and charset else name


def engine_name(name: str) -> str:
    """An engine as the catalogue writes it."""
    return ENGINES.get(name.lower(), name)
