"""What cannot be edited safely, with the place."""

from __future__ import annotations

from pathlib import Path

from schemadiff.errors import CommandError


class CannotEdit(CommandError):
    """A file that only a person can change: ``path``, and ``line`` if it is known."""

    def __init__(self, path: Path, line: int, reason: str, *, hint: str = "") -> None:
        where = f"{path}, line {line}" if line else str(path)
        super().__init__(
            f"cannot edit {where}: {reason}", hint=hint or "change it by hand; no file was touched"
        )
        self.path = path
        self.line = line
