"""SQLite under its documented name."""

from schemadiff.runtime.impl import SQLiteImpl

__all__ = ["SQLiteImpl"]
