"""`script.py.mako` as people have it: every shape gets the documented variables, and its file runs."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from .conftest import MODELS, Cli

HEAD = '''"""${message}

Revision ID: ${up_revision}
Revises: ${down_revision | comma,n}
Create Date: ${create_date}

"""
'''

LINKS = """
# revision identifiers
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}
"""

BODY = """

def upgrade():
    ${upgrades if upgrades else "pass"}


def downgrade():
    ${downgrades if downgrades else "pass"}
"""

IMPORTS = """from schemadiff import op
import sqlalchemy as sa
${imports if imports else ""}
"""

PLAIN = HEAD + IMPORTS + LINKS + BODY

TYPED = (
    HEAD
    + """from typing import Sequence, Union

"""
    + IMPORTS
    + """
revision: str = ${repr(up_revision)}
down_revision: Union[str, Sequence[str], None] = ${repr(down_revision)}
branch_labels: Union[str, Sequence[str], None] = ${repr(branch_labels)}
depends_on: Union[str, Sequence[str], None] = ${repr(depends_on)}


def upgrade() -> None:
    \"\"\"Upgrade schema.\"\"\"
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    \"\"\"Downgrade schema.\"\"\"
    ${downgrades if downgrades else "pass"}
"""
)

QUOTED = """# By ${config.get_main_option("script_location").split("/")[-1]} on ${create_date.strftime("%Y")}
\"\"\"${message.capitalize()} (${up_revision[:4]})

Revises: ${", ".join([down_revision] if isinstance(down_revision, str) else down_revision or [])}
\"\"\"
from __future__ import annotations

import logging

<%
    def quoted(name):
        return "None" if name is None else repr(name)
%>
import sqlalchemy as sa
from schemadiff import op
% if imports:
${imports}
% endif

revision = "${up_revision}"
down_revision = ${quoted(down_revision)}
branch_labels = ${quoted(branch_labels)}
% if depends_on:
depends_on = ${repr(depends_on)}
% endif
release = ${repr(release) if release is not UNDEFINED else None}

log = logging.getLogger("migrations")


def upgrade(**kwargs):
    log.info("up to %s", revision)
    ${upgrades if upgrades else "pass"}


def downgrade(**kwargs):
    ${downgrades if downgrades else "pass"}
"""

LICENSED = "#\n# Licensed to somebody under one\n# or more agreements.\n#\n" + PLAIN.replace(
    IMPORTS, "from __future__ import annotations\n\n" + IMPORTS
).replace("    ${upgrades", "    # ### what follows is generated ###\n    ${upgrades")

OUTER = """<%
    import datetime
    stamp = datetime.date(2024, 1, 1).isoformat()
%>""" + PLAIN.replace("${create_date}", "${stamp}").replace(
    "\n\ndef upgrade", "\n\n## a comment of Mako's\ndef upgrade"
)

NO_SA = PLAIN.replace("import sqlalchemy as sa\n", "").replace("from schemadiff import op\n", "")

SHAPES = {
    "plain": PLAIN,
    "typed": TYPED,
    "quoted": QUOTED,
    "licensed": LICENSED,
    "outer": OUTER,
    "bare": NO_SA,
    "crlf": PLAIN.replace("\n", "\r\n"),
    "bom": "\ufeff" + PLAIN,
    "tabs": PLAIN.replace("    $", "\t$"),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_template_of_any_shape_is_filled_in(project: Cli, shape: str) -> None:
    Path("shop.py").write_text(MODELS.replace('sa.String(80)', 'sa.dialects.sqlite.DATETIME()')
                               .replace("import sqlalchemy as sa", "import sqlalchemy as sa\nimport sqlalchemy.dialects.sqlite"))  # fmt: skip
    Path("migrations/script.py.mako").write_bytes(SHAPES[shape].encode())
    for words in (
        ("revision", "-a", "-m", "all of it"),
        ("upgrade", "head"),
        ("check",),
        ("revision", "-m", "one"),
        ("revision", "-m", "two", "--branch-label", "side"),
        ("upgrade", "heads"),
        ("downgrade", "base"),
        ("upgrade", "heads"),
    ):
        outcome = project(*words)
        assert outcome.code == 0, (words, outcome)
    written = sorted(Path("migrations/versions").glob("*.py"), key=lambda p: p.stat().st_mtime_ns)
    text = written[0].read_bytes().decode("utf-8-sig")
    ast.parse(text)
    assert "sqlite.DATETIME()" in text
    for line in ("import sqlalchemy as sa", "from schemadiff import op"):
        assert text.count(line) == 1, text
    assert text.count("from sqlalchemy.dialects import sqlite") == 1


def test_variables_of_ones_own_reach_the_template(cli: Cli) -> None:
    assert cli("init", "migrations", "-t", "env", "--url", "sqlite:///app.db").code == 0
    Path("migrations/script.py.mako").write_text(QUOTED)
    env = Path("migrations/env.py")
    own = "configure(connection, template_args={'release': '3.1'})"
    env.write_text(env.read_text().replace("configure(connection)", own))
    Path("shop.py").write_text(MODELS)
    assert cli("revision", "-a", "-m", "one", "--metadata", "shop:metadata").code == 0
    (written,) = Path("migrations/versions").glob("*.py")
    assert "release = '3.1'" in written.read_text()


MULTI = (
    """<%!
import re

%>"""
    + PLAIN.partition("\n\ndef upgrade")[0]
    + """

def upgrade(engine_name):
    globals()["upgrade_%s" % engine_name]()


def downgrade(engine_name):
    globals()["downgrade_%s" % engine_name]()

<%
    db_names = config.get_main_option("databases")
%>

% for db_name in re.split(r',\\s*', db_names):

def upgrade_${db_name}():
    ${context.get("%s_upgrades" % db_name, "pass")}


def downgrade_${db_name}():
    ${context.get("%s_downgrades" % db_name, "pass")}

% endfor
"""
)


def test_a_template_of_several_databases_is_filled_in(cli: Cli) -> None:
    Path("shop.py").write_text(MODELS)
    assert cli("init", "migrations", "-t", "multidb").code == 0
    Path("migrations/script.py.mako").write_text(MULTI)
    env = Path("migrations/env.py")
    env.write_text(
        env.read_text().replace(
            "target_metadata: dict[str, MetaData] = {}",
            "import shop\n\ntarget_metadata = {'engine1': shop.metadata, 'engine2': shop.metadata}",
        )
    )
    for words in (
        ("revision", "-a", "-m", "start"),
        ("upgrade", "head"),
        ("revision", "-m", "one"),
        ("revision", "-m", "two", "--head", "head", "--branch-label", "side"),
        ("upgrade", "heads"),
        ("check",),
        ("downgrade", "base"),
    ):
        outcome = cli(*words)
        assert outcome.code == 0, (words, outcome)


def test_two_heads_are_merged_by_a_template(project: Cli) -> None:
    Path("migrations/script.py.mako").write_text(QUOTED)
    for name in ("one", "two"):
        assert project("revision", "-m", name, "--head", "base", "--rev-id", name).code == 0
    outcome = project("merge", "heads", "-m", "join")
    assert outcome.code == 0, outcome
    assert project("upgrade", "head").code == 0
