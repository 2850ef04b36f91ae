"""What a database refuses because of the rows, with its reason; docs/convergence.md says the same."""

from __future__ import annotations

from collections.abc import Mapping

PAIRS: Mapping[str, str] = {}
"""Pairs that are expected to fail, by folder and database."""

WITHOUT_ROWS: Mapping[str, str] = {
    "domain": "rows hold NULL, which the domain no longer takes: column contains null values",
    "Domains (PostgreSQL): NOT NULL": "rows hold NULL: column contains null values",
    "check": "the values that every row is filled with do not satisfy the new CHECK",
    "CHECK constraints: predicate: a number": "the same",
    "CHECK constraints: predicate: a list": "the same",
    "CHECK constraints: said of the column": "the same",
}
"""Pairs and cases that are tried on empty tables."""

SCRIPTS: Mapping[str, str] = {
    f"mariadb-{name}": "which columns follow the character set of their table only a live table tells"
    for name in ("table_options_mariadb", "Tables: character set", "Tables: collation")
}
"""Pairs and cases that no script can carry out, which is said."""

INVENTORY: Mapping[str, str] = {
    "postgresql-Tables: PARTITION BY": (
        "PostgreSQL has no ALTER TABLE that partitions a standing table by something else"
    ),
    "postgresql-Tables: PARTITION BY, said or not": (
        "PostgreSQL has no ALTER TABLE that partitions a standing table, or ends its partitioning"
    ),
}
"""Cases of the inventory that are expected to fail, by database and name."""
