"""The sink that remembers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from schemadiff.dialects.terms import Statement

from .sink import Parameters


class RecordingSink:
    """Keeps what it is given: ``statements``, ``parameters`` beside them, and ``comments``."""

    def __init__(self) -> None:
        self.statements: list[Statement] = []
        self.parameters: list[Parameters | None] = []
        self.comments: list[str] = []

    def execute(self, statement: Statement, parameters: Parameters | None = None) -> object:
        """None; the statement is kept."""
        self.statements.append(statement)
        self.parameters.append(parameters)
        return None

    def comment(self, text: str) -> None:
        """The text is kept."""
        self.comments.append(text)

    def begin(self) -> None:
        """BEGIN is kept."""
        self.execute("BEGIN")

    def commit(self) -> None:
        """COMMIT is kept."""
        self.execute("COMMIT")

    @contextmanager
    def autocommit(self) -> Iterator[None]:
        """COMMIT before and BEGIN after what the block executes."""
        self.commit()
        yield
        self.begin()
