"""Projects of six shapes that were written for Alembic go on after `adopt`, and run as they are with --alembic."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from .conftest import Copied, Project
from .schema import described

RECORDED = json.loads((Path(__file__).parent / "recorded.json").read_text())
"""What the heads of each project are on each database, with Alembic 1.20.1 (SQLAlchemy 2.1.9)."""

WHOLE = ["generic", "async", "multidb", "branches", "hooks"]
"""The projects with one history; ``tracks`` has two."""

IMPORT = re.compile(rb"alembic|schemadiff")


def adopted(project: Project, *sections: str) -> Project:
    """The project after `adopt`, whose every other byte is what it was."""
    before = project.contents()
    assert "from schemadiff import" in project.run("adopt", "--dry-run") or sections
    assert project.contents() == before
    project.run(*sections, "adopt")
    after = project.contents()
    assert after.keys() == before.keys()
    for name, content in after.items():
        assert IMPORT.sub(b"", content) == IMPORT.sub(b"", before[name]), name
        if name.endswith(".py"):
            assert not re.search(rb"^\s*(from|import) alembic", content, re.MULTILINE), name
    return project


@pytest.mark.parametrize("name", WHOLE)
def test_a_project_goes_up_and_down_and_is_compared(copied: Copied, name: str) -> None:
    if name == "async":
        pytest.importorskip("aiosqlite")
        pytest.importorskip("greenlet")
    whole_way(adopted(copied(name)))


@pytest.mark.parametrize("copied", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", WHOLE)
def test_a_project_runs_as_it_is_with_the_option(copied: Copied, name: str) -> None:
    if name == "async":
        pytest.importorskip("aiosqlite")
        pytest.importorskip("greenlet")
    project = replace(copied(name), before=("--alembic",))
    before = project.contents()
    said = project.run("upgrade", "heads")
    if name == "generic":
        # by its own logging section
        assert "INFO [alembic.runtime.migration] Running upgrade  -> " in said
    project.run("check", code=1 if name == "generic" else 0)
    project.run("downgrade", "base")
    assert project.contents() == before


@pytest.mark.parametrize("name", [*WHOLE, "tracks"])
def test_the_heads_are_object_by_object_what_they_were(copied: Copied, name: str) -> None:
    if name == "async":
        pytest.importorskip("aiosqlite")
        pytest.importorskip("greenlet")
    project = copied(name)
    histories = [("-n", "core"), ("-n", "stock")] if name == "tracks" else [()]
    for before in histories:
        project.run(*before, "adopt")
    for before in histories:
        project.run(*before, "upgrade", "heads")
    kind = sa.make_url(project.urls[0]).get_backend_name()
    for url, recorded in zip(project.urls, RECORDED[name][kind], strict=True):
        assert described(url) == recorded


@pytest.mark.parametrize("copied", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", ["generic", "multidb", "branches", "hooks"])
def test_a_project_may_be_configured_in_toml(copied: Copied, name: str) -> None:
    project = copied(name)
    project.run("adopt", "--toml")
    assert "[tool.schemadiff]" in (project.folder / "pyproject.toml").read_text()
    assert "[alembic]" not in (project.folder / "alembic.ini").read_text()
    whole_way(project)


def whole_way(project: Project) -> None:
    project.run("upgrade", "heads")
    full = [project.tables(0), project.tables(1)]
    said = project.run(
        "revision", "--autogenerate", "-m", "what is left", "--head", one_head(project)
    )
    if "Generating" in said:
        project.run("upgrade", "heads")
    project.run("check")
    project.run("current")
    project.run("downgrade", "base")
    assert project.tables(0) <= {"alembic_version"}
    assert project.tables(1) <= {"alembic_version"}
    project.run("upgrade", "heads")
    assert [project.tables(0), project.tables(1)] == full


def one_head(project: Project) -> str:
    return project.run("heads").split()[0]


def test_revisions_that_move_rows_and_a_template_of_ones_own_go_on(copied: Copied) -> None:
    project = adopted(copied("generic"))
    project.run("upgrade", "head")
    project.run("revision", "--autogenerate", "-m", "totals")
    (written,) = (project.folder / "migrations" / "versions").glob("*_totals.py")
    text = written.read_text()
    assert re.match(r"\d{4}_\d\d_\d\d-[0-9a-f]{12}_totals\.py", written.name)
    assert "from schemadiff import op\nimport sqlalchemy as sa\n" in text
    assert '"total"' in text
    engine = sa.create_engine(project.urls[0])
    with engine.connect() as connection:
        rows = connection.execute(sa.text("SELECT id, country FROM customer ORDER BY id")).all()
    engine.dispose()
    assert [tuple(row) for row in rows] == [(1, "FR"), (2, "FR")]


@pytest.mark.parametrize("name", [name for name in WHOLE if name != "async"])
def test_a_whole_history_can_be_written_down(copied: Copied, name: str) -> None:
    # op.run_async, which the asyncio project uses, needs a connection; so does a batch on SQLite.
    project = adopted(copied(name))
    if name == "generic" and project.urls[0].startswith("sqlite"):
        pytest.skip("a batch on SQLite reads the table")
    project.run("upgrade", "heads", "--sql")
    assert project.tables() == set()


def test_several_version_tables_in_one_database(copied: Copied) -> None:
    project = copied("tracks")
    adopted(replace(project, before=("-n", "core")))
    project.run("-n", "stock", "adopt")
    core, stock = replace(project, before=("-n", "core")), replace(project, before=("-n", "stock"))
    core.run("upgrade", "head")
    assert core.tables() == {"core_version", "unit", "site"}
    stock.run("upgrade", "head")
    assert stock.run("current").strip() == "st1 (head)"
    core.run("check")
    stock.run("check")
    assert "No new" in core.run("revision", "--autogenerate", "-m", "nothing")
    core.run("downgrade", "base")
    assert core.tables() == {"core_version", "stock_version", "item"}
    stock.run("downgrade", "base")


def test_branches_keep_labels_and_dependencies(copied: Copied) -> None:
    project = adopted(copied("branches"))
    project.run("upgrade", "mail@head")
    assert project.tables() == {"alembic_version", "account", "mail"}
    project.run("upgrade", "chat@head")
    assert "chat3" in project.run("current")
    assert project.tables() == {"alembic_version", "account", "mail", "chat", "room"}
    assert "CREATE TABLE room" in project.run("upgrade", "heads", "--sql")
    project.run("downgrade", "chat@base")
    assert project.tables() == {"alembic_version", "account", "mail"}


def test_hooks_of_the_project_are_asked(copied: Copied) -> None:
    project = adopted(copied("hooks"))
    project.run("upgrade", "head")
    assert "No new" in project.run("revision", "--autogenerate", "-m", "nothing")
    models = project.folder / "hook_models.py"
    models.write_text(
        models.read_text().replace(
            '    sa.Column("note", sa.Text),',
            '    sa.Column("note", sa.Text),\n    sa.Column("paid", Euro, nullable=False),',
        )
    )
    project.run("revision", "--autogenerate", "-m", "paid")
    (written,) = (project.folder / "migrations" / "versions").glob("*_paid.py")
    text = written.read_text()
    assert "from hook_models import Euro" in text
    assert re.search(r'sa\.Column\("paid", Euro\(\), .*nullable=True\)', text)
    assert text.endswith("# written by a hook\n")
