"""Everything that can be wrong is one clear line on standard error, a next step, and the right exit code."""

from __future__ import annotations

import os
import shutil
import sqlite3
from pathlib import Path

import pytest

from .conftest import Cli, Outcome

SECRET = "s3cr3t"
CHECK = ("check", "--metadata", "shop:metadata", "--url")


def complaint(outcome: Outcome, code: int) -> str:
    """The first line of what was said, after the rules that hold for every complaint."""
    assert outcome.code == code, outcome
    assert outcome.err.startswith("error: "), outcome
    assert "Traceback" not in outcome.err
    assert SECRET not in outcome.err + outcome.out
    assert "\x1b[" not in outcome.err
    return outcome.err.splitlines()[0]


def revision_file(name: str, text: str) -> Path:
    path = Path("migrations/versions") / name
    path.write_text(text)
    return path


def chained(name: str, down: str | None) -> str:
    return f"'''{name}'''\nrevision = {name!r}\ndown_revision = {down!r}\n\ndef upgrade():\n    pass\n\ndef downgrade():\n    pass\n"


# ---- the database ----------------------------------------------------------------------------


def test_an_unknown_database(project: Cli) -> None:
    line = complaint(project(*CHECK, f"nosuch://me:{SECRET}@h/d"), 2)
    assert "no database is called 'nosuch'" in line


def test_a_driver_that_is_not_installed(project: Cli) -> None:
    outcome = project(*CHECK, f"mysql+mysqldb://me:{SECRET}@h/d")
    assert "is not installed" in complaint(outcome, 2)
    assert "pip install mysqlclient" in outcome.err


def test_text_that_is_no_url(project: Cli) -> None:
    assert "no database URL" in complaint(project(*CHECK, SECRET), 2)


def test_no_url_at_all(cli: Cli) -> None:
    Path("shop.py").write_text("import sqlalchemy as sa\nmetadata = sa.MetaData()\n")
    Path("schemadiff.ini").write_text("[schemadiff]\ntarget_metadata = shop:metadata\n")
    assert "no database is configured" in complaint(cli("check"), 2)


def test_a_server_that_is_down(project: Cli) -> None:
    line = complaint(project(*CHECK, f"postgresql+psycopg://me:{SECRET}@127.0.0.1:9/d"), 4)
    assert "cannot connect to postgresql+psycopg://me:***@127.0.0.1:9/d" in line


def test_a_wrong_password(project: Cli, mariadb_engine: object) -> None:
    url = getattr(mariadb_engine, "url").set(username="nobody_here", password=SECRET)  # noqa: B009
    line = complaint(project(*CHECK, url.render_as_string(hide_password=False)), 4)
    assert "Access denied" in line


def test_a_sqlite_file_that_is_not_there(project: Cli) -> None:
    assert "there is no file app.db" in complaint(project("check"), 4)
    assert "there is no file app.db" in complaint(project("current"), 4)
    assert not Path("app.db").exists()


def test_a_folder_that_is_not_there(project: Cli) -> None:
    assert "there is no folder" in complaint(project("upgrade", "--url", "sqlite:///no/app.db"), 4)


def test_a_file_that_is_no_database(project: Cli) -> None:
    Path("app.db").write_text("no database at all, but long enough to be taken for one" * 20)
    assert "not a database" in complaint(project("check"), 4)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_is_not_writable(project: Cli) -> None:
    Path("locked").mkdir(mode=0o500)
    outcome = project("upgrade", "--url", "sqlite:///locked/app.db")
    assert "not writable" in complaint(outcome, 4)


def test_a_read_only_database(project: Cli) -> None:
    project("revision", "-m", "start", "--rev-id", "aaaa")
    sqlite3.connect("app.db").execute("CREATE TABLE t (a INTEGER)").connection.close()
    url = "sqlite:///file:app.db?mode=ro&uri=true"
    outcome = project("upgrade", "--url", url)
    assert "readonly" in complaint(outcome, 4)
    assert "while running upgrade  -> aaaa, start" in outcome.err
    assert project("check", "--url", url).code == 3


# ---- the models ------------------------------------------------------------------------------


def test_models_that_fail_to_import(project: Cli) -> None:
    Path("app.db").touch()
    Path("shop.py").write_text("import sqlalchemy\n\nimport not_there_at_all\n")
    line = complaint(project("check"), 2)
    assert line == (
        "error: cannot import shop: No module named 'not_there_at_all' (shop.py, line 3)"
    )


def test_models_that_need_an_environment_variable(project: Cli) -> None:
    Path("app.db").touch()
    Path("shop.py").write_text('import os\n\nURL = os.environ["SHOP_URL"]\n')
    outcome = project("check")
    line = complaint(outcome, 2)
    assert line == "error: cannot import shop: KeyError: 'SHOP_URL' (shop.py, line 3)"
    assert "set the environment variable SHOP_URL, the models read it" in outcome.err


def test_models_that_are_not_named(cli: Cli) -> None:
    Path("app.db").touch()
    Path("schemadiff.ini").write_text("[schemadiff]\nurl = sqlite:///app.db\n")
    outcome = cli("check")
    assert "nobody says what the models are" in complaint(outcome, 2)
    assert "--metadata" in outcome.err


def test_models_without_any_table_beside_a_database_that_has_some(project: Cli) -> None:
    Path("shop.py").write_text("import sqlalchemy as sa\nmetadata = sa.MetaData()\n")
    with sqlite3.connect("app.db") as connection:
        connection.execute("CREATE TABLE t (a INTEGER)")
    for command in (("check",), ("revision", "--autogenerate")):
        outcome = project(*command)
        assert "the models have no table at all, the database has 1" in complaint(outcome, 2)
        assert "--allow-empty-metadata" in outcome.err
    assert not list(Path("migrations/versions").glob("*.py"))
    assert project("check", "--allow-empty-metadata").code == 1


def test_an_env_py_that_runs_nothing(project: Cli) -> None:
    Path("migrations/env.py").write_text("from schemadiff import context\n")
    for command in (("check",), ("revision", "--autogenerate")):
        line = complaint(project(*command), 2)
        assert "env.py compared nothing: it did not call context.run_migrations()" in line


# ---- the revisions ---------------------------------------------------------------------------


def test_a_revision_with_a_syntax_error(project: Cli) -> None:
    revision_file("aaaa.py", "revision = 'aaaa'\ndown_revision = None\ndef upgrade(:\n")
    line = complaint(project("upgrade"), 4)
    assert "aaaa.py" in line
    assert "line 3" in line


def test_two_files_with_one_id(project: Cli) -> None:
    for name in ("one.py", "two.py"):
        revision_file(name, chained("aaaa", None))
    line = complaint(project("upgrade"), 4)
    assert "aaaa is present more than once" in line
    assert "one.py" in line
    assert "two.py" in line


def test_a_missing_parent(project: Cli) -> None:
    revision_file("bbbb.py", chained("bbbb", "aaaa"))
    assert "stands on 'aaaa', which is in no revision file" in complaint(project("heads"), 4)


def test_a_cycle(project: Cli) -> None:
    revision_file("aaaa.py", chained("aaaa", "bbbb"))
    revision_file("bbbb.py", chained("bbbb", "aaaa"))
    assert "Cycle is detected in revisions" in complaint(project("history"), 4)


def test_a_revision_in_the_database_that_no_file_has(project: Cli) -> None:
    project("revision", "-m", "start", "--rev-id", "aaaa")
    project("upgrade")
    Path("migrations/versions/aaaa_start.py").unlink()
    for command in (("upgrade",), ("current",), ("check",)):
        outcome = project(*command)
        assert "Can't locate revision identified by 'aaaa'" in complaint(outcome, 4)
        assert "stamp --purge" in outcome.err
    assert project("stamp", "--purge", "base").code == 0
    assert project("current").out == ""


def test_what_env_py_raises_is_told_with_its_file_and_line(project: Cli) -> None:
    Path("migrations/env.py").write_text("import os\n\nurl = os.environ['NO_SUCH_THING']\n")
    for command in (("upgrade",), ("check",), ("check", "--history"), ("current",)):
        outcome = project(*command)
        assert complaint(outcome, 4) == "error: KeyError: 'NO_SUCH_THING'"
        assert "migrations/env.py, line 3" in outcome.err


def test_only_a_project_has_revisions_that_make_a_database(project: Cli) -> None:
    assert "schemadiff upgrade head makes it" in project("check").err
    Path("schemadiff.ini").unlink()
    shutil.rmtree("migrations")
    Path("models.py").write_text("import sqlalchemy as sa\nmetadata = sa.MetaData()\n")
    named = ("--url", "sqlite:///app.db", "--metadata", "models:metadata")
    for command in (("check", *named), ("diff", "sqlite:///app.db", "models:metadata")):
        outcome = project(*command)
        assert "there is no file app.db" in complaint(outcome, 4)
        assert "upgrade head" not in outcome.err


def test_a_revision_that_does_not_exist(project: Cli) -> None:
    for command in (
        ("upgrade", "zzzz"),
        ("downgrade", "zzzz"),
        ("show", "zzzz"),
        ("stamp", "zzzz"),
    ):
        Path("app.db").touch()
        line = complaint(project(*command), 4)
        assert line == "error: Can't locate revision identified by 'zzzz'"


def test_a_revision_that_fails_says_where(project: Cli) -> None:
    revision_file("aaaa.py", chained("aaaa", None).replace("    pass", "    nothing_here()", 1))
    outcome = project("upgrade")
    assert "NameError: name 'nothing_here' is not defined" in complaint(outcome, 4)
    assert "while running upgrade  -> aaaa, aaaa" in outcome.err
    assert "Traceback" in project("--traceback", "upgrade").err


# ---- the command line ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("upgrade", "--nonsense"),
        ("check", "--format", "yaml"),
        ("-c", "a.ini", "-c", "b.ini", "heads"),
        ("-c", "missing.ini", "heads"),
        ("upgrade", "a:b"),
        ("downgrade", "base", "--sql"),
        ("revision", "--autogenerate", "--sql"),
        ("history", "-r", "nocolon"),
        ("stamp", "--purge", "--sql", "head"),
    ],
)
def test_a_command_line_that_makes_no_sense_is_exit_code_2(
    project: Cli, arguments: tuple[str, ...]
) -> None:
    outcome = project(*arguments)
    complaint(outcome, 2)


def test_an_unknown_key_in_the_configuration(project: Cli) -> None:
    with Path("schemadiff.ini").open("a") as file:
        file.write("compare_typo = true\n")
    outcome = project("heads")
    assert "unknown key 'compare_typo'" in complaint(outcome, 2)
    assert "compare_type" in outcome.err


def test_a_folder_without_a_project(cli: Cli) -> None:
    for command in ("heads", "upgrade", "check"):
        outcome = cli(command)
        assert outcome.code in (2, 4)
        assert "script_location" in outcome.err
        assert "schemadiff init" in outcome.err


def test_init_in_a_folder_that_is_in_use(project: Cli) -> None:
    assert "already exists and is not empty" in complaint(project("init", "migrations"), 2)
    assert "No such template" in complaint(project("init", "other", "-t", "nonsense"), 2)
    assert not Path("other").exists()
