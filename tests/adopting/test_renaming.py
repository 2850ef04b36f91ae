"""What `adopt` does to a file: the package's name where it means Alembic, and not a byte else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import schemadiff
from schemadiff.adopting.imports import renamed_imports
from schemadiff.adopting.project import renamed_loggers
from schemadiff.adopting.template import renamed_template
from schemadiff.editing.refusal import CannotEdit

HERE = Path("file.py")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("from alembic import op  # why\r\n", "from schemadiff import op  # why\r\n"),
        ("from  alembic . operations  import (ops as o ,)", "from  schemadiff . operations  import (ops as o ,)"),
        ("import sqlalchemy, alembic.context", "import sqlalchemy, schemadiff.context"),
        ("import alembic\nalembic.op.f('alembic')", "import schemadiff\nschemadiff.op.f('alembic')"),
        ("import alembic as a\na.op", "import schemadiff as a\na.op"),
        ("def f():\n    from alembic import op\n    x.alembic = 'alembic'", "def f():\n    from schemadiff import op\n    x.alembic = 'alembic'"),
        ("from .alembic import op", "from .alembic import op"),
        ("alembic = 1\nprint(alembic.real)", "alembic = 1\nprint(alembic.real)"),
        ("import alembic\nf(alembic=alembic)", "import schemadiff\nf(alembic=schemadiff)"),
        ("logging.getLogger('alembic.env')", "logging.getLogger('schemadiff.env')"),
        ('log = getLogger(\n    r"""alembic"""  # é\n)', 'log = getLogger(\n    r"""schemadiff"""  # é\n)'),
        ("logging.getLogger(alembic)\ngetLogger('alembics')", "logging.getLogger(alembic)\ngetLogger('alembics')"),
        ("# -*- coding: latin-1 -*-\nfrom alembic import op  # \xe9", "# -*- coding: latin-1 -*-\nfrom schemadiff import op  # \xe9"),
    ],
)  # fmt: skip
def test_only_the_package_is_renamed(before: str, after: str) -> None:
    encoding = "latin-1" if "latin-1" in before else "utf-8"
    assert renamed_imports(HERE, before.encode(encoding)) == after.encode(encoding)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("import os\nfrom alembic.ddl.base import AddColumn", "file.py, line 2: .*schemadiff.ddl.base"),
        ("import os\nfrom alembic.op import no_such", "file.py, line 2: .*schemadiff.op.no_such"),
        ("import alembic\n\nalembic.nothing()", "file.py, line 3: "),
        ("import importlib\nimportlib.import_module('alembic.op')", "file.py, line 2: "),
        ("import alembic\nalembic = 3", "file.py, line 2: "),
        ("def (", "file.py.*syntax error"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_refused_with_the_line(source: str, said: str) -> None:
    with pytest.raises(CannotEdit, match=said):
        renamed_imports(HERE, source.encode())


def test_a_template_keeps_its_own_words() -> None:
    before = b"<%! import re %>\nfrom alembic import op\n# made for alembic\n${upgrades}\n"
    after = b"<%! import re %>\nfrom schemadiff import op\n# made for alembic\n${upgrades}\n"
    assert renamed_template(HERE, before) == after


@pytest.mark.parametrize("line", ["<%! import alembic %>", "import alembic", "x = alembic.op.f"])
def test_a_template_that_does_more_is_refused(line: str) -> None:
    with pytest.raises(CannotEdit):
        renamed_template(HERE, f"{line}\n".encode())


def test_the_logger_of_the_ini_file_is_renamed_and_nothing_else() -> None:
    before = (
        b"[alembic]\nx = alembic\n\n[logger_alembic]\n# alembic\nqualname = alembic\n"
        b"[logger_env]\nqualname = alembic.env\n"
    )
    assert renamed_loggers(HERE, before) == before.replace(
        b"qualname = alembic", b"qualname = schemadiff"
    )


def test_the_other_name_is_the_same_module_in_that_process_only() -> None:
    code = """
import sys
from schemadiff.adopting.alias import standing_in
import schemadiff.op
with standing_in():
    import alembic, alembic.op, alembic.operations.ops
    from alembic import context, op
    assert op is schemadiff.op and alembic is schemadiff
    assert op.__name__ == op.__spec__.name == "schemadiff.op"
    try:
        import alembic.no_such
    except ModuleNotFoundError:
        pass
    else:
        raise AssertionError
assert "alembic" not in sys.modules and "alembic.op" not in sys.modules
"""
    root = Path(schemadiff.__file__).parent.parent
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
