"""Asking a PostgreSQL server for its spelling."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from schemadiff.dialects.asking import Question, Refused, Unasked
from schemadiff.dialects.postgresql import PostgreSQL
from schemadiff.model import Element, Index, Sql

from .comparing import run

FRAME = (("a", "integer"), ("b", "character varying(9)"), ("p", "tsrange"), ("j", "jsonb"))
QUESTIONS = [
    Question("type", "VARCHAR(10)"),
    Question("type", "float(24)[][]"),
    Question("default", "'100%'", type="varchar(9)"),
    Question("default", "NULL", type="text"),
    Question("default", "1/0", type="integer"),
    Question("computed", "a*2", type="integer", frame=FRAME),
    Question("check", "b like '%:x' and (j ? 'k')", frame=FRAME),
    Question("check", "VALUE>0", type="integer"),
    Question("exclusion", "USING gist (p WITH &&)", frame=FRAME),
]
ANSWERS = [
    "character varying(10)",
    "real[]",
    "'100%'::character varying",
    "",
    "(1 / 0)",
    "a * 2",
    "((b)::text ~~ '%:x'::text) AND (j ? 'k'::text)",
    "VALUE > 0",
    "EXCLUDE USING gist (p WITH &&)",
]


def ask(connection: Connection, *questions: Question, setup: tuple[str, ...] = ()) -> list[object]:
    return list(PostgreSQL(connection.dialect).ask(connection, questions, setup))


@pytest.mark.parametrize("isolation", ["READ COMMITTED", "SERIALIZABLE", "AUTOCOMMIT"])
def test_every_kind_of_question(postgresql_engine: Engine, isolation: str) -> None:
    engine = postgresql_engine.execution_options(isolation_level=isolation)
    with engine.connect() as connection:
        assert ask(connection, *QUESTIONS) == ANSWERS
        assert not connection.in_transaction()


def test_an_index_is_answered_by_an_index(postgresql_engine: Engine) -> None:
    index = Index(
        "s",
        "t",
        "ix",
        (
            Element("b", opclass="text_ops"),
            Element(sql=Sql.of("lower(b)"), descending=True),
            Element("a", nulls="first"),
        ),
        unique=True,
        where=Sql.of("a>3 and b<>'%'"),
        options=(("fillfactor", "70"), ("tablespace", "fast")),
    )
    with postgresql_engine.connect() as connection:
        (answer,) = ask(connection, Question("index", index=index, frame=FRAME))
    assert answer == Index(
        "s",
        "t",
        "ix",
        (
            Element("b"),
            Element(sql=Sql.of("lower((b)::text)"), descending=True),
            Element("a", nulls="first"),
        ),
        unique=True,
        where=Sql.of("(a > 3) AND ((b)::text <> '%'::text)"),
        options=(("fillfactor", "70"), ("tablespace", "fast")),
    )


def test_the_culprits_alone_are_refused(postgresql_engine: Engine) -> None:
    bad = [
        Question("type", "nosuch"),
        Question("default", "f(", type="integer"),
        Question("check", "z > 1", frame=FRAME),
    ]
    mixed = [q for pair in zip(QUESTIONS, bad * 3, strict=True) for q in pair]
    with postgresql_engine.connect() as connection:
        answers = ask(connection, *mixed)
    assert answers[::2] == ANSWERS
    assert answers[1::2][:3] == [
        Refused('type "nosuch" does not exist'),
        Refused("syntax error at end of input"),
        Refused('column "z" does not exist'),
    ]


def test_types_that_are_still_to_be_made(postgresql_engine: Engine) -> None:
    setup = ("CREATE TYPE st AS ENUM ('x', 'it''s')", "CREATE TYPE broken AS (", "SELECT 1")
    questions = (
        Question("default", "'x'", type="st"),
        Question("check", "c in ('x')", frame=(("c", "st"),)),
        Question("type", "broken"),
    )
    with postgresql_engine.connect() as connection:
        answers = ask(connection, *questions, setup=setup)
    assert answers == ["'x'::st", "c = 'x'::st", Refused('type "broken" does not exist')]


def test_tables_whose_columns_disagree_are_kept_apart(postgresql_engine: Engine) -> None:
    questions = [
        Question("check", "n = '1'", frame=(("n", type_), ("unused", type_)))
        for type_ in ("integer", "text", "numeric(3,1)", "integer")
    ]
    with postgresql_engine.connect() as connection:
        answers = ask(connection, *questions)
    assert answers == ["n = 1", "n = '1'::text", "n = '1'::numeric", "n = 1"]


def test_more_questions_than_a_table_has_columns(postgresql_engine: Engine) -> None:
    questions = [Question("default", str(n), type="integer") for n in range(3300)]
    with postgresql_engine.connect() as connection:
        assert ask(connection, *questions) == [str(n) for n in range(3300)]


def test_nothing_is_executed_and_nothing_stays(postgresql_engine: Engine) -> None:
    run(
        postgresql_engine,
        "CREATE SEQUENCE calls",
        "CREATE TABLE kept (a int)",
        "CREATE FUNCTION ticket() RETURNS int LANGUAGE sql AS $$ SELECT nextval('calls')::int $$",
    )
    with postgresql_engine.connect() as connection:
        connection.execute(sa.text("INSERT INTO kept VALUES (1)"))
        answers = ask(
            connection,
            Question("default", "ticket()", type="integer"),
            Question("default", "nextval('calls')", type="integer"),
            Question("type", "nosuch"),
        )
        assert answers[:2] == ["ticket()", "nextval('calls'::regclass)"]
        assert connection.in_transaction()
        assert connection.scalar(sa.text("SELECT count(*) FROM kept")) == 1
        assert not connection.scalar(sa.text("SELECT is_called FROM calls"))
        assert not connection.scalar(
            sa.text("SELECT count(*) FROM pg_class WHERE relname LIKE 'schemadiff%'")
        )
        connection.rollback()
        assert connection.scalar(sa.text("SELECT count(*) FROM kept")) == 0


def test_a_read_only_transaction_is_not_asked(postgresql_engine: Engine) -> None:
    with postgresql_engine.connect().execution_options(postgresql_readonly=True) as connection:
        assert ask(connection, *QUESTIONS) == [Unasked("the transaction is read-only")] * len(
            QUESTIONS
        )


def test_without_the_privilege_nothing_is_asked(postgresql_engine: Engine) -> None:
    name = postgresql_engine.url.database
    role = f"{name}_nobody"
    run(
        postgresql_engine,
        f'REVOKE TEMPORARY ON DATABASE "{name}" FROM PUBLIC',
        f'CREATE ROLE "{role}"',
    )
    try:
        with postgresql_engine.connect() as connection:
            connection.exec_driver_sql(f'SET ROLE "{role}"')
            (answer,) = ask(connection, Question("type", "int"))
            assert isinstance(answer, Unasked)
            assert "privilege" in answer.reason
    finally:
        run(postgresql_engine, f'DROP ROLE "{role}"')


def test_no_question_needs_no_statement(postgresql_engine: Engine) -> None:
    said: list[str] = []
    sa.event.listen(postgresql_engine, "after_cursor_execute", lambda *a: said.append(a[2]))
    with postgresql_engine.connect() as connection:
        assert ask(connection) == []
    assert said == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a>0 AND b", "(a > 0 and B)"),
        ("((x))", "x"),
        ("a/* note */+1 -- end", "a + 1"),
        ("a=-1", "a = - 1"),
    ],
)
def test_plainly_the_same(postgresql_engine: Engine, one: str, other: str) -> None:
    database = PostgreSQL(postgresql_engine.dialect)
    assert database.plain(one) == database.plain(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("'A'", "'a'"),
        ('"A"', '"a"'),
        ("(a) + (b)", "a) + (b"),
        ("a @- b", "a @ -b"),
        ("'a  b'", "'a b'"),
        ("$$x$$", "'x'"),
    ],
)
def test_not_plainly_the_same(postgresql_engine: Engine, one: str, other: str) -> None:
    database = PostgreSQL(postgresql_engine.dialect)
    assert database.plain(one) != database.plain(other)
