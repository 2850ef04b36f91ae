"""Files of SQL: where they are, and cut into statements by the rules of their database. Nothing here runs them."""

from .beside import DIRECTIONS, all_beside, beside, candidates
from .layout import without_tabs
from .split import Piece, Unfinished, split

__all__ = [
    "DIRECTIONS",
    "Piece",
    "Unfinished",
    "all_beside",
    "beside",
    "candidates",
    "split",
    "without_tabs",
]
