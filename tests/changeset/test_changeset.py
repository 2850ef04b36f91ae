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
