"""All cases of the inventory."""

from __future__ import annotations

from .case import Case
from .cases_columns import GROUPS as COLUMNS
from .cases_constraints import GROUPS as CONSTRAINTS
from .cases_objects import GROUPS as OBJECTS
from .cases_types import GROUPS as TYPES

GROUPS = (*TYPES, *COLUMNS, *CONSTRAINTS, *OBJECTS)


def cases(database: str) -> list[Case]:
    """The cases of one kind of database."""
    return [case for each in GROUPS for case in each.cases if database in case.databases]
