"""A revision that replaces others is known to databases that are at any of these."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from schemadiff import command
from schemadiff.config import Config
from schemadiff.errors import CommandError, DatabaseNotAtHead
from schemadiff.script import ScriptDirectory
from schemadiff.script.errors import DuplicateRevision, MissingRevision, ResolutionError

SINGLE = """\
from schemadiff import op
import sqlalchemy as sa

revision = "{0}"
down_revision = {1!r}


def upgrade():
    op.create_table("t_{0}", sa.Column("id", sa.Integer))


def downgrade():
    op.drop_table("t_{0}")
"""

WHOLE = """\
from schemadiff import op
import sqlalchemy as sa

revision = "whole"
down_revision = "before"
replaces = ["aa", "bb", "cc"]


def upgrade():
    upgrade_aa()
    upgrade_bb()
    upgrade_cc()


def downgrade():
    downgrade_cc()
    downgrade_bb()
    downgrade_aa()
"""

PART = """

def upgrade_{0}():
    op.create_table("t_{0}", sa.Column("id", sa.Integer))


def downgrade_{0}():
    op.drop_table("t_{0}")
"""


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """A history before → whole (aa, bb, cc) → after."""
    versions = tmp_path / "migrations" / "versions"
    versions.mkdir(parents=True)
    (versions / "before.py").write_text(SINGLE.format("before", None))
    (versions / "after.py").write_text(SINGLE.format("after", "whole"))
    parts = "".join(PART.format(name) for name in ("aa", "bb", "cc"))
    (versions / "whole.py").write_text(WHOLE + parts)
    made = Config()
    made.set_main_option("script_location", str(tmp_path / "migrations"))
    made.set_main_option("url", f"sqlite:///{tmp_path}/app.db")
    return made


def database_at(config: Config, row: str, *tables: str) -> sa.Engine:
    engine = sa.create_engine(str(config.get_main_option("url")))
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32))")
        connection.exec_driver_sql(f"INSERT INTO alembic_version VALUES ('{row}')")
        for table in tables:
            connection.exec_driver_sql(f"CREATE TABLE {table} (id INTEGER)")
    return engine


def rows(engine: sa.Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalars())


def tables(engine: sa.Engine) -> set[str]:
    return {name for name in sa.inspect(engine).get_table_names() if name.startswith("t_")}


ALL = ("t_before", "t_aa", "t_bb", "t_cc", "t_after")


@pytest.mark.parametrize(("row", "there"), [("before", 1), ("aa", 2), ("bb", 3), ("cc", 4)])
def test_a_database_at_any_replaced_revision_upgrades(config: Config, row: str, there: int) -> None:
    engine = database_at(config, row, *ALL[:there])
    command.upgrade(config, "head")
    assert rows(engine) == ["after"]
    assert tables(engine) == set(ALL)
    command.downgrade(config, "base")
    assert rows(engine) == []
    assert tables(engine) == set()


def test_the_last_replaced_revision_becomes_the_one_that_replaces_it(config: Config) -> None:
    engine = database_at(config, "cc", *ALL[:4])
    command.upgrade(config, "whole")
    assert rows(engine) == ["whole"]
    assert tables(engine) == set(ALL[:4])


def test_a_database_in_the_middle_goes_back_by_the_parts(config: Config) -> None:
    engine = database_at(config, "bb", *ALL[:3])
    command.downgrade(config, "before")
    assert rows(engine) == ["before"]
    assert tables(engine) == {"t_before"}


def test_only_the_last_replaced_revision_is_another_name(config: Config) -> None:
    script = ScriptDirectory.from_config(config)
    found = script.get_revision("cc")
    assert found is not None
    assert found.revision == "whole"
    with pytest.raises(ResolutionError, match="'aa' is a part of whole"):
        script.get_revision("aa")


def test_a_database_in_the_middle_is_not_at_head(config: Config) -> None:
    database_at(config, "aa", *ALL[:2])
    with pytest.raises(DatabaseNotAtHead):
        command.current(config, check_heads=True)


def test_a_database_that_has_everything_is_at_head(config: Config, tmp_path: Path) -> None:
    (tmp_path / "migrations" / "versions" / "after.py").unlink()
    database_at(config, "cc", *ALL[:4])
    command.current(config, check_heads=True)


def test_a_part_without_functions_is_told_before_anything_runs(
    config: Config, tmp_path: Path
) -> None:
    (tmp_path / "migrations" / "versions" / "whole.py").write_text(WHOLE)
    engine = database_at(config, "aa", *ALL[:2])
    with pytest.raises(CommandError, match=r"no function upgrade_bb\(\)"):
        command.upgrade(config, "head")
    assert tables(engine) == set(ALL[:2])


def test_a_replaced_file_that_is_still_there_is_refused(config: Config, tmp_path: Path) -> None:
    (tmp_path / "migrations" / "versions" / "aa.py").write_text(SINGLE.format("aa", "before"))
    with pytest.raises(DuplicateRevision, match="replaces aa, which is still there"):
        ScriptDirectory.from_config(config).get_heads()


def test_what_stands_on_a_replaced_revision_is_told_on_what_to_stand(
    config: Config, tmp_path: Path
) -> None:
    (tmp_path / "migrations" / "versions" / "x.py").write_text(SINGLE.format("xx", "cc"))
    with pytest.raises(MissingRevision, match=r"which whole .* replaces"):
        ScriptDirectory.from_config(config).get_heads()
