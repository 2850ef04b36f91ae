"""How sequences and identity columns count, and what of it the server would have chosen itself."""

from __future__ import annotations

from dataclasses import dataclass

from .facts import INTEGER_MAXIMUM


@dataclass(frozen=True, slots=True)
class Counting:
    """The numbers of a sequence; ``None`` is the server's choice."""

    start: int | None = None
    increment: int | None = None
    minvalue: int | None = None
    maxvalue: int | None = None
    cache: int | None = None

    def unusual(self, type_name: str) -> Counting:
        """The same counting with every number left out that ``type_name`` implies."""
        largest = INTEGER_MAXIMUM.get(type_name, INTEGER_MAXIMUM["bigint"])
        rising = (self.increment or 1) > 0
        usual_minimum = 1 if rising else -largest - 1
        usual_maximum = largest if rising else -1
        minimum = usual_minimum if self.minvalue is None else self.minvalue
        maximum = usual_maximum if self.maxvalue is None else self.maxvalue
        return Counting(
            start=_unless(self.start, minimum if rising else maximum),
            increment=_unless(self.increment, 1),
            minvalue=_unless(self.minvalue, usual_minimum),
            maxvalue=_unless(self.maxvalue, usual_maximum),
            cache=_unless(self.cache, 1),
        )


def _unless(number: int | None, usual: int) -> int | None:
    return None if number == usual else number
