"""What each database is told, as a script shows it."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from contextlib import suppress

import pytest
import sqlalchemy as sa

from schemadiff.dialects.terms import Unsupported
from schemadiff.errors import CommandError
from schemadiff.operations import Operations
from schemadiff.operations.ops import CreateTableOp
from schemadiff.render.construct import Construct
from schemadiff.render.layout import source

from .scripts import script


def test_a_table_of_a_model_is_made_with_all_its_foreign_keys() -> None:
    column = sa.Column("a", sa.Integer, sa.ForeignKey("u.id", use_alter=True, name="fk"))
    table = sa.Table("t", sa.MetaData(), column)
    said = script("postgresql", lambda op: op.invoke(CreateTableOp.from_table(table)))
    assert said == ["CREATE TABLE t ( a INTEGER, CONSTRAINT fk FOREIGN KEY(a) REFERENCES u (id) )"]
    written = source(CreateTableOp.from_table(table).as_call(Construct()))
    assert "fk" in written
    assert "use_alter" not in written


def test_an_added_column_counts_where_it_is_asked_to() -> None:
    counting = sa.Column("a", sa.Integer, nullable=False, autoincrement=True)
    said = script("postgresql", lambda op: op.add_column("t", counting))
    assert said == ["ALTER TABLE t ADD COLUMN a SERIAL NOT NULL"]


def test_percent_signs_are_written_once() -> None:
    said = script(
        "postgresql",
        lambda op: op.create_check_constraint("ck", "t", "a LIKE '10%'"),
        lambda op: op.alter_column("t", "a", server_default="5%"),
    )
    assert said == [
        "ALTER TABLE t ADD CONSTRAINT ck CHECK (a LIKE '10%')",
        "ALTER TABLE t ALTER COLUMN a SET DEFAULT '5%'",
    ]


def test_postgresql_gets_using_where_no_cast_is_made_by_itself() -> None:
    said = script(
        "postgresql",
        lambda op: op.alter_column("t", "a", type_=sa.Integer(), existing_type=sa.String(5)),
        lambda op: op.alter_column("t", "a", type_=sa.BigInteger(), existing_type=sa.Integer()),
        lambda op: op.alter_column(
            "t",
            "a",
            type_=sa.Integer(),
            existing_type=sa.Text(),
            existing_server_default="1",
            postgresql_using="length(a)",
        ),
    )
    assert said == [
        "ALTER TABLE t ALTER COLUMN a TYPE INTEGER USING a::INTEGER",
        "ALTER TABLE t ALTER COLUMN a TYPE BIGINT",
        "ALTER TABLE t ALTER COLUMN a DROP DEFAULT",
        "ALTER TABLE t ALTER COLUMN a TYPE INTEGER USING length(a)",
        "ALTER TABLE t ALTER COLUMN a SET DEFAULT ('1')::INTEGER",
    ]


def test_using_needs_a_type() -> None:
    with pytest.raises(ValueError, match="type_"):
        script("postgresql", lambda op: op.alter_column("t", "a", postgresql_using="b"))


def test_mysql_is_told_nothing_where_nothing_changes() -> None:
    known = sa.String(255)
    assert script("mysql", lambda op: op.alter_column("t", "a", existing_type=known)) == []


def test_mysql_must_be_told_in_a_script_whether_a_column_takes_null() -> None:
    with pytest.raises(CommandError, match="whether it takes NULL is not known in --sql mode"):
        script("mysql", lambda op: op.alter_column("t", "a", type_=sa.String(5)))


def test_mysql_says_a_column_in_full() -> None:
    said = script(
        "mysql",
        lambda op: op.alter_column(
            "t",
            "a",
            new_column_name="b",
            existing_type=sa.String(5),
            existing_nullable=False,
            existing_server_default="x",
            existing_comment="c",
        ),
    )
    assert said == ["ALTER TABLE t CHANGE a b VARCHAR(5) NOT NULL DEFAULT 'x' COMMENT 'c'"]


def test_mysql_refuses_to_guess_a_type_or_nullability() -> None:
    with pytest.raises(CommandError, match="require the existing type"):
        script("mysql", lambda op: op.alter_column("t", "a", nullable=False))
    with pytest.raises(CommandError, match="takes NULL is not known"):
        script("mysql", lambda op: op.alter_column("t", "a", type_=sa.Text()))


def test_mysql_wants_to_know_the_kind_of_a_constraint() -> None:
    with pytest.raises(NotImplementedError, match="specify constraint type"):
        script("mysql", lambda op: op.drop_constraint("x", "t"))
    said = script("mysql", lambda op: op.drop_constraint("x", "t", "foreignkey"))
    assert said == ["ALTER TABLE t DROP FOREIGN KEY x"]


def test_if_exists_is_refused_where_the_database_has_no_such_words() -> None:
    with pytest.raises(Unsupported, match="IF NOT EXISTS"):
        script(
            "mysql", lambda op: op.add_column("t", sa.Column("a", sa.Integer), if_not_exists=True)
        )
    said = script("postgresql", lambda op: op.drop_column("t", "a", if_exists=True))
    assert said == ["ALTER TABLE t DROP COLUMN IF EXISTS a"]


def test_what_a_column_brings_is_made_if_the_column_is() -> None:
    column = sa.Column("a", sa.Integer, sa.ForeignKey("u.id", name="fk"), index=True)
    said = script("postgresql", lambda op: op.add_column("t", column, if_not_exists=True))
    assert said[0] == "ALTER TABLE t ADD COLUMN IF NOT EXISTS a INTEGER"
    assert all("EXCEPTION WHEN duplicate_object OR duplicate_table" in line for line in said[1:])
    assert script("mariadb", lambda op: op.add_column("t", column, if_not_exists=True)) == [
        "ALTER TABLE t ADD COLUMN IF NOT EXISTS a INTEGER",
        "ALTER TABLE t ADD CONSTRAINT fk FOREIGN KEY IF NOT EXISTS(a) REFERENCES u (id)",
        "CREATE INDEX IF NOT EXISTS ix_t_a ON t (a)",
    ]
    with pytest.raises(Unsupported, match="no IF NOT EXISTS"):
        script("mysql", lambda op: op.add_column("t", column, if_not_exists=True))


@pytest.mark.parametrize("dialect", ["postgresql", "mariadb"])
@pytest.mark.parametrize(
    ("column", "kind"),
    [
        (sa.Column("a", sa.Integer, sa.ForeignKey("u.id")), "foreign key constraint"),
        (sa.Column("a", sa.Integer, unique=True), "unique constraint"),
    ],
)
def test_what_has_no_name_could_be_made_twice(
    dialect: str, column: sa.Column[int], kind: str
) -> None:
    with pytest.raises(Unsupported, match=rf"the {kind} that t\.a brings .* give it a name"):
        script(dialect, lambda op: op.add_column("t", column, if_not_exists=True))


def test_mysql_has_no_identities_and_no_cascade() -> None:
    with pytest.raises(Unsupported, match="no identity columns"):
        script("mysql", lambda op: op.alter_column("t", "a", server_default=sa.Identity()))
    with pytest.raises(Unsupported, match="MATCH FULL"):
        script("mysql", lambda op: op.create_foreign_key("f", "t", "u", ["a"], ["b"], match="FULL"))
    assert script("mysql", lambda op: op.drop_schema("s", cascade=True)) == ["DROP SCHEMA s"]


IF_THERE = {
    "create_table": lambda op: op.create_table("t", sa.Column("a", sa.Integer), if_not_exists=True),
    "drop_table": lambda op: op.drop_table("t", if_exists=True),
    "add_column": lambda op: op.add_column("t", sa.Column("a", sa.Integer), if_not_exists=True),
    "drop_column": lambda op: op.drop_column("t", "a", if_exists=True),
    "create_index": lambda op: op.create_index("ix", "t", ["a"], if_not_exists=True),
    "drop_index": lambda op: op.drop_index("ix", "t", if_exists=True),
    "unique": lambda op: op.drop_constraint("uq", "t", "unique", if_exists=True),
    "check": lambda op: op.drop_constraint("ck", "t", "check", if_exists=True),
    "foreignkey": lambda op: op.drop_constraint("fk", "t", "foreignkey", if_exists=True),
    "primary": lambda op: op.drop_constraint("pk", "t", "primary", if_exists=True),
    "create_schema": lambda op: op.create_schema("s", if_not_exists=True),
    "drop_schema": lambda op: op.drop_schema("s", if_exists=True),
    "create_sequence": lambda op: op.create_sequence(sa.Sequence("q"), if_not_exists=True),
    "drop_sequence": lambda op: op.drop_sequence("q", if_exists=True),
    "create_enum": lambda op: op.create_enum("e", ["a"], if_not_exists=True),
    "drop_enum": lambda op: op.drop_enum("e", if_exists=True),
    "drop_domain": lambda op: op.drop_domain("d", if_exists=True),
}


@pytest.mark.parametrize("call", IF_THERE.values(), ids=IF_THERE)
@pytest.mark.parametrize("dialect", ["sqlite", "postgresql", "mysql", "mariadb", "mssql", "oracle"])
def test_if_exists_is_said_or_refused_and_never_left_out(
    dialect: str, call: Callable[[Operations], object]
) -> None:
    with suppress(Unsupported):
        said = script(dialect, call)
        words = ("IF EXISTS", "IF NOT EXISTS", "WHEN duplicate_object")
        assert all(any(word in line for word in words) for line in said)


def test_sql_server_drops_what_stands_on_a_column_before_it() -> None:
    flags = {"mssql_drop_default": True, "mssql_drop_check": True, "mssql_drop_foreign_key": True}
    said = script("mssql", lambda op: op.drop_column("t", "a", **flags))
    catalogues = ("default_constraints", "check_constraints", "foreign_keys")
    assert [f"sys.{name} " in line for name, line in zip(catalogues, said)] == [True] * 3
    assert said[3:] == ["ALTER TABLE t DROP COLUMN a"]
    assert script("postgresql", lambda op: op.drop_column("t", "a", **flags)) == said[3:]


def test_sql_server_says_type_and_nullability_together() -> None:
    said = script(
        "mssql",
        lambda op: op.alter_column("t", "a", nullable=False, existing_type=sa.String(5)),
        lambda op: op.alter_column("t", "a", type_=sa.String(9), existing_nullable=True),
        lambda op: op.rename_table("t", "u", schema="s"),
    )
    assert said == [
        "ALTER TABLE t ALTER COLUMN a VARCHAR(5) NOT NULL",
        "ALTER TABLE t ALTER COLUMN a VARCHAR(9) NULL",
        "EXEC sp_rename 's.t', 'u'",
    ]
    with pytest.raises(CommandError, match="require the existing_type"):
        script("mssql", lambda op: op.alter_column("t", "a", nullable=False))
    with pytest.raises(Unsupported, match="an identity"):
        script("mssql", lambda op: op.alter_column("t", "a", server_default=sa.Identity()))


def test_a_foreign_key_in_the_definition_of_a_column_is_kept() -> None:
    column = sa.Column("a", sa.Integer, sa.ForeignKey("u.id", name="fk", ondelete="CASCADE"))
    for dialect in ("postgresql", "mssql", "oracle"):
        said = script(dialect, lambda op: op.add_column("t", column, inline_references=True))
        assert said[0].endswith("CONSTRAINT fk REFERENCES u (id) ON DELETE CASCADE")
        assert len(said) == 1
    for dialect in ("mysql", "mariadb"):  # some versions read it within a column and forget it
        said = script(dialect, lambda op: op.add_column("t", column, inline_references=True))
        assert said[1] == (
            "ALTER TABLE t ADD CONSTRAINT fk FOREIGN KEY(a) REFERENCES u (id) ON DELETE CASCADE"
        )
    key = sa.Column("a", sa.Integer, primary_key=True, autoincrement=False)
    for dialect in ("postgresql", "mssql", "oracle", "mysql"):
        said = script(dialect, lambda op: op.add_column("t", key, inline_primary_key=True))
        assert said[0].endswith("NOT NULL PRIMARY KEY")


UNKNOWN = {
    "alter_column": lambda op: op.alter_column("t", "a", identity=sa.Identity()),
    "drop_column": lambda op: op.drop_column("t", "a", cascade=True),
    "drop_table": lambda op: op.drop_table("t", cascade=True),
}


@pytest.mark.parametrize("name", UNKNOWN)
@pytest.mark.parametrize("dialect", ["postgresql", "mariadb", "mssql"])
def test_an_argument_that_nobody_knows_is_an_error(dialect: str, name: str) -> None:
    with pytest.raises(TypeError, match=rf"{name} of t.* unexpected argument '(identity|cascade)'"):
        script(dialect, UNKNOWN[name])


@pytest.mark.parametrize("dialect", ["postgresql", "mysql", "mariadb"])
def test_an_argument_that_a_database_cannot_heed_is_refused(dialect: str) -> None:
    own = {f"{dialect}_compression": "lz4"}
    with pytest.raises(Unsupported, match=rf"cannot change {dialect}_compression .* t\.a"):
        script(dialect, lambda op: op.alter_column("t", "a", **own))
    others = {"sqlite_on_conflict_not_null": "FAIL", "oracle_x": 1}
    said = script(dialect, lambda op: op.alter_column("t", "a", server_default=None, **others))
    assert said == ["ALTER TABLE t ALTER COLUMN a DROP DEFAULT"]


def test_a_column_cannot_move_where_alter_has_no_place_for_it() -> None:
    with pytest.raises(Unsupported, match=r"no ALTER TABLE that moves t\.a"):
        script("postgresql", lambda op: op.alter_column("t", "a", insert_after="b"))


def test_the_check_of_a_type_goes_and_comes_with_it() -> None:
    flag = sa.Boolean(create_constraint=True, name="ck_flag")
    kind = sa.Enum("x", native_enum=False, create_constraint=True, name="ck_kind")
    said = script(
        "mariadb",
        lambda op: op.alter_column(
            "t", "a", type_=kind, existing_type=flag, existing_nullable=True
        ),
    )
    assert said[0] == "ALTER TABLE t DROP CONSTRAINT ck_flag"
    assert said[2] == "ALTER TABLE t ADD CONSTRAINT ck_kind CHECK (a IN ('x'))"


def test_concurrently_leaves_the_transaction() -> None:
    said = script(
        "postgresql",
        lambda op: op.create_index("ix", "t", ["a"], postgresql_concurrently=True),
    )
    assert said == ["COMMIT", "CREATE INDEX CONCURRENTLY ix ON t (a)", "BEGIN"]


def test_an_enum_is_made_before_the_column_that_uses_it() -> None:
    column = sa.Column("mood", sa.Enum("sad", "ok", name="mood"))
    said = script("postgresql", lambda op: op.add_column("t", column))
    assert "CREATE TYPE mood AS ENUM ('sad', 'ok')" in said[0]
    assert said[1] == "ALTER TABLE t ADD COLUMN mood mood"


def test_sql_server_drops_the_default_it_named_itself() -> None:
    said = script(
        "mssql",
        lambda op: op.alter_column("t", "a", server_default="5", existing_type=sa.Integer()),
        lambda op: op.alter_column("t", "a", new_column_name="b"),
    )
    assert "sys.default_constraints" in said[0]
    assert said[1:] == [
        "ALTER TABLE t ADD DEFAULT '5' FOR a",
        "EXEC sp_rename 't.a', 'b', 'COLUMN'",
    ]


def test_what_sql_server_and_oracle_do_not_know_is_refused() -> None:
    later = {"deferrable": True, "initially": "DEFERRED"}
    for dialect, call, said in (
        ("mssql", lambda op: op.create_unique_constraint("uq", "t", ["a"], **later), "at once"),
        ("mssql", lambda op: op.drop_schema("s", cascade=True), "CASCADE"),
        ("mssql", lambda op: op.create_index("i", "t", ["a"], if_not_exists=True), "an index"),
        ("oracle", lambda op: op.create_schema("s"), "is a user"),
        ("oracle", lambda op: op.drop_schema("s"), "is a user"),
        ("oracle", lambda op: op.create_exclude_constraint("e", "t", ("a", "=")), "no exclude"),
        (
            "oracle",
            lambda op: op.create_foreign_key("f", "t", "u", ["a"], ["b"], match="FULL"),
            "MATCH",
        ),
        (
            "oracle",
            lambda op: op.alter_column("t", "a", autoincrement=True, existing_autoincrement=False),
            "count",
        ),
    ):
        with pytest.raises(Unsupported, match=said):
            script(dialect, call)


def test_sql_server_gets_another_comment_in_the_place_of_the_one_that_may_be_there() -> None:
    said = script(
        "mssql",
        lambda op: op.create_table_comment("t", "it's", schema="s"),
        lambda op: op.alter_column("t", "a", comment=None),
    )
    assert [line.partition(" EXEC ")[2] for line in (said[0], said[2])] == [
        "sp_dropextendedproperty 'MS_Description', 'schema', 's', 'table', 't'",
        "sp_dropextendedproperty 'MS_Description', 'schema', 'dbo', 'table', 't', 'column', 'a'",
    ]
    place = "'schema', 's', 'table', 't'"
    assert said[1] == f"EXEC sp_addextendedproperty 'MS_Description', N'it''s', {place}"


def test_oracle_modifies() -> None:
    said = script(
        "oracle",
        lambda op: op.alter_column("t", "a", nullable=False, type_=sa.String(9)),
        lambda op: op.add_column("t", sa.Column("b", sa.Integer)),
    )
    assert said == [
        "ALTER TABLE t MODIFY a NOT NULL",
        "ALTER TABLE t MODIFY a VARCHAR2(9 CHAR)",
        "ALTER TABLE t ADD b INTEGER",
    ]


def test_sqlite_cannot_be_rebuilt_by_a_script() -> None:
    with pytest.raises(NotImplementedError) as raised:
        script("sqlite", lambda op: op.create_unique_constraint("uq", "t", ["a"]))
    assert str(raised.value) == (
        "create_unique_constraint on table 't' cannot be written as SQL: "
        "sqlite makes the table anew, and must read it from a live database first"
    )


def test_sqlite_is_rebuilt_by_a_script_from_a_table_handed_over() -> None:
    table = sa.Table("t", sa.MetaData(), sa.Column("a", sa.Integer), sa.Column("b", sa.Integer))

    def batch(op: object) -> None:
        with op.batch_alter_table("t", copy_from=table) as batch_op:  # type: ignore[attr-defined]
            batch_op.create_unique_constraint("uq", ["a"])

    said = script("sqlite", batch)
    assert any("CONSTRAINT uq UNIQUE (a)" in line for line in said)
    assert any(line.startswith("INSERT INTO") for line in said)


def test_rows_are_written_with_their_values() -> None:
    table = sa.table("t", sa.column("a", sa.Integer), sa.column("b", sa.Date))
    said = script("postgresql", lambda op: op.bulk_insert(table, [{"a": 1}, {"a": 2}]))
    assert said == ["INSERT INTO t (a) VALUES (1)", "INSERT INTO t (a) VALUES (2)"]


def test_rows_in_a_script_get_the_python_defaults_of_their_table() -> None:
    table = sa.Table(
        "t",
        sa.MetaData(),
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("a", sa.Integer, default=7),
        sa.Column("b", sa.Integer, default=lambda: 8),
    )
    said = script("mssql", lambda op: op.bulk_insert(table, [{"id": 1}]))
    assert said == [
        "SET IDENTITY_INSERT t ON",
        "INSERT INTO t (id, a, b) VALUES (1, 7, 8)",
        "SET IDENTITY_INSERT t OFF",
    ]
    for dialect in ("postgresql", "oracle"):
        said = script(dialect, lambda op: op.bulk_insert(table, [{"a": 1, "b": 2}]))
        assert said == ["INSERT INTO t (a, b) VALUES (1, 2)"]
    table.columns["b"].default = sa.ColumnDefault(lambda context: context.missing)
    with pytest.raises(CommandError, match=r"the default of t\.b is a function"):
        script("postgresql", lambda op: op.bulk_insert(table, [{"id": 1}]))


@pytest.mark.parametrize(
    ("dialect", "said"),
    [
        ("postgresql", "'{\"a\": \"it''s\"}', 'null', '\\x00ff', make_interval(secs=>90.0)"),
        ("mysql", "'{\"a\": \"it''s\"}', 'null', X'00ff', '1970-01-01 00:01:30'"),
        ("sqlite", "'{\"a\": \"it''s\"}', 'null', X'00ff', '1970-01-01 00:01:30.000000'"),
        ("mssql", "'{\"a\": \"it''s\"}', 'null', 0x00ff, '1970-01-01 00:01:30'"),
    ],
)
def test_json_bytes_and_intervals_are_written_as_they_are_kept(dialect: str, said: str) -> None:
    table = sa.table(
        "t",
        sa.column("j", sa.JSON),
        sa.column("n", sa.JSON),
        sa.column("b", sa.LargeBinary),
        sa.column("i", sa.Interval),
    )
    row = {"j": {"a": "it's"}, "n": None, "b": b"\x00\xff", "i": datetime.timedelta(seconds=90)}
    lines = script(
        dialect,
        lambda op: op.bulk_insert(table, [row]),
        lambda op: op.execute(table.insert().values(**{**row, "n": sa.JSON.NULL})),
    )
    assert lines == [f"INSERT INTO t (j, n, b, i) VALUES ({said})"] * 2


def test_an_open_parameter_is_an_error_and_not_null() -> None:
    with pytest.raises(CommandError, match=":a"):
        script("postgresql", lambda op: op.execute("SELECT :a"))
