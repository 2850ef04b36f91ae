"""Pure: which node is which, what differs, in what order it is to be changed, and what comes of it."""

from .apply import IllegalChange, apply
from .change import Alter, Change, Create, Drop, Rename, reverse
from .compare import diff
from .manage import adopted, managed
from .pair import invent, pair
from .plan import CircularPlan, plan

__all__ = [
    "Alter",
    "Change",
    "CircularPlan",
    "Create",
    "Drop",
    "IllegalChange",
    "Rename",
    "adopted",
    "apply",
    "diff",
    "invent",
    "managed",
    "pair",
    "plan",
    "reverse",
]
