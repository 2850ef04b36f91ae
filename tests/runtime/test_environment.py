"""EnvironmentContext and its module face: nested, restored, overridable."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from schemadiff import context
from schemadiff.config import Config
from schemadiff.environment import EnvironmentContext
from schemadiff.errors import SchemaDiffError
from schemadiff.script import ScriptDirectory


@pytest.fixture
def environment(tmp_path: Path) -> EnvironmentContext:
    (tmp_path / "versions").mkdir()
    config = Config()
    config.set_main_option("script_location", str(tmp_path))
    return EnvironmentContext(config, ScriptDirectory.from_config(config), as_sql=False, tag="t")


def test_outside_of_any_environment_there_is_no_context() -> None:
    with pytest.raises(NameError, match="only while a command runs"):
        context.get_context()
    with pytest.raises(NameError, match=r"context\.config"):
        _ = context.config


def test_environments_nest_and_the_outer_one_comes_back(environment: EnvironmentContext) -> None:
    inner = EnvironmentContext(environment.config, environment.script, tag="inner")
    with environment:
        assert context.get_tag_argument() == "t"
        with pytest.raises(ZeroDivisionError), inner:  # noqa: PT012
            assert context.get_tag_argument() == "inner"
            raise ZeroDivisionError
        assert context.get_tag_argument() == "t"
        assert context.config is environment.config
    with pytest.raises(NameError):
        context.get_tag_argument()


def test_a_thread_of_someone_elses_sees_the_environment(environment: EnvironmentContext) -> None:
    seen: list[str | None] = []
    with environment:
        thread = threading.Thread(target=lambda: seen.append(context.get_tag_argument()))
        thread.start()
        thread.join()
    assert seen == ["t"]


def test_before_configure_there_is_no_migration_context(environment: EnvironmentContext) -> None:
    with environment, pytest.raises(SchemaDiffError, match="No context has been configured yet"):
        context.get_context()


def test_an_overridden_configure_counts(
    environment: EnvironmentContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(EnvironmentContext, "configure", lambda self, **how: asked.append(how))
    with environment:
        context.configure(url="sqlite://", compare_type=False)
    assert asked[0]["compare_type"] is False


def test_what_the_file_says_is_the_default(
    environment: EnvironmentContext, sqlite_engine: sa.Engine
) -> None:
    environment.config.set_main_option("version_table", "from_file")
    environment.config.set_main_option("include_schemas", "true")
    with environment, sqlite_engine.connect() as connection:
        context.configure(connection, include_schemas=False)
        opts = context.get_context().opts
        assert opts["version_table"] == "from_file"
        assert opts["include_schemas"] is False
        context.configure(connection)
        assert context.get_context().opts["include_schemas"] is True


def test_x_arguments_are_a_list_or_a_dictionary(environment: EnvironmentContext) -> None:
    from types import SimpleNamespace

    environment.config.cmd_opts = SimpleNamespace(x=["a=1", "b", "a=2=3"])
    assert environment.get_x_argument() == ["a=1", "b", "a=2=3"]
    assert environment.get_x_argument(as_dictionary=True) == {"a": "2=3", "b": ""}
