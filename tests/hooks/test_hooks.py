"""Post-write hooks run in order, on the file, and fail loudly."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from schemadiff.errors import ConfigError
from schemadiff.hooks import HookError, format_source, register, run_hooks

WRITE = "import sys; open(sys.argv[-1], 'a').write('# ' + ' '.join(sys.argv[1:-1]) + chr(10))"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a revision.py"
    path.write_text("x = 1\n")
    return path


def tool(tmp_path: Path, source: str) -> str:
    path = tmp_path / "tool"
    path.write_text(f"#!{sys.executable}\n{source}\n")
    path.chmod(0o755)
    return str(path)


def test_tools_run_in_order_and_get_the_path(file: Path, tmp_path: Path) -> None:
    write = tool(tmp_path, WRITE)
    base = {"type": "exec", "executable": write}
    run_hooks(
        file,
        [
            {**base, "name": "one", "options": "--a 'b c' REVISION_SCRIPT_FILENAME"},
            {**base, "name": "two", "options": "REVISION_SCRIPT_FILENAME"},
        ],
    )
    assert file.read_text() == "x = 1\n# --a b c\n# \n"


def test_the_path_comes_first_where_the_options_do_not_place_it(file: Path, tmp_path: Path) -> None:
    check = tool(
        tmp_path, "import sys; assert sys.argv[1:] == [sys.argv[1], '-q']; open(sys.argv[1])"
    )
    run_hooks(file, [{"name": "a", "type": "exec", "executable": check, "options": "-q"}])


def test_modules_and_console_scripts_run(file: Path) -> None:
    file.write_text("x = 'a'\n")
    specs = [
        {"name": "black", "type": "console_scripts", "entrypoint": "black", "options": "-q"},
        {"name": "compile", "type": "module", "module": "py_compile"},
    ]
    said: list[str] = []
    run_hooks(file, specs, said.append)
    assert file.read_text() == 'x = "a"\n'
    assert said == [
        "Running post write hook 'black' ...",
        "  done",
        "Running post write hook 'compile' ...",
        "  done",
    ]


def test_a_tool_runs_where_it_is_told_to(file: Path, tmp_path: Path) -> None:
    where = tmp_path / "elsewhere"
    where.mkdir()
    touch = tool(tmp_path, "open('touched', 'w')")
    run_hooks(file, [{"name": "a", "type": "exec", "executable": touch, "cwd": str(where)}])
    assert (where / "touched").exists()


def test_functions_are_registered_by_name(file: Path) -> None:
    seen: list[tuple[str, str]] = []

    @register("shout")
    def shout(filename: str, options: Mapping[str, str]) -> None:
        seen.append((filename, options["loud"]))

    run_hooks(file, [{"name": "mine", "type": "shout", "loud": "yes"}])
    assert seen == [(str(file), "yes")]


def test_a_failing_tool_is_an_error_with_its_output_and_the_file_stays(
    file: Path, tmp_path: Path
) -> None:
    failing = tool(tmp_path, "print('broken by design'); raise SystemExit(3)")
    after = tool(tmp_path, "print('broken by design'); raise SystemExit(3)")
    specs = [
        {"name": "a", "type": "exec", "executable": failing},
        {"name": "b", "type": "exec", "executable": after},
    ]
    with pytest.raises(HookError, match=r"(?s)hook 'a' failed with exit code 3.*broken") as error:
        run_hooks(file, specs)
    assert error.value.exit_code == 4
    assert "stays" in error.value.hint
    assert file.read_text() == "x = 1\n"


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ({}, r"Key 'x\.type' \(or 'type' in toml\) is required"),
        ({"type": "nosuch"}, "No formatter with name 'nosuch' registered"),
        ({"type": "exec"}, r"Key x\.executable is required for post write hook 'x'"),
        ({"type": "exec", "executable": "no-such-tool"}, "Could not find executable no-such-tool"),
        ({"type": "module", "module": "no.such"}, r"Could not find module no\.such"),
        (
            {"type": "console_scripts", "entrypoint": "nope"},
            r"Could not find entrypoint console_scripts\.nope",
        ),
    ],
)
def test_a_spec_that_makes_no_sense_is_said_so(
    file: Path, spec: dict[str, str], message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        run_hooks(file, [{"name": "x", **spec}])


# ---- formatting ----------------------------------------------------------------------------------


def test_source_is_formatted_with_the_settings_of_the_project(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[tool.black]\nline-length = 20\ntarget-version = ["py311"]\n'
    )
    nested = tmp_path / "versions"
    nested.mkdir()
    assert format_source("f('aaaaa', 'bbbbb', 'c')", nested / "x.py") == (
        'f(\n    "aaaaa",\n    "bbbbb",\n    "c",\n)\n'
    )


def test_without_settings_black_s_own_count(tmp_path: Path) -> None:
    assert format_source("x='a'", tmp_path / "x.py") == 'x = "a"\n'


def test_settings_nobody_understands_cost_the_formatting_only(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.black]\ntarget-version = ["py9"]\n')
    with pytest.warns(UserWarning, match="is not formatted"):
        assert format_source("x='a'", tmp_path / "x.py") == "x='a'"


def test_what_black_cannot_read_stays_as_it_is() -> None:
    with pytest.warns(UserWarning, match="is not formatted"):
        assert format_source("x = = 1") == "x = = 1"


def test_the_tools_that_people_use_run_on_the_file(tmp_path: Path) -> None:
    path = tmp_path / "revision.py"
    path.write_text(
        "import sys\nimport os\nfrom collections import OrderedDict\nx = { 'a':os.name }\n"
    )
    run_hooks(
        path,
        [
            {"name": "imports", "type": "exec", "executable": _beside_python("ruff"),
             "options": "check --isolated --select F401,I --fix -q REVISION_SCRIPT_FILENAME"},
            {"name": "black", "type": "module", "module": "black", "options": "-q"},
            {"name": "whitespace", "type": "exec", "executable": sys.executable,
             "options": "-c \"import sys; sys.exit(' \\n' in open(sys.argv[1]).read())\" REVISION_SCRIPT_FILENAME"},
        ],
    )  # fmt: skip
    assert path.read_text() == 'import os\n\nx = {"a": os.name}\n'


def test_a_tool_that_finds_fault_is_told_with_its_own_words(tmp_path: Path) -> None:
    path = tmp_path / "revision.py"
    path.write_text("import sys\n")
    ruff = {"name": "lint", "type": "exec", "executable": _beside_python("ruff")}
    with pytest.raises(HookError, match=r"failed with exit code 1(?s:.)*F401"):
        run_hooks(path, [{**ruff, "options": "check --isolated REVISION_SCRIPT_FILENAME"}])
    assert path.read_text() == "import sys\n"


def _beside_python(tool: str) -> str:
    found = shutil.which(tool, path=str(Path(sys.executable).parent)) or shutil.which(tool)
    if found is None:
        pytest.skip(f"{tool} is not installed")
    return found
