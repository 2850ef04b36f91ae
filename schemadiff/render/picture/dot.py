"""A picture in the language of Graphviz (https://graphviz.org/doc/info/shapes.html#html)."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from .boxes import COLOURS, Box, Link, Picture, Row


def dot(picture: Picture) -> str:
    """The graph as text for ``dot -Tsvg``."""
    return "\n".join(_lines(picture)) + "\n"


def _lines(picture: Picture) -> Iterator[str]:
    yield "digraph schema {"
    yield "    graph [rankdir=LR];"
    yield '    node [shape=plain, fontname="sans-serif", fontsize=11];'
    yield '    edge [fontname="sans-serif", fontsize=9];'
    for place, box in enumerate(picture.boxes):
        yield f"    t{place} [label=<{_table(box)}>];"
    for link in picture.links:
        yield f"    t{link.source} -> t{link.target} [{_look(link)}];"
    yield "}"


def _table(box: Box) -> str:
    ground = COLOURS[box.mark][0] if box.mark else "#e5e7eb"
    rows = "".join(map(_row, box.rows))
    head = f'<tr><td colspan="2" bgcolor="{ground}"><b>{escape(box.name)}</b></td></tr>'
    return f'<table border="0" cellborder="1" cellspacing="0" cellpadding="4">{head}{rows}</table>'


def _row(row: Row) -> str:
    colour = f' bgcolor="{COLOURS[row.mark][0]}"' if row.mark else ""
    name = f"<b>{escape(row.name)}</b>" if "PK" in row.keys else escape(row.name)
    said = " ".join(filter(None, (row.type, row.note and f"({row.note})")))
    return (
        f'<tr><td align="left"{colour}>{name}</td><td align="left"{colour}>{escape(said)}</td></tr>'
    )


def _look(link: Link) -> str:
    label = link.label.replace("\\", "\\\\").replace('"', '\\"')
    colour = f', color="{COLOURS[link.mark][1]}"' if link.mark else ""
    dashed = ", style=dashed" if link.mark == "gone" else ""
    return f'label="{label}"{colour}{dashed}'
