"""MySQL 5.7 and later, MariaDB 10.3 and later."""

from collections.abc import Mapping

from schemadiff.diff import Ties

from .census import Counting
from .settling import Settling
from .statements import Statements


class MySQL(Settling, Counting, Statements):
    """A MySQL database."""

    name = "mysql"
    has_comments = True
    unique_is_index = True
    ties = Ties(keys_hold_types=True, keys_hold_indexes=True, keys_hold_counting=True)
    keeps_primary_key_name = False
    foretells_key_names = False  # they are numbered in the order in which they were made
    index_names_per_schema = False
    constraint_names_per_schema = True

    @classmethod
    def arguments_for(cls, version: str) -> Mapping[str, object]:
        """That it is a MariaDB, which calls itself so in its version (``10.11.6-MariaDB-log``)."""
        return {"is_mariadb": True} if "mariadb" in version.lower() else {}


class MariaDB(MySQL):
    """A MariaDB database."""

    name = "mariadb"
    has_sequences = True


__all__ = ["MariaDB", "MySQL"]
