"""Operations as the Python of a revision file."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from textwrap import dedent
from typing import Any, TypeGuard

from schemadiff.operations.ops import MigrateOperation, ModifyTableOps, OpContainer
from schemadiff.operations.remarks import Remarks, remarks
from schemadiff.render import layout
from schemadiff.render.call import Comment, Line, Statement, Verbatim
from schemadiff.render.construct import Construct, Prefixes, RenderItem
from schemadiff.render.module import generated
from schemadiff.runtime.migration import MigrationContext
from schemadiff.util.dispatch import Dispatcher

from .context import AutogenContext

renderers = Dispatcher()
"""Functions that write operations, or types, of their class: ``@renderers.dispatch_for(MyOp)``.

Each gets the AutogenContext and the object. It returns source text, for an operation also a list of lines; imports
go into ``autogen_context.imports``.
"""


def construct_for(autogen_context: AutogenContext) -> Construct:
    """What writes SQLAlchemy objects down as the options of the context say."""
    opts = autogen_context.opts
    database = autogen_context.migration_context.database
    return Construct(
        Prefixes(
            opts["sqlalchemy_module_prefix"],
            opts["alembic_module_prefix"],
            opts["user_module_prefix"],
        ),
        autogen_context.dialect,
        _types_too(opts["render_item"]) if renderers else opts["render_item"],
        autogen_context,
        database.persisted,
    )


def function_body(
    ops: OpContainer, construct: Construct, opts: Mapping[str, Any]
) -> tuple[Line, ...]:
    """The lines of ``upgrade()`` or ``downgrade()``, between two comments that say where they come from.

    Where a person has to decide something, a comment says so.
    """
    said = remarks(ops, construct.dialect)
    return generated([line for op in ops.ops for line in _remarked(op, said, construct, opts)])


def _remarked(
    op: MigrateOperation, said: Remarks, construct: Construct, opts: Mapping[str, Any]
) -> Sequence[Line]:
    """One operation with what is to be said before it; before a batch what is to be said of all in it."""
    if not isinstance(op, ModifyTableOps):
        return (*_comments([op], said), *lines_of(op, construct, opts))
    if opts["render_as_batch"]:
        return (*_comments(op.ops, said), *op.as_batch(construct))
    return [line for each in op.ops for line in _remarked(each, said, construct, opts)]


def _comments(ops: Sequence[MigrateOperation], said: Remarks) -> Sequence[Line]:
    return [Comment(said[id(op)]) for op in ops if id(op) in said]


def lines_of(op: MigrateOperation, construct: Construct, opts: Mapping[str, Any]) -> Sequence[Line]:
    """One operation as lines; the changes of a table as a batch with ``render_as_batch``."""
    own = renderers.found(op)
    if own is not None:
        said = own(construct.autogen_context, op)
        return _one_by_one(said if isinstance(said, str) else "\n".join(said))
    if opts["render_as_batch"] and isinstance(op, ModifyTableOps):
        return op.as_batch(construct)
    return op.as_call(construct)


def _one_by_one(text: str) -> Sequence[Line]:
    """The text of a renderer line by line, each of which can be indented: no string goes over several."""
    source = dedent(text).strip()
    tree = ast.parse(source)
    if any(_is_text(node) and node.lineno != node.end_lineno for node in ast.walk(tree)):
        source = ast.unparse(tree)
    return [Statement(Verbatim(line)) for line in source.splitlines() if line.strip()]


def _is_text(node: ast.AST) -> TypeGuard[ast.Constant | ast.JoinedStr]:
    return isinstance(node, ast.Constant | ast.JoinedStr)


def _types_too(render_item: RenderItem | None) -> RenderItem:
    """``render_item``, and after it what is registered for a type."""

    def asked(kind: str, item: object, autogen_context: object) -> object:
        said = render_item(kind, item, autogen_context) if render_item is not None else False
        own = renderers.found(item) if said is False and kind == "type" else None
        return str(own(autogen_context, item)) if own is not None else said

    return asked


def render_op_text(autogen_context: AutogenContext, op: MigrateOperation) -> str:
    """One operation as the source text that makes it again."""
    return layout.source(lines_of(op, construct_for(autogen_context), autogen_context.opts)).strip()


def render_python_code(
    up_or_down_op: OpContainer,
    sqlalchemy_module_prefix: str = "sa.",
    alembic_module_prefix: str = "op.",
    render_as_batch: bool = False,
    imports: Iterable[str] = (),
    render_item: Any = None,
    migration_context: MigrationContext | None = None,
    user_module_prefix: str | None = None,
) -> str:
    """The body of an ``upgrade()`` or ``downgrade()`` function, indented by 4 after its first line.

    ``imports``, if it is a set, receives the import statements that the code needs.
    """
    opts = {
        "sqlalchemy_module_prefix": sqlalchemy_module_prefix,
        "alembic_module_prefix": alembic_module_prefix,
        "render_item": render_item,
        "render_as_batch": render_as_batch,
        "user_module_prefix": user_module_prefix,
    }
    context = migration_context or MigrationContext.configure(dialect_name="default")
    autogen_context = AutogenContext(context, opts=opts)
    autogen_context.imports.update(imports)
    body = function_body(up_or_down_op, construct_for(autogen_context), autogen_context.opts)
    if isinstance(imports, set):
        imports.update((*autogen_context.imports, *layout.imports(body)))
    return layout.source(body, indent=4).strip()
