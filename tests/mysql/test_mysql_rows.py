"""MySQL proper, from rows and texts written after its manual; no MySQL server has verified them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from schemadiff.dialects.mysql.catalogue import (
    CheckRow,
    ColumnRow,
    IndexRow,
    KeyRow,
    Rows,
    RuleRow,
    TableRow,
    mysql_checks,
)
from schemadiff.dialects.mysql.choices import Choices
from schemadiff.dialects.mysql.facts import Facts
from schemadiff.dialects.mysql.nodes import Place, nodes_of
from schemadiff.dialects.mysql.showcreate import shown
from schemadiff.diff import managed
from schemadiff.model import Check, Column, ForeignKey, Gap, Index, Snapshot, Table

MYSQL = Facts(mariadb=False, version=(8, 0, 36))
CHOICES = Choices(collations={"": "utf8mb4_0900_ai_ci"})
TABLE = TableRow("t", "BASE TABLE", "InnoDB", "Dynamic", "utf8mb4_0900_ai_ci", "", "")

PLAIN = ColumnRow("t", "c", 1, None, "YES", "int", None, "", "", "")


def snapshot(rows: Rows) -> Snapshot:
    """What there is in a table that has a column at least."""
    gaps: list[Gap] = []
    rows = replace(rows, columns=rows.columns or [PLAIN])
    return Snapshot(nodes_of(rows, Place("", MYSQL, CHOICES), gaps), gaps)


def column(
    default: str | None = None,
    type_: str = "int",
    extra: str = "",
    nullable: str = "YES",
    expression: str = "",
) -> Column:
    row = ColumnRow("t", "c", 1, default, nullable, type_, None, extra, "", expression)
    (found,) = snapshot(Rows(tables=[TABLE], columns=[row])).each(Column)
    return found


@pytest.mark.parametrize(
    ("default", "type_", "extra", "text"),
    [
        ("0", "int", "", "'0'"),
        (None, "int", "", None),
        ("it's", "varchar(9)", "", "'it''s'"),
        ("", "varchar(9)", "", "''"),
        ("b'101'", "bit(3)", "", "b'101'"),
        ("uuid()", "varchar(36)", "DEFAULT_GENERATED", "(uuid())"),
        ("concat(_utf8mb4\\'a\\')", "text", "DEFAULT_GENERATED", "(concat(_utf8mb4'a'))"),
        ("CURRENT_TIMESTAMP", "datetime", "DEFAULT_GENERATED", "CURRENT_TIMESTAMP"),
        (
            "CURRENT_TIMESTAMP(6)",
            "datetime(6)",
            "DEFAULT_GENERATED on update CURRENT_TIMESTAMP(6)",
            "CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6)",
        ),
    ],
)
def test_a_bare_default_is_written_as_show_create_table_would(
    default: str | None, type_: str, extra: str, text: str | None
) -> None:
    found = column(default, type_, extra)
    assert (found.default.text if found.default else None) == text


def test_a_generated_column_loses_the_catalogues_backslashes() -> None:
    found = column(extra="STORED GENERATED", expression="concat(`a`,_utf8mb4\\'x\\')")
    assert found.computed is not None
    assert (found.computed.sql.text, found.computed.persisted) == ("concat(`a`,_utf8mb4'x')", True)
    assert found.default is None


def test_an_invisible_column_says_so() -> None:
    assert column(extra="INVISIBLE").options == (("invisible", "yes"),)


def test_a_check_finds_its_table_by_its_name() -> None:
    rows = mysql_checks({"k": "(`c` > 1)"}, [("k", "t", "YES"), ("gone", "t", "YES")])
    assert rows == [CheckRow("t", "k", "Table", "(`c` > 1)", "YES")]


def test_a_check_that_is_not_enforced_says_so() -> None:
    rows = Rows(tables=[TABLE], checks=[CheckRow("t", "k", "Table", "(`c` > 1)", "NO")])
    (found,) = snapshot(rows).each(Check)
    assert (found.sql.text, found.options) == ("(`c` > 1)", (("enforced", "no"),))


def test_a_functional_index_has_its_expression() -> None:
    part = IndexRow("t", "i", 1, 1, None, "A", None, "BTREE", "", "", "concat(`c`,_utf8mb4\\'x\\')")
    (found,) = snapshot(Rows(tables=[TABLE], indexes=[part])).each(Index)
    (element,) = found.elements
    assert element.sql is not None
    assert element.sql.text == "concat(`c`,_utf8mb4'x')"


def test_no_action_is_no_action_of_a_foreign_key() -> None:
    rows = Rows(
        tables=[TABLE],
        keys=[KeyRow("t", "f", 1, "c", "other", "p", "id")],
        rules=[RuleRow("t", "f", "NO ACTION", "SET NULL")],
    )
    (found,) = snapshot(rows).each(ForeignKey)
    assert (found.onupdate, found.ondelete, found.target_schema) == ("", "SET NULL", "other")


def test_what_the_server_chose_is_no_option() -> None:
    assert [table.options for table in snapshot(Rows(tables=[TABLE])).each(Table)] == [()]


SHOWN = """\
CREATE TABLE `t` (
  `a` int unsigned NOT NULL AUTO_INCREMENT COMMENT 'no, not ) this',
  `b` varchar(9) CHARACTER SET latin1 COLLATE latin1_bin DEFAULT 'x' /*!80023 INVISIBLE */,
  `c` json DEFAULT (json_array()),
  `d` int GENERATED ALWAYS AS ((`a` * 2)) STORED,
  `e` datetime(6) DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
  PRIMARY KEY (`a`),
  UNIQUE KEY `u` (`b`(5) DESC,`a`),
  KEY `f` ((lower(`b`))),
  FULLTEXT KEY `w` (`b`) /*!50100 WITH PARSER `ngram` */,
  CONSTRAINT `k` CHECK ((`a` > 1)),
  CONSTRAINT `r` FOREIGN KEY (`a`) REFERENCES `p` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4"""


def test_show_create_table_is_cut_into_its_texts() -> None:
    found = shown(SHOWN)
    assert {name: column.type for name, column in found.columns.items()} == {
        "a": "int unsigned",
        "b": "varchar(9)",
        "c": "json",
        "d": "int",
        "e": "datetime(6)",
    }
    assert found.columns["c"].default == "(json_array())"
    assert found.columns["d"].computed == "(`a` * 2)"
    assert found.columns["e"].default == "CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6)"
    assert found.checks == {"k": "(`a` > 1)"}
    assert found.parsers == {"w": "ngram"}


def test_the_keys_of_show_create_table_are_rows_of_the_catalogue() -> None:
    unique, functional = shown(SHOWN).keys["u"], shown(SHOWN).keys["f"]
    assert [(row.column, row.length, row.direction) for row in unique] == [
        ("b", 5, "D"),
        ("a", None, "A"),
    ]
    assert [(row.column, row.expression) for row in functional] == [(None, "lower(`b`)")]


def test_a_table_without_columns_is_one_that_the_user_may_not_see() -> None:
    gaps: list[Gap] = []
    (table,) = nodes_of(Rows(tables=[TABLE]), Place("", MYSQL, CHOICES), gaps)
    assert isinstance(table, Table)
    assert table.options == (("unseen", "yes"),)
    assert [gap.where for gap in gaps] == ["t"]
    there = Snapshot([table])
    for models in (Snapshot([Table("", "t"), column()]), Snapshot([])):
        assert managed(there, models) == (Snapshot([]), Snapshot([]))
