"""The functions of several revision files in one: what is carried over, and what cannot be."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import libcst as cst
from libcst import matchers as m

from schemadiff.render.imports import Import, parsed, statements
from schemadiff.script.entry import Script
from schemadiff.script.replaced import function_name

from .apart import ALWAYS, SAME, File, told_apart
from .source import LINKS, Source

VERBS = ("upgrade", "downgrade")
OWN = frozenset({*LINKS, "branch_labels", *VERBS})
"""Names that mean something else in the new file than in an old one."""

NOTHING = '''

def {name}() -> None:
    """Nothing: {why}."""
'''

NO_WAY = '''

def {name}() -> None:
    """There is none."""
    raise NotImplementedError("{revision} has no downgrade()")
'''


@dataclass(frozen=True, slots=True)
class Step:
    """What led from one revision to the next: the file, and the name and text of its functions there and here."""

    revision: str
    script: Script
    text: str
    is_part: bool

    def there(self, verb: str) -> str:
        """What the old file calls its function."""
        return function_name(verb, self.revision) if self.is_part else verb

    def here(self, verb: str) -> str:
        """What the new file calls it."""
        return function_name(verb, self.revision)


@dataclass
class Joined:
    """What the new file takes over: the imports by the name they bind, the pieces of code in their order.

    ``replaces`` are all ids that databases may have.
    """

    imports: dict[str, Import] = field(default_factory=dict)
    code: list[str] = field(default_factory=list)
    replaces: list[str] = field(default_factory=list)
    _bound: set[str] = field(default_factory=set)
    _used: frozenset[str] = frozenset()
    _known: frozenset[str] = frozenset()

    def add(self, script: Script, file: File) -> None:
        """Take over one file. Raises CannotEdit, with the line, for what would mean something else."""
        source = file.source
        self._known = file.known
        _ = source.said
        if not _has_parts(source, script):
            title = f"# {script.revision}: {' '.join(script.doc.split())}"
            self.code.append("\n\n" + title.removesuffix(": "))
        found: set[str] = set()
        self._used = _used(source)
        for statement in _body(source):
            found |= self._statement(source, script, statement)
        if "upgrade" not in found:
            raise source.refuse(None, "there is no function upgrade()")
        if "downgrade" not in found:
            name = function_name("downgrade", script.revision)
            self.code.append(NO_WAY.format(name=name, revision=script.revision).rstrip())
        self._names(source, script)

    def binds(self, one: Import) -> bool:
        """Whether the name of an import is that of something else here."""
        return one.bound in self._bound or any(
            other.bound == one.bound
            and other != one
            and (other.name or other.alias or one.name or one.alias)
            for other in self.imports.values()
        )

    def _statement(self, source: Source, script: Script, statement: cst.BaseStatement) -> set[str]:
        """Take over one statement; the verb that it defines, if it does."""
        match statement:
            case cst.SimpleStatementLine(body=[(cst.Import() | cst.ImportFrom()) as small]):
                self._import(source, small)
            case cst.FunctionDef(name=cst.Name(value=verb)) if verb in VERBS:
                if _has_parts(source, script):
                    return {verb}
                name = function_name(verb, script.revision)
                self._piece(source, statement, name, _renamed(source, statement, name))
                return {verb}
            case cst.FunctionDef(name=cst.Name(value=name)) | cst.ClassDef(
                name=cst.Name(value=name)
            ):
                self._piece(source, statement, name, statement)
            case cst.SimpleStatementLine(body=[small]) if name := _target(small):
                if name not in OWN:
                    self._piece(source, statement, name, statement)
            case cst.SimpleStatementLine(body=several) if all(
                _target(each) in OWN for each in several
            ):
                pass
            case _:
                raise source.refuse(
                    statement, "code that is neither function, class nor assignment"
                )
        return set()

    def _piece(
        self, source: Source, old: cst.BaseStatement, name: str, new: cst.BaseStatement
    ) -> None:
        """A definition of ``name``, once where several files have the same."""
        if name in self._known:
            return
        text = source.module.code_for_node(new).strip("\r\n")
        self._bound.add(name)
        names = {each.value for each in m.findall(new, m.Name()) if isinstance(each, cst.Name)}
        if wrong := sorted((names - {_own_name(new)}) & OWN & _loaded_names(text)):
            raise source.refuse(old, f"it uses {wrong[0]}, which is another one in the new file")
        self.code.append(("\n\n" if isinstance(new, cst.BaseCompoundStatement) else "") + text)

    def _import(self, source: Source, statement: cst.Import | cst.ImportFrom) -> None:
        text = source.module.code_for_node(statement)
        for found in parsed([text]):
            one = SAME.get(found, found)
            if one.name == "*":
                raise source.refuse(statement, "nobody can see which names it imports")
            if one.bound in self._used or not _only_for_links(one):
                # Plain imports of one package ("import a.b", "import a.c") bind the same name in peace.
                key = one.bound if one.name or one.alias else one.module
                self.imports.setdefault(key, one)

    def _names(self, source: Source, script: Script) -> None:
        """The ids that databases may have for what has been taken over, oldest first.

        One that is another name of the last has nothing left to do.
        """
        if _has_parts(source, script):
            self.replaces += script.replaces
            self._same(script.revision, as_=script.replaces[-1])
            return
        self.replaces.append(script.revision)
        for name in script.replaces:
            self._same(name, as_=script.revision)

    def _same(self, name: str, as_: str) -> None:
        self.replaces.append(name)
        for verb in VERBS:
            made = function_name(verb, name)
            self.code.append(NOTHING.format(name=made, why=f"{name} is {as_}").rstrip())

    def import_lines(self) -> tuple[str, ...]:
        """The imports that the code needs; those of the project stay in any case, for what they do."""
        return statements(self.imports.values())


def steps_of(scripts: Sequence[Script]) -> list[Step]:
    """What leads from each revision to the next, oldest first; of a file that replaces others, its parts."""
    return [step for script in scripts for step in _steps(script)]


def _steps(script: Script) -> Iterator[Step]:
    source = _source(script)
    is_part = _has_parts(source, script)
    for name in script.replaces if is_part else (script.revision,):
        yield Step(name, script, source.text, is_part)


def joined(scripts: Sequence[Script]) -> Joined:
    """What the files of ``scripts``, oldest first, come to in one."""
    found = Joined()
    found.imports[ALWAYS.bound] = ALWAYS
    files = [(script.revision, _source(script)) for script in scripts]
    for script, file in zip(scripts, told_apart(files, OWN, found.imports)):
        found.add(script, file)
    return found


def _source(script: Script) -> Source:
    path = Path(script.path).resolve()
    return Source(path, path.read_bytes())


def _used(source: Source) -> frozenset[str]:
    """The names that the code of the file uses, its links apart."""
    code = [one for one in _body(source) if not isinstance(one, cst.SimpleStatementLine)]
    code += [
        one
        for one in _body(source)
        if isinstance(one, cst.SimpleStatementLine)
        and not all(_target(each) in OWN or _is_import(each) for each in one.body)
    ]
    found = (each for one in code for each in m.findall(one, m.Name()))
    return frozenset(each.value for each in found if isinstance(each, cst.Name))


def _is_import(statement: cst.BaseSmallStatement) -> bool:
    return isinstance(statement, cst.Import | cst.ImportFrom)


def _has_parts(source: Source, script: Script) -> bool:
    """Whether the file has functions for each of the revisions that it replaces."""
    wanted = {function_name(verb, name) for name in script.replaces for verb in VERBS}
    return bool(wanted) and wanted <= {
        one.name.value for one in source.module.body if isinstance(one, cst.FunctionDef)
    }


def _body(source: Source) -> Iterable[cst.BaseStatement]:
    """The statements of the file after its docstring."""
    start = 1 if source.docstring is not None else 0
    return [one for one in source.module.body[start:] if isinstance(one, cst.BaseStatement)]


def _renamed(source: Source, function: cst.FunctionDef, name: str) -> cst.FunctionDef:
    if function.asynchronous is not None:
        raise source.refuse(function, "it is an async function")
    if list(_parameters(function)) or function.decorators:
        raise source.refuse(function, f"{function.name.value}() has parameters or decorators")
    returns = function.returns or cst.Annotation(cst.Name("None"))
    return function.with_changes(name=cst.Name(name), returns=returns)


def _parameters(function: cst.FunctionDef) -> Iterator[cst.CSTNode]:
    found = function.params
    yield from (*found.params, *found.kwonly_params, *found.posonly_params)
    if found.star_kwarg is not None:
        yield found.star_kwarg
    if isinstance(found.star_arg, cst.Param):
        yield found.star_arg


def _target(statement: cst.BaseSmallStatement) -> str:
    match statement:
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))]):
            return name
        case cst.AnnAssign(target=cst.Name(value=name)):
            return name
    return ""


def _own_name(node: cst.BaseStatement) -> str:
    return str(getattr(getattr(node, "name", None), "value", ""))


def _loaded_names(text: str) -> set[str]:
    """The names that ``text`` reads, and does not bind itself."""
    names = [one for one in ast.walk(ast.parse(text)) if isinstance(one, ast.Name)]
    stored = {one.id for one in names if isinstance(one.ctx, ast.Store)}
    return {one.id for one in names if isinstance(one.ctx, ast.Load)} - stored


def _only_for_links(one: Import) -> bool:
    """Whether an import has no other use than its name."""
    return one.module.partition(".")[0] in _COMMON


_COMMON = frozenset({"typing", "collections", "sqlalchemy", "schemadiff", "alembic"})
