"""Every public name is where the documentation says, with the parameters that it says."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from inspect import Parameter
from pathlib import Path

import pytest

PAGE = Path(__file__).with_name("public_names.txt")
LINES = [line for line in PAGE.read_text("utf-8").splitlines() if line and line[0] != "#"]
VARIADIC = (Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD)


@pytest.mark.parametrize("line", LINES)
def test_a_public_name_is_there_and_takes_what_it_should(line: str) -> None:
    path, bracket, inside = line.partition("(")
    found = found_at(path)
    if bracket:
        takes(inspect.signature(found).parameters, wanted(inside.removesuffix(")")))


def found_at(path: str) -> object:
    """What is at ``path`` below the package."""
    names = path.split(".")
    place = max(n for n in range(len(names) + 1) if is_module(names[:n]))
    found: object = import_module(".".join(["schemadiff", *names[:place]]))
    for name in names[place:]:
        found = getattr(found, name)
    return found


def is_module(names: list[str]) -> bool:
    try:
        return find_spec(".".join(["schemadiff", *names])) is not None
    except ModuleNotFoundError:
        return False


def wanted(text: str) -> Mapping[str, Parameter]:
    """The parameters that a line says."""
    scope: dict[str, object] = {}
    exec(f"def function({text}): pass", scope)
    return inspect.signature(scope["function"]).parameters  # type: ignore[arg-type]


def takes(found: Mapping[str, Parameter], said: Mapping[str, Parameter]) -> None:
    """Every call that is right by ``said`` is right by ``found``."""
    own = {name: each for name, each in found.items() if name not in ("self", "cls")}
    plain = {name: each for name, each in said.items() if each.kind not in VARIADIC}
    for name, each in plain.items():
        assert name in own, f"there is no parameter {name}"
        if each.default is not ...:
            assert repr(own[name].default) == repr(each.default), name
    in_order = [n for n, each in said.items() if each.kind is Parameter.POSITIONAL_OR_KEYWORD]
    positional = [n for n, each in own.items() if each.kind is Parameter.POSITIONAL_OR_KEYWORD]
    assert positional[: len(in_order)] == in_order
    for kind in VARIADIC:
        if any(each.kind is kind for each in said.values()):
            assert any(each.kind is kind for each in own.values()), f"no {kind.description}"
    for name in own.keys() - said.keys():
        more = own[name]
        assert more.kind in VARIADIC or more.default is not Parameter.empty, f"{name} is needed"
