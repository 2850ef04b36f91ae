"""What belongs to no table: schemas, sequences, enumerations, domains."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, cast

import sqlalchemy as sa

from schemadiff.dialects.base import AnyType, Database
from schemadiff.dialects.terms import Look, Statement, offline
from schemadiff.render.call import Line
from schemadiff.render.construct import Construct

from .adhoc import Names
from .operation import Diff, Irreversible, MigrateOperation
from .writing import call, given, within

if TYPE_CHECKING:  # PostgreSQL's dialect is loaded only where one is made
    from sqlalchemy.dialects import postgresql


class CreateSchemaOp(MigrateOperation):
    """A namespace."""

    def __init__(self, name: str, *, if_not_exists: bool | None = None) -> None:
        self.name = name
        self.if_not_exists = if_not_exists

    def reverse(self) -> DropSchemaOp:
        return DropSchemaOp(self.name)

    def to_diff_tuple(self) -> Diff:
        return ("add_schema", self.name)

    def statements(
        self, database: Database, look: Look = offline, names: Names = None
    ) -> Iterator[Statement]:
        return database.create_schema(self.name, self.if_not_exists)

    def as_call(self, construct: Construct) -> tuple[Line, ...]:
        keywords = given(if_not_exists=self.if_not_exists)
        return call(construct, "create_schema", [construct.name(self.name)], keywords)


class DropSchemaOp(MigrateOperation):
    """A namespace goes; with ``cascade`` everything in it too."""

    def __init__(self, name: str, *, if_exists: bool | None = None, cascade: bool = False) -> None:
        self.name = name
        self.if_exists = if_exists
        self.cascade = cascade

    def reverse(self) -> CreateSchemaOp:
        return CreateSchemaOp(self.name)

    def to_diff_tuple(self) -> Diff:
        return ("remove_schema", self.name)

    def statements(
        self, database: Database, look: Look = offline, names: Names = None
    ) -> Iterator[Statement]:
        return database.drop_schema(self.name, self.if_exists, self.cascade)

    def as_call(self, construct: Construct) -> tuple[Line, ...]:
        keywords = given(if_exists=self.if_exists, cascade=self.cascade)
        return call(construct, "drop_schema", [construct.name(self.name)], keywords)


class CreateSequenceOp(MigrateOperation):
    """A sequence that belongs to no column."""

    def __init__(self, sequence: sa.Sequence, *, if_not_exists: bool | None = None) -> None:
        self.sequence = sequence
        self.if_not_exists = if_not_exists

    def reverse(self) -> DropSequenceOp:
        return DropSequenceOp.from_sequence(self.sequence)

    def to_diff_tuple(self) -> Diff:
        return ("add_sequence", self.sequence)

    def statements(
        self, database: Database, look: Look = offline, names: Names = None
    ) -> Iterator[Statement]:
        return database.create_sequence(self.sequence, self.if_not_exists)

    def as_call(self, construct: Construct) -> tuple[Line, ...]:
        keywords = given(if_not_exists=self.if_not_exists)
        return call(construct, "create_sequence", [construct.sequence(self.sequence)], keywords)


class DropSequenceOp(MigrateOperation):
    """A sequence goes."""

    def __init__(
        self,
        name: str,
        *,
        schema: str | None = None,
        if_exists: bool | None = None,
        _reverse: sa.Sequence | None = None,
    ) -> None:
        self.name = name
        self.schema = schema
        self.if_exists = if_exists
        self._reverse = _reverse

    @classmethod
    def from_sequence(cls, sequence: sa.Sequence) -> DropSequenceOp:
        """The operation that drops this sequence and can make it again."""
        return cls(sequence.name, schema=sequence.schema, _reverse=sequence)

    def reverse(self) -> CreateSequenceOp:
        if self._reverse is None:
            raise Irreversible("operation is not reversible; original sequence is not present")
        return CreateSequenceOp(self._reverse)

    def to_sequence(self) -> sa.Sequence:
        """The sequence as it was, or as far as its name tells."""
        return self._reverse or sa.Sequence(self.name, schema=self.schema)

    def to_diff_tuple(self) -> Diff:
        return ("remove_sequence", self.to_sequence())

    def statements(
        self, database: Database, look: Look = offline, names: Names = None
    ) -> Iterator[Statement]:
        return database.drop_sequence(self.to_sequence(), self.if_exists)

    def as_call(self, construct: Construct) -> tuple[Line, ...]:
        keywords = [*within(construct, self.schema), *given(if_exists=self.if_exists)]
        return call(construct, "drop_sequence", [construct.name(self.name)], keywords)


class AlterSequenceOp(MigrateOperation):
    """A sequence counts differently from now on."""

    def __init__(self, sequence: sa.Sequence, existing: sa.Sequence) -> None:
        self.sequence = sequence
        self.existing = existing

    def reverse(self) -> AlterSequenceOp:
        return AlterSequenceOp(self.existing, self.sequence)

    def to_diff_tuple(self) -> Diff:
        name = (self.sequence.schema, self.sequence.name)
        return ("modify_sequence", *name, self.existing, self.sequence)

    def statements(
        self, database: Database, look: Look = offline, names: Names = None
    ) -> Iterator[Statement]:
        return database.alter_sequence(self.existing, self.sequence)

    def as_call(self, construct: Construct) -> tuple[Line, ...]:
        args = [construct.sequence(self.sequence)]
        return call(
            construct, "alter_sequence", args, [("existing", construct.sequence(self.existing))]
        )


class CreateEnumOp(MigrateOperation):
    """An enumeration that is an object of its own."""

    def __init__(
        self,
        name: str,
        labels: Sequence[str],
        *,
        schema: str | None = None,
        if_not_exists: bool | None = None,
    ) -> None:
        self.name = name
        self.labels = list(labels)
        self.schema = schema
        self.if_not_exists = if_not_exists

    @classmethod
    def from_enum(cls, enum: sa.Enum) -> CreateEnumOp:
        """The operation that makes this enumeration."""
        return cls(enum.name or "", enum.enums, schema=enum.schema)

    def to_enum(self) -> sa.Enum:
        """The enumeration as a type."""
        return sa.Enum(*self.labels, name=self.name, schema=self.schema)

    def reverse(self) -> DropEnumOp:
        return DropEnumOp.from_enum(self.to_enum())

    def to_diff_tuple(self) -> Diff:
        return ("add_enum", self.to_enum())

    def statements(
        self, database: Database, look: Look = offline, names: Names = None
    ) -> Iterator[Statement]:
        return database.create_enum(self.to_enum(), self.if_not_exists)

    def as_call(self, construct: Construct) -> tuple[Line, ...]:
        args = [construct.name(self.name), construct.value(self.labels)]
        keywords = [*within(construct, self.schema), *given(if_not_exists=self.if_not_exists)]
        return call(construct, "create_enum", args, keywords)


class DropEnumOp(MigrateOperation):
    """An enumeration goes."""

    def __init__(
        self,
        name: str,
        *,
        schema: str | None = None,
        if_exists: bool | None = None,
        _reverse: CreateEnumOp | None = None,
    ) -> None:
        self.name = name
        self.schema = schema
        self.if_exists = if_exists
        self._reverse = _reverse

    @classmethod
    def from_enum(cls, enum: sa.Enum) -> DropEnumOp:
        """The operation that drops this enumeration and can make it again."""
        again = CreateEnumOp.from_enum(enum)
        return cls(again.name, schema=again.schema, _reverse=again)

    def to_enum(self) -> sa.Enum:
        """The enumeration as it was, or as far as its name tells."""
        if self._reverse is not None:
            return self._reverse.to_enum()
        return sa.Enum(name=self.name, schema=self.schema)

    def reverse(self) -> CreateEnumOp:
        if self._reverse is None:
            raise Irreversible("operation is not reversible; original labels are not present")
        return self._reverse

    def to_diff_tuple(self) -> Diff:
        return ("remove_enum", self.to_enum())

    def statements(
        self, database: Database, look: Look = offline, names: Names = None
    ) -> Iterator[Statement]:
        return database.drop_enum(self.to_enum(), self.if_exists)

    def as_call(self, construct: Construct) -> tuple[Line, ...]:
        keywords = [*within(construct, self.schema), *given(if_exists=self.if_exists)]
        return call(construct, "drop_enum", [construct.name(self.name)], keywords)


class AlterEnumOp(MigrateOperation):
    """An enumeration gets other labels; every column of the type keeps its values.

    ``mapping`` says what becomes of values whose label goes. Labels that are only added can be used by later
    transactions; with ``replace`` at once, for the price of writing every table that has the type anew.
    """

    def __init__(
        self,
        name: str,
        labels: Sequence[str],
        existing: Sequence[str],
        *,
        schema: str | None = None,
        mapping: Mapping[str, str] | None = None,
        replace: bool = False,
    ) -> None:
        self.name = name
        self.labels = list(labels)
        self.existing = list(existing)
        self.schema = schema
        self.mapping = dict(mapping or {})
        self.replace = replace

    def reverse(self) -> AlterEnumOp:
        back = {new: old for old, new in self.mapping.items() if new not in self.existing}
        return AlterEnumOp(
            self.name,
            self.existing,
            self.labels,
            schema=self.schema,
            mapping=back,
            replace=self.replace,
        )

    def to_diff_tuple(self) -> Diff:
        return ("modify_enum", self.schema, self.name, tuple(self.existing), tuple(self.labels))

    def statements(
        self, database: Database, look: Look = offline, names: Names = None
    ) -> Iterator[Statement]:
        return database.alter_enum(
            self.schema, self.name, self.existing, self.labels, look, self.mapping, self.replace
        )

    def as_call(self, construct: Construct) -> tuple[Line, ...]:
        args = [construct.name(self.name), construct.value(self.labels)]
        keywords = [
            ("existing", construct.value(self.existing)),
            *given(mapping=self.mapping or None, replace=self.replace),
            *within(construct, self.schema),
        ]
        return call(construct, "alter_enum", args, keywords)


class CreateDomainOp(MigrateOperation):
    """A named type with constraints of its own, as ``postgresql.DOMAIN`` describes it."""

    def __init__(self, domain: AnyType) -> None:
        self.domain = domain

    def reverse(self) -> DropDomainOp:
        return DropDomainOp.from_domain(self.domain)

    def to_diff_tuple(self) -> Diff:
        return ("add_domain", self.domain)

    def statements(
        self, database: Database, look: Look = offline, names: Names = None
    ) -> Iterator[Statement]:
        return database.create_domain(self.domain)

    def as_call(self, construct: Construct) -> tuple[Line, ...]:
        return call(construct, "create_domain", [construct.type_(self.domain)])


class DropDomainOp(MigrateOperation):
    """A domain goes."""

    def __init__(
        self,
        name: str,
        *,
        schema: str | None = None,
        if_exists: bool | None = None,
        _reverse: AnyType | None = None,
    ) -> None:
        self.name = name
        self.schema = schema
        self.if_exists = if_exists
        self._reverse = _reverse

    @classmethod
    def from_domain(cls, domain: AnyType) -> DropDomainOp:
        """The operation that drops this domain and can make it again."""
        named = cast("postgresql.DOMAIN", domain)
        return cls(named.name or "", schema=named.schema, _reverse=domain)

    def to_domain(self) -> AnyType:
        """The domain as it was, or as far as its name tells."""
        if self._reverse is not None:
            return self._reverse
        from sqlalchemy.dialects import postgresql

        return postgresql.DOMAIN(self.name, sa.types.NullType(), schema=self.schema)

    def reverse(self) -> CreateDomainOp:
        if self._reverse is None:
            raise Irreversible("operation is not reversible; original domain is not present")
        return CreateDomainOp(self._reverse)

    def to_diff_tuple(self) -> Diff:
        return ("remove_domain", self.to_domain())

    def statements(
        self, database: Database, look: Look = offline, names: Names = None
    ) -> Iterator[Statement]:
        return database.drop_domain(self.to_domain(), self.if_exists)

    def as_call(self, construct: Construct) -> tuple[Line, ...]:
        keywords = [*within(construct, self.schema), *given(if_exists=self.if_exists)]
        return call(construct, "drop_domain", [construct.name(self.name)], keywords)


class AlterDomainOp(MigrateOperation):
    """A domain gets other constraints."""

    def __init__(self, domain: AnyType, existing: AnyType) -> None:
        self.domain = domain
        self.existing = existing

    def reverse(self) -> AlterDomainOp:
        return AlterDomainOp(self.existing, self.domain)

    def to_diff_tuple(self) -> Diff:
        named = cast("postgresql.DOMAIN", self.domain)
        return ("modify_domain", named.schema, named.name, self.existing, self.domain)

    def statements(
        self, database: Database, look: Look = offline, names: Names = None
    ) -> Iterator[Statement]:
        return database.alter_domain(self.existing, self.domain)

    def as_call(self, construct: Construct) -> tuple[Line, ...]:
        existing = ("existing", construct.type_(self.existing))
        return call(construct, "alter_domain", [construct.type_(self.domain)], [existing])
