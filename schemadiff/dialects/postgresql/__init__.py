"""PostgreSQL, 12 and later."""

from sqlalchemy.engine import Dialect

from schemadiff.diff import Ties

from .census import Counting
from .families import alike
from .models import Modelling
from .settling import Settling
from .statements import Statements


class PostgreSQL(Settling, Modelling, Counting, Statements):
    """A PostgreSQL database."""

    name = "postgresql"
    transactional_ddl = True
    has_comments = True
    has_named_types = True
    has_sequences = True
    names_by_itself = frozenset({"primary_key", "foreign_key", "unique"})
    merges_equal_uniques = True
    ties = Ties(
        keys_hold_types=True,
        keys_hold_options=frozenset({"unlogged"}),
        texts_hold_types=True,
        alike=alike,
    )

    @classmethod
    def unasked(cls, dialect: Dialect) -> None:
        """A backslash in a string is a backslash: standard_conforming_strings is on since PostgreSQL 9.1.

        SQLAlchemy 2.0 doubles it as long as nobody has connected.
        """
        setattr(dialect, "_backslash_escapes", False)  # noqa: B010 (no attribute of every Dialect)
