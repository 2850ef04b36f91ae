"""Compare a live database with SQLAlchemy models and write the difference as revision files."""

from importlib import import_module
from importlib.util import find_spec

__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    """A module of the package, loaded when it is asked for: ``import schemadiff`` gives ``schemadiff.op``."""
    if name.startswith("_") or find_spec(f"{__name__}.{name}") is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module(f"{__name__}.{name}")


from importlib import import_module

_LATER = {"SchemaDiff": "schemadiff.states", "diff_states": "schemadiff.states"}
"""Names that need SQLAlchemy, imported when they are asked for."""


def __getattr__(name: str) -> object:
    if name not in _LATER:
        raise AttributeError(f"module 'schemadiff' has no attribute {name!r}")
    return getattr(import_module(_LATER[name]), name)
