"""Random types, tables, indexes and sequences of every database, read back from their source.

5,000 by default, split evenly over kinds and databases; ``--render-objects=60000`` asks for more.
"""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.schema import CreateIndex, CreateSequence
from sqlalchemy.types import TypeEngine

from schemadiff.render.construct import Construct
from schemadiff.render.layout import expression

from .evaluating import DIALECTS, evaluated, in_each_dialect
from .random_tables import sequence, table
from .random_types import type_
from .test_objects import create_table, ddl


def types_read_back(r: random.Random, dialect: str) -> int:
    """One type: of the same class, with the same arguments, the same DDL everywhere, the same source."""
    made = type_(r, dialect)
    written = Construct().type_(made)
    again = evaluated(written)
    assert isinstance(again, TypeEngine)
    assert type(again) is type(made)
    assert in_each_dialect(again) == in_each_dialect(made), expression(written)
    if not isinstance(made, sa.Enum):  # a Python class has become its labels
        assert repr(again) == repr(made)
    assert expression(Construct().type_(again)) == expression(written)
    return 1


def sequences_read_back(r: random.Random, dialect: str) -> int:
    made = sequence(r)
    again = evaluated(Construct().sequence(made))
    assert isinstance(again, sa.Sequence)
    assert again.optional == made.optional
    assert in_each_dialect(CreateSequence(again)) == in_each_dialect(CreateSequence(made))
    return 1


def tables_read_back(r: random.Random, dialect: str) -> int:
    """One table with all that stands in it; how many objects that are."""
    made = table(r, dialect)
    construct = Construct(dialect=DIALECTS[dialect])
    written = create_table(made, construct)
    again = evaluated(written, made.metadata.naming_convention)
    where = expression(written)
    assert isinstance(again, sa.Table)
    assert ddl(again, DIALECTS[dialect]) == ddl(made, DIALECTS[dialect]), where
    assert [column.comment for column in again.c] == [column.comment for column in made.c]
    assert (again.comment, again.schema, again.info) == (made.comment, made.schema, made.info)
    before = [index_ddl(one, dialect) for one in made.indexes]
    assert [index_again(one, again, construct) for one in made.indexes] == before, where
    return 1 + len(made.columns) * 2 + len(made.constraints) + len(made.indexes)


def index_ddl(index: sa.Index, dialect: str) -> str:
    return str(CreateIndex(index).compile(dialect=DIALECTS[dialect]))


def index_again(index: sa.Index, again: sa.Table, construct: Construct) -> str:
    """The DDL of an index, read back from its source onto ``again``."""
    elements = evaluated(construct.index_elements(index))
    assert isinstance(elements, list)
    own = [again.c[e] if isinstance(e, str) else e for e in elements]
    named = {name: evaluated(value) for name, value in construct.dialect_keywords(index)}
    copy = sa.Index(index.name, *own, unique=index.unique, _table=again, **named)  # type: ignore[arg-type]
    assert construct.dialect is not None
    return index_ddl(copy, construct.dialect.name)


KINDS: tuple[Callable[[random.Random, str], int], ...] = (
    types_read_back,
    tables_read_back,
    sequences_read_back,
)


@pytest.mark.parametrize("dialect", sorted(DIALECTS))
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SADeprecationWarning")
def test_random_objects(
    kind: Callable[[random.Random, str], int], dialect: str, pytestconfig: pytest.Config
) -> None:
    wanted = int(pytestconfig.getoption("--render-objects")) / len(KINDS) / len(DIALECTS)
    objects, seed = 0, 0
    while objects < wanted:
        try:
            objects += kind(random.Random(f"{dialect} {seed}"), dialect)
        except Exception as error:
            error.add_note(f"seed {seed} of {dialect}")
            raise
        seed += 1
