"""Values: immutable to the type checker, and quick to make."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def value(cls: type[T]) -> type[T]:
    """``cls`` as a dataclass with slots that nobody changes once it is made.

    Type checkers take it for a frozen one. At run time it is none: that would double the time it takes to
    make one, and a large schema is some ten thousand of them on either side.
    """
    return dataclass(slots=True, unsafe_hash=True)(cls)
