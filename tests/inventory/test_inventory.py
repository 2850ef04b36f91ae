"""One attribute of one object changed at a time: the comparison names it, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from ground import Server

from .case import Case, M, P, S
from .cases import cases
from .harness import differences, made


def of(database: str) -> list[object]:
    return [pytest.param(case, id=f"{case.group}: {case.attribute}") for case in cases(database)]


def check(case: Case, engine: sa.Engine) -> None:
    """Asserts that ``case`` is seen there and back, and that nothing else is."""
    if sa.__version__ < case.since:
        pytest.skip(f"SQLAlchemy {case.since} can say it, {sa.__version__} cannot")
    with made(engine, case.before, case.given) as connection:
        assert differences(connection, case.before) == (), "right after create_all()"
        for statement in case.aside:
            connection.exec_driver_sql(statement)
        assert differences(connection, case.after) == case.changes
    if case.aside:
        return
    with made(engine, case.after, case.given) as connection:
        assert differences(connection, case.after) == (), "right after create_all()"
        assert differences(connection, case.before) == case.back()


@pytest.fixture(scope="module")
def postgresql(server: Callable[[str], Server]) -> Iterator[sa.Engine]:
    with server("postgresql").fresh() as engine:
        yield engine


@pytest.fixture(scope="module")
def mariadb(server: Callable[[str], Server]) -> Iterator[sa.Engine]:
    with server("mariadb").fresh() as engine:
        yield engine


@pytest.mark.parametrize("case", of(S))
def test_sqlite_names_the_change_and_nothing_else(case: Case) -> None:
    check(case, sa.create_engine("sqlite://"))


@pytest.mark.parametrize("case", of(P))
def test_postgresql_names_the_change_and_nothing_else(case: Case, postgresql: sa.Engine) -> None:
    check(case, postgresql)


@pytest.mark.parametrize("case", of(M))
def test_mariadb_names_the_change_and_nothing_else(case: Case, mariadb: sa.Engine) -> None:
    check(case, mariadb)
