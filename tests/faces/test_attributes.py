"""What programs and hooks read on our objects is there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from schemadiff import command, op
from schemadiff.autogenerate import AutogenContext, produce_migrations
from schemadiff.config import CommandLine, Config
from schemadiff.environment import EnvironmentContext
from schemadiff.migration import MigrationContext
from schemadiff.operations import ops
from schemadiff.script import ScriptDirectory

CONFIG = (
    "attributes cmd_opts config_args config_file_name config_ini_section file_config output_buffer "
    "stdout toml_file_name"
)
MIGRATION_CONTEXT = (
    "bind connection config dialect impl opts output_buffer script transactional_ddl version_table "
    "version_table_schema as_sql"
)
IMPL = "output_buffer transactional_ddl bind"
AUTOGEN_CONTEXT = "connection dialect imports inspector metadata migration_context opts"
DIRECTORY = (
    "dir output_encoding revision_map sourceless timezone version_locations versions"
)  # fmt: skip
REVISION = (
    "revision down_revision nextrev dependencies branch_labels path module doc longdoc log_entry"
)
STEP = (
    "is_upgrade is_stamp is_migration up_revision_id up_revision_ids up_revision up_revisions "
    "down_revision_ids down_revisions source_revision_ids source_revisions destination_revision_ids "
    "destination_revisions revision_map"
)
SCRIPT = (
    "upgrade_ops downgrade_ops upgrade_ops_list downgrade_ops_list imports rev_id head splice "
    "branch_label version_path depends_on message"
)


def lacking(thing: object, names: str) -> list[str]:
    return [name for name in names.split() if not hasattr(thing, name)]


@pytest.fixture
def config(tmp_path: Path) -> Config:
    versions = tmp_path / "migrations" / "versions"
    versions.mkdir(parents=True)
    (versions / "a.py").write_text(
        '"""first"""\nrevision = "aaaa"\ndown_revision = None\ndef upgrade(): pass\n'
    )
    config = Config(stdout=None)
    config.set_main_option("script_location", str(tmp_path / "migrations"))
    config.set_main_option("url", f"sqlite:///{tmp_path}/app.db")
    return config


def test_what_is_read_of_a_project(config: Config) -> None:
    script = ScriptDirectory.from_config(config)
    assert lacking(config, CONFIG) == []
    assert lacking(script, DIRECTORY) == []
    assert lacking(script.get_revision("aaaa"), REVISION) == []
    assert script.revision_map.heads == ("aaaa",)
    assert EnvironmentContext(config, script).script is script
    assert CommandLine().parser.prog == "schemadiff"


def test_what_is_read_of_a_context(sqlite_engine: sa.Engine) -> None:
    with sqlite_engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert lacking(context, MIGRATION_CONTEXT) == []
        assert lacking(context.impl, IMPL) == []
        autogen = AutogenContext(context, sa.MetaData())
        assert lacking(autogen, AUTOGEN_CONTEXT) == []
        autogen.imports.add("import uuid")


def test_what_a_callback_reads_of_a_step(config: Config) -> None:
    steps: list[Any] = []
    config.attributes["configure"] = {
        "on_version_apply": lambda ctx, step, heads, run_args: steps.append(step)
    }
    command.upgrade(config, "head")
    command.stamp(config, "base")
    assert [lacking(step, STEP) for step in steps] == [[], []]
    up, stamped = steps
    assert (up.is_upgrade, up.is_migration, up.is_stamp) == (True, True, False)
    assert (up.source_revision_ids, up.destination_revision_ids) == ((), ("aaaa",))
    assert up.up_revision is up.up_revisions[0] is up.destination_revisions[0]
    assert (stamped.is_stamp, stamped.is_migration, stamped.is_upgrade) == (True, False, False)
    assert (stamped.down_revision_ids, stamped.destination_revisions) == ((), ())


def test_what_a_hook_reads_of_a_script(sqlite_engine: sa.Engine) -> None:
    metadata = sa.MetaData()
    sa.Table("t", metadata, sa.Column("id", sa.Integer, primary_key=True, comment="x"))
    with sqlite_engine.connect() as connection:
        script = produce_migrations(MigrationContext.configure(connection), metadata)
    assert lacking(script, SCRIPT) == []
    assert script.upgrade_ops is not None
    (create,) = script.upgrade_ops.ops
    assert lacking(create, "table_name columns schema kw comment info if_not_exists") == []
    assert script.imports == set()


@pytest.mark.parametrize(
    ("made", "names"),
    [
        (ops.AddColumnOp("t", sa.Column("a", sa.Integer)), "table_name column schema if_not_exists kw"),
        (ops.DropColumnOp("t", "a"), "table_name column_name schema kw if_exists"),
        (ops.AlterColumnOp("t", "a"), "table_name column_name schema kw existing_type existing_nullable "
         "existing_server_default existing_comment modify_type modify_nullable modify_server_default "
         "modify_comment modify_name"),
        (ops.CreateIndexOp("i", "t", ["a"]), "index_name table_name columns schema unique kw if_not_exists"),
        (ops.DropIndexOp("i", "t"), "index_name table_name schema kw if_exists"),
        (ops.DropConstraintOp("c", "t"), "constraint_name table_name constraint_type schema if_exists"),
        (ops.CreateUniqueConstraintOp("c", "t", ["a"]), "constraint_name table_name columns schema kw"),
        (ops.CreateCheckConstraintOp("c", "t", "a > 0"), "constraint_name table_name condition schema kw"),
        (ops.CreateForeignKeyOp("c", "t", "u", ["a"], ["b"]), "constraint_name source_table "
         "referent_table local_cols remote_cols kw"),
        (ops.CreateTableOp("t", []), "table_name columns schema comment info prefixes kw"),
        (ops.DropTableOp("t"), "table_name schema comment info prefixes table_kw if_exists"),
        (ops.CreateTableCommentOp("t", "c"), "table_name comment existing_comment schema"),
        (ops.DropTableCommentOp("t"), "table_name existing_comment schema"),
        (ops.ExecuteSQLOp("SELECT 1"), "sqltext execution_options"),
        (ops.ModifyTableOps("t", []), "table_name ops schema"),
        (ops.UpgradeOps([]), "ops upgrade_token"),
        (ops.DowngradeOps([]), "ops downgrade_token"),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, str) else "",
)  # fmt: skip
def test_what_a_hook_reads_of_an_operation(made: object, names: str) -> None:
    assert lacking(made, names) == []


def test_outside_of_a_migration_an_operation_says_so() -> None:
    with pytest.raises(NameError, match="Can't invoke function 'add_column'"):
        op.add_column("t", sa.Column("a", sa.Integer))
