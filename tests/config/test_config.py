"""Config: two kinds of file, one set of keys."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from schemadiff.config import Config, Found, find_config
from schemadiff.config.keys import KEYS
from schemadiff.errors import CommandError, ConfigError, UsageError
from schemadiff.script import ScriptDirectory


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder that is the root of a repository."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SCHEMADIFF_CONFIG", raising=False)
    monkeypatch.delenv("ALEMBIC_CONFIG", raising=False)
    monkeypatch.setattr(sys, "path", list(sys.path))
    (tmp_path / ".git").mkdir()
    return tmp_path


def ini(text: str, name: str = "schemadiff.ini") -> Config:
    Path(name).write_text(text)
    return Config(name)


def toml(text: str) -> Config:
    Path("pyproject.toml").write_text(text)
    return Config(toml_file="pyproject.toml")


# ---- values --------------------------------------------------------------------------------------


def test_here_is_the_folder_of_the_file(here: Path) -> None:
    assert ini("[schemadiff]\nscript_location = %(here)s/x").get_main_option(
        "script_location"
    ) == str(here / "x")
    config = toml('[tool.schemadiff]\nversion_locations = ["%(here)s/a", "b"]')
    assert config.get_version_locations_list() == [f"{here}/a", "b"]


def test_the_ini_file_comes_before_the_toml_file(here: Path) -> None:
    toml('[tool.schemadiff]\ntimezone = "utc"\nversion_table = "v"\ncompare_type = false')
    ini("[schemadiff]\nversion_table = w")
    config = Config("schemadiff.ini", toml_file="pyproject.toml")
    assert config.get_main_option("version_table") == "w"
    assert config.get_main_option("timezone") == "utc"
    assert config.get_alembic_option("compare_type") is False
    assert config.configure_options() == {"version_table": "w", "compare_type": False}


def test_a_section_for_alembic_is_read_where_there_is_no_other(here: Path) -> None:
    config = ini("[alembic]\nscript_location = x\nanything = 1", "alembic.ini")
    assert config.config_ini_section == "alembic"
    assert config.get_main_option("anything") == "1"
    config.check()
    assert ini("[alembic]\n[schemadiff]").config_ini_section == "schemadiff"


def test_a_section_of_ones_own_can_be_named(here: Path) -> None:
    Path("x.ini").write_text("[schemadiff]\nurl = sqlite://\n[other]\nurl = sqlite:///o.db\n")
    assert Config("x.ini", ini_section="other").get_main_option("url") == "sqlite:///o.db"


def test_the_two_names_of_the_url_are_one(here: Path) -> None:
    config = toml('[tool.schemadiff]\nurl = "sqlite:///a%%40b"')
    assert config.get_main_option("sqlalchemy.url") == "sqlite:///a%40b"
    section = config.get_section(config.config_ini_section, {})
    assert section["sqlalchemy.url"] == "sqlite:///a%40b"
    config.set_main_option("url", "sqlite:///other")
    assert config.get_main_option("sqlalchemy.url") == "sqlite:///other"
    config.remove_main_option("sqlalchemy.url")
    assert config.get_main_option("url") == "sqlite:///a%40b"


def test_a_url_of_the_ini_file_under_either_name_comes_before_one_of_the_toml_file(
    here: Path,
) -> None:
    toml('[tool.schemadiff]\nurl = "sqlite:///toml"')
    ini("[schemadiff]\nsqlalchemy.url = sqlite:///ini")
    config = Config("schemadiff.ini", toml_file="pyproject.toml")
    assert config.get_main_option("url") == "sqlite:///ini"


@pytest.mark.parametrize("said", ["${SD_TEST_URL}", "env:SD_TEST_URL"])
def test_the_url_may_come_from_the_environment(
    here: Path, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = ini(f"[schemadiff]\nurl = {said}")
    with pytest.raises(ConfigError, match="environment variable SD_TEST_URL, which is not set"):
        config.get_main_option("url")
    monkeypatch.setenv("SD_TEST_URL", "sqlite:///p%40q")
    assert config.get_main_option("url") == "sqlite:///p%40q"


def test_options_can_be_set_and_removed_without_a_file(here: Path) -> None:
    config = Config()
    config.set_main_option("script_location", "x%%y")
    assert config.get_main_option("script_location") == "x%y"
    config.remove_main_option("script_location")
    assert config.get_main_option("script_location", "none") == "none"
    config.set_section_option("own", "a", "1")
    assert config.get_section("own") == {"a": "1"}
    assert config.get_section("missing", {"x": "y"}) == {"x": "y"}
    assert config.get_section_option("missing", "a", "d") == "d"


def test_extra_variables_can_be_given(here: Path) -> None:
    Path("x.ini").write_text("[schemadiff]\nversion_table = %(mine)s\n")
    assert Config("x.ini", config_args={"mine": "50%"}).get_main_option("version_table") == "50%"


def test_a_lone_percent_sign_is_explained(here: Path) -> None:
    for config in (ini("[schemadiff]\nurl = a%b"), toml('[tool.schemadiff]\nurl = "a%b"')):
        with pytest.raises(ConfigError, match=r"url in .* cannot be filled in") as caught:
            config.get_main_option("url")
        assert caught.value.hint == "a percent sign that stands for itself is written %%"


def test_what_is_printed_goes_where_it_should(here: Path) -> None:
    out = io.StringIO()
    Config(stdout=out).print_stdout("%s of %d", "one", 2)
    Config(stdout=out).print_stdout("100%")
    Config(stdout=out, cmd_opts=SimpleNamespace(quiet=True)).print_stdout("nothing")
    assert out.getvalue() == "one of 2\n100%\n"


# ---- keys ----------------------------------------------------------------------------------------


def test_an_unknown_key_is_refused_with_the_nearest_known_one(here: Path) -> None:
    with pytest.raises(ConfigError, match=r"unknown key 'script_locaton' in \[schemadiff\]") as one:
        ini("[schemadiff]\nscript_locaton = x").script_options()
    assert one.value.hint == "did you mean 'script_location'?"
    with pytest.raises(ConfigError, match=r"unknown key 'zzz' in \[tool\.schemadiff\]") as other:
        toml("[tool.schemadiff]\nzzz = 1").script_options()
    assert (other.value.key, other.value.exit_code) == ("zzz", 2)


def test_what_a_program_sets_and_what_sqlalchemy_reads_is_not_refused(here: Path) -> None:
    config = ini("[DEFAULT]\nown = 1\n[schemadiff]\nsqlalchemy.echo = true")
    config.set_main_option("anything", "x")
    config.check()


def test_every_key_is_described_and_named_once() -> None:
    assert len({key.name for key in KEYS}) == len(KEYS)
    assert all(key.meaning for key in KEYS)


@pytest.mark.parametrize(("said", "meant"), [("true", True), ("No", False), ("1", True)])
def test_flags(here: Path, said: str, meant: bool) -> None:
    assert ini(f"[schemadiff]\ninclude_schemas = {said}").configure_options() == {
        "include_schemas": meant
    }


def test_values_of_the_wrong_kind_are_refused(here: Path) -> None:
    with pytest.raises(ConfigError, match="include_schemas must be true or false, not 'maybe'"):
        ini("[schemadiff]\ninclude_schemas = maybe").configure_options()
    with pytest.raises(ConfigError, match="truncate_slug_length must be a whole number"):
        ini("[schemadiff]\ntruncate_slug_length = long").script_options()
    with pytest.raises(ConfigError, match="version_table must be a string"):
        toml("[tool.schemadiff]\nversion_table = 3").configure_options()


@pytest.mark.parametrize(
    ("text", "models"),
    [
        ('target_metadata = "a.b:C.metadata"', ["a.b:C.metadata"]),
        ('target_metadata = ["a:b", "c:d"]', ["a:b", "c:d"]),
        ("", []),
    ],
)
def test_where_the_models_are(here: Path, text: str, models: list[str]) -> None:
    assert toml(f"[tool.schemadiff]\n{text}").get_target_metadata() == models


def test_hooks_of_both_files(here: Path) -> None:
    config = toml(
        '[[tool.schemadiff.post_write_hooks]]\nname = "fmt"\ntype = "exec"\n'
        'executable = "%(here)s/f"\n'
    )
    assert config.get_hooks_list() == [{"name": "fmt", "type": "exec", "executable": f"{here}/f"}]
    text = "[schemadiff]\n[post_write_hooks]\nhooks = a, b\na.type = exec\nb.type = module\nb.module = m"
    assert ini(text).get_hooks_list() == [
        {"name": "a", "type": "exec"},
        {"name": "b", "type": "module", "module": "m"},
    ]


@pytest.mark.parametrize(
    ("separator", "said", "paths"),
    [
        ("path_separator = os\n", "a b:c", ["a b", "c"]),
        ("path_separator = newline\n", "\n  a b\n  c", ["a b", "c"]),
        ("path_separator = ;\n", "a;b", ["a", "b"]),
        ("version_path_separator = space\n", "a b", ["a", "b"]),
        ("", "a, b c", ["a", "b", "c"]),
    ],
)
def test_lists_of_paths(here: Path, separator: str, said: str, paths: list[str]) -> None:
    text = f"[schemadiff]\n{separator}version_locations = {said}\n"
    assert ini(text).get_version_locations_list() == paths


def test_a_bad_separator_is_refused(here: Path) -> None:
    with pytest.raises(ConfigError, match=r"'\|' is not a valid value for path_separator"):
        ini("[schemadiff]\npath_separator = |\nversion_locations = a").get_version_locations_list()


# ---- files ---------------------------------------------------------------------------------------


def test_the_nearest_folder_with_a_configuration_counts(here: Path) -> None:
    below = here / "a/b"
    below.mkdir(parents=True)
    assert find_config(below).toml is None
    (here / "pyproject.toml").write_text("[tool.schemadiff]\n")
    assert find_config(below).toml == here / "pyproject.toml"
    (here / "a/pyproject.toml").write_text("[tool.black]\n")
    assert find_config(below).toml == here / "pyproject.toml"
    (here / "a/schemadiff.ini").write_text("[schemadiff]\n")
    assert find_config(below).ini == here / "a/schemadiff.ini"
    assert find_config(below).toml is None


def test_the_search_ends_at_the_root_of_the_repository(here: Path) -> None:
    inner = here / "vendored"
    (inner / ".git").mkdir(parents=True)
    (here / "pyproject.toml").write_text("[tool.schemadiff]\n")
    assert find_config(inner).toml is None


def test_files_can_be_named(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("one.ini", "two.ini", "pyproject.toml"):
        (here / name).write_text("")
    assert find_config(here, ["one.ini", "pyproject.toml"]).ini == here / "one.ini"
    with pytest.raises(UsageError, match="only one ini file may be indicated"):
        find_config(here, ["one.ini", "two.ini"])
    with pytest.raises(ConfigError, match=r"there is no configuration file .*three\.ini"):
        find_config(here, ["three.ini"])
    monkeypatch.setenv("ALEMBIC_CONFIG", "one.ini")
    assert find_config(here).ini == here / "one.ini"
    monkeypatch.setenv("SCHEMADIFF_CONFIG", "two.ini")
    assert find_config(here).ini == here / "two.ini"
    monkeypatch.setenv("SCHEMADIFF_CONFIG", "pyproject.toml")
    assert find_config(here) == Found(None, here / "pyproject.toml")


def test_files_that_cannot_be_read_are_named(here: Path) -> None:
    with pytest.raises(ConfigError, match=r"pyproject\.toml is not TOML"):
        toml("[tool.schemadiff\n").get_main_option("url")
    with pytest.raises(ConfigError, match=r"cannot read schemadiff\.ini"):
        ini("url = x").get_main_option("url")


# ---- what it says about revision files -----------------------------------------------------------


def test_without_a_location_revisions_are_in_migrations_beside_the_file(here: Path) -> None:
    directory = ScriptDirectory.from_config(toml("[tool.schemadiff]\n"))
    assert directory.dir == str(here / "migrations")
    assert directory.get_heads() == []


def test_without_any_configuration_there_is_no_location(here: Path) -> None:
    with pytest.raises(CommandError, match="No 'script_location' key found in configuration"):
        ScriptDirectory.from_config(Config())


def test_a_location_that_is_not_there_is_refused(here: Path) -> None:
    with pytest.raises(CommandError, match="Path doesn't exist"):
        ScriptDirectory.from_config(toml('[tool.schemadiff]\nscript_location = "nowhere"'))


def test_a_location_is_found_from_a_folder_below(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "db").mkdir()
    (here / "src").mkdir()
    toml('[tool.schemadiff]\nscript_location = "db"')
    monkeypatch.chdir(here / "src")
    config = Config(toml_file=find_config(Path.cwd()).toml)
    assert ScriptDirectory.from_config(config).dir == str(here / "db")


def test_a_location_may_be_in_a_package(here: Path) -> None:
    (here / "sd_test_package/history").mkdir(parents=True)
    (here / "sd_test_package/__init__.py").write_text("")
    text = '[tool.schemadiff]\nscript_location = "sd_test_package:history"\n'
    with pytest.raises(ConfigError, match="there is no package sd_test_package"):
        toml(text).script_options()
    options = toml(text + 'prepend_sys_path = ["."]').script_options()
    assert options.dir == here / "sd_test_package/history"
    assert sys.path[0] == str(here)


def test_each_colon_of_a_location_goes_one_folder_down(here: Path) -> None:
    (here / "sd_test_package/inner/history").mkdir(parents=True)
    (here / "sd_test_package/__init__.py").write_text("")
    options = toml(
        '[tool.schemadiff]\nscript_location = "sd_test_package:inner:history"\n'
        'prepend_sys_path = ["."]'
    ).script_options()
    assert options.dir == here / "sd_test_package/inner/history"


def test_all_that_can_be_said_about_files_arrives(here: Path) -> None:
    options = toml(
        '[tool.schemadiff]\nfile_template = "%%(rev)s"\ntruncate_slug_length = 9\n'
        'timezone = "utc"\nrecursive_version_locations = true\nsourceless = true\n'
        'output_encoding = "latin-1"\nversion_locations = ["a"]\n'
    ).script_options()
    assert (options.file_template, options.truncate_slug_length) == ("%(rev)s", 9)
    assert (options.recursive_version_locations, options.sourceless) == (True, True)
    assert (options.timezone, options.output_encoding) == ("utc", "latin-1")
    assert options.version_locations == (here / "a",)
    assert options.may_be_missing


def test_the_command_line_is_reached_through_the_documented_path() -> None:
    import schemadiff.config as module

    assert callable(module.main)
    assert module.command.__name__ == "schemadiff.command"  # type: ignore[attr-defined]
    with pytest.raises(AttributeError):
        _ = module.nothing


Asked = Callable[[Config], object]


@pytest.mark.parametrize(
    ("ini", "more", "ask", "said"),
    [
        ("a = 1", "", lambda c: c.get_main_option("a"), "1"),
        ("", "", lambda c: c.get_main_option("a"), None),
        ("", "", lambda c: c.get_main_option("a", "otherwise"), "otherwise"),
        ("a = %(word)s", "", lambda c: c.get_main_option("a"), "given"),
        ("", "a = '%(word)s'", lambda c: c.get_alembic_option("a"), "given"),
        ("a = ini", "a = 'toml'", lambda c: c.get_alembic_option("a"), "ini"),
        ("", "a = ['x', '50%%']", lambda c: c.get_alembic_option("a"), ["x", "50%"]),
        ("", "a = true", lambda c: c.get_alembic_boolean_option("a"), True),
        ("a = true", "", lambda c: c.get_alembic_boolean_option("a"), True),
        ("", "", lambda c: c.get_alembic_boolean_option("a"), False),
        ("", "", lambda c: c.get_section("none"), None),
        ("", "", lambda c: c.get_section("none", {"a": "b"}), {"a": "b"}),
        ("", "", lambda c: c.get_section("other")["b"], "2"),
        ("", "", lambda c: c.get_section_option("other", "b"), "2"),
        ("", "", lambda c: c.get_section_option("other", "c", "d"), "d"),
        ("", "version_locations = ['x', 'y']", Config.get_version_locations_list, ["x", "y"]),
        ("", "prepend_sys_path = '.'", Config.get_prepend_sys_paths_list, ["."]),
        ("", "", Config.get_version_locations_list, None),
        ("", "", lambda c: Path(c.get_template_directory()).name, "templates"),
        ("", "", lambda c: (c.config_file_name, c.toml_file_name), ("x.ini", "pyproject.toml")),
    ],
)
def test_the_documented_questions_have_the_documented_answers(
    here: Path, ini: str, more: str, ask: Asked, said: object
) -> None:
    (here / "x.ini").write_text(f"[schemadiff]\n{ini}\n[other]\nb = 2\n")
    (here / "pyproject.toml").write_text(f"[tool.schemadiff]\n{more}\n")
    config = Config("x.ini", toml_file="pyproject.toml", config_args={"word": "given"})
    assert ask(config) == said


def test_a_value_that_toml_has_and_nobody_reads_is_refused(here: Path) -> None:
    with pytest.raises(ConfigError, match=r"a in .* cannot be a float"):
        toml("[tool.schemadiff]\na = 1.5\n").get_alembic_option("a")
