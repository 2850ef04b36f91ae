"""An application with a migration command of its own: it subclasses ScriptDirectory and passes functions in."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from schemadiff.config import Config
from schemadiff.environment import EnvironmentContext
from schemadiff.script import ScriptDirectory
from schemadiff.util import load_python_file

ENV = """\
from sqlalchemy import create_engine

from schemadiff import context

engine = create_engine(context.config.get_main_option("sqlalchemy.url"))
with engine.begin() as connection:
    context.configure(connection=connection)
    context.run_migrations()
"""
REVISION = """\
'''{id}'''
import sqlalchemy as sa
from schemadiff import op

revision = {id!r}
down_revision = {down!r}


def upgrade():
    op.create_table({id!r}, sa.Column("a", sa.Integer))


def downgrade():
    op.drop_table({id!r})
"""


class Scripts(ScriptDirectory):
    """The scripts of a package, which has the application's env.py if it has none."""

    default = ""

    @property
    def env_py_location(self) -> str:
        own = super().env_py_location
        return own if os.path.exists(own) else self.default

    def run_env(self) -> None:
        load_python_file(*os.path.split(self.env_py_location))


class Environment:
    """One package's history, counted in a table of its own."""

    def __init__(self, folder: Path, url: str) -> None:
        self.config = Config()
        self.config.set_main_option("script_location", str(folder / "shop"))
        self.config.set_main_option("sqlalchemy.url", url)
        self.script = ScriptDirectory.from_config(self.config)
        self.script.__class__ = Scripts
        Scripts.default = str(folder / "core" / "env.py")

    def run(self, fn: Callable[..., Any], **options: Any) -> None:
        with EnvironmentContext(
            self.config, self.script, fn=fn, version_table="shop_versions", **options
        ):
            self.script.run_env()


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    (tmp_path / "core").mkdir()
    (tmp_path / "core" / "env.py").write_text(ENV)
    (tmp_path / "shop" / "versions").mkdir(parents=True)
    for name, down in (("aaaa", None), ("bbbb", "aaaa")):
        path = tmp_path / "shop" / "versions" / f"{name}.py"
        path.write_text(REVISION.format(id=name, down=down))
    return Environment(tmp_path, f"sqlite:///{tmp_path}/app.db")


def tables(environment: Environment) -> set[str]:
    engine = sa.create_engine(environment.config.get_main_option("sqlalchemy.url") or "")
    found = set(sa.inspect(engine).get_table_names())
    engine.dispose()
    return found


def test_upgrade_downgrade_and_stamp_are_functions_of_the_application(
    environment: Environment,
) -> None:
    head = environment.script.get_current_head()
    assert head is not None
    seen: list[Any] = []

    def upgrade(heads: Any, context: Any) -> Any:
        seen.append(heads)
        return context.script._upgrade_revs(head, heads[0] if heads else None)

    def stamp(heads: Any, context: Any) -> Any:
        context.stamp(environment.script, "aaaa")
        return []

    environment.run(upgrade, starting_rev=None, destination_rev=head)
    assert tables(environment) == {"aaaa", "bbbb", "shop_versions"}
    environment.run(upgrade, starting_rev=None, destination_rev=head)
    environment.run(lambda heads, context: context.script._downgrade_revs("aaaa", heads))
    assert tables(environment) == {"aaaa", "shop_versions"}
    environment.run(lambda heads, context: context.script._stamp_revs("head", heads))
    environment.run(stamp)
    environment.run(lambda heads, context: seen.append(heads) or [])
    assert seen == [(), ("bbbb",), ("aaaa",)]


def test_a_default_env_py_is_found_by_the_commands_too(environment: Environment) -> None:
    from schemadiff.runtime.project import has_env

    assert has_env(environment.script)
