"""What the commands say, in the words that scripts look for."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Mapping
from pathlib import Path

import pytest

from schemadiff import __version__

from .conftest import Cli

VERSIONS = Path("migrations/versions")
REVISION = '"""{doc}"""\nrevision = "{name}"\n{links}\ndef upgrade(): pass\ndef downgrade(): pass\n'


def write(name: str, down: object = None, folder: Path = VERSIONS, **more: object) -> None:
    said = {"down_revision": down, **more}
    links = "\n".join(f"{key} = {value!r}" for key, value in said.items())
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.py").write_text(REVISION.format(doc=f"the {name}", name=name, links=links))


@pytest.fixture
def fork(project: Cli) -> Cli:
    """a – (b "left", c "right"), and d, which depends on b."""
    write("aaaa")
    write("bbbb", "aaaa", branch_labels=("left",))
    write("cccc", "aaaa", branch_labels=("right",))
    write("dddd", None, depends_on=("bbbb",))
    return project


# ---- messages ----------------------------------------------------------------------------------

SAID: Mapping[tuple[str, ...], str] = {
    ("revision", "-m", "x"): "Multiple heads are present; please specify the head revision on which the new revision should be based, or perform a merge.",
    ("revision", "-m", "x", "--head", "aaaa"): "Revision aaaa is not a head revision; please specify --splice to create a new branch from this revision",
    ("revision", "-m", "x", "--head", "left@head", "--version-path", "elsewhere"): "is not represented in current version locations",
    ("revision", "-m", "x", "--head", "left@head", "--rev-id", "a@b"): "Character(s) '@' not allowed in revision identifier 'a@b'",
    ("revision", "-m", "x", "--sql"): "Using --sql with the revision command when revision_environment is not configured does not make any sense",
    ("revision", "--autogenerate", "--sql"): "Using --sql with --autogenerate does not make any sense",
    ("upgrade", "head"): "Multiple head revisions are present for given argument 'head'; please specify a specific target revision, '<branchname>@head' to narrow to a specific head, or 'heads' for all heads",
    ("upgrade", "left@+5"): "Relative revision +5 didn't produce 5 migrations",
    ("upgrade", "aaaa:bbbb"): "Range revision not allowed",
    ("upgrade", "middle@head"): "No such branch: 'middle'",
    ("upgrade", "left@cccc"): "Revision cccc is not a member of branch 'left'",
    ("downgrade", "aaaa", "--sql"): "downgrade with --sql requires <fromrev>:<torev>",
    ("history", "-r", "aaaa"): "History range requires [start]:[end], [start]:, or :[end]",
    ("stamp", "head"): "Multiple heads are present; please specify a single target revision",
    ("stamp", "--purge", "--sql", "bbbb"): "Can't use --purge with --sql mode",
    ("stamp", "--sql", "aaaa:bbbb", "bbbb:cccc"): "Stamp operation with --sql only supports a single starting revision at a time",
    ("merge", "bbbb", "bbbb"): "Duplicate head revisions specified",
    ("merge", "aaaa", "cccc"): "aaaa is not a head revision",
    ("edit", "zzzz"): "Can't locate revision identified by 'zzzz'",
    ("edit", "base"): "No revision files indicated by symbol 'base'",
    ("edit", "current"): "No current revisions",
    ("show", "zzzz"): "Can't locate revision identified by 'zzzz'",
    ("init", "migrations"): "already exists and is not empty",
    ("init", "other", "-t", "nonsense"): "No such template",
}  # fmt: skip


@pytest.mark.parametrize("words", SAID, ids=" ".join)
def test_what_is_refused_is_said_in_the_documented_words(fork: Cli, words: tuple[str, ...]) -> None:
    Path("app.db").touch()
    outcome = fork(*words)
    assert outcome.code in (2, 4), outcome
    assert SAID[words] in " ".join(outcome.err.split())
    assert "Traceback" not in outcome.err


def test_without_a_command_the_help_is_shown(cli: Cli) -> None:
    outcome = cli()
    assert outcome.code == 2
    assert "schemadiff COMMAND --help" in outcome.err + outcome.out


def test_the_version_is_one_line(cli: Cli) -> None:
    assert cli("--version").out == f"schemadiff {__version__}\n"


def test_a_project_whose_folder_is_gone_says_how_to_make_it(cli: Cli) -> None:
    Path("schemadiff.ini").write_text("[schemadiff]\nscript_location = gone\n")
    outcome = cli("heads")
    assert "Path doesn't exist:" in outcome.err
    assert "init" in outcome.err


# ---- revision ----------------------------------------------------------------------------------


def test_a_revision_without_a_message_has_an_empty_one(project: Cli) -> None:
    assert project("revision", "--rev-id", "aaaa").code == 0
    assert (VERSIONS / "aaaa_.py").read_text().startswith('"""empty message\n')


def test_a_second_base_is_begun_at_base(project: Cli) -> None:
    write("aaaa")
    project("revision", "-m", "other", "--head", "base", "--rev-id", "bbbb")
    assert project("heads").out == "aaaa (head)\nbbbb (head)\n"


def test_a_database_that_is_behind_gets_no_new_revision(project: Cli) -> None:
    write("aaaa")
    Path("app.db").touch()
    for words in (("revision", "--autogenerate"), ("check",)):
        outcome = project(*words)
        assert outcome.code == 3
        assert "Target database is not up to date." in outcome.err


def test_with_several_locations_a_new_base_needs_one(project: Cli) -> None:
    with Path("schemadiff.ini").open("a") as file:
        file.write("version_locations = %(here)s/migrations/versions %(here)s/more\n")
    outcome = project("revision", "-m", "x", "--head", "base")
    assert "Multiple version locations present, please specify --version-path" in outcome.err
    made = project("revision", "-m", "x", "--head", "base", "--version-path", "more")
    assert made.code == 0, made
    assert len(list(Path("more").glob("*_x.py"))) == 1


def test_a_label_that_the_template_does_not_write_is_an_error(project: Cli) -> None:
    Path("migrations/script.py.mako").write_text(
        "revision = ${repr(up_revision)}\ndown_revision = ${repr(down_revision)}\n"
    )
    outcome = project("revision", "-m", "x", "--branch-label", "lab")
    assert outcome.code == 4
    assert "script.py.mako" in outcome.err
    assert list(VERSIONS.glob("*.py")) == []


def test_a_template_that_fails_is_told(project: Cli) -> None:
    Path("migrations/script.py.mako").write_text("${no_such_name.attribute}\n")
    outcome = project("revision", "-m", "x")
    assert outcome.code == 4
    assert "script.py.mako" in outcome.err
    assert list(VERSIONS.glob("*.py")) == []


# ---- looking -----------------------------------------------------------------------------------


def test_lines_say_labels_dependencies_and_marks(fork: Cli) -> None:
    lines = fork("history").out.splitlines()
    assert "aaaa -> cccc (right) (head), the cccc" in lines
    assert "aaaa -> bbbb (left) (effective head), the bbbb" in lines
    assert "<base> (bbbb) -> dddd (head), the dddd" in lines
    assert "<base> -> aaaa (branchpoint), the aaaa" in lines


def test_heads_without_those_that_others_depend_on(fork: Cli) -> None:
    assert fork("heads").out == "bbbb (left) (effective head)\ncccc (right) (head)\ndddd (head)\n"
    resolved = fork("heads", "--resolve-dependencies").out
    assert resolved == "cccc (right) (head)\ndddd (head)\n"


def test_a_verbose_entry_says_everything(fork: Cli) -> None:
    write("mmmm", ("bbbb", "cccc"), depends_on="dddd")
    assert "Rev: dddd (head)\n" in fork("heads", "-v").out
    said = fork("show", "mmmm").out
    path = (VERSIONS / "mmmm.py").absolute()
    assert said == (
        "Rev: mmmm (head) (mergepoint)\nMerges: bbbb, cccc\nAlso depends on: dddd\n"
        f"Branch names: left, right\nPath: {path}\n\n    the mmmm\n\n"
    )
    assert "Branches into: bbbb, cccc\n" in fork("show", "aaaa").out
    assert fork("heads", "-v", "--resolve-dependencies").out == said


def test_branch_points_with_their_children(fork: Cli) -> None:
    assert fork("branches", "-v").out.startswith("Rev: aaaa (branchpoint)\n")
    assert fork("branches").out == (
        "aaaa (branchpoint)\n     -> bbbb (left) (effective head)\n     -> cccc (right) (head)\n\n"
    )


def test_current_says_where_and_makes_nothing(fork: Cli) -> None:
    Path("app.db").touch()
    assert fork("current").out == ""
    assert Path("app.db").read_bytes() == b""
    fork("upgrade", "dddd")
    assert fork("current").out.splitlines() == ["bbbb (effective head)", "dddd (head)"]
    verbose = fork("current", "-v").out
    assert verbose.startswith("Current revision(s) for sqlite:///app.db:\nRev: ")
    behind = fork("current", "-c")
    assert behind.code == 3
    assert "Database is not on all head revisions" in behind.err
    fork("upgrade", "heads")
    assert fork("current", "-c").code == 0


def test_ranges_may_be_relative_and_from_where_the_database_is(fork: Cli) -> None:
    fork("upgrade", "bbbb")
    assert "aaaa -> bbbb" in fork("history", "-r", "current:").out
    assert "<base> -> aaaa" not in fork("history", "-r", "current:").out
    assert len(fork("history", "--rev-range=-1:bbbb").out.splitlines()) == 2
    assert fork("history", "-r", ":aaaa").out == "<base> -> aaaa (branchpoint), the aaaa\n"


# ---- moving ------------------------------------------------------------------------------------


def test_an_upgrade_to_what_has_run_does_nothing(fork: Cli) -> None:
    fork("upgrade", "left@head")
    again = fork("upgrade", "aaaa")
    assert (again.code, again.out) == (0, "")
    assert fork("current").out == "bbbb (effective head)\n"


def test_a_step_back_may_stand_behind_two_dashes(fork: Cli) -> None:
    fork("upgrade", "bbbb")
    assert fork("downgrade", "--", "-1").code == 0
    assert fork("current").out == "aaaa (branchpoint)\n"


def test_several_revisions_are_stamped_and_taken_away(fork: Cli) -> None:
    assert fork("stamp", "bbbb", "cccc").code == 0
    assert fork("current").out == "bbbb (effective head)\ncccc (head)\n"
    assert fork("stamp", "heads").code == 0
    assert fork("current", "-c").code == 0
    script = fork("stamp", "--sql", "aaaa:bbbb").out
    assert "UPDATE alembic_version SET version_num='bbbb'" in script
    assert "VALUES ('aaaa');\n" in fork("stamp", "--sql", "aaaa").out


def test_the_version_table_alone_can_be_made(project: Cli) -> None:
    script = project("ensure_version", "--sql").out
    assert "version_num VARCHAR(32) NOT NULL" in script
    assert "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)" in script
    assert not Path("app.db").exists()
    for _ in range(2):
        assert project("ensure_version").code == 0
    with sqlite3.connect("app.db") as connection:
        assert connection.execute("SELECT count(*) FROM alembic_version").fetchone() == (0,)


# ---- keeping house -----------------------------------------------------------------------------


@pytest.mark.skipif(os.name == "nt", reason="a shell script stands for the editor")
def test_an_editor_may_have_arguments(project: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    write("aaaa")
    editor = Path("editor.sh").absolute()
    editor.write_text('#!/bin/sh\necho "$1" >> "$2"\n')
    editor.chmod(0o755)
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", f"{editor} '# seen'")
    assert project("edit", "head").code == 0
    assert (VERSIONS / "aaaa.py").read_text().endswith("# seen\n")


def test_visual_comes_before_editor(project: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    write("aaaa")
    monkeypatch.setenv("VISUAL", "true")
    monkeypatch.setenv("EDITOR", "false")
    assert project("edit", "aaaa").code == 0
    monkeypatch.setenv("VISUAL", "false")
    assert project("edit", "aaaa").code == 4


def test_init_says_what_it_did_and_what_is_left(cli: Cli) -> None:
    said = cli("init", "migrations", "--package").out
    here, ini = Path("migrations").absolute(), Path("schemadiff.ini").absolute()
    assert said.splitlines() == [
        f"Creating directory {here} ...  done",
        f"Creating directory {here / 'versions'} ...  done",
        f"Generating {here / 'README'} ...  done",
        f"Adding {here / '__init__.py'} ...  done",
        f"Adding {here / 'versions' / '__init__.py'} ...  done",
        f"Generating {ini} ...  done",
        f"Please edit configuration/connection/logging settings in {ini} before proceeding.",
    ]
    assert "script_location = %(here)s/migrations\n" in ini.read_text()
    skipped = f"File {ini} already exists and already has a [schemadiff] section, skipping"
    assert skipped in cli("init", "other").out.splitlines()


def test_templates_are_introduced(cli: Cli) -> None:
    assert cli("list_templates").out.startswith("Available templates:\n")
