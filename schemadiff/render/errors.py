"""What cannot be written as Python source."""

from __future__ import annotations

from schemadiff.errors import SchemaDiffError


class RenderError(SchemaDiffError):
    """Something has no Python spelling, or a source came out wrong; ``where`` says what it belongs to."""

    def __init__(self, message: str, *, where: str = "", hint: str = "") -> None:
        super().__init__(f"{where}: {message}" if where else message, hint=hint)
        self.where = where
