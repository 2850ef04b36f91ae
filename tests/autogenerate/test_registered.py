"""An extension that manages views, as people write them: an operation, how it is carried out and written, a comparator."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from schemadiff import command
from schemadiff.autogenerate import comparators, compare_metadata, registered, renderers
from schemadiff.command.checking import check
from schemadiff.config import Config
from schemadiff.migration import MigrationContext
from schemadiff.operations import AbstractOperations, MigrateOperation, Operations
from schemadiff.operations.ops import ExecuteSQLOp

VIEW = "SELECT id\n FROM account"


class CreateViewOp(MigrateOperation):
    def __init__(self, name: str, text: str) -> None:
        self.name, self.text = name, text

    @classmethod
    def create_view(cls, operations: Operations, name: str, text: str) -> Any:
        return operations.invoke(cls(name, text))

    def reverse(self) -> DropViewOp:
        return DropViewOp(self.name, self.text)

    def to_diff_tuple(self) -> tuple[Any, ...]:
        return ("create_view", self.name, self.text)


class DropViewOp(CreateViewOp):
    @classmethod
    def drop_view(cls, operations: Operations, name: str) -> Any:
        return operations.invoke(cls(name, ""))

    def reverse(self) -> CreateViewOp:  # type: ignore[override]
        return CreateViewOp(self.name, self.text)


@pytest.fixture
def extension(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The extension, as long as the test runs."""
    monkeypatch.setattr(renderers, "_functions", {})
    monkeypatch.setattr(comparators, "_functions", [])
    monkeypatch.setattr(
        AbstractOperations, "_implementations", dict(AbstractOperations._implementations)
    )
    Operations.register_operation("create_view")(CreateViewOp)
    Operations.register_operation("drop_view")(DropViewOp)

    @Operations.implementation_for(CreateViewOp)
    def create(operations: Operations, op: CreateViewOp) -> None:
        operations.execute(f"CREATE VIEW {op.name} AS {op.text}")

    @Operations.implementation_for(DropViewOp)
    def drop(operations: Operations, op: DropViewOp) -> None:
        operations.execute(f"DROP VIEW {op.name}")

    @renderers.dispatch_for(CreateViewOp)
    def written(autogen_context: Any, op: CreateViewOp) -> str:
        autogen_context.imports.add("from textwrap import dedent")
        return f'text = dedent(\n    """{op.text}"""\n)\nop.create_view({op.name!r}, text)\n'

    @renderers.dispatch_for(DropViewOp)
    def unwritten(autogen_context: Any, op: DropViewOp) -> list[str]:
        return ["if True:", f"    op.drop_view({op.name!r})"]

    @comparators.dispatch_for("schema")
    def compared(autogen_context: Any, upgrade_ops: Any, schemas: set[str | None]) -> None:
        assert schemas == {None}
        if "ids" not in autogen_context.inspector.get_view_names():
            upgrade_ops.ops.append(CreateViewOp("ids", VIEW))

    yield
    for name in ("create_view", "drop_view"):
        delattr(Operations, name)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    (tmp_path / "db" / "versions").mkdir(parents=True)
    config = Config(stdout=io.StringIO())
    config.set_main_option("script_location", str(tmp_path / "db"))
    config.set_main_option("url", f"sqlite:///{tmp_path}/app.db")
    metadata = sa.MetaData()
    sa.Table("account", metadata, sa.Column("id", sa.Integer, primary_key=True))
    config.attributes["target_metadata"] = metadata
    return config


def said(config: Config) -> str:
    assert isinstance(config.stdout, io.StringIO)
    text = config.stdout.getvalue()
    config.stdout.truncate(0)
    return text


@pytest.mark.usefixtures("extension")
def test_what_an_extension_compares_is_written_run_and_undone(
    config: Config, tmp_path: Path
) -> None:
    command.revision(config, "one", autogenerate=True, rev_id="one")
    [path] = (tmp_path / "db" / "versions").glob("*.py")
    text = path.read_text()
    assert "from textwrap import dedent\n" in text
    down = text.partition("def downgrade")[2]
    assert down.index('op.drop_view("ids")') < down.index('op.drop_table("account")')
    command.upgrade(config, "head")
    engine = sa.create_engine(f"sqlite:///{tmp_path}/app.db")
    assert sa.inspect(engine).get_view_names() == ["ids"]
    assert (sa.inspect(engine).get_view_definition("ids") or "").endswith(VIEW)
    assert check(config) == 0
    command.downgrade(config, "base")
    assert sa.inspect(engine).get_view_names() == []
    engine.dispose()


@pytest.mark.usefixtures("extension")
def test_check_says_what_an_extension_adds(config: Config) -> None:
    command.revision(config, "one", autogenerate=True)
    command.upgrade(config, "head")
    assert check(config) == 0
    with sa.create_engine(config.get_main_option("url") or "").begin() as connection:
        connection.exec_driver_sql("DROP VIEW ids")
        assert compare_metadata(
            MigrationContext.configure(connection), config.attributes["target_metadata"]
        ) == [("create_view", "ids", VIEW)]
    said(config)
    assert check(config) == 1
    page = said(config)
    assert "Added by hooks\n  create_view ids\n" in page
    assert "1 difference." in page
    assert check(config, as_json=True) == 1
    document = said(config)
    assert '"in_sync": false' in document
    assert '"others": [\n    "create_view ids"\n  ]' in document


def test_check_says_what_a_hook_adds(config: Config) -> None:
    def hook(context: Any, revision: Any, directives: list[Any]) -> None:
        directives[0].upgrade_ops.ops.append(ExecuteSQLOp("SELECT  1"))

    command.revision(config, "one", autogenerate=True)
    command.upgrade(config, "head")
    config.attributes["configure"] = {"process_revision_directives": hook}
    said(config)
    assert check(config) == 1
    assert "Added by hooks\n  execute SELECT 1\n" in said(config)


@pytest.mark.usefixtures("extension")
@pytest.mark.parametrize(
    ("target", "module", "words"),
    [
        ("table", __name__, "is not asked: a comparator for 'table'"),
        ("schema", "alembic_postgresql_enum.compare", "what it compares is compared anyway"),
    ],
)
def test_comparators_of_what_is_compared_here_are_not_asked(
    config: Config, target: str, module: str, words: str
) -> None:
    def never(*arguments: object) -> None:
        raise AssertionError

    never.__module__ = module
    comparators.dispatch_for(target)(never)
    with pytest.warns(UserWarning, match=words):
        command.revision(config, "one", autogenerate=True)


def test_a_comparator_may_be_for_one_kind_of_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparators, "_functions", [])
    comparators.dispatch_for("schema", "postgresql")(print)
    assert comparators.of("sqlite") == []
    assert registered.comparators.of("postgresql") == [("schema", print)]
