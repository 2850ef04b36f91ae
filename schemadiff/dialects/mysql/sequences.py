"""MariaDB's sequences, read all at once and without what MariaDB would choose by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from sqlalchemy.engine import Connection

from schemadiff.model import Sequence as SequenceNode

from .catalogue import literal, select

_VALUES = """\
SELECT {name}, start_value, increment, minimum_value, maximum_value, cycle_option, cache_size
FROM {sequence}"""

LAST = 2**63 - 2
"""The highest number MariaDB counts to by itself; the lowest is its negative, less one.

https://mariadb.com/kb/en/create-sequence/
"""
USUAL_CACHE = 1000


def sequence_rows(
    connection: Connection, names: Iterable[str], quoted: Callable[[str], str]
) -> list[tuple[object, ...]]:
    """Name, start, increment, bounds, cycle and cache of sequences, in one query."""
    values = [_VALUES.format(name=literal(name), sequence=quoted(name)) for name in sorted(names)]
    if not values:
        return []
    return select(connection, "\nUNION ALL\n".join(values))


def sequence_nodes(rows: Iterable[Sequence[object]], schema: str) -> Iterator[SequenceNode]:
    """The sequences of some rows."""
    for name, *numbers in rows:
        start, increment, lowest, highest, cycle, cache = (int(str(number)) for number in numbers)
        yield unusual(
            SequenceNode(schema, str(name), start, increment, lowest, highest, bool(cycle), cache)
        )


def unusual(node: SequenceNode) -> SequenceNode:
    """The sequence less what MariaDB would choose: bounds by its direction, its start by its bounds."""
    up = (node.increment or 1) > 0
    lowest = node.minvalue if node.minvalue is not None else (1 if up else -LAST - 1)
    highest = node.maxvalue if node.maxvalue is not None else (LAST if up else -1)
    return replace(
        node,
        start=_unless(node.start, lowest if up else highest),
        increment=_unless(node.increment, 1),
        minvalue=_unless(node.minvalue, 1 if up else -LAST - 1),
        maxvalue=_unless(node.maxvalue, LAST if up else -1),
        cache=_unless(node.cache, USUAL_CACHE),
    )


def _unless(number: int | None, usual: int) -> int | None:
    return None if number == usual else number
