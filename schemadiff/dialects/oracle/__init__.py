"""Oracle: what it is told when something is changed. By its manual; not tried on a server."""

from .facts import Facts
from .statements import Statements


class Oracle(Facts, Statements):
    """An Oracle database."""

    name = "oracle"


__all__ = ["Oracle"]
