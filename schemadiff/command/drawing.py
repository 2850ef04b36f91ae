"""The revision graph drawn with lines, the way git draws commits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence


def drawn(
    newest_first: Iterable[str], parents: Mapping[str, Sequence[str]], texts: Mapping[str, str]
) -> Iterator[str]:
    """A line for each revision with its text, and lines between them where branches part or join.

    A lane is a column in which a revision is expected: below a child stands the line to its parent.
    """
    lanes: list[str] = []
    names = list(newest_first)
    for name in names:
        if name not in lanes:
            lanes.append(name)
        place = lanes.index(name)
        for other in reversed(range(place + 1, len(lanes))):
            if lanes[other] == name:
                yield from _joining(lanes, other, place)
        yield f"{_row(_bars(lanes, {place: '*'}))} {texts[name]}"
        below = parents.get(name, ())
        if below:
            yield from _parting(lanes, place, below)
        elif name != names[-1]:
            yield _ending(lanes, place)


def _ending(lanes: list[str], place: int) -> str:
    """The line below a base, whose lane ends, so that nothing that comes next seems to be its parent."""
    del lanes[place]
    return _row({**_bars(lanes[:place]), **_slanted("/", range(place + 1, len(lanes) + 1))})


def _parting(lanes: list[str], place: int, parents: Sequence[str]) -> Iterator[str]:
    """The lane goes on to the first parent; lines lead to lanes for the others."""
    lanes[place] = parents[0]
    for number, parent in enumerate(parents[1:], start=place + 1):
        before = len(lanes)
        lanes.insert(number, parent)
        yield _row({**_bars(lanes[:number]), **_slanted("\\", range(number - 1, before))})


def _joining(lanes: list[str], other: int, place: int) -> Iterator[str]:
    """The lines by which the lane ``other`` comes to ``place``; the lanes to its right close up."""
    right = range(other, len(lanes))
    yield _row({**_bars(lanes[:other]), **_slanted("/", right)})
    del lanes[other]
    for column in reversed(range(place + 1, other)):
        yield _row({**_bars(lanes), **_slanted("/", [column])})


def _bars(lanes: Sequence[str], special: Mapping[int, str] | None = None) -> dict[int, str]:
    return {2 * column: (special or {}).get(column, "|") for column in range(len(lanes))}


def _slanted(sign: str, columns: Iterable[int]) -> dict[int, str]:
    """``/`` leads from a column to the left, a backslash to the right."""
    shift = -1 if sign == "/" else 1
    return {2 * column + shift: sign for column in columns}


def _row(signs: Mapping[int, str]) -> str:
    return "".join(signs.get(place, " ") for place in range(max(signs, default=-1) + 1))
