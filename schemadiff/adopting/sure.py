"""Scripts of SQLAlchemy-Migrate that say nothing but what ``op`` says too, in its words; others are not touched."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

CONSTRAINTS = {
    *("CheckConstraint", "ForeignKeyConstraint", "PrimaryKeyConstraint", "UniqueConstraint"),
}
CHANGES = {
    "name": "new_column_name",
    "type": "type_",
    "nullable": "nullable",
    "server_default": "server_default",
}
"""What ``column.alter`` is told, and how ``op.alter_column`` calls it."""


class Unsure(Exception):
    """A script has something in it whose meaning cannot be told for sure without running it."""


@dataclass(frozen=True, slots=True)
class Known:
    """A table or a column that a script made: a table's name and parts, none if it is read from the database."""

    name: str
    parts: tuple[ast.expr, ...] = ()
    is_table: bool = True


@dataclass(frozen=True, slots=True)
class Part:
    """A constraint or index of a table that is there: the calls of ``op`` that make it and drop it."""

    create: str
    drop: str


@dataclass(slots=True)
class Scope:
    """What the names mean at some place of a script."""

    imported: set[str] = field(default_factory=set)
    has_star: bool = False
    metadata: set[str] = field(default_factory=set)
    known: dict[str, Known] = field(default_factory=dict)
    of_migrate: set[str] = field(default_factory=set)
    parts: dict[str, Part] = field(default_factory=dict)

    def inner(self) -> Scope:
        """A copy for the body of a function."""
        return Scope(
            self.imported,
            self.has_star,
            set(self.metadata),
            dict(self.known),
            self.of_migrate,
            dict(self.parts),
        )

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
            case ast.ImportFrom(module=str(module), names=names) if (
                module.split(".")[0] == "migrate"
            ):
                said = {name.name for name in names if name.asname is None}
                scope.of_migrate |= CONSTRAINTS if "*" in said else said & CONSTRAINTS
            case ast.FunctionDef(name="upgrade" | "downgrade" as name, args=arguments):
                body = tuple(_function(node, scope, [one.arg for one in arguments.args]))
                _require_no_index_of_a_key(body)
                bodies[name] = body
            case _ if not _is_definition(node, scope, []):
                raise Unsure
    if "upgrade" not in bodies:
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
                is_engine = _is_engine(of, engine)
                yield _executed(verb, call) if is_engine else _change(of, verb, call, scope)
            case _:
                raise Unsure


def _require_no_index_of_a_key(body: Sequence[str]) -> None:
    """On MySQL an index that serves a foreign key goes with it: the script may want to drop it, too. Raises Unsure."""
    drops_key = any("type_='foreignkey'" in line for line in body)
    if drops_key and any(line.startswith("op.drop_index") for line in body):
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
            if made == "Index" or made in scope.of_migrate:
                scope.parts[name] = _part(made, call, scope)
                return True
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
    match of:
        case ast.Name(id=name) if _is_table(name, scope):
            return _change_of_table(name, verb, call, scope)
        case ast.Name(id=name) if name in scope.parts:
            return _change_of_part(scope.parts[name], verb, call)
        case ast.Call(func=ast.Name(id=made)):
            return _change_of_part(_part(made, of, scope), verb, call)
    match of, verb, call.args, call.keywords:
        case ast.Name(id=name), "create", [ast.Name(id=table)], [] if _is_table(table, scope):
            return _add_column(scope.known.get(name), scope.known[table].name)
        case ast.Attribute() | ast.Subscript(), "drop", [], []:
            table, column = _column(of, scope)
            return _call("drop_column", table, ast.Constant(column))
        case ast.Attribute() | ast.Subscript(), "alter", [], [_, *_]:
            return _alter_column(of, call, scope)
    raise Unsure


def _change_of_table(name: str, verb: str, call: ast.Call, scope: Scope) -> str:
    table = scope.known[name]
    match verb, call.args, call.keywords:
        case "create", [], [] if table.parts:
            return _call("create_table", table.name, *table.parts)
        case "drop", [], []:
            return _call("drop_table", table.name)
        case "rename", [ast.Constant(value=str(new))], []:
            # What was made for the table knows it by its former name.
            scope.parts.clear()
            scope.known[name] = Known(new, table.parts)
            return _call("rename_table", table.name, ast.Constant(new))
        case "create_column", [ast.Name(id=column)], []:
            return _add_column(scope.known.get(column), table.name)
        case "drop_column", [ast.Constant(value=str(column))], []:
            return _call("drop_column", table.name, ast.Constant(column))
    raise Unsure


def _change_of_part(part: Part, verb: str, call: ast.Call) -> str:
    if call.args or call.keywords or verb not in ("create", "drop"):
        raise Unsure
    return part.create if verb == "create" else part.drop


def _executed(verb: str, call: ast.Call) -> str:
    """SQL that means the same to the driver and to ``op.execute``: nothing in it can be a parameter."""
    match verb, call.args, call.keywords:
        case "execute", [ast.Constant(value=str(sql))], [] if not set(sql) & set(":%\\"):
            return _call("execute", sql)
    raise Unsure


def _column(node: ast.expr, scope: Scope) -> tuple[str, str]:
    """Table and name of ``table.c.name`` or ``table.c["name"]``. Raises Unsure."""
    match node:
        case ast.Attribute(value=ast.Attribute(value=ast.Name(id=name), attr="c"), attr=column):
            pass
        case ast.Subscript(
            value=ast.Attribute(value=ast.Name(id=name), attr="c"),
            slice=ast.Constant(value=str(column)),
        ):
            pass
        case _:
            raise Unsure
    if not _is_table(name, scope) or any(_has_key(part) for part in scope.known[name].parts):
        raise Unsure
    return scope.known[name].name, column


def _has_key(part: ast.expr) -> bool:
    return isinstance(part, ast.Call) and any(one.arg == "key" for one in part.keywords)


def _alter_column(of: ast.expr, call: ast.Call, scope: Scope) -> str:
    table, column = _column(of, scope)
    for one in call.keywords:
        if one.arg not in CHANGES or not _is_plain(one.value, scope):
            raise Unsure
    said = [ast.keyword(CHANGES[str(one.arg)], one.value) for one in call.keywords]
    return _call("alter_column", table, ast.Constant(column), keywords=said)


def _part(made: str, call: ast.Call, scope: Scope) -> Part:
    """The constraint or index that a call makes, of a table read from the database. Raises Unsure."""
    said = {str(one.arg): one.value for one in call.keywords}
    if made == "Index" and scope.means(made):
        return _index(call.args, said, scope)
    if made not in scope.of_migrate:
        raise Unsure
    match said.pop("name", None):
        case ast.Constant(value=str(name)):
            return _constraint(made, name, call.args, said, scope)
    # What the database calls it is not known before it runs.
    raise Unsure


def _index(args: list[ast.expr], said: dict[str, ast.expr], scope: Scope) -> Part:
    match args:
        case [ast.Constant(value=str(name)), *columns] if columns and set(said) <= {"unique"}:
            table, names = _columns(columns, scope)
            unique = [ast.keyword(arg, value) for arg, value in said.items()]
            create = _call("create_index", name, ast.Constant(table), names, keywords=unique)
            on = [ast.keyword("table_name", ast.Constant(table))]
            return Part(create, _call("drop_index", name, keywords=on))
    raise Unsure


def _constraint(
    made: str, name: str, args: list[ast.expr], said: dict[str, ast.expr], scope: Scope
) -> Part:
    match made, args, said:
        case "UniqueConstraint" | "PrimaryKeyConstraint", [_, *_], {**more} if not more:
            kind = "unique" if made == "UniqueConstraint" else "primary"
            function = "create_unique_constraint" if kind == "unique" else "create_primary_key"
            table, names = _columns(args, scope)
            create = _call(function, name, ast.Constant(table), names)
        case (
            "CheckConstraint",
            [ast.Constant(value=str()) as sql],
            {"columns": ast.List(elts=over), **more},
        ) if not more:
            kind, (table, _) = "check", _columns(over, scope)
            create = _call("create_check_constraint", name, ast.Constant(table), sql)
        case "ForeignKeyConstraint", [ast.List(elts=own), ast.List(elts=theirs)], {**more}:
            kind, (table, create) = "foreignkey", _foreign_key(name, own, theirs, more, scope)
        case _:
            raise Unsure
    typed = [ast.keyword("type_", ast.Constant(kind))]
    return Part(create, _call("drop_constraint", name, ast.Constant(table), keywords=typed))


def _foreign_key(
    name: str,
    own: list[ast.expr],
    theirs: list[ast.expr],
    more: dict[str, ast.expr],
    scope: Scope,
) -> tuple[str, str]:
    if set(more) - {"ondelete", "onupdate"} or not all(
        isinstance(one, ast.Constant) for one in more.values()
    ):
        raise Unsure
    table, names = _columns(own, scope)
    target, targets = _columns(theirs, scope)
    where = (ast.Constant(table), ast.Constant(target), names, targets)
    actions = [ast.keyword(arg, value) for arg, value in more.items()]
    return table, _call("create_foreign_key", name, *where, keywords=actions)


def _columns(nodes: list[ast.expr], scope: Scope) -> tuple[str, ast.expr]:
    """The table of columns and a list of their names; the table is read from the database. Raises Unsure."""
    found = [_column(node, scope) for node in nodes]
    tables = {table for table, _ in found}
    made = {known.name for known in scope.known.values() if known.is_table and known.parts}
    if len(tables) != 1 or tables & made:
        raise Unsure
    return tables.pop(), ast.List([ast.Constant(column) for _, column in found])


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


def _call(
    function: str, name: str, *arguments: ast.expr, keywords: Sequence[ast.keyword] = ()
) -> str:
    said = [ast.unparse(one) for one in (ast.Constant(name), *arguments, *keywords)]
    return f"op.{function}({', '.join(said)})"
