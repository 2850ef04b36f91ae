"""SQL Server under its documented name."""

from schemadiff.runtime.impl import MSSQLImpl

__all__ = ["MSSQLImpl"]
