"""Oracle under its documented name."""

from schemadiff.runtime.impl import OracleImpl

__all__ = ["OracleImpl"]
