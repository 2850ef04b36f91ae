"""Tables that refer to each other in a row longer than Python's stack is deep."""

from __future__ import annotations

import sqlalchemy as sa

from schemadiff.autogenerate import produce_migrations
from schemadiff.migration import MigrationContext
from schemadiff.operations.ops import CreateTableOp, DropTableOp

LENGTH = 1_200


def test_a_chain_of_tables_may_be_longer_than_the_stack() -> None:
    metadata = sa.MetaData()
    for number in range(LENGTH):
        key = [sa.ForeignKey(f"t{number - 1}.id")] if number else []
        sa.Table(f"t{number}", metadata, sa.Column("id", sa.Integer, *key, primary_key=True))
    engine = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
    metadata.create_all(engine)
    with engine.connect() as connection:
        made = produce_migrations(MigrationContext.configure(connection), sa.MetaData())
    assert made.upgrade_ops is not None
    assert made.downgrade_ops is not None
    dropped = [op.table_name for op in made.upgrade_ops.ops if isinstance(op, DropTableOp)]
    created = [op.table_name for op in made.downgrade_ops.ops if isinstance(op, CreateTableOp)]
    assert dropped == [f"t{number}" for number in reversed(range(LENGTH))]
    assert created == dropped[::-1]
