"""A file with other links is the same file in every other byte."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemadiff.editing.links import Links
from schemadiff.editing.refusal import CannotEdit
from schemadiff.editing.rename import renamed_path
from schemadiff.editing.source import Source
from schemadiff.script.source import read_source

PATH = Path("versions/a_file.py")

ANNOTATIONS = ("", ": str", ": Union[str, None]", ": 'str | None'")
QUOTES = ("'", '"', '"""', "r'", 'u"')
IDS = st.text("abcdef0123456789_", min_size=1, max_size=12)


def said(prefix: str, value: str) -> str:
    return f"{prefix}{value}{prefix.lstrip('ru')}"


@st.composite
def files(draw: st.DrawFn) -> tuple[str, Links]:
    """A revision file in anybody's style, with what it says."""
    name, *down = draw(st.lists(IDS, min_size=1, max_size=4, unique=True))
    quote = draw(st.sampled_from(QUOTES))
    written = [said(quote, one) for one in down]
    several = ", ".join(written) + ("," if len(written) == 1 else "")
    value = {0: "None", 1: draw(st.sampled_from([*written, f"({several})"]))}.get(
        len(down), draw(st.sampled_from([f"({several})", f"[{several}]", several]))
    )
    note, blank = draw(st.sampled_from(["", "  # ünï"])), draw(st.sampled_from([" ", "  ", ""]))
    lines = [
        f'"""wörds\n\nRevision ID: {name}\nRevises: {", ".join(down)}\n"""',
        "# Revises: nothing that counts",
        f"revision{draw(st.sampled_from(ANNOTATIONS))}{blank}={blank}{said(quote, name)}{note}",
        f"down_revision{draw(st.sampled_from(ANNOTATIONS[:1]))} ={blank}{value}{note}",
        "depends_on = None",
        "\ndef upgrade():\n    down_revision = 'local'\n\tpass\n".replace("\t", "    "),
    ]
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    return "\n".join(lines).replace("\n", newline), Links(name, tuple(down))


@given(files(), IDS, st.lists(IDS, max_size=3, unique=True))
def test_new_links_are_said_and_old_ones_come_back(
    file: tuple[str, Links], name: str, down: list[str]
) -> None:
    text, old = file
    new = Links(name, tuple(down))
    content = text.encode()
    changed = Source(PATH, content).with_links(old, new)
    assert spoken(changed) == new
    if len(down) == len(old.down_revision):
        assert Source(PATH, changed).with_links(new, old) == content


def spoken(content: bytes) -> Links:
    """What Python makes of the file."""
    names: dict[str, object] = {}
    exec(compile(content, "file", "exec"), names)
    down = names["down_revision"]
    several = () if down is None else (down,) if isinstance(down, str) else tuple(down)  # type: ignore[arg-type]
    return Links(str(names["revision"]), several)


@given(files())
def test_the_same_links_are_the_same_bytes(file: tuple[str, Links]) -> None:
    text, links = file
    assert Source(PATH, text.encode()).with_links(links, links) == text.encode()


def test_a_file_in_another_encoding_stays_in_it() -> None:
    text = "# coding: latin-1\n# größe\nrevision = 'a'\ndown_revision = None\n".encode("latin-1")
    changed = Source(PATH, text).with_links(Links("a"), Links("b"))
    assert changed == text.replace(b"'a'", b"'b'")


def test_a_byte_order_mark_stays() -> None:
    text = b"\xef\xbb\xbfrevision = 'a'\ndown_revision = None\n"
    changed = Source(PATH, text).with_links(Links("a"), Links("b"))
    assert changed == text.replace(b"'a'", b"'b'")


def test_the_old_id_is_noted_below_the_other_links() -> None:
    text = b"revision: str = 'a'\ndown_revision: str | None = None  # base\n\nx = 1\n"
    changed = Source(PATH, text).with_links(Links("a"), Links("b", replaces=("a",)))
    assert changed.decode().splitlines()[1:4] == [
        "down_revision: str | None = None  # base",
        'replaces: list[str] = ["a"]',
        "",
    ]


def test_prose_in_the_docstring_stays() -> None:
    text = (
        b'"""Adds.\n\nRevises: what Anna did last week\n"""\nrevision = "a"\ndown_revision = "x"\n'
    )
    changed = Source(PATH, text).with_links(Links("a", ("x",)), Links("a", ("y",)))
    assert changed == text.replace(b'"x"', b'"y"')


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("revision = 'a'\nBASE = 'x'\ndown_revision = BASE\n", 3, "down_revision is computed"),
        ("revision = 'a'\ndown_revision = 'x' + ''\n", 2, "down_revision is computed"),
        (
            "revision = 'a'\ndown_revision = 'x'\ndown_revision = 'x'\n",
            3,
            "down_revision is assigned a second time",
        ),
        ("revision = 'a'\ndown_revision = ('x', f())\n", 2, "down_revision is computed"),
        ("revision = 'a'\nif True:\n    down_revision = 'x'\n", 3, "not assigned by itself"),
        ("revision, down_revision = 'a', 'x'\n", 1, "not assigned by itself"),
        ("revision = 'a'\nfrom x import down_revision\n", 2, "not assigned by itself"),
        ("revision = 'a'\ndown_revision = (\n", 2, "syntax error"),
    ],
)
def test_what_cannot_be_edited_is_refused_with_its_line(text: str, line: int, reason: str) -> None:
    with pytest.raises(CannotEdit, match=reason) as refused:
        Source(PATH, text.encode()).with_links(Links("a", ("x",)), Links("a", ("y",)))
    assert refused.value.line == line
    assert str(PATH) in str(refused.value)


def test_an_edited_file_is_read_as_what_it_says(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"revision = 'a'\ndown_revision = ('x', 'y')\n")
    old = Links("a", ("x", "y"))
    path.write_bytes(
        Source(path, path.read_bytes()).with_links(old, replace(old, down_revision=("z",)))
    )
    assert read_source(path).down_revision == "z"


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("ae10_words.py", "new_words.py"),
        ("2024_ae10.py", "2024_new.py"),
        ("words.py", "words.py"),
        ("ae10_ae10.py", "ae10_ae10.py"),
        ("xae10_words.py", "xae10_words.py"),
    ],
)
def test_a_file_is_called_by_its_id_where_it_was_before(name: str, wanted: str) -> None:
    assert renamed_path(Path(name), "ae10", "new").name == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("revision = 'a'\ndown_revision = 'x'", "revision = 'a'\ndown_revision = 'y'"),
        ("revision = 'a'\ndown_revision = ('x',)  # one\n", "revision = 'a'\ndown_revision = ('y',)  # one\n"),
        ("revision = 'a'\ndown_revision = (\n    'x'  # why\n)\n", "revision = 'a'\ndown_revision = (\n    'y'  # why\n)\n"),
        ("'one'\nrevision = 'a'; down_revision = 'x'\n", "'one'\nrevision = 'a'; down_revision = 'y'\n"),
        ("r'''\\d\nrevises: x\n'''\nrevision = 'a'\ndown_revision = 'x'\n",
         "r'''\\d\nrevises: y\n'''\nrevision = 'a'\ndown_revision = 'y'\n"),
        ("'b' 'Revises: x'\nrevision = 'a'\ndown_revision = 'x'\n", "'b' 'Revises: x'\nrevision = 'a'\ndown_revision = 'y'\n"),
        ("revision = 'a'\ndown_revision = 'x'\ndef upgrade():\n\tpass\n", "revision = 'a'\ndown_revision = 'y'\ndef upgrade():\n\tpass\n"),
        ("revision = 'a'\x0c\ndown_revision = 'x'\r\n", "revision = 'a'\x0c\ndown_revision = 'y'\r\n"),
    ],
)  # fmt: skip
def test_odd_files_stay_odd(text: str, wanted: str) -> None:
    changed = Source(PATH, text.encode()).with_links(Links("a", ("x",)), Links("a", ("y",)))
    assert changed == wanted.encode()
