"""SQL Server, 2016 and later, by its manual: neither read nor changed on a server yet."""

from .facts import Facts
from .settling import Settling
from .statements import Statements


class SQLServer(Facts, Settling, Statements):
    """A SQL Server database."""

    name = "mssql"


__all__ = ["SQLServer"]
