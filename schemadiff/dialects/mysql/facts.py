"""What is true of MySQL and MariaDB, by name, each with the page that says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.dialects import mysql
from sqlalchemy.engine import Dialect

MODERN = (99,)
"""Stands for a version nobody told: a dialect that has not met its server is taken for a new one."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What one server version can do and how its catalogue words it."""

    mariadb: bool
    version: tuple[int, ...] = MODERN

    @property
    def keeps_checks(self) -> bool:
        """CHECK is enforced and listed: MySQL 8.0.16, MariaDB 10.2.22.

        https://dev.mysql.com/doc/refman/8.0/en/create-table-check-constraints.html
        https://mariadb.com/kb/en/information-schema-check_constraints-table/
        """
        return self.version >= ((10, 2, 22) if self.mariadb else (8, 0, 16))

    @property
    def checks_know_their_level(self) -> bool:
        """CHECK_CONSTRAINTS.LEVEL tells a column's own check from a table's (MariaDB 10.5.10).

        https://mariadb.com/kb/en/information-schema-check_constraints-table/
        """
        return self.mariadb and self.version >= (10, 5, 10)

    @property
    def quotes_defaults(self) -> bool:
        """COLUMN_DEFAULT is SQL, with quotes around strings (MariaDB 10.2.7); elsewhere it is the bare value.

        https://mariadb.com/kb/en/information-schema-columns-table/
        """
        return self.mariadb and self.version >= (10, 2, 7)

    @property
    def escapes_expressions(self) -> bool:
        """The catalogue shows expressions with a backslash before each quote; SHOW CREATE TABLE does not (MySQL 8).

        https://bugs.mysql.com/bug.php?id=100607
        """
        return not self.mariadb

    @property
    def has_functional_indexes(self) -> bool:
        """STATISTICS.EXPRESSION exists (MySQL 8.0.13).

        https://dev.mysql.com/doc/refman/8.0/en/create-index.html#create-index-functional-key-parts
        """
        return not self.mariadb and self.version >= (8, 0, 13)

    @property
    def has_invisible_indexes(self) -> bool:
        """STATISTICS.IS_VISIBLE exists (MySQL 8.0). https://dev.mysql.com/doc/refman/8.0/en/invisible-indexes.html"""
        return not self.mariadb and self.version >= (8,)

    @property
    def has_ignored_indexes(self) -> bool:
        """STATISTICS.IGNORED exists (MariaDB 10.6). https://mariadb.com/kb/en/ignored-indexes/"""
        return self.mariadb and self.version >= (10, 6)

    @property
    def json_is_longtext(self) -> bool:
        """JSON is LONGTEXT COLLATE utf8mb4_bin with a check of its own, json_valid(column) (MariaDB).

        https://mariadb.com/kb/en/json-data-type/
        """
        return self.mariadb

    @property
    def has_generated_columns(self) -> bool:
        """COLUMNS.GENERATION_EXPRESSION exists (MySQL 5.7.6, MariaDB 10.2.5).

        https://dev.mysql.com/doc/refman/8.0/en/information-schema-columns-table.html
        """
        return self.version >= ((10, 2, 5) if self.mariadb else (5, 7, 6))

    @property
    def has_sequences(self) -> bool:
        """Sequences exist, as a kind of table (MariaDB 10.3). https://mariadb.com/kb/en/create-sequence/"""
        return self.mariadb and self.version >= (10, 3)

    @property
    def has_periods(self) -> bool:
        """PERIOD FOR makes two columns an interval (MariaDB 10.4.3).

        https://mariadb.com/kb/en/application-time-periods/
        """
        return self.mariadb and self.version >= (10, 4, 3)

    @property
    def may_choose_timestamps(self) -> bool:
        """@@explicit_defaults_for_timestamp exists (MySQL 5.6.6, MariaDB 10.1.8): if it is off, a TIMESTAMP
        that is NOT NULL and has no DEFAULT gets one from the server.

        https://dev.mysql.com/doc/refman/8.0/en/server-system-variables.html
        """
        return self.version >= ((10, 1, 8) if self.mariadb else (5, 6, 6))

    @property
    def has_default_row_format(self) -> bool:
        """@@innodb_default_row_format exists (MySQL 5.7.9, MariaDB 10.2.2).

        https://dev.mysql.com/doc/refman/8.0/en/innodb-row-format.html
        """
        return self.version >= ((10, 2, 2) if self.mariadb else (5, 7, 9))


def facts_of(dialect: Dialect) -> Facts:
    """The facts about the server behind ``dialect``."""
    version = getattr(dialect, "server_version_info", None) or MODERN
    numbers = tuple(part for part in version if isinstance(part, int))
    return Facts(bool(getattr(dialect, "is_mariadb", False)), numbers or MODERN)


ENGINES_WITH_HASH = frozenset({"memory", "ndb", "ndbcluster"})
"""Engines that have real HASH indexes; elsewhere USING HASH is accepted and a BTREE made.

https://dev.mysql.com/doc/refman/8.0/en/create-index.html#create-index-options
"""

ENGINES_WITH_FOREIGN_KEYS = frozenset({"innodb", "ndb", "ndbcluster"})
"""Engines that keep foreign keys; elsewhere they are accepted and forgotten, but for their index.

https://dev.mysql.com/doc/refman/8.0/en/create-table-foreign-keys.html
"""

SAME_AS_NOTHING = frozenset({"RESTRICT", "NO ACTION"})
"""Referential actions that InnoDB treats alike and as the default.

https://dev.mysql.com/doc/refman/8.0/en/create-table-foreign-keys.html#foreign-key-referential-actions
"""

UNLESS_NOTHING = frozenset(
    {"avg_row_length", "checksum", "delay_key_write", "key_block_size", "max_rows", "min_rows"}
)
"""Table options whose value 0 says what is done without them; the catalogue does not show it.

https://mariadb.com/kb/en/create-table/#table-options
"""

COMPARED_OPTIONS = frozenset(
    {
        "avg_row_length",
        "checksum",
        "compression",
        "delay_key_write",
        "encrypted",
        "encryption",
        "encryption_key_id",
        "engine",
        "key_block_size",
        "max_rows",
        "min_rows",
        "pack_keys",
        "page_checksum",
        "page_compressed",
        "page_compression_level",
        "row_format",
        "stats_auto_recalc",
        "stats_persistent",
        "stats_sample_pages",
    }
)
"""Table options that TABLES.CREATE_OPTIONS shows; what it does not show cannot be compared.

https://mariadb.com/kb/en/information-schema-tables-table/
"""

SHOWN_WIDTHS: Mapping[type[Any], tuple[int, int]] = {
    mysql.TINYINT: (4, 3),
    mysql.SMALLINT: (6, 5),
    mysql.MEDIUMINT: (9, 8),
    mysql.INTEGER: (11, 10),
    mysql.BIGINT: (20, 20),
    mysql.YEAR: (4, 4),
}
"""The width that a catalogue shows where none is said, for a signed number and for one that is UNSIGNED.

https://mariadb.com/kb/en/int/, https://mariadb.com/kb/en/year-data-type/ and
https://dev.mysql.com/doc/refman/8.0/en/numeric-type-attributes.html
"""

GENERIC_NUMBERS = (mysql.SMALLINT, mysql.INTEGER, mysql.BIGINT)
"""The numbers that every database has, where they are signed and of the width that is shown for them."""
