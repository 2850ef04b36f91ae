"""What a revision's function does, told by its operations; only where its text leaves no doubt."""

from __future__ import annotations

import ast
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ColumnClause
from sqlalchemy.sql.visitors import Visitable

from schemadiff.operations import ops as o
from schemadiff.operations import proxy
from schemadiff.render.call import Imports
from schemadiff.render.construct import Construct
from schemadiff.render.errors import RenderError
from schemadiff.render.imports import Import, parsed, statements
from schemadiff.runtime.migration import MigrationContext

from .apart import OWN_FACE, SAME
from .touching import Recorder

TRUSTED = frozenset({"sqlalchemy", "schemadiff", "alembic"})
"""Packages whose functions give the same whenever they are called."""
BATCH = "batch_alter_table"


class Untold(Exception):
    """A function that is more than a list of operations: the line (0 if it is unknown), and what stands there."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}" if line else reason)


@dataclass(frozen=True, slots=True)
class Said:
    """An object, and the text that makes it with the imports of that."""

    made: object
    text: str
    imports: Imports


@dataclass
class Notes:
    """How the author has written columns, types, constraints and defaults, by their identity.

    ``imports`` are those that what has been written again needs.
    """

    said: dict[int, Said] = field(default_factory=dict)
    imports: set[str] = field(default_factory=set)

    @property
    def construct(self) -> Construct:
        """Writes objects as their author did, and the others where every database has the same words for them."""
        return Construct(dialect=_PLAIN, render_item=_as_written, autogen_context=self)


def _as_written(kind: str, item: object, notes: Any) -> str | bool | None:
    """What Construct asks for each object that it writes."""
    wanted = item.arg if isinstance(item, sa.DefaultClause) else item
    said: Mapping[int, Said] = notes.said
    found = said.get(id(wanted))
    if found is None:
        return False
    notes.imports.update(found.imports)
    return found.text


class _TextOnly(SQLCompiler):
    """Writes only what is text already: a function may be another one elsewhere."""

    def process(self, obj: Visitable, **kwargs: Any) -> str:
        if not isinstance(obj, sa.TextClause | ColumnClause):
            raise NotImplementedError("each database has its own words for it")
        return super().process(obj, **kwargs)


_PLAIN = DefaultDialect()
_PLAIN.statement_compiler = _TextOnly


def operations(
    text: str, module: ModuleType, name: str, notes: Notes
) -> Sequence[o.MigrateOperation]:
    """What the function ``name`` of a revision file does, each operation of a kind that can be written down again.

    Raises Untold for one with decisions, variables, helpers or values that another day may have changed.
    """
    reader = _Reader(text, module)
    run = reader.noting(reader.function(name), notes)
    context = MigrationContext.configure(
        dialect_name="default", opts={"as_sql": True, "output_buffer": io.StringIO()}
    )
    recorder = Recorder(context)
    with proxy.installed(recorder):
        try:
            run()
        except Exception as error:
            # A revision is free code, and an operation may refuse what it is given.
            raise Untold(0, f"it cannot be told without a database: {error}") from error
    for op in recorder.noted:
        _require_writable(op, notes.construct)
    return recorder.noted


def _require_writable(op: o.MigrateOperation, construct: Construct) -> None:
    try:
        op.as_call(construct)
    except (RenderError, NotImplementedError) as error:
        raise Untold(0, str(error)) from error


class _Reader:
    """Reads a file's text: the names it imports, and whether a function is a list of operations."""

    def __init__(self, text: str, module: ModuleType) -> None:
        self.text = text
        self.tree = tree = ast.parse(text)
        self.module = module
        self.calls: list[ast.Call] = []
        """The calls that make what operations are given."""
        self.imported: Mapping[str, Import] = {
            one.bound: SAME.get(one, one)
            for statement in tree.body
            if isinstance(statement, ast.Import | ast.ImportFrom) and not _is_relative(statement)
            for one in parsed([ast.unparse(statement)])
        }

    def function(self, name: str) -> ast.FunctionDef:
        """The function, which is a list of operations. Raises Untold if it is more."""
        found = [n for n in self.tree.body if isinstance(n, ast.FunctionDef) and n.name == name]
        if len(found) != 1:
            raise Untold(
                0, f"there is no function {name}()" if not found else f"{name}() is defined twice"
            )
        for statement in found[0].body:
            self._statement(statement)
        return found[0]

    def noting(self, function: ast.FunctionDef, notes: Notes) -> Callable[[], None]:
        """The function, which puts into ``notes`` how everything was written that it hands to operations."""
        texts = [(self._written(call), self._imports(call)) for call in self.calls]

        def noted(at: int, made: object) -> object:
            notes.said[id(made)] = Said(made, *texts[at])
            return made

        space = {**vars(self.module), _NOTED: noted}
        tree = _Noting(self.calls).visit(function)
        code = compile(ast.fix_missing_locations(ast.Module([tree], [])), "revision", "exec")
        exec(code, space)
        run: Callable[[], None] = space[function.name]
        return run

    def _written(self, call: ast.Call) -> str:
        return ast.get_source_segment(self.text, call) or ast.unparse(call)

    def _imports(self, call: ast.Call) -> Imports:
        names = {node.id for node in ast.walk(call) if isinstance(node, ast.Name)}
        return statements(self.imported[name] for name in names if name in self.imported)

    def _statement(self, statement: ast.stmt) -> None:
        match statement:
            case ast.Expr(value=ast.Constant()) | ast.Pass():
                return
            case ast.Expr(
                value=ast.Call(func=ast.Attribute(value=ast.Name(id=face))) as call
            ) if self._is_face(face):
                self._arguments(call)
            case ast.With(
                items=[
                    ast.withitem(
                        context_expr=ast.Call(
                            func=ast.Attribute(value=ast.Name(id=face), attr=attr)
                        ) as call,
                        optional_vars=ast.Name(id=batch),
                    )
                ],
                body=body,
            ) if attr == BATCH and self._is_face(face):
                if any(keyword.arg != "schema" for keyword in call.keywords) or len(call.args) > 2:
                    raise Untold(call.lineno, "a batch with options of its own")
                self._arguments(call)
                self._batch(batch, body)
            case _:
                raise Untold(statement.lineno, _shown(statement))

    def _batch(self, batch: str, body: Sequence[ast.stmt]) -> None:
        for statement in body:
            match statement:
                case ast.Expr(value=ast.Constant()) | ast.Pass():
                    continue
                case ast.Expr(
                    value=ast.Call(func=ast.Attribute(value=ast.Name(id=name))) as call
                ) if (name == batch):
                    self._arguments(call, batch)
                case _:
                    raise Untold(statement.lineno, _shown(statement))

    def _arguments(self, call: ast.Call, batch: str = "") -> None:
        for value in _arguments(call):
            self._value(value, batch)

    def _value(self, value: ast.expr, batch: str) -> None:
        """Nothing, if an expression says the same on any day and anywhere. Raises Untold."""
        for part in self._parts(value, batch):
            self._value(part, batch)

    def _parts(self, value: ast.expr, batch: str) -> Sequence[ast.expr]:
        """The parts of an expression of a kind that can be trusted as far as they can be. Raises Untold."""
        match value:
            case ast.Constant():
                return ()
            case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts):
                return parts
            case ast.Dict(keys=keys, values=values) if None not in keys:
                return [*filter(None, keys), *values]
            case ast.UnaryOp(operand=operand):
                return (operand,)
            case ast.BinOp(left=left, right=right):
                return left, right
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id=name), attr="f")
            ) if name == batch or self._is_face(name):
                return _arguments(value)
            case ast.Call(func=function):
                if not any(isinstance(n, ast.Name) and n.id == batch for n in ast.walk(value)):
                    self.calls.append(value)
                return [function, *_arguments(value)]
            case ast.Attribute(value=ast.Call() as call):
                return (call,)
            case ast.Name() | ast.Attribute() if self._is_trusted(value):
                return ()
        raise Untold(value.lineno, _shown(value))

    def _is_face(self, name: str) -> bool:
        return self.imported.get(name) == OWN_FACE

    def _is_trusted(self, reference: ast.expr) -> bool:
        """Whether a dotted name belongs to SQLAlchemy, or is a type."""
        names = ast.unparse(reference).split(".")
        one = self.imported.get(names[0])
        if one is None or one == OWN_FACE:
            return False
        if one.module.partition(".")[0] in TRUSTED:
            return True
        found: object = self.module
        for name in names:
            found = getattr(found, name, None)
        return isinstance(found, type) and issubclass(found, sa.types.TypeEngine)


class _Noting(ast.NodeTransformer):
    """Hands what some calls make to ``_NOTED``, with the number of the call."""

    def __init__(self, calls: Sequence[ast.Call]) -> None:
        self.at = {id(call): at for at, call in enumerate(calls)}

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        at = self.at.get(id(node))
        if at is None:
            return node
        return ast.Call(ast.Name(_NOTED, ast.Load()), [ast.Constant(at), node], [])


_NOTED = "__noted__"


def _arguments(call: ast.Call) -> list[ast.expr]:
    if any(keyword.arg is None for keyword in call.keywords):
        raise Untold(call.lineno, _shown(call))
    return [*call.args, *(keyword.value for keyword in call.keywords)]


def _is_relative(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.ImportFrom) and bool(statement.level)


def _shown(node: ast.AST) -> str:
    """The first line of what stands there, short enough for a message."""
    text = ast.unparse(node).partition("\n")[0]
    return f"{text[:57]}…" if len(text) > 58 else text
