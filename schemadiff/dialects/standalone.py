"""What is said of schemas, sequences, enumerations and domains, which belong to no table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

import sqlalchemy as sa
from sqlalchemy.schema import CreateSchema, CreateSequence, DropSchema, DropSequence

from .terms import AnyType, Look, Statement, Unsupported, offline
from .wording import Wording

_COUNTING = {
    "increment": "INCREMENT BY",
    "minvalue": "MINVALUE",
    "maxvalue": "MAXVALUE",
    "start": "START WITH",
    "cache": "CACHE",
}
"""How a sequence counts, and the word for each of it."""


class Standalone(Wording):
    """The statements about what belongs to no table, as the SQL standard has them."""

    def create_schema(self, name: str, if_not_exists: bool | None = None) -> Iterator[Statement]:
        """A namespace."""
        self.guard("schema", if_not_exists, "IF NOT EXISTS")
        yield CreateSchema(name, if_not_exists=bool(if_not_exists))

    def drop_schema(
        self, name: str, if_exists: bool | None = None, cascade: bool = False
    ) -> Iterator[Statement]:
        """A namespace goes."""
        self.guard("schema", if_exists, "IF EXISTS")
        yield DropSchema(name, if_exists=bool(if_exists), cascade=cascade)

    def create_sequence(
        self, sequence: sa.Sequence, if_not_exists: bool | None = None
    ) -> Iterator[Statement]:
        """A sequence that belongs to no column."""
        self.guard("sequence", if_not_exists, "IF NOT EXISTS")
        yield CreateSequence(sequence, if_not_exists=bool(if_not_exists))

    def drop_sequence(
        self, sequence: sa.Sequence, if_exists: bool | None = None
    ) -> Iterator[Statement]:
        """A sequence goes."""
        self.guard("sequence", if_exists, "IF EXISTS")
        yield DropSequence(sequence, if_exists=bool(if_exists))

    def alter_sequence(self, old: sa.Sequence, new: sa.Sequence) -> Iterator[Statement]:
        """A sequence counts differently from now on; where it stands is kept unless ``start`` changes."""
        said = self.options_between(old, new)
        if said:
            yield f"ALTER SEQUENCE {self.qualified(new.schema, new.name)} {' '.join(said)}"

    def options_between(
        self, old: sa.Sequence | sa.Identity, new: sa.Sequence | sa.Identity
    ) -> list[str]:
        """The options in which ``new`` differs from ``old``, each with its word."""
        words = [
            self._number(word, getattr(new, name), name)
            for name, word in _COUNTING.items()
            if getattr(old, name) != getattr(new, name)
        ]
        if bool(old.cycle) != bool(new.cycle):
            words.append("CYCLE" if new.cycle else self.stops_cycling)
        return words

    def _number(self, word: str, value: int | None, name: str) -> str:
        if value is None:
            return f"NO {word}" if name in {"minvalue", "maxvalue"} else f"{word} 1"
        return f"{word} {value}"

    def create_enum(self, enum: sa.Enum, if_not_exists: bool | None = None) -> Iterator[Statement]:
        """An enumeration that is an object of its own."""
        raise Unsupported(f"{self.dialect.name} has no enumerations by themselves: {enum.name}")

    def drop_enum(self, enum: sa.Enum, if_exists: bool | None = None) -> Iterator[Statement]:
        """An enumeration goes."""
        raise Unsupported(f"{self.dialect.name} has no enumerations by themselves: {enum.name}")

    def alter_enum(
        self,
        schema: str | None,
        name: str,
        old: Sequence[str],
        new: Sequence[str],
        look: Look = offline,
        mapping: Mapping[str, str] = MappingProxyType({}),
        replace: bool = False,
    ) -> Iterator[Statement]:
        """An enumeration gets other labels; ``mapping`` says what becomes of values whose label goes."""
        raise Unsupported(f"{self.dialect.name} has no enumerations by themselves: {name}")

    def create_domain(self, domain: AnyType) -> Iterator[Statement]:
        """A named type with constraints of its own."""
        raise Unsupported(f"{self.dialect.name} has no domains")

    def drop_domain(self, domain: AnyType, if_exists: bool | None = None) -> Iterator[Statement]:
        """A domain goes."""
        raise Unsupported(f"{self.dialect.name} has no domains")

    def alter_domain(self, old: AnyType, new: AnyType) -> Iterator[Statement]:
        """A domain gets other constraints."""
        raise Unsupported(f"{self.dialect.name} has no domains")
