"""A picture as a Mermaid entity relationship diagram (https://mermaid.js.org/syntax/entityRelationshipDiagram.html)."""

from __future__ import annotations

from collections.abc import Iterator

from .boxes import COLOURS, Box, Link, Picture, Row


def mermaid(picture: Picture) -> str:
    """The diagram as text; GitHub and GitLab draw it in a block of ``mermaid``."""
    return "\n".join(_lines(picture)) + "\n"


def _lines(picture: Picture) -> Iterator[str]:
    yield "erDiagram"
    for place, box in enumerate(picture.boxes):
        yield from _box(place, box)
    for link in picture.links:
        yield _link(link)
    for mark, (ground, line) in COLOURS.items():
        marked = [f"t{place}" for place, box in enumerate(picture.boxes) if box.mark == mark]
        if marked:
            yield f"    classDef {mark} fill:{ground},stroke:{line}"
            yield f"    class {','.join(marked)} {mark}"


def _box(place: int, box: Box) -> Iterator[str]:
    yield f'    t{place}["{_quoted(box.name)}"] {{'
    for row in box.rows:
        yield f"        {_row(row)}"
    yield "    }"


def _row(row: Row) -> str:
    remark = " ".join(filter(None, (row.mark if row.mark != "changed" else "", row.note)))
    keys = f" {', '.join(row.keys)}" if row.keys else ""
    return f"{_word(row.type) or 'any'} {_word(row.name)}{keys}" + (
        f' "{_quoted(remark)}"' if remark else ""
    )


def _link(link: Link) -> str:
    many = "|o" if link.one else "}o"
    one = "o|" if link.optional else "||"
    line = ".." if link.mark == "gone" else "--"
    label = " ".join(filter(None, (link.label, link.mark and f"({link.mark})")))
    return f'    t{link.source} {many}{line}{one} t{link.target} : "{_quoted(label)}"'


def _word(text: str) -> str:
    """What Mermaid takes for a type or a name: letters, digits, and few marks more."""
    kept = "".join(c if c.isalnum() or c in "_-()[]" else "_" for c in text)
    return kept if not kept or kept[0].isalpha() or kept[0] == "_" else f"_{kept}"


def _quoted(text: str) -> str:
    return text.replace('"', "'")
