"""Nothing is invented: whatever models say, they compare empty right after ``create_all()``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module

import pytest
import sqlalchemy as sa
from ground import Server

from .alike import SPELT, Spelt
from .case import M, P, S
from .harness import differences, made

for part in ("types", "defaults", "texts", "tables", "sqlite", "mariadb", "postgresql"):
    import_module(f"{__package__}.alike_{part}")  # each puts its models into SPELT


@pytest.fixture(scope="module")
def engines(server: Callable[[str], Server]) -> Iterator[dict[str, sa.Engine]]:
    """Engines on databases that all tests here share, by kind."""
    with server(P).fresh() as postgresql, server(M).fresh() as mariadb:
        yield {S: sa.create_engine("sqlite://"), P: postgresql, M: mariadb}


@pytest.mark.parametrize(
    ("database", "spelt"),
    [pytest.param(d, s, id=f"{d}: {s.name}") for s in SPELT for d in s.databases],
)
def test_nothing_differs(database: str, spelt: Spelt, engines: dict[str, sa.Engine]) -> None:
    with made(engines[database], spelt.build, spelt.given) as connection:
        assert differences(connection, spelt.build) == ()
