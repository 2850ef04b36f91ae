"""The version table: its form, who may change it, and identifiers that do not fit."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from schemadiff import command
from schemadiff.config import Config
from schemadiff.ddl.impl import IMPLEMENTATIONS, DefaultImpl
from schemadiff.ddl.sqlite import SQLiteImpl
from schemadiff.errors import CommandError
from schemadiff.script.errors import RevisionError

LONG = "a" * 40
REVISION = """\
from schemadiff import op
revision = {name!r}
down_revision = {down!r}
def upgrade():
    {body}
def downgrade(): pass
"""


def project(folder: Path, engine: sa.Engine, **bodies: str) -> Config:
    """Revisions on one another, each with the body of its upgrade()."""
    versions = folder / "migrations" / "versions"
    versions.mkdir(parents=True)
    down = None
    for name, body in bodies.items():
        (versions / f"{name}.py").write_text(REVISION.format(name=name, down=down, body=body))
        down = name
    config = Config(stdout=io.StringIO(), output_buffer=io.StringIO())
    config.set_main_option("script_location", str(folder / "migrations"))
    url = engine.url.render_as_string(hide_password=False)
    config.set_main_option("url", url.replace("%", "%%"))
    return config


def rows(engine: sa.Engine) -> list[str]:
    with engine.connect() as connection:
        found = connection.execute(sa.text("SELECT version_num FROM alembic_version"))
        return [row[0] for row in found]


TABLE = "op.execute('CREATE TABLE one (a INTEGER)')"
WIDEN = (
    "op.alter_column('alembic_version', 'version_num', type_=__import__('sqlalchemy').String(64))"
)


def test_an_identifier_that_does_not_fit_is_refused_before_its_revision_runs(
    engine: sa.Engine, tmp_path: Path
) -> None:
    config = project(tmp_path, engine, first="pass", **{LONG: TABLE})
    for move in (command.upgrade, command.stamp):
        with pytest.raises(
            RevisionError, match=r"40 characters long, alembic_version\.version_num"
        ) as e:
            move(config, "head")
        assert f"{LONG}.py, line 2" in str(e.value)
    assert not sa.inspect(engine).has_table("one")


def test_an_identifier_that_does_not_fit_is_refused_in_a_script(
    sqlite_engine: sa.Engine, tmp_path: Path
) -> None:
    config = project(tmp_path, sqlite_engine, first="pass", **{LONG: "pass"})
    with pytest.raises(RevisionError, match="version_num holds 32"):
        command.upgrade(config, "head", sql=True)


def test_a_column_that_somebody_has_widened_holds_longer_identifiers(
    engine: sa.Engine, tmp_path: Path
) -> None:
    config = project(tmp_path, engine, first="pass", **{LONG: TABLE})
    with engine.begin() as connection:
        connection.execute(
            sa.text("CREATE TABLE alembic_version (version_num VARCHAR(64) NOT NULL PRIMARY KEY)")
        )
    command.upgrade(config, "head")
    assert rows(engine) == [LONG]
    made = command.revision(config, "next", rev_id="b" * 40)
    assert made is not None


def test_a_revision_may_widen_the_column(engine: sa.Engine, tmp_path: Path) -> None:
    config = project(tmp_path, engine, first=WIDEN, **{LONG: TABLE})
    command.upgrade(config, "head")
    assert rows(engine) == [LONG]


def test_a_new_identifier_has_to_fit(sqlite_engine: sa.Engine, tmp_path: Path) -> None:
    config = project(tmp_path, sqlite_engine, first="pass")
    with pytest.raises(CommandError, match="40 characters long, the version table holds 32"):
        command.revision(config, "next", rev_id=LONG)


@pytest.fixture
def _registry() -> Iterator[None]:
    before = dict(IMPLEMENTATIONS)
    yield
    IMPLEMENTATIONS.clear()
    IMPLEMENTATIONS.update(before)


@pytest.mark.usefixtures("_registry")
def test_a_dialect_may_have_a_version_table_of_its_own(
    sqlite_engine: sa.Engine, tmp_path: Path
) -> None:
    class Mine(SQLiteImpl):
        __dialect__ = "sqlite"

        def version_table_impl(self, **said: Any) -> sa.Table:
            table = super().version_table_impl(**said)
            table.append_column(sa.Column("applied", sa.String(40), server_default="by hand"))
            return table

    assert issubclass(Mine, DefaultImpl)
    command.upgrade(project(tmp_path, sqlite_engine, first="pass"), "head")
    with sqlite_engine.connect() as connection:
        found = connection.execute(sa.text("SELECT * FROM alembic_version")).one()
    assert tuple(found) == ("first", "by hand")
