"""Revisions without a live database, and revisions tried there and back."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from schemadiff.cli.commandline import CommandLine

MODELS = """
import sqlalchemy as sa
metadata = sa.MetaData(naming_convention={"ix": "ix_%(column_0_label)s", "fk": "fk_%(table_name)s"})
sa.Table("account", metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("email", sa.String(80)))
"""
MORE = """
sa.Table(
    "invoice",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("account_id", sa.ForeignKey("account.id"), index=True),
    sa.Column("paid", sa.Boolean, server_default=sa.text("true")),
)
"""


def run(*argv: str) -> int:
    return CommandLine().run(argv)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: sa.Engine) -> Path:
    monkeypatch.chdir(tmp_path)
    url = engine.url.render_as_string(hide_password=False)
    (tmp_path / "migrations" / "versions").mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text(
        f'[tool.schemadiff]\nscript_location = "migrations"\nurl = "{url}"\n'
        'target_metadata = "models.py:metadata"\n'
    )
    (tmp_path / "models.py").write_text(MODELS)
    return tmp_path


def file_of(project: Path, name: str) -> Path:
    return next((project / "migrations").rglob(f"{name}_*.py"))


def body(path: Path) -> str:
    lines = path.read_text("utf-8").splitlines()
    return "\n".join(line for line in lines if "Create Date" not in line)


def test_a_revision_from_the_history_is_the_one_from_the_database(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("revision", "--from", "history", "-m", "start", "--rev-id", "aa") == 0
    assert run("upgrade") == 0
    (project / "more.py").write_text(MODELS + MORE)
    toml = project / "pyproject.toml"
    toml.write_text(toml.read_text().replace("models.py", "more.py"))
    assert run("revision", "--autogenerate", "-m", "more", "--rev-id", "bb") == 0
    by_database = body(file_of(project, "bb"))
    file_of(project, "bb").unlink()
    assert (
        run("revision", "--autogenerate", "--from", "history", "-m", "more", "--rev-id", "bb") == 0
    )
    assert body(file_of(project, "bb")) == by_database
    capsys.readouterr()
    assert run("revision", "--from", "history", "-m", "none") == 0
    assert "no file was written" in capsys.readouterr().out
    assert run("test") == 0
    assert "2 revisions tried, 0 to be looked at." in capsys.readouterr().out


def test_what_takes_no_part_is_not_written_from_the_history_either(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    toml = project / "pyproject.toml"
    toml.write_text(toml.read_text() + 'exclude = ["invoice"]\n')
    (project / "models.py").write_text(MODELS + MORE)
    assert run("revision", "--from", "history", "-m", "start", "--rev-id", "aa") == 0
    assert "invoice" not in body(file_of(project, "aa"))
    assert run("diff", "history", "models.py:metadata") == 0
    assert run("upgrade") == 0
    assert run("check") == 0


ENV = """
import sqlalchemy as sa
from schemadiff import context
import models

engine = sa.create_engine({url})
with engine.connect() as connection:
    context.configure(
        connection,
        target_metadata=models.metadata,
        include_object=lambda thing, name, kind, *_: name != "invoice",
    )
    with context.begin_transaction():
        context.run_migrations()
"""


def test_an_env_py_has_its_say_in_a_revision_from_the_history(
    project: Path, engine: sa.Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "models.py").write_text(MODELS + MORE)
    env = project / "migrations" / "env.py"
    env.write_text(ENV.format(url='context.config.get_main_option("url")'))
    assert run("revision", "--from", "history", "-m", "start", "--rev-id", "aa") == 0
    assert "invoice" not in body(file_of(project, "aa"))
    assert "account" in body(file_of(project, "aa"))
    assert sa.inspect(engine).get_table_names() == []
    env.write_text(ENV.format(url=repr(engine.url.render_as_string(hide_password=False))))
    assert run("upgrade") == 0
    assert run("revision", "--from", "history", "-m", "more") == 0
    assert "no file was written" in capsys.readouterr().out


def test_a_revision_that_does_not_lead_back_is_named(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run("revision", "--from", "history", "-m", "start", "--rev-id", "aa")
    path = file_of(project, "aa")
    text = path.read_text()
    cut = text.index("def downgrade")
    path.write_text(text[:cut] + "def downgrade():\n    pass\n")
    assert run("test") == 1
    assert "aa  fails" in (said := capsys.readouterr().out)
    assert "second upgrade" in said
    path.write_text(text[:cut] + "def downgrade():\n    pass\n\nirreversible = True\n")
    assert run("test") == 0
    assert "aa  irreversible" in capsys.readouterr().out


def test_what_differs_after_a_downgrade_is_told(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run("revision", "-m", "by hand", "--rev-id", "aa")
    path = file_of(project, "aa")
    head = path.read_text()
    body_ = (
        "from schemadiff import op\nimport sqlalchemy as sa\n"
        "def upgrade():\n    op.execute('CREATE TABLE IF NOT EXISTS t (id INTEGER NOT NULL)')\n"
        "def downgrade():\n    pass\n"
    )
    path.write_text(head[: head.index("def upgrade")] + body_)
    assert run("test") == 1
    said = capsys.readouterr().out
    assert "aa  does not lead back" in said
    assert "+ t" in said


def test_unstamping_drops_the_version_table_and_nothing_else(
    project: Path, engine: sa.Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    run("revision", "--from", "history", "-m", "start", "--rev-id", "aa")
    run("upgrade")
    assert run("unstamp", "--yes") == 0
    assert sa.inspect(engine).get_table_names() == ["account"]
    assert run("unstamp", "--yes") == 0
    assert "There was no alembic_version" in capsys.readouterr().out
