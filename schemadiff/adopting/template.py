"""A project's template of revision files with our imports."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from schemadiff.editing.refusal import CannotEdit

from .alias import THEIRS
from .imports import renamed_imports

STARTS = (f"from {THEIRS}", f"import {THEIRS}")


def renamed_template(path: Path, content: bytes) -> bytes:
    """The template whose import lines name us. Raises CannotEdit for any other use of the module."""
    _refuse_code(path, content)
    lines = content.splitlines(keepends=True)
    return b"".join(_line(path, number, line) for number, line in enumerate(lines, start=1))


def _line(path: Path, number: int, line: bytes) -> bytes:
    text = line.decode()
    if text.startswith(STARTS):
        renamed = renamed_imports(path, line)
        if renamed.startswith(b"import ") and b" as " not in renamed:
            raise CannotEdit(path, number, f"`import {THEIRS}`: write `from {THEIRS} import op`")
        return renamed
    if any(word in text for word in (f"{THEIRS}.op", f"{THEIRS}.context")):
        raise CannotEdit(path, number, f"{THEIRS} is used in the text of the template")
    return line


def _refuse_code(path: Path, content: bytes) -> None:
    from mako.lexer import Lexer  # type: ignore[import-untyped]

    for name, line in _identifiers(Lexer(content.decode()).parse().nodes):
        if name == THEIRS:
            raise CannotEdit(path, line, f"{THEIRS} is used in code of the template")


def _identifiers(nodes: list[object]) -> Iterator[tuple[str, int]]:
    """The names that the template's own Python code mentions, each with its line."""
    for node in nodes:
        for kind in ("declared_identifiers", "undeclared_identifiers"):
            ask = getattr(node, kind, None)
            for name in ask() if ask is not None else ():
                yield str(name), int(getattr(node, "lineno", 0))
        yield from _identifiers(list(getattr(node, "nodes", ())))
