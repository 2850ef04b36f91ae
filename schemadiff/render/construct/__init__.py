"""SQLAlchemy objects as the calls that make them again."""

from .expressions import escaped, sql_text
from .looking import dialect_arguments, target
from .objects import Construct, Named, RenderItem
from .types import USUAL, Prefixes

__all__ = [
    "USUAL",
    "Construct",
    "Named",
    "Prefixes",
    "RenderItem",
    "dialect_arguments",
    "escaped",
    "sql_text",
    "target",
]
