"""Several histories in one database: packages that bring their own revision files and version table."""

from .finding import Package, find, packages_of
from .settings import config_for

__all__ = ["Package", "config_for", "find", "packages_of"]
