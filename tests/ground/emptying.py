"""A database of PostgreSQL made as empty as a new one: making one writes seven megabytes, dropping one waits for all."""

from __future__ import annotations

from collections import Counter

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

USES = 40
"""How often a database is emptied before a new one is made: catalogues grow with what is dropped from them."""
_uses = Counter[str]()

_OTHERS = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
_SCHEMAS = (
    "SELECT quote_ident(nspname) FROM pg_namespace WHERE nspname = 'public' OR oid >= 16384"
    " AND nspname NOT LIKE 'pg_%'"
)
_PUBLIC = (
    "CREATE SCHEMA public AUTHORIZATION pg_database_owner",
    "GRANT USAGE ON SCHEMA public TO PUBLIC",
    "COMMENT ON SCHEMA public IS 'standard public schema'",
)
_CATALOGUES = (
    *("pg_am", "pg_cast", "pg_class", "pg_collation", "pg_conversion", "pg_default_acl"),
    *("pg_event_trigger", "pg_extension", "pg_foreign_data_wrapper", "pg_foreign_server"),
    *("pg_language", "pg_largeobject_metadata", "pg_opclass", "pg_operator", "pg_opfamily"),
    *("pg_policy", "pg_proc", "pg_publication", "pg_statistic_ext", "pg_transform", "pg_trigger"),
    *("pg_ts_config", "pg_ts_dict", "pg_type", "pg_user_mapping"),
)
_LEFT = " UNION ALL ".join(
    [
        *(f"SELECT '{name}' FROM {name} WHERE oid >= 16384" for name in _CATALOGUES),
        "SELECT 'pg_namespace' FROM pg_namespace WHERE oid >= 16384 AND nspname <> 'public'"
        " AND nspname NOT LIKE 'pg_%'",
        "SELECT 'pg_db_role_setting' FROM pg_db_role_setting WHERE setdatabase ="
        " (SELECT oid FROM pg_database WHERE datname = current_database())",
    ]
)


def emptied(url: sa.URL) -> bool:
    """Whether the database is as empty as a new one now; False for one that should not be used again."""
    _uses[str(url.database)] += 1
    if _uses[str(url.database)] > USES:
        return False
    engine = sa.create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            return _empty(connection)
    except DBAPIError:  # it is gone, or something in it cannot be dropped
        return False


def _empty(connection: Connection) -> bool:
    connection.exec_driver_sql(_OTHERS)
    schemas = ", ".join(connection.exec_driver_sql(_SCHEMAS.replace("%", "%%")).scalars())
    if schemas:
        connection.exec_driver_sql(f"DROP SCHEMA {schemas.replace('%', '%%')} CASCADE")
    for statement in _PUBLIC:
        connection.exec_driver_sql(statement)
    return connection.exec_driver_sql(_LEFT.replace("%", "%%")).first() is None
