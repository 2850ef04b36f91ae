"""What statements are made from and what they are: the words that dialects and operations have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

import sqlalchemy as sa
from sqlalchemy.schema import FetchedValue
from sqlalchemy.types import TypeEngine

from schemadiff.errors import CommandError
from schemadiff.model import Snapshot

AnyType: TypeAlias = TypeEngine[Any]
"""A SQLAlchemy type, whatever its Python side."""
AnyColumn: TypeAlias = sa.Column[Any]
AnyElement: TypeAlias = sa.ColumnElement[Any]
NO_TABLE = "no_table"
"""What a foreign key refers to of which only its own columns, or its name, are known."""
Statement: TypeAlias = sa.Executable | str
"""Something a sink takes: a SQLAlchemy construct, or SQL text as the server reads it."""
Look: TypeAlias = Callable[[str | None, str], Snapshot | None]
"""Reads one live table by schema and name; None where there is no database to look at."""
ServerDefault: TypeAlias = FetchedValue | sa.TextClause | AnyElement | str | None
"""A default as authors write it, ``Computed`` and ``Identity`` included; None for none."""

AUTOCOMMIT = "schemadiff_autocommit"
"""The execution option of a statement that must not run inside a transaction."""


def offline(schema: str | None, table: str) -> Snapshot | None:
    """None: there is no database to look at."""
    return None


class Unsupported(CommandError, NotImplementedError):
    """What was asked for cannot be said to this database; the message says what to do instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnChange:
    """What is to change in one column, and what is known of it as it is.

    ``nullable``, ``type``, ``name`` and ``autoincrement`` that are None stay as they are; so do a ``default``
    and a ``comment`` that are False. An ``existing_default`` that is False is not known.
    """

    schema: str | None
    table: str
    column: str
    nullable: bool | None = None
    default: ServerDefault | Literal[False] = False
    type: AnyType | None = None
    comment: str | Literal[False] | None = False
    name: str | None = None
    autoincrement: bool | None = None
    existing_type: AnyType | None = None
    existing_nullable: bool | None = None
    existing_default: ServerDefault | Literal[False] = False
    existing_comment: str | None = None
    existing_autoincrement: bool | None = None
    insert_before: str | None = None
    insert_after: str | None = None
    options: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def is_empty(self) -> bool:
        """Whether the column stays as it is."""
        changed = (self.nullable, self.type, self.name, self.autoincrement)
        place = (self.insert_before, self.insert_after)
        stays = self.default is False and self.comment is False
        return stays and not any(one is not None for one in (*changed, *place))

    @property
    def only_renames(self) -> bool:
        """Whether the column keeps everything but its name."""
        stays = (self.nullable, self.type, self.autoincrement) == (None, None, None)
        return self.name is not None and stays and self.default is False and self.comment is False

    @property
    def computes(self) -> bool:
        """Whether the column is, or becomes, a generated one, and that changes."""
        if self.default is False:
            return False
        return isinstance(self.default, sa.Computed) or isinstance(
            self.existing_default, sa.Computed
        )

    @property
    def identifies(self) -> bool:
        """Whether the column is, or becomes, an identity, and that changes."""
        if self.default is False:
            return False
        return isinstance(self.default, sa.Identity) or isinstance(
            self.existing_default, sa.Identity
        )
