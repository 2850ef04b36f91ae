"""What a squash does where revisions have things of one name at the top of their files."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
import sqlalchemy as sa

from schemadiff import command
from schemadiff.command import rewriting
from schemadiff.config import Config
from schemadiff.editing.refusal import CannotEdit

HEAD = '''"""step {number}"""
{imports}
import sqlalchemy as sa
from schemadiff import op

revision = "r{number}"
down_revision = {down}
branch_labels = None
depends_on = None
{top}

def upgrade():
    op.create_table("t{number}", sa.Column("id", sa.Integer, primary_key=True), sa.Column("v", sa.Text))
{body}

def downgrade():
    op.drop_table("t{number}")
'''


def history(folder: Path, *files: tuple[str, str] | tuple[str, str, str]) -> Config:
    """A line of revisions r0, r1, …: of each what stands at its top, the body of its upgrade(), its imports."""
    versions = folder / "migrations" / "versions"
    versions.mkdir(parents=True, exist_ok=True)
    for number, (top, body, *imports) in enumerate(files):
        text = HEAD.format(
            number=number,
            down=f'"r{number - 1}"' if number else None,
            top=top and f"\n{top.strip()}\n",
            body="".join(f"    {line}\n" for line in body.strip().splitlines()),
            imports="\n".join(imports),
        )
        (versions / f"r{number}_step.py").write_text(text)
    config = Config()
    config.set_main_option("script_location", str(folder / "migrations"))
    config.set_main_option("url", f"sqlite:///{folder}/app.db")
    return config


def squashed(config: Config, last: int, rev_id: str = "whole", first: str = "r0") -> str:
    """The text of the one file that is left."""
    rewriting.squash(
        config, f"{first}:r{last}", message="all", rev_id=rev_id, url=None, dry_run=False, style=None
    )  # fmt: skip
    folder = Path(str(config.get_main_option("script_location"))) / "versions"
    return next(folder.glob(f"{rev_id}_*.py")).read_text()


def rows(config: Config, count: int) -> list[list[str]]:
    """What the upgrade has put into each table."""
    command.upgrade(config, "head")
    with sa.create_engine(str(config.get_main_option("url"))).connect() as connection:
        queries = [f"SELECT v FROM t{number} ORDER BY v" for number in range(count)]
        return [list(connection.exec_driver_sql(query).scalars()) for query in queries]


PUT = """
def put(name: str) -> None:
    # {comment}
    op.execute(f"INSERT INTO t{number} (v) VALUES ('{{name}} {number}')")
"""


def put(number: int) -> str:
    return PUT.format(number=number, comment=f"into table {number}")


def test_helpers_of_one_name_that_differ_are_told_apart(tmp_path: Path) -> None:
    config = history(tmp_path, *((put(number), 'put("row")') for number in range(3)))
    text = squashed(config, 2)
    assert re.findall(r"def (put\w*)", text) == ["put", "put_r1", "put_r2"]
    assert re.findall(r"# into table \d", text) == [f"# into table {n}" for n in range(3)]
    assert rows(config, 3) == [["row 0"], ["row 1"], ["row 2"]]


def test_only_those_that_differ_get_a_name_of_their_own(tmp_path: Path) -> None:
    same = "LABELS = ('a', 'b')  # as of old\n\n\n"
    config = history(tmp_path, *((same + put(number), "put(LABELS[0])") for number in range(2)))
    text = squashed(config, 1)
    assert text.count("LABELS =") == 1
    assert "LABELS_r1" not in text
    assert rows(config, 2) == [["a 0"], ["a 1"]]


def test_what_uses_something_that_differs_differs(tmp_path: Path) -> None:
    top = """
WORD = "{word}"

def said():
    return WORD

def put(number):
    op.execute(f"INSERT INTO t{{number}} (v) VALUES ('{{said()}}')")
"""
    words = ["one", "two", "one", "two"]
    config = history(
        tmp_path, *((top.format(word=word), f"put({n})") for n, word in enumerate(words))
    )
    text = squashed(config, 3)
    # the third means what the first means, the fourth what the second does
    assert re.findall(r"def (put\w*|said\w*)", text) == ["said", "put", "said_r1", "put_r1"]
    assert rows(config, 4) == [[word] for word in words]


def test_other_things_of_that_name_keep_it(tmp_path: Path) -> None:
    top = """
class Kind:
    name = "kind"

def name(name="{n}", *, end=""):
    return name + end

def local():
    name = "local"
    return (lambda name: name)(name), [name for name in "xy"], Kind.name, {{"name": name}}["name"]
"""
    body = """
op.execute(sa.text("INSERT INTO t{n} (v) VALUES (:name)").bindparams(name=name(name="{n}", end="!")))
op.execute(f"INSERT INTO t{n} (v) VALUES ('{{name(end='?')}} {{local()[0]}}')")
"""
    config = history(tmp_path, *((top.format(n=n), body.format(n=n)) for n in range(2)))
    text = squashed(config, 1)
    assert 'bindparams(name=name_r1(name="1", end="!"))' in re.sub(r"\n +", "", text)
    assert text.count("(lambda name: name)(name)") == 1
    assert '{"name": name}["name"]' in text
    assert "class Kind_r1" not in text
    assert rows(config, 2) == [["0!", "0? local"], ["1!", "1? local"]]


def test_counters_that_functions_set_are_not_shared(tmp_path: Path) -> None:
    top = """
COUNT = {n}

def put():
    global COUNT
    COUNT += 10
    op.execute(f"INSERT INTO t{n} (v) VALUES ('{{COUNT}}')")
"""
    config = history(tmp_path, *((top.format(n=n), "put()\nput()") for n in range(2)))
    text = squashed(config, 1)
    assert "global COUNT_r1" in text
    assert rows(config, 2) == [["10", "20"], ["11", "21"]]


def test_imports_that_differ_are_told_apart(tmp_path: Path) -> None:
    body = "op.execute(f\"INSERT INTO t{n} (v) VALUES ('{{join('a', 'b')}}')\")"
    config = history(
        tmp_path,
        ("", body.format(n=0), "from os.path import join  # a path"),
        ("", body.format(n=1), "from urllib.parse import urljoin as join, quote"),
        ("def join(a, b):\n    return a + b", body.format(n=2)),
    )
    text = squashed(config, 2)
    assert "import quote, urljoin as join_r1" in text
    assert rows(config, 3) == [["a/b"], ["b"], ["ab"]]


def test_helpers_that_hide_a_function_of_pythons_hide_it_in_their_revision_only(
    tmp_path: Path,
) -> None:
    body = "op.execute(f\"INSERT INTO t{n} (v) VALUES ('{{max(1, 2)}}')\")"
    config = history(
        tmp_path, ("def max(a, b):\n    return 'own'", body.format(n=0)), ("", body.format(n=1))
    )
    assert "def max_r0(a, b)" in squashed(config, 1)
    assert rows(config, 2) == [["own"], ["2"]]


def test_sequences_are_sequences_whoever_imports_them(tmp_path: Path) -> None:
    top = "def put(names: Sequence[str]) -> None:\n    pass"
    config = history(
        tmp_path,
        (top, "put([])", "from typing import Sequence, Union"),
        (top, "put([])", "from collections.abc import Sequence"),
    )
    text = squashed(config, 1)
    assert "from collections.abc import Sequence\n" in text
    assert "Sequence as" not in text


def test_what_was_told_apart_is_squashed_again(tmp_path: Path) -> None:
    config = history(tmp_path, *((put(number), 'put("row")') for number in range(4)))
    squashed(config, 1)
    text = squashed(config, 3, "more", "whole")
    assert re.findall(r"def (put\w*)", text) == ["put", "put_r1", "put_r2", "put_r3"]
    assert rows(config, 4) == [[f"row {number}"] for number in range(4)]


@pytest.mark.parametrize(
    ("files", "line", "reason"),
    [
        (
            [("X = 1", ""), ("X = 2\n\ndef put():\n    return eval('X')", "put()")],
            14,
            r"eval\(\) may use X",
        ),
        (
            [("class T: pass", ""), ("class T:\n    own = 1\n\ndef f(t: 'T'): pass", "")],
            14,
            "a text names T",
        ),
        (
            [("X = 1", ""), ("X = 2\n\nclass C:\n    X = X\n    Y = X", "")],
            13,
            "what X means in C cannot be told",
        ),
        (
            [("os = 1", ""), ("", "os.path.sep", "import os.path")],
            2,
            "os means something else",
        ),
        ([("", "", "from os.path import *")], 2, "nobody can see which names"),
    ],
)  # fmt: skip
def test_what_cannot_be_told_apart_is_refused_with_its_line(
    tmp_path: Path, files: Sequence[tuple[str, str]], line: int, reason: str
) -> None:
    config = history(tmp_path, *files, ("", ""))
    folder = Path(str(config.get_main_option("script_location"))) / "versions"
    before = {path: path.read_bytes() for path in folder.glob("*.py")}
    with pytest.raises(CannotEdit, match=reason) as caught:
        squashed(config, len(files))
    assert caught.value.line == line
    assert {path: path.read_bytes() for path in folder.glob("*.py")} == before
