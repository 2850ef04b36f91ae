"""Any two states are compared, whatever they are, and told in every form."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import permutations
from pathlib import Path

import pytest
import sqlalchemy as sa
from ground import Server
from harness.cases import Models, pairs
from harness.golden import told
from sqlalchemy.dialects import mysql, postgresql

import schemadiff
from schemadiff.cli.commandline import CommandLine
from schemadiff.config import Config
from schemadiff.errors import SchemaDiffError, UsageError
from schemadiff.inspecting import inspected
from schemadiff.model import Snapshot
from schemadiff.model.serial import Saved, dumps
from schemadiff.states import Ground, SchemaDiff, diff_states
from schemadiff.states.formats import FORMATS, written
from schemadiff.states.names import HistoryName, ModelsName, ScriptsName, SnapshotName, named


def shop(length: int = 80, *extra: str) -> sa.MetaData:
    metadata = sa.MetaData()
    sa.Table(
        "account",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("email", sa.String(length)),
        *(sa.Column(name, sa.Integer) for name in extra),
    )
    return metadata


MODELS = """
import sqlalchemy as sa
metadata = sa.MetaData()
sa.Table("account", metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("email", sa.String(80)))
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with two revisions, an SQL folder and models, all on SQLite."""
    monkeypatch.chdir(tmp_path)
    versions = tmp_path / "migrations" / "versions"
    versions.mkdir(parents=True)
    head = "from schemadiff import op\nimport sqlalchemy as sa\n"
    one = 'op.create_table("account", sa.Column("id", sa.Integer(), primary_key=True))'
    two = 'op.add_column("account", sa.Column("email", sa.String(80)))'
    for name, before, up in (("aa", None, one), ("bb", "aa", two)):
        body = f"revision = {name!r}\ndown_revision = {before!r}\n\ndef upgrade():\n    {up}\n"
        (versions / f"{name}_x.py").write_text(head + body + "\ndef downgrade():\n    pass\n")
    (tmp_path / "pyproject.toml").write_text(
        '[tool.schemadiff]\nscript_location = "migrations"\nurl = "sqlite:///shop.db"\n'
    )
    (tmp_path / "sql").mkdir()
    (tmp_path / "sql" / "1.sql").write_text(
        "CREATE TABLE account (id INTEGER PRIMARY KEY NOT NULL);\nALTER TABLE account ADD email VARCHAR(80);"
    )
    (tmp_path / "shop_models.py").write_text(MODELS)
    return tmp_path


def run(*argv: str) -> int:
    return CommandLine().run(argv)


def test_a_difference_is_a_value_that_answers_questions(sqlite_engine: sa.Engine) -> None:
    shop().create_all(sqlite_engine)
    wanted = shop(120, "age")
    sa.Table("invoice", wanted, sa.Column("id", sa.Integer, primary_key=True))
    found = diff_states(sqlite_engine, wanted)
    assert isinstance(found, SchemaDiff)
    assert found
    assert len(found) == 3
    assert found.tables_missing_from_a == ["invoice"]
    assert found.tables_missing_from_b == []
    account = found.tables_different["account"]
    assert account.columns_missing_from_a == ("age",)
    assert account.columns_missing_from_b == ()
    assert list(account.columns_different) == ["email"]
    assert "VARCHAR(80) → VARCHAR(120)" in str(found)
    assert schemadiff.diff_states(sqlite_engine, shop()).changes == ()


def test_the_other_way_round_everything_is_reversed(engine: sa.Engine) -> None:
    shop().create_all(engine)
    there, back = diff_states(engine, shop(120, "age")), diff_states(shop(120, "age"), engine)
    assert {str(c.key) for c in there.changes} == {str(c.key) for c in back.changes}
    assert back.tables_different["account"].columns_missing_from_b == ("age",)
    assert there.tables_different["account"].columns_missing_from_a == ("age",)


def test_models_are_compared_with_models_in_the_words_of_a_database(engine: sa.Engine) -> None:
    url = engine.url.render_as_string(hide_password=False)
    assert not diff_states(shop(), shop(), scratch=url)
    found = diff_states(shop(), shop(90), scratch=url)
    assert list(found.tables_different["account"].columns_different) == ["email"]


def test_without_a_database_to_ask_texts_are_compared_and_it_is_said(tmp_path: Path) -> None:
    found = diff_states(shop(), shop(90), dialect="postgresql")
    assert "not verified" in str(found)
    assert not diff_states(shop(), shop(), dialect="postgresql")


def test_a_snapshot_in_a_file_stands_for_the_database(engine: sa.Engine, tmp_path: Path) -> None:
    shop().create_all(engine)
    file = tmp_path / "shop.json"
    file.write_text(inspected(engine, "json", Ground()), encoding="utf-8")
    url = engine.url.render_as_string(hide_password=False)
    assert not diff_states(file, engine)
    assert not diff_states(str(file), shop(), scratch=url)
    assert diff_states(file, shop(90), scratch=url)


def test_a_type_that_is_another_one_in_any_database_differs_from_a_snapshot_without_asking(
    engine: sa.Engine, tmp_path: Path
) -> None:
    shop().create_all(engine)
    file = tmp_path / "shop.json"
    file.write_text(inspected(engine, "json", Ground()), encoding="utf-8")
    found = diff_states(file, shop(90))
    assert list(found.tables_different["account"].columns_different) == ["email"]
    if engine.dialect.name != "sqlite":
        assert "(not verified: there is no database to ask)" in str(found)
    assert not diff_states(file, shop())


def test_tables_can_be_left_out(sqlite_engine: sa.Engine) -> None:
    shop().create_all(sqlite_engine)
    assert diff_states(sqlite_engine, sa.MetaData())
    assert not diff_states(sqlite_engine, sa.MetaData(), exclude=["acc*"])


def test_databases_of_different_kinds_are_compared_as_far_as_that_has_meaning(
    sqlite_engine: sa.Engine, postgresql_engine: sa.Engine, mariadb_engine: sa.Engine
) -> None:
    engines = (sqlite_engine, postgresql_engine, mariadb_engine)
    for each in engines:
        shop().create_all(each)
    for other in engines[1:]:
        found = diff_states(sqlite_engine, other)
        assert found.changes == ()
        assert "different databases" in str(found)
    shop(80, "age").tables["account"].drop(postgresql_engine)
    shop(80, "age").create_all(postgresql_engine)
    found = diff_states(sqlite_engine, postgresql_engine)
    assert found.tables_different["account"].columns_missing_from_a == ("age",)


def test_what_databases_call_differently_is_no_difference_between_them(
    sqlite_engine: sa.Engine, postgresql_engine: sa.Engine, mariadb_engine: sa.Engine
) -> None:
    metadata = sa.MetaData()
    sa.Table("parent", metadata, sa.Column("id", sa.BigInteger, primary_key=True))
    sa.Table(
        "child",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("email", sa.String(80), unique=True),
        sa.Column("plain", sa.ForeignKey("parent.id", ondelete="RESTRICT")),
        sa.Column("indexed", sa.ForeignKey("parent.id"), index=True),
        sa.Column("said", sa.Boolean),
        sa.Column("long", sa.Text().with_variant(mysql.MEDIUMTEXT(), "mysql", "mariadb")),
        sa.Column("held", sa.JSON().with_variant(postgresql.JSONB(), "postgresql")),
        sa.Column("measured", sa.Double),
        sa.Column("fixed", sa.CHAR(4)),
        sa.Column("known_by", sa.Uuid),
    )
    engines = (sqlite_engine, postgresql_engine, mariadb_engine)
    for each in engines:
        metadata.create_all(each)
    for a, b in permutations(engines, 2):
        assert told(diff_states(a, b).changes) == []


def several_kinds() -> list[tuple[Path, list[str]]]:
    """A fixed sample of the models that several kinds of databases can hold; all with SCHEMADIFF_TEST_EVERYTHING."""
    by_path: dict[Path, list[str]] = {}
    for folder, database in pairs():
        by_path.setdefault(folder / "after.py", []).append(database)
    found = [(path, databases) for path, databases in by_path.items() if len(databases) > 1]
    return (
        found if os.environ.get("SCHEMADIFF_TEST_EVERYTHING") else random.Random(3).sample(found, 4)
    )


@pytest.mark.parametrize(
    ("path", "databases"),
    [pytest.param(path, databases, id=path.parent.name) for path, databases in several_kinds()],
)
def test_the_same_models_on_several_databases_are_the_same_state(
    path: Path, databases: list[str], request: pytest.FixtureRequest
) -> None:
    models = Models.read(path)
    engines: list[sa.Engine] = [request.getfixturevalue(f"{name}_engine") for name in databases]
    for each in engines:
        models.create(with_extensions(each))
    for a, b in permutations(engines, 2):
        found = diff_states(a, b)
        assert told(found.changes) == []
        assert "are different databases" in str(found)
        assert all(written(found, f) for f in FORMATS if f not in ("sql", "python"))


def with_extensions(engine: sa.Engine) -> sa.Engine:
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            for name in ("pg_trgm", "btree_gist"):
                connection.exec_driver_sql(f"CREATE EXTENSION IF NOT EXISTS {name}")
    return engine


def test_no_operation_leads_from_one_kind_of_database_to_another(
    sqlite_engine: sa.Engine, postgresql_engine: sa.Engine, tmp_path: Path
) -> None:
    shop().create_all(postgresql_engine)
    found = diff_states(sqlite_engine, postgresql_engine)
    for format_ in ("sql", "python"):
        with pytest.raises(UsageError, match="neither can be turned into the other"):
            written(found, format_)
    file = tmp_path / "shop.json"
    file.write_text(inspected(postgresql_engine, "json", Ground()), encoding="utf-8")
    assert CommandLine().run(["apply", str(file), "--to", str(sqlite_engine.url), "--yes"]) == 2
    assert sa.inspect(sqlite_engine).get_table_names() == []


@pytest.mark.parametrize("format_", FORMATS)
def test_every_form_tells_of_the_difference(format_: str, engine: sa.Engine) -> None:
    shop().create_all(engine)
    text = written(diff_states(engine, shop(120, "age")), format_)
    assert "age" in text
    assert text.endswith("\n")
    if format_ == "json":
        assert {c["name"] for c in json.loads(text)["changes"]} == {"email", "age"}
    if format_ == "python":
        compile(text, "difference.py", "exec")


def test_the_sql_of_a_difference_makes_it_go_away(engine: sa.Engine) -> None:
    shop().create_all(engine)
    text = written(diff_states(engine, shop(120, "age")), "sql")
    with engine.begin() as connection:
        for statement in filter(str.strip, text.split(";")):
            connection.exec_driver_sql(statement)
    assert diff_states(engine, shop(120, "age")).changes == ()


def test_states_are_known_by_their_names(project: Path) -> None:
    (project / "s.json").write_text("{}")
    assert named("history") == HistoryName("heads")
    assert named("history@aa") == HistoryName("aa")
    assert named("sql") == ScriptsName(Path("sql"))
    assert named("s.json") == SnapshotName(Path("s.json"))
    assert named("shop_models:metadata") == ModelsName("shop_models:metadata")


def test_histories_models_and_sql_files_are_the_same_schema(project: Path) -> None:
    config = Config(toml_file=project / "pyproject.toml")
    for a, b in (("history", "sql"), ("history", "shop_models:metadata"), ("sql", "history@bb")):
        assert not diff_states(a, b, config=config), (a, b)
    found = diff_states("history@aa", "history", config=config)
    assert found.tables_different["account"].columns_missing_from_a == ("email",)
    assert not (project / "shop.db").exists()


def configured(project: Path, line: str) -> None:
    with (project / "pyproject.toml").open("a") as file:
        file.write(f"{line}\n")


OTHER = MODELS.replace("String(80)", "String(90), server_default='x'")


@pytest.mark.parametrize(
    ("lines", "left"),
    [
        ((), {"type", "default"}),
        (("compare_type = false",), {"default"}),
        (("compare_server_default = false",), {"type"}),
        (("compare_type = false", "compare_server_default = false"), set()),
        (("exclude = ['acc*']",), set()),
        (("include = ['other']",), set()),
    ],
    ids=str,
)
def test_the_configuration_says_what_is_compared(
    lines: tuple[str, ...],
    left: set[str],
    project: Path,
    engine: sa.Engine,
    capsys: pytest.CaptureFixture[str],
) -> None:
    shop().create_all(engine)
    url = engine.url.render_as_string(hide_password=False)
    (project / "other_models.py").write_text(OTHER)
    for line in lines:
        configured(project, line)
    kept = project / "kept.json"
    capsys.readouterr()
    assert CommandLine().run(["--url", url, "inspect", url, "--format", "json"]) == 0
    kept.write_text(capsys.readouterr().out)
    models = "other_models:metadata"
    ways = [("diff", url, models), ("diff", models, url), ("diff", str(kept), models)]
    for command in (*ways, ("diff", "other_models:metadata", "shop_models:metadata")):
        code = CommandLine().run([*command, "--scratch", url, "--format", "json"])
        changes = json.loads(capsys.readouterr().out)["changes"]
        assert {name for change in changes for name in change["attributes"]} == left, command
        assert code == bool(left)


def test_a_type_that_decides_for_itself_decides_in_a_difference_too(engine: sa.Engine) -> None:
    class Anything(sa.types.TypeDecorator[str]):
        impl = sa.String
        cache_ok = True

        def compare_against_backend(self, dialect: object, conn_type: object) -> bool:
            return True

    shop().create_all(engine)
    wanted = sa.MetaData()
    sa.Table(
        "account",
        wanted,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("email", Anything(999)),
    )
    assert not diff_states(engine, wanted)
    assert not diff_states(wanted, engine)
    assert diff_states(wanted, shop())


def test_the_command_ends_with_one_where_something_differs(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("diff", "history", "sql") == 0
    assert run("diff", "history@aa", "history") == 1
    assert "+ email" in capsys.readouterr().out
    assert run("inspect", "history", "--format", "json") == 0
    (project / "schema.json").write_text(capsys.readouterr().out)
    assert run("diff", "schema.json", "shop_models:metadata") == 0


@pytest.mark.parametrize(
    ("argv", "code", "complaint"),
    [
        (("diff", "missing.json", "sql"), 2, "there is no file missing.json"),
        (("diff", "", "sql"), 2, "a state has no name"),
        (("diff", "history@nope", "sql"), 4, "Can't locate revision"),
        (("diff", "no_such_module:Base", "sql"), 2, "cannot import no_such_module"),
        (("diff", "bad.json", "sql"), 2, "bad.json is no schemadiff snapshot"),
        (("diff", "broken.sql", "history"), 4, "broken.sql, line 2: near"),
        (("diff", "open.sql", "history"), 4, "open.sql, line 1: a string that is never closed"),
        (("diff", "sqlite:///none.db", "history"), 4, "there is no file"),
        (("diff", "s.json", "s.json", "--dialect", "nosuch"), 2, "no database is called 'nosuch'"),
    ],
)
def test_bad_input_is_one_clear_error(
    argv: tuple[str, ...],
    code: int,
    complaint: str,
    project: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (project / "bad.json").write_text("{}")
    (project / "s.json").write_text(dumps(Saved("", Snapshot())))
    (project / "broken.sql").write_text("CREATE TABLE a (x);\nCREATE TABL b (x);")
    (project / "open.sql").write_text("SELECT 'a")
    assert run(*argv) == code
    err = capsys.readouterr().err
    assert complaint in err
    assert "Traceback" not in err


def test_what_is_no_state_is_refused() -> None:
    with pytest.raises(SchemaDiffError, match="int is no state of a schema"):
        diff_states(7, sa.MetaData())


def test_an_empty_database_differs_from_one_with_a_table(
    engine: sa.Engine, server: Callable[[str], Server], tmp_path: Path
) -> None:
    metadata = sa.MetaData()
    sa.Table("account", metadata, sa.Column("id", sa.Integer, primary_key=True))
    with another(engine, server, tmp_path) as empty:
        metadata.create_all(engine)
        assert diff_states(engine, empty).tables_missing_from_b == ["account"]
        assert diff_states(empty, engine).tables_missing_from_a == ["account"]


@contextmanager
def another(
    engine: sa.Engine, server: Callable[[str], Server], folder: Path
) -> Iterator[sa.Engine]:
    """An engine on a second empty database of the same kind."""
    if engine.dialect.name == "sqlite":
        second = sa.create_engine(f"sqlite:///{folder}/another.db")
        yield second
        second.dispose()
        return
    kind = "postgresql" if engine.dialect.name == "postgresql" else "mariadb"
    with server(kind).fresh() as second:
        yield second
