"""Types in every spelling that a database takes."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import mysql, sqlite
from sqlalchemy.dialects import postgresql as pg

from .alike import specs, types
from .case import ALL, M, P, S

# ---- types in every spelling ---------------------------------------------------------------------

specs("numbers of PostgreSQL", P, "int", "int2", "int4", "int8", "INTEGER", "smallint", "bigint")
specs("decimals", P, "decimal", "numeric(5)", "NUMERIC(5,2)", "dec(5, 2)", "numeric (5 , 2)")
specs("negative scale", P, "numeric(5,-2)")
specs("floats", P, "float", "float4", "float8", "float(1)", "float(24)", "float(25)", "real")
specs("double", P, "double precision", "DOUBLE  PRECISION")
specs("strings", P, "char", "character", "char(3)", "bpchar", "varchar", "character varying(3)")
specs("more strings", P, "text", "name", '"char"', "national character varying(3)", "nchar(3)")
specs("times", P, "timestamp", "timestamptz", "timestamp(3)", "timestamptz(3)", "time", "timetz(2)")
specs(
    "times in words",
    P,
    "timestamp with time zone",
    "timestamp (3) without time zone",
    "TIMESTAMP(3) WITH TIME ZONE",
    "time without time zone",
    "time(2) with time zone",
)
specs(
    "intervals",
    P,
    "interval",
    "interval year",
    "interval day to second(3)",
    "interval(3)",
    "INTERVAL HOUR TO MINUTE",
    "interval second (2)",
)
specs("bits", P, "bit", "bit(1)", "bit varying", "bit varying(5)", "varbit(5)")
specs("arrays", P, "int[]", "int[3]", "int[][]", "int ARRAY", "integer ARRAY[4]", "varchar(3)[]")
specs("booleans", P, "bool", "boolean")
specs("geometry", P, "point", "line", "lseg", "box", "path", "polygon", "circle")
specs("network", P, "inet", "cidr", "macaddr", "macaddr8")
specs("documents", P, "json", "jsonb", "xml", "jsonpath", "tsvector", "tsquery")
specs("system types", P, "oid", "regclass", "regtype", "pg_lsn", "xid8", "uuid", "bytea", "money")
specs("ranges", P, "int4range", "numrange", "tstzrange", "daterange", "int4multirange")
specs("qualified types", P, "pg_catalog.int4", 'pg_catalog."varchar"', "pg_catalog.timestamptz")
specs("quoted types", P, '"int4"', '"timestamptz"', '"bool"[]')
specs("a type of a schema", P, "text")
types("types of SQLAlchemy", P, pg.INTERVAL(fields="DAY"), pg.BIT(), pg.TSVECTOR(), pg.OID())
types("an array with a collation", P, sa.ARRAY(sa.String(9, collation="C")))
types("uuid, kept as a string", ALL, sa.Uuid(native_uuid=False), sa.Uuid())
types("pickles and enums", ALL, sa.PickleType(), sa.Interval(), sa.LargeBinary(), sa.Unicode(5))
types(
    "exact and rounded", ALL, sa.Numeric(), sa.Numeric(5), sa.DECIMAL(5, 2), sa.Float(), sa.REAL()
)
types("floats with digits", ALL, sa.Float(10), sa.Float(53), sa.Double(), sa.DOUBLE_PRECISION())

specs("numbers of MariaDB", M, "int", "integer", "int4", "int8", "middleint", "bool", "boolean")
specs(
    "more numbers",
    M,
    "tinyint",
    "tinyint(1)",
    "tinyint(4)",
    "bigint unsigned",
    "int unsigned zerofill",
)
specs("decimals of MariaDB", M, "dec", "dec(5)", "fixed(5,2)", "numeric", "decimal(5,2) unsigned")
specs(
    "floats of MariaDB",
    M,
    "float",
    "float(5)",
    "float(30)",
    "float(5,2)",
    "real",
    "double precision",
)
specs("SERIAL", M, "bigint unsigned")
specs(
    "strings of MariaDB", M, "char", "character(3)", "nchar(3)", "national varchar(3)", "varchar(3)"
)
specs(
    "more strings of MariaDB", M, "character varying(3)", "char varying(3)", "long", "long varchar"
)
specs("texts by length", M, "text(10)", "text(300)", "text(70000)", "blob(10)", "blob(70000)")
specs("bytes", M, "binary", "binary(3)", "varbinary(3)", "tinyblob", "longblob")
specs("times of MariaDB", M, "datetime", "datetime(3)", "time(6)", "year", "year(4)", "date")
specs("JSON and friends", M, "json", "uuid", "inet6", "geometry", "point", "bit", "bit(7)")
specs("enums", M, "enum('a','b')", "ENUM ( 'a' , 'it''s' )", "set('a','b')", 'enum("a","b")')
specs(
    "character sets",
    M,
    "varchar(3) character set latin1",
    "varchar(3) charset ascii collate ascii_bin",
    "text collate utf8mb4_bin",
    "char(3) binary",
    "varchar(3) ascii",
    "varchar(3) unicode",
    "varchar(3) character set utf8",
    "varchar(3) byte",
)
types(
    "types of MariaDB in SQLAlchemy", M, mysql.TINYINT(1), mysql.YEAR(), mysql.BIT(), mysql.SET("a")
)
types("ENUM with quotes", M, mysql.ENUM("it's", 'say "x"', "a\\b", "100%", ""), sa.Enum("x", "y"))

specs(
    "types of SQLite",
    S,
    "INT",
    "integer",
    "UNSIGNED BIG INT",
    "VARYING CHARACTER(255)",
    "NATIVE CHARACTER (70)",
    "DOUBLE PRECISION",
    "DECIMAL(10,5)",
    "varchar ( 3 )",
    "BLOB",
    "",
    "ANY",
    '"my type"',
    "my_type(1,2)",
)
types("dates of SQLite", S, sqlite.DATETIME(), sqlite.DATE(), sqlite.TIME(), sqlite.JSON())
