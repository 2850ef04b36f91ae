"""What a squash keeps, proves and refuses."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import sqlalchemy as sa

from schemadiff import command
from schemadiff.command import rewriting
from schemadiff.editing.refusal import CannotEdit
from schemadiff.errors import CommandError, UsageError
from schemadiff.script import ScriptDirectory
from schemadiff.states import scratch

from .histories import History, line


def squash(history: History, first: int, last: int, url: str | None = None) -> None:
    rewriting.squash(
        history.config(),
        f"{history.ids[first]}:{history.ids[last]}",
        message=None,
        rev_id="whole",
        url=url,
        dry_run=False,
        style=None,
    )


@pytest.fixture
def history(tmp_path: Path) -> History:
    return line(tmp_path, 5)


def test_the_new_file_says_what_the_old_ones_said(history: History) -> None:
    squash(history, 1, 3)
    script = ScriptDirectory.from_config(history.config())
    found = script.get_revision("whole")
    assert found is not None
    assert found.parents == (history.ids[0],)
    assert found.nextrev == {history.ids[4]}
    assert found.replaces == tuple(history.ids[1:4])
    assert "# a comment that stays" in history.file("whole").read_text()


def test_data_that_revisions_write_is_written(history: History) -> None:
    history.add(
        history.heads, 'op.execute("INSERT INTO t0 VALUES (7)")', "op.execute('DELETE FROM t0')"
    )
    squash(history, 2, 5)
    command.upgrade(history.config(), "head")
    engine = sa.create_engine(f"sqlite:///{history.folder}/app.db")
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT id FROM t0").all() == [(7,)]


def test_a_squashed_revision_is_squashed_again(history: History) -> None:
    config = history.config()
    command.upgrade(config, history.ids[2])
    squash(history, 1, 2)
    rewriting.squash(
        config, f"whole:{history.ids[4]}", message=None, rev_id="more", url=None, dry_run=False, style=None
    )  # fmt: skip
    command.upgrade(config, "head")
    command.downgrade(config, "base")
    assert len(history.contents()) == 2


def test_databases_of_the_right_kind_are_made_for_the_proof_and_dropped(
    history: History, engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = list[str]()
    monkeypatch.setattr(scratch.secrets, "token_hex", lambda size: noted(made, size))
    squash(history, 1, 4, engine.url.render_as_string(hide_password=False))
    assert len(history.contents()) == 2
    assert made or engine.dialect.name == "sqlite"
    assert not scratch_databases(engine).intersection(made)


def noted(made: list[str], size: int) -> str:
    token = os.urandom(size).hex()
    made.append(scratch.PREFIX + token)
    return token


def scratch_databases(engine: sa.Engine) -> set[str]:
    """Those on the server, which others may be using, too."""
    query = {
        "postgresql": "SELECT datname FROM pg_database",
        "mysql": "SHOW DATABASES",
        "sqlite": "SELECT name FROM pragma_database_list",
    }[engine.dialect.name]
    with engine.connect() as connection:
        names = connection.exec_driver_sql(query).scalars()
        return {name for name in names if name.startswith("schemadiff_scratch_")}


def test_a_history_that_cannot_be_proven_stays_as_it_is(history: History) -> None:
    history.add(history.heads, 'op.execute("CREATE EXTENSION hstore")')
    before = history.contents()
    with pytest.raises(Exception, match="EXTENSION"):
        squash(history, 1, 5)
    assert history.contents() == before


def test_what_leads_elsewhere_is_told(history: History) -> None:
    # made by chance, so twice is not the same
    lot = 'op.create_table("r" + __import__("os").urandom(6).hex(), sa.Column("id", sa.Integer))'
    history.add(history.heads, lot)
    before = history.contents()
    with pytest.raises(CommandError, match="not the same after upgrade"):
        squash(history, 1, 5)
    assert history.contents() == before


def rewrite(history: History, number: int, old: str, new: str) -> None:
    path = history.file(history.ids[number])
    path.write_text(path.read_text().replace(old, new))


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (
            "def upgrade() -> None:",
            "if True:\n    x = 1\n\ndef upgrade() -> None:",
            "neither function",
        ),
        ("def upgrade() -> None:", "def upgrade(name: str = '') -> None:", "has parameters"),
        ('op.create_table("t1"', 'op.create_table(revision + "t1"', "it uses revision"),
        ("def upgrade() -> None:", "def up() -> None:", r"no function upgrade\(\)"),
    ],
)
def test_what_would_mean_something_else_is_refused(
    history: History, old: str, new: str, reason: str
) -> None:
    rewrite(history, 1, old, new)
    before = history.contents()
    with pytest.raises(CannotEdit, match=reason):
        squash(history, 0, 4)
    assert history.contents() == before


def test_a_revision_without_a_way_back_keeps_having_none(history: History) -> None:
    rewrite(history, 1, "def downgrade()", "def back()")
    squash(history, 0, 4)
    command.upgrade(history.config(), "head")
    with pytest.raises(NotImplementedError, match=f"{history.ids[1]} has no downgrade"):
        command.downgrade(history.config(), "base")


def test_helpers_that_are_the_same_are_kept_once(history: History) -> None:
    for number in (0, 3):
        rewrite(
            history,
            number,
            "def upgrade():",
            "def name(n):\n    return f't{n}'\n\n\ndef upgrade():",
        )
    rewrite(history, 0, 'create_table("t0"', "create_table(name(0)")
    squash(history, 0, 4)
    assert history.file("whole").read_text().count("def name(n):") == 1


def test_branches_in_between_are_refused(history: History) -> None:
    history.add([history.ids[2]])
    with pytest.raises(UsageError, match="other revisions stand on"):
        squash(history, 1, 4)
    with pytest.raises(UsageError, match="does not stand on"):
        squash(history, 4, 1)
