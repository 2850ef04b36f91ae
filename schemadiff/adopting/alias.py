"""``import alembic`` finds this package, in this process only: for projects that serve both for a while."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec, spec_from_loader
from types import ModuleType

THEIRS, OURS = "alembic", "schemadiff"


def ours(name: str) -> str:
    """The name of our module that stands for ``alembic.x``."""
    return OURS + name.removeprefix(THEIRS)


class Alias(MetaPathFinder, Loader):
    """Finds our module for each of theirs; it is one module under two names."""

    def __init__(self) -> None:
        self._specs: dict[str, ModuleSpec | None] = {}

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """A spec that loads our module, None if we have none of that name."""
        if fullname.partition(".")[0] != THEIRS or find_spec(ours(fullname)) is None:
            return None
        return spec_from_loader(fullname, self)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Our module, loaded if it was not yet."""
        module = import_module(ours(spec.name))
        self._specs[spec.name] = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Nothing is run again; the module keeps its own name and spec, which the import system has replaced."""
        assert module.__spec__ is not None
        own = self._specs.pop(module.__spec__.name)
        module.__spec__ = own
        module.__loader__ = own.loader if own is not None else None


def install() -> Alias:
    """Make ``import alembic`` find us from here on, whether Alembic is installed or not."""
    for name in [name for name in sys.modules if name.partition(".")[0] == THEIRS]:
        del sys.modules[name]
    alias = Alias()
    sys.meta_path.insert(0, alias)
    return alias


@contextmanager
def standing_in() -> Iterator[None]:
    """Inside the block ``import alembic`` finds us; afterwards everything is as before."""
    before = {name: module for name, module in sys.modules.items() if _is_theirs(name)}
    alias = install()
    try:
        yield
    finally:
        sys.meta_path.remove(alias)
        for name in [name for name in sys.modules if _is_theirs(name)]:
            del sys.modules[name]
        sys.modules.update(before)


def _is_theirs(name: str) -> bool:
    return name.partition(".")[0] == THEIRS
