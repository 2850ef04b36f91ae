"""Compare a live database with SQLAlchemy models and write the difference as revision files."""

from importlib import import_module
from importlib.util import find_spec

__version__ = "0.1.0"


_OF_STATES = frozenset({"SchemaDiff", "diff_states"})


def __getattr__(name: str) -> object:
    """A module of the package, loaded when it is asked for: ``import schemadiff`` gives ``schemadiff.op``."""
    if name in _OF_STATES:
        found: object = getattr(import_module(f"{__name__}.states"), name)
        return found
    if name.startswith("_") or find_spec(f"{__name__}.{name}") is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module(f"{__name__}.{name}")
