"""A script is cut where its database ends a statement, and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemadiff.sqlfiles import Unfinished, split

FROM_CLIENT = "takes its rows from a client such as psql: write INSERT"
CASES = [
    ("", "SELECT a,\n  go\nFROM t; 'x\nGO\n'", ["SELECT a,\n  go\nFROM t", "'x\nGO\n'"]),
    ("postgresql", "COPY (SELECT a FROM stdin) TO '/x'", ["COPY (SELECT a FROM stdin) TO '/x'"]),
    ("postgresql", "COPY t FROM '/x'; b", ["COPY t FROM '/x'", "b"]),
    ("postgresql", "SELECT '\n\\connect'", ["SELECT '\n\\connect'"]),
    ("", "", []),
    ("", "a;b", ["a", "b"]),
    ("", "  a ; ; -- nothing\n; b -- end", ["a", "b -- end"]),
    ("", "SELECT 'a;b''c;';x", ["SELECT 'a;b''c;'", "x"]),
    ("", 'SELECT "a;""b";x', ['SELECT "a;""b"', "x"]),
    ("", "a -- no; end\n; b /* ; */ ;", ["a -- no; end", "b /* ; */"]),
    ("postgresql", "a /* /* ; */ ; */ b; c", ["a /* /* ; */ ; */ b", "c"]),
    ("postgresql", r"SELECT E'\';'; b", [r"SELECT E'\';'", "b"]),
    ("postgresql", r"SELECT '\'; b", [r"SELECT '\'", "b"]),
    ("postgresql", "DO $$ a; b; $$; c", ["DO $$ a; b; $$", "c"]),
    ("postgresql", "DO $x$ $$; $y$ ; $x$; c", ["DO $x$ $$; $y$ ; $x$", "c"]),
    ("postgresql", "SELECT a$1; b", ["SELECT a$1", "b"]),
    ("postgresql", "\\restrict abc\nSELECT 1;\n\\unrestrict abc\n", ["SELECT 1"]),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN 1 THEN 2 END; END; x",
        [
            "CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN 1 THEN 2 END; END",
            "x",
        ],
    ),
    ("postgresql", "BEGIN; a; END; b", ["BEGIN", "a", "END", "b"]),
    (
        "sqlite",
        "CREATE TEMP TRIGGER t AFTER INSERT ON a BEGIN SELECT CASE 1 WHEN 1 THEN 2 END; x; END; y",
        [
            "CREATE TEMP TRIGGER t AFTER INSERT ON a BEGIN SELECT CASE 1 WHEN 1 THEN 2 END; x; END",
            "y",
        ],
    ),
    ("sqlite", "SELECT [a;b], `c;d`; x", ["SELECT [a;b], `c;d`", "x"]),
    ("sqlite", "BEGIN; a; COMMIT", ["BEGIN", "a", "COMMIT"]),
    ("mysql", r"SELECT 'a\';b', `c;` # no; end", [r"SELECT 'a\';b', `c;` # no; end"]),
    ("mysql", "SELECT 1--2; b", ["SELECT 1--2", "b"]),
    ("mysql", "/*!40101 SET NAMES utf8 */; /* plain */; x", ["/*!40101 SET NAMES utf8 */", "x"]),
    ("mysql", "DELIMITER $$\nBEGIN a; END$$\nDELIMITER ;\na$b; c", ["BEGIN a; END", "a$b", "c"]),
    (
        "mysql",
        "DELIMITER //\nCREATE PROCEDURE p() BEGIN a; b; END//\nDELIMITER ;\nx; y",
        ["CREATE PROCEDURE p() BEGIN a; b; END", "x", "y"],
    ),
    ("mssql", "CREATE PROC p AS a; b\nGO\nx\n go \n", ["CREATE PROC p AS a; b", "x"]),
    ("oracle", "a;\nb\n/\nc", ["a", "b", "c"]),
]


@pytest.mark.parametrize(("dialect", "script", "statements"), CASES)
def test_a_script_is_cut_into_its_statements(
    dialect: str, script: str, statements: list[str]
) -> None:
    assert [piece.text for piece in split(script, dialect)] == statements


@pytest.mark.parametrize(
    ("dialect", "script", "line", "what"),
    [
        ("", "a;\nSELECT 'b", 2, "a string that is never closed"),
        ("", 'a;\n\n"b', 3, "a quoted name that is never closed"),
        ("", "a; /* b", 1, "a comment that is never closed"),
        ("postgresql", "a;\nDO $x$ b $$;", 2, "a dollar quote that is never closed"),
        ("postgresql", "a;\n\\connect other\n", 2, r"\connect is a command of psql, not SQL"),
        ("postgresql", "a;\n\\.\n", 2, r"\. is a command of psql, not SQL"),
        ("postgresql", "SELECT a\n\\gexec\n", 2, r"\gexec is a command of psql, not SQL"),
        (
            "postgresql",
            "a;\n\nCOPY t (a) FROM stdin;\n1\n\\.\n",
            3,
            f"COPY t (a) FROM stdin {FROM_CLIENT}",
        ),
        (
            "postgresql",
            'copy "t" from\nSTDIN with (format csv);',
            1,
            f'copy "t" from STDIN {FROM_CLIENT}',
        ),
        ("postgresql", "CREATE TABLE t (a int)\nGO\nb", 2, "GO is a command of sqlcmd, not SQL"),
        ("", "a;\ngo\r\nb", 2, "go is a command of sqlcmd, not SQL"),
        ("mssql", "a\nGO\nb\nGO 5\n", 4, "GO 5 is a command of sqlcmd, not SQL"),
        ("sqlite", "\nCREATE TRIGGER t AFTER INSERT ON a BEGIN x;", 2, "a BEGIN without its END"),
    ],
)
def test_a_script_that_does_not_parse_is_told_by_line(
    dialect: str, script: str, line: int, what: str
) -> None:
    with pytest.raises(Unfinished) as refused:
        split(script, dialect)
    assert (refused.value.line, refused.value.what) == (line, what)


def test_every_statement_knows_its_line() -> None:
    found = split("-- a comment\n\na;\n  b\n  c;d", "postgresql")
    assert [(piece.beginning, piece.line) for piece in found] == [
        ("-- a comment a", 3),
        ("b c", 4),
        ("d", 5),
    ]


atoms = st.sampled_from(["a", "'x;y'", '"n;m"', "/* c; */", "-- d;\n", "$$ e; $$", "\n", "1"])


@given(st.lists(st.lists(atoms, min_size=1).map(lambda found: "w " + " ".join(found)), min_size=1))
def test_joined_statements_are_cut_apart_again(statements: list[str]) -> None:
    written = [text.strip() for text in statements]
    script = ";".join(f"{text}\n" for text in written)
    assert [piece.text for piece in split(script, "postgresql")] == written


def test_every_statement_knows_its_line_however_many_there_are() -> None:
    script = "".join(f"-- {i}\n\nINSERT INTO t VALUES ('{i}\n');\n" for i in range(500))
    assert [piece.line for piece in split(script)] == [4 * i + 3 for i in range(500)]


def test_what_is_never_closed_is_shown_in_its_statement() -> None:
    with pytest.raises(Unfinished) as refused:
        split("CREATE TABLE a (id INTEGER);\nINSERT INTO a\n  VALUES ('x);\n")
    assert refused.value.line == 3
    assert refused.value.statement == "INSERT INTO a VALUES ('x);"
