"""Enumerations and domains: what PostgreSQL is told about types that are objects of their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, ClassVar, cast

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import DOMAIN, ENUM, CreateDomainType
from sqlalchemy.types import TypeDecorator

from schemadiff.dialects.base import AnyColumn, AnyType, Database
from schemadiff.dialects.terms import AUTOCOMMIT, Look, Statement, offline
from schemadiff.model import Domain, Enum, Node

from .labels import additions, only_renames
from .moving import MOVE_COLUMNS
from .names import of_domain_check

MAPPING_HINT = "Give op.alter_enum(…) a mapping from the labels that go to labels that stay."
VALUES_HINT = "Change these rows before."
ADDS_VALUES_IN_TRANSACTION = (12,)
"""ALTER TYPE … ADD VALUE inside a transaction (https://www.postgresql.org/docs/12/release-12.html)."""


class NamedTypes(Database):
    """What is said to PostgreSQL about types that have a name."""

    if_exists_for: ClassVar[frozenset[str]] = frozenset(
        {"table", "index", "column", "constraint", "sequence", "schema", "type"}
    )

    def types_of(self, column: AnyColumn) -> Iterator[Statement]:
        """The enumerations and domains that a column needs, made unless they are there."""
        type_: object = self._variant(column.type)
        while isinstance(type_, TypeDecorator | sa.ARRAY):
            inner = (
                type_.load_dialect_impl(self.dialect) if isinstance(type_, TypeDecorator) else None
            )
            type_ = self._variant(inner if inner is not None else cast(Any, type_).item_type)
        if isinstance(type_, DOMAIN):
            if type_.create_type and type_.name:
                yield self._unless_there(self._domain_text(type_))
        elif isinstance(type_, sa.Enum) and is_made_along(type_):
            yield self._unless_there(self._enum(type_))

    def _variant(self, type_: AnyType) -> AnyType:
        """The type that is meant on this database."""
        return type_._variant_mapping.get(self.dialect.name, type_)

    def _unless_there(self, statement: str) -> str:
        """The statement; a type of that name that is there already is left as it is."""
        return (
            f"DO $schemadiff$ BEGIN {statement}; "
            "EXCEPTION WHEN duplicate_object OR duplicate_table THEN NULL; END $schemadiff$"
        )

    def unless_there(self, statements: Sequence[Statement], what: str) -> Iterator[Statement]:
        """Each statement in a block that lets pass what is there already."""
        for statement in statements:
            self.require_name(statement, what)
            text = (
                statement
                if isinstance(statement, str)
                else self.ddl_compiler.process(cast(Any, statement))
            )
            yield self._unless_there(text)

    def remakes_type(self, old: Node, new: Node) -> bool:
        """Labels that go or change places, and another type of a domain: there is no ALTER TYPE for these."""
        match old, new:
            case Enum(), Enum():
                return additions(old.labels, new.labels) is None
            case Domain(), Domain():
                return (old.type, old.collation) != (new.type, new.collation)
            case _:
                return False

    # ---- enumerations ------------------------------------------------------------------------

    def _enum(self, enum: sa.Enum) -> str:
        labels = ", ".join(self.string(label) for label in enum.enums)
        return f"CREATE TYPE {self.qualified(enum.schema, enum.name or '')} AS ENUM ({labels})"

    def create_enum(self, enum: sa.Enum, if_not_exists: bool | None = None) -> Iterator[Statement]:
        """CREATE TYPE; PostgreSQL has no IF NOT EXISTS for types, so a duplicate is let pass instead."""
        statement = self._enum(enum)
        yield self._unless_there(statement) if if_not_exists else statement

    def drop_enum(self, enum: sa.Enum, if_exists: bool | None = None) -> Iterator[Statement]:
        words = self.guard("type", if_exists, "IF EXISTS")
        yield f"DROP TYPE {words}{self.qualified(enum.schema, enum.name or '')}"

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
        """ADD VALUE or RENAME VALUE where that is all; else a new type takes the place of the old one.

        A value that was added cannot be used in the same transaction
        (https://www.postgresql.org/docs/current/sql-altertype.html): ``replace`` asks for a new type then.
        """
        added = None if replace or mapping else additions(old, new)
        if added is not None:
            yield from (self._add_value(schema, name, *one) for one in added)
        elif not replace and only_renames(old, new, mapping):
            type_ = self.qualified(schema, name)
            for before, after in mapping.items():
                words = f"{self.string(before)} TO {self.string(after)}"
                yield f"ALTER TYPE {type_} RENAME VALUE {words}"
        else:
            yield from self._replace_type(schema, name, new, mapping)

    def _add_value(
        self, schema: str | None, name: str, label: str, word: str, of: str
    ) -> Statement:
        place = f" {word} {self.string(of)}" if word else ""
        text = f"ALTER TYPE {self.qualified(schema, name)} ADD VALUE {self.string(label)}{place}"
        version = getattr(self.dialect, "server_version_info", None) or ADDS_VALUES_IN_TRANSACTION
        if version >= ADDS_VALUES_IN_TRANSACTION:
            return text
        statement = sa.DDL(text.replace("%", "%%"))  # type: ignore[no-untyped-call]
        return statement.execution_options(**{AUTOCOMMIT: True})

    def _replace_type(
        self, schema: str | None, name: str, new: Sequence[str], mapping: Mapping[str, str]
    ) -> Iterator[Statement]:
        type_, aside = self.qualified(schema, name), f"{name[:50]}__old"
        yield f"ALTER TYPE {type_} RENAME TO {self.quote(aside)}"
        yield from self.create_enum(sa.Enum(*new, name=name, schema=schema))
        yield self._move_columns(schema, aside, type_, MAPPING_HINT, mapping)
        yield f"DROP TYPE {self.qualified(schema, aside)}"

    def _move_columns(
        self,
        schema: str | None,
        aside: str,
        type_: str,
        hint: str,
        mapping: Mapping[str, str] = MappingProxyType({}),
    ) -> str:
        pairs = [text for pair in mapping.items() for text in pair]
        return MOVE_COLUMNS.format(
            old=self.string(self.qualified(schema, aside)),
            new=self.string(type_),
            hint=self.string(hint),
            mapping=f"ARRAY[{', '.join(map(self.string, pairs))}]::text[]",
        )

    # ---- domains -----------------------------------------------------------------------------

    def _domain_text(self, domain: DOMAIN) -> str:
        return str(CreateDomainType(domain).compile(dialect=self.dialect))

    def _domain_default(self, domain: DOMAIN) -> str:
        text: str = cast(Any, self.ddl_compiler).render_default_string(domain.default)
        return text

    def _domain_check(self, domain: DOMAIN) -> str:
        check: Any = domain.check
        if isinstance(check, str):
            return check
        return self.ddl_compiler.sql_compiler.process(check, literal_binds=True)

    def create_domain(self, domain: AnyType) -> Iterator[Statement]:
        yield self._domain_text(cast(DOMAIN, domain))

    def drop_domain(self, domain: AnyType, if_exists: bool | None = None) -> Iterator[Statement]:
        named = cast(DOMAIN, domain)
        words = self.guard("type", if_exists, "IF EXISTS")
        yield f"DROP DOMAIN {words}{self.qualified(named.schema, named.name or '')}"

    def alter_domain(self, old: AnyType, new: AnyType) -> Iterator[Statement]:
        """Default, NOT NULL and the CHECK; a domain over another type takes the place of the old one."""
        before, after = cast(DOMAIN, old), cast(DOMAIN, new)
        if self._over(before) != self._over(after):
            yield from self._replace_domain(after)
            return
        start = f"ALTER DOMAIN {self.qualified(after.schema, after.name or '')}"
        had, has = self._said_default(before), self._said_default(after)
        if had != has:
            yield f"{start} SET DEFAULT {has}" if has else f"{start} DROP DEFAULT"
        if bool(before.not_null) != bool(after.not_null):
            yield f"{start} {'SET' if after.not_null else 'DROP'} NOT NULL"
        yield from self._recheck(start, before, after)

    def _over(self, domain: DOMAIN) -> tuple[str, object]:
        return self.type_sql(cast(Any, domain).data_type), domain.collation

    def _replace_domain(self, domain: DOMAIN) -> Iterator[Statement]:
        name = str(domain.name)
        type_, aside = self.qualified(domain.schema, name), f"{name[:50]}__old"
        yield f"ALTER DOMAIN {type_} RENAME TO {self.quote(aside)}"
        # A name of its own: PostgreSQL gives none that the check of the old domain has.
        yield from self.create_domain(_with_named_check(domain))
        yield self._move_columns(domain.schema, aside, type_, VALUES_HINT)
        yield f"DROP DOMAIN {self.qualified(domain.schema, aside)}"

    def _said_default(self, domain: DOMAIN) -> str:
        """The default of a domain, or that of the domain it is over, which it got as it was made."""
        if domain.default is None and isinstance(domain.data_type, DOMAIN):
            return self._said_default(domain.data_type)
        return "" if domain.default is None else self._domain_default(domain)

    def _recheck(self, start: str, old: DOMAIN, new: DOMAIN) -> Iterator[Statement]:
        had = "" if old.check is None else self._domain_check(old)
        has = "" if new.check is None else self._domain_check(new)
        before, after = _check_name(old), _check_name(new)
        if (had, before) == (has, after):
            return
        if had:
            yield f"{start} DROP CONSTRAINT {self.quote(before)}"
        if has:
            yield f"{start} ADD CONSTRAINT {self.quote(after)} CHECK ({has})"


def _check_name(domain: DOMAIN) -> str:
    said = None if domain.constraint_name is None else str(domain.constraint_name)
    return of_domain_check(str(domain.name), said, bool(domain.not_null))


def _with_named_check(domain: DOMAIN) -> DOMAIN:
    if domain.check is None:
        return domain
    return DOMAIN(
        str(domain.name),
        domain.data_type,
        collation=domain.collation,
        default=cast(Any, domain.default),
        constraint_name=_check_name(domain),
        not_null=domain.not_null,
        check=cast(Any, domain.check),
        schema=domain.schema,
    )


def is_native(enum: sa.Enum) -> bool:
    """Whether an enumeration is a type of its own."""
    return bool(enum.native_enum and enum.name)


def is_made_along(enum: sa.Enum) -> bool:
    """Whether an enumeration is a type of its own, made from its column."""
    return is_native(enum) and (not isinstance(enum, ENUM) or enum.create_type)
