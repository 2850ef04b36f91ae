"""What a SQLite database holds beside tables: views, triggers and virtual tables."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from schemadiff.dialects.base import Database
from schemadiff.model import Unmodelled

from .tokens import quoted

_CENSUS = """
SELECT CASE WHEN type = 'table' AND rootpage = 0 THEN 'virtual table' ELSE type END AS kind,
       name, CASE WHEN type = 'trigger' THEN tbl_name ELSE '' END AS of
FROM {schema}.sqlite_master
WHERE type IN ('view', 'trigger', 'table') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
ORDER BY kind, of, name
"""
_SCHEMAS = "SELECT name FROM pragma_database_list WHERE name <> 'temp' ORDER BY seq"


class Counting(Database):
    """What SQLite holds beside what models can say."""

    def census(self, connection: Connection) -> list[Unmodelled]:
        """The views, triggers and tables of the main database and of those attached."""
        return [
            Unmodelled(kind, self.schema(schema), name, table)
            for schema in connection.execute(sa.text(_SCHEMAS)).scalars().all()
            for kind, name, table in connection.exec_driver_sql(
                _CENSUS.format(schema=quoted(schema))
            )
        ]
