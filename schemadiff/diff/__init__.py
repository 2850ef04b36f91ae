"""Pure: what differs, in what order it is to be changed, and what comes of it."""

from .apply import IllegalChange, apply
from .change import Alter, Change, Create, Drop, Rename, reverse
from .compare import diff

__all__ = [
    "Alter",
    "Change",
    "Create",
    "Drop",
    "IllegalChange",
    "Rename",
    "apply",
    "diff",
    "reverse",
]
