"""Any two states of a schema: a database, models, a snapshot, a history, SQL files."""

from __future__ import annotations

from collections.abc import Sequence

from schemadiff.config import Config

from .comparing import Terms, compare_sources
from .difference import SchemaDiff, TableDiff
from .opening import Ground, opened, terms_for

__all__ = ["Ground", "SchemaDiff", "TableDiff", "Terms", "diff_states"]


def diff_states(
    a: object,
    b: object,
    *,
    exclude: Sequence[str] = (),
    include_schemas: bool = False,
    config: Config | None = None,
    scratch: str | None = None,
    dialect: str | None = None,
) -> SchemaDiff:
    """What turns state ``a`` into state ``b``; false if nothing differs.

    A state is an Engine, a Connection, MetaData or a declarative base, or a name: a database URL,
    ``"shop.models:Base"``, a JSON snapshot, ``"history@REV"``, a folder of SQL files. ``exclude`` are
    patterns of table names. ``scratch`` is the URL of a server on which a history may be replayed, and
    ``dialect`` the kind of database that models are for where no state says.
    """
    ground = Ground(config, scratch, dialect)
    with opened([a, b], ground) as (first, second):
        terms = terms_for([first, second], ground, exclude=exclude, include_schemas=include_schemas)
        return compare_sources(first, second, terms)
