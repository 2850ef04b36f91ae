"""What only PostgreSQL knows about a node, said again in SQLAlchemy's arguments."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from schemadiff.dialects.postgresql import PostgreSQL
from schemadiff.model import (
    Check,
    Element,
    ForeignKey,
    Index,
    Node,
    PrimaryKey,
    Sequence,
    Sql,
    Table,
    Unique,
)

INDEX = Index(
    "",
    "t",
    "i",
    (Element("a", opclass="text_pattern_ops"), Element("b")),
    method="gin",
    include=("c",),
    nulls_not_distinct=True,
    options=(("fillfactor", "70"), ("invalid", "true"), ("tablespace", "fast")),
)


@pytest.mark.parametrize(
    ("node", "arguments"),
    [
        (Table("", "t", options=(("unlogged", "true"),)), {"prefixes": ["UNLOGGED"]}),
        (
            Table("", "t", options=(("inherits", "a, b"), ("partition_by", "RANGE (x)"))),
            {"postgresql_inherits": ["a", "b"], "postgresql_partition_by": "RANGE (x)"},
        ),
        (
            INDEX,
            {
                "postgresql_using": "gin",
                "postgresql_ops": {"a": "text_pattern_ops"},
                "postgresql_include": ["c"],
                "postgresql_nulls_not_distinct": True,
                "postgresql_with": {"fillfactor": "70"},
                "postgresql_tablespace": "fast",
            },
        ),
        (Unique("", "t", "u", ("a",), include=("b",)), {"postgresql_include": ["b"]}),
        (
            PrimaryKey("", "t", "p", ("a",), (("deferrable", "true"), ("include", "b, c"))),
            {"deferrable": True, "postgresql_include": ["b", "c"]},
        ),
        (
            Check("", "t", "c", Sql.of("a > 0"), (("not_valid", "true"),)),
            {"postgresql_not_valid": True},
        ),
        (
            ForeignKey("", "t", "f", ("a",), "", "p", ("id",), options=(("not_valid", "true"),)),
            {"postgresql_not_valid": True},
        ),
        (Table("", "t"), {}),
        (Sequence("", "s"), {}),
    ],
    ids=lambda value: getattr(value, "kind", ""),
)
def test_options_become_arguments(node: Node, arguments: dict[str, object]) -> None:
    database = PostgreSQL(pg.dialect())  # type: ignore[no-untyped-call]
    assert database.arguments(node) == arguments


def test_an_index_predicate_becomes_text() -> None:
    database = PostgreSQL(pg.dialect())  # type: ignore[no-untyped-call]
    said = database.arguments(Index("", "t", "i", (Element("a"),), where=Sql.of("a > 0")))
    assert str(said["postgresql_where"]) == "a > 0"


def test_a_sequence_keeps_its_type() -> None:
    database = PostgreSQL(pg.dialect())  # type: ignore[no-untyped-call]
    said = database.arguments(Sequence("", "s", type=Sql.of("smallint")))
    assert isinstance(said["data_type"], sa.SmallInteger)


def test_every_argument_is_accepted_by_the_sqlalchemy_in_use() -> None:
    database = PostgreSQL(pg.dialect())  # type: ignore[no-untyped-call]
    table = Table("", "t", options=(("fillfactor", "50"), ("tablespace", "fast")))
    sa.Table("t", sa.MetaData(), **database.arguments(table))  # type: ignore[arg-type]
