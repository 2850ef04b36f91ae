"""What third-party dialects subclass."""

from schemadiff.runtime.impl import IMPLEMENTATIONS, DefaultImpl

__all__ = ["IMPLEMENTATIONS", "DefaultImpl"]
