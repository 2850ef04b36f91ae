"""Running revisions is no matter of the models: they are imported only where a name is left to their convention."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from .conftest import Cli

CONVENTION = """\
from pathlib import Path

import sqlalchemy as sa

Path("imported").touch()
metadata = sa.MetaData(naming_convention={"uq": "uq_%(table_name)s_%(column_0_name)s"})
"""
REVISION = """\
import sqlalchemy as sa
from schemadiff import op

revision = "one"
down_revision = None


def upgrade():
    op.create_table("t", sa.Column("a", sa.Integer), {constraint})


def downgrade():
    op.drop_table("t")
"""


def revision(constraint: str) -> None:
    text = REVISION.format(constraint=constraint)
    Path("migrations/versions/one.py").write_text(text)


def tables() -> list[str]:
    with sqlite3.connect("app.db") as connection:
        rows = connection.execute("SELECT sql FROM sqlite_master WHERE type = 'table'").fetchall()
    connection.close()
    return [sql for (sql,) in rows]


def test_where_all_names_are_final_the_models_are_not_imported(project: Cli) -> None:
    Path("shop.py").write_text(CONVENTION)
    revision('sa.UniqueConstraint("a", name=op.f("mine"))')
    for command in (("upgrade",), ("current",), ("downgrade", "base"), ("stamp", "head")):
        assert project(*command).code == 0
    assert not Path("imported").exists()


def test_a_missing_name_is_the_conventions(project: Cli) -> None:
    Path("shop.py").write_text(CONVENTION)
    revision('sa.UniqueConstraint("a")')
    assert project("upgrade").code == 0
    assert any("CONSTRAINT uq_t_a UNIQUE" in table for table in tables())


def test_models_that_cannot_be_imported_stop_no_revision_that_says_its_names(project: Cli) -> None:
    Path("shop.py").write_text("import nowhere_at_all\n")
    revision('sa.PrimaryKeyConstraint("a"), sa.UniqueConstraint("a", name="mine")')
    outcome = project("upgrade")
    assert outcome.code == 0
    assert "warning: cannot import shop: No module named 'nowhere_at_all'" in outcome.err
    assert any("CONSTRAINT mine UNIQUE" in table for table in tables())
    assert project("downgrade", "base").code == 0


def test_models_that_cannot_be_imported_stop_a_revision_that_leaves_a_name_to_them(
    project: Cli,
) -> None:
    Path("shop.py").write_text("import nowhere_at_all\n")
    for constraint in (
        'sa.UniqueConstraint("a")',
        'sa.Column("b", sa.Integer, unique=True)',
        'sa.Column("b", sa.Integer, sa.ForeignKey("t.a"))',
        'sa.Column("b", sa.Boolean(create_constraint=True))',
    ):
        revision(constraint)
        outcome = project("upgrade")
        assert outcome.code == 2
        assert "error: cannot import shop: No module named 'nowhere_at_all'" in outcome.err
        assert "while running upgrade  -> one" in outcome.err
