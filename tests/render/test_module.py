"""Revision files: complete, sorted, formatted and proven."""

from __future__ import annotations

import ast
import datetime
from pathlib import Path

import black
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql

from schemadiff.render.call import Call, Comment, Line, Literal, Statement, Verbatim, With
from schemadiff.render.construct import Construct
from schemadiff.render.errors import RenderError
from schemadiff.render.module import generated, prove, render_template, revision_source

TEMPLATE = '''"""${message}

Revision ID: ${up_revision}
Revises: ${down_revision | comma,n}
Create Date: ${create_date}
"""
from collections.abc import Sequence

from schemadiff import op
import sqlalchemy as sa
${imports if imports else ""}

revision: str = ${repr(up_revision)}
down_revision: str | Sequence[str] | None = ${repr(down_revision)}


def upgrade() -> None:
    """Upgrade schema."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """Downgrade schema."""
    ${downgrades if downgrades else "pass"}
'''


def add_column() -> Statement:
    construct = Construct()
    column = construct.column(sa.Column("c", postgresql.JSONB(), comment="x" * 70))
    assert column is not None
    return Statement(construct.operation("add_column", Literal("t"), column))


def source(message: str = "add c", **kwargs: object) -> str:
    found: dict[str, object] = {
        "revision": "ab12",
        "down_revision": None,
        "create_date": datetime.datetime(2026, 1, 2, 3, 4, 5),
    }
    return revision_source(message=message, **{**found, **kwargs})  # type: ignore[arg-type]


def test_a_revision_with_work_in_it() -> None:
    drop = Statement(Construct().operation("drop_column", Literal("t"), Literal("c")))
    assert source(upgrades=[add_column()], downgrades=[drop], down_revision="aa11") == '''\
"""add c

Revision ID: ab12
Revises: aa11
Create Date: 2026-01-02 03:04:05
"""

from collections.abc import Sequence

import sqlalchemy as sa
from schemadiff import op
from sqlalchemy.dialects import postgresql

revision: str = "ab12"
down_revision: str | Sequence[str] | None = "aa11"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Bring the database to this revision."""
    op.add_column(
        "t",
        sa.Column(
            "c",
            postgresql.JSONB(),
            nullable=True,
            comment="xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        ),
    )


def downgrade() -> None:
    """Take the database back to before it."""
    op.drop_column("t", "c")
'''


def test_an_empty_revision_imports_nothing_it_does_not_need() -> None:
    text = source("")
    assert text.startswith('"""empty message\n\nRevision ID: ab12\nRevises:\n')
    assert "sqlalchemy" not in text
    assert "from schemadiff import op" not in text
    assert text.count("    pass\n") == 2


def test_several_parents_and_labels_are_tuples() -> None:
    text = source(down_revision=("a", "b"), branch_labels=["x"], depends_on="c")
    assert "Revises: a, b\n" in text
    assert 'down_revision: str | Sequence[str] | None = ("a", "b")\n' in text
    assert 'branch_labels: str | Sequence[str] | None = ("x",)\n' in text
    assert 'depends_on: str | Sequence[str] | None = "c"\n' in text


def test_a_body_of_comments_passes() -> None:
    assert '"""\n    # nothing\n    pass\n' in source(upgrades=[Comment("nothing")])


def test_a_generated_body_says_where_it_comes_from() -> None:
    lines = generated([add_column()])
    assert [type(line) for line in lines] == [Comment, Statement, Comment]
    assert generated([])[1] == Statement(Verbatim("pass"))


@given(st.text())
def test_any_message_is_a_docstring_that_says_it(message: str) -> None:
    try:
        text = source(message)
    except RenderError:
        # NUL and surrogates cannot stand in Python source at all
        assert not message.isprintable()
        return
    said = ast.get_docstring(ast.parse(text), clean=False) or ""
    lines = [line.rstrip() for line in (message.strip() or "empty message").split("\n")]
    assert "\r" in message or said.startswith("\n".join(lines))


def test_black_leaves_the_file_as_it_is() -> None:
    batch = With(Call("op.batch_alter_table", (Literal("t"),)), "batch_op", (add_column(),))
    text = source('"quoted"', upgrades=generated([add_column(), batch, add_column()]))
    assert black.format_str(text, mode=black.Mode(line_length=100)).split("\n")[5:] == (
        text.split("\n")[5:]
    )


def test_what_is_no_python_is_never_returned() -> None:
    with pytest.raises(RenderError, match=r"line 18 is not Python: nonsense here") as error:
        source(upgrades=[Statement(Verbatim("nonsense here"))])
    assert error.value.where == "revision ab12"
    with pytest.raises(RenderError):
        prove("\0", "x")


# ---- templates -----------------------------------------------------------------------------------


def rendered(tmp_path: Path, template: str = TEMPLATE, **kwargs: object) -> str:
    path = tmp_path / "script.py.mako"
    path.write_text(template, encoding="utf-8")
    found = {
        "message": "m",
        "up_revision": "ab12",
        "down_revision": ("a", "b"),
        "create_date": "now",
    }
    return render_template(path, **{**found, **kwargs})


def test_a_template_gets_text_indented_as_it_expects(tmp_path: Path) -> None:
    lines: list[Line] = [add_column(), Statement(Call("op.f"))]
    text = rendered(tmp_path, upgrades=lines, downgrades=(), imports={"import shop.types"})
    tree = ast.parse(text)
    upgrade = next(node for node in tree.body if isinstance(node, ast.FunctionDef))
    assert len(upgrade.body) == 3
    assert "Revises: a, b\n" in text
    assert '    """Downgrade schema."""\n    pass\n' in text


def test_a_template_gets_the_imports_it_does_not_make_itself(tmp_path: Path) -> None:
    text = rendered(tmp_path, upgrades=[add_column()], downgrades=[], imports={"import shop.types"})
    assert text.count("import sqlalchemy as sa") == text.count("from schemadiff import op") == 1
    assert "\nimport shop.types\nfrom sqlalchemy.dialects import postgresql\n" in text


def test_a_template_may_use_several_bodies_and_variables_of_its_own(tmp_path: Path) -> None:
    template = "def upgrade_one():\n    ${one_upgrades or 'pass'}\n# ${mine}\n${imports}\n"
    text = rendered(tmp_path, template, one_upgrades=[add_column()], mine="yes", imports="")
    assert "    op.add_column(" in text
    assert "# yes" in text
    assert "import sqlalchemy as sa" in text


def test_a_template_that_fails_says_where(tmp_path: Path) -> None:
    with pytest.raises(RenderError, match=r"(?s)script\.py\.mako: the template fails.*1 / 0"):
        rendered(tmp_path, "${1 / 0}")
    with pytest.raises(RenderError, match="line 1 is not Python: def"):
        rendered(tmp_path, "def")
