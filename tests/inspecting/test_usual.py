"""Models that are written from a database say what people say, no more."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from schemadiff.inspecting import inspected
from schemadiff.states import Ground, diff_states


def declared(engine: sa.Engine) -> list[str]:
    source = inspected(engine, "declarative", Ground())
    return [line.strip() for line in source.splitlines()]


@pytest.fixture
def shop(engine: sa.Engine) -> sa.Engine:
    metadata = sa.MetaData()
    sa.Table(
        "account",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("big", sa.BigInteger),
        sa.Column("metadata", sa.Text),
        sa.Column("mood", sa.Enum("sad", "ok", name="mood")),
        sa.Column("made", sa.DateTime, nullable=False),
    )
    sa.Table(
        "invoice",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("owner_id", sa.ForeignKey("account.id"), nullable=False),
        sa.Column("payer_fk", sa.ForeignKey("account.id"), index=True),
        sa.Column("above_id", sa.ForeignKey("invoice.id")),
        sa.Column("number", sa.String(20), unique=True),
    )
    sa.Table(
        "line",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("invoice_id", sa.ForeignKey("invoice.id"), nullable=False),
    )
    metadata.create_all(engine)
    return engine


def test_types_are_those_that_people_write(shop: sa.Engine) -> None:
    lines = declared(shop)
    assert lines.count("id: Mapped[int] = mapped_column(primary_key=True)") == 3
    assert "active: Mapped[bool] = mapped_column()" in lines
    assert "big: Mapped[int | None] = mapped_column(sa.BigInteger())" in lines
    assert 'metadata_: Mapped[str | None] = mapped_column("metadata", sa.Text())' in lines
    assert "made: Mapped[datetime.datetime] = mapped_column()" in lines
    assert not any("dialects" in line for line in lines)


def test_one_column_says_what_is_of_it_alone(shop: sa.Engine) -> None:
    source = inspected(shop, "declarative", Ground())
    assert 'sa.ForeignKey("account.id"' in source
    assert "index=True" in source
    assert "PrimaryKeyConstraint" not in source
    assert "ForeignKeyConstraint" not in source
    if shop.dialect.name != "mysql":  # there it is an index with a name
        assert (
            "number: Mapped[str | None] = mapped_column(sa.String(length=20), unique=True)"
            in source
        )


def test_names_that_postgresql_gives_are_left_to_it(postgresql_engine: sa.Engine) -> None:
    metadata = sa.MetaData()
    sa.Table("a", metadata, sa.Column("id", sa.Integer, primary_key=True))
    other = sa.ForeignKey("a.id", name="my_own")
    sa.Table("b", metadata, sa.Column("a_id", sa.ForeignKey("a.id"), primary_key=True))
    sa.Table("c", metadata, sa.Column("id", sa.Integer, other, primary_key=True))
    metadata.create_all(postgresql_engine)
    source = inspected(postgresql_engine, "python", Ground())
    assert "_pkey" not in source
    assert "_fkey" not in source
    assert 'sa.ForeignKey("a.id", name="my_own")' in source


def test_keys_in_a_circle_keep_their_names_for_drop_all(postgresql_engine: sa.Engine) -> None:
    metadata = sa.MetaData()
    for one, other in (("a", "b"), ("b", "a")):
        key = sa.ForeignKey(f"{other}.id", name=f"{one}_other_fkey", use_alter=True)
        sa.Table(
            one, metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("other", key)
        )
    metadata.create_all(postgresql_engine)
    assert inspected(postgresql_engine, "python", Ground()).count("_other_fkey") == 2


def test_relationships_are_named_after_their_columns(shop: sa.Engine) -> None:
    lines = declared(shop)
    assert 'owner: Mapped["Account"] = relationship(' in lines
    assert 'payer: Mapped["Account | None"] = relationship(' in lines
    assert 'invoice_owner: Mapped[list["Invoice"]] = relationship(' in lines
    assert 'invoice_payer: Mapped[list["Invoice"]] = relationship(' in lines
    assert 'line: Mapped[list["Line"]] = relationship(back_populates="invoice")' in lines
    assert 'invoice: Mapped["Invoice"] = relationship(back_populates="line")' in lines
    assert 'above_of: Mapped[list["Invoice"]] = relationship(back_populates="above")' in lines


def test_create_all_makes_the_enumerations_of_models(postgresql_engine: sa.Engine) -> None:
    metadata = sa.MetaData()
    sa.Table("t", metadata, sa.Column("mood", sa.Enum("sad", "ok", name="mood")))
    metadata.create_all(postgresql_engine)
    source = inspected(postgresql_engine, "python", Ground())
    assert 'sa.Enum("sad", "ok", name="mood")' in source
    assert "create_type" not in source


@pytest.mark.parametrize("format_", ["python", "declarative"])
def test_a_table_is_written_behind_those_it_inherits_from(
    format_: str, postgresql_engine: sa.Engine
) -> None:
    with postgresql_engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE one (a int); CREATE TABLE all_of (b int)")
        connection.exec_driver_sql("CREATE TABLE its () INHERITS (one, all_of)")
        connection.exec_driver_sql("CREATE TABLE grandchild () INHERITS (its)")
    source = inspected(postgresql_engine, format_, Ground())
    names: dict[str, Any] = {"__name__": "inspected"}
    exec(compile(source, "inspected.py", "exec", dont_inherit=True), names)
    metadata = names["metadata"] if "metadata" in names else names["Base"].metadata
    assert list(metadata.tables) == ["all_of", "one", "its", "grandchild"]


def test_what_sqlite_takes_for_a_type_comes_back(sqlite_engine: sa.Engine) -> None:
    with sqlite_engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE t (id INT PRIMARY KEY, a INT NOT NULL, b bool, c)")
    lines = declared(sqlite_engine)
    assert "a: Mapped[int] = mapped_column()" in lines
    assert "b: Mapped[bool | None] = mapped_column()" in lines
    names: dict[str, Any] = {"__name__": "inspected"}
    source = inspected(sqlite_engine, "declarative", Ground())
    exec(compile(source, "inspected.py", "exec", dont_inherit=True), names)
    with sa.create_engine("sqlite://").connect() as copy:
        names["Base"].metadata.create_all(copy)
        assert not diff_states(sqlite_engine, copy)
    assert not diff_states(sqlite_engine, names["Base"])
