"""What a revision file says about itself, read without running it."""

from __future__ import annotations

import ast
import re
import sys
import warnings
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from importlib.machinery import SourcelessFileLoader
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from threading import Lock
from types import ModuleType
from typing import TypeGuard

from schemadiff.script.errors import RevisionError
from schemadiff.script.record import Ids, ids

NAMES = ("revision", "down_revision", "branch_labels", "depends_on", "replaces")

BODY = re.compile(rb"^(?:def|async|class|@)", re.MULTILINE)
"""Where functions and classes begin. What the file says about itself stands before them."""

SAID = re.compile(
    rb"^\s*(?:revision|down_revision|branch_labels|depends_on|replaces)\b", re.MULTILINE
)

QUIETLY = Lock()
"""Held while warnings are silenced."""

HEX = re.compile(r"[0-9a-f]+")


@dataclass(frozen=True, slots=True)
class RevisionSource:
    """The facts of one revision file; ``line`` is where its identifier is assigned, 0 if nowhere."""

    path: Path
    revision: str
    down_revision: Ids
    branch_labels: Ids
    depends_on: Ids
    doc: str
    line: int
    replaces: tuple[str, ...] = ()
    """The ids of revisions that are in no file any more, oldest first: this one does what they did."""

    def at(self, path: Path) -> RevisionSource:
        """The same facts of a file that is going to be called ``path``."""
        return replace(self, path=path)


class UnreadableRevision(RevisionError):
    """A revision file that cannot be read or loaded: ``path``, and ``line`` if it is known."""

    def __init__(self, path: Path, line: int, reason: str, *, hint: str = "") -> None:
        super().__init__(f"cannot load revision file {_place(path, line)}: {reason}", hint=hint)
        self.path = path
        self.line = line


def read_source(path: Path) -> RevisionSource:
    """The facts of the revision file ``path``.

    A file that computes them, or is compiled, is imported. Raises UnreadableRevision for a file
    that Python rejects and RevisionError for one that is no revision.
    """
    if path.suffix != ".py":
        return _loaded(path)
    text = path.read_bytes()
    # The filters are the process's: two threads at once would each put back what the other had set.
    with QUIETLY, warnings.catch_warnings():
        # What Python would like to say about the file it says when it runs it.
        warnings.simplefilter("ignore")
        tree = _parsed(text, path)
    said = _assigned(tree)
    values = {name: _literal(node) for name, node in said.items()}
    if any(value is COMPUTED for value in values.values()):
        return _loaded(path, said)
    if "revision" not in said and SAID.search(text):
        return _loaded(path)
    doc = ast.get_docstring(tree, clean=False) or ""
    return _facts(path, values, doc, _lines(said))


def load_module(path: Path, name: str = "") -> ModuleType:
    """The module that the file ``path`` makes, run anew. Raises what running it raises.

    It stays in ``sys.modules`` under a name of its own, so that dataclasses and pickles of it work.
    """
    unique = name or f"_schemadiff_{identifier(path.stem)}_{zlib.crc32(bytes(path)):08x}"
    loader = SourcelessFileLoader(unique, str(path)) if path.suffix in (".pyc", ".pyo") else None
    spec = spec_from_file_location(unique, path, loader=loader)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[unique] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[unique]
        raise
    return module


def load_revision(path: Path) -> ModuleType:
    """The module of a revision file. Raises UnreadableRevision, naming the line that failed."""
    try:
        return load_module(path)
    except SyntaxError as error:
        raise UnreadableRevision(*_syntax(path, error)) from error
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
        raise UnreadableRevision(path, line_in(path, error), reason) from error


def is_revision_file(name: str, sourceless: bool = False) -> bool:
    """Whether a file of this name, in a version location, has to be a revision."""
    suffixes = (".py", ".pyc", ".pyo") if sourceless else (".py",)
    return name.endswith(suffixes) and not name.startswith(("__init__", ".#"))


class _Computed:
    """The value of an assignment that only running the file would tell."""


COMPUTED = _Computed()


def _parsed(text: bytes, path: Path) -> ast.Module:
    """The beginning of the file up to its first function, or all of it where that is not enough."""
    body = BODY.search(text)
    if body is not None and not SAID.search(text, body.start()):
        try:
            # A cut within a string or a bracket does not parse.
            return ast.parse(text[: body.start()])
        except (SyntaxError, ValueError):
            pass
    try:
        return ast.parse(text, str(path))
    except SyntaxError as error:
        raise UnreadableRevision(*_syntax(path, error)) from error
    except ValueError as error:
        raise UnreadableRevision(path, 0, str(error)) from error


def _assigned(tree: ast.Module) -> dict[str, ast.expr]:
    """What the module assigns to the names that count, the last one each."""
    found: dict[str, ast.expr] = {}
    for statement in tree.body:
        match statement:
            case ast.Assign(targets=targets, value=value):
                names: Iterable[ast.expr] = targets
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                names = (target,)
            case _:
                continue
        found |= {t.id: value for t in names if isinstance(t, ast.Name) and t.id in NAMES}
    return found


def _literal(node: ast.expr) -> object:
    try:
        return ast.literal_eval(node)
    except ValueError:
        return COMPUTED


def _lines(said: Mapping[str, ast.expr]) -> dict[str, int]:
    """The line of each assignment."""
    return {name: node.lineno for name, node in said.items()}


def _facts(
    path: Path, values: Mapping[str, object], doc: str, lines: Mapping[str, int]
) -> RevisionSource:
    """The facts, each checked to be what it has to be; ``lines`` are where they are assigned."""
    revision = values.get("revision")
    if revision is None and HEX.fullmatch(path.stem):
        revision = path.stem
    if not isinstance(revision, str):
        raise RevisionError(
            f"Could not determine revision id from filename {path.name}: "
            f"{path} assigns no string to 'revision'",
            hint="revision files define revision and down_revision; move other files elsewhere",
        )
    if "down_revision" not in values:
        raise RevisionError(
            f"{path} does not say what it stands on: 'down_revision' is missing",
            hint="down_revision = None makes it a base",
        )
    down, labels, depends, replaces = (
        _ids(values.get(name), name, _place(path, lines.get(name, 0))) for name in NAMES[1:]
    )
    line = lines.get("revision", 0)
    return RevisionSource(path, revision, down, labels, depends, doc, line, ids(replaces))


def _place(path: Path, line: int) -> str:
    return f"{path}, line {line}" if line else str(path)


def _ids(value: object, name: str, place: str) -> Ids:
    """``value`` if it is None, a string or several strings."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, set | frozenset):
        value = sorted(value, key=str)
    if _is_strings(value):
        return tuple(value)
    raise RevisionError(f"{place}: {name} must be a string, several strings or None, not {value!r}")


def _is_strings(value: object) -> TypeGuard[list[str] | tuple[str, ...]]:
    return isinstance(value, list | tuple) and all(isinstance(part, str) for part in value)


def _loaded(path: Path, said: Mapping[str, ast.expr] | None = None) -> RevisionSource:
    """The facts of a file that has to be run to know them."""
    module = load_revision(path)
    values = {name: getattr(module, name) for name in NAMES if hasattr(module, name)}
    return _facts(path, values, module.__doc__ or "", _lines(said or {}))


def _syntax(path: Path, error: SyntaxError) -> tuple[Path, int, str]:
    """Where and why Python rejects the file, or one that the file imports."""
    if error.filename in (None, "<unknown>", str(path)):
        return path, error.lineno or 0, f"syntax error: {error.msg}"
    return path, line_in(path, error), f"syntax error: {error}"


def line_in(path: Path, error: BaseException) -> int:
    """The last line of ``path`` that was running when ``error`` was raised."""
    line, trace = 0, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == str(path):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def identifier(text: str) -> str:
    """``text`` as part of a Python name."""
    return re.sub(r"\W", "_", text)
