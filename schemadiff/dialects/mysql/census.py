"""What a MySQL or MariaDB database holds beside tables, from information_schema."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from schemadiff.dialects.base import Database
from schemadiff.model import Unmodelled

_CENSUS = """
SELECT CASE TABLE_TYPE WHEN 'VIEW' THEN 'view' WHEN 'SEQUENCE' THEN 'sequence' ELSE 'table' END,
       TABLE_NAME, ''
FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE <> 'TEMPORARY'
UNION ALL
SELECT 'trigger', TRIGGER_NAME, EVENT_OBJECT_TABLE
FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE()
UNION ALL
SELECT LOWER(ROUTINE_TYPE), ROUTINE_NAME, ''
FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = DATABASE()
UNION ALL
SELECT 'event', EVENT_NAME, '' FROM information_schema.EVENTS WHERE EVENT_SCHEMA = DATABASE()
ORDER BY 1, 3, 2
"""


class Counting(Database):
    """What MySQL and MariaDB hold beside what models can say."""

    def census(self, connection: Connection) -> list[Unmodelled]:
        """The views, triggers, routines, events, sequences and tables of the current database."""
        rows = connection.execute(sa.text(_CENSUS))
        return [Unmodelled(kind, "", name, table) for kind, name, table in rows]
