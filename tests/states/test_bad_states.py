"""What is no state is one clear line that says what, where, and what to do, with the right exit code."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from schemadiff.cli.commandline import CommandLine

MODELS = """
import sqlalchemy as sa
metadata = sa.MetaData()
sa.Table("account", metadata, sa.Column("id", sa.Integer, primary_key=True))
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder without a project, with models and a plan for a database that is not there yet."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "models.py").write_text(MODELS)
    plan = ["apply", "models.py:metadata", "--to", "sqlite:///shop.db", "--plan", "plan.json"]
    assert CommandLine().run(plan) == 0
    return tmp_path


@pytest.fixture
def complaint(folder: Path, capsys: pytest.CaptureFixture[str]) -> Complaint:
    return Complaint(capsys)


class Complaint:
    """What a command complains of: its first line and what to do, after the rules that hold for all."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys = capsys

    def __call__(self, code: int, *argv: str) -> str:
        self.capsys.readouterr()
        assert CommandLine().run(argv) == code
        said = self.capsys.readouterr().err
        assert said.startswith("error: ")
        assert "--traceback" not in said
        return said


def test_a_file_of_which_nothing_says_what_it_is(complaint: Complaint) -> None:
    Path("shop.db").write_bytes(b"")
    said = complaint(2, "diff", "shop.db", "models.py:metadata")
    assert "shop.db is a file" in said
    assert "sqlite:///shop.db" in said


def test_a_history_of_no_revision(complaint: Complaint) -> None:
    assert "history@ names no revision" in complaint(2, "inspect", "history@")


@pytest.mark.parametrize("content", [b"\xff\xfe", b"", b"[]", b'{"format": "schemadiff snapshot"'])
@pytest.mark.parametrize(
    "asked", [("inspect", "file.json"), ("apply", "--plan", "file.json", "--to", "sqlite://")]
)
def test_a_document_that_cannot_be_read(
    content: bytes, asked: tuple[str, ...], complaint: Complaint
) -> None:
    Path("file.json").write_bytes(content)
    assert "file.json" in complaint(2, *asked)


def test_a_file_that_is_no_database(complaint: Complaint) -> None:
    Path("text.db").write_text(
        "this is only text, and long enough to be looked at as a database\n" * 20
    )
    said = complaint(4, "inspect", "sqlite:///text.db")
    assert "cannot connect to sqlite:///text.db: file is not a database" in said


def test_a_plan_for_another_kind_of_database(
    complaint: Complaint, postgresql_engine: sa.Engine
) -> None:
    url = postgresql_engine.url.render_as_string(hide_password=False)
    said = complaint(2, "apply", "--plan", "plan.json", "--to", url, "--yes")
    assert "the plan was made for sqlite" in said


def test_a_database_that_moved_is_not_made_by_asking(complaint: Complaint) -> None:
    metadata = sa.MetaData()
    sa.Table("other", metadata, sa.Column("id", sa.Integer))
    metadata.create_all(sa.create_engine("sqlite:///full.db"))
    to_full = ("apply", "models.py:metadata", "--to", "sqlite:///full.db", "--plan", "full.json")
    assert CommandLine().run(to_full) == 0
    said = complaint(4, "apply", "--plan", "full.json", "--to", "sqlite:///none.db", "--yes")
    assert "has changed since the plan was made" in said
    assert not Path("none.db").exists()
    assert (
        CommandLine().run(["apply", "--plan", "plan.json", "--to", "sqlite:///shop.db", "--yes"])
        == 0
    )
    assert sa.inspect(sa.create_engine("sqlite:///shop.db")).get_table_names() == ["account"]


BROKEN = {
    "an open string": (
        "CREATE TABLE a (id INTEGER);\nINSERT INTO a\n VALUES ('x);\n",
        "line 3",
        "INSERT INTO a VALUES",
    ),
    "an open comment": ("CREATE TABLE a (id INTEGER);\n\n/* CREATE", "line 3", "/* CREATE"),
    "bad SQL": (
        "CREATE TABLE a (id INTEGER);\n\nCREATE TABEL b\n (id INTEGER);",
        "line 3",
        "CREATE TABEL b",
    ),
}


@pytest.mark.parametrize("what", BROKEN)
def test_sql_that_does_not_parse_is_shown(
    what: str, complaint: Complaint, engine: sa.Engine
) -> None:
    text, line, statement = BROKEN[what]
    Path("schema.sql").write_text(text)
    url = engine.url.render_as_string(hide_password=False)
    said = complaint(4, "inspect", "schema.sql", "--scratch", url)
    first, second, *_ = said.splitlines()
    assert f"schema.sql, {line}: " in first
    assert "(1064" not in first
    assert statement in second
