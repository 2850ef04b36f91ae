"""What a database holds beside what models can say."""

from __future__ import annotations

from typing import NamedTuple

from .key import Key, table_key


class Unmodelled(NamedTuple):
    """An object that no model describes: its kind in words, its schema, its name, the table it is of.

    ``schema`` is ``""`` for the default one and for what stands in no schema.
    """

    kind: str
    schema: str
    name: str
    table: str = ""

    @property
    def where(self) -> str:
        """The object as it is named: ``shop.total``, ``keep_count on account``."""
        name = f"{self.schema}.{self.name}" if self.schema else self.name
        return f"{name} on {self.table}" if self.table else name

    @property
    def keys(self) -> tuple[Key, ...]:
        """The keys by which snapshots would know the object, if it is of a kind that they know."""
        match self.kind:
            case "table" | "virtual table":
                return (table_key(self.schema, self.name),)
            case "sequence":
                return (Key("sequence", self.schema, "", self.name),)
            case "type":
                return (
                    Key("enum", self.schema, "", self.name),
                    Key("domain", self.schema, "", self.name),
                )
            case _:
                return ()
