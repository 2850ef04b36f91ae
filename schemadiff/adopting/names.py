"""Which of Alembic's names we have under the same path."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from .alias import ours


def lacking(path: Sequence[str]) -> str:
    """The first dotted name along ``path`` (of Alembic's) that we do not have; nothing if we have them all.

    What hangs on a class or function is not looked at: a module's attributes are its interface, and
    no more than that can be known without running the code.
    """
    name = ours(path[0])
    module = import_module(name)
    for step in path[1:]:
        name = f"{name}.{step}"
        if find_module(name):
            module = import_module(name)
        else:
            return "" if step == "*" or _has(module, step) else name
    return ""


def _has(module: ModuleType, name: str) -> bool:
    try:
        return hasattr(module, name)
    except NameError:
        # `context` has some of its names only while a command runs; those it has announced.
        return name in getattr(module, "__annotations__", {})


def find_module(name: str) -> bool:
    """Whether a module of this name exists."""
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        # The parent is no package.
        return False
