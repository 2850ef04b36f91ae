"""Two snapshots made comparable: which node is which, and every text in one spelling.

The steps know no connection: whoever has one hands in ``ask``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from schemadiff.dialects.base import Database
from schemadiff.diff import (
    Rename,
    adopted,
    confirmed,
    invent,
    less_still_used,
    managed,
    pair,
    renamed,
    renames,
)
from schemadiff.model import Snapshot
from schemadiff.settle import Ask, Says, Undecided, heed, settle


class Matched(NamedTuple):
    """Both sides such that plain equality of nodes decides.

    ``old`` is what there is once ``renames`` are carried out on it.
    """

    old: Snapshot
    new: Snapshot
    renames: tuple[Rename, ...] = ()
    undecided: tuple[Undecided, ...] = ()


def matched(
    found: Snapshot,
    wanted: Snapshot,
    database: Database,
    ask: Ask,
    says: Callable[[Snapshot], Says] = lambda found: Says(),
    *,
    of_models: bool = True,
) -> Matched:
    """``found`` and ``wanted`` made comparable; ``says`` gives the user's say for what was found.

    Where ``wanted`` is ``of_models``, what these leave to the database is taken from it, and what is none
    of their business is left out; if not, both sides are complete. A renaming that was only guessed is taken back unless nothing but the name differs.
    """
    if of_models:
        found, wanted = managed(found, wanted)
    guesses = renames(found, wanted)
    while True:
        there = renamed(found, guesses, database.reworded, database.name_along)
        here = adopted(there, wanted) if of_models else wanted
        result = _settled(there, here, database, ask, says)
        if of_models:
            result = result._replace(old=less_still_used(result.old, result.new))
        kept = tuple(guess for guess in guesses if confirmed(guess, result.old, result.new))
        if kept == guesses:
            return Matched(result.old, result.new, kept, result.undecided)
        guesses = kept


def _settled(
    found: Snapshot,
    wanted: Snapshot,
    database: Database,
    ask: Ask,
    says: Callable[[Snapshot], Says],
) -> Matched:
    found, wanted = _paired(found, wanted, database)
    settled = settle(found, wanted, database, ask)
    found, wanted = _paired(found, settled.new, database)
    wanted = heed(found, wanted, says(found))
    wanted = invent(found, wanted, database.invented_name, database.place_of_names)
    return Matched(found, wanted, (), settled.undecided)


def _paired(found: Snapshot, wanted: Snapshot, database: Database) -> tuple[Snapshot, Snapshot]:
    return pair(
        found,
        wanted,
        unique_is_index=database.unique_is_index,
        merges_equal_uniques=database.merges_equal_uniques,
    )
