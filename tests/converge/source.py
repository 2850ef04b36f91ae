"""Files of models as text that can be edited: a changed model is a file again, and can be looked at."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class TableText:
    """One ``sa.Table(name, metadata, …)`` of a file."""

    call: ast.Call

    @property
    def key(self) -> str:
        """The table as ``MetaData.tables`` names it."""
        schema = keyword(self.call, "schema")
        return f"{ast.literal_eval(schema)}.{self.name}" if schema is not None else self.name

    @property
    def name(self) -> str:
        return str(ast.literal_eval(self.call.args[0]))

    def column(self, name: str) -> ast.Call:
        """The ``sa.Column`` of that name."""
        return next(one for one in self.items("Column") if ast.literal_eval(one.args[0]) == name)

    def items(self, kind: str) -> list[ast.Call]:
        """The items of one kind, such as ``Index``."""
        return [one for one in self._calls() if _called(one) == kind]

    def add(self, text: str) -> None:
        self.call.args.append(expression(text))

    def remove(self, item: ast.Call) -> None:
        self.call.args.remove(item)

    def rename(self, name: str) -> None:
        self.call.args[0] = ast.Constant(name)

    def _calls(self) -> Iterator[ast.Call]:
        return (one for one in self.call.args if isinstance(one, ast.Call))


class Source:
    """The tables of a file, and what stands around them."""

    def __init__(self, text: str) -> None:
        self.tree = ast.parse(text)

    @classmethod
    def read(cls, path: Path) -> Source:
        """A file, parsed anew: nothing is shared with an earlier reading."""
        return cls(path.read_text(encoding="utf-8"))

    @property
    def tables(self) -> dict[str, TableText]:
        """The tables by their keys, in the order of the file."""
        found = (_table(one) for one in self.tree.body)
        return {table.key: table for table in found if table is not None}

    def keep(self, keys: Iterable[str]) -> None:
        """Remove every other table."""
        kept = set(keys)
        self.tree.body = [
            one for one in self.tree.body if (t := _table(one)) is None or t.key in kept
        ]

    def add(self, text: str) -> None:
        self.tree.body += ast.parse(text).body

    def write(self, path: Path) -> Path:
        """The file, written to ``path``."""
        path.write_text(ast.unparse(ast.fix_missing_locations(self.tree)) + "\n", encoding="utf-8")
        return path


def expression(text: str) -> ast.expr:
    """An expression of Python."""
    return ast.parse(text, mode="eval").body


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    """What a call says behind ``name=``."""
    return next((one.value for one in call.keywords if one.arg == name), None)


def say(call: ast.Call, name: str, text: str | None) -> None:
    """Make a call say ``name=text``; nothing of the kind for None."""
    call.keywords = [one for one in call.keywords if one.arg != name]
    if text is not None:
        call.keywords.append(ast.keyword(name, expression(text)))


def _table(statement: ast.stmt) -> TableText | None:
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        return TableText(statement.value) if _called(statement.value) == "Table" else None
    return None


def _called(call: ast.Call) -> str:
    """``Index`` for ``sa.Index(…)`` and for ``sa.Index(…).ddl_if(…)``."""
    function = call.func
    if not isinstance(function, ast.Attribute):
        return ""
    return _called(function.value) if isinstance(function.value, ast.Call) else function.attr
