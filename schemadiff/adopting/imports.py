"""Python source in which what was imported from Alembic comes from here; not a byte else is different."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import libcst as cst

from schemadiff.editing.source import Edit, Source, edited

from .alias import OURS, THEIRS
from .names import lacking

DYNAMIC = frozenset({"import_module", "__import__", "find_spec", "importorskip"})
"""Functions that import by a text, whose meaning nobody can know without running them."""


def renamed_imports(path: Path, content: bytes) -> bytes:
    """The content of the Python file with our imports. Raises CannotEdit, naming the line."""
    source = Source(path, content)
    return edited(source.text, import_edits(source)).encode(source.encoding)


def import_edits(source: Source) -> list[Edit]:
    """Each place where the package's name stands and means Alembic."""
    found = _Mentions()
    source.module.visit(found)
    for call in found.dynamic:
        raise source.refuse(call, "a module is imported by its name in a string")
    names = [*_imported(source, found), *_used(source, found)]
    loggers = [_logger_edit(source, text) for text in found.loggers]
    return [*(Edit(*source.span(name), OURS) for name in names), *loggers]


def _logger_edit(source: Source, text: cst.SimpleString) -> Edit:
    """The package's name at the beginning of a logger's."""
    start = source.span(text)[0] + len(text.prefix) + len(text.quote)
    return Edit(start, len(THEIRS), OURS)


class _Mentions(cst.CSTVisitor):
    """Every import and every mention of the name in a module."""

    def __init__(self) -> None:
        self.froms: list[cst.ImportFrom] = []
        self.aliases: list[cst.ImportAlias] = []
        self.attributes: list[cst.Attribute] = []
        self.names: list[cst.Name] = []
        self.bound: list[cst.Name] = []
        self.dynamic: list[cst.Call] = []
        self.loggers: list[cst.SimpleString] = []

    def visit_ImportFrom(self, node: cst.ImportFrom) -> bool:
        if not node.relative and node.module is not None and _dotted(node.module)[0] == THEIRS:
            self.froms.append(node)
        return False

    def visit_Import(self, node: cst.Import) -> bool:
        self.aliases += [one for one in node.names if _dotted(one.name)[0] == THEIRS]
        return False

    def visit_Attribute(self, node: cst.Attribute) -> bool:
        if _dotted(node)[0] == THEIRS:
            self.attributes.append(node)
            return False
        # The attribute of something else may be called the same.
        node.value.visit(self)
        return False

    def visit_Arg(self, node: cst.Arg) -> bool:
        node.value.visit(self)
        return False

    def visit_Name(self, node: cst.Name) -> None:
        if node.value == THEIRS:
            self.names.append(node)

    def visit_AssignTarget(self, node: cst.AssignTarget) -> None:
        self._bind(node.target)

    def visit_Param(self, node: cst.Param) -> None:
        self._bind(node.name)

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        self._bind(node.name)

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        self._bind(node.name)

    def _bind(self, node: cst.CSTNode) -> None:
        if isinstance(node, cst.Name) and node.value == THEIRS:
            self.bound.append(node)

    def visit_Call(self, node: cst.Call) -> None:
        match node:
            case cst.Call(func=cst.Name(value=name) | cst.Attribute(attr=cst.Name(value=name))):
                if name in DYNAMIC and _first_text(node).partition(".")[0] == THEIRS:
                    self.dynamic.append(node)
                if name == "getLogger" and _first_text(node).partition(".")[0] == THEIRS:
                    self.loggers += [
                        arg.value
                        for arg in node.args[:1]
                        if isinstance(arg.value, cst.SimpleString)
                    ]


def _imported(source: Source, found: _Mentions) -> Iterator[cst.Name]:
    """The name in the import statements. Raises CannotEdit for what we do not have."""
    for one in found.froms:
        assert one.module is not None
        path = _dotted(one.module)
        if isinstance(one.names, cst.ImportStar):
            _require(source, one, [*path, "*"])
        else:
            for alias in one.names:
                _require(source, one, [*path, *_dotted(alias.name)])
        yield _root(one.module)
    for alias in found.aliases:
        _require(source, alias, _dotted(alias.name))
        yield _root(alias.name)


def _used(source: Source, found: _Mentions) -> Iterator[cst.Name]:
    """The name where the module is used, if ``import alembic`` has made it one."""
    if all(alias.asname is not None for alias in found.aliases):
        return
    for attribute in found.attributes:
        _require(source, attribute, _dotted(attribute))
        yield _root(attribute)
    for name in found.bound:
        raise source.refuse(name, f"{THEIRS} is the name of something else here")
    yield from found.names


def _require(source: Source, node: cst.CSTNode, path: Sequence[str]) -> None:
    missing = lacking(path)
    if missing:
        raise source.refuse(
            node,
            f"{'.'.join(path)} is used here, and there is no {missing}",
            f"change this line by hand first; nothing was written. `schemadiff --{THEIRS} …` has no more names",
        )


def _dotted(node: cst.CSTNode) -> list[str]:
    """The parts of ``a.b.c``; an empty text stands for anything but a name."""
    match node:
        case cst.Name(value=name):
            return [name]
        case cst.Attribute(value=value, attr=attr):
            return [*_dotted(value), attr.value]
    return [""]


def _root(node: cst.CSTNode) -> cst.Name:
    while isinstance(node, cst.Attribute):
        node = node.value
    assert isinstance(node, cst.Name)
    return node


def _first_text(call: cst.Call) -> str:
    match call.args:
        case [cst.Arg(value=cst.SimpleString() as text), *_]:
            return str(text.evaluated_value)
    return ""
