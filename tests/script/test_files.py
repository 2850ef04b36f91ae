"""Revision files: read without being run, written whole or not at all."""

from __future__ import annotations

import ast
import py_compile
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

import pytest

from schemadiff.errors import CommandError, ConfigError
from schemadiff.script import Script, ScriptDirectory
from schemadiff.script.creation import Draft
from schemadiff.script.errors import DuplicateRevision, ResolutionError, RevisionError
from schemadiff.script.filename import FileNames, slug
from schemadiff.script.source import UnreadableRevision, read_source

PLAIN = '''"""create account

Revision ID: {revision}
"""
from typing import Sequence, Union

revision: str = {revision!r}
down_revision: Union[str, None] = {down!r}
branch_labels: Union[str, Sequence[str], None] = None
depends_on = None


def upgrade():
    raise RuntimeError("nobody asked for this")
'''


def put(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def directory(tmp_path: Path) -> ScriptDirectory:
    """An empty project."""
    return ScriptDirectory(tmp_path)


# ---- reading -------------------------------------------------------------------------------------


def test_a_file_is_read_without_being_run(tmp_path: Path) -> None:
    path = put(tmp_path, "a.py", PLAIN.format(revision="abc", down=("x", "y")) + "\n1 / 0\n")
    source = read_source(path)
    assert (source.revision, source.down_revision, source.line) == ("abc", ("x", "y"), 7)
    assert source.doc.startswith("create account\n")


@pytest.mark.parametrize(
    ("text", "down"),
    [
        ("revision = 'r'\ndown_revision = None", None),
        ("revision = 'r'\ndown_revision = ['a', 'b']", ("a", "b")),
        ("revision = 'r'\ndown_revision = (\n    'a'\n    'b'\n)", "ab"),
        ("revision = 'r'; down_revision = 'a'", "a"),
        ("def upgrade(): ...\nrevision = 'r'\ndown_revision = 'a'", "a"),
        ('X = """\ndef upgrade():\n"""\nrevision = "r"\ndown_revision = "a"', "a"),
        ("import os\nrevision = 'r'\ndown_revision = 'a' + str(1)", "a1"),
        ("base = 'a'\nif True:\n    revision = 'r'\n    down_revision = base", "a"),
        ("down_revision = 'a'\nrevision = 'r'\nclass X:\n  revision = 'no'", "a"),
    ],
)
def test_however_the_facts_are_written_they_are_read(
    tmp_path: Path, text: str, down: object
) -> None:
    source = read_source(put(tmp_path, "x.py", text))
    assert (source.revision, source.down_revision) == ("r", down)


def test_a_syntax_error_names_file_and_line(tmp_path: Path) -> None:
    path = put(tmp_path, "bad.py", "revision = 'r'\ndown_revision = 'a\n")
    with pytest.raises(UnreadableRevision, match=r"bad\.py, line 2: syntax error") as caught:
        read_source(path)
    assert (caught.value.path, caught.value.line) == (path, 2)


def test_a_syntax_error_in_the_body_is_found_when_the_body_is_needed(tmp_path: Path) -> None:
    put(tmp_path, "versions/bad.py", PLAIN.format(revision="abc", down=None) + "    x = (\n")
    directory = ScriptDirectory(tmp_path)
    assert directory.get_heads() == ["abc"]
    with pytest.raises(UnreadableRevision, match=r"bad\.py, line 15: syntax error"):
        directory.upgrade_steps("head", ())


def test_a_failing_import_names_the_line_before_anything_runs(tmp_path: Path) -> None:
    put(tmp_path, "versions/a.py", PLAIN.format(revision="aaa", down=None))
    text = PLAIN.format(revision="bbb", down="aaa")
    put(tmp_path, "versions/b.py", text.replace("from typing", "import nowhere\nfrom typing"))
    with pytest.raises(UnreadableRevision, match=r"b\.py, line 5: ModuleNotFoundError"):
        ScriptDirectory(tmp_path).upgrade_steps("head", ())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x = 1", "Could not determine revision id from filename helper.py"),
        ("revision = 1\ndown_revision = None", "Could not determine revision id"),
        ("revision = 'r'", "'down_revision' is missing"),
        (
            "revision = 'r'\ndown_revision = 3",
            r"helper\.py, line 2: down_revision must be a string",
        ),
    ],
)
def test_a_file_that_is_no_revision_is_refused(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(RevisionError, match=words):
        read_source(put(tmp_path, "helper.py", text))


def test_an_identifier_with_a_bad_character_is_refused_by_file_and_line(tmp_path: Path) -> None:
    put(tmp_path, "versions/a.py", "revision = 'a@1'\ndown_revision = None")
    with pytest.raises(RevisionError, match=r"identifier 'a@1' \(.*a\.py, line 1\)"):
        ScriptDirectory(tmp_path).get_heads()


def test_two_files_with_one_id_are_both_named(tmp_path: Path) -> None:
    for name in ("a.py", "b.py"):
        put(tmp_path, f"versions/{name}", PLAIN.format(revision="abc", down=None))
    with pytest.raises(DuplicateRevision, match=r"a\.py, line 7 and .*b\.py, line 7"):
        ScriptDirectory(tmp_path).get_heads()


def test_editors_leavings_and_packages_are_no_revisions(tmp_path: Path) -> None:
    for name in ("__init__.py", ".#a.py", "notes.txt", "sub/b.py"):
        put(tmp_path, f"versions/{name}", "junk(")
    assert ScriptDirectory(tmp_path).get_heads() == []


def test_folders_below_are_searched_on_request(tmp_path: Path) -> None:
    put(tmp_path, "versions/2024/a.py", PLAIN.format(revision="abc", down=None))
    assert ScriptDirectory(tmp_path, recursive_version_locations=True).get_heads() == ["abc"]


def test_compiled_files_serve_where_there_is_no_source(tmp_path: Path) -> None:
    text = PLAIN.format(revision="abc", down=None)
    source = put(tmp_path, "versions/a.py", text)
    py_compile.compile(str(source), cfile=str(tmp_path / "versions/a.pyc"))
    source.unlink()
    assert ScriptDirectory(tmp_path).get_heads() == []
    assert ScriptDirectory(tmp_path, sourceless=True).get_heads() == ["abc"]
    source.write_text(text.replace("'abc'", "'new'"))
    assert ScriptDirectory(tmp_path, sourceless=True).get_heads() == ["new"]


def test_a_thousand_files_are_read_sooner_than_python_parses_them(tmp_path: Path) -> None:
    body = "    op.add_column('t', sa.Column('c', sa.Integer()))\n" * 60
    for number in range(1000):
        text = PLAIN.format(revision=f"r{number}", down=f"r{number - 1}" if number else None)
        put(tmp_path, f"versions/r{number}.py", text + body)
    began = time.perf_counter()
    assert ScriptDirectory(tmp_path).get_heads() == ["r999"]
    read = time.perf_counter()
    for path in tmp_path.glob("versions/*.py"):
        ast.parse(path.read_text())
    assert read - began < time.perf_counter() - read


def test_a_dataclass_in_a_revision_file_works(tmp_path: Path) -> None:
    text = "from __future__ import annotations\nfrom dataclasses import dataclass\n"
    text += "revision = 'abc'\ndown_revision = None\n@dataclass\nclass Row:\n    name: str\n"
    put(tmp_path, "versions/a.py", text)
    script = ScriptDirectory(tmp_path).get_revision("abc")
    assert script is not None
    assert script.module.Row("x").name == "x"


# ---- what is said of a revision ------------------------------------------------------------------


def test_the_lines_of_a_revision(directory: ScriptDirectory) -> None:
    directory.generate_revision("aaaa", "first step", branch_labels="lab")
    script = directory.generate_revision("bbbb", "second step", depends_on=None)
    assert script.cmd_format(False) == "bbbb (head)"
    assert (
        script.cmd_format(False, include_branches=True, include_doc=True, include_parents=True)
        == "aaaa -> bbbb (lab) (head), second step"
    )
    lines = script.log_entry.splitlines()
    assert lines[:5] == [
        "Rev: bbbb (head)", "Parent: aaaa", "Branch names: lab", f"Path: {script.path}", "",
    ]  # fmt: skip
    assert lines[5] == "    second step"
    first = directory.get_revision("aaaa")
    assert first is not None
    assert first.entry(current=True).splitlines()[:2] == ["Rev: aaaa (current)", "Parent: <base>"]


def test_a_head_that_is_depended_on_is_an_effective_head(directory: ScriptDirectory) -> None:
    first = directory.generate_revision("aaaa", "first")
    other = directory.generate_revision("bbbb", "other", head="base", depends_on="aa")
    assert first.cmd_format(False) == "aaaa (effective head)"
    assert other.cmd_format(False, include_parents=True) == "<base> (aaaa) -> bbbb (head)"


# ---- asking --------------------------------------------------------------------------------------


def test_the_documented_questions(directory: ScriptDirectory) -> None:
    assert (directory.get_current_head(), directory.get_base()) == (None, None)
    for name in ("aaaa", "bbbb", "cccc"):
        directory.generate_revision(name, name)
    assert directory.get_current_head() == "cccc"
    assert (directory.get_heads(), directory.get_bases()) == (["cccc"], ["aaaa"])
    assert directory.as_revision_number("head") == "cccc"
    assert directory.as_revision_number("heads") == ("cccc",)
    assert directory.as_revision_number("base") is None
    assert [s.revision for s in directory.walk_revisions()] == ["cccc", "bbbb", "aaaa"]
    assert [s.revision.revision for s in directory.upgrade_steps("bbbb", ())] == ["aaaa", "bbbb"]
    assert [s.revision.revision for s in directory.downgrade_steps("-1", ("bbbb",))] == ["bbbb"]


def test_errors_speak_the_documented_words(directory: ScriptDirectory) -> None:
    directory.generate_revision("aaaa", "a")
    directory.generate_revision("bbbb", "b")
    directory.generate_revision("cccc", "c", head="aaaa", splice=True)
    with pytest.raises(ResolutionError, match=r"^Can't locate revision identified by 'zzz'$"):
        directory.get_revision("zzz")
    with pytest.raises(CommandError, match=r"^Destination bbbb is not a valid downgrade target"):
        directory.downgrade_steps("bbbb", ("cccc",))
    with pytest.raises(CommandError, match="please specify the head revision on which"):
        directory.generate_revision("dddd", "d")
    with pytest.raises(CommandError, match="please specify a single target revision"):
        directory.stamp_steps("head", ())
    with pytest.raises(CommandError, match="Please use get_heads"):
        directory.get_current_head()


def test_a_folder_that_is_not_there_is_refused_unless_nobody_named_it(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"Path doesn't exist: .*Please use the 'init' command"):
        ScriptDirectory(tmp_path / "no")
    directory = ScriptDirectory(tmp_path / "no", may_be_missing=True)
    assert directory.get_heads() == []
    assert directory.generate_revision("aaaa", "a").path.startswith(str(tmp_path / "no/versions"))


# ---- writing -------------------------------------------------------------------------------------


def text_of(new: Draft) -> str:
    return f"revision = {new.revision!r}\ndown_revision = {new.down_revision!r}\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"revid": "aaaa"}, "Revision aaaa is present already: aaaa \\(.*, line"),
        ({"revid": "a" * 33}, "33 characters long"),
        ({"revid": "a@b"}, "not allowed in revision identifier"),
        ({"revid": "c", "head": "aaaa"}, "not a head revision; please specify --splice"),
        ({"revid": "c", "head": ("bbbb", "bb")}, "Duplicate head revisions specified"),
        ({"revid": "c", "version_path": "elsewhere"}, "Path elsewhere is not represented"),
        ({"revid": "c", "branch_labels": "aaaa"}, "Branch name 'aaaa' .* already used"),
        ({"revid": "c", "depends_on": "zzzz"}, "Can't locate revision identified by 'zzzz'"),
        ({"revid": "c", "file_template": "%(nope)s"}, "cannot be filled in"),
        ({"revid": "c", "file_template": "../%(rev)s"}, "leads out of the version location"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_written(
    directory: ScriptDirectory, arguments: dict[str, str], words: str
) -> None:
    directory.generate_revision("aaaa", "a")
    directory.generate_revision("bbbb", "b")
    before = sorted(Path(directory.versions).iterdir())
    with pytest.raises(CommandError, match=words):
        directory.generate_revision(message="x", **arguments)  # type: ignore[arg-type]
    assert [p for p in sorted(Path(directory.versions).iterdir()) if p.suffix] == before


def test_a_text_that_does_not_say_what_it_should_leaves_nothing(
    directory: ScriptDirectory,
) -> None:
    for wrong in (
        lambda new: "revision = (",
        lambda new: "revision = 'other'\ndown_revision = None",
    ):
        with pytest.raises(CommandError):
            directory.generate_revision("aaaa", "a", source=wrong)
    with pytest.raises(CommandError, match=r"does not assign .*'lab'.* to branch_labels") as caught:
        directory.generate_revision("aaaa", "a", branch_labels="lab", source=text_of)
    assert "script.py.mako" in caught.value.hint
    assert not Path(directory.versions).exists()
    assert directory.get_heads() == []


def test_a_file_is_never_overwritten(directory: ScriptDirectory) -> None:
    path = put(Path(directory.versions), "aaaa_x.txt", "")
    path = put(Path(directory.versions), "same.py", PLAIN.format(revision="old", down=None))
    with pytest.raises(CommandError, match=r"same\.py exists already"):
        directory.generate_revision("aaaa", "x", file_template="same", source=text_of)
    assert "'old'" in path.read_text()
    assert sorted(p.name for p in path.parent.iterdir()) == ["aaaa_x.txt", "same.py"]


def test_a_folder_that_cannot_be_written_is_named(directory: ScriptDirectory) -> None:
    put(Path(directory.dir), "versions", "a file where the folder should be")
    with pytest.raises(CommandError, match=r"cannot (read|write) "):
        directory.generate_revision("aaaa", "x", source=text_of)


def test_the_projects_own_template_is_used(directory: ScriptDirectory) -> None:
    template = "# ours\nrevision = ${repr(up_revision)}\ndown_revision = ${repr(down_revision)}\n"
    template += "# ${message}, ${create_date.year}\n"
    put(Path(directory.dir), "script.py.mako", template)
    script = directory.generate_revision("aaaa", "hello")
    text = Path(script.path).read_text()
    assert text.startswith("# ours\nrevision = 'aaaa'\n")
    assert f"# hello, {datetime.now().year}" in text


def test_a_merge_has_both_parents(directory: ScriptDirectory) -> None:
    directory.generate_revision("aaaa", "a")
    directory.generate_revision("bbbb", "b", head="base")
    merge = directory.generate_revision("cccc", "c", head=("aaaa", "bb"))
    assert merge.down_revision == ("aaaa", "bbbb")
    assert directory.get_heads() == ["cccc"]


def test_with_several_locations_a_file_goes_where_its_parent_is(tmp_path: Path) -> None:
    directory = ScriptDirectory(tmp_path, version_locations=[tmp_path / "a", tmp_path / "b"])
    with pytest.raises(CommandError, match="Multiple version locations present"):
        directory.generate_revision("aaaa", "x")
    directory.generate_revision("aaaa", "x", version_path=tmp_path / "b")
    assert Path(directory.generate_revision("bbbb", "y").path).parent == tmp_path / "b"


# ---- names of files ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("message", "longest", "expected"),
    [
        ("Add  stuff!", 40, "add_stuff"),
        ("", 40, ""),
        ("one two three", 8, "one_two_"),
        ("one two three", 6, "one_"),
        ("Ünïcode ß", 40, "ünïcode_ß"),
    ],
)
def test_slugs(message: str, longest: int, expected: str) -> None:
    assert slug(message, longest) == expected


def test_the_tokens_of_a_file_template() -> None:
    names = FileNames(
        "%(year)d/%(month).2d_%(day).2d_%(hour)s%(minute)s%(second)s_%(rev)s-%(slug)s"
    )
    made = datetime(2024, 3, 9, 1, 2, 3)
    assert FileNames("%(epoch)s").of("a", "", made).name == f"{int(made.timestamp())}.py"
    assert str(names.of("abc", "x y", made)) == "2024/03_09_123_abc-x_y.py"


def test_an_unknown_timezone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Can't locate timezone: Mars/Base"):
        ScriptDirectory(tmp_path, timezone="Mars/Base").draft("a", "b")
    assert ScriptDirectory(tmp_path, timezone="utc").draft("a", "b").create_date.tzname() == "UTC"


# ---- env.py --------------------------------------------------------------------------------------


def test_env_py_is_run_each_time(
    directory: ScriptDirectory, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(CommandError, match="there is no"):
        directory.run_env()
    put(Path(directory.dir), "env.py", "print('hello from', __file__)")
    directory.run_env()
    directory.run_env()
    assert capsys.readouterr().out.count("hello from") == 2


def test_nothing_heavy_is_imported() -> None:
    code = (
        "import sys, schemadiff.script, schemadiff.config; heavy = {'sqlalchemy', 'libcst',"
        " 'black', 'mako', 'click'}; sys.exit(', '.join(heavy & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_types_are_the_documented_ones(directory: ScriptDirectory) -> None:
    assert isinstance(directory.generate_revision("aaaa", "a"), Script)
    assert issubclass(ConfigError, CommandError)
