"""The catalogue queries: one for each kind of object, for all schemas and tables at once.

Lists come as JSON or as numbers between blanks, so that every driver brings them home alike. What the
server prints depends on ``search_path``; the reader sets it (see ``reading``), the queries rely on it.
"""

from __future__ import annotations

from .facts import Facts

SESSION = r"""
SELECT (SELECT name FROM unnest(current_schemas(false)) WITH ORDINALITY AS path (name, place)
        WHERE name NOT LIKE 'pg\_%' AND name <> 'information_schema' ORDER BY place LIMIT 1),
       array_to_json(current_schemas(false))::text,
       current_setting('quote_all_identifiers') = 'on',
       current_setting('transaction_read_only') = 'on',
       has_database_privilege(current_database(), 'TEMP'),
       EXISTS (SELECT 1 FROM pg_catalog.pg_language
               WHERE lanname = 'plpgsql' AND has_language_privilege(oid, 'USAGE')),
       (SELECT ts.spcname FROM pg_catalog.pg_database db
        JOIN pg_catalog.pg_tablespace ts ON ts.oid = db.dattablespace
        WHERE db.datname = current_database()),
       CASE WHEN cardinality(current_schemas(false)) > 1 THEN
           (SELECT json_object_agg(t.typname, n.nspname)::text FROM pg_catalog.pg_type t
            JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
            WHERE n.nspname = ANY (current_schemas(false)) AND t.typtype IN ('e', 'd')
              AND pg_type_is_visible(t.oid)) END
"""

FOUND_IN = """
SELECT NULLIF(n.nspname, current_schema()) FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.oid = to_regclass(quote_ident(:name))
"""
"""The schema on ``search_path`` in which a name is found first, if it is not the one things are made in."""

_SCHEMAS = "ARRAY(SELECT json_array_elements_text(CAST(CAST(:schemas AS text) AS json)))"
_OIDS = "CAST(CAST(:oids AS text) AS oid[])"


def _extension_owns(catalogue: str, oid: str) -> str:
    return f"""EXISTS (SELECT 1 FROM pg_catalog.pg_depend e WHERE e.deptype = 'e'
        AND e.classid = 'pg_catalog.{catalogue}'::regclass AND e.objid = {oid})"""


TABLES = f"""
SELECT c.oid, n.nspname, c.relname, d.description, c.relpersistence = 'u', ts.spcname,
       array_to_json(CASE WHEN beside.oid IS NULL THEN c.reloptions
            ELSE c.reloptions || ARRAY(SELECT 'toast.' || o FROM unnest(beside.reloptions) o) END)::text,
       CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END,
       CASE WHEN am.amname <> current_setting('default_table_access_method') THEN am.amname END,
       CASE WHEN c.relhassubclass OR EXISTS
                 (SELECT 1 FROM pg_catalog.pg_inherits i WHERE i.inhrelid = c.oid)
            THEN (SELECT json_agg(i.inhparent::regclass::text ORDER BY i.inhseqno)::text
                  FROM pg_catalog.pg_inherits i WHERE i.inhrelid = c.oid) END
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_description d
       ON d.classoid = 'pg_catalog.pg_class'::regclass AND d.objoid = c.oid AND d.objsubid = 0
LEFT JOIN pg_catalog.pg_tablespace ts ON ts.oid = c.reltablespace
LEFT JOIN pg_catalog.pg_am am ON am.oid = c.relam
LEFT JOIN pg_catalog.pg_class beside ON beside.oid = c.reltoastrelid AND beside.reloptions IS NOT NULL
WHERE n.nspname = ANY ({_SCHEMAS}) AND c.relkind IN ('r', 'p') AND NOT c.relispartition
  AND NOT {_extension_owns("pg_class", "c.oid")}
ORDER BY n.nspname, c.relname
"""

KEPT_BY_OTHERS = f"""
SELECT n.nspname, c.relname,
       CASE WHEN c.relispartition THEN 'partition' WHEN c.relkind = 'v' THEN 'view'
            WHEN c.relkind = 'm' THEN 'materialized view' WHEN c.relkind = 'f' THEN 'foreign table'
            ELSE 'table of an extension' END
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ANY ({_SCHEMAS}) AND c.relname = ANY ({_SCHEMAS.replace("schemas", "names")})
  AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
"""
"""What tables of some names are, if they are none of ``TABLES``."""

_COLLATION = """CASE WHEN {column} <> {usual} THEN (
    SELECT json_build_array(cn.nspname, co.collname)::text FROM pg_catalog.pg_collation co
    JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace WHERE co.oid = {column}) END"""


def _mentioned(of: str, table: str) -> str:
    """The numbers of the columns of ``table`` that something in the catalogue is known to mention."""
    return f"""(SELECT json_agg(DISTINCT m.refobjsubid)::text FROM pg_catalog.pg_depend m
        WHERE {of} AND m.refclassid = 'pg_catalog.pg_class'::regclass
          AND m.refobjid = {table} AND m.refobjsubid > 0)"""


_OF_CLASS = "m.classid = 'pg_catalog.{catalogue}'::regclass AND m.objid = {oid}"
_OF_DEFAULT = f"""({_OF_CLASS.format(catalogue="pg_attrdef", oid="ad.oid")}
          OR {_OF_CLASS.format(catalogue="pg_class", oid="a.attrelid")}
          AND m.objsubid = a.attnum) AND m.refobjsubid <> a.attnum"""
"""What a generated column mentions depends on its default, before PostgreSQL 15 on the column itself."""


# A default mentions no column, so that no table has to be looked at to write it down, which for a wide one takes
# long (functions-info.html: "if no Vars are expected, passing zero is sufficient").
COLUMNS = f"""
SELECT a.attrelid, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.atttypid,
       a.attnotnull, a.attidentity::text, a.attgenerated::text, a.attinhcount = 0,
       pg_get_expr(ad.adbin, CASE WHEN a.attgenerated = '' THEN 0 ELSE ad.adrelid END), d.description,
       CASE WHEN a.attgenerated <> '' THEN {_mentioned(_OF_DEFAULT, "a.attrelid")} END,
       {_COLLATION.format(column="a.attcollation", usual="t.typcollation")}
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_catalog.pg_attrdef ad ON ad.adrelid = a.attrelid AND ad.adnum = a.attnum
LEFT JOIN pg_catalog.pg_description d
       ON d.classoid = 'pg_catalog.pg_class'::regclass
      AND d.objoid = a.attrelid AND d.objsubid = a.attnum
WHERE a.attrelid = ANY ({_OIDS}) AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attrelid, a.attnum
"""

TARGET_COLUMNS = f"""
SELECT attrelid, attnum, attname FROM pg_catalog.pg_attribute
WHERE attrelid = ANY ({_OIDS}) AND attnum > 0
"""

TYPES = f"""
SELECT t.oid, t.typarray, n.nspname, t.typname, t.typtype::text,
       (SELECT json_agg(e.enumlabel ORDER BY e.enumsortorder)::text
        FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid),
       format_type(t.typbasetype, t.typtypmod), t.typnotnull, pg_get_expr(t.typdefaultbin, 0),
       {_COLLATION.format(column="t.typcollation", usual="b.typcollation")},
       CASE WHEN t.typtype = 'd' THEN
           (SELECT json_agg(json_build_array(k.conname, pg_get_expr(k.conbin, 0))
                            ORDER BY k.conname)::text
            FROM pg_catalog.pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c') END,
       t.typbasetype
FROM pg_catalog.pg_type t
JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
LEFT JOIN pg_catalog.pg_type b ON b.oid = t.typbasetype
WHERE n.nspname = ANY ({_SCHEMAS}) AND t.typtype IN ('e', 'd')
  AND NOT {_extension_owns("pg_type", "t.oid")}
ORDER BY n.nspname, t.typname
"""

SEQUENCES = f"""
SELECT n.nspname, c.relname, format_type(s.seqtypid, NULL), s.seqstart, s.seqincrement,
       s.seqmin, s.seqmax, s.seqcache, s.seqcycle, o.refobjid, o.refobjsubid, o.deptype::text,
       'nextval(''' || replace(c.oid::regclass::text, '''', '''''') || '''::regclass)',
       CASE WHEN o.refobjid IS NULL THEN
           (SELECT json_agg(json_build_array(ad.adrelid::int8, ad.adnum))::text
            FROM pg_catalog.pg_depend u JOIN pg_catalog.pg_attrdef ad ON ad.oid = u.objid
            WHERE u.classid = 'pg_catalog.pg_attrdef'::regclass
              AND u.refclassid = 'pg_catalog.pg_class'::regclass AND u.refobjid = c.oid) END
FROM pg_catalog.pg_sequence s
JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_depend o
       ON o.classid = 'pg_catalog.pg_class'::regclass AND o.objid = c.oid
      AND o.refclassid = 'pg_catalog.pg_class'::regclass AND o.refobjsubid > 0
      AND o.deptype IN ('a', 'i')
WHERE (n.nspname = ANY ({_SCHEMAS}) OR o.refobjid = ANY ({_OIDS}))
  AND NOT {_extension_owns("pg_class", "c.oid")}
ORDER BY n.nspname, c.relname
"""


def constraints(facts: Facts) -> str:
    """The query for constraints: every kind but NOT NULL, which belongs to its column."""
    set_columns = "array_to_string(k.confdelsetcols, ' ')" if facts.set_null_columns else "NULL"
    enforced = "k.conenforced" if facts.not_enforced else "true"
    mentions = _OF_CLASS.format(catalogue="pg_class", oid="k.conindid")
    period = "k.conperiod" if facts.periods else "false"
    return f"""
SELECT k.oid, k.conrelid, k.conname, k.contype::text, k.condeferrable, k.condeferred,
       k.convalidated, k.coninhcount = 0, k.connoinherit, {enforced}, {period}, k.conindid,
       array_to_string(k.conkey, ' '),
       k.confrelid, fn.nspname, fc.relname, array_to_string(k.confkey, ' '),
       k.confupdtype::text, k.confdeltype::text, k.confmatchtype::text, {set_columns},
       CASE k.contype WHEN 'c' THEN pg_get_expr(k.conbin, k.conrelid)
                      WHEN 'x' THEN pg_get_constraintdef(k.oid) END,
       CASE k.contype WHEN 'x' THEN {_mentioned(mentions, "k.conrelid")} END,
       d.description
FROM pg_catalog.pg_constraint k
LEFT JOIN pg_catalog.pg_class fc ON fc.oid = k.confrelid
LEFT JOIN pg_catalog.pg_namespace fn ON fn.oid = fc.relnamespace
LEFT JOIN pg_catalog.pg_description d
       ON d.classoid = 'pg_catalog.pg_constraint'::regclass AND d.objoid = k.oid
WHERE k.conrelid = ANY ({_OIDS}) AND k.contype NOT IN ('n', 't')
ORDER BY k.conrelid, k.conname
"""


def indexes(facts: Facts) -> str:
    """The query for indexes, those included that only implement a constraint."""
    mentions = _OF_CLASS.format(catalogue="pg_class", oid="i.indexrelid")
    nulls = "i.indnullsnotdistinct" if facts.nulls_not_distinct else "false"
    return f"""
SELECT i.indexrelid, i.indrelid, c.relname, i.indisunique, i.indisvalid, {nulls}, am.amname,
       i.indnkeyatts, i.indkey::text, i.indoption::text, i.indclass::text, i.indcollation::text,
       CASE WHEN i.indexprs IS NOT NULL THEN
           (SELECT json_agg(pg_get_indexdef(i.indexrelid, p, false) ORDER BY p)::text
            FROM generate_series(1, i.indnkeyatts::int) p) END,
       pg_get_expr(i.indpred, i.indrelid),
       CASE WHEN i.indexprs IS NOT NULL OR i.indpred IS NOT NULL
            THEN {_mentioned(mentions, "i.indrelid")} END,
       array_to_json(c.reloptions)::text, ts.spcname,
       d.description
FROM pg_catalog.pg_index i
JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
JOIN pg_catalog.pg_am am ON am.oid = c.relam
LEFT JOIN pg_catalog.pg_tablespace ts ON ts.oid = c.reltablespace
LEFT JOIN pg_catalog.pg_description d
       ON d.classoid = 'pg_catalog.pg_class'::regclass
      AND d.objoid = i.indexrelid AND d.objsubid = 0
WHERE i.indrelid = ANY ({_OIDS})
ORDER BY i.indrelid, c.relname
"""


INDEX_DETAILS = f"""
SELECT 'opclass', o.oid::int8, 0, n.nspname, o.opcname::text
FROM pg_catalog.pg_opclass o JOIN pg_catalog.pg_namespace n ON n.oid = o.opcnamespace
WHERE NOT o.opcdefault
UNION ALL
SELECT 'collation', co.oid::int8, 0, n.nspname, co.collname::text
FROM pg_catalog.pg_collation co JOIN pg_catalog.pg_namespace n ON n.oid = co.collnamespace
WHERE co.oid IN (SELECT DISTINCT unnest(i.indcollation) FROM pg_catalog.pg_index i
                 WHERE i.indrelid = ANY ({_OIDS}))
UNION ALL
SELECT 'parameters', a.attrelid::int8, a.attnum, '', array_to_json(a.attoptions)::text
FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_index i ON i.indexrelid = a.attrelid
WHERE a.attoptions IS NOT NULL AND i.indrelid = ANY ({_OIDS})
"""
"""Operator classes that are not the default of their type, and the collations and parameters in use."""

DOMAIN_CHECKS = """
SELECT k.conname, pg_get_expr(k.conbin, 0)
FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_type t ON t.oid = k.contypid
WHERE t.typnamespace = pg_my_temp_schema() AND k.contype = 'c'
"""
"""The checks of the temporary domains."""

PARTITION_KEYS = """
SELECT relname, pg_get_partkeydef(oid) FROM pg_catalog.pg_class
WHERE relnamespace = pg_my_temp_schema() AND relkind = 'p'
"""
"""How the temporary tables are partitioned."""

TEMPORARY = f"""
SELECT oid, relname FROM pg_catalog.pg_class
WHERE relnamespace = pg_my_temp_schema() AND relkind = 'r'
  AND relname = ANY ({_SCHEMAS.replace("schemas", "names")})
"""
"""The temporary tables of some names."""
