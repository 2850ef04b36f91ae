"""What docs/quick-start.md shows is what happens: every block is written or run, in an empty folder."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

TOP = Path(__file__).parents[1]
BLOCK = re.compile(r"^```(\w+) ?(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PROGRAMS = {"python": [sys.executable], "schemadiff": [sys.executable, "-m", "schemadiff"]}


@dataclass(frozen=True, slots=True)
class Shown:
    """A command, what it is shown to say, and the exit code it is shown to leave with."""

    command: str
    output: str
    exit_code: int


def commands(block: str, exit_code: int) -> Iterator[Shown]:
    """The commands of a console block, each with what is shown below it."""
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, _, output = part.partition("\n")
        yield Shown(command, output.strip(), exit_code)


def run(shown: Shown, folder: Path) -> None:
    """Run a command as shown, and hold what it says against what is shown."""
    program, *arguments = shlex.split(shown.command)
    done = subprocess.run(
        [*PROGRAMS[program], *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": f"{TOP}", "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == shown.exit_code, done.stdout
    assert comparable(done.stdout, folder) == comparable(shown.output, folder), shown.command


def comparable(text: str, folder: Path) -> str:
    """A text less what differs from run to run: the folder, and how long it took."""
    text = text.replace(f"{folder.resolve()}/", "")
    return re.sub(r" *· [0-9.]+ s$", "", text, flags=re.MULTILINE).strip()


def test_the_quick_start_is_true(tmp_path: Path) -> None:
    for language, says, text in BLOCK.findall((TOP / "docs" / "quick-start.md").read_text("utf-8")):
        if language == "console":
            for shown in commands(text, int(says.removeprefix("exit=") or 0)):
                run(shown, tmp_path)
        else:
            (tmp_path / says).write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    "page", ["README.md", *sorted(f"{p.relative_to(TOP)}" for p in (TOP / "docs").rglob("*.md"))]
)
def test_links_lead_somewhere(page: str) -> None:
    targets = re.findall(r"\]\(([^)#:]+)\)", (TOP / page).read_text("utf-8"))
    assert [target for target in targets if not (TOP / page).parent.joinpath(target).exists()] == []


def test_every_row_of_a_table_of_tests_names_one_that_exists() -> None:
    page = (TOP / "docs" / "coming-from-sqlalchemy-migrate.md").read_text("utf-8")
    rows = [line.strip("|").split(" | ") for line in page.splitlines() if line.startswith("| ")]
    shown = [row for row in rows if row[-1].strip() != "shown by"]
    assert len(shown) > 60
    for row in shown:
        assert len(row) == 3
        assert all(cell.strip() for cell in row), row
        file, _, test = row[2].strip(" `").partition("::")
        assert f"def {test}(" in (TOP / file).read_text("utf-8"), row
