"""Pure: which node is which, what differs, in what order it is to be changed, and what comes of it."""

from .apply import IllegalChange, apply
from .change import Alter, Change, Create, Drop, Rename, reverse
from .compare import diff
from .dependants import Ties, with_dependants
from .manage import adopted, less_still_used, managed
from .pair import invent, pair
from .plan import CircularPlan, plan
from .rename import confirmed, renamed, renames

__all__ = [
    "Alter",
    "Change",
    "CircularPlan",
    "Create",
    "Drop",
    "IllegalChange",
    "Rename",
    "Ties",
    "adopted",
    "apply",
    "confirmed",
    "diff",
    "invent",
    "less_still_used",
    "managed",
    "pair",
    "plan",
    "renamed",
    "renames",
    "reverse",
    "with_dependants",
]
