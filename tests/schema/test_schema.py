"""docs/schema/ says what the types say, and everything that a command writes for machines fits it.

A document that would no longer fit is of another version: then VERSION rises, and the file of the old one stays.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from harness.cases import FIXTURES, Models
from hypothesis import given
from jsonschema import Draft202012Validator
from strategies import pairs

from schemadiff.cli import CommandLine
from schemadiff.diff import diff
from schemadiff.model import Gap, Key, Snapshot, Sql, Unmodelled
from schemadiff.model.nodes import Column
from schemadiff.model.serial import Saved, dumps
from schemadiff.render import json as reports
from schemadiff.render.report import Report
from schemadiff.settle import Undecided
from schemadiff.states import plans

from .documents import DOCUMENTS, Document

FOLDER = Path(__file__).parents[2] / "docs" / "schema"
FITTING = {each.name: Draft202012Validator(each.content()) for each in DOCUMENTS}

CHANGES = [
    ("check", "sqlite"),
    ("column_computed", "sqlite"),
    ("enum", "sqlite"),
    ("foreign_key", "sqlite"),
    ("index_partial", "sqlite"),
    ("table_added_and_dropped", "sqlite"),
    ("table_options_sqlite", "sqlite"),
    ("column_identity", "postgresql"),
    ("constraint_comments", "postgresql"),
    ("domain", "postgresql"),
    ("enum", "postgresql"),
    ("exclusion", "postgresql"),
    ("index_options_postgresql", "postgresql"),
    ("sequence", "postgresql"),
    ("unique_options_postgresql", "postgresql"),
    ("table_options_mariadb", "mariadb"),
    ("types_mariadb", "mariadb"),
]


def misfits(name: str, text: str) -> list[str]:
    """Where a document is not what its schema says."""
    return [
        f"{each.json_path}: {each.message}" for each in FITTING[name].iter_errors(json.loads(text))
    ]


# ---- the files -----------------------------------------------------------------------------------


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda each: each.name)
def test_a_published_schema_is_current(document: Document, update_golden: bool) -> None:
    path = FOLDER / f"{document.name}-{document.version}.json"
    if update_golden:
        path.write_text(document.text(), encoding="utf-8")
    assert path.read_text(encoding="utf-8") == document.text()
    Draft202012Validator.check_schema(json.loads(document.text()))


# ---- what commands write -------------------------------------------------------------------------


@pytest.fixture
def written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., str]:
    """What a command prints, run in the folder of a project without revisions."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "migrations" / "versions").mkdir(parents=True)

    def run(*arguments: str) -> str:
        capsys.readouterr()
        code = CommandLine().run(arguments)
        found = capsys.readouterr()
        assert code in (0, 1), found.err
        return found.out

    return run


def everything_fits(written: Callable[..., str], engine: sa.Engine, models: Path) -> None:
    url, state = engine.url.render_as_string(hide_password=False), f"{models}:metadata"
    settings = {
        "script_location": "migrations",
        "url": url.replace("%", "%%"),
        "target_metadata": state,
    }
    lines = (f"{name} = {json.dumps(value)}\n" for name, value in settings.items())
    Path("pyproject.toml").write_text("[tool.schemadiff]\n" + "".join(lines), encoding="utf-8")
    form = ("--format", "json")
    assert misfits("report", written("check", "--census", *form)) == []
    assert misfits("report", written("revision", *form)) == []
    assert misfits("report", written("diff", url, state, *form)) == []
    assert misfits("snapshot", written("inspect", url, *form)) == []
    assert (
        misfits("snapshot", written("inspect", state, "--dialect", engine.dialect.name, *form))
        == []
    )
    written("apply", state, "--to", url, "--allow-drop", "*", "--plan", "plan.json")
    assert misfits("plan", Path("plan.json").read_text("utf-8")) == []


@pytest.mark.parametrize(("name", "database"), CHANGES)
def test_what_is_written_of_a_change_fits(
    name: str, database: str, written: Callable[..., str], request: pytest.FixtureRequest
) -> None:
    engine: sa.Engine = request.getfixturevalue(f"{database}_engine")
    Models.read(FIXTURES / "pairs" / name / "before.py").create(engine)
    everything_fits(written, engine, FIXTURES / "pairs" / name / "after.py")


def test_what_is_written_of_an_application_fits(
    written: Callable[..., str], sqlite_engine: sa.Engine
) -> None:
    with sqlite_engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE left_over (id INTEGER PRIMARY KEY)")
    everything_fits(written, sqlite_engine, FIXTURES / "models" / "optuna.py")


# ---- laws ----------------------------------------------------------------------------------------


@given(pairs())
def test_every_snapshot_plan_and_report_fits(pair: tuple[Snapshot, Snapshot]) -> None:
    old, new = pair
    changes = diff(old, new)
    plan = plans.Plan("sqlite", "", old, new, (), changes, "")
    assert misfits("snapshot", dumps(Saved("sqlite", new))) == []
    assert misfits("plan", plans.dumps(plan)) == []
    assert misfits("report", reports.dumps(Report(changes))) == []


def test_what_is_said_around_a_comparison_fits() -> None:
    undecided = Undecided(Key("column", "", "t", "a"), "type", "INT", "BIGINT", "nobody to ask")
    gaps, census = [Gap("t", "a trigger")], [Unmodelled("view", "", "v")]
    one = Report((), undecided=[undecided], gaps=gaps, census=census)
    assert misfits("report", reports.dumps(one)) == []
    assert misfits("report", reports.dumps(one, Report(()))) == []
    refused = Sql("int", "INT", "refused", "no such type")
    asked = Snapshot([Column("", "t", "a", refused)], gaps)
    assert misfits("snapshot", dumps(Saved("mysql", asked, spelt=False))) == []


GOOD: dict[str, Any] = json.loads(
    dumps(Saved("sqlite", Snapshot([Column("", "t", "a", Sql.of("INT"))])))
)


@pytest.mark.parametrize(
    "wrong",
    [
        {"version": 2},
        {"nodes": [{"kind": "view"}]},
        {"nodes": [{**GOOD["nodes"][0], "colour": "red"}]},
        {"nodes": [{**GOOD["nodes"][0], "nullable": "no"}]},
        {"nodes": [{"kind": "column", "schema": "", "table": "t", "name": "a"}]},
    ],
)
def test_what_no_release_wrote_does_not_fit(wrong: dict[str, Any]) -> None:
    assert misfits("snapshot", json.dumps(GOOD)) == []
    assert misfits("snapshot", json.dumps({**GOOD, **wrong})) != []
