"""What becomes of the history in a project whose env.py has its own mind about the database."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from schemadiff.cli.commandline import CommandLine

MODELS = """
import sqlalchemy as sa
metadata = sa.MetaData(naming_convention={"uq": "uq_%(table_name)s_%(column_0_name)s"})
sa.Table("account", metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("email", sa.String(80)))
"""
MORE = 'sa.Table("invoice", metadata, sa.Column("id", sa.Integer, primary_key=True))\n'

CONFIGURED = """
    context.configure(
        connection,
        target_metadata=models.metadata,
        version_table="our_versions",
        include_object=lambda thing, name, kind, *_: not str(name).startswith("their"),
    )
    with context.begin_transaction():
        context.run_migrations()
"""
OWN = f"""
import sqlalchemy as sa
from schemadiff import context
import models

with sa.create_engine(URL).connect() as connection:
{CONFIGURED}
"""
OFFERED = f"""
import sqlalchemy as sa
from schemadiff import context
import models

def run(connection):
{CONFIGURED}

offered = context.config.attributes.get("connection")
if offered is not None:
    run(offered)
else:
    with sa.create_engine(URL).connect() as connection:
        run(connection)
"""


def run(*argv: str) -> int:
    return CommandLine().run(argv)


def url_of(engine: sa.Engine) -> str:
    return engine.url.render_as_string(hide_password=False)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: sa.Engine) -> Path:
    """A project of which only env.py knows the database and the models, at head, with a table of somebody else."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "migrations" / "versions").mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text('[tool.schemadiff]\nscript_location = "migrations"\n')
    (tmp_path / "models.py").write_text(MODELS)
    write_env(tmp_path, OWN, url_of(engine))
    monkeypatch.setattr("sys.path", [str(tmp_path), *sys.path])
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE their_own (id INTEGER)")
    assert run("revision", "--autogenerate", "-m", "start", "--rev-id", "aa") == 0
    assert run("upgrade") == 0
    return tmp_path


def write_env(project: Path, text: str, url: str) -> None:
    (project / "migrations" / "env.py").write_text(text.replace("URL", repr(url)))


def with_models(project: Path, text: str) -> None:
    """The models say something else from now on; they are imported anew."""
    (project / "models.py").write_text(text)
    sys.modules.pop("models", None)


@pytest.fixture(autouse=True)
def _fresh_models() -> Iterator[None]:
    sys.modules.pop("models", None)
    yield
    sys.modules.pop("models", None)


def tables(engine: sa.Engine) -> list[str]:
    return sorted(sa.inspect(engine).get_table_names())


def versions(engine: sa.Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.scalars(sa.text("SELECT version_num FROM our_versions")))


UNTOUCHED = ["account", "our_versions", "their_own"]


def test_check_history_takes_database_and_models_from_env_py(
    project: Path, engine: sa.Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert run("check") == 0
    assert run("check", "--history") == 0, capsys.readouterr()
    assert "Models, revisions and database agree." in capsys.readouterr().out
    with_models(project, MODELS + MORE)
    assert run("check", "--history") == 1
    said = capsys.readouterr().out
    assert "The models are ahead of the revisions (1 difference)" in said
    assert "The database" not in said
    assert run("check", "--history", "--format", "json") == 1
    assert [one["in_sync"] for one in json.loads(capsys.readouterr().out)] == [False, True]


def test_check_history_finds_what_was_done_by_hand(
    project: Path, engine: sa.Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE account ADD COLUMN by_hand INTEGER")
    capsys.readouterr()
    assert run("check", "--history") == 1
    said = capsys.readouterr().out
    assert "The database was changed by something else than revisions (1 difference)" in said
    assert "The models" not in said


@pytest.mark.parametrize("env", [OWN, OFFERED])
def test_a_revision_from_the_history_never_runs_on_the_database_of_env_py(
    project: Path, engine: sa.Engine, env: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write_env(project, env, url_of(engine))
    with_models(project, MODELS + MORE)
    assert run("revision", "--from", "history", "-m", "more", "--rev-id", "bb") == 0
    text = next((project / "migrations").rglob("bb_*.py")).read_text("utf-8")
    assert '"invoice"' in text
    assert "account" not in text
    assert "their_own" not in text
    assert tables(engine) == UNTOUCHED
    assert versions(engine) == ["aa"]
    assert run("check", "--history") == 3
    assert run("revision", "--from", "history", "-m", "none") == 0
    assert "no file was written" in capsys.readouterr().out
    assert tables(engine) == UNTOUCHED


def test_an_env_py_that_takes_a_connection_needs_no_database_of_its_own(
    project: Path, engine: sa.Engine
) -> None:
    write_env(project, OFFERED, "sqlite:////no/such/folder/app.db")
    with_models(project, MODELS + MORE)
    scratch = ("--scratch", url_of(engine))
    assert run("revision", "--from", "history", "-m", "more", "--rev-id", "bb", *scratch) == 0
    assert tables(engine) == UNTOUCHED


def test_revisions_see_no_other_database_than_the_scratch_one(
    project: Path, engine: sa.Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    toml = project / "pyproject.toml"
    toml.write_text(toml.read_text() + f'url = "{url_of(engine)}"\n')
    path = next((project / "migrations").rglob("aa_*.py"))
    spy = (
        "\ndef seen():\n"
        "    from schemadiff import context\n"
        '    with open("seen", "a") as file:\n'
        '        print(context.config.get_main_option("url"), file=file)\n'
    )
    text = path.read_text("utf-8").replace(
        "def upgrade() -> None:\n", "def upgrade() -> None:\n    seen()\n"
    )
    path.write_text(text + spy)
    assert run("test") == 0
    assert run("diff", "history", "history@base") == 1
    assert run("check", "--history") == 0
    seen = (project / "seen").read_text().split()
    assert len(seen) == 4  # twice by test
    assert not [url for url in seen if "schemadiff_scratch" not in url]


@pytest.mark.parametrize("said", ["", 'url = "driver://user:pass@localhost/dbname"\n'])
def test_where_only_env_py_knows_the_database_a_replay_without_it_asks_for_a_place(
    said: str, project: Path, engine: sa.Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    toml = project / "pyproject.toml"
    toml.write_text(toml.read_text() + said)
    assert run("check", "--history") == 0
    assert run("revision", "--from", "history", "-m", "none") == 0
    for command in (["test"], ["diff", "history", "models.py:metadata"], ["inspect", "history"]):
        capsys.readouterr()
        assert run(*command) == 2
        assert "--scratch" in capsys.readouterr().err
    assert run("test", "--scratch", url_of(engine)) == 0


def test_a_convention_of_the_models_names_what_a_replay_makes(
    project: Path, engine: sa.Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("revision", "-m", "by hand", "--rev-id", "bb") == 0
    path = next((project / "migrations").rglob("bb_*.py"))
    text = path.read_text("utf-8").replace(
        "def upgrade", "from schemadiff import op\n\n\ndef upgrade", 1
    )
    path.write_text(
        text.replace(
            "    pass\n",
            '    with op.batch_alter_table("account") as batch:\n'
            '        batch.create_unique_constraint(None, ["email"])\n',
            1,
        )
    )
    assert run("upgrade") == 0
    named = MODELS.replace("sa.String(80))", "sa.String(80), unique=True)")
    with_models(project, named)
    capsys.readouterr()
    assert run("check", "--history") == 0, capsys.readouterr()


def test_several_databases_are_told_apart(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    env = project / "migrations" / "env.py"
    env.write_text(
        env.read_text()
        + CONFIGURED.replace(
            "    context.configure",
            "with sa.create_engine('sqlite://').connect() as connection:\n    context.configure",
            1,
        )
    )
    capsys.readouterr()
    for command in (["check", "--history"], ["revision", "--from", "history", "-m", "x"]):
        assert run(*command) == 2
        assert "several databases" in capsys.readouterr().err
