"""A script run by psql leaves behind what the operations leave behind themselves."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from ground import Server
from ground.client import fed
from sqlalchemy.dialects import postgresql

from .test_live import Op, migrate, run
from .test_scripts_mariadb import contents, nodes, script

BASE = (
    "CREATE SCHEMA s",
    "CREATE TYPE mood AS ENUM ('sad', 'it''s ok')",
    "CREATE DOMAIN old_domain AS text",
    "CREATE SEQUENCE old_sequence",
    "CREATE TABLE u (id int PRIMARY KEY)",
    "CREATE TABLE t (id serial PRIMARY KEY, a varchar(20) NOT NULL DEFAULT '7', b int, c int, m mood DEFAULT 'sad', "
    "many mood[] DEFAULT '{sad}', i int GENERATED ALWAYS AS IDENTITY, "
    "CONSTRAINT fk FOREIGN KEY (b) REFERENCES u (id), CONSTRAINT ck_m CHECK (m <> 'sad' OR c > 0))",
    "CREATE TABLE gone (id int PRIMARY KEY)",
    "INSERT INTO u VALUES (1)",
    "INSERT INTO t (a, b, c, many) VALUES ('7', 1, 1, '{sad,\"it''s ok\"}'), ('8', NULL, 2, NULL)",
)
TEXT = 'it\'s 5% :a \\ "ö" $$ ;'


def tables(op: Op) -> None:
    op.create_table(
        "w",
        sa.Column("id", sa.Integer, sa.Identity(start=3), primary_key=True),
        sa.Column("u_id", sa.Integer, sa.ForeignKey("u.id", name="w_u", use_alter=True)),
        sa.Column("e", sa.Enum("a%", "c'd", name="kind"), server_default="a%", comment=TEXT),
        sa.Column("es", sa.ARRAY(sa.Enum("p", "q", name="kinds", schema="s"))),
        sa.Column("flag", sa.Boolean(create_constraint=True, name="ck_flag")),
        sa.Column("j", postgresql.JSONB),
        sa.Index("ix_w", "e", "flag"),
        sa.UniqueConstraint("e", name="uq_w", deferrable=True, initially="DEFERRED"),
        comment=TEXT,
        schema="s",
    )
    op.create_table("w", sa.Column("id", sa.Integer), schema="s", if_not_exists=True)
    op.rename_table("w", "v", schema="s")
    op.drop_table("gone")
    op.drop_table("gone", if_exists=True)
    op.create_table_comment("t", TEXT)
    op.drop_table_comment("v", existing_comment=TEXT, schema="s")
    op.alter_table_options(
        "v",
        postgresql_with={"fillfactor": 70},
        existing={"postgresql_with": {}},
        schema="s",
    )


def columns(op: Op) -> None:
    op.add_column("t", sa.Column("d", sa.Numeric(8, 2), server_default="1.5", nullable=False))
    op.add_column("t", sa.Column("x", sa.Integer, sa.ForeignKey("u.id", name="t_x"), index=True))
    op.add_column("t", sa.Column("y", sa.Integer), if_not_exists=True)
    op.alter_column("t", "c", type_=sa.BigInteger(), existing_type=sa.Integer())
    op.add_column("t", sa.Column("k", sa.Integer, sa.Computed("c + 1", persisted=True)))
    op.add_column("t", sa.Column("e", sa.Enum("p", "q", name="pq"), comment=TEXT))
    op.alter_column(
        "t",
        "a",
        new_column_name="aa",
        type_=sa.Integer(),
        existing_type=sa.String(20),
        existing_server_default="7",
        nullable=True,
        comment=TEXT,
    )
    op.alter_column("t", "c", server_default="4", nullable=False)
    op.drop_constraint("ck_m", "t")
    op.alter_column("t", "m", type_=sa.String(9), postgresql_using="m::text || '%'")
    op.alter_column("t", "b", server_default=sa.text("1"))
    op.alter_column(
        "t",
        "i",
        server_default=sa.Identity(always=False, increment=5),
        existing_server_default=sa.Identity(always=True),
    )
    op.alter_column(
        "t",
        "id",
        server_default=sa.Identity(),
        existing_type=sa.Integer(),
        existing_nullable=False,
        existing_autoincrement=True,
        autoincrement=False,
    )
    op.drop_column("t", "y", if_exists=True)
    with op.batch_alter_table("t") as batch_op:
        batch_op.alter_column("d", server_default=None)


def keys(op: Op) -> None:
    op.create_index("ix", "t", [sa.text("lower(a)"), "c"], postgresql_where=sa.text("c > 5"))
    op.create_index("ix2", "t", ["a"], unique=True, postgresql_concurrently=True)
    op.create_index("ix2", "t", ["a"], if_not_exists=True)
    op.rename_index("t", "ix", "ix3")
    op.drop_index("ix2", "t", if_exists=True)
    op.create_unique_constraint("uq", "t", ["c"], postgresql_nulls_not_distinct=True)
    op.create_check_constraint("ck", "t", "c <> 5 AND a <> '5%'")
    op.create_foreign_key(
        "t_c", "u", "t", ["id"], ["c"], ondelete="CASCADE", deferrable=True, initially="DEFERRED"
    )
    op.drop_constraint("fk", "t", type_="foreignkey")
    op.drop_constraint("no", "t", if_exists=True)
    op.rename_constraint("t", "ck", "ck_renamed")
    op.drop_constraint("u_pkey", "u", type_="primary")
    op.create_primary_key("pk", "u", ["id"])
    op.create_exclude_constraint("ex", "t", ("c", "="), using="btree")


def objects(op: Op) -> None:
    op.create_schema("other", if_not_exists=True)
    op.drop_schema("other", if_exists=True, cascade=True)
    op.create_sequence(sa.Sequence("q", start=5, increment=2))
    op.alter_sequence(
        sa.Sequence("q", start=5, increment=3), existing=sa.Sequence("q", start=5, increment=2)
    )
    op.drop_sequence("old_sequence")
    op.create_enum("level", ["low", "hi'gh"])
    op.alter_enum("level", ["lowest", "low", "hi'gh"], existing=["low", "hi'gh"])
    op.alter_enum("mood", ["it's ok", "glad"], existing=["sad", "it's ok"], mapping={"sad": "glad"})
    op.create_domain(postgresql.DOMAIN("plus", sa.Integer(), check="VALUE > 0"))
    op.alter_domain(
        postgresql.DOMAIN("plus", sa.Integer(), check="VALUE > 1", default="5", not_null=True),
        existing=postgresql.DOMAIN("plus", sa.Integer(), check="VALUE > 0"),
    )
    op.drop_domain("old_domain")
    op.create_enum("spare", ["x"])
    op.drop_enum("spare")


def data(op: Op) -> None:
    table = sa.table("t", sa.column("a", sa.String), sa.column("c", sa.Integer))
    op.bulk_insert(table, [{"a": TEXT[:20], "c": 1}])
    op.bulk_insert(table, [{"a": op.inline_literal("y"), "c": 2}], multiinsert=False)
    op.execute(table.update().where(table.c.c == 1).values(c=9))
    op.execute("INSERT INTO u VALUES (2)")
    op.execute(sa.text("UPDATE u SET id = :n WHERE id = 2").bindparams(n=3))


Step = Callable[[Op], None]
STEPS = [tables, columns, keys, objects, data]


@pytest.mark.parametrize("step", STEPS, ids=lambda step: str(step.__name__))
def test_a_script_and_the_operations_lead_to_the_same(
    step: Step, server: Callable[[str], Server]
) -> None:
    with server("postgresql").fresh() as online, server("postgresql").fresh() as offline:
        run(online, *BASE)
        run(offline, *BASE)
        migrate(online, step)
        fed(offline, "BEGIN;\n" + script(offline, step) + "COMMIT;\n")
        assert nodes(online) == nodes(offline)
        assert contents(online) == contents(offline)
