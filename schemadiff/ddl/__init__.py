"""The documented paths of the implementations: names, no algorithm."""

from . import impl, mssql, mysql, oracle, postgresql, sqlite
from .impl import DefaultImpl

__all__ = ["DefaultImpl", "impl", "mssql", "mysql", "oracle", "postgresql", "sqlite"]
