"""SQLAlchemy objects as the calls that make them again."""

from .expressions import escaped, sql_text
from .looking import target
from .objects import Construct, Named, RenderItem
from .types import USUAL, Prefixes

__all__ = [
    "USUAL",
    "Construct",
    "Named",
    "Prefixes",
    "RenderItem",
    "escaped",
    "sql_text",
    "target",
]
