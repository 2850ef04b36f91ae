"""What differs, as Markdown."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from schemadiff.autogenerate.comparison import compare
from schemadiff.migration import MigrationContext
from schemadiff.render.markdown import markdown
from schemadiff.render.report import Report


def page(before: sa.MetaData, after: sa.MetaData) -> list[str]:
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        before.create_all(connection)
        context = MigrationContext.configure(connection)
        return markdown(Report(compare(context, after).changes)).splitlines()


def test_a_new_table_is_shown_with_what_it_consists_of() -> None:
    metadata = sa.MetaData()
    sa.Table(
        "account",
        metadata,
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("email", sa.String(80), nullable=False, unique=True),
        sa.Column("age", sa.Integer, index=True),
    )
    lines = page(sa.MetaData(), metadata)
    at = lines.index("## account (new)")
    assert [line.split(":")[0] for line in lines[at + 2 : at + 5]] == [
        "* column `number`",
        "* column `email`",
        "* column `age`",
    ]
    assert "* primary key: `(number)`" in lines
    assert "* index `ix_account_age`: `(age)`" in lines


def test_a_key_without_a_name_is_called_by_its_kind_alone() -> None:
    before, after = sa.MetaData(), sa.MetaData()
    sa.Table("t", before, sa.Column("a", sa.Integer, nullable=False), sa.Column("b", sa.Integer))
    sa.Table("t", after, sa.Column("a", sa.Integer, primary_key=True), sa.Column("b", sa.Integer))
    assert "* **new** primary key: `(a)`" in page(before, after)


@pytest.mark.parametrize(
    ("text", "code"),
    [("x > 0", "`x > 0`"), ("`x` > 0", "`` `x` > 0 ``"), ("x > '``'", "```x > '``'```")],
)
def test_backticks_in_code_are_code(text: str, code: str) -> None:
    before, after = sa.MetaData(), sa.MetaData()
    sa.Table("t", before, sa.Column("x", sa.Integer))
    sa.Table("t", after, sa.Column("x", sa.Integer), sa.CheckConstraint(text, name="ck"))
    assert f"* **new** check `ck`: {code}" in page(before, after)
