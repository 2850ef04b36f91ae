"""Scripts of SQLAlchemy-Migrate that say nothing but what ``op`` says too, in its words; others are not touched."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from dataclasses import dataclass, field

import sqlalchemy as sa


class Unsure(Exception):
    """A script has something in it whose meaning cannot be told for sure without running it."""


@dataclass(frozen=True, slots=True)
class Known:
    """A table or a column that a script made: a table's name and parts, none if it is read from the database."""

    name: str
    parts: tuple[ast.expr, ...] = ()
    is_table: bool = True


@dataclass(slots=True)
class Scope:
    """What the names mean at some place of a script."""

    imported: set[str] = field(default_factory=set)
    has_star: bool = False
    metadata: set[str] = field(default_factory=set)
    known: dict[str, Known] = field(default_factory=dict)

    def inner(self) -> Scope:
        """A copy for the body of a function."""
        return Scope(self.imported, self.has_star, set(self.metadata), dict(self.known))

    def means(self, name: str) -> bool:
        """Whether a name is SQLAlchemy's, or Python's."""
        return name in self.imported or (self.has_star and hasattr(sa, name))


@dataclass(frozen=True, slots=True)
class Sure:
    """A script in the words of ``op``: its imports, and what each of its functions does."""

    imports: tuple[str, ...]
    bodies: dict[str, tuple[str, ...]]


def in_words_of_op(source: str) -> Sure | None:
    """The script in the words of ``op``; None where that is not sure in every line."""
    try:
        return _module(ast.parse(source))
    except Unsure:
        return None


def _module(tree: ast.Module) -> Sure:
    scope, imports = Scope(), list[str]()
    bodies: dict[str, tuple[str, ...]] = {}
    for node in tree.body:
        match node:
            case ast.ImportFrom(module="sqlalchemy", names=names, level=0):
                scope.imported |= {name.name for name in names if name.asname is None}
                scope.has_star = scope.has_star or names[0].name == "*"
                imports.append(ast.unparse(node))
            case ast.ImportFrom(module=str(module)) if module.split(".")[0] == "migrate":
                continue
            case ast.FunctionDef(name="upgrade" | "downgrade" as name, args=arguments):
                bodies[name] = tuple(_function(node, scope, [one.arg for one in arguments.args]))
            case _ if not _is_definition(node, scope, []):
                raise Unsure
    if set(bodies) != {"upgrade", "downgrade"}:
        raise Unsure
    return Sure(tuple(imports), bodies)


def _function(node: ast.FunctionDef, outer: Scope, engine: list[str]) -> Iterator[str]:
    scope = outer.inner()
    if node.decorator_list or len(engine) != 1:
        raise Unsure
    for statement in node.body:
        if _is_nothing(statement) or _is_definition(statement, scope, engine):
            continue
        match statement:
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=of, attr=verb)) as call):
                yield _change(of, verb, call, scope)
            case _:
                raise Unsure


def _is_nothing(node: ast.stmt) -> bool:
    match node:
        case ast.Pass() | ast.Expr(value=ast.Constant(value=str())):
            return True
    return False


def _is_definition(node: ast.stmt, scope: Scope, engine: list[str]) -> bool:
    """Whether the statement only gives something a name, which ``scope`` knows from now on."""
    match node:
        case ast.Expr(value=ast.Constant(value=str())):
            return True
        case ast.Assign(targets=[ast.Attribute(value=ast.Name(id=name), attr="bind")], value=value):
            return name in scope.metadata and _is_engine(value, engine)
        case ast.Assign(
            targets=[ast.Name(id=name)], value=ast.Call(func=ast.Name(id=made)) as call
        ):
            return scope.means(made) and _defines(name, made, call, scope, engine)
    return False


def _is_engine(node: ast.expr, engine: list[str]) -> bool:
    return isinstance(node, ast.Name) and node.id in engine


def _defines(name: str, made: str, call: ast.Call, scope: Scope, engine: list[str]) -> bool:
    if made == "MetaData":
        said = [*call.args, *(one.value for one in call.keywords if one.arg == "bind")]
        scope.metadata.add(name)
        return len(said) == len(call.args) + len(call.keywords) and all(
            _is_engine(one, engine) for one in said
        )
    if made == "Table":
        return _defines_table(name, call, scope)
    match call.args:
        case [ast.Constant(value=str(column)), *_] if made == "Column" and _is_plain(call, scope):
            scope.known[name] = Known(column, (call,), is_table=False)
            return True
    return False


def _defines_table(name: str, call: ast.Call, scope: Scope) -> bool:
    reads = [one.arg for one in call.keywords] == ["autoload"]
    match call.args:
        case [ast.Constant(value=str(table)), ast.Name(id=meta), *parts] if meta in scope.metadata:
            if call.keywords and not (reads and not parts):
                return False
            scope.known[name] = Known(table, tuple(parts))
            return all(_is_plain(part, scope) for part in parts)
    return False


def _is_plain(node: ast.expr, scope: Scope) -> bool:
    """Whether an expression means by itself what it means in the script."""
    for part in ast.walk(node):
        match part:
            case ast.Name(id=name) if not scope.means(name) and not hasattr(builtins, name):
                return False
            case ast.Lambda() | ast.NamedExpr() | ast.Starred():
                return False
    return True


def _change(of: ast.expr, verb: str, call: ast.Call, scope: Scope) -> str:
    """The call of ``op`` that does what a method does. Raises Unsure."""
    match of, verb, call.args, call.keywords:
        case ast.Name(id=name), "create", [], [] if _is_table(name, scope):
            table = scope.known[name]
            if table.parts:
                return _call("create_table", table.name, *table.parts)
        case ast.Name(id=name), "drop", [], [] if _is_table(name, scope):
            return _call("drop_table", scope.known[name].name)
        case ast.Name(id=name), "create", [ast.Name(id=table)], [] if _is_table(table, scope):
            return _add_column(scope.known.get(name), scope.known[table].name)
        case (
            ast.Attribute(value=ast.Attribute(value=ast.Name(id=name), attr="c"), attr=column),
            "drop",
            [],
            [],
        ) if _is_table(name, scope):
            return _call("drop_column", scope.known[name].name, ast.Constant(column))
    raise Unsure


def _add_column(column: Known | None, table: str) -> str:
    if column is None or column.is_table:
        raise Unsure
    (made,) = column.parts
    assert isinstance(made, ast.Call)
    # A default would have to be written into the rows, an index be made, a reference be put on afterwards.
    if len(made.args) > 2 or {one.arg for one in made.keywords} - {"nullable", "server_default"}:
        raise Unsure
    return _call("add_column", table, made)


def _is_table(name: str, scope: Scope) -> bool:
    return name in scope.known and scope.known[name].is_table


def _call(function: str, name: str, *arguments: ast.expr) -> str:
    said = [ast.unparse(one) for one in (ast.Constant(name), *arguments)]
    return f"op.{function}({', '.join(said)})"
