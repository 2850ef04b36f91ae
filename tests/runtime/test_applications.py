"""Several applications in one process, each with its own Config and engine, leave nothing behind."""

from __future__ import annotations

import gc
import io
import logging
import sys
import threading
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa

from schemadiff import command, context, op
from schemadiff.autogenerate import compare_metadata
from schemadiff.config import Config
from schemadiff.migration import MigrationContext
from schemadiff.runtime.environment import CURRENT
from schemadiff.script import ScriptDirectory

REVISION = '''\
"""the {name}"""
from schemadiff import context, op
import sqlalchemy as sa

revision = "{name}"
down_revision = {down!r}


def upgrade():
    assert context.config.attributes["app"] == "{app}"
    op.create_table("{app}_{name}", sa.Column("id", sa.Integer, primary_key=True))
    assert op.get_context() is context.get_context()


def downgrade():
    op.drop_table("{app}_{name}")
'''
ENV = """\
from schemadiff import context

with context.config.attributes["engine"].connect() as connection:
    context.configure(
        connection,
        target_metadata=context.config.attributes["target_metadata"],
        include_name=lambda name, type_, parents: type_ != "table" or name.startswith({app!r}),
        version_table="{app}_version",
    )
    with context.begin_transaction():
        context.run_migrations()
"""
NAMES = ("a1", "b2", "c3")


@dataclass(frozen=True)
class App:
    """An application: its name, its Config, its engine, its models."""

    name: str
    config: Config
    engine: sa.Engine
    metadata: sa.MetaData

    def heads(self) -> tuple[str, ...]:
        with self.engine.connect() as connection:
            opts = {"version_table": f"{self.name}_version"}
            return MigrationContext.configure(connection, opts=opts).get_current_heads()

    def tables(self) -> list[str]:
        names = sa.inspect(self.engine).get_table_names()
        return sorted(n for n in names if n.startswith(f"{self.name}_") and "version" not in n)

    def life(self) -> None:
        """What an application does when it starts, a few times over."""
        for _ in range(2):
            command.upgrade(self.config, "head")
            command.check(self.config)
            assert self.heads() == ("c3",)
            assert self.tables() == [f"{self.name}_{name}" for name in NAMES]
            command.downgrade(self.config, "-1")
            assert self.heads() == ("b2",)
            command.downgrade(self.config, "base")
            assert self.tables() == []
            heads = ScriptDirectory.from_config(self.config).get_heads()
            assert heads == ["c3"]
        command.upgrade(self.config, "head")


def made(folder: Path, name: str, url: sa.URL, *, with_env: bool) -> App:
    versions = folder / name / "versions"
    versions.mkdir(parents=True)
    metadata = sa.MetaData()
    down = None
    for revision in NAMES:
        text = REVISION.format(app=name, name=revision, down=down)
        (versions / f"{revision}.py").write_text(text)
        sa.Table(f"{name}_{revision}", metadata, sa.Column("id", sa.Integer, primary_key=True))
        down = revision
    if with_env:
        (folder / name / "env.py").write_text(ENV.format(app=name))
    engine = sa.create_engine(url)
    config = Config(stdout=io.StringIO())
    config.set_main_option("script_location", str(folder / name))
    config.attributes.update(
        app=name, engine=engine, connection=engine, target_metadata=metadata,
        configure={"version_table": f"{name}_version", "include": [f"{name}_*"]},
    )  # fmt: skip
    return App(name, config, engine, metadata)


def at_once(*work: Callable[[], None]) -> None:
    """Run all of ``work`` in threads that start together; raises what the first of them raised."""
    barrier = threading.Barrier(len(work))

    def begin(one: Callable[[], None]) -> None:
        barrier.wait()
        one()

    with ThreadPoolExecutor(len(work)) as threads:
        for done in [threads.submit(begin, one) for one in work]:
            done.result()


def state_of_the_process() -> tuple[object, ...]:
    root, own = logging.getLogger(), logging.getLogger("schemadiff")
    return (
        list(warnings.filters), warnings.showwarning, list(sys.path), list(sys.meta_path),
        sys.stdout, gc.isenabled(), list(root.handlers), list(own.handlers), own.level, CURRENT.get(),
    )  # fmt: skip


def test_applications_in_one_process_upgrade_at_once(engine: sa.Engine, tmp_path: Path) -> None:
    before = state_of_the_process()
    apps = [made(tmp_path, f"app{n}", engine.url, with_env=n % 2 == 0) for n in range(3)]
    try:
        at_once(*(app.life for app in apps))
        assert [app.tables() for app in apps] == [
            [f"{app.name}_{name}" for name in NAMES] for app in apps
        ]
    finally:
        for app in apps:
            app.engine.dispose()
    assert state_of_the_process() == before


def test_workers_of_one_application_upgrade_at_once(engine: sa.Engine, tmp_path: Path) -> None:
    app = made(tmp_path, "app", engine.url, with_env=True)
    workers = [made(tmp_path / f"{n}", "app", engine.url, with_env=n > 0) for n in range(3)]
    at_once(*(lambda w=one: command.upgrade(w.config, "head") for one in workers))  # type: ignore[misc]
    assert app.heads() == ("c3",)
    assert len(app.tables()) == len(NAMES)
    for one in (app, *workers):
        one.engine.dispose()


def test_what_is_looked_up_in_one_thread_is_not_another_threads(tmp_path: Path) -> None:
    url = sa.make_url(f"sqlite:///{tmp_path}/app.db")
    app = made(tmp_path, "app", url, with_env=False)
    command.upgrade(app.config, "head")

    def compare() -> None:
        with app.engine.connect() as connection:
            migration = MigrationContext.configure(
                connection, opts={"version_table": "app_version"}
            )
            assert compare_metadata(migration, app.metadata) == []

    at_once(*[compare] * 3)
    app.engine.dispose()
    with pytest.raises(NameError):
        op.get_bind()
    with pytest.raises(NameError):
        context.get_context()
