"""Rows for any table: values follow from the type alone, so that equal types satisfy a foreign key."""

from __future__ import annotations

import datetime
import decimal
import uuid
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from .place import Mutation, type_on

Rows = list[dict[str, str]]
"""The rows of a table, each value as Python shows it."""

UNGUARDED = {
    "postgresql": "SET session_replication_role = replica",
    "mysql": "SET foreign_key_checks = 0",
}


def value(type_: sa.types.TypeEngine[Any], number: int) -> object:
    """A value of a type, another for every number; None for a type that is not known here."""
    day = datetime.datetime(2020, 1, 1 + number, 3, 4, 5)
    match type_:
        case sa.types.TypeDecorator():
            return value(type_.impl_instance, number)
        case sa.Enum():
            return type_.enums[number % len(type_.enums)]
        case sa.Boolean():
            return bool(number % 2)
        case sa.Integer():
            return number
        case sa.Float():
            return float(number)
        case sa.Numeric():
            return decimal.Decimal(number)
        case sa.DateTime():
            return day.replace(tzinfo=datetime.UTC) if type_.timezone else day
        case sa.Date():
            return day.date()
        case sa.Time():
            return day.time()
        case sa.Interval():
            return datetime.timedelta(days=number)
        case sa.JSON():
            return {"number": number}
        case sa.Uuid():
            made = uuid.UUID(int=number)
            return made if type_.as_uuid else str(made)
        case sa.LargeBinary() | sa.BINARY() | sa.VARBINARY():
            return str(number).encode()
        case sa.ARRAY():
            return [value(type_.item_type, number)]
        case sa.String():
            return str(number)
    return None


def fill(engine: Engine, metadata: sa.MetaData, database: str, count: int = 2) -> int:
    """How many tables got ``count`` rows.

    One whose checks refuse the values gets none, and so does who has to refer to it: keys are not checked meanwhile.
    """
    if not count:
        return 0
    with engine.connect() as connection:
        if engine.dialect.name in UNGUARDED:
            connection.exec_driver_sql(UNGUARDED[engine.dialect.name])
            connection.commit()
        tables = metadata.tables.values()
        filled = {table for table in tables if _filled(connection, table, database, count)}
        while lost := {table for table in filled if _refers_to_none(table, filled)}:
            for table in lost:
                with connection.begin():
                    connection.execute(table.delete())
            filled -= lost
    return len(filled)


def _refers_to_none(table: sa.Table, filled: Collection[sa.Table]) -> bool:
    """Whether a row has to refer to a table that has none."""
    return any(
        key.referred_table not in filled and not any(column.nullable for column in key.columns)
        for key in table.foreign_key_constraints
    )


def _filled(connection: Connection, table: sa.Table, database: str, count: int) -> bool:
    for nulls in (False, True):
        try:
            with connection.begin():
                connection.execute(table.insert(), _rows(table, database, nulls, count))
            return True
        except (sa.exc.DBAPIError, sa.exc.StatementError):
            continue
    return False


def _rows(table: sa.Table, database: str, nulls: bool, count: int) -> list[dict[str, object]]:
    columns = [c for c in table.columns if c.computed is None and c.identity is None]
    return [
        {
            column.key: (
                None
                if nulls and column.nullable
                else value(type_on(database, _root(column)), number)
            )
            for column in columns
        }
        for number in range(1, count + 1)
    ]


def _root(column: sa.Column[Any]) -> sa.Column[Any]:
    """The column that a chain of foreign keys ends at."""
    seen = {column}
    while column.foreign_keys:
        keys = sorted(column.foreign_keys, key=lambda one: one.target_fullname)
        column = keys[0].column
        if column in seen:
            break
        seen.add(column)
    return column


def read(engine: Engine, metadata: sa.MetaData) -> dict[str, Rows]:
    """The rows of every table of ``metadata``, by its key."""
    quote = engine.dialect.identifier_preparer.format_table
    with engine.connect() as connection:
        return {
            key: [
                {name: repr(one) for name, one in row._mapping.items()}
                for row in connection.exec_driver_sql(
                    f"SELECT * FROM {_only(table, engine)}{quote(table)}"
                )
            ]
            for key, table in metadata.tables.items()
        }


def _only(table: sa.Table, engine: Engine) -> str:
    """What leaves out the rows of tables that inherit from this one."""
    is_partitioned = table.dialect_options["postgresql"]["partition_by"] is not None
    return "ONLY " if engine.dialect.name == "postgresql" and not is_partitioned else ""


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of tables and columns between two models, by the old names of both."""

    tables: Mapping[str, str]
    """The tables that stay, and what they are called afterwards."""
    columns: Mapping[str, Mapping[str, str]]
    """The columns that stay of each, apart from computed ones."""
    converted: frozenset[tuple[str, str]]
    """The columns among them that have another type."""

    @classmethod
    def between(
        cls, old: sa.MetaData, new: sa.MetaData, mutations: Sequence[Mutation] = ()
    ) -> Fate:
        """The fate of everything in ``old``; renames are those of the mutations."""
        moves = {m.table: m.moves for m in mutations if m.moves}
        renamed = {(m.table, m.renamed[0]): m.renamed[1] for m in mutations if m.renamed}
        tables = {k: moves.get(k, k) for k in old.tables if moves.get(k, k) in new.tables}
        columns = {
            key: {
                one.name: name
                for one in old.tables[key].columns
                if one.computed is None
                and (name := renamed.get((key, one.name), one.name)) in new.tables[to].columns
                and new.tables[to].columns[name].computed is None
            }
            for key, to in tables.items()
        }
        converted = (
            (key, one)
            for key, names in columns.items()
            for one, name in names.items()
            if repr(old.tables[key].columns[one].type)
            != repr(new.tables[tables[key]].columns[name].type)
        )
        return cls(tables, columns, frozenset(converted))


def lost_on_the_way(
    before: Mapping[str, Rows], after: Mapping[str, Rows], fate: Fate
) -> Iterator[str]:
    """What the rows lost; values of another type are not looked at."""
    for key, to in fate.tables.items():
        names = {
            old: new for old, new in fate.columns[key].items() if (key, old) not in fate.converted
        }
        yield from _differing(key, before[key], after[to], names)


def lost_there_and_back(
    before: Mapping[str, Rows], after: Mapping[str, Rows], fate: Fate
) -> Iterator[str]:
    """What the rows lost that both models have a place for."""
    for key in fate.tables:
        names = {old: old for old in fate.columns[key]}
        through = {old for old in names if (key, old) in fate.converted}
        yield from _differing(key, _plain(before[key], through), _plain(after[key], through), names)


def _plain(rows: Rows, columns: set[str]) -> Rows:
    """The rows with the values of some columns as what they say, whatever type said it: 1.00 is 1."""
    return [{n: _said(v) if n in columns else v for n, v in row.items()} for row in rows]


def _said(value: str) -> str:
    text = value.removeprefix("Decimal(").removesuffix(")").strip("'")
    try:
        return str(decimal.Decimal(text).normalize())
    except decimal.InvalidOperation:
        return text


def _differing(key: str, rows: Rows, now: Rows, names: Mapping[str, str]) -> Iterator[str]:
    if len(now) != len(rows):
        yield f"{key}: {len(rows)} rows before, {len(now)} after"
    elif rows and _bag(rows, names) != _bag(now, names.values()):
        yield f"{key}: the values of {', '.join(names)} differ: {rows} {now}"


def _bag(rows: Rows, names: Iterable[str]) -> Counter[tuple[str, ...]]:
    wanted = list(names)
    return Counter(tuple(row[name] for name in wanted) for row in rows)
