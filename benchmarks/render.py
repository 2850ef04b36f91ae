"""Writing the revision that makes many tables, formatted, with schemadiff and with Alembic, side by side.

usage: python benchmarks/render.py [--tables 200] [--rounds 3]

Both get the operations for the same tables and leave a formatted file: schemadiff as it always does, Alembic by its
hook that runs black (installed beside it), which people configure for this. Writing alone is measured, too.
"""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path

import sqlalchemy as sa
from compare import models
from rounds import HEAD, medians, require_alembic, row

from schemadiff.hooks.formatting import format_source


def ours(metadata: sa.MetaData, formatted: bool) -> Callable[[], object]:
    """Writes a revision with schemadiff, in memory."""
    from schemadiff.autogenerate.api import AutogenContext
    from schemadiff.autogenerate.render import construct_for, function_body
    from schemadiff.migration import MigrationContext
    from schemadiff.operations.ops import CreateIndexOp, CreateTableOp, UpgradeOps
    from schemadiff.render.module import revision_source

    def run() -> str:
        ops = UpgradeOps()
        for table in metadata.sorted_tables:
            ops.ops.append(CreateTableOp.from_table(table))
            ops.ops.extend(map(CreateIndexOp.from_index, table.indexes))
        context = AutogenContext(MigrationContext.configure(dialect_name="postgresql"))
        up = function_body(ops, construct_for(context), context.opts)
        down = function_body(ops.reverse(), construct_for(context), context.opts)
        text = revision_source(
            message="all", revision="a1", down_revision=None, upgrades=up, downgrades=down
        )
        return format_source(text, "revision.py") if formatted else text

    return run


def theirs(metadata: sa.MetaData, folder: Path, formatted: bool) -> Callable[[], object]:
    """Writes a revision with Alembic: its renderer, its template, and its hook for black."""
    from alembic.autogenerate import render_python_code
    from alembic.config import Config
    from alembic.migration import MigrationContext
    from alembic.operations.ops import CreateIndexOp, CreateTableOp, UpgradeOps
    from alembic.script import ScriptDirectory
    from alembic.util import rev_id

    config = Config()
    config.set_main_option("script_location", str(folder))
    if formatted:
        config.set_section_option("post_write_hooks", "hooks", "black")
        config.set_section_option("post_write_hooks", "black.type", "exec")
        config.set_section_option("post_write_hooks", "black.executable", black())
        config.set_section_option(
            "post_write_hooks", "black.options", "-q REVISION_SCRIPT_FILENAME"
        )
    template = Path(sys.modules["alembic"].__file__ or "").parent / "templates/generic"
    (folder / "versions").mkdir(parents=True, exist_ok=True)
    (folder / "script.py.mako").write_text((template / "script.py.mako").read_text())

    def run() -> None:
        ops = UpgradeOps()
        for table in metadata.sorted_tables:
            ops.ops.append(CreateTableOp.from_table(table))
            ops.ops.extend(map(CreateIndexOp.from_index, table.indexes))
        context = MigrationContext.configure(dialect_name="postgresql")
        up = render_python_code(ops, migration_context=context)
        down = render_python_code(ops.reverse(), migration_context=context)
        script = ScriptDirectory.from_config(config)
        with redirect_stdout(io.StringIO()):
            made = script.generate_revision(
                rev_id(), "all", head="base", splice=True, upgrades=up, downgrades=down, imports=""
            )
        Path(made.path).unlink()

    return run


def black() -> str:
    """The command that people configure."""
    found = Path(sys.executable).parent / "black"
    if not found.exists():
        sys.exit("error: black is not installed beside this Python\n       pip install black")
    return str(found)


def main() -> None:
    """Print one line for each thing that is measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    require_alembic()
    metadata = models(asked.tables)
    print(HEAD)
    for formatted, what in ((False, "written"), (True, "written and formatted")):
        with tempfile.TemporaryDirectory() as folder:
            rivals = {
                "schemadiff": ours(metadata, formatted),
                "alembic": theirs(metadata, Path(folder) / "m", formatted),
            }
            print(row(f"{asked.tables} tables, {what}", medians(rivals, asked.rounds)))


if __name__ == "__main__":
    main()
