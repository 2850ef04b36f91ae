"""The operations of the migration that is running: ``from schemadiff import op``.

Every name is a method of ``Operations``. Outside a migration a call raises NameError; inside nested contexts
the innermost one is meant.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import getattr_static
from types import FunctionType, MethodType
from typing import TYPE_CHECKING, Any, cast

from schemadiff.operations import Operations
from schemadiff.operations.proxy import current


def __getattr__(name: str) -> Callable[..., Any]:
    if name.startswith("_") or not hasattr(Operations, name):
        raise AttributeError(f"module 'schemadiff.op' has no attribute {name!r}")

    method = getattr(Operations, name)
    if isinstance(getattr_static(Operations, name), FunctionType):
        # Bound, so that nobody who asks for the signature is told of ``self``.
        method = MethodType(method, Operations)

    @wraps(method)
    def call(*args: Any, **kw: Any) -> Any:
        return getattr(current(name), name)(*args, **kw)

    return call


def __dir__() -> list[str]:
    return sorted(name for name in dir(Operations) if not name.startswith("_"))


if TYPE_CHECKING:
    # What editors and type checkers see; tests hold the list equal to Operations' methods.
    _operations = cast(Operations, None)
    add_column = _operations.add_column
    alter_column = _operations.alter_column
    alter_domain = _operations.alter_domain
    alter_enum = _operations.alter_enum
    alter_sequence = _operations.alter_sequence
    alter_table_options = _operations.alter_table_options
    batch_alter_table = _operations.batch_alter_table
    bulk_insert = _operations.bulk_insert
    comment_constraint = _operations.comment_constraint
    create_check_constraint = _operations.create_check_constraint
    create_domain = _operations.create_domain
    create_enum = _operations.create_enum
    create_exclude_constraint = _operations.create_exclude_constraint
    create_foreign_key = _operations.create_foreign_key
    create_index = _operations.create_index
    create_primary_key = _operations.create_primary_key
    create_schema = _operations.create_schema
    create_sequence = _operations.create_sequence
    create_table = _operations.create_table
    create_table_comment = _operations.create_table_comment
    create_unique_constraint = _operations.create_unique_constraint
    drop_column = _operations.drop_column
    drop_constraint = _operations.drop_constraint
    drop_domain = _operations.drop_domain
    drop_enum = _operations.drop_enum
    drop_index = _operations.drop_index
    drop_schema = _operations.drop_schema
    drop_sequence = _operations.drop_sequence
    drop_table = _operations.drop_table
    drop_table_comment = _operations.drop_table_comment
    execute = _operations.execute
    f = _operations.f
    get_bind = _operations.get_bind
    get_context = _operations.get_context
    implementation_for = _operations.implementation_for
    inline_literal = _operations.inline_literal
    invoke = _operations.invoke
    register_operation = _operations.register_operation
    rename_constraint = _operations.rename_constraint
    rename_index = _operations.rename_index
    rename_table = _operations.rename_table
    run_async = _operations.run_async
