"""SQL Server: what it is told when something is changed. By its manual; not tried on a server."""

from .facts import Facts
from .statements import Statements


class SQLServer(Facts, Statements):
    """A SQL Server database."""

    name = "mssql"


__all__ = ["SQLServer"]
