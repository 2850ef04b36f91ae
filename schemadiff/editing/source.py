"""The text of a revision file: where its links stand in it, and the text with other links."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import libcst as cst
from libcst import matchers as m
from libcst.metadata import (
    BaseMetadataProvider,
    ByteSpanPositionProvider,
    MetadataWrapper,
    PositionProvider,
)

from schemadiff.render.call import Literal
from schemadiff.render.layout import expression

from .links import Links
from .refusal import CannotEdit

T = TypeVar("T")

LINKS = ("revision", "down_revision", "depends_on", "replaces")

TITLES = {"revision": "Revision ID", "down_revision": "Revises"}
"""What the docstring calls a link that it repeats."""


@dataclass(frozen=True, slots=True)
class Edit:
    """``text`` in the place of ``length`` bytes of UTF-8 from ``start`` on."""

    start: int
    length: int
    text: str


@dataclass(frozen=True, slots=True)
class Assigned:
    """An assignment at the top of a file: the statement it is part of and the value."""

    statement: cst.SimpleStatementLine
    assignment: cst.Assign | cst.AnnAssign
    value: cst.BaseExpression


@dataclass(frozen=True)
class Source:
    """A revision file taken apart. Raises CannotEdit for what is no Python."""

    path: Path
    content: bytes

    @cached_property
    def encoding(self) -> str:
        """The encoding that the file declares."""
        return tokenize.detect_encoding(io.BytesIO(self.content).readline)[0]

    @cached_property
    def text(self) -> str:
        """The text, with the line ends that it has."""
        return self.content.decode(self.encoding)

    @cached_property
    def _parsed(self) -> MetadataWrapper:
        try:
            module = cst.parse_module(self.text)
        except cst.ParserSyntaxError as error:
            raise CannotEdit(self.path, *_why(self.text, error)) from error
        return MetadataWrapper(module, unsafe_skip_copy=True)

    @property
    def module(self) -> cst.Module:
        """The syntax tree."""
        return self._parsed.module

    def line(self, node: cst.CSTNode) -> int:
        """The line at which ``node`` begins."""
        return int(self._parsed.resolve(PositionProvider)[node].start.line)

    def resolve(self, provider: type[BaseMetadataProvider[T]]) -> Mapping[cst.CSTNode, T]:
        """What ``provider`` knows of each node."""
        return self._parsed.resolve(provider)

    def span(self, node: cst.CSTNode) -> tuple[int, int]:
        """Start and length of ``node`` in bytes of UTF-8."""
        found = self._parsed.resolve(ByteSpanPositionProvider)[node]
        return found.start, found.length

    def refuse(self, node: cst.CSTNode | None, reason: str, hint: str = "") -> CannotEdit:
        """The error that names the line of ``node``."""
        return self.refuse_at(self.line(node) if node is not None else 0, reason, hint)

    def refuse_at(self, line: int, reason: str, hint: str = "") -> CannotEdit:
        """The error that names ``line``."""
        return CannotEdit(self.path, line, reason, hint=hint)

    # ---- what is said, and where -------------------------------------------------------------

    @cached_property
    def said(self) -> Mapping[str, Assigned]:
        """The assignments of links. Raises CannotEdit for a link that is assigned twice."""
        found: dict[str, Assigned] = {}
        for one in _assignments(self.module):
            for name in _names(one.assignment):
                if name in LINKS and name in found:
                    raise self.refuse(one.assignment, f"{name} is assigned a second time")
                if name in LINKS:
                    found[name] = one
        return found

    @cached_property
    def docstring(self) -> cst.SimpleString | None:
        """The docstring, if it is one plain string."""
        match self.module.body:
            case [cst.SimpleStatementLine(body=[cst.Expr(value=cst.SimpleString() as text)]), *_]:
                return text
        return None

    # ---- the text with other links -----------------------------------------------------------

    def with_links(self, old: Links, new: Links) -> bytes:
        """The content of the file that says ``new`` where this one says ``old``.

        Raises CannotEdit for a link that is not a plain literal.
        """
        edits = [edit for name in LINKS for edit in self._link(name, old, new)]
        edits += self._docstring_edits(old, new)
        return edited(self.text, edits).encode(self.encoding)

    def _link(self, name: str, old: Links, new: Links) -> Iterator[Edit]:
        before, after = _several(getattr(old, name)), _several(getattr(new, name))
        if before == after:
            return
        there = self.said.get(name)
        if there is not None:
            yield from self._value(name, there, before, after)
        elif before:
            found = m.findall(self.module, m.Name(name))
            place = next(iter(found), None)
            raise self.refuse(place, f"{name} is not assigned by itself at the top of the file")
        else:
            yield self._added(name, after)

    def _value(
        self, name: str, there: Assigned, before: tuple[str, ...], after: tuple[str, ...]
    ) -> Iterator[Edit]:
        strings = list(self._strings(name, there.value))
        if [_evaluated(one) for one in strings] != list(before):
            raise self.refuse(there.value, f"{name} is not what the file says when it runs")
        if len(strings) == len(after):
            for string, wanted in zip(strings, after):
                if _evaluated(string) != wanted:
                    yield Edit(*self.span(string), _requoted(string, wanted))
            return
        start, length = self._whole_span(there.value)
        yield Edit(start, length, _written(after, as_list=isinstance(there.value, cst.List)))

    def _strings(self, name: str, value: cst.BaseExpression) -> Iterator[cst.SimpleString]:
        match value:
            case cst.SimpleString():
                yield value
            case cst.Name(value="None"):
                return
            case cst.Tuple(elements=elements) | cst.List(elements=elements):
                for element in elements:
                    if not isinstance(element.value, cst.SimpleString):
                        raise self.refuse(element.value, f"{name} is computed")
                    yield element.value
            case _:
                raise self.refuse(value, f"{name} is computed")

    def _whole_span(self, value: cst.BaseExpression) -> tuple[int, int]:
        """The value with the parentheses around it, which libcst counts as part of it for tuples only."""
        start, length = self.span(value)
        raw = self.text.encode()
        if isinstance(value, cst.Tuple) and value.lpar and raw[start : start + 1] != b"(":
            opening = raw.rindex(b"(", 0, start)
            return opening, raw.index(b")", start + length) + 1 - opening
        return start, length

    def _added(self, name: str, after: tuple[str, ...]) -> Edit:
        """A new line below the last link."""
        last = list(self.said.values())[-1]
        start, length = self.span(last.statement)
        raw = self.text.encode()
        newline = raw.find(b"\n", start + length)
        end = len(raw) if newline < 0 else newline
        if raw[end - 1 : end] == b"\r":
            end -= 1
        says = ": list[str]" if isinstance(last.assignment, cst.AnnAssign) else ""
        text = f"{self.module.default_newline}{name}{says} = {_written(after, as_list=True)}"
        return Edit(end, 0, text)

    def _docstring_edits(self, old: Links, new: Links) -> Iterator[Edit]:
        if self.docstring is None:
            return
        start, _ = self.span(self.docstring)
        for name, title in TITLES.items():
            before, after = _several(getattr(old, name)), _several(getattr(new, name))
            if before != after:
                yield from _said_lines(self.docstring.value, start, title, after)


def edited(text: str, edits: Iterable[Edit]) -> str:
    """``text`` after all ``edits``, whose places are those of the text before."""
    raw = text.encode()
    for edit in sorted(edits, key=lambda edit: edit.start, reverse=True):
        raw = raw[: edit.start] + edit.text.encode() + raw[edit.start + edit.length :]
    return raw.decode()


def _why(text: str, error: cst.ParserSyntaxError) -> tuple[int, str]:
    """The line of a syntax error and what it is, in Python's own words."""
    try:
        ast.parse(text)
    except SyntaxError as own:
        return own.lineno or 0, f"syntax error: {own.msg}"
    return error.raw_line, f"syntax that the editor does not know: {error.message}"


def _said_lines(token: str, start: int, title: str, after: tuple[str, ...]) -> Iterator[Edit]:
    """The edit of the docstring's line with ``title``, unless somebody has written prose there."""
    found = re.search(rf"(?mi)^([ \t]*{title}:[ \t]*)([^\r\n]*?)[ \t]*\r?$", token)
    if found is None or any(len(part.split()) > 1 for part in found[2].split(",")):
        return
    blank = "" if found[1].endswith((" ", "\t")) or not after else " "
    place = start + len(token[: found.start(2)].encode())
    yield Edit(place, len(found[2].encode()), blank + ", ".join(after))


def _assignments(module: cst.Module) -> Iterator[Assigned]:
    for statement in module.body:
        if isinstance(statement, cst.SimpleStatementLine):
            for small in statement.body:
                match small:
                    case cst.Assign(value=value):
                        yield Assigned(statement, small, value)
                    case cst.AnnAssign(value=cst.BaseExpression() as value):
                        yield Assigned(statement, small, value)


def _names(assignment: cst.Assign | cst.AnnAssign) -> Iterator[str]:
    """The plain names that are assigned to."""
    match assignment:
        case cst.AnnAssign(target=cst.Name(value=name)):
            yield name
        case cst.Assign(targets=targets):
            for one in targets:
                if isinstance(one.target, cst.Name):
                    yield one.target.value


def _evaluated(string: cst.SimpleString) -> object:
    return string.evaluated_value


def _requoted(string: cst.SimpleString, value: str) -> str:
    """``value`` between the quotes of ``string``, if it can stand there as it is."""
    if value.isprintable() and not {"\\", string.quote[0]} & set(value):
        return f"{string.prefix}{string.quote}{value}{string.quote}"
    return expression(Literal(value))


def _written(names: tuple[str, ...], *, as_list: bool) -> str:
    if as_list:
        return expression(Literal(list(names)))
    return expression(Literal(names if len(names) > 1 else next(iter(names), None)))


def _several(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value
