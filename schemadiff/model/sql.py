"""SQL text as a value: what was written, and the form by which two texts are compared."""

from __future__ import annotations

from dataclasses import field
from functools import lru_cache
from typing import Literal

from .value import value

How = Literal["text", "database", "unverified", "refused", "any"]
"""How a text got its canonical form.

``text``        compared as written
``database``    the live database was asked how it spells it
``unverified``  the database could not be asked; compared as written, and said so
``refused``     the database was asked and does not accept the text
``any``         the author leaves the value to the database: equal to whatever is there
"""


@value
class Sql:
    """A type, default, predicate or expression in a database's own language.

    Two are equal when their ``canonical`` forms are; ``text`` is what people are shown and what
    revision files are written from.
    """

    canonical: str
    text: str = field(compare=False)
    how: How = field(default="text", compare=False)
    note: str = field(default="", compare=False)

    @staticmethod
    @lru_cache(maxsize=4096)
    def of(text: str) -> Sql:
        """The SQL whose canonical form is the text itself; made once, so that equals are compared at a glance."""
        return Sql(text, text)

    def settled(self, canonical: str, how: How, note: str = "") -> Sql:
        """This SQL, compared by ``canonical`` from now on."""
        return Sql(canonical, self.text, how, note)

    def __str__(self) -> str:
        return self.text


ANY = Sql("", "", how="any")
