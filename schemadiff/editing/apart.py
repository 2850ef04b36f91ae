"""Names that revision files each have for something of their own, told apart where the files become one."""

from __future__ import annotations

import symtable
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import libcst as cst
from libcst import matchers as m
from libcst.metadata import (
    Access,
    Assignment,
    BaseAssignment,
    BuiltinAssignment,
    GlobalScope,
    ImportAssignment,
    ParentNodeProvider,
    ScopeProvider,
)

from schemadiff.render.imports import Import, parsed
from schemadiff.script.source import identifier

from .source import Edit, Source, edited

REFLECTION = ("eval", "exec", "globals", "vars")
"""What may use names of the file that nobody can read in its text."""

Meaning: TypeAlias = tuple[str, ...]
"""The statements that define a name, or what it is imported from."""

ALWAYS = Import("collections.abc", "Sequence")
"""What the new file imports for its own links."""

OWN_FACE = Import("schemadiff", "op")

SAME = {Import("alembic", "op"): OWN_FACE, Import("typing", "Sequence"): ALWAYS}
"""What is one thing under two names: the operations, as revisions from before an adoption know them; sequences."""


@dataclass(frozen=True, slots=True)
class File:
    """A file with names that mean the same in all files; ``known`` are those that one before has defined already."""

    source: Source
    known: frozenset[str]


def told_apart(
    files: Sequence[tuple[str, Source]], own: frozenset[str], given: Mapping[str, Import]
) -> list[File]:
    """The files, each with its revision, so that no name means different things in two of them.

    The first to define a name keeps it, as does whoever means the same; others have ``name_<revision>``. Names in
    ``own`` are left alone, those in ``given`` are taken. Raises CannotEdit where a name's uses cannot be told.
    """
    every = [_Names(source, own) for _, source in files]
    taken: dict[str, Meaning] = {name: (_import_meaning(one),) for name, one in given.items()}
    choices: dict[str, list[str]] = defaultdict(list)
    found = []
    for number, ((revision, _), names) in enumerate(zip(files, every)):
        others = [each for at, each in enumerate(every) if at != number]
        fresh = _Fresh(identifier(revision), frozenset().union(*(each.used for each in every)))
        chosen = _chosen(names, others, taken, choices, fresh)
        meanings = chosen.meanings
        found.append(File(chosen.source, frozenset(meanings.keys() & taken.keys())))
        taken |= meanings
    return found


def _chosen(
    names: _Names,
    others: Sequence[_Names],
    taken: Mapping[str, Meaning],
    choices: dict[str, list[str]],
    fresh: _Fresh,
) -> _Names:
    """The file with the first of each name's choices under which it can be taken over.

    A definition that uses renamed ones differs from its like elsewhere: so it goes on until no name differs any more.
    """
    foreign = frozenset().union(*(each.foreign for each in others))
    ways = {name: iter([*choices[name], fresh.name(name)]) for name in names.meanings}
    new = {name: name for name in ways}
    while True:
        made = names.renamed(new)
        wrong = [
            name
            for name, now in new.items()
            if now in foreign or taken.get(now, made.meanings[now]) != made.meanings[now]
        ]
        if not wrong:
            break
        new |= {name: next(ways[name]) for name in wrong}
    for name, now in new.items():
        if now != name and now not in choices[name]:
            choices[name].append(now)
    return made


@dataclass(frozen=True, slots=True)
class _Fresh:
    """Names that no file uses."""

    suffix: str
    used: frozenset[str]

    def name(self, name: str) -> str:
        made = f"{name}_{self.suffix}"
        while made in self.used:
            made += "_"
        return made


@dataclass(frozen=True)
class _Names:
    """The names that a file has for things at its top, those in ``own`` apart."""

    source: Source
    own: frozenset[str]

    @cached_property
    def _top(self) -> GlobalScope:
        scopes = self.source.resolve(ScopeProvider).values()
        return next(one for one in scopes if isinstance(one, GlobalScope))

    @cached_property
    def used(self) -> frozenset[str]:
        """All names in the file, of whatever kind."""
        found = m.findall(self.source.module, m.Name())
        return frozenset(one.value for one in found if isinstance(one, cst.Name))

    @cached_property
    def foreign(self) -> frozenset[str]:
        """The names that the file uses and does not define, like those of built-in functions."""
        scopes = {one for one in self.source.resolve(ScopeProvider).values() if one is not None}
        return frozenset(
            _first(access.node).value
            for scope in scopes
            for access in scope.accesses
            if all(isinstance(one, BuiltinAssignment) for one in access.referents)
            and isinstance(access.node, cst.Name | cst.Attribute)
        )

    @cached_property
    def meanings(self) -> Mapping[str, Meaning]:
        """What defines each name."""
        found: dict[str, list[str]] = defaultdict(list)
        for one in self._top.assignments:
            if one.name not in self.own:
                found[_bound(one)].append(self._meaning(one))
        return {name: tuple(dict.fromkeys(texts)) for name, texts in found.items()}

    def _meaning(self, one: BaseAssignment) -> str:
        if isinstance(one, ImportAssignment):
            text = self.source.module.code_for_node(one.node).strip()
            return next(_import_meaning(i) for i in parsed([text]) if i.bound == _bound(one))
        parents = self.source.resolve(ParentNodeProvider)
        node = one.node if isinstance(one, Assignment) else self.source.module
        while not isinstance(parent := parents[node], cst.Module):
            node = parent
        return self.source.module.code_for_node(node).strip("\r\n")

    # ---- the file with other names -----------------------------------------------------------

    def renamed(self, new: Mapping[str, str]) -> _Names:
        """The file with the names that ``new`` gives to those here. Raises CannotEdit where a use cannot be told."""
        changes = {old: name for old, name in new.items() if old != name}
        if not changes:
            return self
        self._require_no_reflection(changes)
        edits = {edit for old, name in changes.items() for edit in self._edits(old, name)}
        text = edited(self.source.text, edits)
        _require_gone(text, changes, self.source)
        content = text.encode(self.source.encoding)
        return _Names(Source(self.source.path, content), self.own)

    def _edits(self, old: str, new: str) -> Iterator[Edit]:
        for one in self._top.assignments:
            if _bound(one) == old:
                yield from self._definition(one, new)
                for access in one.references:
                    yield self._use(access, old, new)
        for item in m.findall(self.source.module, m.NameItem(name=m.Name(old))):
            if isinstance(self.source.resolve(ParentNodeProvider)[item], cst.Global):
                yield Edit(*self.source.span(cst.ensure_type(item, cst.NameItem).name), new)

    def _definition(self, one: BaseAssignment, new: str) -> Iterator[Edit]:
        match one:
            case ImportAssignment(node=cst.Import() | cst.ImportFrom() as node):
                yield self._import(node, _bound(one), new)
            case Assignment(node=cst.FunctionDef(name=name) | cst.ClassDef(name=name)):
                yield Edit(*self.source.span(name), new)
            case Assignment(node=cst.Name() as name):
                yield Edit(*self.source.span(name), new)

    def _import(self, node: cst.Import | cst.ImportFrom, old: str, new: str) -> Edit:
        for alias in () if isinstance(node.names, cst.ImportStar) else node.names:
            if alias.asname is not None and alias.evaluated_alias == old:
                return Edit(*self.source.span(alias.asname.name), new)
            if alias.asname is None and alias.evaluated_name == old:
                start, length = self.source.span(alias.name)
                return Edit(start + length, 0, f" as {new}")
        reason = f"{old} means something else in another of the revisions"
        raise self.source.refuse(node, reason, hint=f"import it under another name than {old}")

    def _use(self, access: Access, old: str, new: str) -> Edit:
        if isinstance(access.node, cst.BaseString):
            reason = f"a text names {old}, which means something else in another of the revisions"
            raise self.source.refuse(access.node, reason)
        return Edit(*self.source.span(_first(access.node)), new)

    def _require_no_reflection(self, changes: Mapping[str, str]) -> None:
        for name in REFLECTION:
            if name in self.foreign:
                place = next(iter(m.findall(self.source.module, m.Name(name))))
                raise self.source.refuse(
                    place,
                    f"{name}() may use {min(changes)}, which means something else in another of the revisions",
                )


def _require_gone(text: str, changes: Mapping[str, str], source: Source) -> None:
    """Nothing, if Python itself finds no use of the old names in ``text``. Raises CannotEdit."""
    for table in _tables(symtable.symtable(text, str(source.path), "exec")):
        for symbol in table.get_symbols():
            # In the body of a class a name may mean first what is outside, and then what is inside.
            both = table.get_type() == "class" and symbol.is_referenced() and symbol.is_local()
            if symbol.get_name() in changes and (symbol.is_global() or both):
                reason = f"what {symbol.get_name()} means in {table.get_name()} cannot be told"
                raise source.refuse_at(table.get_lineno(), reason)


def _tables(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    yield table
    for each in table.get_children():
        yield from _tables(each)


def _first(node: cst.CSTNode) -> cst.Name:
    """The first name of a dotted one."""
    while isinstance(node, cst.Attribute):
        node = node.value
    return cst.ensure_type(node, cst.Name)


def _bound(one: BaseAssignment) -> str:
    """The name that an assignment binds; libcst calls one of ``import a.b`` by all of it."""
    return one.name.partition(".")[0]


def _import_meaning(found: Import) -> str:
    one = SAME.get(found, found)
    if one.name:
        return f"from {one.module} import {one.name}"
    return f"import {one.module if one.alias else one.bound}"
