"""The Python functions that may run on a new revision file, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias, TypeVar

Hook: TypeAlias = Callable[[str, Mapping[str, str]], object]
"""Called with the path of the file and the options of its specification."""
H = TypeVar("H", bound=Callable[..., object])

_hooks: dict[str, Callable[..., object]] = {}


def register(name: str) -> Callable[[H], H]:
    """A decorator that makes a function the hook of type ``name``; the last one of a name counts."""

    def decorate(hook: H) -> H:
        _hooks[name] = hook
        return hook

    return decorate


def registered(name: str) -> Callable[..., object] | None:
    """The function registered as ``name``, or None."""
    return _hooks.get(name)
