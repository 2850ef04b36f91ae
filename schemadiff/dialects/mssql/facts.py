"""Named truths about SQL Server.

https://learn.microsoft.com/en-us/sql/t-sql/statements/alter-table-transact-sql
"""

from schemadiff.dialects.base import Database


class Facts(Database):
    """What holds for every SQL Server."""

    transactional_ddl = True
    """DDL takes part in transactions."""
    has_sequences = True
    """CREATE SEQUENCE, since 2012."""
    index_names_per_schema = False
    """An index name stands once in a table."""
    constraint_names_per_schema = True
    """The name of a constraint stands once in a schema."""
