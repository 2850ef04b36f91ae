"""Whole commands of schemadiff and of Alembic, side by side: what a person waits for.

usage: python benchmarks/cli.py [--rounds 5] [--revisions 200 5000]

`check` on a project of one table in a SQLite file that is in sync; on so many revisions `history`, `heads`, and
`upgrade head --sql`, which plans all of them and writes them down.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from rounds import HEAD, medians, require_alembic, row

# What is installed is compiled; what lies here is, too, after the first round, unless Python is told not to.
ENVIRON = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}

MODELS = """
import sqlalchemy as sa

metadata = sa.MetaData()
sa.Table("account", metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(80)))
"""

CONFIGURATION = {
    "schemadiff": """
[tool.schemadiff]
url = "sqlite:///app.db"
script_location = "migrations"
target_metadata = "models:metadata"
""",
    "alembic": """
[alembic]
script_location = migrations
sqlalchemy.url = sqlite:///app.db
prepend_sys_path = .
""",
}
FILE = {"schemadiff": "pyproject.toml", "alembic": "alembic.ini"}

ENVIRONMENT = """
from alembic import context
from sqlalchemy import create_engine
from models import metadata

url = context.config.get_main_option("sqlalchemy.url")
if context.is_offline_mode():
    context.configure(url=url, target_metadata=metadata)
    with context.begin_transaction():
        context.run_migrations()
else:
    with create_engine(url).connect() as connection:
        context.configure(connection=connection, target_metadata=metadata)
        with context.begin_transaction():
            context.run_migrations()
"""

REVISION = """\"\"\"revision {number}\"\"\"

revision = "{number:04}"
down_revision = {down}


def upgrade():
    pass


def downgrade():
    pass
"""


def project(folder: Path, tool: str, revisions: int) -> Callable[..., None]:
    """A project for one of the tools; what is returned runs a command of it and insists on success."""
    versions = folder / "migrations" / "versions"
    versions.mkdir(parents=True)
    (folder / "models.py").write_text(MODELS)
    (folder / FILE[tool]).write_text(CONFIGURATION[tool])
    if tool == "alembic":
        (folder / "migrations" / "env.py").write_text(ENVIRONMENT)
        (folder / "migrations" / "script.py.mako").write_text("")
    for number in range(revisions):
        down = f'"{number - 1:04}"' if number else "None"
        text = REVISION.format(number=number, down=down)
        (versions / f"{number:04}_revision.py").write_text(text)

    def run(*command: str) -> None:
        done = subprocess.run(
            [sys.executable, "-m", f"{tool}", *command],
            cwd=folder,
            env=ENVIRON,
            capture_output=True,
            check=False,
        )
        if done.returncode:
            sys.exit(f"error: {tool} {' '.join(command)}: {done.stderr.decode()}")

    return run


def measure(folder: Path, revisions: int, rounds: int, *command: str) -> str:
    """One line of the result for one command."""
    rivals: dict[str, Callable[[], None]] = {}
    for tool in FILE:
        run = project(folder / tool, tool, revisions)
        if command[0] == "check":
            subprocess.run(
                [sys.executable, "-c", CREATE], cwd=folder / tool, check=True, capture_output=True
            )
        rivals[tool] = lambda run=run: run(*command)  # type: ignore[misc]
    of = f", {revisions:,} revisions" if revisions else ""
    return row(" ".join(command) + of, medians(rivals, rounds))


CREATE = "import models, sqlalchemy as sa; models.metadata.create_all(sa.create_engine('sqlite:///app.db'))"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--revisions", type=int, nargs="*", default=[200, 5000])
    options = parser.parse_args()
    require_alembic()
    print(f"whole processes, median of {options.rounds}\n{HEAD}")
    with tempfile.TemporaryDirectory() as folder:
        print(measure(Path(folder), 0, options.rounds, "check"), flush=True)
    for revisions in options.revisions:
        for command in (("history",), ("heads",), ("upgrade", "head", "--sql")):
            with tempfile.TemporaryDirectory() as folder:
                print(measure(Path(folder), revisions, options.rounds, *command), flush=True)


if __name__ == "__main__":
    main()
