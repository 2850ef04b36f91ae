"""configure(): every parameter does what the page says, in an environment and stand-alone."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from schemadiff import command
from schemadiff.config import Config
from schemadiff.environment import EnvironmentContext
from schemadiff.errors import CommandError, SchemaDiffError, UsageError
from schemadiff.operations import Operations
from schemadiff.runtime.migration import MigrationContext
from schemadiff.script import ScriptDirectory

REVISION = '''"""the {name}"""
revision = {name!r}
down_revision = {down!r}

from schemadiff import op


def upgrade({takes}):
    {body}


def downgrade({takes}):
    pass
'''


def config_in(folder: Path, env: str = "", **revisions: str) -> Config:
    """A project of revisions on one another, each with the body of its upgrade(), and an env.py."""
    versions = folder / "migrations" / "versions"
    versions.mkdir(parents=True)
    down: str | None = None
    for name, body in revisions.items():
        takes = "**arguments"
        text = REVISION.format(name=name, down=down, body=body, takes=takes)
        (versions / f"{name}.py").write_text(text)
        down = name
    if env:
        (folder / "migrations" / "env.py").write_text(env)
    config = Config(output_buffer=io.StringIO(), stdout=io.StringIO())
    config.set_main_option("script_location", str(folder / "migrations"))
    config.set_main_option("url", f"sqlite:///{folder}/app.db")
    return config


def script_of(config: Config, how: str, revision: str = "head") -> str:
    """What ``--sql`` writes for an env.py that says ``how``."""
    script = ScriptDirectory.from_config(config)
    Path(script.dir, "env.py").write_text(
        "import sqlalchemy as sa\nfrom schemadiff import context\n"
        f"context.configure({how})\n"
        "with context.begin_transaction():\n    context.run_migrations()\n"
    )
    command.upgrade(config, revision, sql=True)
    buffer = config.output_buffer
    assert isinstance(buffer, io.StringIO)
    return buffer.getvalue()


TABLE = "op.execute('CREATE TABLE t (a INTEGER)')"


# ---- the environment before configure() ----------------------------------------------------------


def test_what_needs_no_configure(tmp_path: Path) -> None:
    config = config_in(tmp_path, aaaa="pass", bbbb="pass")
    script = ScriptDirectory.from_config(config)
    how = {"as_sql": True, "starting_rev": "aaaa", "destination_rev": "head", "tag": "t"}
    with EnvironmentContext(config, script, **how) as environment:  # type: ignore[arg-type]
        assert environment.is_offline_mode()
        assert not environment.requires_connection()
        assert environment.get_head_revision() == "bbbb"
        assert environment.get_head_revisions() == ("bbbb",)
        assert environment.get_starting_revision_argument() == "aaaa"
        assert environment.get_revision_argument() == "bbbb"
        assert environment.get_tag_argument() == "t"


def test_one_head_is_asked_for_and_there_are_several(tmp_path: Path) -> None:
    config = config_in(tmp_path, aaaa="pass")
    (tmp_path / "migrations/versions/x.py").write_text("revision='xxxx'\ndown_revision=None\n")
    script = ScriptDirectory.from_config(config)
    with EnvironmentContext(config, script) as environment:
        with pytest.raises(SchemaDiffError):
            environment.get_head_revision()
        assert set(environment.get_head_revisions()) == {"aaaa", "xxxx"}


def test_after_configure_the_environment_speaks_for_its_context(
    tmp_path: Path, sqlite_engine: sa.Engine
) -> None:
    config = config_in(tmp_path)
    script = ScriptDirectory.from_config(config)
    with (
        EnvironmentContext(config, script) as environment,
        sqlite_engine.connect() as connection,
    ):
        environment.configure(connection, transactional_ddl=False)
        assert environment.get_bind() is connection
        assert environment.get_impl() is environment.get_context().impl
        assert environment.is_transactional_ddl() is False
        environment.execute("CREATE TABLE t (a INTEGER)", execution_options={"q": 1})
        environment.configure(connection)
        assert environment.is_transactional_ddl() is True


def test_arguments_of_run_migrations_reach_every_revision(tmp_path: Path) -> None:
    env = (
        "import sqlalchemy as sa\nfrom schemadiff import context\n"
        "engine = sa.create_engine(context.config.get_main_option('url'))\n"
        "with engine.connect() as connection:\n"
        "    context.configure(connection)\n"
        "    with context.begin_transaction():\n"
        "        context.run_migrations(seen=context.config.attributes['seen'])\n"
    )
    config = config_in(
        tmp_path, env, aaaa="arguments['seen'].append('a')", bbbb="arguments['seen'].append('b')"
    )
    config.attributes["seen"] = []
    command.upgrade(config, "head")
    assert config.attributes["seen"] == ["a", "b"]


# ---- which database ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("how", "name"),
    [
        ({"dialect_name": "postgresql"}, "postgresql"),
        ({"url": "postgresql+psycopg://me@h/d"}, "postgresql"),
        ({"url": "mysql+pymysql://me@h/d", "dialect_name": "sqlite"}, "mysql"),
        ({"dialect": sa.create_engine("sqlite://").dialect}, "sqlite"),
    ],
)
def test_the_dialect_is_found_without_a_connection(how: dict[str, Any], name: str) -> None:
    context = MigrationContext.configure(**how, opts={"as_sql": True})
    assert context.dialect.name == name
    assert context.as_sql


def test_offline_the_heads_are_what_was_said(tmp_path: Path) -> None:
    opts = {"as_sql": True, "starting_rev": "aaaa", "output_buffer": io.StringIO()}
    context = MigrationContext.configure(dialect_name="sqlite", opts=opts)
    assert context.get_current_heads() == ("aaaa",)


def test_a_context_alone_serves_operations(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        context = MigrationContext.configure(connection)
        op = Operations(context)
        op.create_table("alone", sa.Column("id", sa.Integer, primary_key=True))
        assert context.bind is connection
        assert op.get_context() is context
    assert sa.inspect(engine).get_table_names() == ["alone"]


# ---- offline -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dialect", "begin", "commit"),
    [
        ("postgresql", "BEGIN;", "COMMIT;"),
        ("mssql", "BEGIN TRANSACTION;", "COMMIT;"),
        ("oracle", "SET TRANSACTION READ WRITE", "COMMIT"),
    ],
)
def test_a_script_begins_and_commits_as_the_database_does(
    tmp_path: Path, dialect: str, begin: str, commit: str
) -> None:
    script = script_of(
        config_in(tmp_path, aaaa=TABLE), f"dialect_name={dialect!r}, transactional_ddl=True"
    )
    assert script.startswith(begin)
    assert commit in script.splitlines()


def test_a_script_may_have_a_transaction_for_each_revision(tmp_path: Path) -> None:
    config = config_in(tmp_path, aaaa=TABLE, bbbb="op.execute('SELECT 1')")
    script = script_of(config, "dialect_name='postgresql', transaction_per_migration=True")
    assert script.count("BEGIN;") == script.count("COMMIT;") >= 2


def test_an_autocommit_block_stands_outside_of_a_scripts_transaction(tmp_path: Path) -> None:
    body = "with op.get_context().autocommit_block():\n        op.execute('VACUUM')"
    script = script_of(config_in(tmp_path, aaaa=body), "dialect_name='postgresql'")
    lines = [line for line in script.splitlines() if line]
    at = lines.index("VACUUM;")
    assert lines[at - 1] == "COMMIT;"
    assert lines[at + 1] == "BEGIN;"


def test_separators_of_batches_can_be_said(tmp_path: Path) -> None:
    script = script_of(
        config_in(tmp_path, aaaa=TABLE), "dialect_name='mssql', mssql_batch_separator='NEXT'"
    )
    assert "\nNEXT\n" in script
    assert "GO" not in script.splitlines()


def test_tabs_are_four_spaces_in_a_script(tmp_path: Path) -> None:
    body = "op.execute('SELECT\\t1')"
    assert "SELECT    1;\n\n" in script_of(config_in(tmp_path, aaaa=body), "dialect_name='sqlite'")


def test_tabs_in_strings_stay_tabs_in_a_script(tmp_path: Path) -> None:
    body = """op.execute("SELECT\\t'a\\tb'")"""
    script = script_of(config_in(tmp_path, aaaa=body), "dialect_name='sqlite'")
    assert "SELECT    'a\tb';\n\n" in script


def test_values_stand_in_the_script_with_literal_binds(tmp_path: Path) -> None:
    body = (
        "import sqlalchemy as sa\n    "
        "op.execute(sa.table('t', sa.column('a', sa.Text)).insert().values(a='x'))"
    )
    script = script_of(config_in(tmp_path, aaaa=body), "dialect_name='sqlite', literal_binds=True")
    assert "INSERT INTO t (a) VALUES ('x');" in script


def test_literal_binds_are_for_scripts_only(sqlite_engine: sa.Engine) -> None:
    with (
        sqlite_engine.connect() as connection,
        pytest.raises(SchemaDiffError, match="literal_binds"),
    ):
        MigrationContext.configure(connection, opts={"literal_binds": True})


def test_a_script_may_have_an_encoding_of_its_own(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    config = config_in(tmp_path, aaaa="op.execute(\"SELECT 'é'\")")
    config.attributes["configure"] = {"output_buffer": buffer, "output_encoding": "latin-1"}
    script_of(config, "dialect_name='sqlite'")
    assert "SELECT 'é';".encode("latin-1") in buffer.getvalue()


def test_text_may_be_written_into_a_script(tmp_path: Path) -> None:
    config = config_in(tmp_path, aaaa="pass")
    out = script_of(config, "dialect_name='sqlite'); context.static_output('-- mine'")
    assert "-- mine\n" in out


def test_the_ends_may_be_said_by_the_environment(tmp_path: Path) -> None:
    config = config_in(tmp_path, aaaa=TABLE, bbbb="op.execute('SELECT 2')")
    script = script_of(config, "dialect_name='sqlite', starting_rev='aaaa', tag='t'")
    assert "CREATE TABLE t" not in script
    assert "SELECT 2;" in script


# ---- the version table ---------------------------------------------------------------------------


def test_the_version_table_has_the_documented_form(tmp_path: Path) -> None:
    config = config_in(tmp_path, aaaa="pass")
    assert (
        "CREATE TABLE alembic_version (\n"
        "    version_num VARCHAR(32) NOT NULL, \n"
        "    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)\n);"
    ) in script_of(config, "dialect_name='sqlite'")


def test_the_version_table_may_be_elsewhere_and_without_a_key(tmp_path: Path) -> None:
    how = "version_table='mine', version_table_schema='s', version_table_pk=False"
    script = script_of(config_in(tmp_path, aaaa="pass"), f"dialect_name='postgresql', {how}")
    assert "CREATE TABLE s.mine (\n    version_num VARCHAR(32) NOT NULL\n);" in script
    assert "INSERT INTO s.mine (version_num) VALUES ('aaaa')" in script


def test_a_script_down_to_base_leaves_the_version_table(tmp_path: Path) -> None:
    config = config_in(tmp_path, aaaa="pass")
    command.downgrade(config, "aaaa:base", sql=True)
    text = config.output_buffer.getvalue()  # type: ignore[union-attr]
    assert "DELETE FROM alembic_version WHERE alembic_version.version_num = 'aaaa'" in text
    assert "DROP TABLE" not in text


# ---- the models ----------------------------------------------------------------------------------


def test_tables_of_several_metadata_must_differ(tmp_path: Path) -> None:
    first, second = sa.MetaData(), sa.MetaData()
    for metadata in (first, second):
        sa.Table("t", metadata, sa.Column("a", sa.Integer))
    config = config_in(tmp_path)
    config.attributes["target_metadata"] = [first, second]
    (tmp_path / "app.db").touch()
    with pytest.raises(
        ValueError, match="Duplicate table keys across multiple MetaData objects: 't'"
    ):
        command.check(config)


def test_variables_for_the_template_may_be_said(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    Path(tmp_path, "migrations/script.py.mako").write_text(
        '"""${message}: ${team}"""\nrevision = ${repr(up_revision)}\n'
        "down_revision = ${repr(down_revision)}\n"
    )
    config.set_main_option("revision_environment", "true")
    (tmp_path / "app.db").touch()
    config.attributes["configure"] = {"template_args": {"team": "shop"}}
    written = command.revision(config, "x")
    assert written is not None
    assert '"""x: shop"""' in Path(written.path).read_text()  # type: ignore[union-attr]


def test_an_engine_is_refused_by_the_environment(tmp_path: Path, sqlite_engine: sa.Engine) -> None:
    config = config_in(tmp_path)
    environment = EnvironmentContext(config, ScriptDirectory.from_config(config))
    with environment, pytest.raises(UsageError, match="needs a Connection, not Engine"):
        environment.configure(sqlite_engine)  # type: ignore[arg-type]


def test_several_callbacks_are_told(tmp_path: Path) -> None:
    told: list[str] = []

    def one(**how: Any) -> None:
        step = how["step"]
        told.append(f"one {sorted(how['heads'])} {step.is_upgrade} {step.is_stamp}")

    def two(**how: Any) -> None:
        told.append(f"two {how['run_args']}")

    config = config_in(tmp_path, aaaa="pass")
    config.attributes["configure"] = {"on_version_apply": [one, two]}
    command.upgrade(config, "head")
    command.stamp(config, "base")
    assert told == ["one ['aaaa'] True False", "two {}", "one [] False True", "two {}"]


def test_a_plain_text_with_parameters_is_no_script(tmp_path: Path) -> None:
    context = MigrationContext.configure(
        dialect_name="sqlite", opts={"as_sql": True, "output_buffer": io.StringIO()}
    )
    with pytest.raises(CommandError, match="SQL parameters not allowed with as_sql"):
        context.sink.execute("SELECT ?", {"a": 1})


def test_names_of_plugins_are_accepted(sqlite_engine: sa.Engine) -> None:
    with sqlite_engine.connect() as connection:
        opts = {"autogenerate_plugins": ["alembic.autogenerate.*", "~alembic.autogenerate.types"]}
        assert MigrationContext.configure(connection, opts=opts).get_current_heads() == ()


def test_models_are_needed_for_a_comparison(tmp_path: Path) -> None:
    env = (
        "import sqlalchemy as sa\nfrom schemadiff import context\n"
        "engine = sa.create_engine(context.config.get_main_option('url'))\n"
        "with engine.connect() as connection:\n"
        "    context.configure(connection)\n"
        "    context.run_migrations()\n"
    )
    config = config_in(tmp_path, env)
    (tmp_path / "app.db").touch()
    with pytest.raises(SchemaDiffError, match="does not provide a MetaData object or sequence"):
        command.revision(config, "x", autogenerate=True)


def test_offline_a_stand_in_for_the_connection_writes_what_it_executes(tmp_path: Path) -> None:
    body = (
        "import sqlalchemy as sa\n"
        "    bind = op.get_bind()\n"
        "    table = sa.Table('t', sa.MetaData(), sa.Column('a', sa.Integer))\n"
        "    if bind.dialect.name == 'postgresql':\n"
        "        table.create(bind)\n"
        "        bind.execute(table.insert().values(a=1))\n"
        "        bind.execute(table.insert(), [{'a': 2}, {'a': 3}])\n"
        "        bind.execute(sa.text('DELETE FROM t WHERE a = :a'), {'a': 3})"
    )
    script = script_of(config_in(tmp_path, aaaa=body), "dialect_name='postgresql'")
    for statement in (
        "CREATE TABLE t (\n    a INTEGER\n);",
        "INSERT INTO t (a) VALUES (1);",
        "INSERT INTO t (a) VALUES (2);",
        "INSERT INTO t (a) VALUES (3);",
        "DELETE FROM t WHERE a = 3;",
    ):
        assert statement in script


@pytest.mark.parametrize(("dialect", "separator"), [("mssql", "GO"), ("oracle", "/")])
def test_batches_are_separated_as_their_tools_expect(
    tmp_path: Path, dialect: str, separator: str
) -> None:
    config = config_in(tmp_path, aaaa=TABLE)
    assert separator in script_of(config, f"dialect_name={dialect!r}").splitlines()
    script = script_of(config, f"dialect_name={dialect!r}, {dialect}_batch_separator='NEXT'")
    assert "NEXT" in script.splitlines()


def test_the_dialect_that_is_made_takes_arguments(tmp_path: Path) -> None:
    how = {"url": "postgresql+psycopg://h/d", "dialect_opts": {"paramstyle": "named"}}
    context = MigrationContext.configure(**how, opts={"as_sql": True})  # type: ignore[arg-type]
    assert context.dialect.paramstyle == "named"


def test_the_last_of_several_calls_counts(tmp_path: Path, sqlite_engine: sa.Engine) -> None:
    config = config_in(tmp_path)
    with EnvironmentContext(config, ScriptDirectory.from_config(config)) as environment:
        environment.configure(dialect_name="postgresql", version_table="one")
        with sqlite_engine.connect() as connection:
            environment.configure(connection)
            assert environment.get_context().dialect.name == "sqlite"
            assert environment.get_context().version_table == "alembic_version"
