"""The documented short path of EnvironmentContext."""

from schemadiff.runtime.environment import EnvironmentContext

__all__ = ["EnvironmentContext"]
