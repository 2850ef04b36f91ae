"""The names that PostgreSQL invents and cuts, compared with a server's."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from schemadiff.dialects.base import Scope
from schemadiff.dialects.postgresql import PostgreSQL
from schemadiff.dialects.postgresql.names import cut, invented
from schemadiff.model import (
    Check,
    Exclusion,
    ForeignKey,
    Index,
    Node,
    PrimaryKey,
    Unique,
)

LONG = "a_table_with_quite_a_long_name_for_a_test"
NAMES = [("t", "a", "b"), (LONG, "a", "b"), ("t", LONG, LONG + "_2"), (LONG, LONG, LONG + "_2")]
NAMES += [("é" * 20, "ü" * 25, "b"), ("t" * 63, "x" * 63, "y" * 63)]


@pytest.mark.parametrize("names", NAMES, ids=str)
def test_invented_names_are_the_servers(postgresql_engine: Engine, names: tuple[str, ...]) -> None:
    table, a, b = names
    metadata = sa.MetaData()
    sa.Table("target", metadata, sa.Column("id", sa.Integer, primary_key=True))
    sa.Table(
        table,
        metadata,
        sa.Column(a, sa.Integer, sa.CheckConstraint(f'"{a}" > 0')),
        sa.Column(b, sa.Integer, unique=True),
        sa.PrimaryKeyConstraint(a, b),
        sa.UniqueConstraint(b, a),
        sa.ForeignKeyConstraint([a], ["target.id"]),
        sa.ForeignKeyConstraint([a], ["target.id"], ondelete="CASCADE"),
        sa.CheckConstraint(f'"{a}" > "{b}"'),
        sa.CheckConstraint("1 < 2"),
    )
    with postgresql_engine.begin() as connection:
        metadata.create_all(connection)
        database = PostgreSQL(connection.dialect)
        for statement in (
            f'CREATE INDEX ON "{table}" ("{a}", lower("{b}"::text), ("{a}" + 1)) INCLUDE ("{b}")',
            f'ALTER TABLE "{table}" ADD EXCLUDE USING gist (int4range("{a}", "{b}") WITH &&)',
        ):
            connection.exec_driver_sql(statement)
        found = database.read(connection, Scope())
    named = (PrimaryKey, Unique, Check, ForeignKey, Exclusion, Index)
    nodes = [node for node in found.values() if isinstance(node, named) and node.table == table]
    assert len(nodes) == 10
    everywhere = {node.name for node in nodes}
    for node in nodes:
        assert node.name in {_invented(node, everywhere - {node.name}), _invented(node, set())}


def _invented(node: Node, taken: set[str]) -> str:
    return invented(node, frozenset(taken))


def test_a_name_that_is_taken_gets_a_number() -> None:
    unique = Unique("", "t", "", ("a",))
    assert invented(unique, frozenset()) == "t_a_key"
    assert invented(unique, frozenset({"t_a_key"})) == "t_a_key1"
    assert invented(unique, frozenset({"t_a_key", "t_a_key1"})) == "t_a_key2"


def test_names_are_cut_by_bytes_and_never_inside_a_character() -> None:
    assert cut("x" * 70) == "x" * 63
    assert cut("é" * 40) == "é" * 31
    assert cut("short") == "short"
