"""``schemadiff.op`` and the registries of other people's operations."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

import schemadiff
from schemadiff import op
from schemadiff.migration import MigrationContext
from schemadiff.operations import MigrateOperation, Operations
from schemadiff.operations.batch import BatchOperations


def a_context() -> MigrationContext:
    engine = sa.create_engine("sqlite://")
    return MigrationContext.configure(engine.connect())


def test_outside_a_migration_op_says_so() -> None:
    with pytest.raises(NameError, match="Can't invoke function 'create_table'"):
        op.create_table("t")


def test_op_means_the_innermost_context_and_then_the_outer_one_again() -> None:
    outer, inner = a_context(), a_context()
    with Operations.context(outer):
        with pytest.raises(ZeroDivisionError), Operations.context(inner):
            1 / (op.get_context() is not inner)
        assert op.get_context() is outer
    with pytest.raises(NameError):
        op.get_bind()


def test_editors_see_every_method_of_operations() -> None:
    source = Path(schemadiff.__file__).with_name("op.py").read_text()
    seen = {
        target.id
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name) and target.id != "_operations"
    }
    own = {name for name in dir(Operations) if not name.startswith("_")}
    assert seen | {"context"} >= {n for n in own if not n.startswith("made_up")}


def test_a_registered_operation_becomes_a_method(monkeypatch: pytest.MonkeyPatch) -> None:
    @Operations.register_operation("made_up_greeting")
    class Greeting(MigrateOperation):
        def __init__(self, name: str) -> None:
            self.name = name

        @classmethod
        def made_up_greeting(cls, operations: Operations, name: str) -> Any:
            return operations.invoke(cls(name))

    @Operations.implementation_for(Greeting)
    def greet(operations: Operations, operation: Greeting) -> str:
        return f"hello {operation.name}"

    with Operations.context(a_context()):
        assert op.made_up_greeting("you") == "hello you"  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match="dispatch"):
        Operations.implementation_for(Greeting)(greet)
    delattr(Operations, "made_up_greeting")
    Operations._implementations.clear()


def test_who_listens_to_tables_hears_of_those_that_come_and_go() -> None:
    heard: list[tuple[str, str, list[str]]] = []

    def listener(event: str) -> Any:
        def hear(table: sa.Table, connection: sa.Connection, **kw: object) -> None:
            heard.append((event, table.name, sa.inspect(connection).get_table_names()))

        return hear

    events = {
        f"{when}_{verb}": listener(f"{when}_{verb}")
        for when in ("before", "after")
        for verb in ("create", "drop")
    }
    for event, hear in events.items():
        sa.event.listen(sa.Table, event, hear)
    try:
        with Operations.context(a_context()):
            op.create_table("t", sa.Column("a", sa.Enum("x", "y", name="e")))
            op.drop_table("t")
    finally:
        for event, hear in events.items():
            sa.event.remove(sa.Table, event, hear)
    assert heard == [
        ("before_create", "t", []),
        ("after_create", "t", ["t"]),
        ("before_drop", "t", ["t"]),
        ("after_drop", "t", []),
    ]


def test_rows_must_be_dicts_in_a_list() -> None:
    with Operations.context(a_context()):
        with pytest.raises(TypeError, match="List expected"):
            op.bulk_insert(sa.table("t"), {"a": 1})  # type: ignore[arg-type]
        with pytest.raises(TypeError, match="List of dictionaries"):
            op.bulk_insert(sa.table("t"), [1])  # type: ignore[list-item]


def test_a_batch_has_the_methods_of_op_that_are_about_one_table() -> None:
    of_one_table = {"add_column", "drop_column", "alter_column", "create_index", "drop_constraint"}
    assert of_one_table <= set(dir(BatchOperations))


def test_async_functions_need_an_async_driver() -> None:
    async def nothing(connection: object) -> None: ...

    with Operations.context(a_context()), pytest.raises(ValueError, match="sync engine"):
        op.run_async(nothing)


def test_an_inline_literal_is_written_into_the_statement() -> None:
    context = a_context()
    with Operations.context(context):
        table = op.create_table("t", sa.Column("a", sa.String(5)))
        op.execute(table.insert().values(a=op.inline_literal("x")))
        assert op.get_bind().execute(sa.select(table.c.a)).scalar() == "x"
