"""A picture as SVG, laid out here: columns of boxes, what is referred to on the left of what refers to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from .boxes import COLOURS, Box, Link, Picture, Row

ROW, HEAD, GAP, SIDE = 18, 24, 90, 40
LETTER = 6.6
"""Width of a letter at the size in use, in pixels."""
TALLEST = 1600
"""A column of boxes that is taller goes on beside itself, in pixels."""


@dataclass(frozen=True, slots=True)
class _Place:
    x: float
    y: float
    width: float
    height: float


def svg(picture: Picture) -> str:
    """The document, complete in itself."""
    places = _places(picture)
    width = max((p.x + p.width for p in places), default=0) + SIDE
    height = max((p.y + p.height for p in places), default=0) + SIDE
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" font-family="sans-serif" font-size="11">',
        f'<rect width="{width:.0f}" height="{height:.0f}" fill="white"/>',
        *(_link(link, places) for link in picture.links),
        *(line for box, place in zip(picture.boxes, places) for line in _box(box, place)),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


# ---- where everything goes -------------------------------------------------------------------


def _places(picture: Picture) -> list[_Place]:
    ranks = _ranks(picture)
    found: dict[int, _Place] = {}
    x = float(SIDE)
    for column in _columns(picture.boxes, ranks):
        width = max(_width(picture.boxes[i]) for i in column)
        y = float(SIDE)
        for i in column:
            height = HEAD + ROW * len(picture.boxes[i].rows) + 4
            found[i] = _Place(x, y, width, height)
            y += height + SIDE / 2
        x += width + GAP
    return [found[i] for i in range(len(picture.boxes))]


def _ranks(picture: Picture) -> list[int]:
    """How many links lead away from each box, one after the other; a circle is left where it began."""
    targets: dict[int, set[int]] = {}
    for link in picture.links:
        if link.source != link.target:
            targets.setdefault(link.source, set()).add(link.target)
    ranks = [0] * len(picture.boxes)
    for _ in range(min(len(picture.boxes), 12)):
        after = [
            max((ranks[t] + 1 for t in targets.get(i, ())), default=0) for i in range(len(ranks))
        ]
        if after == ranks:
            break
        ranks = after
    return ranks


def _columns(boxes: Sequence[Box], ranks: Sequence[int]) -> Iterator[list[int]]:
    for rank in sorted(set(ranks)):
        column: list[int] = []
        height = 0
        for i in (i for i, r in enumerate(ranks) if r == rank):
            own = HEAD + ROW * len(boxes[i].rows) + SIDE // 2
            if column and height + own > TALLEST:
                yield column
                column, height = [], 0
            column.append(i)
            height += own
        yield column


def _width(box: Box) -> float:
    longest = max((len(_said(row)) + len(row.name) + 3 for row in box.rows), default=0)
    return max(longest, len(box.name) + 2) * LETTER + 16


# ---- drawing ---------------------------------------------------------------------------------


def _box(box: Box, place: _Place) -> Iterator[str]:
    ground, line = COLOURS[box.mark] if box.mark else ("#e5e7eb", "#6b7280")
    yield _rect(place.x, place.y, place.width, place.height, "white", line)
    yield _rect(place.x, place.y, place.width, HEAD, ground, line)
    yield _text(place.x + 8, place.y + 16, box.name, bold=True)
    for i, row in enumerate(box.rows):
        y = place.y + HEAD + ROW * i
        if row.mark:
            yield _rect(place.x + 1, y + 1, place.width - 2, ROW, COLOURS[row.mark][0], "none")
        yield _text(place.x + 8, y + 14, row.name, bold="PK" in row.keys)
        yield _text(place.x + place.width - 8, y + 14, _said(row), end=True)


def _said(row: Row) -> str:
    return " ".join(filter(None, (row.type, row.note and f"({row.note})")))


def _rect(x: float, y: float, width: float, height: float, fill: str, stroke: str) -> str:
    size = f'width="{width:.0f}" height="{height:.0f}"'
    return f'<rect x="{x:.0f}" y="{y:.0f}" {size} fill="{fill}" stroke="{stroke}"/>'


def _text(x: float, y: float, text: str, *, bold: bool = False, end: bool = False) -> str:
    look = ' font-weight="bold"' if bold else ""
    look += ' text-anchor="end" fill="#4b5563"' if end else ""
    return f'<text x="{x:.0f}" y="{y:.0f}"{look}>{escape(text)}</text>'


def _link(link: Link, places: Sequence[_Place]) -> str:
    source, target = places[link.source], places[link.target]
    if target.x < source.x:
        x1, x2, bend = source.x, target.x + target.width, -GAP / 2
    else:
        x1, x2, bend = source.x + source.width, target.x + target.width, GAP / 2
    y1, y2 = source.y + HEAD / 2, target.y + HEAD / 2
    back = -bend if target.x < source.x else bend
    path = f"M {x1:.0f} {y1:.0f} C {x1 + bend:.0f} {y1:.0f}, {x2 + back:.0f} {y2:.0f}, {x2:.0f} {y2:.0f}"
    colour = COLOURS[link.mark][1] if link.mark else "#9ca3af"
    dashed = ' stroke-dasharray="4 3"' if link.mark == "gone" else ""
    return f'<path d="{path}" fill="none" stroke="{colour}"{dashed}><title>{escape(link.label)}</title></path>'
