"""The databases that tests stand on: a server of each kind is looked for, or started for the session."""

from .server import Lacking, Server
from .sought import mariadb, postgresql

__all__ = ["Lacking", "Server", "mariadb", "postgresql"]
