"""A script run by MariaDB's own client leaves behind what the operations leave behind themselves."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from ground import Server
from ground.client import fed
from sqlalchemy.dialects import mysql

from schemadiff import op as the_op
from schemadiff.autogenerate import produce_migrations, render_python_code
from schemadiff.dialects.base import Scope
from schemadiff.dialects.registry import database_for
from schemadiff.migration import MigrationContext
from schemadiff.model import Node
from schemadiff.operations import Operations
from schemadiff.operations.ops import OpContainer

from .test_live import Op, migrate, run

BASE = (
    "CREATE TABLE u (id INT PRIMARY KEY)",
    "CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, a VARCHAR(20) NOT NULL DEFAULT 'x', b INT, "
    "c INT, CONSTRAINT fk FOREIGN KEY (b) REFERENCES u (id))",
    "CREATE TABLE n (id TINYINT(1) PRIMARY KEY)",
    "CREATE TABLE gone (id INT PRIMARY KEY)",
    "INSERT INTO u VALUES (1)",
    "INSERT INTO t (a, b, c) VALUES ('7', 1, 1)",
)
TEXT = 'it\'s 5% :a \\ "ö"'


def tables(op: Op) -> None:
    op.create_table(
        "w",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("u_id", sa.Integer, sa.ForeignKey("u.id", name="w_u", use_alter=True)),
        sa.Column("e", sa.Enum("a%", "c'd"), server_default="a%", comment=TEXT),
        sa.Column("flag", sa.Boolean(create_constraint=True, name="ck_flag")),
        sa.Column("j", sa.JSON),
        sa.Index("ix_w", "e", "flag"),
        comment=TEXT,
        mysql_row_format="COMPRESSED",
    )
    op.rename_table("w", "v")
    op.drop_table("gone")
    op.drop_table("gone", if_exists=True)
    op.create_table_comment("t", TEXT)
    op.drop_table_comment("v", existing_comment=TEXT)
    op.alter_table_options("v", mysql_row_format="DYNAMIC", existing={"mysql_row_format": "x"})


def columns(op: Op) -> None:
    op.add_column("t", sa.Column("d", sa.Numeric(8, 2), server_default="1.5", nullable=False))
    op.add_column("t", sa.Column("x", sa.Integer, sa.ForeignKey("u.id", name="t_x"), index=True))
    op.add_column("t", sa.Column("g", sa.Integer, sa.Computed("c + 1", persisted=True)))
    op.add_column("t", sa.Column("y", sa.Integer), if_not_exists=True)
    for _ in range(2):
        op.add_column(
            "t",
            sa.Column(
                "f",
                sa.Boolean(create_constraint=True, name="ck f"),
                sa.ForeignKey("n.id", name="fk f", ondelete="CASCADE"),
                comment=TEXT,
                index=True,
            ),
            if_not_exists=True,
        )
    op.alter_column(
        "t",
        "a",
        new_column_name="aa",
        type_=sa.String(30),
        existing_type=sa.String(20),
        existing_nullable=False,
        existing_server_default="x",
        comment=TEXT,
    )
    op.alter_column("t", "c", server_default="4")
    op.alter_column("t", "y", new_column_name="z", existing_type=sa.Integer(), nullable=True)
    op.alter_column("t", "z", new_column_name="last")
    op.drop_column("t", "last")
    with op.batch_alter_table("t") as batch_op:
        batch_op.add_column(sa.Column("first", sa.Integer), insert_after="id")


def constraints(op: Op) -> None:
    op.create_index("ix", "t", ["a"], mysql_length={"a": 3})
    op.create_index("ix2", "t", [sa.text("c DESC"), "a"], unique=True)
    op.drop_index("ix", "t")
    op.create_unique_constraint("uq", "t", ["c"])
    op.create_check_constraint("ck", "t", "c <> 5 AND a <> '5%'")
    op.create_foreign_key("t_c", "u", "t", ["id"], ["c"], ondelete="CASCADE")
    op.drop_constraint("t_c", "u", type_="foreignkey")
    op.drop_constraint("fk", "t", type_="foreignkey")
    # the server made this index for the key; only a live table tells, so a script has to be told
    op.drop_index("fk", "t", if_exists=True)
    op.drop_constraint("ck", "t", type_="check")
    op.drop_constraint("no", "t", type_="check", if_exists=True)
    op.create_check_constraint("ck2", "t", "a <> ''")
    op.drop_constraint("PRIMARY", "u", type_="primary")
    op.create_primary_key(None, "u", ["id"])


def data(op: Op) -> None:
    table = sa.table("t", sa.column("a", sa.String), sa.column("c", sa.Integer))
    op.bulk_insert(table, [{"a": TEXT, "c": 1}])
    op.bulk_insert(table, [{"a": op.inline_literal("y"), "c": 2}], multiinsert=False)
    op.execute(table.update().where(table.c.c == 1).values(c=9))
    op.execute("INSERT INTO u VALUES (2)")
    op.create_sequence(sa.Sequence("s", start=5, increment=2))
    op.create_schema("sd_no_such_schema", if_not_exists=True)
    op.drop_schema("sd_no_such_schema", if_exists=True)


Step = Callable[[Op], None]
STEPS = [tables, columns, constraints, data]


def nodes(engine: sa.Engine) -> list[Node]:
    """What the database holds."""
    with engine.connect() as connection:
        database = database_for(connection.dialect)
        found = database.read(connection, Scope(("",), lambda schema, table: True))
        return sorted(found.values(), key=lambda node: node.key)


def contents(engine: sa.Engine) -> dict[str, list[tuple[object, ...]]]:
    """The rows of each table."""
    names = sa.inspect(engine).get_table_names()
    with engine.connect() as connection:
        return {
            name: [tuple(row) for row in connection.exec_driver_sql(f"SELECT * FROM {name}")]
            for name in names
        }


def script(engine: sa.Engine, step: Step) -> str:
    """What ``--sql`` writes."""
    buffer = io.StringIO()
    context = MigrationContext.configure(
        dialect=engine.dialect, opts={"as_sql": True, "output_buffer": buffer}
    )
    with Operations.context(context) as op:
        step(op)
    return buffer.getvalue()


@pytest.mark.parametrize("step", STEPS, ids=lambda step: str(step.__name__))
def test_a_script_leaves_what_the_operations_leave(
    step: Step, server: Callable[[str], Server], mariadb_engine: sa.Engine
) -> None:
    run(mariadb_engine, *BASE)
    migrate(mariadb_engine, step)
    with server("mariadb").fresh() as other:
        run(other, *BASE)
        fed(other, script(other, step))
        assert nodes(other) == nodes(mariadb_engine)
        assert contents(other) == contents(mariadb_engine)


def there_and_back(engine: sa.Engine, models: sa.MetaData) -> list[Step]:
    """What the revision says that leads from the database to the models: upgrade and downgrade, as Python runs them."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        revision = produce_migrations(context, models)
        found = [revision.upgrade_ops, revision.downgrade_ops]
        return [as_step(ops, context) for ops in found if ops is not None]


def as_step(ops: OpContainer, context: MigrationContext) -> Step:
    """The operations as a revision file says them."""
    code = render_python_code(ops, migration_context=context)
    body = code.replace("\n    ", "\n")
    return lambda op: exec(body, {"op": the_op, "sa": sa, "mysql": mysql})


def model(*parts: sa.schema.SchemaItem) -> sa.MetaData:
    """Models of a table t."""
    metadata = sa.MetaData()
    sa.Table("t", metadata, *parts)
    return metadata


def keys(*columns: str) -> list[str]:
    """A table t that has foreign keys over these columns, to which nobody has given a name."""
    said = ", ".join(f"FOREIGN KEY ({column}) REFERENCES u (id)" for column in columns)
    return ["CREATE TABLE u (id INT PRIMARY KEY)", f"CREATE TABLE t (a INT, b INT, {said})"]


def with_key(*columns: str) -> sa.MetaData:
    """Models of it with these keys."""
    over = [sa.ForeignKeyConstraint([column], ["u.id"]) for column in columns]
    metadata = model(sa.Column("a", sa.Integer), sa.Column("b", sa.Integer), *over)
    sa.Table("u", metadata, sa.Column("id", sa.Integer, primary_key=True, autoincrement=False))
    return metadata


REVISIONS = {
    "a foreign key goes": (keys("a", "b"), with_key("a")),
    "one of two foreign keys over a column goes": (keys("b", "b"), with_key("b")),
    "two foreign keys over a column go": (keys("b", "b", "a"), with_key("a")),
    "a column becomes a key that counts": (
        ["CREATE TABLE t (id INT NULL, b INT)", "INSERT INTO t VALUES (1, 1), (2, 1)"],
        model(sa.Column("id", sa.Integer, primary_key=True), sa.Column("b", sa.Integer)),
    ),
    "a key of another type that counts": (
        ["CREATE TABLE t (id BIGINT NOT NULL, b INT)", "INSERT INTO t VALUES (1, 1), (2, 1)"],
        model(
            sa.Column("id", sa.Integer, primary_key=True, comment="c"), sa.Column("b", sa.Integer)
        ),
    ),
    "another column is the key that counts": (
        [
            "CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, b INT)",
            "INSERT INTO t VALUES (1, 1)",
        ],
        model(
            sa.Column("id", sa.Integer, autoincrement=False),
            sa.Column("b", sa.BigInteger, primary_key=True),
        ),
    ),
    "a key that counts gets a second column": (
        [
            "CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, b INT NOT NULL)",
            "INSERT INTO t VALUES (1, 1), (7, 1)",
            "DELETE FROM t WHERE id = 7",
        ],
        model(
            sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
            sa.Column("b", sa.Integer, primary_key=True),
        ),
    ),
    "a key that counts is no longer the first": (
        ["CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, b INT NOT NULL)"],
        model(
            sa.Column("id", sa.Integer, autoincrement=True),
            sa.Column("b", sa.Integer, autoincrement=False),
            sa.PrimaryKeyConstraint("b", "id"),
            sa.Index("ix", "id"),
        ),
    ),
    "a key counts no longer and goes": (
        [
            "CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, b INT)",
            "INSERT INTO t VALUES (1, 1)",
        ],
        model(sa.Column("id", sa.BigInteger), sa.Column("b", sa.Integer)),
    ),
}


@pytest.mark.parametrize("case", REVISIONS)
def test_scripts_of_a_revision_lead_where_it_leads_itself(
    case: str, server: Callable[[str], Server], mariadb_engine: sa.Engine
) -> None:
    base, models = REVISIONS[case]
    run(mariadb_engine, *base)
    with server("mariadb").fresh() as other:
        run(other, *base)
        for step in there_and_back(mariadb_engine, models):
            migrate(mariadb_engine, step)
            fed(other, script(other, step))
            assert nodes(other) == nodes(mariadb_engine)
            assert contents(other) == contents(mariadb_engine)
