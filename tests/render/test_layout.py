"""What is laid out, black leaves as it is."""

from __future__ import annotations

import ast
import keyword

import black
from hypothesis import given
from hypothesis import strategies as st

from schemadiff.render.call import (
    Call,
    Comment,
    Expression,
    Items,
    Line,
    Literal,
    Pairs,
    Statement,
    Verbatim,
    With,
)
from schemadiff.render.layout import columns, imports, source

NAMES = st.from_regex(r"[a-z][a-z_]{0,20}", fullmatch=True).filter(
    lambda n: not keyword.iskeyword(n)
)
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=30)


def calls(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    named = st.dictionaries(NAMES, inner, max_size=4).map(lambda found: tuple(found.items()))
    args = st.lists(inner, max_size=4).map(tuple)
    return st.builds(Call, NAMES, args, named, tall=st.booleans())


EXPRESSIONS: st.SearchStrategy[Expression] = st.recursive(
    st.builds(Literal, TEXTS | st.integers() | st.none()),
    lambda inner: (
        calls(inner)
        | st.lists(inner, max_size=4).map(lambda items: Items(tuple(items)))
        | st.lists(st.tuples(st.builds(Literal, TEXTS), inner), max_size=3).map(
            lambda items: Pairs(tuple(items))
        )
    ),
    max_leaves=20,
)


def formatted(text: str) -> str:
    return black.format_str(text, mode=black.Mode(line_length=100))


@given(EXPRESSIONS)
def test_width_and_height_change_nothing_but_the_layout(value: Expression) -> None:
    narrow, wide = (source([Statement(value)], width) for width in (20, 10_000))
    assert ast.dump(ast.parse(narrow)) == ast.dump(ast.parse(wide))


@given(calls(calls(st.builds(Literal, TEXTS.filter(lambda text: len(text) < 10)))))
def test_black_has_nothing_to_do(value: Expression) -> None:
    text = source([Statement(value)])
    assert formatted(text) == text


def test_what_fits_stays_on_one_line() -> None:
    call = Call("f", (Literal("a"),), (("b", Items((Literal(1), Literal(2)))),))
    assert source([Statement(call)]) == 'f("a", b=[1, 2])\n'


def test_a_tall_call_has_one_argument_on_each_line() -> None:
    call = Call("f", (Literal("a"),), (("b", Literal(1)),), tall=True)
    assert source([Statement(call)]) == 'f(\n    "a",\n    b=1,\n)\n'


def test_what_is_too_long_breaks_from_the_outside_in() -> None:
    call = Call("f", (Call("g", (Literal("x" * 20), Literal("y" * 20))), Literal(1)))
    assert source([Statement(call)], width=54) == (
        f'f(\n    g("{"x" * 20}", "{"y" * 20}"),\n    1,\n)\n'
    )


def test_a_method_breaks_after_the_object_it_belongs_to() -> None:
    call = Call("with_variant", (Literal("x" * 20),), of=Call("sa.String", (Literal(50),)))
    assert source([Statement(call)], width=40) == (
        f'sa.String(50).with_variant(\n    "{"x" * 20}",\n)\n'
    )


def test_a_long_chain_in_brackets_breaks_before_its_dots() -> None:
    chain: Expression = Call("sa.String", (Literal(50),))
    for dialect in ("mysql", "oracle"):
        chain = Call("with_variant", (Literal("x" * 30), Literal(dialect)), of=chain)
    text = source([Statement(Call("f", (Literal(1),), (("a", chain),)))], width=70)
    assert text == (
        "f(\n    1,\n    a=sa.String(50)\n"
        f'    .with_variant("{"x" * 30}", "mysql")\n    .with_variant("{"x" * 30}", "oracle"),\n)\n'
    )
    assert black.format_str(text, mode=black.Mode(line_length=70)) == text


def test_with_holds_its_body_and_a_blank_line_follows() -> None:
    body = (Statement(Call("b.f")),)
    lines: list[Line] = [With(Call("op.batch"), "b", body), Statement(Call("op.g"), "x")]
    assert source(lines) == "with op.batch() as b:\n    b.f()\n\nx = op.g()\n"


def test_a_body_of_comments_alone_still_is_python() -> None:
    text = source([With(Call("f"), "b", (Comment("nothing\nto do"),))], indent=4)
    assert text == ("    with f() as b:\n        # nothing\n        # to do\n        pass\n")


def test_imports_are_those_of_all_parts() -> None:
    inner = Verbatim("m.T()", ("import m",))
    lines: list[Line] = [
        With(Call("a"), "b", (Statement(Call("c", (Items((inner,)),), imports=("import c",))),)),
        Statement(Call("d", of=Verbatim("e", ("import e",)))),
        Statement(Pairs(((Literal("k"), Verbatim("f", ("import f",))),))),
    ]
    assert imports(lines) == ("import c", "import e", "import f", "import m")


def test_wide_characters_take_two_columns() -> None:
    assert columns("表") == 2
    assert columns("é") == columns("e\u0301") == 1
