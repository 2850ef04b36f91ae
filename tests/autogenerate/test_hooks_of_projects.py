"""Hooks as projects have them in their env.py, each on a real comparison: what they make is what they mean."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from schemadiff import command
from schemadiff.autogenerate.rewriter import Rewriter
from schemadiff.config import Config
from schemadiff.operations import MigrateOperation, ops
from schemadiff.script import ScriptDirectory

Hook = Callable[[Any, Any, Any], None]


def before() -> sa.MetaData:
    metadata = sa.MetaData()
    sa.Table(
        "account",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(80)),
        sa.Column("old", sa.String(10)),
        sa.Index("ix_account_old", "old"),
    )
    sa.Table("gone", metadata, sa.Column("id", sa.Integer, primary_key=True))
    return metadata


def after() -> sa.MetaData:
    metadata = sa.MetaData()
    sa.Table(
        "account",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(120)),
        sa.Column("score", sa.Integer, nullable=False),
        sa.Index("ix_account_name", "name"),
    )
    sa.Table(
        "post",
        metadata,
        sa.Column("created_at", sa.DateTime),
        sa.Column("body", sa.Text, info={"secret": True}),
        sa.Column("account_id", sa.ForeignKey("account.id")),
        sa.Column("id", sa.Integer, primary_key=True),
        comment="what was said",
        info={"kept": True},
    )
    return metadata


def revision(engine: sa.Engine, folder: Path, hook: Hook) -> str:
    """The text of the file that is written with ``hook`` in force; "" if none is. The upgrade has been run."""
    before().create_all(engine)
    (folder / "migrations" / "versions").mkdir(parents=True)
    config = Config(attributes={"target_metadata": after()})
    config.set_main_option("script_location", str(folder / "migrations"))
    config.set_main_option("url", engine.url.render_as_string(hide_password=False))
    command.revision(
        config, "change", autogenerate=True, process_revision_directives=hook, rev_id="one"
    )
    files = list((folder / "migrations" / "versions").glob("*.py"))
    command.upgrade(config, "head")
    return "\n".join(file.read_text() for file in files)


@pytest.fixture
def revise(engine: sa.Engine, tmp_path: Path) -> Callable[[Hook], str]:
    return lambda hook: revision(engine, tmp_path, hook)


Revise = Callable[[Hook], str]


def test_a_column_becomes_not_null_in_a_second_step(revise: Revise) -> None:
    writer = Rewriter()

    @writer.rewrites(ops.AddColumnOp)
    def add(context: Any, revision: Any, op: ops.AddColumnOp) -> Any:
        if op.column.nullable:
            return op
        op.column.nullable = True
        return [
            op,
            ops.AlterColumnOp(
                op.table_name, op.column.name, modify_nullable=False, existing_type=op.column.type
            ),
        ]

    text = revise(writer)
    assert 'sa.Column("score", sa.Integer(), nullable=True)' in text
    assert "NOT NULL" not in text
    step = "op.alter_column('account', 'score', existing_type=sa.Integer(), nullable=False)"
    assert step in ast.unparse(ast.parse(text))


def test_a_column_gets_a_default_from_a_hook(revise: Revise) -> None:
    writer = Rewriter()

    @writer.rewrites(ops.AddColumnOp)
    def add(context: Any, revision: Any, op: ops.AddColumnOp) -> Any:
        if not op.column.nullable:
            op.column.server_default = sa.DefaultClause(sa.text("42"))
        return op

    text = revise(writer)
    assert 'server_default=sa.text("42")' in text
    assert "server_default=None" not in text


def test_what_may_be_there_or_not(revise: Revise) -> None:
    writer = Rewriter()

    @writer.rewrites(ops.CreateTableOp)
    @writer.rewrites(ops.CreateIndexOp)
    def there(context: Any, revision: Any, op: Any) -> Any:
        op.if_not_exists = True
        return op

    @writer.rewrites(ops.DropTableOp)
    @writer.rewrites(ops.DropIndexOp)
    def not_there(context: Any, revision: Any, op: Any) -> Any:
        op.if_exists = True
        return op

    text = revise(writer)
    assert text.count("if_not_exists=True") == 4
    assert text.count("if_exists=True") == 4


def test_columns_in_another_order(revise: Revise) -> None:
    writer = Rewriter()
    first = {"id": -100, "created_at": 3001}

    @writer.rewrites(ops.CreateTableOp)
    def order(context: Any, revision: Any, op: Any) -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # copy() is on its way out of SQLAlchemy
            keyed = [
                (
                    first.get(item.key, at) if isinstance(item, sa.Column) else 2000,
                    item.copy() if hasattr(item, "copy") else item._copy(),
                )
                for at, item in enumerate(op.columns)
            ]
        return ops.CreateTableOp(
            op.table_name,
            [item for _, item in sorted(keyed, key=lambda one: one[0])],
            schema=op.schema,
            _namespace_metadata=op._namespace_metadata,
            **op.kw,
        )

    text = revise(writer)
    made = text[text.index('"post"') : text.index("def downgrade")]
    assert made.index('"id"') < made.index('"body"') < made.index('"created_at"')
    assert "_namespace" not in text


def test_statements_for_new_tables_follow(revise: Revise) -> None:
    writer = Rewriter()

    @writer.rewrites(ops.MigrationScript)
    def more(context: Any, revision: Any, op: Any) -> Any:
        new = [
            ops.ExecuteSQLOp(f"INSERT INTO {one.table_name} (id) VALUES (1)")
            for one in op.upgrade_ops.ops
            if isinstance(one, ops.CreateTableOp)
        ]
        op.upgrade_ops.ops.extend(new)
        return op

    assert 'op.execute("INSERT INTO post (id) VALUES (1)")' in revise(writer)


def test_a_table_is_looked_at_and_operations_of_the_projects_own_follow(revise: Revise) -> None:
    writer = Rewriter()

    @writer.rewrites(ops.CreateTableOp)
    def create(context: Any, revision: Any, op: Any) -> Any:
        table = op.to_table(context)
        if op.table_name == "gone":
            return op
        assert table.comment == "what was said"
        assert table.info == {"kept": True}
        assert {column.name for column in table.columns if column.info} == {"body"}
        return [op, ops.CreateIndexOp("ix_post_created", op.table_name, ["created_at"])]

    assert 'op.create_index("ix_post_created", "post", ["created_at"])' in revise(writer)


def test_a_dropped_column_is_kept_under_another_name(revise: Revise) -> None:
    writer = Rewriter()

    @writer.rewrites(ops.DropColumnOp)
    def drop(context: Any, revision: Any, op: Any) -> Any:
        return [
            ops.AlterColumnOp(op.table_name, op.column_name, modify_name=f"del_{op.column_name}")
        ]

    assert 'new_column_name="del_old"' in revise(writer)


def test_what_returns_nothing_leaves_out(revise: Revise) -> None:
    writer = Rewriter()

    @writer.rewrites(ops.DropTableOp)
    @writer.rewrites(ops.DropColumnOp)
    def keep(context: Any, revision: Any, op: Any) -> Any:
        return None

    text = revise(writer)
    assert 'drop_column("account", "old")' not in text
    assert 'drop_table("gone")' not in text


def test_groups_that_are_empty_now_go(revise: Revise) -> None:
    writer = Rewriter()

    @writer.rewrites(ops.ModifyTableOps)
    def own(context: Any, revision: Any, op: Any) -> Any:
        op.ops = [one for one in op.ops if not isinstance(one, ops.AddColumnOp | ops.DropColumnOp)]
        return op if op.ops else []

    text = revise(writer)
    assert '_column("account", "old' not in text


def test_rewriters_that_are_filled_after_they_were_chained(revise: Revise) -> None:
    first, second = Rewriter(), Rewriter()
    both = first.chain(second)

    @first.rewrites(ops.CreateTableOp)
    def one(context: Any, revision: Any, op: Any) -> Any:
        return [op, ops.ExecuteSQLOp("SELECT 1")]

    @second.rewrites(ops.ExecuteSQLOp)
    def two(context: Any, revision: Any, op: Any) -> Any:
        return ops.ExecuteSQLOp("SELECT 2")

    text = revise(both)
    assert "SELECT 2" in text
    assert "SELECT 1" not in text


def test_a_rewriter_of_a_projects_own_class_stays_one() -> None:
    class Own(Rewriter):
        setting = 1

    made = Own()
    made.setting = 2
    chained = made.chain(Rewriter())
    assert isinstance(chained, Own)
    assert chained.setting == 2


def test_no_file_without_a_difference(engine: sa.Engine, tmp_path: Path) -> None:
    def hook(context: Any, revision: Any, directives: Any) -> None:
        if directives[0].upgrade_ops.is_empty():
            directives[:] = []

    after().create_all(engine)
    (tmp_path / "migrations" / "versions").mkdir(parents=True)
    config = Config(attributes={"target_metadata": after()})
    config.set_main_option("script_location", str(tmp_path / "migrations"))
    config.set_main_option("url", engine.url.render_as_string(hide_password=False))
    command.revision(config, "change", autogenerate=True, process_revision_directives=hook)
    assert not list((tmp_path / "migrations" / "versions").glob("*.py"))


def test_revisions_are_numbered(revise: Revise) -> None:
    def hook(context: Any, revision: Any, directives: Any) -> None:
        (script,) = directives
        head = ScriptDirectory.from_config(context.config).get_current_head()
        script.rev_id = f"{int(head) + 1 if head else 1:04}"
        script.message = f"{script.message}, {script.rev_id}"
        script.imports.add("import uuid")

    text = revise(hook)
    assert 'revision: str = "0001"' in text
    assert text.startswith('"""change, 0001')
    assert "import uuid" in text


def test_operations_are_told_by_the_names_of_their_classes(revise: Revise) -> None:
    def hook(context: Any, revision: Any, directives: Any) -> None:
        assert context.dialect.name
        for script in directives:
            for both in (*script.upgrade_ops_list, *script.downgrade_ops_list):
                both.ops = [one for one in both.ops if not is_alter(one)]

    def is_alter(op: Any) -> bool:
        return op.__class__.__name__ == "ModifyTableOps" and any(
            one.__class__.__name__ == "AlterColumnOp" and "VARCHAR" in str(one.modify_type)
            for one in op.ops
        )

    text = revise(hook)
    assert "alter_column" not in text
    assert "create_table" in text


def test_the_way_back_is_made_of_the_way_there(revise: Revise) -> None:
    def hook(context: Any, revision: Any, directives: Any) -> None:
        script = directives[0]
        script.upgrade_ops.ops[:] = [
            one for one in script.upgrade_ops.ops if not isinstance(one, ops.DropTableOp)
        ]
        script.upgrade_ops.reverse_into(script.downgrade_ops)
        assert script.upgrade_ops.as_diffs()

    text = revise(hook)
    assert "gone" not in text
    assert 'op.drop_table("post")' in text


def test_directives_are_walked_as_far_as_they_have_ops(revise: Revise) -> None:
    seen: list[str] = []

    def walked(op: MigrateOperation) -> None:
        seen.append(type(op).__name__)
        for one in getattr(op, "ops", ()):
            walked(one)

    revise(lambda context, revision, directives: walked(directives[0].upgrade_ops))
    assert {"UpgradeOps", "ModifyTableOps", "CreateTableOp", "AlterColumnOp", "DropTableOp"} <= {
        *seen
    }


def test_a_directive_is_made_anew(revise: Revise) -> None:
    def hook(context: Any, revision: Any, directives: Any) -> None:
        old = directives[0]
        directives[:] = [
            ops.MigrationScript(
                old.rev_id,
                ops.UpgradeOps(ops=[ops.ExecuteSQLOp("SELECT 1"), *old.upgrade_ops.ops]),
                ops.DowngradeOps(ops=list(old.downgrade_ops.ops)),
                message=old.message,
                head=old.head,
                splice=old.splice,
                branch_label=old.branch_label,
                version_path=old.version_path,
                depends_on=old.depends_on,
            )
        ]

    text = revise(hook)
    assert text.index("SELECT 1") < text.index("create_table")
