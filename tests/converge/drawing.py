"""Random pairs of models, as files: a small world, so that two of them have much in common and refuse no rows."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import strategies as st

NAMES = ("account", "Invoice", "order")
REQUIRED = ("a", "B c")
"""Columns that may be NOT NULL: none of them is unique alone, for no value would do for all rows."""
COLUMNS = (*REQUIRED, "d", "e")
TYPES = ("sa.Integer", "sa.BigInteger", "sa.String(20)", "sa.String(40)", "sa.Numeric(10, 2)")
DEFAULTS: Mapping[str, tuple[str, ...]] = {
    "sa.String(20)": ('"it\'s"', "'50%'"),
    "sa.String(40)": ('"it\'s"', "''"),
}
NUMBERS = ("sa.text('0')", "'7'")

HEAD = "import sqlalchemy as sa\n\nmetadata = sa.MetaData()\n\n"


@st.composite
def pairs(draw: st.DrawFn) -> tuple[str, str]:
    """The text of two files of models."""
    return draw(models()), draw(models())


@st.composite
def models(draw: st.DrawFn) -> str:
    """The text of a file of models: up to three tables that refer to each other, in circles too."""
    names = draw(st.lists(st.sampled_from(NAMES), unique=True, min_size=1))
    return HEAD + "\n".join(draw(_table(name, sorted(names))) for name in sorted(names))


@st.composite
def _table(draw: st.DrawFn, name: str, all_names: list[str]) -> str:
    columns = draw(st.lists(st.sampled_from(COLUMNS), unique=True, max_size=4))
    items = ["sa.Column('id', sa.Integer, primary_key=True)", "sa.Column('n', sa.Integer)"]
    items += [draw(_column(column)) for column in sorted(columns)]
    if set(columns) - {*REQUIRED} or len(columns) > 1:
        items += draw(_parts(name, sorted(columns)))
    for target in draw(st.lists(st.sampled_from(all_names), unique=True, max_size=2)):
        items += draw(_reference(name, target))
    return f"sa.Table({name!r}, metadata, {', '.join(items)})"


@st.composite
def _column(draw: st.DrawFn, name: str) -> str:
    type_ = draw(st.sampled_from(TYPES))
    nullable = name not in REQUIRED or draw(st.booleans())
    words = [repr(name), type_, f"nullable={nullable}"]
    if draw(st.booleans()):
        words.append(f"server_default={draw(st.sampled_from(DEFAULTS.get(type_, NUMBERS)))}")
    return f"sa.Column({', '.join(words)})"


@st.composite
def _parts(draw: st.DrawFn, table: str, columns: list[str]) -> list[str]:
    """Indexes, UNIQUE and CHECK constraints, named and nameless."""
    some = st.lists(st.sampled_from(columns), unique=True, min_size=1, max_size=2)
    parts: list[str] = []
    for number in range(draw(st.integers(0, 2))):
        named = draw(some)
        unique = _may_be_unique(named) and draw(st.booleans())
        parts.append(f"sa.Index('ix_{table}_{number}', *{named!r}, unique={unique})")
    for name in draw(st.sets(st.sampled_from([None, f"uq_{table}"]))):
        parts.append(f"sa.UniqueConstraint(*{draw(some.filter(_may_be_unique))!r}, name={name!r})")
    if draw(st.booleans()):
        name = draw(st.sampled_from([f"ck_{table}", f"Ck {table}"]))
        parts.append(f"sa.CheckConstraint('n < {draw(st.integers(50, 51))}', name={name!r})")
    return parts


def _may_be_unique(columns: list[str]) -> bool:
    return len(columns) > 1 or columns[0] not in REQUIRED


@st.composite
def _reference(draw: st.DrawFn, table: str, target: str) -> list[str]:
    """A column of its own and a foreign key, which no row that comes later can break."""
    name = f"{target}_id"
    rule = draw(st.sampled_from(["", ", ondelete='CASCADE'", ", onupdate='CASCADE'"]))
    key = f"sa.ForeignKeyConstraint([{name!r}], ['{target}.id'], name='fk_{table}_{target}'{rule})"
    return [f"sa.Column({name!r}, sa.Integer)", key]
