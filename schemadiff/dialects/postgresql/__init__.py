"""PostgreSQL, 12 and later."""

from .census import Counting
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
    merges_equal_uniques = True
