"""PostgreSQL under its documented name."""

from schemadiff.runtime.impl import PostgresqlImpl

__all__ = ["PostgresqlImpl"]
