"""A live database is changed by SQLAlchemy objects, which stay in step with it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from schemadiff import changeset
from schemadiff.errors import UsageError
from schemadiff.states import diff_states


@pytest.fixture
def account(engine: sa.Engine) -> sa.Table:
    table = sa.Table(
        "account",
        sa.MetaData(),
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("email", sa.String(80)),
        sa.Column("age", sa.Integer),
        sa.Index("ix_age", "age"),
    )
    table.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(table.insert().values(id=1, email="a@b.c"))
    return table


def in_step(engine: sa.Engine, table: sa.Table) -> bool:
    return diff_states(engine, table.metadata).changes == ()


def test_a_column_is_created_and_filled_with_its_default(
    engine: sa.Engine, account: sa.Table
) -> None:
    column = sa.Column("state", sa.String(10), nullable=False, default="new")
    made = changeset.create_column(engine, column, account, index_name="ix_state")
    assert made is account.c.state
    with engine.connect() as connection:
        assert connection.scalars(sa.select(account.c.state)).all() == ["new"]
    assert in_step(engine, account)


def test_a_column_is_dropped_with_its_index(engine: sa.Engine, account: sa.Table) -> None:
    changeset.drop_column(engine, account.c.age)
    assert list(account.c.keys()) == ["id", "email"]
    assert in_step(engine, account)


def test_a_column_is_altered_and_renamed(engine: sa.Engine, account: sa.Table) -> None:
    email = account.c.email
    changeset.alter_column(engine, email, type=sa.String(120), nullable=False, server_default="x")
    assert in_step(engine, account)
    changeset.alter_column(engine, email, name="mail")
    assert account.c.mail is email
    assert in_step(engine, account)


def test_tables_and_indexes_are_renamed(engine: sa.Engine, account: sa.Table) -> None:
    changeset.rename_table(engine, account, "customer")
    assert account.metadata.tables["customer"] is account
    changeset.rename_index(engine, next(iter(account.indexes)), "ix_customer_age")
    assert in_step(engine, account)


def test_constraints_come_and_go(engine: sa.Engine, account: sa.Table) -> None:
    unique = sa.UniqueConstraint(account.c.email, name="uq_email")
    check = sa.CheckConstraint("age > 3", name="ck_age")
    account.append_constraint(check)
    for constraint in (unique, check):
        changeset.create_constraint(engine, constraint)
    assert in_step(engine, account)
    for constraint in (unique, check):
        changeset.drop_constraint(engine, constraint, cascade=True)
    assert in_step(engine, account)


def test_the_transaction_of_the_caller_is_joined(sqlite_engine: sa.Engine) -> None:
    table = sa.Table("t", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True))
    table.metadata.create_all(sqlite_engine)
    with sqlite_engine.connect() as connection:
        connection.begin()
        changeset.create_column(connection, sa.Column("x", sa.Integer), table)
        connection.rollback()
    assert [c["name"] for c in sa.inspect(sqlite_engine).get_columns("t")] == ["id"]


def test_what_a_column_does_not_have_cannot_be_altered(
    engine: sa.Engine, account: sa.Table
) -> None:
    with pytest.raises(UsageError, match="a column has no colour"):
        changeset.alter_column(engine, account.c.age, colour="red")


def test_tables_columns_and_indexes_may_be_given_by_name(
    engine: sa.Engine, account: sa.Table
) -> None:
    changeset.create_column(engine, sa.Column("state", sa.Integer), "account")
    changeset.alter_column(engine, "state", table="account", name="condition", type=sa.BigInteger)
    changeset.rename_index(engine, "ix_age", "ix_years", table="account")
    changeset.drop_column(engine, "email", "account")
    changeset.rename_table(engine, "account", "customer")
    seen = sa.inspect(engine)
    assert [column["name"] for column in seen.get_columns("customer")] == ["id", "age", "condition"]
    assert [index["name"] for index in seen.get_indexes("customer")] == ["ix_years"]


def test_what_a_name_does_not_name_is_said(engine: sa.Engine, account: sa.Table) -> None:
    with pytest.raises(UsageError, match="in which table is column age"):
        changeset.drop_column(engine, "age")
    with pytest.raises(UsageError, match="table account has no column size"):
        changeset.alter_column(engine, "size", table="account", nullable=False)
    with pytest.raises(UsageError, match="table account has no index ix"):
        changeset.rename_index(engine, "ix", "iy", table=account)
    with pytest.raises(UsageError, match="on which table is index ix"):
        changeset.rename_index(engine, "ix", "iy")


def test_a_column_becomes_what_another_one_says(engine: sa.Engine, account: sa.Table) -> None:
    like = sa.Column("mail", sa.String(77), nullable=False, server_default="x", default="y")
    with engine.begin() as connection:
        found = changeset.alter_column(connection, account.c.email, like)
    assert found is account.c.mail
    assert found.default is not None
    assert in_step(engine, account)


def test_a_new_column_becomes_the_key_or_is_unique(engine: sa.Engine) -> None:
    table = sa.Table("t", sa.MetaData(), sa.Column("a", sa.Integer))
    table.metadata.create_all(engine)
    key = sa.Column("b", sa.Integer, nullable=False, autoincrement=False)
    changeset.create_column(engine, key, table, primary_key_name="t_key")
    changeset.create_column(engine, sa.Column("c", sa.Integer), table, unique_name="uq_c")
    assert in_step(engine, table)
    seen = sa.inspect(engine)
    assert seen.get_pk_constraint("t")["constrained_columns"] == ["b"]
    assert [one["name"] for one in seen.get_unique_constraints("t")] == ["uq_c"]


def test_every_kind_of_constraint_is_created_and_dropped(engine: sa.Engine) -> None:
    metadata = sa.MetaData()
    parent = sa.Table("p", metadata, sa.Column("id", sa.Integer, autoincrement=False))
    child = sa.Table("c", metadata, sa.Column("p_id", sa.Integer))
    metadata.create_all(engine)
    key = sa.PrimaryKeyConstraint(parent.c.id, name="pk_p")
    parent.append_constraint(key)
    reference = sa.ForeignKeyConstraint([child.c.p_id], [parent.c.id], name="fk_c")
    index = sa.Index("ix_c", child.c.p_id)
    changeset.create_constraint(engine, key)
    changeset.create_index(engine, index)
    changeset.create_constraint(engine, reference)
    assert in_step(engine, parent)
    changeset.drop_constraint(engine, reference)
    changeset.drop_index(engine, index)
    changeset.drop_constraint(engine, key)
    assert sa.inspect(engine).get_pk_constraint("p")["constrained_columns"] == []
    assert sa.inspect(engine).get_indexes("c") == []


def test_in_every_database_a_change_is_said_in_its_own_words(
    engine: sa.Engine, account: sa.Table
) -> None:
    said: list[str] = []
    sa.event.listen(engine, "before_cursor_execute", lambda *event: said.append(event[2]))
    changeset.alter_column(engine, account.c.email, type=sa.String(99))
    words = {"sqlite": "CREATE TABLE", "postgresql": "ALTER COLUMN", "mysql": "MODIFY"}
    assert any(words[engine.dialect.name] in statement for statement in said)


def test_cascade_drops_what_refers_to_a_constraint(postgresql_engine: sa.Engine) -> None:
    metadata = sa.MetaData()
    parent = sa.Table("p", metadata, sa.Column("id", sa.Integer, primary_key=True))
    parent.primary_key.name = "pk_p"
    sa.Table("c", metadata, sa.Column("p_id", sa.ForeignKey("p.id")))
    metadata.create_all(postgresql_engine)
    changeset.drop_constraint(postgresql_engine, parent.primary_key, cascade=True)
    assert sa.inspect(postgresql_engine).get_foreign_keys("c") == []


def test_counting_ends_where_a_column_gets_a_type_that_cannot(mariadb_engine: sa.Engine) -> None:
    table = sa.Table("t", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True))
    table.metadata.create_all(mariadb_engine)
    changeset.alter_column(mariadb_engine, table.c.id, type=sa.String(36))
    assert in_step(mariadb_engine, table)
