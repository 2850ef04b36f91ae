"""Import statements as a file begins with them: each name once, grouped and sorted."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Import:
    """``from module import name as alias``; ``name`` is ``""`` for ``import module as alias``."""

    module: str
    name: str = ""
    alias: str = ""

    @property
    def bound(self) -> str:
        """The name that it brings into the file."""
        return self.alias or self.name or self.module.partition(".")[0]


def parsed(statements: Iterable[str]) -> tuple[Import, ...]:
    """The imports that ``statements`` make, without repetition; SyntaxError if one is no Python."""
    source = "\n".join(statements)
    found = (one for node in ast.parse(source).body for one in _of(node))
    return tuple(dict.fromkeys(found))


def block(statements: Iterable[str]) -> str:
    """The import block of a file: ``__future__``, standard library, everything else, each part sorted."""
    parts: tuple[list[Import], ...] = ([], [], [])
    for one in parsed(statements):
        parts[_part(one)].append(one)
    return "\n\n".join(_section(part) for part in parts if part)


def statements(imports: Iterable[Import]) -> tuple[str, ...]:
    """One line for each module: plain imports before ``from`` imports, as ruff and isort sort them."""
    plain = sorted(one for one in map(_plain, imports) if one)
    by_module: dict[str, set[str]] = {}
    for one in imports:
        if one.name:
            by_module.setdefault(one.module, set()).add(_renamed(one.name, one.alias))
    members = (f"from {m} import {', '.join(sorted(by_module[m]))}" for m in sorted(by_module))
    return (*plain, *members)


def _of(node: ast.stmt) -> Iterator[Import]:
    match node:
        case ast.Import(names=names):
            yield from (Import(name.name, alias=name.asname or "") for name in names)
        case ast.ImportFrom(module=module, names=names, level=level):
            source = "." * level + (module or "")
            yield from (Import(source, name.name, name.asname or "") for name in names)


def _section(imports: list[Import]) -> str:
    return "\n".join(statements(imports))


def _plain(one: Import) -> str:
    return "" if one.name else f"import {_renamed(one.module, one.alias)}"


def _renamed(name: str, alias: str) -> str:
    return f"{name} as {alias}" if alias else name


def _part(one: Import) -> int:
    root = one.module.partition(".")[0]
    if root == "__future__":
        return 0
    return 1 if root in sys.stdlib_module_names else 2
