"""Models written from a database, imported and compared with it, differ in nothing."""

from __future__ import annotations

import os
import random
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from ground import Server
from harness.cases import Models, applications, pairs
from harness.golden import told

from schemadiff.inspecting import inspected
from schemadiff.states import Ground, diff_states

EXTENSIONS = ("pg_trgm", "btree_gist")


def bounded(cases: list[tuple[Path, str]], size: int) -> list[object]:
    """A fixed sample of ``cases``; all of them with SCHEMADIFF_TEST_EVERYTHING."""
    if not os.environ.get("SCHEMADIFF_TEST_EVERYTHING"):
        cases = random.Random(7).sample(cases, size)
    return [pytest.param(path, name, id=f"{titled(path)}-{name}") for path, name in cases]


def titled(path: Path) -> str:
    return path.parent.name if path.stem == "after" else path.stem


def engine_of(request: pytest.FixtureRequest, database: str) -> sa.Engine:
    engine: sa.Engine = request.getfixturevalue(f"{database}_engine")
    return with_extensions(engine)


def with_extensions(engine: sa.Engine) -> sa.Engine:
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            for name in EXTENSIONS:
                connection.exec_driver_sql(f"CREATE EXTENSION IF NOT EXISTS {name}")
    return engine


def imported(source: str) -> sa.MetaData:
    names: dict[str, Any] = {"__name__": "inspected"}
    with warnings.catch_warnings():
        warnings.simplefilter("error", sa.exc.SAWarning)
        exec(compile(source, "inspected.py", "exec", dont_inherit=True), names)
        if "Base" in names:
            names["Base"].registry.configure()
    metadata = names["metadata"] if "metadata" in names else names["Base"].metadata
    assert isinstance(metadata, sa.MetaData)
    return metadata


def with_schemas(engine: sa.Engine) -> bool:
    return len(sa.inspect(engine).get_schema_names()) > 1 and engine.dialect.name != "mysql"


def differences(engine: sa.Engine, format_: str) -> list[str]:
    schemas = with_schemas(engine)
    source = inspected(engine, format_, Ground(), include_schemas=schemas)
    return both_ways(engine, imported(source), schemas)


def both_ways(engine: sa.Engine, state: object, schemas: bool) -> list[str]:
    """What differs between a database and another state, whichever is named first."""
    url = engine.url.render_as_string(hide_password=False)
    said: list[str] = []
    for a, b in ((engine, state), (state, engine)):
        found = diff_states(a, b, scratch=url, include_schemas=schemas)
        said += [*told(found.changes), *map(str, found.undecided)]
    return said


@pytest.mark.parametrize("format_", ["python", "declarative"])
@pytest.mark.parametrize(("path", "database"), bounded(list(applications()), 6))
def test_models_of_an_application_come_back(
    path: Path, database: str, format_: str, request: pytest.FixtureRequest
) -> None:
    engine = engine_of(request, database)
    Models.read(path).create(engine)
    assert differences(engine, format_) == []


@pytest.mark.parametrize("format_", ["python", "declarative"])
@pytest.mark.parametrize(("path", "database"), bounded(list(pairs()), 25))
def test_models_of_a_pair_come_back(
    path: Path, database: str, format_: str, request: pytest.FixtureRequest
) -> None:
    engine = engine_of(request, database)
    Models.read(path / "after.py").create(engine)
    assert differences(engine, format_) == []


@contextmanager
def another(database: str, server: Callable[[str], Server], folder: Path) -> Iterator[sa.Engine]:
    """An engine on a second empty database."""
    if database == "sqlite":
        engine = sa.create_engine(f"sqlite:///{folder}/another.db")
        yield engine
        engine.dispose()
        return
    with server(database).fresh() as engine:
        yield with_extensions(engine)


CANNOT_DROP = {"domain_over_a_domain"}
"""SQLAlchemy drops a domain before those that are over it."""


@pytest.mark.parametrize("format_", ["python", "declarative"])
@pytest.mark.parametrize(
    ("path", "database"),
    bounded([*applications(), *((p / "after.py", d) for p, d in pairs())], 12),
)
def test_models_make_the_same_database(
    path: Path,
    database: str,
    format_: str,
    request: pytest.FixtureRequest,
    server: Callable[[str], Server],
    tmp_path: Path,
) -> None:
    engine = engine_of(request, database)
    Models.read(path).create(engine)
    schemas = with_schemas(engine)
    metadata = imported(inspected(engine, format_, Ground(), include_schemas=schemas))
    with another(database, server, tmp_path) as copy:
        Models(path, metadata).create(copy)
        assert both_ways(engine, copy, schemas) == []
        if titled(path) not in CANNOT_DROP:
            metadata.drop_all(copy)
            assert sa.inspect(copy).get_table_names() == []


@pytest.mark.parametrize(("path", "database"), bounded(list(applications()), 3))
def test_an_application_comes_back_from_sql_and_json(
    path: Path, database: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    engine = engine_of(request, database)
    Models.read(path).create(engine)
    came_back(engine, tmp_path)


@pytest.mark.parametrize(("path", "database"), bounded(list(pairs()), 10))
def test_a_pair_comes_back_from_sql_and_json(
    path: Path, database: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    engine = engine_of(request, database)
    Models.read(path / "after.py").create(engine)
    came_back(engine, tmp_path)


def came_back(engine: sa.Engine, folder: Path) -> None:
    for format_ in ("json", "sql"):
        schemas = with_schemas(engine)
        file = folder / f"schema.{format_}"
        text = inspected(engine, format_, Ground(), include_schemas=schemas)
        file.write_text(text, encoding="utf-8")
        assert both_ways(engine, file, schemas) == []
    for format_ in ("mermaid", "dot", "svg"):
        assert inspected(engine, format_, Ground())


def test_what_a_string_holds_is_the_same_after_a_script(engine: sa.Engine, tmp_path: Path) -> None:
    metadata = sa.MetaData()
    held = "a\tb\r\nc\n\td'\re"
    sa.Table("odd", metadata, sa.Column("text", sa.String(20), server_default=held), comment=held)
    metadata.create_all(engine)
    came_back(engine, tmp_path)


def test_a_word_that_only_mariadb_reserves_is_quoted_in_a_script(
    mariadb_engine: sa.Engine, tmp_path: Path
) -> None:
    metadata = sa.MetaData()
    sa.Table("page", metadata, sa.Column("offset", sa.Integer))
    metadata.create_all(mariadb_engine)
    came_back(mariadb_engine, tmp_path)


def test_a_script_makes_the_extensions_that_tables_stand_on(
    postgresql_engine: sa.Engine, tmp_path: Path
) -> None:
    with postgresql_engine.begin() as connection:
        connection.exec_driver_sql("CREATE SCHEMA tools")
        connection.exec_driver_sql("CREATE EXTENSION pg_trgm SCHEMA tools")
        connection.exec_driver_sql("CREATE EXTENSION btree_gist")
        connection.exec_driver_sql("CREATE TABLE page (title text, id integer)")
        connection.exec_driver_sql(
            "CREATE INDEX ix_title ON page USING gin (title tools.gin_trgm_ops)"
        )
    came_back(postgresql_engine, tmp_path)
