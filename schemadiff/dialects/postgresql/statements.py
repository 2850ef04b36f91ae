"""What PostgreSQL says differently when something is changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql.ranges import AbstractMultiRange, AbstractRange

from schemadiff.dialects.base import AnyColumn, AnyType
from schemadiff.dialects.standard import D
from schemadiff.dialects.terms import (
    AUTOCOMMIT,
    ColumnChange,
    Look,
    ServerDefault,
    Statement,
    Unsupported,
    offline,
)
from schemadiff.dialects.values import plain_type
from schemadiff.model import Column, Snapshot

from .moving import RELEASE, TAKE_OVER
from .named import NamedTypes

_NEUTRAL: tuple[tuple[type[AnyType], str], ...] = (
    (sa.Interval, "0"),
    (postgresql.INTERVAL, "0"),
    (postgresql.HSTORE, ""),
    (postgresql.TSVECTOR, ""),
    (postgresql.INET, "0.0.0.0"),
    (postgresql.CIDR, "0.0.0.0/0"),
    (postgresql.MACADDR, "00:00:00:00:00:00"),
    (postgresql.MONEY, "0"),
    (postgresql.OID, "0"),
    (AbstractMultiRange, "{}"),  # a kind of AbstractRange, too
    (AbstractRange, "empty"),
)
"""What a row may get that has to hold something, of types that only PostgreSQL has."""
SETS_EXPRESSION = (17,)
"""ALTER COLUMN … SET EXPRESSION (https://www.postgresql.org/docs/17/release-17.html)."""
_STORAGE = frozenset({"fillfactor", "autovacuum_enabled", "toast_tuple_target", "parallel_workers"})


class Statements(NamedTypes):
    """What is said to PostgreSQL."""

    column_options: ClassVar[frozenset[str]] = frozenset({"using"})

    bytes_literal: ClassVar[str] = "'\\x{}'"

    # ---- tables ------------------------------------------------------------------------------

    def create_table(
        self, table: sa.Table, if_not_exists: bool | None = None
    ) -> Iterator[Statement]:
        for column in table.columns:
            yield from self.types_of(column)
        yield from super().create_table(table, if_not_exists)

    def alter_table_options(
        self,
        schema: str | None,
        table: str,
        old: Mapping[str, object],
        new: Mapping[str, object],
        look: Look = offline,
    ) -> Iterator[Statement]:
        """``postgresql_tablespace``, ``postgresql_with`` and UNLOGGED; raises Unsupported for others."""
        start = f"ALTER TABLE {self.qualified(schema, table)}"
        for name in sorted({*old, *new}):
            before, after = old.get(name), new.get(name)
            if before == after:
                continue
            match name.removeprefix("postgresql_"):
                case "tablespace":
                    yield f"{start} SET TABLESPACE {self.quote(str(after or 'pg_default'))}"
                case "with":
                    yield from self._storage(start, cast(Any, before or {}), cast(Any, after or {}))
                case "prefixes" | "unlogged":
                    yield f"{start} SET {'UNLOGGED' if after else 'LOGGED'}"
                case "using" if after:
                    yield f"{start} SET ACCESS METHOD {self.quote(str(after))}"
                case "inherits":
                    yield from self._inherit(start, before, after)
                case other:
                    raise Unsupported(
                        f"PostgreSQL cannot change {other} of a standing table: {table}"
                    )

    def _storage(
        self, start: str, old: Mapping[str, object], new: Mapping[str, object]
    ) -> Iterator[Statement]:
        gone = [name for name in old if name not in new]
        if gone:
            yield f"{start} RESET ({', '.join(gone)})"
        said = [f"{name} = {value}" for name, value in new.items() if old.get(name) != value]
        if said:
            yield f"{start} SET ({', '.join(said)})"

    def _inherit(self, start: str, old: object, new: object) -> Iterator[Statement]:
        before, after = _listed(old), _listed(new)
        yield from (f"{start} NO INHERIT {self.quote(p)}" for p in before if p not in after)
        yield from (f"{start} INHERIT {self.quote(p)}" for p in after if p not in before)

    # ---- columns -----------------------------------------------------------------------------

    def add_column(
        self,
        column: AnyColumn,
        if_not_exists: bool | None = None,
        inline_references: bool = False,
        inline_primary_key: bool = False,
    ) -> Iterator[Statement]:
        yield from self.types_of(column)
        yield from super().add_column(column, if_not_exists, inline_references, inline_primary_key)

    def column_sql(self, column: AnyColumn) -> str:
        """A column in full; SQLAlchemy writes SERIAL only for a key, which a new column is not yet."""
        if (
            column.autoincrement is True
            and column.server_default is None
            and not column.primary_key
        ):
            return (
                super()
                .column_sql(column)
                .replace(self.type_sql(column.type), _serial(column.type), 1)
            )
        return super().column_sql(column)

    def literal_sql(self, value: object, type_: AnyType) -> str:
        """A value; an array says of what, for an empty one could be of anything."""
        text = super().literal_sql(value, type_)
        return f"{text}::{self.type_sql(type_)}" if isinstance(type_, sa.ARRAY) else text

    def neutral_sql(self, type_: AnyType) -> str | None:
        """Zero, nothing or the epoch, for PostgreSQL's own types too."""
        plain = plain_type(type_, self.dialect)
        if isinstance(plain, sa.ARRAY):
            return "'{}'"
        if isinstance(plain, postgresql.BIT):
            return None if plain.varying else self.string("0" * (plain.length or 1))
        own = next((text for kind, text in _NEUTRAL if isinstance(plain, kind)), None)
        return self.string(own) if own is not None else super().neutral_sql(plain)

    def replaces_column(self, change: ColumnChange) -> bool:
        """A column that becomes generated, or (before PostgreSQL 17) is so in another way."""
        if not isinstance(change.default, sa.Computed):
            return False
        if not isinstance(change.existing_default, sa.Computed):
            return True
        same_kind = bool(change.default.persisted) == bool(change.existing_default.persisted)
        version = getattr(self.dialect, "server_version_info", None) or SETS_EXPRESSION
        return not same_kind or version < SETS_EXPRESSION

    def alter_column(self, change: ColumnChange, look: Look = offline) -> Iterator[Statement]:
        """A counter that ends first, then the type, the default out of its way; then the rest, the name last."""
        if _ends_counting(change):
            yield self._stop_counting(change)
        if change.type is not None:
            yield from self._retype(change, change.type, look)
        if change.default is not False:
            yield from self.set_default(change, change.default)
        if change.autoincrement and not isinstance(change.default, sa.Identity):
            yield from self._count(change)
        if change.nullable is not None and not self._says_not_null(change):
            yield from self.set_nullable(change, change.nullable)
        if change.comment is not False:
            yield from self.set_comment(change, change.comment)
        if change.name is not None:
            yield from self.rename_column(change.schema, change.table, change.column, change.name)

    def _says_not_null(self, change: ColumnChange) -> bool:
        return isinstance(change.default, sa.Identity) and change.nullable is False

    # ---- columns: type -----------------------------------------------------------------------

    def _retype(self, change: ColumnChange, type_: AnyType, look: Look) -> Iterator[Statement]:
        column: AnyColumn = sa.Column(change.column, type_)
        sa.Table(change.table, sa.MetaData(), column, schema=change.schema)
        yield from self.types_of(column)
        live = self._live(change, look)
        using = self._using(change, type_, live)
        default = self._default_around(change, live) if using else None
        if default is not None:
            yield f"{self.altering(change)} DROP DEFAULT"
        yield f"{self.altering(change)} TYPE {self.type_sql(type_)}{using}"
        if default is not None and change.default is False:
            before = self._before(change, live)
            moved = self._cast(f"({default})", before, type_) if before is not None else ""
            yield f"{self.altering(change)} SET DEFAULT {moved or default}"

    def _live(self, change: ColumnChange, look: Look) -> Column | None:
        known = change.existing_type is not None and change.existing_default is not False
        table = None if known else look(change.schema, change.table)
        return None if table is None else _column_of(table, change)

    def _default_around(self, change: ColumnChange, live: Column | None) -> str | None:
        """The default that stands in the way of a new type; None for none."""
        existing = change.existing_default
        if isinstance(existing, sa.Identity | sa.Computed):
            return None
        if existing is False:
            return live.default.text if live is not None and live.default is not None else None
        return None if existing is None else self.default_sql(existing, change.existing_type)

    def _using(self, change: ColumnChange, type_: AnyType, live: Column | None) -> str:
        """USING and a blank before it, where no cast is made by itself (pg_cast, context a or i)."""
        said = change.options.get("postgresql_using")
        if said:
            return f" USING {said}"
        before = self._before(change, live)
        if before is None or isinstance(before, sa.types.NullType):
            return ""
        cast_ = self._cast(self.quote(change.column), before, type_)
        return f" USING {cast_}" if cast_ else ""

    def _before(self, change: ColumnChange, live: Column | None) -> AnyType | None:
        """The type that a column has, as told or as read."""
        if change.existing_type is not None or live is None:
            return change.existing_type
        return self.type_from_text(live.type.text, Snapshot())

    def _cast(self, name: str, before: AnyType, after: AnyType) -> str:
        old, new = family(before, self.dialect), family(after, self.dialect)
        wanted = self.type_sql(after).partition(" COLLATE ")[0]
        if new == "array" and old == "array":
            return f"{name}::text[]::{wanted}"
        if (
            old == "array"
        ):  # several values in the place of one: their text, or the cast's own complaint
            return f"CASE WHEN cardinality({name}) > 1 THEN {name}::text ELSE {name}[1]::text END::{wanted}"
        if old == "bytes" and new != "bytes":
            return f"convert_from({name}, 'UTF8')::{wanted}"
        if new == "text" or (old, new) in _CAST_BY_THEMSELVES:
            return ""
        if new == "array":
            return f"CASE WHEN {name} IS NULL THEN NULL ELSE ARRAY[{name}] END::{wanted}"
        if old == new and old not in {"enum", "other"}:
            return ""
        if new == "bytes":
            return f"convert_to({name}::text, 'UTF8')"
        if (old, new) == ("interval", "number"):
            return f"EXTRACT(EPOCH FROM {name})::{wanted}"
        if {old, new} == {"boolean", "number"}:
            return f"{name}::integer::{wanted}"
        return f"{name}::{wanted}" if old == "text" else f"{name}::text::{wanted}"

    # ---- columns: defaults, identity, serial -------------------------------------------------

    def set_default(self, change: ColumnChange, default: ServerDefault) -> Iterator[Statement]:
        """A default in any form: plain, identity, or (PostgreSQL 17) another generation expression."""
        before = change.existing_default
        if isinstance(default, sa.Computed):
            expression = self.ddl_compiler.sql_compiler.process(
                default.sqltext, include_table=False, literal_binds=True
            )
            yield f"{self.altering(change)} SET EXPRESSION AS ({expression})"
        elif isinstance(default, sa.Identity):
            yield from self._identify(change, default)
        else:
            if isinstance(before, sa.Computed):
                yield f"{self.altering(change)} DROP EXPRESSION"
            if default is not None:
                text = self.default_sql(default, change.type or change.existing_type)
                yield f"{self.altering(change)} SET DEFAULT {text}"
            elif not isinstance(before, sa.Computed | sa.Identity):
                yield f"{self.altering(change)} DROP DEFAULT"

    def _identify(self, change: ColumnChange, identity: sa.Identity) -> Iterator[Statement]:
        before = change.existing_default
        if isinstance(before, sa.Identity):
            yield from self._reidentify(change, before, identity)
            return
        if before is not None and before is not False:
            yield f"{self.altering(change)} DROP DEFAULT"
            if not change.existing_autoincrement:
                yield self._release(change)
        if change.existing_nullable is not False or change.nullable is False:
            yield from self.set_nullable(change, False)
        made = f"{self.altering(change)} ADD {self.identity_sql(identity)}"
        if change.existing_autoincrement:
            yield self._take_over(change, "EXECUTE 'DROP SEQUENCE ' || old || ' CASCADE'", made)
        else:
            yield made
            yield self._continue_count(change)

    def _reidentify(
        self, change: ColumnChange, old: sa.Identity, new: sa.Identity
    ) -> Iterator[Statement]:
        said = []
        if bool(old.always) != bool(new.always):
            said.append(f"SET GENERATED {'ALWAYS' if new.always else 'BY DEFAULT'}")
        said += [f"SET {option}" for option in self.options_between(old, new)]
        if said:
            yield f"{self.altering(change)} {' '.join(said)}"

    def _stop_counting(self, change: ColumnChange) -> str:
        """Takes identity away, or the sequence of a SERIAL column and the default with it."""
        if isinstance(change.existing_default, sa.Identity):
            return f"{self.altering(change)} DROP IDENTITY"
        return (
            "DO $schemadiff$ BEGIN EXECUTE 'DROP SEQUENCE ' || "
            f"{self._sequence_of(change)} || ' CASCADE'; END $schemadiff$"
        )

    def _count(self, change: ColumnChange) -> Iterator[Statement]:
        """A column becomes SERIAL."""
        sequence = self.qualified(change.schema, f"{change.table}_{change.column}_seq")
        table = self.qualified(change.schema, change.table)
        made = f"CREATE SEQUENCE {sequence} OWNED BY {table}.{self.quote(change.column)}"
        said = f"{self.altering(change)} SET DEFAULT nextval({self.string(sequence)}::regclass)"
        if isinstance(change.existing_default, sa.Identity):
            yield self._take_over(change, f"{self.altering(change)} DROP IDENTITY", made, said)
        else:
            if change.existing_default is not None and change.existing_default is not False:
                yield f"{self.altering(change)} DROP DEFAULT"
            yield from (self._release(change), made, said, self._continue_count(change))

    def _release(self, change: ColumnChange) -> str:
        """Drops the sequences that a column owns without counting by them: a counter needs to be the only one."""
        table = self.string(self.qualified(change.schema, change.table))
        return RELEASE.format(table=table, name=self.string(change.column))

    def _sequence_of(self, change: ColumnChange) -> str:
        table = self.qualified(change.schema, change.table)
        return f"pg_get_serial_sequence({self.string(table)}, {self.string(change.column)})"

    def _continue_count(self, change: ColumnChange) -> str:
        """Makes a new counter go on behind the values that are there."""
        table, name = self.qualified(change.schema, change.table), self.quote(change.column)
        last = f"max({name})"
        return f"SELECT setval({self._sequence_of(change)}, {last}) FROM {table} HAVING {last} IS NOT NULL"

    def _take_over(self, change: ColumnChange, *statements: str) -> str:
        """Makes a counter go on where the one before it stood, behind the values that are there."""
        return TAKE_OVER.format(
            sequence=self._sequence_of(change),
            statements="".join(f"  {statement};\n" for statement in statements),
            table=self.qualified(change.schema, change.table),
            name=self.quote(change.column),
        )

    # ---- sequences ---------------------------------------------------------------------------

    def alter_sequence(self, old: sa.Sequence, new: sa.Sequence) -> Iterator[Statement]:
        """The type first: with it go the bounds that it implies."""
        before, after = (self.type_sql(s.data_type or sa.BigInteger()) for s in (old, new))
        if before != after:
            yield f"ALTER SEQUENCE {self.qualified(new.schema, new.name)} AS {after}"
        yield from super().alter_sequence(old, new)

    # ---- indexes and constraints -------------------------------------------------------------

    def outside_transaction(self, index: sa.Index, statement: D) -> D:
        """CONCURRENTLY cannot run inside a transaction block."""
        if index.dialect_options["postgresql"]["concurrently"]:
            return statement.execution_options(**{AUTOCOMMIT: True})
        return statement


def family(type_: AnyType, dialect: sa.Dialect) -> str:
    """Types of one family are cast to each other by themselves, by assignment."""
    type_ = plain_type(type_, dialect)
    if isinstance(type_, postgresql.DOMAIN):
        return family(type_.data_type, dialect)
    kinds: tuple[tuple[type[Any], str], ...] = (
        (sa.ARRAY, "array"),
        (sa.Boolean, "boolean"),
        (sa.Integer, "number"),
        (sa.Numeric, "number"),
        (sa.JSON, "json"),
        (sa.Date, "date"),
        (sa.DateTime, "date"),
        (sa.Time, "time"),
        (sa.Interval, "interval"),
        (postgresql.INTERVAL, "interval"),
        (sa.LargeBinary, "bytes"),
        (sa.Uuid, "uuid"),
    )
    if isinstance(type_, sa.Enum):
        return "enum" if type_.native_enum and type_.name else "text"
    if isinstance(type_, sa.String):
        return "text"
    return next((name for kind, name in kinds if isinstance(type_, kind)), "other")


_CAST_BY_THEMSELVES = frozenset({("date", "time"), ("time", "interval"), ("interval", "time")})


def _ends_counting(change: ColumnChange) -> bool:
    """Whether a column has a counter that nothing takes over from."""
    if isinstance(change.default, sa.Identity) or change.autoincrement:
        return False
    ends_identity = change.identifies and isinstance(change.existing_default, sa.Identity)
    return change.autoincrement is False or ends_identity


def _serial(type_: AnyType) -> str:
    if isinstance(type_, sa.BigInteger):
        return "BIGSERIAL"
    return "SMALLSERIAL" if isinstance(type_, sa.SmallInteger) else "SERIAL"


def _column_of(table: Snapshot, change: ColumnChange) -> Column | None:
    return next((c for c in table.each(Column) if c.name == change.column), None)


def _listed(names: object) -> list[str]:
    if not names:
        return []
    return [names] if isinstance(names, str) else [str(name) for name in cast(Any, names)]
