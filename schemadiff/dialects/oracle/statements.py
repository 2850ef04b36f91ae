"""What Oracle says differently when something is changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import sqlalchemy as sa

from schemadiff.dialects.base import AnyType, Database
from schemadiff.dialects.terms import (
    ColumnChange,
    Look,
    ServerDefault,
    Statement,
    Unsupported,
    offline,
)


class Statements(Database):
    """What is said to Oracle."""

    batch_separator: ClassVar[str] = "/"
    statement_end: ClassVar[str] = ""
    begins: ClassVar[str] = "SET TRANSACTION READ WRITE"
    bytes_literal: ClassVar[str] = "HEXTORAW('{}')"

    def add_constraint(
        self, constraint: sa.Constraint, look: Look = offline
    ) -> Iterator[Statement]:
        self.without_match(constraint)
        yield from super().add_constraint(constraint, look)

    def create_schema(self, name: str, if_not_exists: bool | None = None) -> Iterator[Statement]:
        raise Unsupported(f"a schema of Oracle is a user: CREATE USER {name} is not ours to say")

    def drop_schema(
        self, name: str, if_exists: bool | None = None, cascade: bool = False
    ) -> Iterator[Statement]:
        raise Unsupported(f"a schema of Oracle is a user: DROP USER {name} is not ours to say")

    def adding(self, table: sa.Table) -> str:
        return f"ALTER TABLE {self.table_sql(table)} ADD"

    def altering(self, change: ColumnChange) -> str:
        table = self.qualified(change.schema, change.table)
        return f"ALTER TABLE {table} MODIFY {self.quote(change.column)}"

    def set_nullable(self, change: ColumnChange, nullable: bool) -> Iterator[Statement]:
        yield f"{self.altering(change)} {'NULL' if nullable else 'NOT NULL'}"

    def set_type(self, change: ColumnChange, type_: AnyType) -> Iterator[Statement]:
        yield f"{self.altering(change)} {self.type_sql(type_)}"

    def set_default(self, change: ColumnChange, default: ServerDefault) -> Iterator[Statement]:
        """A default in any form; Oracle cannot take one away, so DEFAULT NULL stands for none."""
        if isinstance(default, sa.Identity):
            yield f"{self.altering(change)} {self.identity_sql(default)}"
        elif isinstance(change.existing_default, sa.Identity):
            yield f"{self.altering(change)} DROP IDENTITY"
        else:
            text = "NULL"
            if default is not None:
                text = self.default_sql(default, change.type or change.existing_type)
            yield f"{self.altering(change)} DEFAULT {text}"
