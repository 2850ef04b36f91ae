"""Compare a live database with models, and write what differs as operations or as Python."""

from .api import AutogenContext, compare_metadata, migration_script, produce_migrations
from .comparison import Comparison, UndecidedWarning, compare
from .render import render_op_text, render_python_code
from .rewriter import Rewriter

__all__ = [
    "AutogenContext",
    "Comparison",
    "Rewriter",
    "UndecidedWarning",
    "compare",
    "compare_metadata",
    "migration_script",
    "produce_migrations",
    "render_op_text",
    "render_python_code",
]
