"""Models that are imported when somebody asks for them."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

from schemadiff.errors import ConfigError


class LaterModels:
    """The models of a command that may well do without them: imported when somebody first asks."""

    def __init__(self, load: Callable[[], object]) -> None:
        self._load = load
        self._found: list[object] = []
        self._is_told = False

    def now(self) -> object:
        """The models. Raises ConfigError where they cannot be imported."""
        if not self._found:
            self._found.append(self._load())
        return self._found[0]

    def if_possible(self) -> object:
        """The models; None, with one warning, where they cannot be imported."""
        if self._is_told:
            return None
        try:
            return self.now()
        except ConfigError as error:
            self._is_told = True
            warnings.warn(f"{error}; names are as the revisions write them", stacklevel=2)
            return None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.now(), name)
