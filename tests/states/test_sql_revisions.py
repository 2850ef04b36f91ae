"""Revisions written in SQL: files beside the revision file, each database its own or the generic one."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from schemadiff.cli.commandline import CommandLine


def run(*argv: str) -> int:
    return CommandLine().run(argv)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: sa.Engine) -> Path:
    monkeypatch.chdir(tmp_path)
    url = engine.url.render_as_string(hide_password=False)
    (tmp_path / "migrations" / "versions").mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text(
        f'[tool.schemadiff]\nscript_location = "migrations"\nurl = "{url}"\n'
    )
    return tmp_path / "migrations" / "versions"


def test_sql_files_are_carried_out_and_printed(
    project: Path, engine: sa.Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("revision", "--sql-scripts", "-m", "start", "--rev-id", "aa") == 0
    up = project / "aa_start.upgrade.sql"
    assert up.read_text().startswith("-- start: bring the database to aa")
    up.write_text(
        "CREATE TABLE note (txt VARCHAR(40));\n"
        "-- a comment; with a semicolon\nINSERT INTO note VALUES ('100% :sure; it''s');\n"
    )
    (project / "aa_start.downgrade.sql").write_text("DROP TABLE note;")
    assert run("upgrade") == 0
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT txt FROM note").scalar() == "100% :sure; it's"
    capsys.readouterr()
    assert run("show", "aa", "--source") == 0
    shown = capsys.readouterr().out
    assert 'sqlscripts.run(__file__, "upgrade")' in shown
    assert "-- aa_start.downgrade.sql\nDROP TABLE note;" in shown
    assert run("upgrade", "base:head", "--sql") == 0
    assert "INSERT INTO note VALUES ('100% :sure; it''s');" in capsys.readouterr().out
    assert run("downgrade", "base") == 0
    assert not sa.inspect(engine).has_table("note")
    assert run("rename", "aa", "bb") == 0
    assert {path.name for path in project.glob("*.sql")} == {
        "bb_start.upgrade.sql",
        "bb_start.downgrade.sql",
    }
    assert run("upgrade") == 0
    assert run("downgrade", "base") == 0


def test_a_database_has_its_own_file_before_the_generic_one(
    project: Path, engine: sa.Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    name = "mysql" if engine.dialect.name == "mariadb" else engine.dialect.name
    options = ["--dialect", name, "--dialect", ""]
    assert run("revision", "--sql-scripts", *options, "-m", "start", "--rev-id", "aa") == 0
    assert len(list(project.glob("*.sql"))) == 4
    (project / f"aa_start.upgrade.{name}.sql").write_text("CREATE TABLE own_ (id INTEGER)")
    (project / "aa_start.upgrade.sql").write_text("CREATE TABLE generic_ (id INTEGER)")
    (project / f"aa_start.downgrade.{name}.sql").unlink()
    (project / "aa_start.downgrade.sql").unlink()
    assert run("upgrade") == 0
    assert [t for t in sa.inspect(engine).get_table_names() if t.endswith("_")] == ["own_"]
    capsys.readouterr()
    assert run("downgrade", "base") == 4
    assert f"no SQL for {engine.dialect.name}" in capsys.readouterr().err


def test_a_body_with_semicolons_is_one_statement_of_mariadb_and_of_its_client(
    project: Path, engine: sa.Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    if engine.dialect.name not in ("mysql", "mariadb"):
        pytest.skip("only these have DELIMITER")
    run("revision", "--sql-scripts", "-m", "start", "--rev-id", "aa")
    trigger = (
        "CREATE TRIGGER doubled BEFORE INSERT ON t FOR EACH ROW BEGIN SET NEW.a = 2 * NEW.a; END"
    )
    up = project / "aa_start.upgrade.sql"
    up.write_text(f"CREATE TABLE t (a INTEGER);\nDELIMITER $$\n{trigger}$$\nDELIMITER ;\n")
    capsys.readouterr()
    assert run("upgrade", "base:head", "--sql") == 0
    assert f"DELIMITER //\n{trigger}//\nDELIMITER ;" in capsys.readouterr().out
    assert run("upgrade") == 0
    with engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO t VALUES (21)")
        assert connection.exec_driver_sql("SELECT a FROM t").scalar() == 42


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("CREATE TABLE a (id INTEGER);\n\nINSERT INTO nowhere\nVALUES (1);", "sql, line 3: INSERT"),
        ("CREATE TABLE a (id INTEGER);\nSELECT 'never", "line 2: a string that is never closed"),
    ],
)
def test_an_error_names_file_line_and_statement(
    project: Path, script: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run("revision", "--sql-scripts", "-m", "start", "--rev-id", "aa")
    (project / "aa_start.upgrade.sql").write_text(script)
    capsys.readouterr()
    assert run("upgrade") == 4
    error = capsys.readouterr().err
    assert "aa_start.upgrade.sql" in error
    assert said in error


def test_what_cannot_be_meant_is_refused(project: Path) -> None:
    assert run("revision", "--dialect", "sqlite", "-m", "x") == 2
    assert run("revision", "--sql-scripts", "--autogenerate", "-m", "x") == 2
    assert list(project.iterdir()) == []
