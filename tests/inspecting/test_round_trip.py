"""Models written from a database, imported and compared with it, differ in nothing."""

from __future__ import annotations

import os
import random
import warnings
from pathlib import Path

import pytest
import sqlalchemy as sa
from harness.cases import Models, applications, pairs
from harness.golden import told
from sqlalchemy.orm import configure_mappers

from schemadiff.inspecting import inspected
from schemadiff.states import Ground, diff_states

EXTENSIONS = ("pg_trgm", "btree_gist")


def bounded(cases: list[tuple[Path, str]], size: int) -> list[object]:
    """A fixed sample of ``cases``; all of them with SCHEMADIFF_TEST_EVERYTHING."""
    if not os.environ.get("SCHEMADIFF_TEST_EVERYTHING"):
        cases = random.Random(7).sample(cases, size)
    return [pytest.param(path, name, id=f"{path.stem}-{name}") for path, name in cases]


def engine_of(request: pytest.FixtureRequest, database: str) -> sa.Engine:
    engine: sa.Engine = request.getfixturevalue(f"{database}_engine")
    if database == "postgresql":
        with engine.begin() as connection:
            for name in EXTENSIONS:
                connection.exec_driver_sql(f"CREATE EXTENSION IF NOT EXISTS {name}")
    return engine


def imported(source: str) -> sa.MetaData:
    names: dict[str, object] = {"__name__": "inspected"}
    exec(compile(source, "inspected.py", "exec", dont_inherit=True), names)
    if "metadata" in names:
        metadata = names["metadata"]
    else:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", sa.exc.SAWarning)
            configure_mappers()
        metadata = getattr(names["Base"], "metadata")  # noqa: B009
    assert isinstance(metadata, sa.MetaData)
    return metadata


def differences(engine: sa.Engine, format_: str) -> list[str]:
    schemas = len(sa.inspect(engine).get_schema_names()) > 1 and engine.dialect.name != "mysql"
    source = inspected(engine, format_, Ground(), include_schemas=schemas)
    found = diff_states(engine, imported(source), include_schemas=schemas)
    assert [str(one) for one in found.undecided] == []
    return told(found.changes)


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


@pytest.mark.parametrize(("path", "database"), bounded(list(pairs()), 10))
def test_a_snapshot_in_a_file_is_the_database(
    path: Path, database: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    engine = engine_of(request, database)
    Models.read(path / "after.py").create(engine)
    file = tmp_path / "schema.json"
    file.write_text(inspected(engine, "json", Ground()), encoding="utf-8")
    assert told(diff_states(engine, file).changes) == []
