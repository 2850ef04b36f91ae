"""What ``op`` and ``batch_op`` have in common."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, ClassVar, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.sql.elements import conv
from sqlalchemy.util import await_only

from schemadiff.dialects.terms import AnyType

from .containers import DowngradeOps, UpgradeOps
from .data import ExecuteSQLOp
from .operation import MigrateOperation
from .running import bind_of, run
from .sending import Context

R = TypeVar("R")
C = TypeVar("C", bound="type[MigrateOperation]")
Implementation = Callable[[Any, Any], Any]


class InlineLiteral(sa.sql.expression.BindParameter[Any]):
    """A value that is written into the statement, online too."""

    inherit_cache = True

    def __init__(self, value: object, type_: AnyType | None) -> None:
        super().__init__(None, value, type_=type_, literal_execute=True)


class AbstractOperations:
    """Operations on the database of one MigrationContext."""

    _implementations: ClassVar[dict[type[MigrateOperation], Implementation]] = {}

    def __init__(self, migration_context: Context, impl: object = None) -> None:
        self.migration_context = migration_context
        self.impl = impl if impl is not None else getattr(migration_context, "impl", None)

    # ---- operations of others ----------------------------------------------------------------

    @classmethod
    def register_operation(cls, name: str, sourcename: str | None = None) -> Callable[[C], C]:
        """A decorator for an operation class: its classmethod ``name`` becomes ``op.name()``.

        The classmethod gets the Operations first; ``sourcename`` is its name if that is another one.
        """

        def register(op_class: C) -> C:
            method = getattr(op_class, sourcename or name)

            def call(self: AbstractOperations, *args: Any, **kw: Any) -> Any:
                return method(self, *args, **kw)

            call.__name__ = name
            call.__doc__ = method.__doc__
            setattr(cls, name, call)
            return op_class

        return register

    @classmethod
    def implementation_for(
        cls, op_cls: type[MigrateOperation], replace: bool = False
    ) -> Callable[[Implementation], Implementation]:
        """A decorator: the function carries out operations of this class.

        Raises ValueError for a class that has an implementation already, unless ``replace`` is set.
        """

        def register(function: Implementation) -> Implementation:
            if op_cls in AbstractOperations._implementations and not replace:
                raise ValueError(f"Can not set dispatch function for object {op_cls!r}: exists")
            AbstractOperations._implementations[op_cls] = function
            return function

        return register

    def invoke(self, operation: MigrateOperation) -> Any:
        """Carries out any operation object."""
        for kind in type(operation).__mro__:
            own = self._implementations.get(kind)
            if own is not None:
                return own(self, operation)
        if isinstance(operation, UpgradeOps | DowngradeOps):
            for each in operation.ops:
                self.invoke(each)
            return None
        return run(operation, self.migration_context)

    # ---- values ------------------------------------------------------------------------------

    @staticmethod
    def f(name: str) -> conv:
        """A name that is final: no naming convention is applied to it."""
        return conv(name)

    def inline_literal(
        self, value: str | int, type_: AnyType | type[AnyType] | None = None
    ) -> InlineLiteral:
        """A value that is written into the statement, also where values usually go apart from it."""
        return InlineLiteral(value, sa.types.to_instance(type_) if type_ is not None else None)

    # ---- where it runs -----------------------------------------------------------------------

    def get_context(self) -> Any:
        """The MigrationContext."""
        return self.migration_context

    def get_bind(self) -> Connection:
        """The connection in use; where SQL is only written down, a stand-in that writes what it executes."""
        return bind_of(self.migration_context)

    def run_async(
        self, async_function: Callable[..., Awaitable[R]], *args: Any, **kw_args: Any
    ) -> R:
        """The result of an async function that is given an AsyncConnection of the same transaction first.

        Raises NotImplementedError where SQL is only written down, and for a driver that is not async.
        """
        connection = self.migration_context.connection
        if connection is None:
            raise NotImplementedError("Cannot call run_async in SQL mode")
        if not connection.dialect.is_async:
            raise ValueError("Cannot call run_async with a sync engine")
        # needs greenlet, which SQLAlchemy 2.1 does not bring along; only async people have it
        from sqlalchemy.ext.asyncio import AsyncConnection

        proxy = AsyncConnection._retrieve_proxy_for_target(connection)
        return await_only(async_function(proxy, *args, **kw_args))

    def execute(
        self,
        sqltext: sa.Executable | str,
        *,
        execution_options: Mapping[str, Any] | None = None,
    ) -> None:
        """Executes a statement; in a str ``:name`` is a parameter, and ``\\\\:`` a colon."""
        self.invoke(ExecuteSQLOp(sqltext, execution_options=execution_options))
