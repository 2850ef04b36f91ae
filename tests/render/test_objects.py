"""Columns, constraints, indexes and tables read back from their source give the same DDL."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Dialect
from sqlalchemy.schema import CreateColumn, CreateIndex, CreateSequence, CreateTable

from schemadiff.render.call import Call, Items
from schemadiff.render.construct import Construct, escaped
from schemadiff.render.errors import RenderError
from schemadiff.render.layout import expression

from .evaluating import DIALECTS, evaluated, in_each_dialect

CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
NAMES = st.sampled_from(["a", "b", "Mixed Case", "per%cent", "ünï", "quo'te", "select"])
SQL = st.text("ab :%\\'\"\n$_1(", max_size=12)
NUMBERS = st.none() | st.integers(1, 9)
FLAGS = st.none() | st.booleans()


def create_table(table: sa.Table, construct: Construct) -> Call:
    named = dict(construct.table_keywords(table))
    name = construct.name(table.name)
    return construct.operation(
        "create_table", name, *construct.table_arguments(table), tall=True, **named
    )


def ddl(table: sa.Table, dialect: Dialect) -> list[str]:
    """The parts of CREATE TABLE, in the order of the text, whatever the order of the constraints."""
    text = str(CreateTable(table).compile(dialect=dialect))
    return sorted(line.strip().rstrip(",") for line in text.splitlines() if line.strip())


def same_table(table: sa.Table, names: tuple[str, ...] = ("sqlite", "postgresql", "mysql")) -> str:
    source = ""
    for name in names:
        written = create_table(table, Construct(dialect=DIALECTS[name]))
        again = evaluated(written, table.metadata.naming_convention)
        assert isinstance(again, sa.Table)
        assert ddl(again, DIALECTS[name]) == ddl(table, DIALECTS[name])
        source = expression(written)
    return source


def table(*items: sa.schema.SchemaItem, name: str = "t", **kwargs: object) -> sa.Table:
    return sa.Table(name, sa.MetaData(), *items, **kwargs)  # type: ignore[arg-type]


def written_column(column: sa.Column[object], dialect: str = "postgresql") -> str:
    found = Construct(dialect=DIALECTS[dialect]).column(column)
    assert found is not None
    return expression(found)


# ---- text ----------------------------------------------------------------------------------------


@given(SQL)
def test_escaped_text_is_the_text(sql: str) -> None:
    for dialect in DIALECTS.values():
        compiled = str(sa.text(escaped(sql)).compile(dialect=dialect))
        doubled = dialect.identifier_preparer._double_percents  # type: ignore[attr-defined]
        assert compiled == (sql.replace("%", "%%") if doubled else sql)


@pytest.mark.parametrize(
    ("sql", "written"),
    [
        ("a::int", "a::int"),
        ("':x'", r"'\:x'"),
        ("'12:30'", "'12:30'"),
        (r"'\:x'", r"'\\:x'"),
        ("a % 2", "a % 2"),
    ],
)
def test_only_what_would_be_a_parameter_is_escaped(sql: str, written: str) -> None:
    assert escaped(sql) == written


# ---- columns -------------------------------------------------------------------------------------

DEFAULTS = (
    st.none()
    | st.text(max_size=10).filter(str.isprintable)
    | SQL.map(lambda sql: sa.text(escaped(sql)))
    | st.sampled_from([sa.func.now(), sa.literal("a:b%'"), sa.false(), sa.null(), sa.literal(5)])
    | st.just(sa.FetchedValue())
)


@given(
    NAMES,
    st.sampled_from([sa.String(5), sa.Integer(), sa.Boolean(), postgresql.JSONB()]),
    DEFAULTS,
    st.booleans(),
    st.none() | st.text(max_size=5).filter(str.isprintable),
)
def test_columns_read_back(
    name: str, type_: sa.types.TypeEngine[object], default: object, null: bool, comment: str | None
) -> None:
    column = sa.Column(name, type_, server_default=default, nullable=null, comment=comment)  # type: ignore[arg-type]
    table(column)
    for dialect in DIALECTS.values():
        written = Construct(dialect=dialect).column(column)
        assert written is not None
        again = evaluated(written)
        assert isinstance(again, sa.Column)
        table(again)
        assert column_ddl(again, dialect) == column_ddl(column, dialect)
        assert again.comment == column.comment
        assert again.nullable == column.nullable


def column_ddl(column: sa.Column[object], dialect: Dialect) -> str:
    try:
        return str(CreateColumn(column).compile(dialect=dialect))
    except sa.exc.CompileError as error:
        return type(error).__name__


@given(SQL, st.sampled_from([True, False, None]))
def test_computed_columns_read_back(sql: str, persisted: bool | None) -> None:
    computed = sa.Computed(escaped(sql), persisted=persisted)
    again = evaluated(Construct(dialect=DIALECTS["mysql"]).computed(computed))
    assert isinstance(again, sa.Computed)
    assert str(again.sqltext) == str(computed.sqltext)
    assert again.persisted == computed.persisted


def test_who_knows_whether_a_computed_column_is_stored_says_it() -> None:
    construct = Construct(persisted=lambda computed: True)
    assert expression(construct.computed(sa.Computed("a"))) == 'sa.Computed("a", persisted=True)'
    assert expression(construct.computed(sa.Computed("a", persisted=False))).endswith("=False)")


@given(st.booleans(), NUMBERS, NUMBERS, NUMBERS, NUMBERS, FLAGS, NUMBERS)
def test_identities_and_sequences_read_back(
    always: bool,
    start: int | None,
    increment: int | None,
    minvalue: int | None,
    maxvalue: int | None,
    cycle: bool | None,
    cache: int | None,
) -> None:
    options = {"start": start, "increment": increment, "minvalue": minvalue}
    options |= {"maxvalue": maxvalue, "cycle": cycle, "cache": cache}
    identity = sa.Identity(always=always, **options)  # type: ignore[arg-type]
    column = sa.Column("a", sa.Integer(), identity)
    again = evaluated(Construct().identity(identity))
    assert isinstance(again, sa.Identity)
    other = sa.Column("a", sa.Integer(), again)
    table(column), table(other)
    for dialect in DIALECTS.values():
        assert column_ddl(other, dialect) == column_ddl(column, dialect)
    sequence = sa.Sequence("s", schema="x", data_type=sa.BigInteger(), **options)  # type: ignore[arg-type]
    written = evaluated(Construct().sequence(sequence))
    assert isinstance(written, sa.Sequence)
    assert in_each_dialect(CreateSequence(written)) == in_each_dialect(CreateSequence(sequence))


def test_arguments_of_oracle_survive() -> None:
    identity = sa.Identity(on_null=True, order=True)
    again = evaluated(Construct().identity(identity))
    assert isinstance(again, sa.Identity)
    one, other = (sa.Column("a", sa.Integer(), i) for i in (identity, again))
    table(one), table(other)
    assert column_ddl(one, DIALECTS["oracle"]) == column_ddl(other, DIALECTS["oracle"])


def test_a_percent_sign_is_written_once() -> None:
    column = sa.Column("a", sa.Integer(), server_default=sa.literal(5) % 3)
    assert written_column(column) == (
        'sa.Column("a", sa.Integer(), server_default=sa.text("5 % 3"), nullable=True)'
    )


def test_what_no_file_can_say_is_an_error_that_names_the_column() -> None:
    column = sa.Column("a", sa.Integer(), server_default=sa.literal(object(), sa.PickleType()))
    table(column)
    with pytest.raises(RenderError, match=r"column t\.a"):
        written_column(column)


def test_python_defaults_and_flags_are_left_out() -> None:
    column = sa.Column(
        "a", sa.String(), default="x", onupdate="y", index=True, unique=True, key="k"
    )
    table(column)
    assert written_column(column) == 'sa.Column("a", sa.String(), nullable=True)'


@pytest.mark.parametrize("default", [None, 5, sa.Sequence("s"), sa.Sequence("s", optional=True)])
def test_a_key_counts_by_itself_exactly_when_it_did(default: object) -> None:
    same_table(table(sa.Column("id", sa.Integer(), primary_key=True, default=default)))


# ---- constraints ---------------------------------------------------------------------------------


def everything(schema: str | None, convention: dict[str, str] | None) -> sa.Table:
    metadata = sa.MetaData(schema=schema, naming_convention=convention)
    prefix = f"{schema}." if schema else ""
    sa.Table(
        "Parent", metadata, sa.Column("x", sa.Integer(), key="k"), sa.Column("y", sa.Integer())
    )
    return sa.Table(
        "child",
        metadata,
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("a b", sa.String(9), nullable=False, key="ab"),
        sa.Column("c", sa.Integer()),
        sa.Column("d", sa.Integer(), sa.ForeignKey("Parent.y")),
        sa.Column("flag", sa.Boolean(create_constraint=True, name="is_flag")),
        sa.Column(
            "kind", sa.Enum("x", "y", name="kinds", native_enum=False, create_constraint=True)
        ),
        sa.ForeignKeyConstraint(
            ["c", "d"],
            [f"{prefix}Parent.k", f"{prefix}Parent.y"],
            ondelete="CASCADE",
            onupdate="SET NULL",
            deferrable=True,
            initially="DEFERRED",
            match="FULL",
        ),
        sa.UniqueConstraint("ab", "c", deferrable=False, postgresql_include=["d"]),
        sa.CheckConstraint("c % 2 = 0 AND \"a b\" <> ':x'".replace(":", r"\:"), name="even"),
        sa.CheckConstraint(sa.column("c") > sa.literal(3), name="big"),
        comment='it\'s a "child"',
        mysql_engine="InnoDB",
        sqlite_autoincrement=True,
        prefixes=["TEMPORARY"],
    )


@pytest.mark.parametrize("schema", [None, "other"])
@pytest.mark.parametrize("convention", [None, CONVENTION])
def test_a_whole_table_reads_back(schema: str | None, convention: dict[str, str] | None) -> None:
    made = everything(schema, convention)
    same_table(made, ("sqlite", "postgresql"))
    for key in made.foreign_key_constraints:
        key.match = None
    same_table(made, ("mysql",))


def test_constraints_come_in_one_order_whatever_the_order_they_were_made_in() -> None:
    columns = ("a", "b", "c")
    uniques = [sa.UniqueConstraint(name, name=f"u{name}") for name in columns]
    turned = [sa.UniqueConstraint(name, name=f"u{name}") for name in reversed(columns)]
    sources = [
        expression(
            create_table(table(*(sa.Column(n, sa.Integer()) for n in columns), *items), Construct())
        )
        for items in (uniques, turned)
    ]
    assert sources[0] == sources[1]


def test_a_name_from_a_convention_is_marked_final_and_one_of_its_author_is_not() -> None:
    source = expression(create_table(everything(None, CONVENTION), Construct()))
    assert 'name=op.f("ck_child_even")' in source
    assert 'sa.PrimaryKeyConstraint("id", name=op.f("pk_child"))' in source
    assert "op.f" not in expression(create_table(everything(None, None), Construct()))


def test_a_name_too_long_for_the_database_is_written_as_it_will_be_kept() -> None:
    made = sa.Table(
        "t" * 50,
        sa.MetaData(naming_convention={"uq": "uq_%(table_name)s_%(column_0_name)s"}),
        sa.Column("c" * 30, sa.Integer(), unique=True),
    )
    same_table(made, ("postgresql",))


def test_in_a_batch_names_are_marked_by_the_batch() -> None:
    construct = Construct().within("batch_op.")
    assert expression(construct.name(sa.sql.elements.conv("x"))) == 'batch_op.f("x")'


def test_a_foreign_key_points_at_names_not_at_keys() -> None:
    written = Construct().constraint(
        next(iter(everything(None, None).c.c.foreign_keys)).constraint  # type: ignore[arg-type]
    )
    assert written is not None
    assert '    ["c", "d"],\n    ["Parent.x", "Parent.y"],' in expression(written)


def test_a_foreign_key_to_a_table_nobody_has_seen_is_written_as_its_author_wrote_it() -> None:
    made = table(sa.Column("a", sa.Integer(), sa.ForeignKey("elsewhere.b")))
    (key,) = made.foreign_key_constraints
    assert expression(Construct().constraint(key)) == (  # type: ignore[arg-type]
        'sa.ForeignKeyConstraint(["a"], ["elsewhere.b"])'
    )


@pytest.mark.parametrize("where", [None, sa.column("a") > 5])
def test_exclusions_read_back(where: sa.ColumnElement[bool] | None) -> None:
    made = table(
        sa.Column("a", sa.Integer()),
        sa.Column("b", postgresql.TSRANGE()),
        postgresql.ExcludeConstraint(
            ("b", "&&"),
            (sa.func.int4range(sa.column("a"), 5), "&&"),
            (sa.column("a") + 1, "="),
            name="ex",
            where=where,
            ops={"a": "int4_ops"},
            deferrable=True,
        ),
    )
    same_table(made, ("postgresql",))


# ---- indexes -------------------------------------------------------------------------------------


def columns_and_index(*elements: object, **kwargs: object) -> sa.Index:
    made = table(
        sa.Column("a", sa.String()), sa.Column("b", sa.Integer()), sa.Column("c d", sa.JSON())
    )
    found = [getattr(made.c, e) if isinstance(e, str) else e for e in elements]
    return sa.Index("ix", *found, _table=made, **kwargs)  # type: ignore[arg-type]


A, B = sa.column("a", sa.String()), sa.column("b", sa.Integer())


@pytest.mark.parametrize("dialect", ["postgresql", "mysql", "sqlite"])
@pytest.mark.parametrize(
    ("elements", "named"),
    [
        (("a", "b"), {"unique": True}),
        ((A.desc(), B), {}),
        ((A.desc().nulls_last(), B.asc()), {}),
        ((sa.func.lower(A),), {"postgresql_where": B > 5, "sqlite_where": B > 5}),
        ((B + 1, sa.text("lower(a)")), {}),
        ((A.collate("C"),), {}),
        ((A,), {"postgresql_using": "gin", "postgresql_with": {"fastupdate": False}}),
        ((A,), {"postgresql_include": ["b"], "postgresql_nulls_not_distinct": True}),
        ((A,), {"mysql_length": {"a": 10}, "mysql_prefix": "FULLTEXT"}),
        ((sa.literal_column("a || ':x%'"),), {}),
        ((sa.text(r"(a || '\:x%')"),), {}),
        ((sa.cast(B, sa.String(5)),), {}),
    ],
)
def test_indexes_read_back(
    dialect: str, elements: tuple[object, ...], named: dict[str, object]
) -> None:
    index = columns_and_index(*elements, **named)
    construct = Construct(dialect=DIALECTS[dialect])
    written = construct.index_elements(index)
    named_again = {name: evaluated(value) for name, value in construct.dialect_keywords(index)}
    again = columns_and_index(*_elements(written), unique=index.unique, **named_again)
    assert index_ddl(again, dialect) == index_ddl(index, dialect)


def _elements(written: Items) -> list[object]:
    found = evaluated(written)
    assert isinstance(found, list)
    return [sa.column(e) if isinstance(e, str) and " " in e else e for e in found]


def index_ddl(index: sa.Index, dialect: str) -> str:
    return str(CreateIndex(index).compile(dialect=DIALECTS[dialect]))


def test_an_operator_class_finds_its_expression_by_the_label() -> None:
    index = columns_and_index(
        sa.func.lower(A).label("low"), postgresql_ops={"low": "text_pattern_ops"}
    )
    construct = Construct(dialect=DIALECTS["postgresql"])
    (element,) = _elements(construct.index_elements(index))
    again = columns_and_index(element, postgresql_ops={"low": "text_pattern_ops"})
    assert index_ddl(again, "postgresql") == index_ddl(index, "postgresql")
    assert "text_pattern_ops" in index_ddl(again, "postgresql")


def test_an_expression_is_a_column_that_is_literal_and_an_order_is_text() -> None:
    index = columns_and_index(A.desc(), sa.func.lower(A), "b")
    written = Construct(dialect=DIALECTS["postgresql"]).index_elements(index)
    assert expression(written) == '[sa.text("a DESC"), sa.literal_column("lower(a)"), "b"]'


# ---- values --------------------------------------------------------------------------------------


def test_values_hold_types_expressions_and_columns() -> None:
    value = {"t": sa.Integer, "e": [sa.text("a > 1"), A], "n": (None, 1)}
    assert expression(Construct().value(value)) == (
        '{"t": sa.Integer(), "e": [sa.text("a > 1"), "a"], "n": (None, 1)}'
    )


def test_other_prefixes_bring_no_imports() -> None:
    from schemadiff.render.construct import Prefixes
    from schemadiff.render.layout import expression_imports

    written = Construct(Prefixes("sqla.", "ops.")).operation(
        "x", Construct(Prefixes("sqla.")).type_(sa.Date())
    )
    assert expression(written) == "ops.x(sqla.Date())"
    assert expression_imports(written) == ()


def test_constraints_of_unknown_kinds_are_refused() -> None:
    class Strange(sa.Constraint):
        __visit_name__ = "strange"

    strange = Strange(name="s")
    table(sa.Column("a", sa.Integer()), strange)
    with pytest.raises(RenderError, match=r"constraint s of table t: .* unknown kind"):
        Construct().constraint(strange)


def test_a_check_that_stands_in_no_table_is_written_too() -> None:
    written = Construct().constraint(sa.CheckConstraint("a > 1", name="positive"))
    assert written is not None
    assert expression(written) == 'sa.CheckConstraint("a > 1", name="positive")'


def test_render_item_may_leave_things_out_of_a_table() -> None:
    def render_item(kind: str, item: object, context: object) -> object:
        return None if kind in ("check", "column") else False

    written = Construct(render_item=render_item).table_arguments(everything(None, None))
    assert not any("Column(" in expression(one) or "Check" in expression(one) for one in written)


def test_rendered_ddl_reaches_the_database_unharmed(engine: sa.Engine) -> None:
    made = table(
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("a", sa.String(50), server_default="100% :x \\:y it's"),
        sa.Column("b", sa.String(50), server_default=sa.text("'50% \\:x'")),
        sa.CheckConstraint("a <> '%\\:z'", name="ck"),
    )
    again = evaluated(create_table(made, Construct(dialect=engine.dialect)))
    assert isinstance(again, sa.Table)
    with engine.begin() as connection:
        again.create(connection)
        connection.execute(sa.insert(again).values(id=1))
        got = connection.execute(sa.select(again.c.a, again.c.b)).one()
    expected_a = "100% :x \\:y it's" if engine.dialect.name != "mysql" else got.a
    assert tuple(got) == (expected_a, "50% :x")
