"""MariaDB is asked how it spells things, and nothing is left behind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from schemadiff.dialects.asking import Answer, Question, Refused, Unasked
from schemadiff.dialects.base import Scope
from schemadiff.dialects.mysql import MariaDB
from schemadiff.dialects.mysql.settling import MOST_COLUMNS, Asked, sheets
from schemadiff.dialects.mysql.tokens import USUAL
from schemadiff.dialects.registry import database_for
from schemadiff.model import Check, Column, Element, Index, column_key


@pytest.fixture
def connection(mariadb_engine: sa.Engine) -> Iterator[sa.Connection]:
    with mariadb_engine.connect() as connection:
        yield connection


def ask(connection: sa.Connection, *questions: Question) -> list[Answer]:
    database = database_for(connection.dialect)
    database.meet(connection)
    return database.ask(connection, questions)


def run(connection: sa.Connection, statement: str) -> sa.CursorResult[object]:
    return connection.exec_driver_sql(statement, execution_options={"no_parameters": True})


TYPES = [
    "INTEGER",
    "INTEGER UNSIGNED",
    "BOOL",
    "NUMERIC",
    "NUMERIC(10, 2)",
    "DOUBLE PRECISION",
    "FLOAT(30)",
    "VARCHAR(20)",
    "VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
    "CHAR",
    "TEXT(3000)",
    "BLOB(70000)",
    "JSON",
    "YEAR",
    "BIT",
    "DATETIME(6)",
    "TIMESTAMP",
    "ENUM('a','b''c','100%')",
    "SET('x','y')",
    "UUID",
    "INET6",
    "POINT",
    "VARBINARY(9)",
]


def test_a_type_is_answered_as_it_would_be_read(connection: sa.Connection) -> None:
    columns = ", ".join(f"c{number} {type_} NULL" for number, type_ in enumerate(TYPES))
    run(connection, f"CREATE TABLE t ({columns})")
    found = database_for(connection.dialect).read(connection, Scope())
    read = [c.type.canonical for c in found.each(Column)]
    assert ask(connection, *(Question("type", type_) for type_ in TYPES)) == read


DEFAULTS = [
    ("INTEGER", "'0'"),
    ("INTEGER", "-1"),
    ("INTEGER", "(1 + 2)"),
    ("BOOL", "true"),
    ("NUMERIC(10,2)", "'1.5'"),
    ("VARCHAR(40)", "'it''s 100% \\\\ fine'"),
    ("VARCHAR(36)", "(uuid())"),
    ("VARCHAR(9)", '"a"'),
    ("DATETIME", "CURRENT_TIMESTAMP"),
    ("DATETIME", "NOW() ON UPDATE NOW()"),
    ("DATETIME", "(CURRENT_TIMESTAMP + INTERVAL 1 DAY)"),
    ("TIMESTAMP", "'2020-01-01'"),
    ("BIT(1)", "b'0'"),
    ("ENUM('a','b')", "'a'"),
    ("JSON", "'{}'"),
    ("VARBINARY(9)", "'x'"),
    ("VARBINARY(9)", "x'4142'"),
    ("TEXT", "'long'"),
]


def test_a_default_is_answered_as_it_would_be_read(connection: sa.Connection) -> None:
    columns = ", ".join(
        f"c{number} {type_} NULL DEFAULT {sql}" for number, (type_, sql) in enumerate(DEFAULTS)
    )
    run(connection, f"CREATE TABLE t ({columns})")
    found = database_for(connection.dialect).read(connection, Scope())
    read = [c.default.canonical if c.default else "" for c in found.each(Column)]
    assert ask(connection, *(Question("default", sql, type_) for type_, sql in DEFAULTS)) == read


def test_a_default_may_mean_other_columns_where_it_is_told_of_them(
    connection: sa.Connection,
) -> None:
    question = Question("default", "(n + 1)", "INTEGER", FRAME)
    assert ask(connection, question) == ["(`n` + 1)"]


FRAME = (("s", "VARCHAR(20)"), ("n", "INTEGER"), ("order", "INTEGER"), ("Big", "BIGINT"))
CHECKS = [
    "s IN ('a', 'b%')",
    "n BETWEEN 1 AND 5 AND NOT (n = 3)",
    "length(s) > 2 OR s LIKE 'a%'",
    "`order` <> n",
    "BIG > 1",
    "1 = 1",
    "s = 'it''s' AND (n > 1)",
    "coalesce(s, ',') <> ')'",
]


def test_a_check_is_answered_as_it_would_be_read(connection: sa.Connection) -> None:
    columns = ", ".join(f"`{name}` {type_}" for name, type_ in FRAME)
    checks = ", ".join(f"CONSTRAINT k{n} CHECK ({sql})" for n, sql in enumerate(CHECKS))
    run(connection, f"CREATE TABLE t ({columns}, {checks})")
    found = database_for(connection.dialect).read(connection, Scope())
    read = [check.sql.canonical for check in found.each(Check)]
    assert ask(connection, *(Question("check", sql, frame=FRAME) for sql in CHECKS)) == read


def test_a_generated_column_is_answered_as_it_would_be_read(connection: sa.Connection) -> None:
    run(connection, "CREATE TABLE t (n int, s varchar(9), g varchar(9) AS (concat(s, n, ',')) )")
    found = database_for(connection.dialect).read(connection, Scope())
    node = found[column_key("", "t", "g")]
    assert isinstance(node, Column)
    assert node.computed is not None
    question = Question("computed", "CONCAT(s,n,',')", "VARCHAR(9)", FRAME)
    assert ask(connection, question) == [node.computed.sql.canonical]


def test_a_prefix_as_long_as_its_column_is_none(connection: sa.Connection) -> None:
    asked = Index("", "t", "ix", (Element("s", length=20), Element("n", descending=True)))
    question = Question("index", frame=FRAME, index=asked)
    (answer,) = ask(connection, question)
    assert isinstance(answer, Index)
    assert answer.elements == (Element("s"), Element("n", descending=True))


def test_one_bad_question_is_refused_alone(connection: sa.Connection) -> None:
    good = Question("default", "'1'", "INTEGER")
    bad = Question("default", "'x'", "INTEGER")
    worse = Question("check", "nobody > 1", frame=FRAME)
    one, two, three, four = ask(connection, good, bad, worse, Question("type", "BOOL"))
    assert (one, four) == ("1", "tinyint(1)")
    assert isinstance(two, Refused)
    assert isinstance(three, Refused)
    assert "nobody" in three.reason


def test_the_callers_transaction_stays_open(connection: sa.Connection) -> None:
    run(connection, "CREATE TABLE t (a int)")
    connection.commit()
    run(connection, "INSERT INTO t VALUES (1)")
    ask(connection, Question("type", "BOOL"), Question("default", "'x'", "INTEGER"))
    connection.rollback()
    assert run(connection, "SELECT count(*) FROM t").scalar() == 0


def test_nothing_is_left_behind(connection: sa.Connection) -> None:
    counted: list[str] = []
    sa.event.listen(connection, "before_cursor_execute", lambda *args: counted.append(str(args[2])))
    ask(connection, Question("type", "BOOL"), Question("default", "'x'", "INTEGER"))
    made = [s.split()[3] for s in counted if s.startswith("CREATE TEMPORARY")]
    gone = [s.split()[3] for s in counted if s.startswith("DROP TEMPORARY")]
    assert set(gone) <= set(made)
    for table in made:
        with pytest.raises(sa.exc.DBAPIError):
            run(connection, f"SELECT * FROM {table}")


def test_in_a_read_only_transaction_nobody_is_asked(connection: sa.Connection) -> None:
    run(connection, "SET SESSION TRANSACTION READ ONLY")
    connection.commit()
    (answer,) = ask(connection, Question("type", "BOOL"))
    assert isinstance(answer, Unasked)
    connection.rollback()
    run(connection, "SET SESSION TRANSACTION READ WRITE")


def test_bytes_that_are_no_text_are_not_asked_about(connection: sa.Connection) -> None:
    first, second = ask(
        connection,
        Question("default", "x'41ff'", "VARBINARY(9)"),
        Question("default", "(unhex('ff'))", "BLOB"),
    )
    assert isinstance(first, Unasked)
    assert isinstance(second, Unasked)
    assert run(connection, "SELECT 1").scalar() == 1


def test_many_and_wide_questions_fit(connection: sa.Connection) -> None:
    types = [f"VARCHAR({length})" for length in (16000, 16001, 5000, 5001, 5002, *range(1, 400))]
    answers = ask(connection, *(Question("type", type_) for type_ in types))
    assert answers == [type_.lower() for type_ in types]


def test_tables_that_disagree_about_a_column_do_not_share_a_sheet() -> None:
    def asked(number: int, type_: str) -> Asked:
        return Asked(number, Question("check", "a > 1"), {"a": ("a", type_)})

    found = list(sheets([asked(0, "INT"), asked(1, "DATE"), asked(2, "INT")], USUAL))
    assert [[one.number for one in sheet.asked] for sheet in found] == [[0, 2], [1]]


def test_a_sheet_has_room_for_so_many_columns() -> None:
    questions = [Asked(n, Question("type", "INT"), {}) for n in range(MOST_COLUMNS + 10)]
    assert [len(sheet.asked) for sheet in sheets(questions, USUAL)] == [MOST_COLUMNS, 10]


def test_the_session_says_how_quotes_are_read(mariadb_engine: sa.Engine) -> None:
    statement = """CREATE TABLE t (a VARCHAR(9) DEFAULT 'x"\\y', "b" INT CHECK ("b" > 1))"""
    with mariadb_engine.connect() as connection:
        run(connection, "SET SESSION sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES'")
        run(connection, statement)
        answers = ask(
            connection,
            Question("default", """'x"\\y'""", "VARCHAR(9)"),
            Question("check", '"b" > 1', frame=(("b", "INT"),)),
        )
        found = database_for(connection.dialect).read(connection, Scope())
        connection.invalidate()  # the pool would hand it out again as it is now
    column, check = found[column_key("", "t", "a")], next(iter(found.each(Check)))
    assert isinstance(column, Column)
    assert column.default is not None
    plain = MariaDB(mariadb_engine.dialect).plain
    assert [answers[0], plain(str(answers[1]))] == [column.default.text, plain(check.sql.text)]


def test_names_in_ansi_quotes_are_understood(mariadb_engine: sa.Engine) -> None:
    url = mariadb_engine.url.update_query_dict({"init_command": "SET sql_mode='ANSI_QUOTES'"})
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        run(connection, 'CREATE TABLE t ("order" int, j json, CHECK ("order" > 1))')
        database = database_for(connection.dialect)
        found = database.read(connection, Scope())
        (check,) = found.each(Check)
        assert check.columns == ("order",)
        question = Question("check", '"order">1', frame=(("order", "INTEGER"),))
        assert ask(connection, question) == [check.sql.canonical]


def plain(one: str, other: str) -> bool:
    database = MariaDB(sa.create_engine("mysql+pymysql://").dialect)
    return database.plain(one) == database.plain(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a > 1", "(`a`>1)"),
        ("VARCHAR( 20 )", "varchar(20)"),
        ("Now()", "now()"),
        ("((a))", "a"),
        ("a /* why */ > 1", "a > 1"),
    ],
)
def test_plainly_equal(one: str, other: str) -> None:
    assert plain(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("'a'", "'A'"),
        ("'a b'", "'a  b'"),
        ("`null`", "null"),
        ("(a) + (b)", "a) + (b"),
        ("a1", "a 1"),
        ("enum('a','b')", "enum('b','a')"),
    ],
)
def test_not_plainly_equal(one: str, other: str) -> None:
    assert not plain(one, other)
