"""The documented short path of MigrationContext."""

from schemadiff.runtime.migration import MigrationContext

__all__ = ["MigrationContext"]
