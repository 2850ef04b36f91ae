"""The operations as values: how they are undone, and how they are listed."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from schemadiff.operations import ops
from schemadiff.render.construct import Construct
from schemadiff.render.layout import source


def a_table() -> sa.Table:
    return sa.Table(
        "t",
        sa.MetaData(),
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("a", sa.String(5), unique=True, comment="c"),
        sa.Column("u", sa.ForeignKey("u.id", name="fk")),
        sa.CheckConstraint("a <> ''", name="ck"),
        schema="s",
        comment="about t",
    )


def written(op: ops.MigrateOperation) -> str:
    return source(op.as_call(Construct()))


def test_a_table_survives_being_dropped_and_made_again() -> None:
    made = ops.CreateTableOp.from_table(a_table())
    again = made.reverse().reverse()
    assert isinstance(again, ops.CreateTableOp)
    one, other = made.to_table(), again.to_table()
    ddl = sa.schema.CreateTable
    assert str(ddl(one).compile()) == str(ddl(other).compile())
    assert "UNIQUE (a)" in str(ddl(one).compile())
    assert str(ddl(one).compile()).count("UNIQUE") == 1


def test_a_call_copied_from_a_table_may_carry_its_metadata() -> None:
    columns = (sa.MetaData(), sa.Column("a", sa.Integer))
    op = ops.CreateTableOp("t", columns)
    assert [column.name for column in op.to_table().columns] == ["a"]
    assert "MetaData" not in written(op)


def test_indexes_of_a_dropped_table_are_made_again_by_themselves() -> None:
    table = sa.Table("t", sa.MetaData(), sa.Column("a", sa.Integer, index=True))
    upgrade = ops.UpgradeOps([ops.DropTableOp.from_table(table)])
    kinds = [type(op) for op in upgrade.reverse_into(ops.DowngradeOps()).ops]
    assert kinds == [ops.CreateTableOp, ops.CreateIndexOp]


def test_an_altered_column_goes_back() -> None:
    op = ops.AlterColumnOp(
        "t",
        "a",
        existing_type=sa.Integer(),
        existing_nullable=True,
        existing_server_default="1",
        modify_nullable=False,
        modify_type=sa.Text(),
        modify_name="b",
        modify_server_default=None,
    )
    back = op.reverse()
    assert (back.column_name, back.modify_name) == ("b", "a")
    assert isinstance(back.modify_type, sa.Integer)
    assert isinstance(back.existing_type, sa.Text)
    assert (back.modify_nullable, back.existing_nullable) == (True, False)
    assert (back.modify_server_default, back.existing_server_default) == ("1", None)


def test_what_changes_in_a_column_is_one_list() -> None:
    op = ops.AlterColumnOp(
        "t", "a", schema="s", existing_nullable=True, modify_nullable=False, modify_comment="c"
    )
    first, second = op.to_diff_tuple()
    known = {"existing_type": None, "existing_server_default": False, "existing_comment": None}
    assert first == ("modify_nullable", "s", "t", "a", known, True, False)
    assert second[0] == "modify_comment"
    identity = ops.AlterColumnOp("t", "a", modify_server_default=sa.Identity())
    assert identity.to_diff_tuple()[0][0] == "modify_identity"


@pytest.mark.parametrize(
    ("op", "word"),
    [
        (ops.CreateUniqueConstraintOp("uq", "t", ["a"]), "add_constraint"),
        (ops.CreateForeignKeyOp("fk", "t", "u", ["a"], ["id"]), "add_fk"),
        (ops.CreateIndexOp("ix", "t", ["a"]), "add_index"),
        (ops.CreateEnumOp("e", ["x"]), "add_enum"),
        (ops.CreateSchemaOp("s"), "add_schema"),
        (ops.RenameTableOp("a", "b"), "rename_table"),
        (ops.ExecuteSQLOp("SELECT 1"), "execute"),
    ],
)
def test_diff_tuples_begin_with_their_word(op: ops.MigrateOperation, word: str) -> None:
    assert op.to_diff_tuple()[0] == word


def test_dropping_a_foreign_key_is_remove_fk() -> None:
    added = ops.CreateForeignKeyOp("fk", "t", "u", ["a"], ["id"], ondelete="CASCADE")
    dropped = added.reverse()
    assert dropped.to_diff_tuple()[0] == "remove_fk"
    again = dropped.reverse()
    assert isinstance(again, ops.CreateForeignKeyOp)
    assert again.kw["ondelete"] == "CASCADE"


def test_what_was_not_told_cannot_be_undone() -> None:
    with pytest.raises(ValueError, match="original column is not present"):
        ops.DropColumnOp("t", "a").reverse()
    with pytest.raises(ValueError, match="constraint cannot be produced"):
        ops.DropConstraintOp("x", "t").to_constraint()


def test_columns_may_be_replaced_before_a_table_is_made() -> None:
    op = ops.CreateTableOp.from_table(a_table())
    op.columns = [item for item in op.columns if not isinstance(item, sa.CheckConstraint)]
    assert "CHECK" not in str(sa.schema.CreateTable(op.to_table()).compile())


def test_operations_write_themselves() -> None:
    assert written(ops.DropTableOp("t", schema="s")).strip() == 'op.drop_table("t", schema="s")'
    dropped = ops.DropConstraintOp(None, "t", "unique", columns=["a"])
    assert 'type_="unique", columns=["a"]' in written(dropped)
    index = ops.CreateIndexOp("ix", "t", ["a", sa.text("lower(b)")], unique=True)
    assert written(index).startswith('op.create_index("ix", "t", ["a", ')


def test_a_batch_leaves_table_and_schema_out() -> None:
    column = sa.Column("a", sa.Integer())
    group = ops.ModifyTableOps("t", [ops.AddColumnOp("t", column, schema="s")], schema="s")
    text = source(group.as_batch(Construct()))
    assert text.startswith('with op.batch_alter_table("t", schema="s") as batch_op:')
    assert 'batch_op.add_column(sa.Column("a"' in text


def test_what_undoes_a_creation_is_no_part_of_it() -> None:
    table = sa.Table("t", sa.MetaData(), sa.Column("a", sa.Integer), sa.Index("ix_a", "a"))
    made = ops.CreateTableOp.from_table(table)
    indexed = ops.CreateIndexOp.from_index(next(iter(table.indexes)))
    gone, unindexed = made.reverse(), indexed.reverse()
    made.columns.append(sa.Column("b", sa.Integer))
    indexed.index_name = "another"
    assert [column.name for column in gone.reverse().to_table().columns] == ["a"]
    assert unindexed.index_name == unindexed.reverse().index_name == "ix_a"
