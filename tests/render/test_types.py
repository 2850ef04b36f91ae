"""A type read back from its source is the same type in every dialect."""

from __future__ import annotations

import inspect
from types import ModuleType

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import mssql, mysql, oracle, postgresql, sqlite
from sqlalchemy.types import TypeDecorator, TypeEngine

from schemadiff.render.construct import Construct, Prefixes
from schemadiff.render.errors import RenderError
from schemadiff.render.layout import expression, expression_imports

from . import own_types
from .evaluating import evaluated, in_each_dialect

ABSTRACT = {
    *("TypeEngine", "TypeDecorator", "UserDefinedType", "ExternalType", "Variant", "TupleType"),
    *("AbstractRange", "AbstractSingleRange", "AbstractMultiRange", "MatchType", "NullType"),
    *("Concatenable", "Indexable", "SchemaType", "Emulated", "NativeForEmulated"),
}
NEEDS_MORE = {"ARRAY", "DOMAIN", "ENUM", "SET", "Enum"}
NUMBERS = st.integers(1, 30)
NAMES = st.sampled_from(["a", "Mixed Case", "quo'te", 'dou"ble', "percent%", "col:on", "ünï"])
ARGUMENTS: dict[str, st.SearchStrategy[object]] = {
    **dict.fromkeys(("length", "precision", "scale", "fsp", "display_width", "dim"), NUMBERS),
    **dict.fromkeys(("second_precision", "day_precision", "binary_precision"), NUMBERS),
    **dict.fromkeys(("decimal_return_scale",), NUMBERS),
    **dict.fromkeys(("collation", "charset"), st.sampled_from(["C", "utf8mb4", "de_DE"])),
    "name": NAMES,
    "fields": st.sampled_from(["DAY", "YEAR TO MONTH"]),
    "storage_format": st.just("%(year)04d"),
}
GIVEN_ELSEWHERE = {"storage_format": {"VECTOR"}, "name": {"Boolean", "BOOLEAN"}}


def public_types(module: ModuleType) -> list[type[TypeEngine[object]]]:
    found = (getattr(module, name) for name in dir(module) if not name.startswith("_"))
    classes = (one for one in found if isinstance(one, type) and issubclass(one, TypeEngine))
    return [one for one in classes if one.__name__ not in ABSTRACT | NEEDS_MORE]


CLASSES = sorted(
    {
        one
        for m in (sa, sa.types, postgresql, mysql, sqlite, mssql, oracle)
        for one in public_types(m)
    },
    key=lambda one: (one.__module__, one.__name__),
)


def strategy(parameter: inspect.Parameter) -> st.SearchStrategy[object] | None:
    if isinstance(parameter.default, bool) and not parameter.name.startswith("_"):
        return st.booleans()
    return ARGUMENTS.get(parameter.name)


def accepted(owner: type[TypeEngine[object]]) -> dict[str, st.SearchStrategy[object]]:
    found: dict[str, st.SearchStrategy[object]] = {}
    for base in owner.__mro__:
        if base is object or base is TypeDecorator:
            break
        if "__init__" in vars(base):
            parameters = list(inspect.signature(base.__init__).parameters.values())  # type: ignore[misc]
            found |= {
                p.name: s
                for p in parameters
                if (s := strategy(p)) is not None and p.name not in found
            }
            if not any(p.kind is p.VAR_KEYWORD for p in parameters):
                break
    if owner.__name__ == "VECTOR":
        found.pop("storage_format", None)
    return found


@st.composite
def made(draw: st.DrawFn, owner: type[TypeEngine[object]]) -> TypeEngine[object]:
    named = accepted(owner)
    chosen = draw(st.sets(st.sampled_from(sorted(named)))) if named else set()
    arguments = {name: draw(named[name]) for name in sorted(chosen)}
    try:
        return owner(**arguments)
    except (TypeError, ValueError, sa.exc.ArgumentError, sa.exc.SAWarning):
        return owner()


def same(type_: TypeEngine[object], construct: Construct | None = None) -> None:
    written = (construct or Construct()).type_(type_)
    again = evaluated(written)
    assert type(again) is type(type_)
    assert isinstance(again, TypeEngine)
    assert in_each_dialect(again) == in_each_dialect(type_)
    assert repr(again) == repr(type_)
    assert expression((construct or Construct()).type_(again)) == expression(written)


@pytest.mark.parametrize("owner", CLASSES, ids=lambda one: f"{one.__module__}.{one.__name__}")
def test_every_type_reads_back(owner: type[TypeEngine[object]]) -> None:
    @given(made(owner))
    def reads_back(type_: TypeEngine[object]) -> None:
        same(type_)

    reads_back()


SIMPLE = st.sampled_from(
    [sa.Integer(), sa.String(7), sa.Numeric(10, 2), postgresql.JSONB(), sa.DateTime(timezone=True)]
)
LABELS = st.lists(NAMES, min_size=1, max_size=4, unique=True)


@given(LABELS, st.booleans(), st.booleans(), st.none() | NAMES, st.none() | NAMES)
def test_enums_read_back(
    labels: list[str], native: bool, constraint: bool, name: str | None, schema: str | None
) -> None:
    named = {} if schema is None else {"schema": schema}
    made = sa.Enum(
        *labels, native_enum=native, create_constraint=constraint, name=name, length=60, **named
    )
    same(made)


@given(LABELS, st.booleans(), NAMES)
def test_enums_of_postgresql_read_back(labels: list[str], create: bool, name: str) -> None:
    same(postgresql.ENUM(*labels, name=name, create_type=create))


@given(LABELS, st.sampled_from([{}, {"charset": "latin1"}, {"collation": "utf8mb4_bin"}]))
def test_enums_and_sets_of_mysql_read_back(labels: list[str], named: dict[str, str]) -> None:
    same(mysql.ENUM(*labels, **named))
    same(mysql.SET(*labels, **named))


@given(SIMPLE, st.none() | st.integers(1, 3), st.sampled_from([sa.ARRAY, postgresql.ARRAY]))
def test_arrays_read_back(
    item: TypeEngine[object], dimensions: int | None, array: type[sa.ARRAY[object]]
) -> None:
    same(array(item, dimensions=dimensions))


@given(
    NAMES, SIMPLE, st.booleans(), st.none() | st.just("VALUE > 1"), st.none() | st.just("it's :5%")
)
def test_domains_read_back(
    name: str, type_: TypeEngine[object], required: bool, check: str | None, default: str | None
) -> None:
    same(
        postgresql.DOMAIN(
            name, type_, not_null=required, check=check, default=default, collation="C"
        )
    )


@given(SIMPLE, SIMPLE, SIMPLE)
def test_variants_read_back(
    base: TypeEngine[object], one: TypeEngine[object], other: TypeEngine[object]
) -> None:
    same(base.with_variant(one, "mysql", "mariadb").with_variant(other, "postgresql"))


@pytest.mark.parametrize(
    "type_",
    [
        sa.Enum(own_types.Mood).with_variant(sa.String(9), "sqlite"),
        postgresql.ARRAY(sa.Enum("a", "b", name="e")),
        postgresql.JSONB(astext_type=sa.String(5)),
        postgresql.HSTORE(text_type=sa.Unicode()),
        sa.PickleType(impl=sa.LargeBinary(20)),
        sqlite.DATE(storage_format="%(year)04d", regexp=r"(?P<year>\d+)"),
        sa.String(collation="de_DE").with_variant(mysql.VARCHAR(5, charset="latin1"), "mysql"),
        sa.Enum("a", name=sa.quoted_name("e", quote=True)),
        own_types.Trimmed(20),
        own_types.Trimmed(),
        own_types.Fixed(),
        own_types.Tagged("x", 30),
        own_types.Tagged("x"),
        own_types.Moods("a", "b", name="m", native_enum=False),
        own_types.Outer.Inner(),
    ],
    ids=repr,
)
def test_composed_types_read_back(type_: TypeEngine[object]) -> None:
    if isinstance(type_, sa.Enum) and type_.enum_class is not None:
        assert in_each_dialect(evaluated(Construct().type_(type_))) == in_each_dialect(type_)
    else:
        written = Construct().type_(type_)
        assert in_each_dialect(evaluated(written)) == in_each_dialect(type_)


def test_one_variant_for_several_dialects_is_written_once() -> None:
    type_ = (
        sa.String().with_variant(sa.Text(), "mysql", "mariadb").with_variant(sa.CHAR(2), "oracle")
    )
    assert expression(Construct().type_(type_)) == (
        'sa.String().with_variant(sa.Text(), "mariadb", "mysql")'
        '.with_variant(sa.CHAR(length=2), "oracle")'
    )


def test_a_python_enum_is_written_as_its_labels() -> None:
    written = expression(Construct().type_(sa.Enum(own_types.Mood)))
    assert written == 'sa.Enum("GOOD", "BAD", name="mood")'


def test_a_dialect_type_is_imported_from_its_dialect() -> None:
    written = Construct().type_(postgresql.ARRAY(mysql.TINYINT(unsigned=True)))
    assert expression(written) == "postgresql.ARRAY(mysql.TINYINT(unsigned=True))"
    assert expression_imports(written) == (
        "from sqlalchemy.dialects import mysql",
        "from sqlalchemy.dialects import postgresql",
    )


def test_a_type_of_the_project_is_imported_by_its_module() -> None:
    module = own_types.__name__
    written = Construct().type_(own_types.Tagged("x"))
    assert expression(written) == f'{module}.Tagged("x")'
    assert expression_imports(written) == (f"import {module}",)


def test_a_prefix_for_own_types_stands_instead_of_the_import() -> None:
    written = Construct(Prefixes(user="mine.")).type_(own_types.Trimmed(5))
    assert expression(written) == "mine.Trimmed(length=5)"
    assert expression_imports(written) == ()


def test_a_type_that_says_its_arguments_in_its_repr_is_believed_once_proven() -> None:
    assert expression(Construct().type_(own_types.Vector(3))).endswith(".Vector(3)")


def test_a_type_that_keeps_nothing_is_an_error_that_names_its_place() -> None:
    column = sa.Table("t", sa.MetaData(), sa.Column("c", own_types.Secretive(3))).c.c
    with pytest.raises(RenderError, match=r"column t\.c: the arguments of Secretive"):
        Construct().column(column)


def test_a_decorator_that_keeps_nothing_is_the_type_it_is_on_the_dialect() -> None:
    plain, long = own_types.Json(), own_types.Json(long=True)
    written = [Construct(dialect=mysql.dialect()).type_(type_) for type_ in (plain, long)]  # type: ignore[no-untyped-call]
    assert [expression(text) for text in written] == [
        f"{own_types.__name__}.Json()",
        'sa.Text().with_variant(mysql.LONGTEXT(), "mysql")',
    ]
    written = [Construct(dialect=postgresql.dialect()).type_(own_types.ByNumber(int))]  # type: ignore[no-untyped-call]
    assert [expression(text) for text in written] == ["sa.BigInteger()"]


def test_a_decorator_keeps_its_variants_in_its_own_words_and_in_others() -> None:
    dialect = mysql.dialect()  # type: ignore[no-untyped-call]
    types = own_types.Fixed(), own_types.Json(long=True)
    written = [
        Construct(dialect=dialect).type_(type_.with_variant(sa.CHAR(7), "postgresql"))
        for type_ in types
    ]
    assert [expression(text) for text in written] == [
        f'{own_types.__name__}.Fixed().with_variant(sa.CHAR(length=7), "postgresql")',
        'sa.Text().with_variant(mysql.LONGTEXT(), "mysql")'
        '.with_variant(sa.CHAR(length=7), "postgresql")',
    ]


def test_a_set_may_have_an_empty_label() -> None:
    plain, labelled = mysql.SET("a"), mysql.SET("", "a", retrieve_as_bitwise=True)
    assert [expression(Construct().type_(type_)) for type_ in (plain, labelled)] == [
        'mysql.SET("a")',
        'mysql.SET("", "a", retrieve_as_bitwise=True)',
    ]


def test_a_decorator_nobody_can_import_is_the_type_it_decorates() -> None:
    class Hidden(TypeDecorator[str]):
        impl = sa.String
        cache_ok = True

    assert expression(Construct().type_(Hidden(5))) == "sa.String(length=5)"


@pytest.mark.parametrize(("said", "written"), [("mine.X()", "mine.X()"), (False, "sa.Integer()")])
def test_render_item_comes_first(said: object, written: str) -> None:
    asked: list[tuple[str, object]] = []

    def render_item(kind: str, item: object, context: object) -> object:
        asked.append((kind, context))
        return said

    construct = Construct(render_item=render_item, autogen_context="context")
    assert expression(construct.type_(sa.Integer())) == written
    assert asked == [("type", "context")]
