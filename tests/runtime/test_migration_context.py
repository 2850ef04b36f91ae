"""MigrationContext: version rows, transactions that are real, failures that say what was done."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from schemadiff.errors import CommandError, UsageError
from schemadiff.runtime.migration import MigrationContext
from schemadiff.runtime.steps import Step
from schemadiff.script import ScriptDirectory

REVISION = '''"""{message}"""
revision = {name!r}
down_revision = {down!r}


def upgrade(bind):
    for text in {up!r}:
        bind.execute(text)


def downgrade(bind):
    for text in {back!r}:
        bind.execute(text)
'''


@pytest.fixture
def script(tmp_path: Path) -> ScriptDirectory:
    """Three revisions: the first two make tables, the third fails in its second statement."""
    versions = tmp_path / "migrations" / "versions"
    versions.mkdir(parents=True)
    plans = (
        ("aaaa", None, ["CREATE TABLE one (a INTEGER)"], ["DROP TABLE one"]),
        ("bbbb", "aaaa", ["CREATE TABLE two (a INTEGER)"], ["DROP TABLE two"]),
        ("cccc", "bbbb", ["CREATE TABLE three (a INTEGER)", "CREATE TABLE one (a INTEGER)"], []),
    )
    for name, down, up, back in plans:
        text = REVISION.format(message=f"make {name}", name=name, down=down, up=up, back=back)
        (versions / f"{name}.py").write_text(text)
    return ScriptDirectory(tmp_path / "migrations")


Plan = Callable[[Any, MigrationContext], Iterable[Step]]


def opts(script: ScriptDirectory, target: str, **more: Any) -> dict[str, Any]:
    def fn(heads: Any, context: MigrationContext) -> Iterable[Step]:
        return script.upgrade_steps(target, heads)

    return {"script": script, "fn": fn, **more}


def tables(engine: sa.Engine) -> set[str]:
    return set(sa.inspect(engine).get_table_names())


def run(engine: sa.Engine, script: ScriptDirectory, target: str, **more: Any) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=opts(script, target, **more))
        with context.begin_transaction():
            context.run_migrations(bind=context)


def test_an_upgrade_notes_the_revision_and_leaves_no_transaction_open(
    engine: sa.Engine, script: ScriptDirectory
) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=opts(script, "bbbb"))
        assert context.get_current_heads() == ()
        assert not connection.in_transaction()
        with context.begin_transaction():
            context.run_migrations(bind=context)
        assert context.get_current_revision() == "bbbb"
        assert not connection.in_transaction()
    assert tables(engine) == {"one", "two", "alembic_version"}


@pytest.mark.parametrize("kind", ["postgresql", "sqlite"])
def test_where_ddl_can_be_undone_a_failure_undoes_all(
    kind: str, request: pytest.FixtureRequest, script: ScriptDirectory
) -> None:
    engine = request.getfixturevalue(f"{kind}_engine")
    with pytest.raises(sa.exc.DBAPIError) as caught:
        run(engine, script, "cccc")
    assert tables(engine) == set()
    notes = "\n".join(caught.value.__notes__)
    assert "while running upgrade bbbb -> cccc, make cccc" in notes
    assert "statement: CREATE TABLE one (a INTEGER)" in notes
    assert "rolled back: upgrade  -> aaaa; upgrade aaaa -> bbbb; upgrade bbbb -> cccc" in notes


@pytest.mark.parametrize("kind", ["postgresql", "sqlite"])
def test_with_a_transaction_per_migration_the_complete_ones_stay(
    kind: str, request: pytest.FixtureRequest, script: ScriptDirectory
) -> None:
    engine = request.getfixturevalue(f"{kind}_engine")
    with pytest.raises(sa.exc.DBAPIError) as caught:
        run(engine, script, "cccc", transaction_per_migration=True)
    assert tables(engine) == {"one", "two", "alembic_version"}
    notes = "\n".join(caught.value.__notes__)
    assert "rolled back: upgrade bbbb -> cccc" in notes
    assert "done and kept: upgrade  -> aaaa; upgrade aaaa -> bbbb" in notes


def test_mariadb_stops_at_the_last_complete_revision_and_says_what_is_left(
    mariadb_engine: sa.Engine, script: ScriptDirectory
) -> None:
    with pytest.raises(sa.exc.DBAPIError) as caught:
        run(mariadb_engine, script, "cccc")
    assert tables(mariadb_engine) == {"one", "two", "three", "alembic_version"}
    with mariadb_engine.connect() as connection:
        assert MigrationContext.configure(connection).get_current_heads() == ("bbbb",)
    notes = "\n".join(caught.value.__notes__)
    assert "cannot undo DDL" in notes
    assert "  CREATE TABLE three (a INTEGER)" in notes
    assert "done and kept: upgrade  -> aaaa; upgrade aaaa -> bbbb" in notes


@pytest.mark.parametrize("kind", ["postgresql", "sqlite"])
def test_a_transaction_of_the_caller_is_never_committed(
    kind: str, request: pytest.FixtureRequest, script: ScriptDirectory
) -> None:
    engine = request.getfixturevalue(f"{kind}_engine")
    with engine.connect() as connection:
        connection.begin()
        context = MigrationContext.configure(connection, opts=opts(script, "bbbb"))
        with context.begin_transaction():
            context.run_migrations(bind=context)
        assert connection.in_transaction()
        connection.rollback()
    assert tables(engine) == set()


def test_a_failure_in_the_callers_transaction_leaves_the_decision_to_the_caller(
    postgresql_engine: sa.Engine, script: ScriptDirectory
) -> None:
    with postgresql_engine.begin() as connection:
        context = MigrationContext.configure(connection, opts=opts(script, "cccc"))
        with pytest.raises(sa.exc.DBAPIError) as caught:
            context.run_migrations(bind=context)
        connection.rollback()
    assert (
        "in the caller's transaction, not committed: upgrade  -> aaaa" in caught.value.__notes__[0]
    )


def test_the_steps_run_even_if_nobody_begins_a_transaction(
    engine: sa.Engine, script: ScriptDirectory
) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=opts(script, "bbbb"))
        context.run_migrations(bind=context)
    assert tables(engine) == {"one", "two", "alembic_version"}


def test_a_downgrade_to_base_leaves_an_empty_version_table(
    engine: sa.Engine, script: ScriptDirectory
) -> None:
    run(engine, script, "bbbb")

    def fn(heads: Any, context: MigrationContext) -> Iterable[Step]:
        return script.downgrade_steps("base", heads)

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"script": script, "fn": fn})
        with context.begin_transaction():
            context.run_migrations(bind=context)
        assert context.get_current_heads() == ()
    assert tables(engine) == {"alembic_version"}


def test_callbacks_are_told_of_each_step(sqlite_engine: sa.Engine, script: ScriptDirectory) -> None:
    told: list[tuple[Any, ...]] = []

    def note(ctx: Any, step: Any, heads: Any, run_args: Any) -> None:
        told.append((step.up_revision_id, step.source_revision_ids, step.is_upgrade, heads))
        assert step.up_revision.doc == f"make {step.up_revision_id}"

    run(sqlite_engine, script, "bbbb", on_version_apply=note)
    assert told == [("aaaa", (), True, {"aaaa"}), ("bbbb", ("aaaa",), True, {"bbbb"})]


def test_stamp_writes_only_the_version(engine: sa.Engine, script: ScriptDirectory) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        context.stamp(script, "bbbb")
        assert context.get_current_heads() == ("bbbb",)
        context.stamp(script, "aaaa")
        assert context.get_current_heads() == ("aaaa",)
    assert tables(engine) == {"alembic_version"}


def test_a_row_that_somebody_else_changed_is_an_error(
    engine: sa.Engine, script: ScriptDirectory
) -> None:
    run(engine, script, "aaaa")

    def fn(heads: Any, context: MigrationContext) -> Iterable[Step]:
        context.sink.execute(context.versions.update("aaaa", "zzzz"))
        yield from script.upgrade_steps("bbbb", ["aaaa"])

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"script": script, "fn": fn})
        with (
            pytest.raises(CommandError, match="expected to match one row"),
            context.begin_transaction(),
        ):
            context.run_migrations(bind=context)


def test_an_autocommit_block_commits_what_came_before(postgresql_engine: sa.Engine) -> None:
    with postgresql_engine.connect() as connection:
        context = MigrationContext.configure(connection)
        with pytest.raises(ZeroDivisionError), context.begin_transaction():  # noqa: PT012
            context.execute("CREATE TABLE before (a INTEGER)")
            with context.autocommit_block():
                context.execute("CREATE INDEX CONCURRENTLY ix ON before (a)")
            context.execute("CREATE TABLE after (a INTEGER)")
            raise ZeroDivisionError
    assert tables(postgresql_engine) == {"before"}


def test_an_autocommit_block_refuses_a_transaction_of_the_caller(
    postgresql_engine: sa.Engine,
) -> None:
    with postgresql_engine.begin() as connection:
        context = MigrationContext.configure(connection)
        with pytest.raises(CommandError, match="caller has begun"), context.autocommit_block():
            pass


def test_foreign_keys_are_off_while_sqlite_rebuilds_and_on_again_after(
    sqlite_engine: sa.Engine,
) -> None:
    with sqlite_engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys=ON")
        connection.rollback()
        context = MigrationContext.configure(connection)
        with context.begin_transaction():
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 0
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_rows_that_refer_to_nothing_are_not_committed_on_sqlite(sqlite_engine: sa.Engine) -> None:
    with sqlite_engine.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE parent (id INTEGER PRIMARY KEY)")
        connection.exec_driver_sql("CREATE TABLE child (id INTEGER REFERENCES parent (id))")
        connection.commit()
        connection.exec_driver_sql("PRAGMA foreign_keys=ON")
        connection.rollback()
        context = MigrationContext.configure(connection)
        with pytest.raises(CommandError, match="child → parent"), context.begin_transaction():
            context.execute("INSERT INTO child VALUES (7)")
        assert connection.exec_driver_sql("SELECT count(*) FROM child").scalar() == 0


def test_offline_the_same_run_is_a_script(script: ScriptDirectory) -> None:
    buffer = io.StringIO()
    options = opts(script, "bbbb", as_sql=True, output_buffer=buffer)
    context = MigrationContext.configure(dialect_name="postgresql", opts=options)
    with context.begin_transaction():
        context.run_migrations(bind=context)
    text = buffer.getvalue()
    assert text.startswith("BEGIN;\n\nCREATE TABLE alembic_version (")
    assert text.endswith("COMMIT;\n\n")
    for line in (
        "-- Running upgrade  -> aaaa",
        "CREATE TABLE one (a INTEGER);",
        "INSERT INTO alembic_version (version_num) VALUES ('aaaa');",
        "UPDATE alembic_version SET version_num='bbbb' WHERE alembic_version.version_num = 'aaaa';",
    ):
        assert line in text


def test_several_heads_are_no_current_revision(sqlite_engine: sa.Engine) -> None:
    with sqlite_engine.begin() as connection:
        context = MigrationContext.configure(connection)
        context.ensure_version_table()
        for version in ("b", "a"):
            context.sink.execute(context.versions.insert(version))
        assert context.get_current_heads() == ("a", "b")
        with pytest.raises(CommandError, match="has more than one head present"):
            context.get_current_revision()


def test_an_engine_is_not_a_connection(sqlite_engine: sa.Engine) -> None:
    with pytest.raises(UsageError, match="needs a Connection, not Engine"):
        MigrationContext.configure(sqlite_engine)  # type: ignore[arg-type]


def test_a_stand_in_with_a_dialect_and_execute_will_do() -> None:
    class StandIn:
        dialect = sa.create_engine("sqlite://").dialect
        said: list[str] = []

        def execute(self, statement: Any) -> None:
            self.said.append(str(statement))

    stand_in = StandIn()
    context = MigrationContext.configure(stand_in)  # type: ignore[arg-type]
    with context.begin_transaction():
        context.execute("SELECT 1")
    assert stand_in.said == ["SELECT 1"]
