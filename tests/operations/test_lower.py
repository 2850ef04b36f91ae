"""How a plan becomes operations."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect

from schemadiff.dialects.registry import database_for
from schemadiff.diff import diff
from schemadiff.diff.plan import plan
from schemadiff.model import Snapshot
from schemadiff.operations import ops
from schemadiff.operations.lower import lower
from schemadiff.read.metadata import read_metadata
from schemadiff.read.objects import Objects


def lowered(
    old: sa.MetaData, new: sa.MetaData, dialect: Dialect | None = None
) -> list[ops.MigrateOperation]:
    """The operations that lead from one MetaData to another."""
    database = database_for(dialect or postgresql.dialect())
    before, after = read_metadata(old, database), read_metadata(new, database)
    changes = plan(diff(before, after))
    return lower(changes, before, after, database, _objects(before), _objects(after))


def _objects(snapshot: Snapshot) -> Objects:
    return Objects(snapshot, database_for(postgresql.dialect()))


def kinds(operations: list[ops.MigrateOperation]) -> list[str]:
    """The names of the operations, those of standing tables with their table."""
    names = []
    for op in operations:
        if isinstance(op, ops.ModifyTableOps):
            names += [f"{op.table_name}.{type(one).__name__}" for one in op.ops]
        else:
            names.append(type(op).__name__)
    return names


def two_tables(*, cycle: bool = False) -> sa.MetaData:
    metadata = sa.MetaData()
    back = [sa.ForeignKeyConstraint(["c_id"], ["c.id"], name="fk_p_c")] if cycle else []
    sa.Table(
        "p",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("c_id", sa.Integer),
        *back,
    )
    sa.Table(
        "c",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("p_id", sa.ForeignKey("p.id", name="fk_c_p"), index=True),
        sa.CheckConstraint("id > 0", name="ck"),
    )
    return metadata


def test_new_tables_come_whole_and_parents_first() -> None:
    made = lowered(sa.MetaData(), two_tables())
    assert kinds(made) == ["CreateTableOp", "CreateTableOp", "CreateIndexOp"]
    parent, child = made[0], made[1]
    assert isinstance(parent, ops.CreateTableOp)
    assert isinstance(child, ops.CreateTableOp)
    assert (parent.table_name, child.table_name) == ("p", "c")
    assert [type(item).__name__ for item in child.columns] == [
        "Column",
        "Column",
        "PrimaryKeyConstraint",
        "ForeignKeyConstraint",
        "CheckConstraint",
    ]


def test_a_cycle_is_closed_by_a_key_of_its_own() -> None:
    made = kinds(lowered(sa.MetaData(), two_tables(cycle=True)))
    assert made.count("CreateTableOp") == 2
    assert made.count("CreateForeignKeyOp") == 1


def test_on_sqlite_a_cycle_needs_nothing_more() -> None:
    made = kinds(lowered(sa.MetaData(), two_tables(cycle=True), sqlite.dialect()))
    assert made.count("CreateTableOp") == 2
    assert "CreateForeignKeyOp" not in made


def test_a_table_takes_everything_with_it_but_the_key_of_a_cycle() -> None:
    assert kinds(lowered(two_tables(), sa.MetaData())) == ["DropTableOp", "DropTableOp"]
    gone = kinds(lowered(two_tables(cycle=True), sa.MetaData()))
    assert sorted(gone) == ["DropTableOp", "DropTableOp", *[k for k in gone if "." in k]]
    assert len(gone) == 3


def test_all_changes_of_a_column_are_one_operation() -> None:
    old, new = sa.MetaData(), sa.MetaData()
    sa.Table("t", old, sa.Column("a", sa.Integer))
    sa.Table("t", new, sa.Column("a", sa.BigInteger, nullable=False, server_default="5"))
    (group,) = lowered(old, new)
    assert isinstance(group, ops.ModifyTableOps)
    (op,) = group.ops
    assert isinstance(op, ops.AlterColumnOp)
    assert isinstance(op.modify_type, sa.BigInteger)
    assert isinstance(op.existing_type, sa.Integer)
    assert (op.modify_nullable, op.existing_nullable) == (False, True)
    assert op.modify_server_default is new.tables["t"].c.a.server_default
    assert op.existing_server_default is None


def test_enums_come_before_their_tables_and_go_after_them() -> None:
    metadata = sa.MetaData()
    sa.Table("t", metadata, sa.Column("a", sa.Enum("x", name="e")))
    assert kinds(lowered(sa.MetaData(), metadata)) == ["CreateEnumOp", "CreateTableOp"]
    assert kinds(lowered(metadata, sa.MetaData())) == ["DropTableOp", "DropEnumOp"]


def test_a_nameless_constraint_gets_the_name_that_the_database_would_choose() -> None:
    old, new = sa.MetaData(), sa.MetaData()
    sa.Table("t", old, sa.Column("a", sa.Integer))
    sa.Table("t", new, sa.Column("a", sa.Integer, unique=True))
    (group,) = lowered(old, new)
    assert isinstance(group, ops.ModifyTableOps)
    (op,) = group.ops
    assert isinstance(op, ops.CreateUniqueConstraintOp)
    assert op.constraint_name == "t_a_key"


def test_an_index_comes_with_a_key_that_others_lean_on_only_where_the_server_makes_one() -> None:
    def over(*targets: str) -> sa.MetaData:
        metadata = sa.MetaData()
        for name in ("p", "q"):
            sa.Table(name, metadata, sa.Column("id", sa.Integer, primary_key=True))
        sa.Table("t", metadata, sa.Column("a", sa.Integer, *map(sa.ForeignKey, targets)))
        return metadata

    assert kinds(lowered(over("p.id", "q.id"), over("q.id"))) == ["t.DropConstraintOp"]
