"""The user's models are found, or the reason why not names the user's own file and line."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase

from schemadiff.errors import ConfigError
from schemadiff.runtime.models import load_metadata


@pytest.fixture(autouse=True)
def _fresh_imports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    path, modules = list(sys.path), set(sys.modules)
    yield
    sys.path[:] = path
    for name in set(sys.modules) - modules:
        del sys.modules[name]


ONE = "import sqlalchemy as sa\nmetadata = sa.MetaData()\nsa.Table('t', metadata, sa.Column('a', sa.Integer))\n"
BASE = (
    "from sqlalchemy.orm import DeclarativeBase, mapped_column\n"
    "import sqlalchemy as sa\n"
    "class Base(DeclarativeBase): pass\n"
    "class T(Base):\n    __tablename__ = 't'\n    a = mapped_column(sa.Integer, primary_key=True)\n"
)


def write(name: str, text: str) -> None:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.mark.parametrize(
    "spec", ["shop1:metadata", "shop1", "shop1.py:metadata", "./shop1.py", ["shop1:metadata"]]
)
def test_metadata_is_found_by_module_file_and_list(spec: object) -> None:
    write("shop1.py", ONE)
    [metadata] = load_metadata(spec)
    assert list(metadata.tables) == ["t"]


@pytest.mark.parametrize("spec", ["shop.models:Base", "shop.models:Base.metadata", "shop.models"])
def test_a_declarative_base_will_do(spec: str) -> None:
    write("shop/__init__.py", "")
    write("shop/models.py", BASE)
    [metadata] = load_metadata(spec)
    assert list(metadata.tables) == ["t"]


def test_a_file_of_a_package_may_import_relatively() -> None:
    write("shop2/__init__.py", "")
    write("shop2/base.py", ONE)
    write("shop2/models.py", "from .base import metadata\n")
    [metadata] = load_metadata("shop2/models.py:metadata")
    assert metadata is sys.modules["shop2.base"].metadata


def test_objects_are_taken_as_they_are_and_each_once() -> None:
    class Base(DeclarativeBase):
        pass

    metadata = sa.MetaData()
    assert load_metadata([metadata, Base, [metadata, Base.metadata]]) == [metadata, Base.metadata]


def test_several_in_one_module_must_be_chosen_from() -> None:
    write("shop3.py", ONE + "other = sa.MetaData()\n")
    with pytest.raises(ConfigError, match="several MetaData") as caught:
        load_metadata("shop3")
    assert "shop3:metadata" in caught.value.hint
    assert "shop3:other" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("import redis_that_is_not_there\n", "No module named 'redis_that_is_not_there' (shop4.py, line 1)"),
        ("\n\n1/0\n", "ZeroDivisionError: division by zero (shop4.py, line 3)"),
        ("x = (\n", "was never closed (shop4.py, line 1)"),
        ("import sys\nsys.exit(3)\n", "SystemExit: 3 (shop4.py, line 2)"),
    ],
)  # fmt: skip
def test_what_fails_in_the_models_is_told_with_file_and_line(text: str, said: str) -> None:
    write("shop4.py", text)
    with pytest.raises(ConfigError) as caught:
        load_metadata("shop4:metadata")
    assert str(caught.value) == f"cannot import shop4: {said}" or said in str(caught.value)


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("no_such_shop:metadata", "No module named 'no_such_shop'"),
        ("no/such/file.py:metadata", "there is no file no/such/file.py"),
        ("shop5:nothing", "no attribute 'nothing'"),
        ("shop5:number", "is no MetaData and has none: it is a int"),
        ("shop5", "no MetaData found in shop5"),
    ],
)
def test_what_is_not_there_is_told(spec: str, said: str) -> None:
    write("shop5.py", "number = 5\n")
    with pytest.raises(ConfigError) as caught:
        load_metadata(spec)
    assert said in str(caught.value)
    assert caught.value.exit_code == 2
    assert caught.value.hint
