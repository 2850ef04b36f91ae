"""What operations write into an SQL script, for tests."""

from __future__ import annotations

import io
from collections.abc import Callable

from schemadiff.migration import MigrationContext
from schemadiff.operations import Operations


def script(dialect: str, *calls: Callable[[Operations], object]) -> list[str]:
    """The statements of a script, one line each, without the separators of the dialect."""
    buffer = io.StringIO()
    context = MigrationContext.configure(
        dialect_name=dialect, opts={"as_sql": True, "output_buffer": buffer}
    )
    with Operations.context(context) as operations:
        for call in calls:
            call(operations)
    blocks = buffer.getvalue().split("\n\n")
    lines = (" ".join(block.split()) for block in blocks if block.strip())
    return [line.removesuffix(" GO").removesuffix(" /").removesuffix(";") for line in lines]
