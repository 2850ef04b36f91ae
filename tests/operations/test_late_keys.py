"""Foreign keys with ``use_alter`` in ``op.create_table``: made once there is what they refer to."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from schemadiff.errors import CommandError
from schemadiff.migration import MigrationContext
from schemadiff.operations import Operations
from schemadiff.script import ScriptDirectory

from .scripts import script
from .test_live import Op, migrate, run

TABLE_A, TABLE_B = "CREATE TABLE a ( id INTEGER )", "CREATE TABLE b ( id INTEGER PRIMARY KEY )"
MADE = "ALTER TABLE a ADD CONSTRAINT fk FOREIGN KEY(b_id) REFERENCES b (id)"


def make_a(op: Op, name: str | None = "fk", **options: Any) -> None:
    """A table that refers to ``b``."""
    key = sa.ForeignKeyConstraint(["b_id"], ["b.id"], name=name, use_alter=True, **options)
    op.create_table("a", sa.Column("b_id", sa.Integer), key)


def make_b(op: Op) -> None:
    """What ``a`` refers to."""
    op.create_table("b", sa.Column("id", sa.Integer, primary_key=True, autoincrement=False))


def again(op: Op, name: str | None = "fk", **options: Any) -> None:
    """The key once more, as histories make it where ``use_alter`` made none."""
    op.create_foreign_key(name, "a", "b", ["b_id"], ["id"], **options)


def keys(engine: sa.Engine, table: str = "a") -> list[tuple[str, str | None]]:
    """What the foreign keys of a table refer to, and what becomes of its rows."""
    found = sa.inspect(engine).get_foreign_keys(table)
    return [(key["referred_table"], key["options"].get("ondelete")) for key in found]


def altered(*calls: Any, dialect: str = "postgresql") -> list[str]:
    """The ALTERs of a script, and what of the tables they come after."""
    return [
        " ".join(line.split("(")[0].split()[:3]) if "CREATE" in line else line
        for line in script(dialect, *calls)
    ]


@pytest.mark.parametrize("dialect", ["postgresql", "mariadb", "mysql"])
def test_a_late_key_is_made_right_after_what_it_refers_to(dialect: str) -> None:
    marked = lambda op: op.execute("SELECT 1")  # noqa: E731
    said = altered(make_a, make_b, marked, dialect=dialect)
    assert said == ["CREATE TABLE a", "CREATE TABLE b", MADE, "SELECT 1"]
    assert altered(make_b, make_a, marked, dialect=dialect)[2:] == [MADE, "SELECT 1"]
    assert altered(make_a, marked, dialect=dialect)[1:] == ["SELECT 1", MADE]


def test_a_late_key_to_its_own_table_waits_for_nothing() -> None:
    column = sa.Column("up", sa.ForeignKey("a.id", name="fk", use_alter=True, ondelete="CASCADE"))
    said = altered(
        lambda op: op.create_table("a", sa.Column("id", sa.Integer, primary_key=True), column),
        lambda op: op.execute("SELECT 1"),
    )
    assert said[1:] == [
        "ALTER TABLE a ADD CONSTRAINT fk FOREIGN KEY(up) REFERENCES a (id) ON DELETE CASCADE",
        "SELECT 1",
    ]


def test_a_late_key_comes_after_the_indexes_of_its_target_and_with_its_comment() -> None:
    column = sa.Column("id", sa.Integer)
    said = altered(
        lambda op: make_a(op, comment="it's"),
        lambda op: op.create_table("b", column, sa.Index("ix", "id", unique=True)),
    )
    assert said[2:] == ["CREATE UNIQUE INDEX", MADE, "COMMENT ON CONSTRAINT fk ON a IS 'it''s'"]


def test_sqlite_has_late_keys_in_the_table_itself() -> None:
    said = script("sqlite", make_a, make_b, again)
    assert said == [
        "CREATE TABLE a ( b_id INTEGER, CONSTRAINT fk FOREIGN KEY(b_id) REFERENCES b (id) )",
        "CREATE TABLE b ( id INTEGER NOT NULL, PRIMARY KEY (id) )",
    ]


@pytest.mark.parametrize("batch", [False, True])
@pytest.mark.parametrize("name", ["fk", None])
def test_a_late_key_that_is_made_once_more_is_made_once(
    engine: sa.Engine, name: str | None, batch: bool
) -> None:
    def once_more(op: Op) -> None:
        if not batch:
            again(op, name)
            return
        with op.batch_alter_table("a") as batch_op:
            batch_op.create_foreign_key(name, "b", ["b_id"], ["id"])

    migrate(engine, lambda op: make_a(op, name), make_b, once_more)
    assert keys(engine) == [("b", None)]


@pytest.mark.parametrize("name", ["fk", "of_their_own", None])
def test_a_late_key_that_is_made_in_other_words_is_made_so(
    engine: sa.Engine, name: str | None
) -> None:
    migrate(engine, make_a, make_b, lambda op: again(op, name, ondelete="CASCADE"))
    assert keys(engine) == [("b", "CASCADE")]


def test_a_late_key_that_is_made_before_its_turn_is_made_once(engine: sa.Engine) -> None:
    create = "CREATE TABLE b (id INTEGER NOT NULL PRIMARY KEY)"
    migrate(engine, make_a, lambda op: op.execute(create), again)
    assert keys(engine) == [("b", None)]


def test_a_late_key_waits_until_the_end_for_a_table_that_sql_makes(engine: sa.Engine) -> None:
    create = "CREATE TABLE b (id INTEGER NOT NULL PRIMARY KEY)"
    migrate(engine, make_a, lambda op: op.execute(create))
    assert keys(engine) == [("b", None)]


def test_a_late_key_to_a_standing_table_is_made_at_once(engine: sa.Engine) -> None:
    run(engine, "CREATE TABLE b (id INTEGER NOT NULL PRIMARY KEY)")
    seen = []

    def looked(op: Op) -> None:
        seen.extend(sa.inspect(op.get_bind()).get_foreign_keys("a"))

    migrate(engine, make_a, looked)
    assert [key["referred_table"] for key in seen] == ["b"]


def test_what_is_dropped_and_renamed_meanwhile_is_heeded() -> None:
    renamed = altered(make_a, lambda op: op.rename_table("a", "c"), make_b)
    assert renamed[2:] == ["CREATE TABLE b", MADE.replace("TABLE a", "TABLE c")]
    assert altered(make_a, lambda op: op.drop_table("a"), make_b)[1:] == [
        "DROP TABLE a",
        "CREATE TABLE b",
    ]
    away = lambda op: op.drop_constraint("fk", "a", type_="foreignkey")  # noqa: E731
    assert altered(make_a, away, make_b)[1:] == ["CREATE TABLE b"]
    gone = "ALTER TABLE a DROP CONSTRAINT fk"
    assert altered(make_a, make_b, away, again)[2:] == [MADE, gone, MADE]
    assert altered(make_a, make_b, lambda op: op.drop_column("a", "b_id"), again)[-1] == MADE
    assert altered(make_a, make_b, lambda op: op.drop_table("a"), make_a, again)[-1] == MADE


@pytest.mark.parametrize("kind", ["postgresql", "mariadb"])
def test_a_key_that_sql_dropped_is_made_again(kind: str, request: pytest.FixtureRequest) -> None:
    engine = request.getfixturevalue(f"{kind}_engine")
    word = "CONSTRAINT" if kind == "postgresql" else "FOREIGN KEY"
    migrate(engine, make_a, make_b, lambda op: op.execute(f"ALTER TABLE a DROP {word} fk"), again)
    assert keys(engine) == [("b", None)]


def test_a_table_that_is_there_already_gets_no_late_key(engine: sa.Engine) -> None:
    run(engine, "CREATE TABLE b (id INTEGER NOT NULL PRIMARY KEY)", "CREATE TABLE a (b_id INTEGER)")
    key = sa.ForeignKeyConstraint(["b_id"], ["b.id"], name="fk", use_alter=True)
    migrate(
        engine,
        lambda op: op.create_table("a", sa.Column("b_id", sa.Integer), key, if_not_exists=True),
    )
    assert keys(engine) == []


def test_a_late_key_whose_target_never_comes_is_an_error(postgresql_engine: sa.Engine) -> None:
    with pytest.raises(CommandError) as caught:
        migrate(postgresql_engine, make_a)
    assert str(caught.value) == (
        "table a: its foreign key fk (use_alter=True) refers to table b, which is not there"
    )
    assert "op.create_foreign_key" in str(caught.value.hint)
    assert sa.inspect(postgresql_engine).get_table_names() == []


def test_operations_without_an_end_say_what_a_late_key_waits_for(
    postgresql_engine: sa.Engine,
) -> None:
    with postgresql_engine.begin() as connection:
        context = MigrationContext.configure(connection)
        with pytest.warns(
            UserWarning, match=r"a: its foreign key fk .* op\.create_table\(\) makes b"
        ):
            make_a(Operations(context))
        make_b(Operations(context))
    assert keys(postgresql_engine) == [("b", None)]


@pytest.mark.parametrize("batch", [False, True])
@pytest.mark.parametrize("runs", [1, 2])
def test_a_key_that_steps_aside_comes_back(engine: sa.Engine, batch: bool, runs: int) -> None:
    def aside(op: Op) -> None:
        if not batch:
            op.drop_constraint("fk", "a", type_="foreignkey")
            again(op)
            return
        with op.batch_alter_table("a") as batch_op:
            batch_op.drop_constraint("fk", type_="foreignkey")
            batch_op.create_foreign_key("fk", "b", ["b_id"], ["id"])

    if runs == 2:
        migrate(engine, make_a, make_b)
        migrate(engine, aside)
    else:
        migrate(engine, make_a, make_b, aside)
    assert keys(engine) == [("b", None)]


# ---- revisions -------------------------------------------------------------------------------------

REVISION = """
import sqlalchemy as sa
from schemadiff import op

revision = {name!r}
down_revision = {down!r}


def upgrade():
    {up}


def downgrade():
    pass
"""
FIRST = """key = sa.ForeignKeyConstraint(["b_id"], ["b.id"], name="fk", use_alter=True)
    op.create_table("a", sa.Column("b_id", sa.Integer), key)
    """
SECOND = 'op.create_table("b", sa.Column("id", sa.Integer, primary_key=True))\n    '
AGAIN = 'op.create_foreign_key("fk", "a", "b", ["b_id"], ["id"])\n    '


def revisions(folder: Path, *bodies: str) -> ScriptDirectory:
    """Revisions one after the other."""
    versions = folder / "migrations" / "versions"
    versions.mkdir(parents=True)
    before = None
    for number, body in enumerate(bodies):
        name = f"r{number}"
        (versions / f"{name}.py").write_text(REVISION.format(name=name, down=before, up=body))
        before = name
    return ScriptDirectory(folder / "migrations")


def upgraded(engine: sa.Engine, directory: ScriptDirectory, target: str = "head") -> list[str]:
    """The statements that change something, of a run."""
    said: list[str] = []

    def hear(conn: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if statement.split()[0] in ("CREATE", "ALTER", "DROP"):
            said.append(" ".join(statement.split()))

    with engine.connect() as connection:
        event.listen(connection, "before_cursor_execute", hear)
        _run(MigrationContext.configure(connection, opts=_opts(directory, target)))
    return said


def written(engine: sa.Engine, directory: ScriptDirectory) -> list[str]:
    """The same of the script."""
    buffer = io.StringIO()
    opts = {**_opts(directory, "head"), "as_sql": True, "output_buffer": buffer}
    _run(MigrationContext.configure(dialect=engine.dialect, opts=opts))
    lines = [" ".join(block.split()).removesuffix(";") for block in buffer.getvalue().split("\n\n")]
    return [line for line in lines if line.split(" ")[0] in ("CREATE", "ALTER", "DROP")]


def _run(context: MigrationContext) -> None:
    with context.begin_transaction():
        context.run_migrations()


def _opts(directory: ScriptDirectory, target: str) -> dict[str, Any]:
    def fn(heads: Any, context: MigrationContext) -> Any:
        return directory.upgrade_steps(target, heads)

    return {"script": directory, "fn": fn}


@pytest.mark.parametrize(
    "bodies",
    [
        (FIRST + SECOND,),
        (FIRST + SECOND + AGAIN,),
        (SECOND, FIRST),
        (SECOND, FIRST, AGAIN),
    ],
)
def test_a_script_makes_late_keys_as_the_run_does(
    engine: sa.Engine, tmp_path: Path, bodies: tuple[str, ...]
) -> None:
    directory = revisions(tmp_path, *bodies)
    offline = written(engine, directory)
    assert upgraded(engine, directory) == offline
    assert keys(engine) == [("b", None)]


def test_a_key_that_an_earlier_run_made_late_is_not_made_again(
    engine: sa.Engine, tmp_path: Path
) -> None:
    directory = revisions(tmp_path, FIRST + SECOND, AGAIN)
    upgraded(engine, directory, "r0")
    assert upgraded(engine, directory) == []
    assert keys(engine) == [("b", None)]


def test_another_key_of_the_same_name_is_no_reason_to_make_none(
    tmp_path: Path, postgresql_engine: sa.Engine
) -> None:
    directory = revisions(tmp_path, FIRST + SECOND, AGAIN.replace("])", "], ondelete='CASCADE')"))
    upgraded(postgresql_engine, directory, "r0")
    with pytest.raises(sa.exc.DBAPIError, match="already exists"):
        upgraded(postgresql_engine, directory)


def test_a_script_that_begins_later_makes_the_key_at_the_end_of_its_revision(
    tmp_path: Path, postgresql_engine: sa.Engine
) -> None:
    mark = 'op.create_table("mark")'
    directory = revisions(tmp_path, FIRST, mark)
    said = [line.split(" (")[0] for line in written(postgresql_engine, directory)]
    assert said[1:] == ["CREATE TABLE a", MADE.split(" (")[0], "CREATE TABLE mark"]


def test_a_revision_whose_key_has_no_target_is_undone(
    tmp_path: Path, postgresql_engine: sa.Engine
) -> None:
    directory = revisions(tmp_path, FIRST, SECOND)
    with pytest.raises(CommandError, match="refers to table b, which is not there") as caught:
        upgraded(postgresql_engine, directory)
    assert "rolled back: upgrade  -> r0" in "\n".join(caught.value.__notes__)
    assert sa.inspect(postgresql_engine).get_table_names() == []
