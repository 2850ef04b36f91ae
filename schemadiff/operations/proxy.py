"""Which Operations ``schemadiff.op`` means just now."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from .abstract import AbstractOperations

_current: ContextVar[tuple[AbstractOperations, ...]] = ContextVar("operations", default=())


@contextmanager
def installed(operations: AbstractOperations) -> Iterator[None]:
    """``op`` means these operations inside the block, and what it meant before afterwards, come what may."""
    token = _current.set((*_current.get(), operations))
    try:
        yield
    finally:
        _current.reset(token)


def current(name: str) -> AbstractOperations:
    """The operations in force. Raises NameError outside a migration; ``name`` is what was asked for."""
    stack = _current.get()
    if not stack:
        raise NameError(
            f"Can't invoke function '{name}', as the proxy object has not yet been established "
            "for the schemadiff 'Operations' class. Call op only inside upgrade() and downgrade(), "
            "or inside 'with Operations.context(migration_context):'"
        )
    return stack[-1]
