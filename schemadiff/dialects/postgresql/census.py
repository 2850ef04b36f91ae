"""What a PostgreSQL database holds beside tables, in one query; nothing of it is ever proposed for dropping."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy.engine import Connection

from schemadiff.dialects.base import Database
from schemadiff.model import Snapshot, Unmodelled

from .reading import left_as_it_was


class Part(NamedTuple):
    """One kind of object: the catalogue it is in, and how its rows are named."""

    catalogue: str
    kind: str
    name: str
    schema: str = ""
    """The column with the oid of its schema; ``""`` for what stands in none."""
    where: str = ""
    table: str = ""
    """The column with the oid of the table it is of."""


_RELATIONS = """CASE o.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'
    WHEN 'f' THEN 'foreign table' WHEN 'c' THEN 'composite type' WHEN 'S' THEN 'sequence'
    ELSE CASE WHEN o.relispartition THEN 'partition' ELSE 'table' END END"""
_ROUTINES = """CASE o.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate'
    WHEN 'w' THEN 'window function' ELSE 'function' END"""
_TYPES = "CASE o.typtype WHEN 'r' THEN 'range type' WHEN 'b' THEN 'base type' ELSE 'type' END"
_OPERATOR = """o.oprname || ' (' || format_type(nullif(o.oprleft, 0), NULL) || ', '
    || format_type(nullif(o.oprright, 0), NULL) || ')'"""
_CAST = "format_type(o.castsource, NULL) || ' to ' || format_type(o.casttarget, NULL)"
_SIGNATURE = "o.proname || '(' || pg_get_function_identity_arguments(o.oid) || ')'"
_BEYOND_THE_OWN = "o.oid >= 16384"
"""Lower numbers are those of objects that come with PostgreSQL (manual, 52.4)."""

PARTS = (
    Part(
        "pg_class",
        _RELATIONS,
        "o.relname",
        "relnamespace",
        """o.relkind IN ('v', 'm', 'f', 'c', 'S', 'r', 'p') AND NOT (o.relkind = 'S' AND EXISTS (
            SELECT 1 FROM pg_catalog.pg_depend s WHERE s.classid = 'pg_catalog.pg_class'::regclass
            AND s.objid = o.oid AND s.refobjsubid > 0 AND s.deptype IN ('a', 'i')))""",
    ),
    Part("pg_proc", _ROUTINES, _SIGNATURE, "pronamespace"),
    Part(
        "pg_type",
        _TYPES,
        "o.typname",
        "typnamespace",
        "(o.typtype IN ('e', 'd', 'r') OR o.typtype = 'b' AND o.typelem = 0)",
    ),
    Part("pg_trigger", "'trigger'", "o.tgname", "", "NOT o.tgisinternal", "tgrelid"),
    Part("pg_rewrite", "'rule'", "o.rulename", "", "o.rulename <> '_RETURN'", "ev_class"),
    Part("pg_policy", "'policy'", "o.polname", "", "true", "polrelid"),
    Part("pg_operator", "'operator'", f"coalesce({_OPERATOR}, o.oprname)", "oprnamespace"),
    Part("pg_opclass", "'operator class'", "o.opcname", "opcnamespace"),
    Part("pg_collation", "'collation'", "o.collname", "collnamespace"),
    Part("pg_statistic_ext", "'statistics'", "o.stxname", "stxnamespace"),
    Part("pg_ts_config", "'text search configuration'", "o.cfgname", "cfgnamespace"),
    Part("pg_ts_dict", "'text search dictionary'", "o.dictname", "dictnamespace"),
    Part("pg_cast", "'cast'", _CAST, "", _BEYOND_THE_OWN),
    Part("pg_extension", "'extension'", "o.extname", "", "o.extname <> 'plpgsql'"),
    Part("pg_event_trigger", "'event trigger'", "o.evtname"),
    Part("pg_publication", "'publication'", "o.pubname"),
    Part("pg_foreign_server", "'foreign server'", "o.srvname"),
)


def _select(part: Part) -> str:
    schema, table, joins = "NULL", "NULL", ""
    inside = part.where or "true"
    # What an extension owns, what a type or a parent table brings along; a composite type's row belongs to that type.
    made_by_others = "'e'" if part.catalogue == "pg_class" else "'e', 'i', 'P'"
    if part.table:
        joins = f"""JOIN pg_catalog.pg_class t ON t.oid = o.{part.table}
            JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace"""
        schema, table = "n.nspname", "t.relname"
    elif part.schema:
        joins = f"JOIN pg_catalog.pg_namespace n ON n.oid = o.{part.schema}"
        schema = "n.nspname"
    if schema != "NULL":
        inside += r" AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'"
    return f"""
SELECT ({part.kind})::text, ({schema})::text, ({part.name})::text, ({table})::text
FROM pg_catalog.{part.catalogue} o {joins}
WHERE {inside} AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend e WHERE e.deptype IN ({made_by_others})
    AND e.classid = 'pg_catalog.{part.catalogue}'::regclass AND e.objid = o.oid)"""


CENSUS = " UNION ALL ".join(map(_select, PARTS)) + " ORDER BY 1, 2, 4, 3"


EXTENSIONS = """
SELECT e.extname, n.nspname FROM pg_catalog.pg_extension e
JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
WHERE e.extname <> 'plpgsql' ORDER BY e.oid
"""
"""In the order in which they were made: one may need another."""


class Counting(Database):
    """What PostgreSQL holds beside what models can say."""

    def census(self, connection: Connection) -> list[Unmodelled]:
        """Everything that people have made in the database and its extensions have not."""
        with left_as_it_was(connection):
            rows = connection.exec_driver_sql(CENSUS, None, {"no_parameters": True}).fetchall()
        return [Unmodelled(row[0], self.schema(row[1]), row[2], row[3] or "") for row in rows]

    def groundwork(self, connection: Connection, snapshot: Snapshot) -> tuple[str, ...]:
        """Its schemas and extensions: a column may be of their types, an index of their operator classes."""
        with left_as_it_was(connection):
            rows = connection.exec_driver_sql(EXTENSIONS).fetchall()
        extensions = [
            s for name, schema in rows for s in self._extension(name, self.schema(schema))
        ]
        schemas = sorted({node.key.schema for node in snapshot.values()} - {""})
        made = [f"CREATE SCHEMA IF NOT EXISTS {self.identifier(name)}" for name in schemas]
        return tuple(dict.fromkeys((*made, *extensions)))

    def _extension(self, name: str, schema: str) -> Iterator[str]:
        if schema and schema != "pg_catalog":
            yield f"CREATE SCHEMA IF NOT EXISTS {self.identifier(schema)}"
        place = f" SCHEMA {self.identifier(schema)}" if schema else ""
        yield f"CREATE EXTENSION IF NOT EXISTS {self.identifier(name)}{place}"
