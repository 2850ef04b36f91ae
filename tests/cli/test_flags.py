"""Every documented command and flag is there and does what is said of it."""

from __future__ import annotations

import ast
import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from schemadiff.cli.commands import group

from .conftest import Cli
from .test_messages import VERSIONS, fork, write

__all__ = ["fork"]

FLAGS: Mapping[str, str] = {
    "list_templates": "",
    "init": "directory -t --template --package",
    "revision": "-m --message --autogenerate --sql --head --splice --branch-label --version-path --rev-id --depends-on",
    "check": "",
    "merge": "revisions -m --message --branch-label --rev-id --splice",
    "upgrade": "revision --sql --tag",
    "downgrade": "revision --sql --tag",
    "show": "rev",
    "history": "-r --rev-range -v --verbose -i --indicate-current",
    "heads": "-v --verbose --resolve-dependencies",
    "branches": "-v --verbose",
    "current": "-v --verbose -c --check-heads",
    "stamp": "revisions --sql --tag --purge",
    "edit": "rev",
    "ensure_version": "--sql",
}
REPORTING = ("check", "current", "history", "heads", "branches", "show", "list_templates", "merge", "diff", "inspect")  # fmt: skip
ENV = """\
from schemadiff import context

config = context.config
print(config.config_ini_section, config.get_main_option("who"))
print(context.get_x_argument(), context.get_x_argument(as_dictionary=True))
print(config.cmd_opts.x, context.get_tag_argument(), context.get_revision_argument())
context.configure(url="sqlite://")
with context.begin_transaction():
    context.run_migrations()
"""


@pytest.mark.parametrize("name", FLAGS)
def test_a_command_takes_its_documented_flags(name: str) -> None:
    known = {word for parameter in group.commands[name].params for word in parameter.opts}
    assert set(FLAGS[name].split()) - known == set()


def test_the_options_before_a_command_are_known() -> None:
    known = {word for parameter in group.params for word in parameter.opts}
    assert {
        "--version",
        "-c",
        "--config",
        "-n",
        "--name",
        "-x",
        "--raiseerr",
        "-q",
        "--quiet",
    } <= known


@pytest.mark.parametrize("name", REPORTING)
def test_what_reports_speaks_json(name: str) -> None:
    assert any("--format" in parameter.opts for parameter in group.commands[name].params)


def test_section_values_and_tag_reach_the_environment(project: Cli) -> None:
    write("aaaa")
    Path("migrations/env.py").write_text(ENV)
    Path("schemadiff.ini").write_text(
        "[schemadiff]\nscript_location = nowhere\n\n"
        "[other]\nscript_location = migrations\nwho = other one\n"
    )
    outcome = project("-n", "other", "-x", "a=1", "-x", "b", "-x", "a=2=3", "upgrade", "head", "--sql", "--tag", "t")  # fmt: skip
    assert outcome.code == 0, outcome
    assert outcome.out.splitlines()[:3] == [
        "other other one",
        "['a=1', 'b', 'a=2=3'] {'a': '2=3', 'b': ''}",
        "['a=1', 'b', 'a=2=3'] t aaaa",
    ]


def test_one_file_of_each_kind_may_be_named(project: Cli) -> None:
    write("aaaa")
    Path("schemadiff.ini").rename("mine.ini")
    Path("conf").mkdir()
    Path("conf/pyproject.toml").write_text(
        "[tool.schemadiff]\nscript_location = 'nowhere'\nfile_template = 'r_%%(rev)s'\n"
    )
    both = ("-c", "mine.ini", "--config", "conf/pyproject.toml")
    assert project(*both, "heads").out == "aaaa (head)\n"
    assert project(*both, "revision", "--rev-id", "bbbb").code == 0
    assert (VERSIONS / "r_bbbb.py").is_file()


def test_the_traceback_is_there_for_those_who_ask(fork: Cli) -> None:
    assert "Traceback (most recent call last)" in fork("--raiseerr", "upgrade", "zzzz").err
    assert "Traceback" not in fork("upgrade", "zzzz").err


def test_steps_are_told_with_their_ends_and_words(
    fork: Cli, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="schemadiff")
    for words in (("upgrade", "bbbb"), ("stamp", "aaaa"), ("stamp", "bbbb"), ("downgrade", "-1")):
        assert fork(*words).code == 0
    assert caplog.messages == [
        "Running upgrade  -> aaaa, the aaaa",
        "Running upgrade aaaa -> bbbb, the bbbb",
        "Running stamp_revision bbbb -> aaaa",
        "Running stamp_revision aaaa -> bbbb",
        "Running downgrade bbbb -> aaaa, the bbbb",
    ]


def test_a_branch_is_begun_with_label_and_dependency(fork: Cli) -> None:
    made = fork(
        "revision", "--rev-id", "eeee", "-m", "e", "--head", "aaaa", "--splice",
        "--branch-label", "third", "--depends-on", "cc", "--depends-on", "left",
        "--version-path", f"{VERSIONS}",
    )  # fmt: skip
    path = (VERSIONS / "eeee_e.py").absolute()
    assert (made.code, made.out) == (0, f"Generating {path} ...  done\n")
    assert fork("history", "-r", "aaaa:third@head").out.splitlines()[0] == (
        "aaaa (cccc, left) -> eeee (third) (head), e"
    )


def test_a_dependency_may_be_said_as_anything_that_denotes_revisions(fork: Cli) -> None:
    place = ("--head", "aaaa", "--splice", "--version-path", f"{VERSIONS}")
    for name, said in (("eeee", "left@head"), ("ffff", "heads"), ("gggg", "no_such")):
        made = fork("revision", "--rev-id", name, "-m", name, "--depends-on", said, *place)
        assert made.code == (0 if name != "gggg" else 4), made
    line = "depends_on: str | Sequence[str] | None = "
    assert f'{line}"bbbb"' in (VERSIONS / "eeee_eeee.py").read_text()
    said = (VERSIONS / "ffff_ffff.py").read_text().partition(line)[2].splitlines()[0]
    assert {"cccc", "eeee"} <= set(ast.literal_eval(said))


def test_a_merge_takes_label_id_and_splice(fork: Cli) -> None:
    said = ("merge", "aaaa", "cccc", "--rev-id", "mmmm", "-m", "join", "--branch-label", "all")
    assert "is not a head revision; please specify --splice" in fork(*said).err
    assert fork("merge", "bbbb", "cccc", *said[3:]).code == 0
    assert fork("show", "all@head").out.startswith(
        "Rev: mmmm (head) (mergepoint)\nMerges: bbbb, cccc\n"
    )


def test_a_symbol_may_be_shown(fork: Cli) -> None:
    assert fork("show", "heads").out.count("Rev: ") == 2
    assert fork("show", "base").out == ""
    assert fork("show", "left@head").out.startswith("Rev: bbbb (head)\nParent: aaaa\n")
    fork("upgrade", "cccc")
    assert fork("show", "current").out.startswith("Rev: cccc (head)\n")


def test_a_relative_range_is_written_behind_its_option(fork: Cli) -> None:
    assert fork("history", "-r-1:cccc").out.splitlines() == [
        "aaaa -> cccc (right) (head), the cccc",
        "<base> -> aaaa (branchpoint), the aaaa",
    ]


def test_what_cannot_be_reached_is_said(fork: Cli) -> None:
    fork("upgrade", "bbbb")
    assert "Destination cccc is not a valid downgrade target from current head(s)" in fork("downgrade", "cccc").err  # fmt: skip
    assert "Ambiguous walk" in fork("upgrade", "aaaa+1").err
    assert "Relative revision +3 didn't produce 3 migrations" in fork("upgrade", "right@+3").err
    assert "does not refer to ancestor/descendant revisions along the same branch" in fork("history", "-r", "bbbb:cccc").err  # fmt: skip


def test_a_version_path_that_is_no_location_is_refused(fork: Cli) -> None:
    said = fork("revision", "--head", "left@head", "--version-path", "else").err
    assert "Path else is not represented in current version locations" in said


@pytest.mark.skipif(os.name == "nt", reason="a shell script stands for the editor")
def test_without_a_variable_a_usual_editor_is_found(
    project: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("aaaa")
    Path("bin").mkdir()
    for variable in ("VISUAL", "EDITOR"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("PATH", f"{Path('bin').absolute()}")
    assert "no editor found" in project("edit", "aaaa").err
    for name in ("vim", "nano"):
        editor = Path("bin", name)
        editor.write_text(f'#!/bin/sh\necho "# {name}" >> "$1"\n')
        editor.chmod(0o755)
    assert project("edit", "aaaa").code == 0
    assert (VERSIONS / "aaaa.py").read_text().endswith("# nano\n")
