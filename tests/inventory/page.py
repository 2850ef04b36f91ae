"""docs/inventory.md, written from the cases: attribute by attribute, what each database shows of a change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from .case import ALL, Absent, Case, Group, M, P, S
from .cases import GROUPS

PAGE = Path(__file__).parents[2] / "docs" / "inventory.md"

HEAD = """\
# What is compared

Every line of this page is a test: a model is made in a live database, one attribute is changed, and the
comparison must name that change and nothing else; then the same on the way back. Right after `create_all()`
nothing may differ. (`tests/inventory/`; this page is written by `pytest tests/inventory --update-golden`.)

* **seen** – the change is reported.
* **alike** – the database makes no difference, so none is reported; the note says why.
* **–** – the database has no such thing, or the note says why it cannot be seen.
* **by the manual** – MySQL: read and settled by the same code as MariaDB, following MySQL's manual;
  not verified on a server.

SQL Server is read, asked and told by its manual: not verified on a server. Its types, nullability, defaults,
computed columns, IDENTITY, keys, checks, indexes (clustered, filtered, with INCLUDE) and sequences are compared;
comments, columnstore, XML and spatial indexes, and system versioning are not.

Oracle is read and told by its manual: not verified on a server. It keeps what was written, so texts are compared
token by token and nothing is asked. Its types, nullability, defaults, virtual columns, identity, comments, keys,
checks, indexes (descending, over expressions, bitmap) and sequences are compared; where a sequence starts,
compression, tablespaces and domain indexes are not.
"""
MARIADB_ONLY = frozenset(
    {
        ("Types", "UUID or string"),
        ("Columns", "INVISIBLE"),
        ("Columns", "default: a sequence"),
        ("Indexes", "IGNORED"),
        ("Tables", "PAGE_COMPRESSED"),
    }
)
"""What MariaDB has and MySQL has not, or says in other words; sequences besides."""


def page() -> str:
    """The text of the page."""
    return "\n".join([HEAD, *(line for group in GROUPS for line in _section(group))])


def _section(group: Group) -> Iterator[str]:
    yield f"## {group.name}\n"
    yield "| | SQLite | PostgreSQL | MariaDB | MySQL | |"
    yield "|---|---|---|---|---|---|"
    for attribute in dict.fromkeys(case.attribute for case in group.cases):
        cases = [case for case in group.cases if case.attribute == attribute]
        absent = [one for one in group.absent if one.attribute == attribute]
        cells = [_cell(cases, database) for database in ALL]
        notes = "; ".join(dict.fromkeys(_notes(cases, absent)))
        row = [attribute, *cells, _mysql(group.name, attribute, cells[2]), notes]
        yield "| " + " | ".join(text.replace("|", "\\|") for text in row) + " |"
    yield ""


def _cell(cases: list[Case], database: str) -> str:
    found = [case for case in cases if database in case.databases]
    if not found:
        return "–"
    return "alike" if all(case.alike for case in found) else "seen"


def _mysql(group: str, attribute: str, mariadb: str) -> str:
    if mariadb == "–" or group == "Sequences" or (group, attribute) in MARIADB_ONLY:
        return "–"
    return "by the manual"


def _notes(cases: list[Case], absent: list[Absent]) -> Iterator[str]:
    names = {S: "SQLite", P: "PostgreSQL", M: "MariaDB"}
    for case in cases:
        where = ", ".join(names[database] for database in case.databases)
        if case.alike:
            yield case.alike if len(cases) == 1 else f"{where}: {case.alike}"
        if case.since:
            yield f"from SQLAlchemy {case.since} on"
        if case.one_way:
            yield f"way back: {case.one_way}"
    for one in absent:
        yield f"{', '.join(names[database] for database in one.databases)}: {one.why}"
