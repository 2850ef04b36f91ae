"""Named truths about Oracle.

https://docs.oracle.com/en/database/oracle/oracle-database/23/sqlrf/ALTER-TABLE.html
"""

from schemadiff.dialects.base import Database


class Facts(Database):
    """What holds for every Oracle."""

    transactional_ddl = False
    """Every DDL statement commits."""
    has_comments = True
    """COMMENT ON TABLE and COMMENT ON COLUMN."""
    constraint_names_per_schema = True
    """The name of a constraint stands once in a schema."""
    has_schemas = False
    """A schema is a user."""
    has_sequences = True
    """CREATE SEQUENCE."""
