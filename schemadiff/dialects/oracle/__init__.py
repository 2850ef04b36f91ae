"""Oracle, 12.2 and later, by its manual: neither read nor changed on a server yet."""

from .facts import Facts
from .settling import Settling
from .statements import Statements


class Oracle(Facts, Settling, Statements):
    """An Oracle database."""

    name = "oracle"


__all__ = ["Oracle"]
