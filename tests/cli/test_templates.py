"""What `init` makes runs as it comes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from .conftest import MODELS, Cli

TEMPLATES = ["generic", "env", "async", "pyproject", "pyproject_async"]


def url_for(template: str) -> str:
    if "async" not in template:
        return "sqlite:///app.db"
    pytest.importorskip("aiosqlite")
    pytest.importorskip("greenlet")
    return "sqlite+aiosqlite:///app.db"


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_template_goes_all_the_way_without_an_edit(cli: Cli, template: str) -> None:
    Path("shop.py").write_text(MODELS)
    said = ("--url", url_for(template), "--metadata", "shop:metadata")
    assert cli("init", "migrations", "-t", template, *said).code == 0
    for words in (
        ("revision", "-a", "-m", "start"),
        ("upgrade", "head"),
        ("check",),
        ("upgrade", "base:head", "--sql"),
        ("downgrade", "base"),
        ("upgrade", "head"),
    ):
        outcome = cli(*words)
        assert outcome.code == 0, outcome
    assert sa.inspect(sa.create_engine("sqlite:///app.db")).has_table("account")
    assert Path("pyproject.toml").is_file() == template.startswith("pyproject")


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_project_without_models_runs_revisions_written_by_hand(cli: Cli, template: str) -> None:
    assert cli("init", "migrations", "-t", template, "--url", url_for(template)).code == 0
    for words in (
        ("revision", "-m", "start"),
        ("upgrade", "head"),
        ("current",),
        ("stamp", "head"),
        ("downgrade", "base"),
        ("upgrade", "head"),
    ):
        outcome = cli(*words)
        assert outcome.code == 0, outcome
    outcome = cli("check")
    assert outcome.code == 2, outcome
    assert "target_metadata" in outcome.err
    assert "cannot import" not in outcome.err


def test_pyproject_is_appended_to(cli: Cli) -> None:
    Path("pyproject.toml").write_text('[project]\nname = "shop"\n')
    assert cli("init", "migrations", "-t", "pyproject").code == 0
    text = Path("pyproject.toml").read_text()
    assert text.startswith('[project]\nname = "shop"\n\n[tool.schemadiff]\n')


def test_several_databases_share_a_history(cli: Cli) -> None:
    Path("shop.py").write_text(MODELS)
    assert cli("init", "migrations", "-t", "multidb").code == 0
    env = Path("migrations/env.py")
    text = env.read_text().replace(
        "target_metadata: dict[str, MetaData] = {}",
        "import shop\n\nother = MetaData()\n"
        "import sqlalchemy as sa\nsa.Table('log', other, sa.Column('id', sa.Integer, primary_key=True))\n"
        "target_metadata = {'engine1': shop.metadata, 'engine2': other}",
    )
    env.write_text(text)
    assert cli("revision", "-a", "-m", "start").code == 0
    (written,) = Path("migrations/versions").glob("*.py")
    source = written.read_text()
    assert source.count("def upgrade_engine1() -> None:") == 1
    assert source.index('"account"') < source.index("def upgrade_engine2") < source.index('"log"')
    for words in (("upgrade", "head"), ("check",)):
        outcome = cli(*words)
        assert outcome.code == 0, outcome
    for words in (("check", "--format", "json"), ("revision", "-a", "--format", "json")):
        both = json.loads(cli(*words).out)
        assert [(Path(one["database"]).name, one["in_sync"]) for one in both] == [
            ("engine1.db", True), ("engine2.db", True),
        ]  # fmt: skip
    assert cli("revision", "-a", "-m", "again").code == 0
    assert len(list(Path("migrations/versions").glob("*.py"))) == 1
    assert sa.inspect(sa.create_engine("sqlite:///engine1.db")).has_table("account")
    assert sa.inspect(sa.create_engine("sqlite:///engine2.db")).has_table("log")
    assert cli("upgrade", "head", "--sql").code == 0
    assert "CREATE TABLE log" in Path("engine2.sql").read_text()
    assert cli("downgrade", "base").code == 0
    assert not sa.inspect(sa.create_engine("sqlite:///engine2.db")).has_table("log")


def test_plain_revision_of_several_databases_is_one_file(cli: Cli) -> None:
    assert cli("init", "migrations", "-t", "multidb").code == 0
    assert cli("revision", "-m", "by hand").code == 0
    (written,) = Path("migrations/versions").glob("*.py")
    assert "def upgrade_engine2() -> None:\n    pass\n" in written.read_text()
    assert cli("upgrade", "head").code == 0
    assert cli("current").code == 0


def test_the_templates_are_listed(cli: Cli) -> None:
    said = cli("list_templates").out
    assert [line.partition(" - ")[0] for line in said.splitlines() if " - " in line] == sorted(
        [*TEMPLATES, "multidb"]
    )


def test_a_hook_that_sees_nothing_for_one_database_leaves_the_others(cli: Cli) -> None:
    Path("shop.py").write_text(MODELS)
    assert cli("init", "migrations", "-t", "multidb").code == 0
    env = Path("migrations/env.py")
    hook = (
        "def no_empty(context, revision, directives):\n"
        "    if all(ops.is_empty() for ops in directives[0].upgrade_ops_list):\n"
        "        directives[:] = []\n\n\n"
    )
    text = env.read_text().replace(
        "target_metadata: dict[str, MetaData] = {}",
        f"import shop\n\ntarget_metadata = {{'engine1': MetaData(), 'engine2': shop.metadata}}\n\n\n{hook}",
    )
    env.write_text(
        text.replace("upgrade_token=", "process_revision_directives=no_empty, upgrade_token=")
    )
    assert cli("upgrade", "heads").code == 0
    assert cli("revision", "-a", "-m", "start").code == 0
    (written,) = Path("migrations/versions").glob("*.py")
    assert '"account"' in written.read_text().partition("def upgrade_engine2")[2]


def test_parameters_without_values_are_no_script(project: Cli) -> None:
    assert project("revision", "-m", "rows", "--rev-id", "aa").code == 0
    (written,) = Path("migrations/versions").glob("*.py")
    statement = 'sa.text("UPDATE t SET a = :a").bindparams(sa.bindparam("a"))'
    body = f"import sqlalchemy as sa\n    from schemadiff import op\n    op.execute({statement})\n"
    written.write_text(written.read_text().replace("    pass\n", f"    {body}", 1))
    outcome = project("upgrade", "head", "--sql")
    assert outcome.code == 4
    assert "an SQL script cannot hold the open parameter :a" in outcome.err
