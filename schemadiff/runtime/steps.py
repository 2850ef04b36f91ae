"""What a run consists of: one step after the other, each with the version rows it changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias


@dataclass(frozen=True, slots=True)
class InsertRow:
    """A head is added."""

    new: str


@dataclass(frozen=True, slots=True)
class DeleteRow:
    """A head is gone."""

    old: str


@dataclass(frozen=True, slots=True)
class UpdateRow:
    """A head is another one now."""

    old: str
    new: str


Row: TypeAlias = InsertRow | DeleteRow | UpdateRow


class Step(Protocol):
    """One revision run in one direction, or one stamp."""

    @property
    def title(self) -> str:
        """``Running upgrade a -> b, message``"""

    @property
    def short_title(self) -> str:
        """The same without the message, for SQL scripts."""

    def rows(self, heads: frozenset[str]) -> Iterable[Row]:
        """What changes in a version table that holds ``heads``."""

    def run(self, arguments: Mapping[str, Any]) -> None:
        """Call upgrade() or downgrade() of the revision; nothing for a stamp."""

    def facts(self) -> object:
        """What ``on_version_apply`` callbacks are told as ``step``."""


def after(heads: frozenset[str], row: Row) -> frozenset[str]:
    """The heads once ``row`` is done."""
    match row:
        case InsertRow(new):
            return heads | {new}
        case DeleteRow(old):
            return heads - {old}
        case UpdateRow(old, new):
            return heads - {old} | {new}
