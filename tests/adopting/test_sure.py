"""Scripts that say nothing but what op says too are written in its words; any doubt leaves them alone."""

from __future__ import annotations

import pytest

from schemadiff.adopting.sure import in_words_of_op

SCRIPT = """
from sqlalchemy import Table, Column, Integer, String, MetaData
from migrate import *
meta = MetaData()
account = Table('account', meta, Column('id', Integer, primary_key=True))
email = Column('email', String(128), nullable=False)

def upgrade(migrate_engine):
    meta.bind = migrate_engine
    {up}

def downgrade(migrate_engine):
    other = Table('other', MetaData(bind=migrate_engine), autoload=True)
"""


@pytest.mark.parametrize(
    ("up", "said"),
    [
        ("account.create()", "op.create_table('account', Column('id', Integer, primary_key=True))"),
        ("account.drop()", "op.drop_table('account')"),
        (
            "email.create(account)",
            "op.add_column('account', Column('email', String(128), nullable=False))",
        ),
        ("account.c.email.drop()", "op.drop_column('account', 'email')"),
    ],
)
def test_what_is_sure_is_said_by_op(up: str, said: str) -> None:
    down = "meta = MetaData(bind=migrate_engine)\n    x = Table('x', meta, autoload=True)\n    x.drop()"
    text = SCRIPT.format(up=up).replace(
        "other = Table('other', MetaData(bind=migrate_engine), autoload=True)", down
    )
    found = in_words_of_op(text)
    assert found is not None
    assert found.bodies == {"upgrade": (said,), "downgrade": ("op.drop_table('x')",)}
    assert found.imports == ("from sqlalchemy import Table, Column, Integer, String, MetaData",)


@pytest.mark.parametrize(
    "up",
    [
        "account.create(checkfirst=True)",
        "account.rename(name())",
        "if migrate_engine.name == 'sqlite': account.create()",
        "migrate_engine.execute('x')",
        "account = other()",
        "Column('a', Integer, default=1).create(account)",
        "x = Column('a', Integer, default=1)\n    x.create(account)",
        "x = Column('a', Integer, index=True)\n    x.create(account)",
        "x = Table('x', meta, Column('a', mine))\n    x.create()",
        "x = Table('x', meta, schema='s')\n    x.drop()",
    ],
)
def test_what_is_not_sure_is_left_alone(up: str) -> None:
    down = "pass"
    text = SCRIPT.format(up=up).replace(
        "other = Table('other', MetaData(bind=migrate_engine), autoload=True)", down
    )
    assert in_words_of_op(text) is None
