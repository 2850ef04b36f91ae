"""Functions chosen by the class of what they are called with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar

F = TypeVar("F", bound=Callable[..., Any])
Place: TypeAlias = tuple[type, str]


class Dispatcher:
    """Functions by class, each registered once; the nearest class of an object decides.

    Hooks use it to sort the operations they are handed.
    """

    def __init__(self) -> None:
        self._functions: dict[Place, Callable[..., Any]] = {}

    def dispatch_for(
        self, target: type, qualifier: str = "default", replace: bool = False
    ) -> Callable[[F], F]:
        """A decorator that registers a function. Raises ValueError if there is one already."""

        def register(function: F) -> F:
            if not replace and (target, qualifier) in self._functions:
                raise ValueError(f"there is a function for {target.__name__} ({qualifier}) already")
            self._functions[target, qualifier] = function
            return function

        return register

    def dispatch(self, obj: object, qualifier: str = "default") -> Callable[..., Any]:
        """The function for ``obj``, or for a class itself. Raises ValueError if there is none."""
        found = self.found(obj, qualifier)
        if found is None:
            kind = obj if isinstance(obj, type) else type(obj)
            raise ValueError(f"there is no function for {kind.__name__} ({qualifier})")
        return found

    def found(self, obj: object, qualifier: str = "default") -> Callable[..., Any] | None:
        """The same, or None."""
        kind = obj if isinstance(obj, type) else type(obj)
        places = self._places(kind, qualifier)
        return next((self._functions[p] for p in places if p in self._functions), None)

    def __bool__(self) -> bool:
        return bool(self._functions)

    def branch(self) -> Dispatcher:
        """A copy that can be added to."""
        copy = Dispatcher()
        copy._functions.update(self._functions)
        return copy

    def _places(self, kind: type, qualifier: str) -> list[Place]:
        """Where to look, in order: what is for the qualifier alone comes before what is for all."""
        qualifiers = dict.fromkeys((qualifier, "default"))
        return [(each, wanted) for wanted in qualifiers for each in kind.__mro__]
