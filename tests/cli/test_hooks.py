"""Post-write hooks of a project: the tools that people use, on every file that is written."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import Cli

VERSIONS = Path("migrations/versions")
PRE_COMMIT = '''\
"""As `pre-commit run --files` does: repairs the file, and fails because it had to."""
import sys

path = sys.argv[sys.argv.index("--files") + 1]
before = open(path, encoding="utf-8").read()
after = before if before.startswith("# checked\\n") else "# checked\\n" + before
open(path, "w", encoding="utf-8").write(after)
print("checked" + "." * 40 + ("Passed" if after == before else "Failed"))
sys.exit(after != before)
'''
IMPORTS = """\
[post_write_hooks]
hooks = isort, black, ruff

isort.type = module
isort.module = isort
isort.options = --profile black -q

black.type = console_scripts
black.entrypoint = black
black.options = -q -l 60 REVISION_SCRIPT_FILENAME

ruff.type = module
ruff.module = ruff
ruff.options = check --isolated --select F401,I REVISION_SCRIPT_FILENAME --fix -q
"""


def tools(*names: str) -> None:
    for name in names:
        if importlib.util.find_spec(name) is None:
            pytest.skip(f"{name} is not installed")


def configure(text: str) -> None:
    with Path("schemadiff.ini").open("a") as file:
        file.write(text)


def template(imports: str) -> None:
    """A script.py.mako as people write them, with imports in disorder."""
    Path("migrations/script.py.mako").write_text(
        f'"""${{message}}"""\n{imports}\n\n'
        "revision = ${repr(up_revision)}\ndown_revision = ${repr(down_revision)}\n"
        "branch_labels = ${repr(branch_labels)}\ndepends_on = ${repr(depends_on)}\n"
        "def upgrade():\n    ${upgrades or 'pass'}\n\ndef downgrade():\n    ${downgrades or 'pass'}\n"
    )


def test_isort_black_and_ruff_run_in_order_on_new_and_on_merge_files(project: Cli) -> None:
    tools("isort", "black", "ruff")
    configure(IMPORTS)
    template(
        "import sys, os\nimport sqlalchemy as sa\nfrom schemadiff import op\nprint( os.name,sa,op )"
    )
    for words in (
        ("revision", "--rev-id", "aaaa", "-m", "a"),
        ("revision", "--rev-id", "bbbb", "-m", "b", "--head", "base"),
        ("merge", "heads", "--rev-id", "mmmm", "-m", "join"),
    ):
        outcome = project(*words)
        assert outcome.code == 0, outcome
        lines = [line for line in outcome.out.splitlines() if "hook" in line]
        assert lines == [f"Running post write hook '{n}' ..." for n in ("isort", "black", "ruff")]
    for name in ("aaaa_a", "bbbb_b", "mmmm_join"):
        text = (VERSIONS / f"{name}.py").read_text()
        assert re.search(
            r"^import os\n\nimport sqlalchemy as sa\n\n?from schemadiff import op\n", text, re.M
        )
        assert "import sys" not in text
        assert "print(os.name, sa, op)\n" in text
    assert project("upgrade").code == 0


def test_a_tool_that_repairs_and_fails_is_told_and_the_file_stays(project: Cli) -> None:
    Path("pre_commit_like.py").write_text(PRE_COMMIT)
    configure(
        "[post_write_hooks]\nhooks = pre-commit\npre-commit.type = exec\n"
        f"pre-commit.executable = {sys.executable}\n"
        "pre-commit.options = pre_commit_like.py run --files REVISION_SCRIPT_FILENAME\n"
        "pre-commit.cwd = %(here)s\n"
    )
    outcome = project("revision", "--rev-id", "aaaa", "-m", "a")
    assert outcome.code == 4
    assert outcome.err.startswith("error: post write hook 'pre-commit' failed with exit code 1\n")
    assert "checked........................................Failed" in outcome.err
    path = (VERSIONS / "aaaa_a.py").absolute()
    assert f"{path} has been written and stays" in outcome.err
    assert path.read_text().startswith("# checked\n")
    assert project("heads").out == "aaaa (head)\n"
    again = subprocess.run(
        [sys.executable, "pre_commit_like.py", "run", "--files", path], check=False
    )
    assert again.returncode == 0


def test_a_function_of_env_py_is_a_hook_in_either_file(project: Cli) -> None:
    Path("migrations/env.py").write_text(
        "from schemadiff.script import write_hooks\n\n"
        "@write_hooks.register('stamp')\n"
        "def stamp(filename, options):\n"
        "    with open(filename, 'a') as file:\n"
        "        file.write('# ' + options['text'] + '\\n')\n"
    )
    Path("schemadiff.ini").unlink()
    Path("pyproject.toml").write_text(
        "[tool.schemadiff]\nscript_location = 'migrations'\nrevision_environment = true\n"
        "[[tool.schemadiff.post_write_hooks]]\nname = 'a'\ntype = 'stamp'\ntext = 'seen'\n"
        "[[tool.schemadiff.post_write_hooks]]\nname = 'b'\ntype = 'stamp'\ntext = 'twice'\n"
    )
    outcome = project("revision", "--rev-id", "aaaa", "-m", "a")
    assert outcome.code == 0, outcome
    assert project("revision", "--rev-id", "bbbb", "-m", "b", "--head", "base").code == 0
    assert project("merge", "heads", "--rev-id", "mmmm", "-m", "join").code == 0
    for name in ("aaaa_a", "bbbb_b", "mmmm_join"):
        assert (VERSIONS / f"{name}.py").read_text().endswith("# seen\n# twice\n")
    assert project("heads").out == "mmmm (head) (mergepoint)\n"


def test_a_dry_run_runs_no_hook(project: Cli) -> None:
    configure("[post_write_hooks]\nhooks = no\nno.type = exec\nno.executable = false\n")
    assert project("revision", "--dry-run", "-m", "a").code == 0
    assert project("revision", "-m", "a").code == 4


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("a.type = console_scripts\na.entrypoint = nosuch\n", "Could not find entrypoint console_scripts.nosuch"),
        ("a.type = exec\na.executable = true\na.options = 'open\n", "a.options: No closing quotation"),
    ],
)  # fmt: skip
def test_a_hook_that_makes_no_sense_leaves_the_file_and_says_so(
    project: Cli, said: str, words: str
) -> None:
    configure(f"[post_write_hooks]\nhooks = a\n{said}")
    outcome = project("revision", "--rev-id", "aaaa", "-m", "a")
    assert outcome.code == 2
    assert outcome.err.startswith(f"error: {words}\n")
    path = (VERSIONS / "aaaa_a.py").absolute()
    assert f"{path} has been written and stays" in outcome.err
    assert path.is_file()
