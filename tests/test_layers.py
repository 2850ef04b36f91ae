"""The rooms of docs/architecture.md import each other downwards only, without circles, and start light."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "schemadiff"

FACES = ["autogenerate", "cli", "command", "context", "ddl", "environment", "migration", "op"]
FACES += [
    "util",
    "adopting",
    "packages",
    "editing",
    "states",
    "inspecting",
    "changeset",
    "sqlscripts",
    "__main__",
]

MAY_IMPORT: dict[str, set[str]] = {
    "model": set(),
    "diff": {"model"},
    "dialects": {"model", "diff"},
    "read": {"model", "diff", "dialects"},
    "settle": {"model", "diff", "dialects"},
    "render": {"model", "diff"},
    "hooks": set(),
    "sqlfiles": set(),
    "operations": {"model", "diff", "dialects", "read", "settle", "render"},
    "execute": {"model", "diff", "dialects", "read", "settle", "render", "operations", "sqlfiles"},
    "config": set(),
    "script": {"render", "hooks", "config", "sqlfiles"},
    "runtime": {"model", "diff", "dialects", "read", "settle", "render"}
    | {"operations", "execute", "script", "config", "sqlfiles"},
}
"""Which rooms each room may import; faces may import every room and each other.

The configuration is a face that stands on nothing: a value which those below may be handed.
"""

WITHOUT_SQLALCHEMY = ("model", "diff", "render", "hooks")
KNOWS_SQLALCHEMY = ("schemadiff.render.construct",)
LIGHT = ("cli", "config", "script")
HEAVY = {"sqlalchemy", "libcst", "black", "mako"}


@dataclass(frozen=True)
class Import:
    """One import: what is imported, by which line, and whether it happens when the module is loaded."""

    module: str
    line: int
    at_load: bool


@cache
def modules() -> dict[str, tuple[Import, ...]]:
    """Every module of the package with what it imports, modules of the package by their full name."""
    paths = {_name(path): path for path in sorted(PACKAGE.rglob("*.py")) if _is_code(path)}
    return {name: tuple(_imports(name, path, set(paths))) for name, path in paths.items()}


def _is_code(path: Path) -> bool:
    return "templates" not in path.parts and "__pycache__" not in path.parts


def _name(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imports(name: str, path: Path, known: set[str]) -> Iterator[Import]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    later = {id(node) for inner in _not_at_load(tree) for node in ast.walk(inner)}
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            for module in _targets(node, package, known):
                yield Import(module, node.lineno, id(node) not in later)


def _not_at_load(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)) or (
            isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        ):
            yield node


def _targets(node: ast.Import | ast.ImportFrom, package: str, known: set[str]) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
        return
    base = node.module or ""
    if node.level:
        up = package.split(".")[: len(package.split(".")) - node.level + 1]
        base = ".".join([*up, base] if base else up)
    for alias in node.names:
        inner = f"{base}.{alias.name}"
        yield inner if inner in known else base


def room(module: str) -> str:
    """The room a module of the package is in; ``""`` for the package itself."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


def inside(imports: tuple[Import, ...]) -> Iterator[Import]:
    """The imports that stay within the package."""
    return (found for found in imports if found.module.split(".")[0] == "schemadiff")


def test_every_room_has_its_place() -> None:
    places = {*MAY_IMPORT, *FACES, "errors", ""}
    assert {room(module) for module in modules()} <= places


def test_rooms_are_imported_downwards_only() -> None:
    wrong = [
        f"{name}:{found.line} imports {found.module}"
        for name, imports in modules().items()
        if room(name) in MAY_IMPORT
        for found in inside(imports)
        if room(found.module) not in {room(name), "errors", "", *MAY_IMPORT[room(name)]}
    ]
    assert wrong == []


def test_errors_stand_on_nothing() -> None:
    assert list(inside(modules().get("schemadiff.errors", ()))) == []


def test_no_module_imports_itself_around_a_corner() -> None:
    graph = {
        name: {found.module for found in inside(imports) if found.module != name}
        for name, imports in modules().items()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(reversed(error.args[1])), pytrace=False)


def test_the_pure_rooms_know_no_sqlalchemy() -> None:
    wrong = [
        f"{name}:{found.line} imports {found.module}"
        for name, imports in modules().items()
        if room(name) in WITHOUT_SQLALCHEMY and not name.startswith(KNOWS_SQLALCHEMY)
        for found in imports
        if found.module.split(".")[0] == "sqlalchemy"
    ]
    assert wrong == []


@pytest.mark.parametrize("light", LIGHT)
def test_nothing_heavy_is_loaded_by(light: str) -> None:
    found = {path for module in modules() if room(module) == light for path in _heavy(module)}
    assert sorted(found) == []


def _heavy(start: str) -> Iterator[str]:
    """How loading ``start`` comes to load something heavy."""
    waiting, seen = [(start, start)], {start}
    while waiting:
        module, way = waiting.pop()
        for found in (i for i in modules().get(module, ()) if i.at_load):
            if found.module.split(".")[0] in HEAVY:
                yield f"{way} → {found.module}"
            for loaded in _with_parents(found.module):
                if loaded not in seen:
                    seen.add(loaded)
                    waiting.append((loaded, f"{way} → {loaded}"))


def _with_parents(module: str) -> Iterator[str]:
    parts = module.split(".")
    return (".".join(parts[:i]) for i in range(1, len(parts) + 1))


def test_a_comparison_loads_what_compares_and_nothing_more() -> None:
    # Most checks find that nothing differs, and then the start of the process is what a person waits for.
    code = (
        "import sys, sqlalchemy as sa; from schemadiff.command.checking import check;"
        "from schemadiff.config import Config; config = Config(stdout=sys.stderr);"
        "config.set_main_option('url', 'sqlite://'); config.attributes['target_metadata'] = [sa.MetaData()];"
        "assert check(config) == 0; print(*sorted(m for m in sys.modules if m.startswith('schemadiff.')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    rooms = {".".join(name.split(".")[1:2]) for name in done.stdout.split()}
    assert rooms.isdisjoint({"operations", "hooks", "sqlfiles", "editing", "states", "cli"}), rooms
    assert "schemadiff.render.construct" not in done.stdout


def test_everything_loads_without_greenlet() -> None:
    # SQLAlchemy 2.1 brings it along only with its extra for asyncio
    loading = "; ".join(f"import {name}" for name in modules() if not name.endswith("__main__"))
    code = f"import sys; sys.modules['greenlet'] = None; {loading}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_nobody_imports_the_rival() -> None:
    users = [n for n, found in modules().items() if any(i.module == "alembic" for i in found)]
    assert users == []
