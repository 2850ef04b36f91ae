"""Scripts for a server of a version that somebody says."""

from __future__ import annotations

import io

import pytest
import sqlalchemy as sa

from schemadiff.errors import UsageError
from schemadiff.migration import MigrationContext
from schemadiff.operations import Operations


def written(url: str, version: str | None) -> str:
    """What a script says of a CHECK that goes and a generated column that gets another expression."""
    opts = {"as_sql": True, "output_buffer": (buffer := io.StringIO()), "server_version": version}
    with Operations.context(MigrationContext.configure(url=url, opts=opts)) as op:
        op.drop_constraint("ck", "t", type_="check")
        op.alter_column(
            "t",
            "g",
            server_default=sa.Computed("a + 1", persisted=True),
            existing_server_default=sa.Computed("a", persisted=True),
            existing_type=sa.Integer(),
            existing_nullable=True,
        )
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("url", "version", "said"),
    [
        ("mysql://", None, "DROP CHECK ck"),
        ("mysql://", "8.4.2", "DROP CHECK ck"),
        ("mysql+pymysql://", "10.11.6-MariaDB-1:10.11.6+maria~deb12", "DROP CONSTRAINT ck"),
        ("mysql://", "10.6.4-mariadb-log", "DROP CONSTRAINT ck"),
        ("mariadb://", None, "DROP CONSTRAINT ck"),
        ("mariadb://", "10.11", "DROP CONSTRAINT ck"),
        ("postgresql://", None, "SET EXPRESSION AS (a + 1)"),
        ("postgresql://", "17.1 (Debian 17.1-1.pgdg120+1)", "SET EXPRESSION AS (a + 1)"),
        ("postgresql://", "15.4", "DROP COLUMN g"),
    ],
)
def test_a_script_has_the_words_of_its_server(url: str, version: str | None, said: str) -> None:
    assert said in written(url, version)


def test_a_version_begins_with_a_number() -> None:
    with pytest.raises(UsageError, match="server_version 'newest' does not begin with a number"):
        written("postgresql://", "newest")


def test_a_backslash_in_a_script_for_postgresql_is_itself() -> None:
    opts = {"as_sql": True, "output_buffer": (buffer := io.StringIO())}
    context = MigrationContext.configure(url="postgresql://", opts=opts)
    with Operations.context(context) as op:
        op.create_table_comment("t", r"C:\temp")
    assert r"IS 'C:\temp'" in buffer.getvalue()
