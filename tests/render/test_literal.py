"""A literal read back is the value that was written."""

from __future__ import annotations

import ast
import datetime
import enum
import uuid
from decimal import Decimal
from zoneinfo import ZoneInfo

import black
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemadiff.render.call import Literal
from schemadiff.render.errors import RenderError
from schemadiff.render.layout import expression, expression_imports
from schemadiff.render.literal import written


class Colour(enum.Enum):
    RED = "r"


class Word(str):
    """A str that knows more."""


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text()
    | st.binary()
    | st.decimals(allow_nan=False)
    | st.dates()
    | st.datetimes(timezones=st.none() | st.just(datetime.UTC) | st.just(ZoneInfo("Europe/Paris")))
    | st.times()
    | st.timedeltas()
    | st.uuids()
    | st.just(Colour.RED)
)
HASHABLE = st.integers() | st.text() | st.dates()
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner)
        | st.lists(inner).map(tuple)
        | st.dictionaries(HASHABLE, inner)
        | st.sets(HASHABLE)
        | st.frozensets(HASHABLE)
    ),
    max_leaves=12,
)


def read(value: object, width: int = 100) -> object:
    written_value = Literal(value)
    names: dict[str, object] = {}
    exec("\n".join(expression_imports(written_value)), names)
    return eval(expression(written_value, width), names)


@given(VALUES)
def test_a_literal_reads_back(value: object) -> None:
    assert read(value) == value


@given(VALUES)
def test_a_literal_reads_back_however_narrow_the_page(value: object) -> None:
    assert read(value, width=10) == value


@given(st.text() | st.binary())
def test_quotes_are_those_of_the_formatter(value: str | bytes) -> None:
    source = f"x = {expression(Literal(value), 10**6)}\n"
    assert black.format_str(source, mode=black.Mode()) == source


def test_sets_are_written_in_one_order() -> None:
    assert expression(Literal({"b", "a", "c"})) == '{"a", "b", "c"}'


@pytest.mark.parametrize("value", [Word("x"), True, 0.0, float("inf"), 1 + 2j, datetime.UTC])
def test_unusual_values_read_back(value: object) -> None:
    assert read(value) == value


def test_what_is_needed_is_imported() -> None:
    value = Literal([Decimal(1), uuid.UUID(int=1), datetime.date(2020, 1, 1)])
    assert expression_imports(value) == (
        "from decimal import Decimal",
        "import datetime",
        "import uuid",
    )


@pytest.mark.parametrize("value", [object(), lambda: 1, type("Local", (), {}), [object()]])
def test_what_has_no_source_is_an_error_that_names_its_place(value: object) -> None:
    with pytest.raises(RenderError, match=r"column t\.c") as error:
        written(value, "column t.c")
    assert error.value.where == "column t.c"


def test_a_class_is_written_by_its_import() -> None:
    assert ast.unparse(ast.parse(expression(Literal(Decimal)))) == "decimal.Decimal"
    assert expression_imports(Literal(Decimal)) == ("import decimal",)
