"""Where revision files are looked for and written, and what is asked of them afterwards."""

from __future__ import annotations

import io
import py_compile
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from schemadiff import command
from schemadiff.config import Config
from schemadiff.script import Script, ScriptDirectory


def put(folder: Path, name: str, down: str | None = None, more: str = "") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.py"
    path.write_text(f'"""the {name}"""\nrevision = {name!r}\ndown_revision = {down!r}\n{more}')
    return path


@pytest.fixture
def config(tmp_path: Path) -> Config:
    (tmp_path / "db" / "versions").mkdir(parents=True)
    config = Config(stdout=io.StringIO())
    config.set_main_option("script_location", str(tmp_path / "db"))
    config.set_main_option("url", f"sqlite:///{tmp_path}/app.db")
    return config


def test_a_file_that_is_reached_twice_counts_once(tmp_path: Path) -> None:
    put(tmp_path / "versions", "aaaa")
    (tmp_path / "again").symlink_to(tmp_path / "versions")
    places = [str(tmp_path / "versions"), str(tmp_path / "again"), str(tmp_path / "missing")]
    script = ScriptDirectory(tmp_path, version_locations=places)
    assert [found.revision for found in script.walk_revisions()] == ["aaaa"]


def test_a_name_with_folders_goes_below_the_location(config: Config, tmp_path: Path) -> None:
    config.set_main_option("file_template", "%%(year)d/%%(rev)s_%%(epoch)s")
    config.set_main_option("recursive_version_locations", "true")
    config.set_main_option("timezone", "UTC")
    written = command.revision(config, "x", rev_id="aaaa")
    (found,) = (tmp_path / "db/versions").rglob("*.py")
    assert found.parent.name.isdecimal()
    assert found.stem.partition("_")[2].isdecimal()
    assert str(found) == written.path  # type: ignore[union-attr]
    assert ScriptDirectory.from_config(config).get_heads() == ["aaaa"]


def test_a_long_message_is_cut_at_a_word(config: Config, tmp_path: Path) -> None:
    config.set_main_option("truncate_slug_length", "10")
    command.revision(config, "Add the account table", rev_id="aaaa")
    assert [path.name for path in (tmp_path / "db/versions").glob("*.py")] == ["aaaa_add_the_.py"]


def test_a_file_has_the_encoding_that_was_asked_for(config: Config, tmp_path: Path) -> None:
    config.set_main_option("output_encoding", "latin-1")
    Path(tmp_path, "db/script.py.mako").write_text(
        "# -*- coding: latin-1 -*-\n# ${message}\nrevision = ${repr(up_revision)}\n"
        "down_revision = ${repr(down_revision)}\n"
    )
    written = command.revision(config, "é", rev_id="aaaa")
    assert "# é".encode("latin-1") in Path(written.path).read_bytes()  # type: ignore[union-attr]


def test_an_identifier_may_have_spaces(config: Config) -> None:
    command.revision(config, "x", rev_id="release 1")
    assert ScriptDirectory.from_config(config).get_current_head() == "release 1"


@pytest.mark.parametrize("said", ["true", "false"])
def test_the_environment_runs_for_plain_revisions_on_request(
    config: Config, tmp_path: Path, said: str
) -> None:
    (tmp_path / "db/env.py").write_text(
        "from schemadiff import context\n"
        "context.config.attributes['runs'].append(1)\n"
        "context.configure(dialect_name='sqlite', url='sqlite://')\n"
    )
    config.attributes["runs"] = []
    config.set_main_option("revision_environment", said)
    command.revision(config, "x", rev_id="aaaa")
    command.revision(config, "y", rev_id="bbbb")
    assert config.attributes["runs"] == ([1, 1] if said == "true" else [])


def test_several_directives_are_several_files(config: Config, tmp_path: Path) -> None:
    from schemadiff.operations.ops import DowngradeOps, MigrationScript, UpgradeOps

    def twice(context: object, revision: object, directives: list[MigrationScript]) -> None:
        directives[0].rev_id, directives[0].message = "aaaa", "first"
        directives.append(
            MigrationScript("bbbb", UpgradeOps([]), DowngradeOps([]), message="second", head="aaaa")
        )

    (tmp_path / "app.db").touch()
    config.set_main_option("revision_environment", "true")
    written = command.revision(config, "x", process_revision_directives=twice)
    assert isinstance(written, list)
    assert [one.revision for one in written if one is not None] == ["aaaa", "bbbb"]
    assert ScriptDirectory.from_config(config).get_heads() == ["bbbb"]


def test_questions_about_a_directory_have_the_documented_answers(
    config: Config, tmp_path: Path
) -> None:
    versions = tmp_path / "db" / "versions"
    put(versions, "aaaa")
    put(versions, "bbbb", "aaaa")
    put(versions, "cccc", None, "depends_on = 'bbbb'\n")
    script = ScriptDirectory.from_config(config)
    assert script.get_heads() == ["bbbb", "cccc"]
    assert script.get_heads(consider_depends_on=True) == ["cccc"]
    assert script.get_bases() == ["aaaa", "cccc"]
    assert script.as_revision_number("bb") == "bbbb"
    assert [one.revision for one in script.iterate_revisions("bbbb", "base")] == ["bbbb", "aaaa"]
    one = script.get_revision("bbbb")
    assert one is not None
    assert (one.revision, one.doc, one.longdoc) == ("bbbb", "the bbbb", "the bbbb")
    assert one.path == str(versions / "bbbb.py")
    assert one.module.revision == "bbbb"
    assert (one.is_head, one.is_base, one.nextrev) == (True, False, frozenset())


def test_a_file_whose_name_is_its_id_needs_no_revision(tmp_path: Path) -> None:
    versions = tmp_path / "versions"
    versions.mkdir()
    (versions / "1ab2.py").write_text("down_revision = None\n")
    assert ScriptDirectory(tmp_path).get_heads() == ["1ab2"]


def test_source_comes_before_what_is_compiled_and_caches_are_looked_into(tmp_path: Path) -> None:
    versions = tmp_path / "versions"
    for name in ("one", "two", "three"):
        put(versions, name)
    compiled = {
        "one": versions / "one.pyo",
        "two": versions / "__pycache__" / f"two.{sys.implementation.cache_tag}.pyc",
    }
    for name, path in compiled.items():
        py_compile.compile(str(versions / f"{name}.py"), cfile=str(path), doraise=True)
        (versions / f"{name}.py").unlink()
    py_compile.compile(str(versions / "three.py"), cfile=str(versions / "three.pyc"), doraise=True)
    assert ScriptDirectory(tmp_path).get_heads() == ["three"]
    script = ScriptDirectory(tmp_path, sourceless=True)
    assert sorted(script.get_heads()) == ["one", "three", "two"]
    three = script.get_revision("three")
    assert three is not None
    assert three.path == str(versions / "three.py")


def test_a_location_that_is_not_there_is_made_when_it_is_needed(
    config: Config, tmp_path: Path
) -> None:
    config.set_main_option("version_locations", str(tmp_path / "later"))
    assert ScriptDirectory.from_config(config).get_heads() == []
    command.revision(config, "x", rev_id="aaaa")
    assert (tmp_path / "later" / "aaaa_x.py").is_file()


def test_the_time_zone_is_that_of_the_date_and_of_the_file(config: Config, tmp_path: Path) -> None:
    config.set_main_option("timezone", "utc")
    config.set_main_option("file_template", "%%(year)d_%%(month).2d_%%(day).2d_%%(rev)s")
    before = datetime.now(UTC)
    written = command.revision(config, "x", rev_id="aaaa")
    assert isinstance(written, Script)
    days = {f"{moment:%Y_%m_%d}_aaaa.py" for moment in (before, datetime.now(UTC))}
    assert Path(written.path).name in days
    assert "+00:00\n" in written.longdoc + "\n"
