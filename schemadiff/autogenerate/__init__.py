"""Compare a live database with models, and write what differs as operations or as Python.

Each name is loaded when it is asked for: a comparison needs nothing of what writes its result down.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .api import AutogenContext, compare_metadata, produce_migrations
    from .comparison import Comparison, UndecidedWarning, compare
    from .registered import comparators
    from .render import render_op_text, render_python_code, renderers
    from .rewriter import Rewriter

__all__ = [
    "AutogenContext",
    "Comparison",
    "Rewriter",
    "UndecidedWarning",
    "comparators",
    "compare",
    "compare_metadata",
    "produce_migrations",
    "render_op_text",
    "render_python_code",
    "renderers",
]

_MODULES = {
    "api": ("AutogenContext", "compare_metadata", "produce_migrations"),
    "comparison": ("Comparison", "UndecidedWarning", "compare"),
    "registered": ("comparators",),
    "render": ("render_op_text", "render_python_code", "renderers"),
    "rewriter": ("Rewriter",),
}


def __getattr__(name: str) -> object:
    for module, names in _MODULES.items():
        if name in names:
            found: object = getattr(import_module(f"{__name__}.{module}"), name)
            return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
