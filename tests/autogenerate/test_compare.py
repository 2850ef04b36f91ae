"""``compare_metadata`` and ``produce_migrations`` as people call them, on every database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import mysql

from schemadiff.autogenerate import (
    AutogenContext,
    Rewriter,
    UndecidedWarning,
    compare_metadata,
    produce_migrations,
    render,
    render_python_code,
)
from schemadiff.errors import CommandError
from schemadiff.migration import MigrationContext
from schemadiff.operations import Operations, ops


def models(*more: Any, length: int = 80) -> sa.MetaData:
    metadata = sa.MetaData()
    sa.Table(
        "account",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("email", sa.String(length), nullable=False, unique=True),
        sa.Column("created", sa.DateTime, server_default=sa.func.current_timestamp()),
        *more,
    )
    return metadata


def differences(connection: sa.Connection, metadata: Any, **opts: Any) -> list[Any]:
    return compare_metadata(MigrationContext.configure(connection, opts=opts), metadata)


@pytest.fixture
def connection(engine: sa.Engine) -> Any:
    models().create_all(engine)
    with engine.connect() as connection:
        yield connection


def test_what_create_all_made_differs_in_nothing(connection: sa.Connection) -> None:
    assert differences(connection, models()) == []


def test_a_changed_type_is_named_with_both_spellings(connection: sa.Connection) -> None:
    (changed,) = differences(connection, models(length=120))
    (one,) = changed
    assert one[:4] == ("modify_type", None, "account", "email")
    assert (one[5].length, one[6].length) == (80, 120)


def test_added_and_removed_columns_are_the_documented_tuples(connection: sa.Connection) -> None:
    metadata = models(sa.Column("score", sa.Integer))
    ((verb, schema, table, column),) = differences(connection, metadata)
    assert (verb, schema, table, column.name) == ("add_column", None, "account", "score")


def test_an_open_transaction_of_the_callers_stays_open_and_uncommitted(engine: sa.Engine) -> None:
    models().create_all(engine)
    with engine.connect() as connection:
        connection.execute(sa.text("INSERT INTO account (id, email) VALUES (1, 'a')"))
        differences(connection, models(sa.CheckConstraint("id > 0", name="ck"), length=90))
        assert connection.in_transaction()
        connection.rollback()
        assert connection.execute(sa.text("SELECT count(*) FROM account")).scalar() == 0


def test_a_comparison_leaves_no_transaction_and_no_table(connection: sa.Connection) -> None:
    differences(connection, models(sa.CheckConstraint("id > 0", name="ck"), length=90))
    assert not connection.in_transaction()
    assert sa.inspect(connection).get_table_names() == ["account"]


def test_a_comparison_is_refused_where_there_is_no_database() -> None:
    context = MigrationContext.configure(dialect_name="sqlite", opts={"as_sql": True})
    with pytest.raises(CommandError, match="needs a database"):
        compare_metadata(context, models())


def test_include_name_hides_what_was_found(connection: sa.Connection) -> None:
    def only_others(name: str | None, type_: str, parents: Any) -> bool:
        return type_ != "table" or name != "account"

    assert differences(connection, sa.MetaData(), include_name=only_others) == []


def test_include_object_sees_both_sides_and_keeps_objects_out(connection: sa.Connection) -> None:
    seen: list[tuple[str | None, str, bool]] = []

    def include(object_: Any, name: str | None, type_: str, reflected: bool, other: Any) -> bool:
        seen.append((name, type_, reflected))
        return name not in ("score", "created")

    metadata = models(sa.Column("score", sa.Integer))
    metadata.tables["account"].columns["created"].server_default = None
    assert differences(connection, metadata, include_object=include) == []
    assert ("score", "column", False) in seen
    assert ("account", "table", False) in seen


def test_compare_type_overrules_in_both_directions(connection: sa.Connection) -> None:
    said: list[Any] = []

    def same(context: Any, there: Any, wanted: Any, old: Any, new: Any) -> bool | None:
        said.append((there.name, old, new))
        return False

    assert differences(connection, models(length=120), compare_type=same) == []
    assert {name for name, _, _ in said} == {"id", "email", "created"}
    assert differences(connection, models(length=120), compare_type=False) == []
    assert (
        len(differences(connection, models(), compare_type=lambda *a: a[1].name == "id" or None))
        == 1
    )


def test_compare_server_default_overrules(connection: sa.Connection) -> None:
    metadata = models()
    metadata.tables["account"].columns["created"].server_default = None
    assert len(differences(connection, metadata)) == 1
    assert differences(connection, metadata, compare_server_default=False) == []
    assert differences(connection, metadata, compare_server_default=lambda *a: False) == []


def test_several_metadata_are_compared_as_one(connection: sa.Connection) -> None:
    other = sa.MetaData()
    sa.Table("other", other, sa.Column("id", sa.Integer, primary_key=True))
    ((verb, table),) = differences(connection, [models(), other])
    assert (verb, table.name) == ("add_table", "other")
    with pytest.raises(ValueError, match="account"):
        differences(connection, [models(), models()])


def test_the_operations_lead_there_and_back(connection: sa.Connection) -> None:
    wanted = models(sa.Column("score", sa.Integer, server_default="0", nullable=False), length=120)
    context = MigrationContext.configure(connection)
    script = produce_migrations(context, wanted)
    assert script.upgrade_ops is not None
    assert script.downgrade_ops is not None
    for op in script.upgrade_ops.ops:
        Operations(context).invoke(op)
    assert compare_metadata(context, wanted) == []
    for op in script.downgrade_ops.ops:
        Operations(context).invoke(op)
    assert compare_metadata(context, models()) == []


def test_the_operations_are_readable_python(connection: sa.Connection) -> None:
    context = MigrationContext.configure(connection)
    script = produce_migrations(context, models(sa.Column("score", sa.Integer)))
    assert script.upgrade_ops is not None
    imports: set[str] = set()
    code = render_python_code(script.upgrade_ops, imports=imports, migration_context=context)
    assert 'op.add_column("account", sa.Column("score", sa.Integer(), nullable=True))' in code
    assert imports == {"import sqlalchemy as sa", "from schemadiff import op"}


def test_a_rewriter_replaces_adds_and_leaves_out(connection: sa.Connection) -> None:
    writer, then = Rewriter(), Rewriter()

    @writer.rewrites(ops.AddColumnOp)
    def twice(context: Any, revision: Any, op: ops.AddColumnOp) -> list[Any]:
        return [op, ops.ExecuteSQLOp("SELECT 1")]

    @then.rewrites(ops.ExecuteSQLOp)
    def gone(context: Any, revision: Any, op: ops.ExecuteSQLOp) -> list[Any]:
        return []

    def made(hook: Rewriter) -> list[str]:
        metadata = models(sa.Column("score", sa.Integer))
        script = produce_migrations(MigrationContext.configure(connection), metadata)
        hook(None, None, [script])
        assert script.upgrade_ops is not None
        (group,) = script.upgrade_ops.ops
        assert isinstance(group, ops.ModifyTableOps)
        return [type(op).__name__ for op in group.ops]

    assert made(writer) == ["AddColumnOp", "ExecuteSQLOp"]
    assert made(writer.chain(then)) == ["AddColumnOp"]


def test_a_read_only_connection_says_what_it_could_not_compare(
    postgresql_engine: sa.Engine,
) -> None:
    models().create_all(postgresql_engine)
    metadata = models()
    metadata.tables["account"].columns["created"].server_default = sa.DefaultClause(
        sa.text("current_timestamp + interval '1h'")
    )
    with postgresql_engine.connect() as connection:
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")
        with pytest.warns(UndecidedWarning, match=r"account\.created"):
            assert differences(connection, metadata) == []


def test_an_undeclared_rename_keeps_the_rows(connection: sa.Connection) -> None:
    connection.execute(sa.text("INSERT INTO account (id, email) VALUES (1, 'a')"))
    connection.commit()
    wanted = sa.MetaData()
    models().tables["account"].to_metadata(wanted, name="accounts")
    context = MigrationContext.configure(connection)
    assert ("rename_table", None, "account", "accounts") in compare_metadata(context, wanted)
    script = produce_migrations(context, wanted)
    assert script.upgrade_ops is not None
    for op in script.upgrade_ops.ops:
        Operations(context).invoke(op)
    assert connection.execute(sa.text("SELECT email FROM accounts")).scalars().all() == ["a"]


def family(type_: Any, **options: Any) -> sa.MetaData:
    metadata = sa.MetaData()
    id_ = sa.Column("id", type_, primary_key=True, autoincrement=False)
    sa.Table("parent", metadata, id_)
    child = sa.Column("parent_id", type_, sa.ForeignKey("parent.id", name="fk"), **options)
    sa.Table("child", metadata, sa.Column("id", sa.Integer, primary_key=True), child)
    return metadata


def test_a_foreign_key_that_only_steps_aside_is_no_difference(engine: sa.Engine) -> None:
    family(sa.Integer).create_all(engine)
    with engine.connect() as connection:
        found = differences(connection, family(sa.BigInteger))
    assert [[one[0] for one in change] for change in found] == [["modify_type"], ["modify_type"]]


def test_a_foreign_key_that_leans_on_a_dropped_index_is_no_difference(engine: sa.Engine) -> None:
    family(sa.Integer, index=True).create_all(engine)
    with engine.connect() as connection:
        found = differences(connection, family(sa.Integer))
    assert [one[0] for one in found] == ["remove_index"]


def test_an_option_of_a_column_is_told_with_what_it_was(sqlite_engine: sa.Engine) -> None:
    def ignoring(**options: Any) -> sa.MetaData:
        metadata = sa.MetaData()
        sa.Table("t", metadata, sa.Column("a", sa.Integer, nullable=False, **options))
        return metadata

    ignoring().create_all(sqlite_engine)
    wanted = ignoring(sqlite_on_conflict_not_null="IGNORE")
    with sqlite_engine.connect() as connection:
        (((verb, _, table, column, _, old, new),),) = differences(connection, wanted)
        script = produce_migrations(MigrationContext.configure(connection), wanted)
    assert (verb, table, column) == ("modify_options", "t", "a")
    assert (old, new) == ({}, {"sqlite_on_conflict_not_null": "IGNORE"})
    assert script.upgrade_ops is not None
    assert script.upgrade_ops.reverse().as_diffs()[0][0][-2:] == (new, old)


def test_a_schema_that_is_not_attached_is_empty(sqlite_engine: sa.Engine) -> None:
    metadata = sa.MetaData(schema="nowhere")
    sa.Table("t", metadata, sa.Column("a", sa.Integer))
    with sqlite_engine.connect() as connection:
        assert [one[0] for one in differences(connection, metadata)] == ["add_table"]


def test_a_changed_default_is_told_by_the_clauses_of_both_columns(engine: sa.Engine) -> None:
    def said(default: Any) -> sa.MetaData:
        metadata = sa.MetaData()
        sa.Table("t", metadata, sa.Column("a", sa.Integer, server_default=default))
        return metadata

    said("1").create_all(engine)
    wanted = said("2")
    with engine.connect() as connection:
        (((verb, *_, old, new),),) = differences(connection, wanted)
    assert verb == "modify_default"
    assert new is wanted.tables["t"].c.a.server_default
    assert new.column is wanted.tables["t"].c.a
    assert isinstance(old, sa.DefaultClause)
    assert "1" in str(old.arg)


class Refresh(ops.MigrateOperation):
    """An operation of a project's own."""

    def __init__(self, view: str) -> None:
        self.view = view


class Later(Refresh):
    """Written as its parent is."""


class Money(sa.types.UserDefinedType[int]):
    """A type of a project's own."""


@pytest.fixture
def registered() -> Iterator[None]:
    """Renderers of a project's own, for as long as a test runs."""
    kept = dict(render.renderers._functions)

    @render.renderers.dispatch_for(Refresh)
    def refresh(context: AutogenContext, op: Refresh) -> list[str]:
        context.imports.add("from shop import views")
        return [f"views.refresh({op.view!r})", "views.done()"]

    @render.renderers.dispatch_for(Money)
    def money(context: AutogenContext, type_: Money) -> str:
        context.imports.add("from shop import money")
        return "money.Money()"

    yield
    render.renderers._functions.clear()
    render.renderers._functions.update(kept)


@pytest.mark.usefixtures("registered")
@pytest.mark.parametrize("kind", [Refresh, Later])
def test_a_renderer_is_registered_for_an_operation_or_a_type(kind: type[Refresh]) -> None:
    imports: set[str] = set()
    up = ops.UpgradeOps([kind("sales"), ops.AddColumnOp("t", sa.Column("price", Money()))])
    text = render.render_python_code(up, imports=imports)
    assert "    views.refresh('sales')\n    views.done()\n" in text
    assert 'sa.Column("price", money.Money(), nullable=True)' in text
    assert {"from shop import money", "from shop import views"} <= imports


@pytest.mark.usefixtures("registered")
def test_render_item_comes_before_what_is_registered() -> None:
    up = ops.UpgradeOps([ops.AddColumnOp("t", sa.Column("price", Money()))])
    text = render.render_python_code(
        up, render_item=lambda kind, item, _: "Mine()" if kind == "type" else False
    )
    assert "Mine()" in text


# ---- types of the database's side ----------------------------------------------------------------

SAYS_MORE = {
    "postgresql": {
        "at": ("timestamp", "sa.TIMESTAMP()"),
        "nearly": ("timestamp(3)", "postgresql.TIMESTAMP(precision=3)"),
        "words": ("varchar(3)[]", "sa.ARRAY(sa.VARCHAR(length=3))"),
        "said": ("json", "sa.JSON()"),
        "kept": ("jsonb", "postgresql.JSONB()"),
    },
    "mariadb": {
        "many": ("int", "sa.INTEGER()"),
        "more": ("int unsigned", "mysql.INTEGER(unsigned=True)"),
        "flag": ("tinyint(1)", "mysql.TINYINT(display_width=1)"),
        "far": ("double", "sa.DOUBLE()"),
        "name": ("varchar(80)", "sa.VARCHAR(length=80)"),
        "old": (
            "varchar(9) CHARACTER SET latin1",
            'mysql.VARCHAR(length=9, charset="latin1", collation="latin1_swedish_ci")',
        ),
        "note": ("text", "sa.TEXT()"),
        "book": ("longtext", "mysql.LONGTEXT()"),
        "at": ("datetime", "sa.DATETIME()"),
        "nearly": ("datetime(6)", "mysql.DATETIME(fsp=6)"),
        "kind": ("enum('a','b')", 'mysql.ENUM("a", "b")'),
    },
}
"""Columns by name: how they are declared, and the type that a revision writes for the database's side."""


@pytest.mark.parametrize("kind", SAYS_MORE)
def test_a_class_of_one_database_is_written_only_where_it_says_more(
    kind: str, request: pytest.FixtureRequest
) -> None:
    declared = ", ".join(f"{name} {type_}" for name, (type_, _) in SAYS_MORE[kind].items())
    engine: sa.Engine = request.getfixturevalue(f"{kind}_engine")
    with engine.begin() as connection:
        connection.execute(sa.text(f"CREATE TABLE t ({declared})"))
        migration = produce_migrations(MigrationContext.configure(connection), sa.MetaData())
        assert migration.downgrade_ops is not None
        context = MigrationContext.configure(connection)
        source = render_python_code(migration.downgrade_ops, migration_context=context)
    written = {name: f'sa.Column("{name}", {type_}' for name, (_, type_) in SAYS_MORE[kind].items()}
    flat = " ".join(source.split()).replace("( ", "(").replace(", )", ")")
    assert [name for name, said in written.items() if said not in flat] == [], source


def test_the_tuples_have_the_class_of_the_database(mariadb_engine: sa.Engine) -> None:
    models().create_all(mariadb_engine)
    with mariadb_engine.connect() as connection:
        (((*_, there, _wanted),),) = differences(connection, models(length=120))
    assert type(there) is mysql.VARCHAR
