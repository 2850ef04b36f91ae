"""Scripts that say nothing but what op says too are written in its words; any doubt leaves them alone."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from schemadiff.adopting.sure import in_words_of_op
from schemadiff.cli.commandline import CommandLine
from schemadiff.inspecting import inspected
from schemadiff.states import Ground

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
        "migrate_engine.execute(':x')",
        "migrate_engine.execute('100%')",
        "account.c.id.alter(name='x', index=True)",
        "account.c.id.alter(String(3))",
        "account.c['id'].alter(type=mine)",
        "UniqueConstraint(account.c.id, name='uq').create()",
        "t = Table('t', meta, autoload=True)\n    UniqueConstraint(t.c.id).create()",
        "t = Table('t', meta, autoload=True)\n    UniqueConstraint(t.c.id, name='u').drop(cascade=True)",
        "t = Table('t', meta, autoload=True)\n    u = UniqueConstraint(t.c.id, name='u')\n"
        "    t.rename('s')\n    u.create()",
        "t = Table('t', meta, autoload=True)\n    Index('ix', t.c.id).drop()",
        "t = Table('t', meta, Column('a', Integer, key='b'))\n    t.c.b.drop()",
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


CHANGES = """
from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, String, Table
from migrate.changeset.constraint import ForeignKeyConstraint, PrimaryKeyConstraint
from migrate import UniqueConstraint, CheckConstraint

def upgrade(migrate_engine):
    meta = MetaData(bind=migrate_engine)
    account = Table('account', meta, autoload=True)
    town = Table('town', meta, autoload=True)
    account.c.login.alter(name='nick', type=String(60), nullable=False, server_default='x')
    Index('ix_nick', account.c.nick, unique=True).create()
    fk = ForeignKeyConstraint([account.c.town_id], [town.c.id], name='fk_town', ondelete='CASCADE')
    fk.create()
    UniqueConstraint(account.c.nick, account.c['town_id'], name='uq_both').create()
    CheckConstraint('town_id > 3', columns=[account.c.town_id], name='ck_town').create()
    extra = Column('extra', Integer)
    account.create_column(extra)
    migrate_engine.execute("DELETE FROM account "
                           "WHERE id = 7")
    account.rename('user')

def downgrade(migrate_engine):
    meta = MetaData(bind=migrate_engine)
    account = Table('user', meta, autoload=True)
    account.rename('account')
    account.drop_column('extra')
    CheckConstraint('town_id > 3', columns=[account.c.town_id], name='ck_town').drop()
"""


def test_changes_of_tables_that_are_there_are_said_by_op() -> None:
    found = in_words_of_op(CHANGES)
    assert found is not None
    assert found.bodies["upgrade"] == (
        "op.alter_column('account', 'login', new_column_name='nick', type_=String(60), "
        "nullable=False, server_default='x')",
        "op.create_index('ix_nick', 'account', ['nick'], unique=True)",
        "op.create_foreign_key('fk_town', 'account', 'town', ['town_id'], ['id'], "
        "ondelete='CASCADE')",
        "op.create_unique_constraint('uq_both', 'account', ['nick', 'town_id'])",
        "op.create_check_constraint('ck_town', 'account', 'town_id > 3')",
        "op.add_column('account', Column('extra', Integer))",
        "op.execute('DELETE FROM account WHERE id = 7')",
        "op.rename_table('account', 'user')",
    )
    assert found.bodies["downgrade"] == (
        "op.rename_table('user', 'account')",
        "op.drop_column('account', 'extra')",
        "op.drop_constraint('ck_town', 'account', type_='check')",
    )


START = """
from sqlalchemy import Column, Integer, MetaData, String, Table
meta = MetaData()
town = Table('town', meta, Column('id', Integer, primary_key=True))
account = Table('account', meta, Column('id', Integer, primary_key=True),
                Column('login', String(40)), Column('town_id', Integer))

def upgrade(migrate_engine):
    meta.bind = migrate_engine
    town.create()
    account.create()
"""


def test_both_ways_of_adopting_lead_to_the_same_schema(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: sa.Engine
) -> None:
    monkeypatch.chdir(tmp_path)
    url = engine.url.render_as_string(hide_password=False)
    snapshots = []
    for way, last in (("sure", ""), ("wrapped", "\nunheard = [of]\n")):
        versions = tmp_path / way / "repository" / "versions"
        versions.mkdir(parents=True)
        (versions.parent / "migrate.cfg").write_text("[db_settings]\nrepository_id=x\n")
        of = "\nof = 1\n" if last else ""
        (versions / "001_start.py").write_text(START + of + last)
        (versions / "002_changes.py").write_text(CHANGES + of + last)
        place = tmp_path / way / "migrations"
        (place / "versions").mkdir(parents=True)
        config = tmp_path / way / "schemadiff.ini"
        config.write_text(f"[schemadiff]\nscript_location = {place}\nurl = {url}\n")
        run = CommandLine().run
        told = ("-c", str(config))
        assert run([*told, "adopt", "--from", "sqlalchemy-migrate", str(versions.parent)]) == 0
        written = [path.read_text() for path in sorted((place / "versions").glob("*.py"))]
        assert [("from schemadiff import op" in text) for text in written] == [way == "sure"] * 2
        assert run([*told, "upgrade", "head"]) == 0
        snapshots.append(inspected(engine, "json", Ground()))
        assert run([*told, "downgrade", "001"]) == 0
        with engine.begin() as connection:
            for table in ("account", "town", "alembic_version"):
                connection.exec_driver_sql(f"DROP TABLE {table}")
    assert snapshots[0] == snapshots[1]
